"""Whether quotas are equally hard: attainment against size of quota and against potential."""

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.incentives.outlook.performance import rank_correlation
from salesanalysis.labels import Terms, count, label
from salesanalysis.results import Result

COLUMNS = ("against", "rho", "low_rho", "high_rho", "n_people", "lean", "status")
AGAINST = ("quota", "potential")
#: Fewer people give an interval from almost -1 to almost 1.
FEWEST = 8


@dataclass(frozen=True, eq=False)
class QuotaFairness(Result):
    """Rank correlation of attainment with quota and with potential: fair is 0.

    Attributes
    ----------
    frame : DataFrame, rows quota and potential
        ``against``, ``rho`` (Spearman), ``low_rho``, ``high_rho`` (95 % interval), ``n_people``,
        ``lean``: fair (the interval holds 0), large_easier, large_harder, unknown; ``status``:
        estimated, too_few, all_equal, not_given.
    points : DataFrame, one row per person: ``salesperson``, ``quota``, ``attainment``
    n_left_out : int, people without a quota or a result
    """

    frame: pd.DataFrame
    points: pd.DataFrame
    n_left_out: int = 0
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep copies."""
        require_columns(self.frame, list(COLUMNS), name="fairness of quotas")
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "points", self.points.copy())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per thing that attainment is held against."""
        return self.frame.copy()

    def _sentences(self, lang: str) -> list[str]:
        rows = self.frame.set_index("against")
        said = [self._line("quota", rows.loc["quota"], lang)]
        said.append(self._line("potential", rows.loc["potential"], lang))
        if self.n_left_out:
            said.append(label("outlook.fair.left_out", lang, n=count(self.n_left_out)))
        return said

    def _line(self, against: str, row: pd.Series, lang: str) -> str:
        what = label(f"outlook.against.{against}", lang)
        if row["status"] != "estimated":
            return label(f"outlook.fair.{row['status']}", lang, what=what, n=count(FEWEST))
        texts = {k: f"{row[k]:+.2f}" for k in ("rho", "low_rho", "high_rho")}
        n = count(row["n_people"])
        return label(f"outlook.fair.{row['lean']}", lang, what=what, n=n, **texts)


def quota_fairness(
    people: pd.DataFrame,
    *,
    n_left_out: int = 0,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> QuotaFairness:
    """Return whether large quotas or rich territories are easier, from what was attained.

    Parameters
    ----------
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency), ``attainment`` (ratio), optional ``potential``
        (currency or any number that grows with it).
    n_left_out : int, people without a quota or a result, who are not in `people`

    Returns
    -------
    QuotaFairness
        Spearman's correlation with the interval of Bonett and Wright (2000): Fisher's z with
        variance (1 + r^2 / 2) / (n - 3).

    Raises
    ------
    ContractError
        Missing columns, no rows, values that are no finite numbers.

    References
    ----------
    Bonett, D. G. and Wright, T. A. (2000), Psychometrika 65(1):23-28.
    """
    require_columns(people, ["salesperson", "quota", "attainment"], name="people")
    require_rows(people, name="people")
    known = [c for c in AGAINST if c in people.columns]
    _require_numbers(people, [*known, "attainment"])
    rows = [_row(people, against, known=against in known) for against in AGAINST]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    points = people[["salesperson", "quota", "attainment"]].astype({"salesperson": "str"})
    return QuotaFairness(
        frame.astype(dict.fromkeys(("against", "lean", "status"), "str")),
        points.sort_values(["quota", "salesperson"], ascending=[False, True], ignore_index=True),
        n_left_out,
        currency,
        terms or Terms(),
    )


def _row(people: pd.DataFrame, against: str, *, known: bool) -> tuple[object, ...]:
    nan, n = float("nan"), len(people)
    if not known:
        return against, nan, nan, nan, 0, "unknown", "not_given"
    if n < FEWEST:
        return against, nan, nan, nan, n, "unknown", "too_few"
    x, y = (people[c].to_numpy("float64") for c in (against, "attainment"))
    rho = rank_correlation(x, y)
    if rho is None:
        return against, nan, nan, nan, n, "unknown", "all_equal"
    low, high = spearman_interval(rho, n)
    lean = "large_easier" if low > 0 else "large_harder" if high < 0 else "fair"
    return against, rho, low, high, n, lean, "estimated"


def spearman_interval(rho: float, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a rank correlation (Bonett and Wright 2000).

    Examples
    --------
    >>> tuple(round(v, 3) for v in spearman_interval(0.5, 30))
    (0.148, 0.74)
    """
    if abs(rho) >= 1:
        return rho, rho
    half = 1.959963985 * math.sqrt((1 + rho**2 / 2) / (n - 3))
    z = math.atanh(rho)
    return math.tanh(z - half), math.tanh(z + half)


def _require_numbers(people: pd.DataFrame, columns: list[str]) -> None:
    """Refuse empty and infinite values."""
    values = people[columns].to_numpy("float64", na_value=np.nan)
    bad = people[~np.isfinite(values).all(axis=1)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(people)} people have an empty or infinite value in "
            f"{', '.join(columns)}.",
            where=f"people, rows {bad.index[:3].tolist()}, see .rows",
            fix="fill them, or leave these people out",
            rows=bad,
        )
