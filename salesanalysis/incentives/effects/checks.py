"""What can be looked at: months around the change, growth apart before it, placebo dates."""

import numpy as np
import pandas as pd

from salesanalysis.incentives.effects import algebra
from salesanalysis.incentives.effects.comparison import (
    Compared,
    assignments,
    cells,
    compare,
    enough,
)
from salesanalysis.incentives.effects.groups import cluster_slopes
from salesanalysis.incentives.effects.intake import Floats, Scene

#: Months of the picture before and after; months a placebo date needs on either side.
SPAN, SIDE, PLACEBOS = 12, 4, 6
#: Growth apart before the change is clear up to this chance.
CLEAR = 0.05


def events(scene: Scene, level: float) -> pd.DataFrame:
    """Return the difference from control by month around each unit's change.

    Returns
    -------
    DataFrame, one row per month: ``month_from_change`` (0 = first month after), ``effect``,
    ``low``, ``high``; an interval is empty where clusters are too few for one by month.
    """
    fits = [*_leads(scene), *_lags(scene)]
    rows = []
    for month, fit in sorted(fits, key=lambda f: f[0]):
        if np.isfinite(fit.value):
            rows.append((month, fit.value, *_interval(fit, level)))
    return pd.DataFrame(rows, columns=["month_from_change", "effect", "low", "high"]).astype(
        {"month_from_change": "int64"}
    )


def _interval(fit: algebra.Fit, level: float) -> tuple[float, float]:
    """Return the t interval by clusters."""
    from scipy.special import stdtrit  # noqa: PLC0415

    n = len(fit.parts)
    if n < 3 or not np.isfinite(fit.error):
        return float("nan"), float("nan")
    half = float(stdtrit(n - 1, (1 + level) / 2)) * fit.error
    return fit.value - half, fit.value + half


def _from_change(scene: Scene) -> np.ndarray:
    """Return months from each unit's change, units x months; far above where never changed."""
    return np.arange(scene.never) - np.where(scene.treated, scene.start, 10**6)[:, None]


def _lags(scene: Scene) -> list[tuple[int, algebra.Fit]]:
    """Return the effects by month after the change."""
    chosen, _, _ = cells(scene)
    at, out = _from_change(scene), []
    for k in range(min(SPAN, scene.never)):
        part = chosen * (at == k)
        if part.sum() > 0:
            fit = algebra.clustered(scene.y, scene.w, scene.after(), part, scene.cluster)
            out.append((k, fit))
    return out


