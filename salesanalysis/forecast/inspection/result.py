"""One series taken apart: the parts, the checks, the models and the months ahead."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.forecast.inspection import story
from salesanalysis.labels import Terms
from salesanalysis.results import Result

#: Sums of floats in another order differ by this much of their size, not more.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Inspection(Result):
    """What one series is made of, and what a textbook model makes of it.

    Attributes
    ----------
    months : DataFrame, one row per month
        ``period``, ``value``, ``trend``, ``season``, ``remainder`` (currency; the three add up
        to the value) and ``status``: ``ok``, ``odd_month``, ``level_break`` (first month of a
        new level), ``unknown_month`` (no value), ``not_split`` (too few months for parts).
    ahead : DataFrame, one row per month ahead
        ``period``, ``horizon``, ``value``, ``lo80`` ... ``hi95``, ``naive`` (the same month one
        season before) and ``status``: ``ok``, or why ``value`` is no model's: ``few_months``,
        ``constant``, ``not_converged``, ``unknown_month``; bounds are empty beside these.
    fits : DataFrame, one row per smoothing form, best first
        ``model``, ``n_settings``, ``aicc``, ``level_weight``, ``trend_weight``,
        ``season_weight``, ``damping``, ``status``: ``chosen``, ``ok``, ``not_converged``,
        ``implausible`` (its forecast leaves the range seen by far).
    checks : DataFrame
        ``check``, ``statistic``, ``p_value``, ``n``, ``lags``, ``verdict``.
    name : str
    named : tuple of (column, value)
        The node of a panel; empty for a plain series.
    season : int, months
    status : str
        ``ok``, ``few_months``, ``constant``, ``not_converged`` or ``unknown_month``.
    coverage : tuple of float
    spread : float, currency
        The usual scatter around trend and season; 0 where there are no parts.
    searched : bool
        Whether odd months and a level break were looked for.
    break_month : Timestamp or None
    break_amount : float, currency a month
    slope, slope_se : float or None, currency a month
    counts : bool
        Whether the values are pieces and not money.
    """

    months: pd.DataFrame
    ahead: pd.DataFrame
    fits: pd.DataFrame
    checks: pd.DataFrame
    name: str
    named: tuple[tuple[str, str], ...]
    season: int
    status: str
    coverage: tuple[float, ...]
    spread: float
    searched: bool
    break_month: pd.Timestamp | None
    break_amount: float
    slope: float | None
    slope_se: float | None
    counts: bool = False
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse parts that do not add up to their month."""
        for name in ("months", "ahead", "fits", "checks"):
            object.__setattr__(self, name, getattr(self, name).copy())
        object.__setattr__(self, "coverage", tuple(self.coverage))
        object.__setattr__(self, "named", tuple((str(c), str(v)) for c, v in self.named))
        _require_sums(self.months)

    def to_frame(self) -> pd.DataFrame:
        """Return the months with their parts; a copy."""
        return self.months.copy()

    def check(self, name: str) -> pd.Series | None:
        """Return the row of one check, or None where it was not made."""
        rows = self.checks[self.checks["check"] == name]
        return rows.iloc[0] if len(rows) else None

    def odd(self) -> pd.DataFrame:
        """Return the odd months, furthest off first: ``period``, ``value``, ``remainder``."""
        rows = self.months[self.months["status"] == "odd_month"]
        order = rows["remainder"].abs().sort_values(ascending=False, kind="stable").index
        return rows.loc[order, ["period", "value", "remainder"]].reset_index(drop=True)

    def _sentences(self, lang: str) -> list[str]:
        return story.sentences(self, lang)


def _require_sums(months: pd.DataFrame) -> None:
    """Refuse a month whose parts leave something over."""
    parts = months[["trend", "season", "remainder"]].to_numpy(dtype="float64")
    value = months["value"].to_numpy(dtype="float64")
    gap = np.abs(parts.sum(axis=1) - value)
    split = np.isfinite(parts).all(axis=1)
    bad = split & ~(gap <= TOLERANCE * (np.abs(parts).sum(axis=1) + np.abs(value)))
    if bad.any():
        first = months["period"][bad].iloc[0]
        raise ReconciliationError(
            f"{int(bad.sum())} of {len(months)} months differ from trend, season and remainder.",
            where=f"first: {first:%Y-%m}",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
        )
