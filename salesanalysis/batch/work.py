"""What a lane's thread does: take a task, run it, try again, save what was reached."""

import queue
import shutil
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from salesanalysis.batch import keys
from salesanalysis.batch.lanes import Lane
from salesanalysis.batch.tasks import Plan, Task


@dataclass
class Run:
    """The state of one run that its lanes share.

    Attributes
    ----------
    done : queue of (what, task, facts)
        ``start``, ``cell`` and ``end`` of every task, in the order they happened.
    stop : Event
        Set: no further task starts.
    """

    plan: Plan
    engine: str
    timeout: float
    retries: int
    todo: "queue.Queue[Task]" = field(default_factory=queue.Queue)
    done: "queue.Queue[tuple[str, Task, dict[str, Any]]]" = field(default_factory=queue.Queue)
    stop: threading.Event = field(default_factory=threading.Event)
    hurry: threading.Event = field(default_factory=threading.Event)
    signal: int = 0
    full: bool = False

    @property
    def scratch(self) -> Path:
        """Where tasks write until they are published."""
        return self.plan.folder / ".work"

    def place(self, task: Task) -> Path:
        """Return the scratch folder of a task."""
        return self.scratch / keys.digest(task.id)[:16]


def work(run: Run, lane: Lane) -> None:
    """Take tasks until none is left or the run stops."""
    while not run.stop.is_set():
        try:
            task = run.todo.get_nowait()
        except queue.Empty:
            break
        run.done.put(("start", task, {}))
        try:
            answer = _attempts(run, lane, task)
        except Exception as error:
            message = f"{type(error).__name__}: {error}"
            answer = {"status": "failed", "error": blame(message), "reason": message}
        run.done.put(("end", task, answer))
    lane.close()


def _attempts(run: Run, lane: Lane, task: Task) -> dict[str, Any]:
    """Run a task, again when its process died or was too late."""
    for attempt in range(1, run.retries + 2):
        answer, job = _attempt(run, lane, task)
        answer["attempt"] = attempt
        if answer["status"] not in ("crashed", "timeout") or run.stop.is_set():
            break
    if "error" not in answer and answer["status"] in ("crashed", "timeout"):
        return _rescued(lane, job, answer)
    return answer


def _attempt(run: Run, lane: Lane, task: Task) -> tuple[dict[str, Any], dict[str, Any]]:
    """Run a task once; the reason names the cell that was running when it was ended."""
    job = _job(run, task)
    seen = {"cell": 0, "of": 0}

    def watch(cell: int, of: int) -> None:
        seen.update(cell=cell, of=of)
        run.done.put(("cell", task, dict(seen)))

    started, began = now(), time.monotonic()
    answer = lane.run(job, timeout=run.timeout, on_cell=watch)
    if "error" not in answer and answer["status"] in ("crashed", "timeout") and seen["cell"]:
        answer["reason"] += f", in cell {seen['cell']} of {seen['of']}"
    answer.setdefault("seconds", round(time.monotonic() - began, 3))
    return {**answer, "started": started}, job


def _rescued(lane: Lane, job: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Let a fresh process write the page of what was reached; without it the status stands."""
    answer = {**answer, "error": blame(answer["reason"])}
    if not (Path(job["scratch"]) / "notebook.ipynb").is_file():
        return answer
    task = {**job, "op": "rescue", "status": answer["status"], "reason": answer["reason"]}
    saved = lane.run(task, timeout=60, on_cell=lambda *_: None)
    if saved.get("error"):
        answer["error"] = {**saved["error"], "message": answer["reason"]}
    return {**saved, **answer}


def blame(message: str) -> dict[str, Any]:
    """Return the error of a task no cell is to blame for."""
    return {"section": "", "cell": 0, "exception": "", "message": message}


def _job(run: Run, task: Task) -> dict[str, Any]:
    """Return the message a lane gets; its scratch folder is made fresh."""
    scratch = run.place(task)
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "files").mkdir(parents=True)
    about = run.plan.about
    names: Mapping[str, str] = about.get("regions", {}).get(task.region, {})
    final = run.plan.folder / task.id
    return {
        "op": "page" if task.reason == keys.PAGE_ONLY else "run",
        "engine": run.engine,
        "notebook": task.notebook,
        "name": task.name,
        "region": task.region,
        "region_shown": names.get(task.lang, task.region),
        "lang": task.lang,
        "as_of": task.as_of,
        "params": dict(task.params),
        "all_params": dict(task.parts["params"]),
        "prose": dict(task.prose),
        "scratch": str(scratch),
        "staged": (scratch / "files").as_posix(),
        "final": final.as_posix(),
        "stored": f"{final}.ipynb",
    }


def now() -> str:
    """Return the time, UTC."""
    return datetime.now(tz=UTC).isoformat(timespec="seconds")
