"""Month shares of a target year: season per working day, with January and February together."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.panel import Panel
from salesanalysis.targets.history import HALF_YEARS, monthly, require_closed
from salesanalysis.targets.time.festival import (
    FestivalEffect,
    learn,
    require_joint,
    split_pair,
)
from salesanalysis.targets.time.monthshares import MonthShares
from salesanalysis.targets.time.seasonindex import settled_index
from salesanalysis.targets.time.workdays import Calendar, is_estimated, month_days

Floats = npt.NDArray[np.float64]
SPRING = "spring_festival"
#: What January over February is taken to differ by from year to year, and for how many years.
_NOISE, _RATIOS = 0.14, 4


def month_shares(
    panel: Panel,
    *,
    year: int,
    festival: str | None = SPRING,
    calendar: Calendar = None,
    half_life: float = 3.0,
    shrink: float | None = None,
) -> MonthShares:
    r"""Return the part of a year every month should carry, by its working days and its season.

    Parameters
    ----------
    panel : Panel
        History; complete fiscal years before `year` give the season. Units are those of its
        first level, and the company.
    year : int
        Fiscal year of the target.
    festival : {"spring_festival", None}
        Whether January and February are planned together and divided by the festival's date.
    calendar : DataFrame or {"china", "weekdays"}, default "china"
        Working days of history and target year; see `day_table`.
    half_life : float, years
        A year this much older counts half.
    shrink : float, years, optional
        A season seen in n years counts n / (n + shrink), whatever it looks like. Default: as
        much as it stands out from what a month differs by from year to year.

    Returns
    -------
    MonthShares

    Raises
    ------
    ContractError
        The year before is not closed, no year is complete, a festival we do not know, a calendar
        that does not cover history or target year.

    Notes
    -----
    Share of month m: :math:`idx_m d_m / \sum_k idx_k d_k` with the working days d of the target
    year and the index per working day
    :math:`r_{y,m} = (S_{y,m}/d_{y,m}) / (\sum_m S_{y,m} / \sum_m d_{y,m})`: its median over years,
    recent ones weighing more, pulled to 1; a unit's own is pulled to the company's likewise.
    The part that stays is :math:`\max(0, 1 - s^2 / (n v))` with s the scatter of a month over
    years and v the mean square of the indices around what they are pulled to (Efron and Morris
    1973): a strong season is kept after two years, noise is not. With `shrink` it is
    n / (n + shrink). January and February have one index together; see `festival.learn` for
    their split. A month of net returns counts as 0.

    References
    ----------
    Efron, B. and Morris, C. (1973). Stein's estimation rule and its competitors: an empirical
    Bayes approach. Journal of the American Statistical Association 68(341), 117-130.
    Findley, D. F., Monsell, B. C., Bell, W. R., Otto, M. C. and Chen, B.-C. (1998). New
    capabilities and methods of the X-12-ARIMA seasonal-adjustment program. Journal of Business
    and Economic Statistics 16(2), 127-152.

    Examples
    --------
    >>> from salesanalysis.periods import month_range
    >>> months = month_range("2021-01", "2023-12")
    >>> days = month_days(months).to_numpy("float64")
    >>> flat = Panel.of(pd.DataFrame({"period": months, "value": 1000.0 * days}), by=[])
    >>> shares = month_shares(flat, year=2024)
    >>> (251 * shares.to_frame()["month_share"]).round(6).tolist()[:3]
    [22.0, 18.0, 21.0]
    """
    _check(festival, half_life, shrink)
    require_closed(panel, year)
    wide = monthly(panel)
    if panel.by:
        wide = wide.groupby(level=0).sum(min_count=1)
    years = _years(panel, year)
    units = np.vstack([wide.sum(axis=0, min_count=1).to_numpy(), wide.to_numpy()])
    table = pd.DataFrame(units if panel.by else units[:1], columns=wide.columns)
    cube = np.stack([table.reindex(columns=panel.calendar.months(y)).to_numpy() for y in years])
    days = np.stack([_days(panel, y, calendar) for y in years])
    target_days = _days(panel, year, calendar)
    joint = festival == SPRING
    if joint:
        require_joint(panel.calendar.start_month)
    groups = _groups(panel, joint=joint)
    ratio, years_used = _ratios(cube, days, groups)
    index, n = settled_index(ratio, years_used, groups, half_life=half_life, shrink=shrink)
    weight = index[:, groups] * target_days
    effect = None
    if joint:
        effect = _divide(
            weight, cube, days, target_days, panel=panel, years=years, year=year, shrink=shrink,
        )  # fmt: skip
    frame = _frame(weight, n, target_days, panel, names=list(wide.index), year=year)
    return MonthShares(
        frame,
        panel.by[:1],
        year,
        len(years),
        effect.betas if effect else {},
        effect.n_years if effect else 0,
        estimated=is_estimated(panel.calendar.months(year), calendar),
        calendar=panel.calendar,
        terms=panel.terms,
    )


def _check(festival: str | None, half_life: float, shrink: float | None) -> None:
    if festival not in (None, SPRING):
        raise unknown_name(
            festival, [SPRING], kind="festival that moves between months",
            where="month_shares(festival=...)", error=ContractError,
        )  # fmt: skip
    if not (half_life > 0 and (shrink is None or 0 <= shrink < np.inf)):
        raise ContractError(
            f"half_life must be above 0 and shrink 0 or more, got {half_life!r} and {shrink!r}.",
            where="month_shares(half_life=..., shrink=...)",
            fix="write half_life=3, shrink=2, or leave shrink out",
            code="bad-choice",
        )


def _years(panel: Panel, year: int) -> list[int]:
    """Return the complete years of the company before the target year."""
    first = panel.months()[0]
    begin = panel.calendar.year_of(first)
    begin += first > panel.calendar.months(begin)[0]
    years = list(range(begin, year))
    if not years:
        raise ContractError(
            "There is no complete year to take a season from.",
            where=f"month_shares(year={year}), history from {first:%Y-%m} on",
            fix="write months='working_days' or months='equal', or pass a longer history",
            code="empty-table",
        )
    return years


def _days(panel: Panel, year: int, calendar: Calendar) -> Floats:
    counts: Floats = month_days(panel.calendar.months(year), calendar).to_numpy("float64")
    return counts


def _groups(panel: Panel, *, joint: bool) -> npt.NDArray[np.int64]:
    """Return which index each month of the year has; January and February share theirs."""
    groups = np.arange(12)
    if joint:
        january, february = _pair(panel)
        groups[february] = groups[january]
    return groups


def _pair(panel: Panel) -> tuple[int, int]:
    """Return the places of January and February in the fiscal year."""
    start = panel.calendar.start_month
    return (1 - start) % 12, (2 - start) % 12


def _ratios(cube: Floats, days: Floats, groups: Any) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Return sales per working day (years x units x months, the year 1), and years that count."""
    sold = np.maximum(np.nan_to_num(cube), 0.0)
    member = np.equal.outer(np.arange(12), groups).astype("float64")
    in_group = sold @ member.T
    worked = np.maximum(days @ member.T, 1.0)[:, None, :]
    whole = sold.sum(axis=2, keepdims=True)
    mean = whole / days.sum(axis=1)[:, None, None]
    counts = ~np.isnan(cube).any(axis=2) & (whole[:, :, 0] > 0)
    return in_group / worked / np.where(mean > 0, mean, 1.0), counts


