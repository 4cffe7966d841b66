"""How a run tells where it is: a bar on a terminal, a line a finished task elsewhere."""

import sys
from collections import Counter
from collections.abc import Mapping
from typing import Any, TextIO

from salesanalysis.batch.tasks import Plan, Task

MODES = ("auto", "bar", "lines", "none")


class Progress:
    """Takes the events of a run and writes them to `stream`."""

    def __init__(self, plan: Plan, mode: str = "auto", stream: TextIO | None = None) -> None:
        self.stream = stream or sys.stderr
        if mode == "auto":
            mode = "bar" if self.stream.isatty() else "lines"
        self.mode, self.total = mode, len(plan.tasks)
        self.seen: Counter[str] = Counter()
        self.running: dict[str, str] = {}
        self.bar = self._bar() if mode == "bar" else None

    def _bar(self) -> Any:
        from tqdm import tqdm  # noqa: PLC0415

        form = "{n_fmt}/{total_fmt} {bar} {postfix} {elapsed}"
        return tqdm(total=self.total, bar_format=form, file=self.stream, dynamic_ncols=True)

    def __call__(self, what: str, task: Task, facts: Mapping[str, Any]) -> None:
        """Take one event."""
        if what == "cell":
            self.running[task.id] = f"{task.id} {facts['cell']}/{facts['of']}"
        elif what in ("end", "skipped"):
            self.running.pop(task.id, None)
            self.seen[facts["status"]] += 1
            if what == "end" and self.mode == "lines":
                self.stream.write(self._line(task, facts))
                self.stream.flush()
            if self.bar:
                self.bar.update(1)
        if self.bar:
            self.bar.set_postfix_str(self.summary())

    def _line(self, task: Task, facts: Mapping[str, Any]) -> str:
        done = sum(self.seen.values())
        took = f"{facts['seconds']:.1f} s" if facts.get("seconds") is not None else "-"
        reason = f"  {first_line(facts['reason'])}" if facts["status"] != "ok" else ""
        return f"{done}/{self.total}  {facts['status']:<9} {task.id}  {took}{reason}\n"

    def summary(self) -> str:
        """Return counts and what is running."""
        counts = "  ".join(f"{status} {n}" for status, n in sorted(self.seen.items()))
        running = ", ".join(list(self.running.values())[:3])
        return " | ".join(x for x in (counts, running) if x)

    def close(self) -> None:
        """Leave the terminal clean."""
        if self.bar:
            self.bar.close()


def first_line(text: str) -> str:
    """Return the first line, cut to what fits a terminal."""
    line = str(text).strip().splitlines()[0] if str(text).strip() else ""
    return line if len(line) <= 100 else f"{line[:97]}..."
