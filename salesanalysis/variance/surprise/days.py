"""Working days apart from what a day brings: sales as days times sales per day."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.variance.bridge import Bridge, Meta
from salesanalysis.variance.drivers.factors import Floats
from salesanalysis.variance.drivers.sums import beside, sides_of
from salesanalysis.variance.drivers.window import comparable, said
from salesanalysis.variance.effects import Place
from salesanalysis.variance.origins import Origins, checked_origins
from salesanalysis.variance.sides import Windowed
from salesanalysis.variance.sides.calendar import stamp
from salesanalysis.variance.surprise.workdays import count_days
from salesanalysis.variance.tables import column_names, common_key, numbers, some_base, two_tables

CALL = "explain_days"
PLACES: dict[str, Place] = {
    "calendar": (20, "gap", "external"),
    "run_rate": (30, "gap", "internal"),
}
SIDES = ("base", "actual")


def explain_days(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    by: Sequence[str],
    calendar: tuple[float, float] | pd.DataFrame,
    value: str = "revenue",
    dims: Sequence[str] = (),
    period: str | None = None,
    closed_through: object = None,
    origin: Mapping[str, str] | Origins | None = None,
    names: tuple[str, str] = ("last_year", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    favourable: Literal["up", "down"] = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Split a difference into working days and sales per working day.

    Parameters
    ----------
    actual, base : DataFrame
        Rows, or sums of them: the columns of `by`, and `value` in currency.
    by : sequence of str
        Columns that name an item; ``[]`` for the total alone.
    calendar : (base, actual) or DataFrame
        Working days of both windows, see `count_days`; or a frame of group columns (of `by`),
        ``base`` and ``actual``, where regions work by different calendars; or one row per day
        with ``date`` and ``is_workday``, from which the days of the months of both tables are
        counted.
    value : str
    dims : sequence of str
        Further columns items are divided by.
    period, closed_through
        See `explain_chain`.
    origin, names, base_name, window, fiscal, favourable, currency, terms
        See `explain`.

    Returns
    -------
    Bridge
        ``calendar`` = dW (r0 + r1) / 2 and ``run_rate`` = dr (W0 + W1) / 2, the Shapley values of
        days W and sales per day r. Without days on one side the other side's sales per day are
        taken, so all goes to ``calendar``. An item on one side only is new or lost.

    Raises
    ------
    ContractError
        Days that are negative, missing for an item, or 0 where there are sales; columns, keys
        or values that do not fit.

    References
    ----------
    Shorrocks (2013), see `shapley`.

    Examples
    --------
    >>> then, now = pd.DataFrame({"revenue": [2000.0]}), pd.DataFrame({"revenue": [2090.0]})
    >>> bridge = explain_days(now, then, by=[], calendar=(20, 22))
    >>> bridge.by_effect()[["effect", "amount"]].to_numpy().tolist()
    [['calendar', 195.0], ['run_rate', -105.0]]
    """
    two_tables(actual, base, names, CALL)
    keys = column_names(
        [*column_names(by, "by", CALL), *column_names(dims, "dims", CALL)], "by", CALL
    )
    sides = comparable(
        actual, base, keys, value=value, currency=currency, names=names, period=period,
        closed_through=closed_through, window=window,
    )  # fmt: skip
    days = _counted(calendar, sides)
    cells = beside(sides.actual, sides.base, keys, [value])
    if keys:
        common_key(cells, keys, CALL)
    some_base(cells[f"{value}0"], f"{CALL}(actual, base)")
    v0, v1 = (cells[f"{value}{i}"].to_numpy() for i in (0, 1))
    w0, w1 = _days(days, cells, keys)
    _worked(cells, (v0, v1), (w0, w1))
    details = [("calendar_by", "groups")]
    if not isinstance(days, pd.DataFrame):
        details = [("days", f"{float(days[0])!r}|{float(days[1])!r}")]
    meta = Meta(
        method="calendar",
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(keys),
        measure=value,
        convention="calendar_midpoint",
        favourable=favourable,
        window=said(window, sides),
        fiscal_start=fiscal.start_month if fiscal else 0,
        overrides=checked_origins(origin, PLACES),
        left_out=sides.left_out,
        details=(*details, *sides.details),
    )
    new, lost = (v0 == 0) & (v1 != 0), (v0 != 0) & (v1 == 0)
    # a side without days sold nothing because of it: that is the calendar, not a loss
    new, lost = new & (w0 > 0), lost & (w1 > 0)
    items = sides_of(cells[keys], v0, v1)
    return Bridge.of(
        _rows(cells[keys], (v0, v1), (w0, w1), new, lost), items, by=keys, meta=meta,
        places=PLACES, currency=currency, terms=terms or Terms(),
    )  # fmt: skip