def _divide(
    weight: Floats,
    cube: Floats,
    days: Floats,
    target_days: Floats,
    *,
    panel: Panel,
    years: list[int],
    year: int,
    shrink: float | None,
) -> FestivalEffect:
    """Divide January and February of `weight` in place; return the effect it was done by."""
    at = _pair(panel)
    rate = [cube[:, :, k] / np.maximum(days[:, [k]], 1.0) for k in at]
    effect = learn(rate[0][:, 0], rate[1][:, 0], years)
    expected = np.array([effect.log_ratio(y) for y in years])
    own, trust = _own_offset(rate[0], rate[1], expected, shrink)
    log_ratio = effect.log_ratio(year) + own * trust
    log_ratio[0] = effect.log_ratio(year)
    both = weight[:, at[0]] + weight[:, at[1]]
    parts = split_pair((target_days[at[0]], target_days[at[1]]), log_ratio)
    weight[:, at[0]], weight[:, at[1]] = both * parts[0], both * parts[1]
    return effect


def _own_offset(
    january: Floats, february: Floats, expected: Floats, shrink: float | None
) -> tuple[Floats, Floats]:
    """Return how far each unit's own years lie from the company's effect, and what of it stays.

    The first unit is the company. Without `shrink` as much stays as the units differ from each
    other beyond what one unit's ratio differs by from year to year.
    """
    usable = (january > 0) & (february > 0)
    ratio = np.log(np.where(usable, january, 1.0) / np.where(usable, february, 1.0))
    n = usable.sum(axis=0).astype("float64")
    off = np.where(usable, ratio - expected[:, None], 0.0)
    gap = off.sum(axis=0) / np.maximum(n, 1.0)
    if shrink is not None:
        return gap, n / np.maximum(n + shrink, 1e-12)
    scatter = np.where(usable, off - gap, 0.0)[:, 1:]
    spare = float(np.maximum(n[1:] - 1, 0).sum())
    noise = (float((scatter**2).sum()) + _RATIOS * _NOISE**2) / (spare + _RATIOS)
    known = n[1:] > 0
    beyond = float((gap[1:][known] ** 2 - noise / n[1:][known]).sum())
    # one more unit that differs as much as `HALF_YEARS` years of noise
    apart = max(0.0, (beyond + noise / HALF_YEARS) / (known.sum() + 1))
    return gap, apart / np.maximum(apart + noise / np.maximum(n, 1.0), 1e-12) * (n > 0)


def _frame(
    weight: Floats, n: Floats, days: Floats, panel: Panel, *, names: list[str], year: int
) -> pd.DataFrame:
    """Return unit x month as a long table."""
    share = weight / weight.sum(axis=1, keepdims=True)
    keys = ["", *names] if panel.by else [""]
    table = pd.DataFrame({"period": np.tile(panel.calendar.months(year), len(keys))})
    table["n_working_days"] = np.tile(days.astype("int64"), len(keys))
    table["day_index"] = (share / np.maximum(days, 1.0) * days.sum()).ravel()
    table["month_share"] = share.ravel()
    table["n_years"] = np.repeat(n.astype("int64"), 12)
    table["status"] = pd.Series(np.where(table["n_years"] > 0, "own_season", "borrowed_season"))
    if panel.by:
        table.insert(0, panel.by[0], pd.Series(np.repeat(keys, 12)).astype("str"))
    return table
