"""Was the target off, or did something happen nobody expected: target, forecast and actual."""

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar, month_start
from salesanalysis.variance.bridge import Bridge, Meta
from salesanalysis.variance.drivers.sums import beside, sides_of
from salesanalysis.variance.drivers.window import comparable
from salesanalysis.variance.effects import Place
from salesanalysis.variance.origins import Origins, checked_origins
from salesanalysis.variance.surprise.closed import closed_part, closed_window, whole_interval
from salesanalysis.variance.surprise.expected import cut_off_of, ends, inside, side_of
from salesanalysis.variance.tables import column_names, common_key, some_base, two_tables

CALL = "surprise"
PLACES: dict[str, Place] = {
    "target_gap": (5, "gap", "plan"),
    "calendar": (20, "gap", "external"),
    "surprise": (150, "gap", "unassigned"),
}


def surprise(
    actual: pd.DataFrame,
    target: pd.DataFrame,
    expected: pd.DataFrame,
    *,
    by: Sequence[str],
    window: Sequence[object],
    cut_off: object = None,
    value: str = "revenue",
    planned: pd.DataFrame | None = None,
    interval: tuple[float, float] | None = None,
    bounds: tuple[str, str] | None = None,
    period: str | None = None,
    closed_through: object = None,
    origin: Mapping[str, str] | Origins | None = None,
    names: tuple[str, str] = ("target", "actual"),
    base_name: str | None = None,
    fiscal: FiscalCalendar | None = None,
    favourable: Literal["up", "down"] = "up",
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Split actual against target into a target that was off and a surprise.

    Parameters
    ----------
    actual, target, expected : DataFrame
        Rows, or sums of them: the columns of `by`, and `value` in currency. `expected` is the
        forecast that was made before the window began.
    by : sequence of str
        Columns that name an item; ``[]`` for the total alone.
    window : (first, last)
        Months compared.
    cut_off : date, optional
        The last day or month the forecast knew; else `expected` has a column ``cut_off``.
    value : str
    planned : DataFrame, optional
        The same forecast under the calendar the target was planned with: working days that
        turned out otherwise become ``calendar``.
    interval : (lower, upper), currency, optional
        Interval of the forecast total; the text says whether the surprise lies inside it.
    bounds : (lower, upper), optional
        Columns of `expected` with the interval of each item, said in ``note``.
    period : str, optional
        Column of dates; default the first of ``period, month, date, order_date`` that holds
        dates.
    closed_through : date, optional
        Last closed month; later rows of every table are left out and counted.
    origin, names, base_name, fiscal, favourable, currency, terms
        See `explain`.

    Returns
    -------
    Bridge
        ``target_gap`` = expected - target (with `planned`: planned - target), ``calendar`` =
        expected - planned, ``surprise`` = actual - expected.

    Raises
    ------
    ContractError
        A forecast without a cut-off, or with one inside or after the window (look-ahead);
        columns, keys or values that do not fit; an interval the wrong way round.

    Examples
    --------
    >>> def frame(amount): return pd.DataFrame({"region": ["East"], "revenue": [amount]})
    >>> bridge = surprise(frame(1080.0), frame(1200.0), frame(1120.0), by=["region"],
    ...                   window=("2026-03-01", "2026-03-01"), cut_off="2026-02-28",
    ...                   interval=(1050.0, 1190.0))
    >>> bridge.by_effect()[["effect", "amount"]].to_numpy().tolist()
    [['target_gap', -80.0], ['surprise', -40.0]]
    >>> print(bridge.explain().splitlines()[3])
    The surprise lies inside the forecast's interval, 1,050 to 1,190 CNY.
    """
    two_tables(actual, target, names, CALL)
    keys, months = column_names(by, "by", CALL), closed_window(window, closed_through)
    known = cut_off_of(expected, cut_off, [month_start(month) for month in window])
    sides = comparable(
        actual, target, keys, value=value, currency=currency, names=names, period=period,
        closed_through=closed_through, window=window,
    )  # fmt: skip
    cut = closed_part(expected, "expected", closed_through, period, CALL)
    whole_interval(len(expected) - len(cut), interval, CALL)
    expected = cut
    if planned is not None:
        planned = closed_part(planned, "planned", closed_through, period, CALL)
    cells = beside(sides.actual, sides.base, keys, [value])
    some_base(cells[f"{value}0"], f"{CALL}(actual, base)")
    for name, frame in (("expected", expected), ("planned", planned)):
        if frame is not None:
            cells = _with(cells, frame, name, keys, value)
    limits = ends(interval) if interval else None
    if bounds:
        cells = _with_bounds(cells, expected, keys, bounds)
    details = [("cut_off", f"{known:%Y-%m-%d}")]
    if limits:
        low, high = limits
        told = side_of(float(cells[f"{value}1"].sum()), low, high)
        total = float(cells[f"{value}0"].sum()), float(cells[f"{value}1"].sum())
        details += [("interval", f"{low!r}|{high!r}"), ("interval_side", told)]
        details += [("interval_of", f"{total[0]!r}|{total[1]!r}")]
    meta = Meta(
        method="surprise",
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(keys),
        measure=value,
        favourable=favourable,
        window=tuple(months),
        fiscal_start=fiscal.start_month if fiscal else 0,
        overrides=checked_origins(origin, PLACES),
        left_out=sides.left_out,
        details=(*details, *sides.details),
    )
    items = sides_of(cells[keys], *(cells[f"{value}{i}"].to_numpy() for i in (0, 1)))
    rows = _rows(cells, keys, value, with_bounds=bool(bounds), with_plan=planned is not None)
    return Bridge.of(
        rows, items, by=keys, meta=meta, places=PLACES,
        currency=currency, terms=terms or Terms(),
    )  # fmt: skip


def _with(
    cells: pd.DataFrame, frame: pd.DataFrame, name: str, keys: list[str], value: str
) -> pd.DataFrame:
    """Put a forecast beside the cells; a cell without one is marked."""
    if not len(frame):
        raise ContractError(
            f"{name} has no rows.",
            where=f"{CALL}({name}=...)",
            fix="give the forecast of the months compared",
            code="empty-table",
            rows=frame,
        )
    had = cells.rename(columns={f"{value}1": "kept"})[[*keys, "kept"]]
    both = beside(frame, had.rename(columns={"kept": value}), keys, [value])
    if keys:
        common_key(both, keys, CALL, ("target", name))
    found = both.rename(columns={f"{value}1": name, "in1": f"in_{name}"})
    found = found[[*keys, name, f"in_{name}"]]
    if not keys:
        return cells.assign(**{c: found[c].to_numpy() for c in (name, f"in_{name}")})
    joined = cells.merge(found, on=keys, how="outer", validate="one_to_one").sort_values(keys)
    figures = [c for c in joined.columns if c not in keys]
    filled = joined[figures].fillna(0.0)
    return joined.assign(**{c: filled[c] for c in figures}).reset_index(drop=True)


def _with_bounds(
    cells: pd.DataFrame, expected: pd.DataFrame, keys: list[str], bounds: tuple[str, str]
) -> pd.DataFrame:
    """Put the interval of each item beside it; bounds of several rows do not add up."""
    if expected.duplicated(keys).any() if keys else len(expected) > 1:
        raise ContractError(
            "Intervals of several rows of an item cannot be added.",
            where=f"{CALL}(bounds={bounds!r})",
            fix="give one row per item of by, or the interval of the total",
            code="duplicate-key",
        )
    low, high = bounds
    found = beside(expected, expected.iloc[:0], keys, [low, high]).rename(
        columns={f"{low}1": "low", f"{high}1": "high"}
    )
    inside(found)
    if not keys:
        return cells.assign(low=found["low"].to_numpy(), high=found["high"].to_numpy())
    return cells.merge(found[[*keys, "low", "high"]], on=keys, how="left", validate="one_to_one")


def _rows(
    cells: pd.DataFrame, keys: list[str], value: str, *, with_bounds: bool, with_plan: bool
) -> pd.DataFrame:
    """Return one row per item and effect."""
    target, actual, expected = (cells[c] for c in (f"{value}0", f"{value}1", "expected"))
    planned = cells["planned"] if with_plan else expected
    missing = np.where(cells["in_expected"] == 0, "no_forecast", "")
    note = missing
    if with_bounds:
        told = np.select(
            [cells["low"].isna(), actual < cells["low"], actual > cells["high"]],
            ["", "below_interval", "above_interval"],
            "inside_interval",
        )
        note = np.where(missing == "", told, missing)
    parts = [("target_gap", planned - target, missing), ("surprise", actual - expected, note)]
    if with_plan:
        parts.append(("calendar", expected - planned, np.full(len(cells), "")))
    rows = [
        cells[keys].assign(effect=name, amount=amount.to_numpy(), note=text.astype("str"))
        for name, amount, text in parts
    ]
    return pd.concat(rows, ignore_index=True)
