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
    keys, apart = list(meta.grain), meta.new_lost == "separate"
    new, lost = (found & apart for found in new_and_lost(cells, by))
    running = cells[~(new | lost)]
    running = running[(running[["q0", "r0", "c0", "q1", "r1", "c1"]] != 0).any(axis=1)]
    note = np.select([running["q0"] == 0, running["q1"] == 0], ["actual_price", "base_price"], "")
    parts = [
        _rows(running, keys, name, values, note)
        for name, values in _continuing(running, keys, meta, market).items()
    ]
    parts.append(_rows(cells[new], keys, "new", _sold(cells[new])))
    parts.append(_rows(cells[lost], keys, "lost", _sold(cells[lost])))
    parts += [_booked(cells, keys, part) for part in ("returns", "no_units")]
    return pd.concat(parts, ignore_index=True)


def _continuing(
    cells: pd.DataFrame, keys: Sequence[str], meta: Meta, market: Market | None
) -> dict[str, Floats]:
    """Return the effects of items sold on both sides, in causal order."""
    prices = {f"{p}{s}": _per_unit(cells, v + s) for p, v in (("p", "r"), ("c", "c")) for s in "01"}
    _one_sign(cells, prices, keys)
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
    whole = active.groupby([cells[c] for c in by], sort=False).transform("any")
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


def _one_sign(cells: pd.DataFrame, prices: dict[str, Floats], keys: Sequence[str]) -> None:
    """Refuse prices below 0 on both sides: returns nobody marked."""
    bad = cells[(prices["p0"] < 0) & (prices["p1"] < 0)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} items have a price below 0 in base and in actual.",
            where=f"first {bad[list(keys)].iloc[0].tolist()}, see .rows",
            fix="write returns as negative units and negative value",
            rows=bad,
        )


def _per_unit(cells: pd.DataFrame, amount: str) -> Floats:
    """Return value per unit; not a number where there were no units."""
    units = cells["q" + amount[1]].to_numpy(dtype="float64")
    values = cells[amount].to_numpy(dtype="float64")
    prices: Floats = np.divide(values, units, out=np.full(len(cells), np.nan), where=units > 0)
    return prices


def _sold(cells: pd.DataFrame) -> Floats:
    change: Floats = (cells["r1"] - cells["c1"] - cells["r0"] + cells["c0"]).to_numpy()
    return change


def _booked(cells: pd.DataFrame, keys: Sequence[str], part: str) -> pd.DataFrame:
    """Return the rows of returns, or of value without units, where there were any."""
    some = cells[(cells[f"{part}0"] != 0) | (cells[f"{part}1"] != 0)]
    return _rows(some, keys, part, (some[f"{part}1"] - some[f"{part}0"]).to_numpy())


def _rows(
    cells: pd.DataFrame, keys: Sequence[str], effect: str, amount: Floats, note: Any = ""
) -> pd.DataFrame:
    return cells[list(keys)].assign(effect=effect, amount=amount, note=note)