def _counted(
    calendar: tuple[float, float] | pd.DataFrame, sides: Windowed
) -> tuple[float, float] | pd.DataFrame:
    """Count the days of both windows where the calendar has one row per day."""
    if not isinstance(calendar, pd.DataFrame) or "is_workday" not in calendar.columns:
        return calendar
    windows = (sides.base_months, sides.actual_months)
    if windows[0] is None or windows[1] is None:
        raise ContractError(
            "A calendar of days needs the months of base and actual.",
            where=f"{CALL}(calendar=...)",
            fix="keep the column of months in both tables, or give days as (base, actual)",
            code="missing-column",
        )
    days = [
        count_days(calendar, stamp(first), stamp(last) + pd.offsets.MonthEnd(0))
        for first, last in (windows[0], windows[1])
    ]
    return days[0], days[1]


def _rows(
    keys: pd.DataFrame,
    v: tuple[Floats, Floats],
    w: tuple[Floats, Floats],
    new: np.ndarray,
    lost: np.ndarray,
) -> pd.DataFrame:
    """Return one row per item and effect."""
    r = [
        np.divide(x, y, out=np.full(len(x), np.nan), where=y > 0) for x, y in zip(v, w, strict=True)
    ]
    r0, r1 = (np.nan_to_num(np.where(np.isnan(a), b, a)) for a, b in (r, r[::-1]))
    both = ~(new | lost)
    parts = (
        ("calendar", (w[1] - w[0]) * (r0 + r1) / 2, both, ""),
        ("run_rate", (r1 - r0) * (w[0] + w[1]) / 2, both, ""),
        ("new", v[1] - v[0], new, "only_actual"),
        ("lost", v[1] - v[0], lost, "only_base"),
    )
    rows = [keys[at].assign(effect=n, amount=a[at], note=note) for n, a, at, note in parts]
    return pd.concat([part for part in rows if len(part)], ignore_index=True)


def _days(
    days: tuple[float, float] | pd.DataFrame, cells: pd.DataFrame, keys: list[str]
) -> tuple[Floats, Floats]:
    """Return the days of each item in base and actual."""
    if not isinstance(days, pd.DataFrame):
        if len(days) != 2:
            raise _no_days(f"Days are a pair, base and actual; got {len(days)} values.")
        pair = np.array([float(d) for d in days])
        if not (np.isfinite(pair).all() and (pair >= 0).all()):
            raise _no_days(f"Days are {days[0]} and {days[1]}; they must be 0 or more.")
        return np.full(len(cells), pair[0]), np.full(len(cells), pair[1])
    groups = [c for c in days.columns if c not in SIDES]
    require_columns(days, SIDES, name="days")
    require_columns(cells[keys], groups, name="by")
    require_unique(days, groups, name="days", what="name the same group")
    figures = {side: numbers(days, side, "days") for side in SIDES}
    if any((v < 0).any() for v in figures.values()):
        raise _no_days("Days are negative; they must be 0 or more.")
    found = cells[groups].merge(days.assign(**figures), on=groups, how="left")
    missing = found["base"].isna()
    if missing.any():
        raise ContractError(
            f"{int(missing.sum())} of {len(cells)} items have no working days.",
            where=f"days by {groups}, see .rows",
            fix="add a row for each group",
            code="uncovered",
            rows=cells[missing.to_numpy()],
        )
    return found["base"].to_numpy(), found["actual"].to_numpy()


def _worked(cells: pd.DataFrame, v: tuple[Floats, Floats], w: tuple[Floats, Floats]) -> None:
    """Refuse sales on no working day at all."""
    for sold, worked, name in zip(v, w, SIDES, strict=True):
        bad = (worked == 0) & (sold != 0)
        if bad.any():
            raise ContractError(
                f"{int(bad.sum())} of {len(cells)} items have sales on 0 working days in {name}.",
                where=f"{CALL}(calendar=...), see .rows",
                fix="count the days that were worked, make-up days included",
                rows=cells[bad],
            )


def _no_days(what: str) -> ContractError:
    return ContractError(
        what, where=f"{CALL}(calendar=...)", fix="give (base, actual), such as (20, 22)"
    )
