"""The door: one series in, its inspection out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.forecast.inspection import parts as splitting
from salesanalysis.forecast.inspection import smoothing, tables
from salesanalysis.forecast.inspection.intake import monthly
from salesanalysis.forecast.inspection.parts import Parts
from salesanalysis.forecast.inspection.result import Inspection
from salesanalysis.forecast.inspection.smoothing import Fit
from salesanalysis.forecast.inspection.structure import Structure, structure
from salesanalysis.forecast.tree import Floats
from salesanalysis.labels import Terms
from salesanalysis.panel import Panel

MAX_HORIZON = 24


@dataclass(frozen=True)
class Choice:
    """How far, by which season, with which intervals."""

    season: int
    horizon: int
    coverage: tuple[float, ...]
    seed: int


def inspect(
    series: Any,
    *,
    season: int = 12,
    horizon: int = 12,
    name: str = "",
    currency: str | None = None,
    missing: str = "error",
    forms: Sequence[str] | None = None,
    coverage: Sequence[float] = (0.80, 0.95),
    seed: int = 0,
) -> Inspection:
    """Take one series apart and say in plain words what it is made of.

    For reading one unit, not for forecasting many: intervals of a model chosen from the series
    alone are too narrow, and the result says so.

    Parameters
    ----------
    series : Series or Panel
        Values by month (month starts, month ends or monthly periods), or a panel with one node.
    season : int, months, 2 to 24
    horizon : int, months, 1 to 24
    name : str, optional
        How the series is called; the node of a panel otherwise.
    currency : str, optional
        ISO code; that of the panel, else CNY.
    missing : {"error", "gap"}
        Unknown months are refused, or kept as gaps: trend and season then come from a
        structural model, and no smoothing is fitted.
    forms : sequence of str, optional
        Smoothing forms to compare, such as ``"A,Ad,A"`` (error, trend, season; A adds, M
        multiplies, Ad levels off, N none); by default all of six that the values allow.
    coverage : shares between 0 and 1
    seed : int
        For the intervals of forms that multiply, which are simulated.

    Returns
    -------
    Inspection
        From 2 seasons on with parts; from 3 on with odd months and level breaks; from 12 months
        on with a smoothing model. What is missing is said, never invented.

    Raises
    ------
    ContractError
        What `intake.monthly` refuses, a setting nobody could have meant, or a form the values
        do not allow.

    References
    ----------
    Hyndman, R. J. and Athanasopoulos, G. (2021). Forecasting: Principles and Practice, 3rd ed.,
    chapters 4 and 8.

    Examples
    --------
    >>> months = pd.period_range("2021-01", periods=36, freq="M")
    >>> sales = pd.Series(100 + 30 * np.sin(np.arange(36) / 6 * np.pi), index=months)
    >>> inspect(sales, name="East", forms=["A,N,A"]).headline()
    'East: weak trend and strong season in 36 months to Dec 2023'
    """
    choice = Choice(season, horizon, _check(season, horizon, coverage), seed)
    values = monthly(series, missing=missing)
    numbers = values.to_numpy(dtype="float64")
    status = _status(numbers)
    asked = None if forms is None else smoothing.check_forms(tuple(forms), numbers, season)
    pieces, structural = _take_apart(values, season, status)
    fits: list[tuple[Fit, str]] = []
    best, points = None, np.empty((0, horizon))
    if status == "ok":
        chosen = asked or smoothing.possible_forms(numbers, season)
        fits, best, points = _smooth(values, chosen, choice)
        status = "ok" if best else "not_converged"
    panel = series if isinstance(series, Panel) else None
    return Inspection(
        months=tables.months(values, pieces),
        ahead=tables.ahead(values, points, season, choice.coverage, status),
        fits=tables.fit_table(fits, best),
        checks=tables.checks(pieces, best, season),
        name=name,
        named=_named(panel) if panel and not name else (),
        season=season,
        status=status,
        coverage=choice.coverage,
        spread=pieces.spread if pieces else 0.0,
        searched=bool(values.notna().all())
        and len(values) >= splitting.SEARCH_SEASONS * season
        and pieces is not None,
        break_month=tables.break_month(values, pieces),
        break_amount=pieces.step if pieces else 0.0,
        slope=structural.slope if structural else None,
        slope_se=structural.slope_se if structural else None,
        counts=bool(panel and panel.counts),
        currency=currency or (panel.currency if panel else "CNY"),
        terms=panel.terms if panel else Terms(),
    )


def _check(season: int, horizon: int, coverage: Sequence[float]) -> tuple[float, ...]:
    """Refuse what cannot be meant; return the coverage from narrow to wide."""
    for what, value, least in (("season", season, 2), ("horizon", horizon, 1)):
        if not (isinstance(value, int) and least <= value <= MAX_HORIZON):
            raise ContractError(
                f"{what} must be {least} to {MAX_HORIZON} months, got {value!r}.",
                where=f"forecast.inspect({what}=...)",
                fix="write 12 for a year",
                code="bad-choice",
            )
    levels = tuple(sorted({float(c) for c in coverage}))
    if not levels or not all(0 < c < 1 for c in levels):
        raise ContractError(
            f"coverage must be shares between 0 and 1, got {tuple(coverage)!r}.",
            where="forecast.inspect(coverage=...)",
            fix="write 80 % as 0.80, for example coverage=(0.80, 0.95)",
            code="bad-choice",
        )
    return levels


def _status(values: Floats) -> str:
    """Say what stands in the way of a smoothing model."""
    known = values[np.isfinite(values)]
    if (known == known[0]).all():
        return "constant"
    if len(known) < len(values):
        return "unknown_month"
    return "few_months" if len(values) < smoothing.LEAST_FOR_ETS else "ok"


def _take_apart(
    values: pd.Series, season: int, status: str
) -> tuple[Parts | None, Structure | None]:
    """Return the parts and the structural model, where there are months enough."""
    n = int(values.notna().sum())
    if n < 2 * season or status == "constant":
        return None, None
    if status == "unknown_month":
        found = structure(values, season)
        rest = values.to_numpy(dtype="float64") - found.trend - found.season
        nothing = np.zeros(len(values), dtype=bool)
        scatter = float(np.nanmedian(np.abs(rest))) * splitting.MAD_SCALE
        return Parts(found.trend, found.season, rest, nothing, scatter), found
    pieces = splitting.split(values.to_numpy(dtype="float64"), season)
    jump = np.where((np.arange(n) >= pieces.break_at) & (pieces.break_at >= 0), pieces.step, 0.0)
    # the slope is that of ordinary months: odd ones are gaps, a jump of the level is taken out
    return pieces, structure((values - jump).mask(pieces.odd), season)


def _smooth(
    values: pd.Series, forms: tuple[str, ...], choice: Choice
) -> tuple[list[tuple[Fit, str]], Fit | None, Floats]:
    """Return the fits with their states, the best usable one and its months ahead."""
    fitted = [smoothing.fit(values, form, choice.season) for form in forms]
    fitted.sort(key=lambda f: (f.aicc, f.form))
    said: list[tuple[Fit, str]] = []
    best, points = None, np.empty((0, choice.horizon))
    for one in fitted:
        state = "ok" if one.converged and np.isfinite(one.aicc) else "not_converged"
        if state == "ok" and best is None:
            points = smoothing.ahead(one, choice.horizon, choice.coverage, choice.seed)
            good = smoothing.plausible(points[0], values.to_numpy(dtype="float64"))
            state, best = ("chosen", one) if good else ("implausible", None)
        said.append((one, state))
    if best is None:
        points = np.empty((0, choice.horizon))
    # sales that were never below 0 are not forecast below 0
    return said, best, points.clip(min=0.0) if (values >= 0).all() else points


def _named(panel: Panel) -> tuple[tuple[str, str], ...]:
    """Return the level columns and names of the one node."""
    if not panel.by:
        return ()
    row = panel.nodes().iloc[0]
    return tuple((c, str(row[c])) for c in panel.by)
