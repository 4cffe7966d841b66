"""From cells to effect rows: price, quantity, mix, cost, new, lost, returns, no units, market."""

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.variance.arithmetic import Floats, pvm_effects
from salesanalysis.variance.bridge import Meta
from salesanalysis.variance.cells import numbers

Mask = npt.NDArray[np.bool_]
#: (total in base, total in actual), or one row per group with these two columns
Market: TypeAlias = tuple[float, float] | pd.DataFrame
_SIGN_FIX = {
    "separate": "write returns as negative units and negative value",
    "net": 'set returns="separate", so that returns get a line of their own',
}


def gap_rows(cells: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return one row per cell: the plain difference."""
    rows = cells[list(keys)].copy()
    rows["effect"] = "difference"
    rows["amount"] = (cells["r1"] - cells["c1"]) - (cells["r0"] - cells["c0"])
    absent = [cells["in0"].to_numpy() == 0, cells["in1"].to_numpy() == 0]
    rows["note"] = np.select(absent, ["only_actual", "only_base"], "")
    return rows


def pvm_rows(
    cells: pd.DataFrame, by: Sequence[str], meta: Meta, market: Market | None
) -> pd.DataFrame:
    """Return one row per cell and effect: `keys`, ``effect``, ``amount``, ``note``.

    Price, quantity and mix exist for continuing items only; a new item is `new` with all it
    sold, a lost one `lost` with all it used to sell. With a market, quantity is divided into
    market size and market share inside each group of the market.
    """
    apart = meta.new_lost == "separate"
    new, lost = (found & apart for found in new_and_lost(cells, by))
    sold = (cells[["q0", "r0", "c0", "q1", "r1", "c1"]] != 0).any(axis=1).to_numpy()
    runs = np.flatnonzero(sold & ~(new | lost))
    running = cells.iloc[runs]
    note = np.select([running["q0"] == 0, running["q1"] == 0], ["actual_price", "base_price"], "")
    found = {
        name: (runs, values, note) for name, values in _continuing(running, meta, market).items()
    }
    change = (cells["r1"] - cells["c1"] - cells["r0"] + cells["c0"]).to_numpy()
    for name, where in (("new", new), ("lost", lost)):
        found[name] = _some(where, change)
    for name in ("returns", "no_units"):
        before, after = cells[f"{name}0"].to_numpy(), cells[f"{name}1"].to_numpy()
        found[name] = _some((before != 0) | (after != 0), after - before)
    return _long(cells[list(meta.grain)], found)


def _some(where: Mask, amount: Floats) -> tuple[Any, Floats, Any]:
    """Return the positions where there is something, with amounts and no note."""
    at = np.flatnonzero(where)
    return at, amount[at], np.full(len(at), "")


def _long(keys: pd.DataFrame, found: dict[str, tuple[Any, Floats, Any]]) -> pd.DataFrame:
    """Put effects below each other: position, amount and note of each become rows."""
    positions, amounts, notes = (
        np.concatenate(parts) for parts in zip(*found.values(), strict=True)
    )
    names = np.repeat(list(found), [len(part[0]) for part in found.values()])
    rows = keys.iloc[positions].reset_index(drop=True)
    return rows.assign(
        effect=pd.Series(names, dtype="str"), amount=amounts, note=pd.Series(notes, dtype="str")
    )


def _continuing(cells: pd.DataFrame, meta: Meta, market: Market | None) -> dict[str, Floats]:
    """Return the effects of items sold on both sides, in causal order."""
    keys = meta.grain
    prices = {f"{p}{s}": _per_unit(cells, v + s) for p, v in (("p", "r"), ("c", "c")) for s in "01"}
    _one_sign(cells, prices, meta)
    group, growth = market_groups(cells, keys, market)
    convention: Any = meta.convention
    mix: Any = meta.mix
    found = pvm_effects(
        cells["q0"], prices["p0"], cells["q1"], prices["p1"],
        c0=prices["c0"], c1=prices["c1"], group=group, convention=convention, mix=mix,
    )  # fmt: skip
    effects = {"quantity": found.quantity}
    if market is not None:
        size = growth * found.scale
        effects = {"market_size": size, "market_share": found.quantity - size}
    effects |= {"mix": found.mix, "price": found.price}
    effects |= {"cross": found.cross} if meta.convention == "cross" else {}
    return effects | ({"cost": found.cost} if meta.cost else {})


def new_and_lost(cells: pd.DataFrame, by: Sequence[str]) -> tuple[Mask, Mask]:
    """Tell which cells belong to an item of `by` that one side did not sell at all."""
    active = pd.DataFrame({s: ((cells["q" + s] != 0) | (cells["r" + s] != 0)) for s in "01"})
    # items of several cells are new only where none of their cells has a base
    one_cell = not cells.duplicated(list(by)).any()
    groups = [cells[c] for c in by]
    whole = active if one_cell else active.groupby(groups, sort=False).transform("any")
    before, after = whole["0"].to_numpy(), whole["1"].to_numpy()
    return ~before & after, before & ~after


def market_groups(
    cells: pd.DataFrame, keys: Sequence[str], market: Market | None
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the market group of each cell, and by how much that market grew."""
    if not isinstance(market, pd.DataFrame):
        before, after = (1.0, 1.0) if market is None else market
        frame = pd.DataFrame({"base": [float(before)], "actual": [float(after)]})
        _market_above_0(frame)
        n = len(cells)
        return np.zeros(n, dtype="int64"), np.full(n, _growth(frame).iloc[0])
    groups = [c for c in market.columns if c not in ("base", "actual")]
    _market_fits(market, groups, keys)
    frame = market.reset_index(drop=True)
    _market_above_0(frame)
    joined = cells[groups].merge(
        frame.assign(code=range(len(frame)), growth=_growth(frame)), on=groups, how="left"
    )
    missing = joined[joined["code"].isna()].drop_duplicates()
    if len(missing):
        name = missing[groups].iloc[0].tolist()
        raise ContractError(
            f"market has no row for {len(missing)} of the groups sold, first {name}.",
            where=f"market by {groups}, see .rows",
            fix="add the market of these groups, or give one total as market=(base, actual)",
            code="empty-table",
            rows=missing[groups],
        )
    return joined["code"].to_numpy(dtype="int64"), joined["growth"].to_numpy(dtype="float64")


def _growth(frame: pd.DataFrame) -> pd.Series:
    """Return the growth of each market, 0.1 for 10 %."""
    growth: pd.Series = (frame["actual"] - frame["base"]) / frame["base"]
    return growth


def _market_fits(market: pd.DataFrame, groups: list[str], keys: Sequence[str]) -> None:
    """Refuse a market that is not given at a grain of the comparison, or twice."""
    require_columns(market, ["base", "actual"], name="market")
    strange = [c for c in groups if c not in keys]
    if strange or not groups:
        raise ContractError(
            f"market is given by {groups}, the comparison by {list(keys)}.",
            where="explain(market=...)",
            fix="give the market by columns of the comparison, or one total as (base, actual)",
            code="bad-choice",
        )
    twice = market[market.duplicated(groups, keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of market share a group.",
            where=f"market by {groups}, see .rows",
            fix="sum them first",
            code="duplicate-key",
            rows=twice,
        )


def _market_above_0(frame: pd.DataFrame) -> None:
    """Refuse a market of 0: nothing could be a share of it."""
    sizes = np.column_stack([numbers(frame, column, "market") for column in ("base", "actual")])
    bad = frame[~(sizes > 0).all(axis=1)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} markets are 0 or negative.",
            where=f"market rows {bad.index[:3].tolist()}, see .rows",
            fix="give the market in units, or as an index such as 100 and 104",
            rows=bad,
        )


def _one_sign(cells: pd.DataFrame, prices: dict[str, Floats], meta: Meta) -> None:
    """Refuse prices below 0 on both sides: returns nobody marked."""
    bad = cells[(prices["p0"] < 0) & (prices["p1"] < 0)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} items have a price below 0 in base and in actual.",
            where=f"first {bad[list(meta.grain)].iloc[0].tolist()}, see .rows",
            fix=_SIGN_FIX[meta.returns],
            rows=bad,
        )


def _per_unit(cells: pd.DataFrame, amount: str) -> Floats:
    """Return value per unit; not a number where there were no units."""
    units = cells["q" + amount[1]].to_numpy(dtype="float64")
    values = cells[amount].to_numpy(dtype="float64")
    prices: Floats = np.divide(values, units, out=np.full(len(cells), np.nan), where=units > 0)
    return prices