def _leads(scene: Scene) -> list[tuple[int, algebra.Fit]]:
    """Return the differences by month before, against all earlier months (never changed cells).

    From cells before any change alone, so that the effect itself cannot colour them (Borusyak,
    Jaravel and Spiess 2024).
    """
    at, w = _from_change(scene), scene.w * (1 - scene.after())
    wide = min(SPAN, max((scene.first - 1) // 2, 0))
    months = [k for k in range(-wide, 0) if (w * (at == k)).sum() > 0]
    if not months:
        return []
    columns = [(at == k).astype("float64") for k in months]
    return list(zip(months, algebra.regress(scene.y, w, columns, scene.cluster), strict=True))


def growth_apart(scene: Scene, *, level: float, draws: int, seed: int) -> dict[str, float]:
    """Return the difference in growth per month before the change, with its p value.

    One slope is asked for, not every month: against a steady drift, the danger here, that is the
    stronger test. By clusters; where they are few by permuting, and where the ways are too few for
    a chance of `CLEAR` by the slopes of whole clusters (Donald and Lang 2007). Empty with fewer
    than 3 months, or where no test could ever show a drift.
    """
    before = scene.before(scene.first)
    if before.never < 3 or not scene.treated.any() or scene.treated.all():
        return {}
    whole = Scene(**{**vars(before), "start": scene.start})
    fit = _slope(whole, scene.treated, whole.cluster)
    if not np.isfinite(fit.value):
        return {}
    # what is left of sums of floats is no growth
    value = fit.value if abs(fit.value) > 1e-9 * np.abs(whole.y).max() else 0.0
    if enough(scene):
        return _by_t(value, fit.error, len(fit.parts) - 1, level)
    ways = [s < scene.never for s in assignments(scene, min(draws, 199), seed)]
    if len({way.tobytes() for way in ways}) * CLEAR >= 1:
        return _by_ways(value, [_slope(whole, way).value for way in ways])
    error, df = cluster_slopes(whole, scene.treated, _own_season(whole, scene.treated))
    return _by_t(value, error, df, level) if np.isfinite(error) else {}


def _slope(whole: Scene, treated: np.ndarray, cluster: np.ndarray | None = None) -> algebra.Fit:
    """Return the growth of the changed beyond the others, in months before any change.

    From two years on beside a season of the changed's own: larger groups swing more.
    """
    column = treated[:, None] * np.arange(whole.never, dtype="float64")
    one = np.zeros_like(whole.cluster) if cluster is None else cluster
    return algebra.regress(whole.y, whole.w, [column, *_own_season(whole, treated)], one)[0]


def _own_season(whole: Scene, treated: np.ndarray) -> list[Floats]:
    """Return the months of the year of the changed as columns; none below two years."""
    of_year = np.asarray(whole.months.month)
    months = range(2, 13) if whole.never >= 24 else ()
    return [(treated[:, None] & (of_year == k)).astype("float64") for k in months]


def _by_t(value: float, error: float, df: float, level: float) -> dict[str, float]:
    """Return the t interval and the chance of a slope."""
    from scipy.special import stdtr, stdtrit  # noqa: PLC0415

    half = float(stdtrit(df, (1 + level) / 2)) * error
    p = float(2 * stdtr(df, -abs(value) / error)) if error else float(value == 0)
    return {"effect": value, "low": value - half, "high": value + half, "p_value": p}


def _by_ways(value: float, found: list[float]) -> dict[str, float]:
    """Return the share of ways the change could have fallen with a slope as large."""
    others = np.array(found)[np.isfinite(found)]
    slack = 1e-9 * max(abs(value), 1e-300)
    p = float((np.abs(others) >= abs(value) - slack).mean())
    return {"effect": value, "low": np.nan, "high": np.nan, "p_value": p}


def placebos(scene: Scene, *, level: float, draws: int, seed: int) -> pd.DataFrame:
    """Return what the method finds at dates at which nothing happened, before the change.

    Returns
    -------
    DataFrame, one row per date: ``period``, ``effect``, ``low``, ``high``, ``clear`` (the interval
    leaves out 0). Empty where fewer than 8 months lie before.
    """
    before = scene.before(scene.first)
    dates = np.arange(SIDE, before.never - SIDE + 1)
    if len(dates) > PLACEBOS:
        dates = np.unique(np.linspace(dates[0], dates[-1], PLACEBOS).round().astype("int64"))
    rows = []
    for date in dates:
        start = np.where(scene.treated, date, before.never)
        moved = Scene(**{**vars(before), "start": start})
        found = compare(moved, level=level, draws=min(draws, 199), seed=seed)
        if isinstance(found, Compared) and np.isfinite(found.low):
            clear = found.low > 0 or found.high < 0
            rows.append((scene.months[date], found.effect, found.low, found.high, clear))
    return pd.DataFrame(rows, columns=["period", "effect", "low", "high", "clear"])


def two_way(scene: Scene) -> float:
    """Return the slope of plain unit and month effects, NaN where they take it up.

    With dates that differ it weighs units changed early as controls of those changed late, with
    weights that can be negative where effects grow (Goodman-Bacon 2021); shown for comparison.
    """
    one = np.zeros(len(scene.units), dtype="int64")
    return algebra.regress(scene.y, scene.w, [scene.after()], one)[0].value
