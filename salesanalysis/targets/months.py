"""How a year falls on its twelve months, in whole steps that add up to the year."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.panel import Panel
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.controlled import balance, largest_per_row
from salesanalysis.targets.history import monthly, season
from salesanalysis.targets.time.monthshares import MonthShares
from salesanalysis.targets.time.shares import SPRING, month_shares
from salesanalysis.targets.time.workdays import is_estimated, month_days

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
#: Periods of whole weeks: every quarter has one of five.
WEEKS = ("4-4-5", "4-5-4", "5-4-4")
WAYS = ("season", SPRING, "working_days", "equal", *WEEKS)
#: Ways that rest on the working days of the target year.
_BY_DAYS = (SPRING, "working_days")
#: Rows rounded at once: tables of this size stay in the processor's own memory.
_BLOCK = 1024


def choose(months: str | None, basis: Basis, profile: object) -> str:
    """Return the way months are split: the one asked for, else season where it is known."""
    if months is None:
        if isinstance(profile, MonthShares):
            return SPRING if profile.effects else "profile"
        known = isinstance(profile, Panel) or (profile is None and len(basis.season))
        return "season" if known else "equal" if profile is None else "profile"
    if months not in WAYS:
        raise unknown_name(
            months, WAYS, kind="month split", where="cascade(months=...)", error=ContractError
        )
    fits = months in ("season", SPRING) and isinstance(profile, Panel)
    if profile is not None and not (
        fits or (months == SPRING and isinstance(profile, MonthShares))
    ):
        raise ContractError(
            f"profile and months={months!r} both say how months are split.",
            where="cascade(months=..., profile=...)",
            fix="leave one of them out; a panel as profile goes with months='season'",
            code="bad-choice",
        )
    if months == SPRING and profile is None:
        raise ContractError(
            "Months around the Spring Festival need the history they are learnt from.",
            where="cascade(months='spring_festival', profile=...)",
            fix="pass profile=panel, or the result of month_shares()",
            code="bad-choice",
        )
    return months


def month_weights(
    way: str,
    basis: Basis,
    leaves: pd.DataFrame,
    *,
    year: int,
    profile: Sequence[float] | Panel | MonthShares | None = None,
    calendar: pd.DataFrame | None = None,
) -> Floats:
    """Return the weight of every month for every leaf.

    Parameters
    ----------
    way : {"season", "spring_festival", "working_days", "equal", "4-4-5", ..., "profile"}
    leaves : DataFrame, one row per leaf, with the level columns
    profile : Panel, MonthShares or sequence of 12 float, optional
    calendar : DataFrame, optional
        ``date`` and ``is_workday``, passed on to `time.workdays.day_table`.

    Returns
    -------
    array of float, shape (n leaves, 12), each row with a sum above zero

    Raises
    ------
    ContractError
        A season is asked for but no year is complete; a profile without 12 usable numbers.
    """
    if isinstance(profile, MonthShares):
        return _season_weights(_of_year(profile, year).season(), leaves)
    if way == SPRING:
        planned = month_shares(_panel(profile), year=year, calendar=calendar)
        return _season_weights(planned.season(), leaves)
    if way == "season":
        if profile is None:
            return _season_weights(basis.season, leaves)
        panel = _panel(profile)
        return _season_weights(season(monthly(panel), panel, year), leaves)
    if way == "working_days":
        row = month_days(basis.calendar.months(year), calendar).to_numpy("float64")
        _check_days(row, basis.calendar.name(year))
    elif way == "profile":
        row = _profile(profile)
    elif way in WEEKS:
        row = np.tile([float(n) for n in way.split("-")], 4)
    else:
        row = np.ones(12)
    return np.broadcast_to(row, (len(leaves), 12))


def _check_days(days: Floats, year: str) -> None:
    """Refuse a calendar without a single working day."""
    if not days.sum() > 0:
        raise ContractError(
            f"The calendar has no working day in {year}.",
            where="cascade(months='working_days', calendar=...)",
            fix="write is_workday = true for the days that are worked",
            code="bad-choice",
        )


def estimated_days(way: str, basis: Basis, year: int, *, profile: object, calendar: object) -> bool:
    """Tell whether months rest on working days of a year whose holidays are not published."""
    if isinstance(profile, MonthShares):
        return profile.estimated
    own = calendar if isinstance(calendar, pd.DataFrame) else None
    return way in _BY_DAYS and is_estimated(basis.calendar.months(year), own)


def _of_year(shares: MonthShares, year: int) -> MonthShares:
    """Refuse the months of another year: its festival falls on another day."""
    if shares.year != year:
        raise ContractError(
            f"The month shares are those of {shares.year}, the plan is for {year}.",
            where="cascade(profile=...)",
            fix=f"write month_shares(panel, year={year})",
            code="bad-choice",
        )
    return shares


def _panel(profile: object) -> Panel:
    if isinstance(profile, Panel):
        return profile
    raise ContractError(
        f"profile must be a panel or 12 numbers, got {type(profile).__name__}.",
        where="cascade(profile=...)",
        fix="pass a panel, or 12 weights from the first fiscal month on",
        code="bad-choice",
    )


def _season_weights(shares: pd.DataFrame, leaves: pd.DataFrame) -> Floats:
    """Return each leaf's month shares: those of its top unit, else the company's."""
    if not len(shares):
        raise ContractError(
            "There is no complete year to take a season from.",
            where="cascade(months='season')",
            fix="write months='working_days' or months='equal', or pass profile=",
            code="bad-choice",
        )
    level = str(shares.columns[0])
    if level == "month":
        return np.broadcast_to(shares["share"].to_numpy("float64"), (len(leaves), 12))
    wide = shares.set_index([level, "month"])["share"].unstack("month")
    if level not in leaves.columns:
        return np.broadcast_to(wide.loc[""].to_numpy("float64"), (len(leaves), 12))
    known = leaves[level].where(leaves[level].isin(wide.index), "")
    weights: Floats = wide.loc[known].to_numpy("float64")
    return weights


def _profile(profile: object) -> Floats:
    """Read 12 weights in order of the fiscal months."""
    try:
        row = np.asarray(profile, dtype="float64")
    except (TypeError, ValueError):
        row = np.array([])
    usable = row.shape == (12,) and np.isfinite(row).all() and (row >= 0).all() and row.sum() > 0
    if not usable:
        raise ContractError(
            f"profile must be 12 numbers of zero or more, not all zero, got {profile!r}.",
            where="cascade(profile=...)",
            fix="write one weight per month, from the first fiscal month on",
            code="bad-choice",
        )
    return row


def split_months(totals: Ints, weights: Floats) -> Ints:
    """Split every leaf's whole total over its months; each row adds up exactly.

    The rule is the one of `rounding.split_within` (largest remainder, missing steps to the
    largest fractions, ties to the earlier month), on a dense table.

    Examples
    --------
    >>> split_months(np.array([10]), np.ones((1, 12))).tolist()
    [[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0]]
    """
    floor, up, _ = _rounded(totals, weights)
    return np.add(floor, up, order="C")


def _rounded(totals: Ints, weights: Floats) -> tuple[Ints, Bools, Floats]:
    """Return every total's split rounded down, which cells get a step more, and their fractions.

    Tables of shape (n, 12) that lie in memory month by month: what follows reads them so.
    """
    if _is_equal(weights):
        return _equal_months(totals)
    shape = weights.shape[::-1]
    whole, up, part = np.empty(shape, "int64"), np.empty(shape, "bool"), np.empty(shape)
    sums = weights.sum(axis=1)
    for start in range(0, len(totals), _BLOCK):
        rows = slice(start, start + _BLOCK)
        found = _round_rows(totals[rows], weights[rows].T, sums[rows])
        whole[:, rows], up[:, rows], part[:, rows] = found
    return whole.T, up.T, part.T


def _is_equal(weights: Floats) -> bool:
    """Tell whether one row holds for every leaf, the same in all months."""
    return (
        weights.strides[0] == 0 and len(weights) > 0 and bool((weights[0] == weights[0, 0]).all())
    )


def _equal_months(totals: Ints) -> tuple[Ints, Bools, Floats]:
    """Split into equal months: what a division leaves goes to the first ones."""
    base, extra = np.divmod(totals, 12)
    up = np.arange(12)[:, None] < extra
    floor = np.broadcast_to(base[:, None], (len(totals), 12))
    return floor, up.T, np.broadcast_to(np.zeros(1), (len(totals), 12))


def _round_rows(totals: Ints, weights: Floats, sums: Floats) -> tuple[Ints, Bools, Floats]:
    """Round a few rows, a month in each line: what `_rounded` does for all."""
    real = totals * weights / sums
    floor = np.floor(np.round(real, 9))
    part = real - floor
    whole: Ints = floor.astype("int64")
    base, extra = np.divmod(totals - whole.sum(axis=0), 12)
    whole += base
    up = largest_per_row(part.T, extra).T
    return whole, up, part


def split_families(totals: Ints, weights: Floats, family: pd.Series | Ints | None) -> Ints:
    """Split every leaf over its months so that the months of its family are exact as well.

    The months of a family are the split of its own total, not the sum of whatever its leaves
    were rounded to: a region of a thousand people shows the months it would show alone.

    Parameters
    ----------
    totals : array of int, shape (n,), steps
    weights : array of float, shape (n, 12), the same in all rows of a family
    family : Series or array of int, shape (n,), or None for one family

    Returns
    -------
    array of int, shape (n, 12); each row adds up to its total

    Examples
    --------
    >>> whole = split_families(np.array([5, 5]), np.ones((2, 12)), None)
    >>> whole.sum(axis=0).tolist(), whole.sum(axis=1).tolist()
    ([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [5, 5])
    """
    codes = np.zeros(len(totals), dtype="int64") if family is None else pd.factorize(family)[0]
    if (codes[1:] >= codes[:-1]).all():
        return _in_families(totals, weights, codes)
    order = np.argsort(codes, kind="stable")
    back = np.empty(weights.shape, dtype="int64")
    back[order] = _in_families(totals[order], weights[order], codes[order])
    return back


def _in_families(totals: Ints, weights: Floats, codes: Ints) -> Ints:
    """Split leaves whose families lie one after the other."""
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    floor, up, part = _rounded(totals, weights)
    own = split_months(np.add.reduceat(totals, starts), weights[starts])
    there = [np.add.reduceat(cells.T, starts, axis=1, dtype="int64").T for cells in (floor, up)]
    excess = there[0] + there[1] - own
    ends = [*starts[1:], len(totals)]
    for i in np.flatnonzero(excess.any(axis=1)):
        rows = slice(starts[i], ends[i])
        balance(up[rows], part[rows], excess[i])
    return np.add(floor, up, order="C")
