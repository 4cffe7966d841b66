"""What a run came to: one row a task, an exit code, and nothing better than the truth."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from salesanalysis.errors import RenderError

BAD = ("failed", "crashed", "timeout", "interrupted", "not_run")


@dataclass(frozen=True)
class RunReport:
    """What a run came to.

    Attributes
    ----------
    folder : Path
    rows : tuple of dict
        ``task, notebook, region, lang, status, reason, seconds``, one for every task.
    stopped_by : int
        The signal that stopped the run, 0 for none.
    full : bool
        The output folder took no more files.
    """

    folder: Path
    rows: tuple[Mapping[str, Any], ...]
    stopped_by: int = 0
    full: bool = False

    @property
    def counts(self) -> dict[str, int]:
        """Status -> number of tasks."""
        return dict(Counter(row["status"] for row in self.rows))

    @property
    def exit_code(self) -> int:
        """0 all ok or skipped, 1 one is not, 3 disk full, 130 or 143 when stopped."""
        if self.stopped_by:
            return 128 + self.stopped_by
        if self.full:
            return 3
        return int(any(row["status"] in BAD for row in self.rows))

    def raise_for_status(self) -> None:
        """Raise `RenderError` where a task is not good."""
        bad = [row for row in self.rows if row["status"] in BAD]
        if bad:
            raise RenderError(
                f"{len(bad)} of {len(self.rows)} pages are not good.",
                where="; ".join(f"{r['task']} ({r['status']})" for r in bad[:5]),
                fix=f"see the reasons in {self.folder / 'index.html'}",
                code="bad-value",
            )

    def frame(self) -> Any:
        """Return a DataFrame, one row a task."""
        import pandas as pd  # noqa: PLC0415

        return pd.DataFrame(list(self.rows))
