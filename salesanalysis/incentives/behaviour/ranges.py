"""What studies of sales pay have found: ranges to hold a result against, never a default."""

from dataclasses import dataclass, field

import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.labels import Terms, count, label
from salesanalysis.results import Result

#: code, source, lower and upper end, unit of the figure
STUDIES = (
    ("new_plan", "Misra and Nair 2011, Quantitative Marketing and Economics 9", 0.09, 0.09),
    ("accelerator_gaming", "Larkin 2014, Journal of Labor Economics 32", 0.06, 0.08),
    ("common_quota_plan", "Raju and Srinivasan 1996, Management Science 42", -0.01, -0.01),
    ("bonuses_pace", "Chung, Steenburgh and Sudhir 2014, Marketing Science 33", None, None),
    ("year_end", "Oyer 1998, Quarterly Journal of Economics 113", None, None),
)


@dataclass(frozen=True, eq=False)
class Studies(Result):
    """What was found elsewhere, with its source; numbers of other firms, not of this one.

    Attributes
    ----------
    frame : DataFrame, one row per study
        ``study`` (code), ``low_share``, ``high_share`` (of revenue or profit as `study` says;
        empty where ``status`` is ``no_figure``), ``source``, ``status``.
    """

    frame: pd.DataFrame
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy."""
        require_columns(self.frame, ["study", "source", "status"], name="frame")
        object.__setattr__(self, "frame", self.frame.reset_index(drop=True).copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per study; a copy."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        lines = [label(f"study.{code}", lang) for code in self.frame["study"]]
        return [label("effort.studies", lang, n=count(len(lines))), *lines]


def studies() -> Studies:
    """Return what studies of sales pay have found, to hold a result against.

    Examples
    --------
    >>> studies().to_frame()["study"].tolist()[:2]
    ['new_plan', 'accelerator_gaming']
    """
    frame = pd.DataFrame(
        [(code, low, high, source, "ok" if low is not None else "no_figure")
         for code, source, low, high in STUDIES],
        columns=["study", "low_share", "high_share", "source", "status"],
    )  # fmt: skip
    return Studies(frame.astype({"low_share": "float64", "high_share": "float64"}))
