"""Every claim of speed or accuracy as a ratio, both sides measured in one run.

``python -m benchmarks`` runs every benchmark, ``python -m benchmarks imports render`` the named ones.

**To add one**, write ``benchmarks/<name>.py`` with a function ``run() -> list[Row | str]``, callable
without arguments; it is found by its file name. The first line of the module's docstring is its
heading. Each `Row` compares ours with theirs, measured side by side in the same run, so that a busy
machine slows both; a text is printed as it is (a table of another shape, or a line that says what was
skipped and why). A benchmark prints nothing itself and needs no network. Heavy imports belong inside
`run`. A target that is missed is shown as ``missed`` and never fails the run: these are reports, not
gates.
"""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Literal


@dataclass(frozen=True)
class Row:
    """One comparison.

    Attributes
    ----------
    name : str
        What is measured.
    ours, theirs : float
        The two figures, in `unit`; `theirs` is the side the ratio is taken against.
    ratio : float, optional
        ours / theirs where it is not given.
    target : float, optional
        The ratio aimed at; None where nothing is promised.
    note : str
        What the other side is, and how it was measured.
    unit : str
    best : {"low", "high"}
        Whether a ratio below or above the target is the good one.
    """

    name: str
    ours: float
    theirs: float
    ratio: float | None = None
    target: float | None = None
    note: str = ""
    unit: str = "s"
    best: Literal["low", "high"] = "low"

    def __post_init__(self) -> None:
        if self.ratio is None:
            object.__setattr__(self, "ratio", self.ours / self.theirs)

    @property
    def verdict(self) -> str:
        """Whether the target is met."""
        if self.target is None or self.ratio is None:
            return ""
        met = self.ratio <= self.target if self.best == "low" else self.ratio >= self.target
        return "met" if met else "missed"


def side_by_side(
    ours: Callable[[], object], theirs: Callable[[], object], *, times: int = 5
) -> tuple[float, float]:
    """Return the median seconds of both, run in turns after one unmeasured turn each."""
    seconds: tuple[list[float], list[float]] = ([], [])
    ours()
    theirs()
    for _ in range(times):
        for work, spent in zip((ours, theirs), seconds, strict=True):
            began = perf_counter()
            work()
            spent.append(perf_counter() - began)
    return median(seconds[0]), median(seconds[1])


def table(rows: list[Row]) -> str:
    """Write rows below one another."""
    sign = {"low": "<=", "high": ">="}
    heads = ("what", "ours", "theirs", "ratio", "target", "", "note")
    cells = [
        (
            row.name,
            f"{row.ours:.3g} {row.unit}".strip(),
            f"{row.theirs:.3g} {row.unit}".strip(),
            f"{row.ratio:.2f}",
            "" if row.target is None else f"{sign[row.best]} {row.target:g}",
            row.verdict,
            row.note,
        )
        for row in rows
    ]
    widths = [max(len(line[i]) for line in [heads, *cells]) for i in range(len(heads))]
    return "\n".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in [heads, *cells]
    )
