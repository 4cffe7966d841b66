"""From two tables to the bridge between them: prices, market, plan, open months, fixed cost."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.variance.asked import Asked
from salesanalysis.variance.bridge import COUNTS, SIDES, Bridge, Meta
from salesanalysis.variance.cells import PARTS, read_cells
from salesanalysis.variance.further import fixed_rows, open_rows, plan_rows, with_fixed_terms
from salesanalysis.variance.market import Market, day_growth, group_columns, market_growth
from salesanalysis.variance.newbusiness import new_bridge
from salesanalysis.variance.pvm import Around, gap_rows, joint, market_rows, new_and_lost, pvm_rows
from salesanalysis.variance.sides import (
    Windowed,
    check_sides,
    cut,
    in_reporting_currency,
    with_units,
)
from salesanalysis.variance.sides.months import MONTH
from salesanalysis.variance.tables import common_key, spelt_apart


def bridge_between(
    actual: pd.DataFrame, base: pd.DataFrame, revised: pd.DataFrame | None, asked: Asked
) -> Bridge:
    """Return the bridge from `base` to `actual`, by way of `revised` where it is given."""
    sides = _cut(actual, base, revised, asked)
    if _is_empty(sides.base, asked.value):
        if asked.empty_base == "refuse":
            raise _nothing_to_compare(len(sides.base), asked.by)
        meta = replace(_with_window(asked.meta, sides), method="new_business")
        if asked.fx is not None:
            sides, _ = _prepared(sides, asked)
        return new_bridge(sides.actual, asked.value, asked.cost, meta, asked.currency, asked.terms)
    _check(sides, asked)
    sides, implied = _prepared(sides, asked)
    target = sides.base if sides.revised is None else sides.revised
    cells = _cells(sides.actual, target, sides, asked)
    common_key(cells, asked.keys)
    rows = [_rows(cells, sides, asked)]
    items = [_items(cells, asked)]
    for more in (plan_rows(sides, asked), open_rows(sides, asked), fixed_rows(asked, cells)):
        if more is not None:
            rows.append(more[0])
            items.append(more[1])
    return Bridge.of(
        pd.concat(rows, ignore_index=True) if len(rows) > 1 else rows[0],
        _summed_items(items, asked.keys),
        by=asked.keys,
        meta=_full_meta(asked, sides, implied, _spelling(cells, asked)),
        currency=asked.currency,
        terms=with_fixed_terms(asked),
    )


def _cut(
    actual: pd.DataFrame, base: pd.DataFrame, revised: pd.DataFrame | None, asked: Asked
) -> Windowed:
    meta = asked.meta
    return cut(
        actual, base, revised, period=asked.period, value=asked.value, cost=asked.cost,
        units=asked.units, choices=asked.rules, closed_through=asked.closed_through,
        calendar=asked.calendar, last_year=meta.names[0] == "last_year",
        windows_said=bool(meta.window),
    )  # fmt: skip


def _check(sides: Windowed, asked: Asked) -> None:
    for base in (sides.base, *(() if sides.revised is None else (sides.revised,))):
        check_sides(
            sides.actual, base, asked.keys, value=asked.value, units=asked.read_units,
            cost=asked.cost, currency=asked.currency, with_rates=asked.fx is not None,
            aggregate=asked.rules.aggregate or asked.rules.chained, period=asked.period,
        )  # fmt: skip


def _prepared(sides: Windowed, asked: Asked) -> tuple[Windowed, int]:
    """Put units on a target without them, and both sides into one currency."""
    implied = 0
    if asked.rules.target_price and asked.units:
        base, implied = with_units(
            sides.base, sides.actual, asked.last_year, asked.keys,
            value=asked.value, units=asked.units,
        )  # fmt: skip
        sides = replace(sides, base=base)
    if asked.fx is None:
        return sides, implied

    def turned(actual: pd.DataFrame, base: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        return in_reporting_currency(
            actual, base, asked.fx, amounts=asked.amounts, currency=asked.currency,
            period=asked.period, shift=sides.shift,
        )  # fmt: skip

    actual, base = turned(sides.actual, sides.base)
    out = replace(sides, actual=actual, base=base)
    if sides.revised is not None:
        out = replace(out, revised=turned(sides.actual, sides.revised)[1])
    if sides.open_actual is not None and sides.open_base is not None:
        late = turned(sides.open_actual, sides.open_base)
        out = replace(out, open_actual=late[0], open_base=late[1])
    return out, implied


def _cells(actual: pd.DataFrame, base: pd.DataFrame, sides: Windowed, asked: Asked) -> pd.DataFrame:
    """Read both sides to cells, by month where they are split month by month."""
    keys = [*asked.keys, *([MONTH] if asked.rules.chained else [])]
    cells = read_cells(
        actual, base, keys, value=asked.value, cost=asked.cost, returns=asked.rules.returns,
        units=asked.read_units,
    )  # fmt: skip
    if asked.rules.per_month and sides.base_months:
        for side, months in zip("01", sides.n_months, strict=True):
            columns = [f"{part}{side}" for part in (*PARTS, "fx")]
            cells[columns] = cells[columns] / months
    return cells


def _rows(cells: pd.DataFrame, sides: Windowed, asked: Asked) -> pd.DataFrame:
    """Return the effects of every cell, summed over months where they were split by month."""
    if asked.method == "gap":
        rows = gap_rows(cells, asked.keys)
    else:
        split = pvm_rows if asked.method == "pvm" else market_rows
        rows = split(cells, asked.by, asked.meta, _around(cells, sides, asked))
    if not asked.rules.chained:
        return rows
    keys = [*asked.keys, "effect"]
    sums = rows.groupby(keys, as_index=False, observed=True)[["amount"]].sum()
    return sums.assign(note="")


def _around(cells: pd.DataFrame, sides: Windowed, asked: Asked) -> Around:
    """Return market, working days and groups of every cell."""
    windows = (sides.base_months, sides.actual_months)
    market = days = split = None
    if asked.market is not None:
        _no_own_history(cells, asked.market)
        market = market_growth(cells, asked.keys, asked.market, windows)
    if asked.calendar is not None and not _prorates(asked):
        days = day_growth(cells, asked.keys, asked.calendar, windows)
    if asked.rules.mix_split:
        split = _codes(cells, asked.rules.mix_split, asked.keys)
    within = cells[MONTH].to_numpy(dtype="int64") if asked.rules.chained else None
    return Around(market, days, within, split)


def _no_own_history(cells: pd.DataFrame, market: Market) -> None:
    """Refuse our own sales as the market: all of the quantity would be market size."""
    if isinstance(market, pd.DataFrame):
        return
    for part in ("q", "r"):
        own = [float(cells[f"{part}{side}"].sum()) for side in "01"]
        if own[0] > 0 and np.allclose(own, market, rtol=1e-12, atol=0.0):
            raise ContractError(
                "The market given is our own sales, so the share would be 100 % on both sides.",
                where=f"explain(market={tuple(market)!r})",
                fix="give the sales of all sellers, or an index of them, or leave market= out",
                code="bad-choice",
            )


def _codes(cells: pd.DataFrame, column: str, keys: Sequence[str]) -> Any:
    if column not in keys:
        raise ContractError(
            f"mix cannot be split by {column!r}, which is not part of the comparison.",
            where="explain(mix_split=...)",
            fix=f'add it: dims=["{column}"]; known: {", ".join(keys)}',
            code="unknown-name",
        )
    return joint(len(cells), pd.factorize(cells[column])[0])


def _items(cells: pd.DataFrame, asked: Asked) -> pd.DataFrame:
    """Return base and actual of each cell, and whether it is matched, new or lost."""
    if asked.rules.chained:
        cells = cells.drop(columns=MONTH).groupby(asked.keys, as_index=False).sum()
    new, lost = new_and_lost(cells, asked.by)
    idle = ~(new | lost) & (cells[["q0", "r0", "q1", "r1"]] == 0).all(axis=1).to_numpy()
    found = dict(zip(COUNTS, (~(new | lost | idle), new, lost), strict=True))
    sides = {
        name: cells[f"r{s}"] - cells[f"c{s}"] + cells[f"returns{s}"] + cells[f"no_units{s}"]
        + cells[f"fx{s}"]
        for s, name in zip("01", SIDES, strict=True)
    }  # fmt: skip
    return cells[asked.keys].assign(**sides, **{n: m.astype("int64") for n, m in found.items()})


def _summed_items(items: list[pd.DataFrame], keys: list[str]) -> pd.DataFrame:
    if len(items) == 1:
        return items[0]
    joined = pd.concat(items, ignore_index=True)
    out: pd.DataFrame = joined.groupby(keys, as_index=False, observed=True).sum()
    return out


def _prorates(asked: Asked) -> bool:
    return asked.rules.open_months == "prorate" and asked.closed_through is not None


def _with_window(meta: Meta, sides: Windowed) -> Meta:
    return meta if meta.window else replace(meta, window=sides.window)


def _spelling(cells: pd.DataFrame, asked: Asked) -> tuple[tuple[str, str], ...]:
    there = [cells[f"in{side}"].to_numpy() > 0 for side in "01"]
    return spelt_apart(cells[asked.keys], there[0], there[1])


def _full_meta(
    asked: Asked, sides: Windowed, implied: int, spelling: tuple[tuple[str, str], ...]
) -> Meta:
    """Return everything that has to be said beside the numbers."""
    rules, meta = asked.rules, _with_window(asked.meta, sides)
    said = {
        "market_order": "on" if asked.market is not None and asked.method == "pvm" else "",
        "market_unit": "value" if asked.method == "market" else "",
        "calendar": "on" if asked.calendar is not None and not _prorates(asked) else "",
        "fx_last": "on" if asked.fx is not None else "",
        "mix_split": rules.mix_split if asked.method == "pvm" else "",
        "returns_date": "original" if rules.returns_date == "original" else "",
        "open_months": rules.open_months if asked.closed_through is not None else "",
        "per_month": "on" if rules.per_month and sides.base_months else "",
        "chained": "on" if rules.chained else "",
        "target_price": rules.target_price if asked.method == "pvm" else "",
        "implied": str(implied) if implied else "",
        "revised": "on" if sides.revised is not None else "",
    }
    details = tuple((k, v) for k, v in said.items() if v and v != "exclude")
    groups = group_columns(asked.market)
    market = () if asked.market is None else tuple(groups) or ("total",)
    return replace(
        meta, market=market, left_out=sides.left_out, details=(*details, *spelling, *sides.details)
    )


def _is_empty(base: pd.DataFrame, value: str) -> bool:
    """Tell whether the base has no rows, or adds up to nothing."""
    if not len(base):
        return True
    if value not in base.columns or not pd.api.types.is_numeric_dtype(base[value]):
        return False  # the column check says so with a better message
    total, size = base[value].sum(skipna=False), base[value].abs().sum(skipna=False)
    return bool(abs(total) <= 1e-12 * size)


def _nothing_to_compare(n_rows: int, by: list[str]) -> ContractError:
    what = "has no rows" if not n_rows else "adds up to 0"
    return ContractError(
        f"The base {what}, so there is nothing to compare with.",
        where=f"explain(actual, base), {n_rows} rows of base",
        fix=f"report it as new business: sa.variance.new_business(actual, by={by}), or "
        'explain(..., empty_base="new_business")',
        code="empty-table",
    )
