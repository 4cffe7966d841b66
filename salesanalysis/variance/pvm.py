"""From cells to effect rows: price, quantity, mix, market, new, lost, returns, rates."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.variance.arithmetic import Floats, PvmEffects, pvm_effects
from salesanalysis.variance.bridge import Meta
from salesanalysis.variance.market import Growth

Mask = npt.NDArray[np.bool_]
Found = dict[str, tuple[Any, Floats, Any]]
_SIGN_FIX = {
    "separate": "write returns as negative units and negative value",
    "net": 'set returns="separate", so that returns get a line of their own',
}


@dataclass(frozen=True, eq=False)
class Around:
    """What is known around the figures, per cell.

    Attributes
    ----------
    market, days : Growth, optional
        Growth of the market and of working days; None where it was not given.
    within : array of int, shape (n,), optional
        Groups (months, measures) outside which no share is taken.
    split : array of int, shape (n,), optional
        Groups mix is divided by.
    """

    market: Growth | None = None
    days: Growth | None = None
    within: npt.NDArray[np.int64] | None = None
    split: npt.NDArray[np.int64] | None = None

    def at(self, rows: npt.NDArray[np.intp]) -> "Around":
        """Return the same for some of the cells."""

        def part(growth: Growth | None) -> Growth | None:
            return growth and Growth(growth.group[rows], growth.growth[rows])

        within, split = (a if a is None else a[rows] for a in (self.within, self.split))
        return Around(part(self.market), part(self.days), within, split)


def gap_rows(cells: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return one row per cell: the plain difference, and what exchange rates moved."""
    absent = [cells["in0"].to_numpy() == 0, cells["in1"].to_numpy() == 0]
    note = np.select(absent, ["only_actual", "only_base"], "")
    change = (cells["r1"] - cells["c1"]) - (cells["r0"] - cells["c0"])
    found: Found = {"difference": (np.arange(len(cells)), change.to_numpy(), note)}
    return _long(cells[list(keys)], found | _moved_by_rates(cells))


def pvm_rows(cells: pd.DataFrame, by: Sequence[str], meta: Meta, around: Around) -> pd.DataFrame:
    """Return one row per cell and effect: `keys`, ``effect``, ``amount``, ``note``.

    Price, quantity and mix exist for continuing items only; a new item is `new` with all it
    sold, a lost one `lost` with all it used to sell. With a market, quantity is divided into
    market size and market share inside each group of the market.
    """
    found, running, runs = _apart(cells, by, meta)
    note = np.select([running["q0"] == 0, running["q1"] == 0], ["actual_price", "base_price"], "")
    effects = _continuing(running, meta, around.at(runs))
    return _long(
        cells[list(meta.grain)],
        {name: (runs, values, note) for name, values in effects.items()} | found,
    )


def market_rows(cells: pd.DataFrame, by: Sequence[str], meta: Meta, around: Around) -> pd.DataFrame:
    """Return one row per cell and effect where the market is in money: size and share only.

    Size (M1 - M0) R0 / M0, share (R1 / M1 - R0 / M0) M1, working days R0 (W1 / W0 - 1) taken
    out of the size.
    """
    found, running, runs = _apart(cells, by, meta)
    part = around.at(runs)
    before = (running["r0"] - running["c0"]).to_numpy()
    after = (running["r1"] - running["c1"]).to_numpy()
    growth = part.market.growth if part.market else np.zeros(len(running))
    size = growth * before
    effects = {"market_size": size, "market_share": after - before - size}
    if part.days:
        days = part.days.growth * before
        effects = {"calendar": days, **effects, "market_size": size - days}
    note = np.full(len(running), "")
    return _long(
        cells[list(meta.grain)],
        {name: (runs, values, note) for name, values in effects.items()} | found,
    )


def new_and_lost(cells: pd.DataFrame, by: Sequence[str]) -> tuple[Mask, Mask]:
    """Tell which cells belong to an item of `by` that one side did not sell at all."""
    active = pd.DataFrame({s: ((cells["q" + s] != 0) | (cells["r" + s] != 0)) for s in "01"})
    # items of several cells are new only where none of their cells has a base
    one_cell = not cells.duplicated(list(by)).any()
    groups = [cells[c] for c in by]
    whole = active if one_cell else active.groupby(groups, sort=False).transform("any")
    before, after = whole["0"].to_numpy(), whole["1"].to_numpy()
    return ~before & after, before & ~after


def _apart(
    cells: pd.DataFrame, by: Sequence[str], meta: Meta
) -> tuple[Found, pd.DataFrame, npt.NDArray[np.intp]]:
    """Set apart what has no price: new, lost, returns, value without units, rates."""
    separate = meta.new_lost == "separate"
    new, lost = (found & separate for found in new_and_lost(cells, by))
    sold = (cells[["q0", "r0", "c0", "q1", "r1", "c1"]] != 0).any(axis=1).to_numpy()
    runs = np.flatnonzero(sold & ~(new | lost))
    change = (cells["r1"] - cells["c1"] - cells["r0"] + cells["c0"]).to_numpy()
    found = {"new": _some(new, change), "lost": _some(lost, change)}
    for name in ("returns", "no_units"):
        before, after = cells[f"{name}0"].to_numpy(), cells[f"{name}1"].to_numpy()
        found[name] = _some((before != 0) | (after != 0), after - before)
    return found | _moved_by_rates(cells), cells.iloc[runs], runs


def _moved_by_rates(cells: pd.DataFrame) -> Found:
    moved = cells["fx1"].to_numpy()
    return {"fx": _some(moved != 0, moved)} if (moved != 0).any() else {}


def _some(where: Mask, amount: Floats) -> tuple[Any, Floats, Any]:
    """Return the positions where there is something, with amounts and no note."""
    at = np.flatnonzero(where)
    return at, amount[at], np.full(len(at), "")


def _long(keys: pd.DataFrame, found: Found) -> pd.DataFrame:
    """Put effects below each other: position, amount and note of each become rows."""
    positions, amounts, notes = (
        np.concatenate(parts) for parts in zip(*found.values(), strict=True)
    )
    names = np.repeat(list(found), [len(part[0]) for part in found.values()])
    rows = keys.iloc[positions].reset_index(drop=True)
    return rows.assign(
        effect=pd.Series(names, dtype="str"), amount=amounts, note=pd.Series(notes, dtype="str")
    )


def _continuing(cells: pd.DataFrame, meta: Meta, around: Around) -> dict[str, Floats]:
    """Return the effects of items sold on both sides, in causal order."""
    prices = {f"{p}{s}": _per_unit(cells, v + s) for p, v in (("p", "r"), ("c", "c")) for s in "01"}
    _one_sign(cells, prices, meta)
    group = joint(len(cells), around.market.group if around.market else None, around.within)
    found = _split(cells, prices, meta, group)
    effects = _quantity(found, around)
    effects |= _mix(cells, prices, meta, found, group=group, split=around.split)
    effects["price"] = found.price
    effects |= {"cross": found.cross} if meta.convention == "cross" else {}
    return effects | ({"cost": found.cost} if meta.cost else {})


def _split(
    cells: pd.DataFrame, prices: dict[str, Floats], meta: Meta, group: npt.NDArray[np.int64]
) -> PvmEffects:
    convention: Any = meta.convention
    mix: Any = meta.mix
    return pvm_effects(
        cells["q0"], prices["p0"], cells["q1"], prices["p1"],
        c0=prices["c0"], c1=prices["c1"], group=group, convention=convention, mix=mix,
    )  # fmt: skip


def _quantity(found: PvmEffects, around: Around) -> dict[str, Floats]:
    """Divide the quantity effect: working days, market size, market share."""
    effects, left = {}, found.quantity
    if around.days:
        effects["calendar"] = around.days.growth * found.scale
        left = left - effects["calendar"]
    if not around.market:
        return effects | {"quantity": left}
    # days are taken out of the market, not counted twice
    size = around.market.growth * found.scale - effects.get("calendar", 0.0)
    return effects | {"market_size": size, "market_share": left - size}


def _mix(
    cells: pd.DataFrame, prices: dict[str, Floats], meta: Meta, found: PvmEffects, *,
    group: npt.NDArray[np.int64], split: npt.NDArray[np.int64] | None,
) -> dict[str, Floats]:  # fmt: skip
    """Return mix, or mix between groups and within them; both add up to mix."""
    if split is None:
        return {"mix": found.mix}
    within = _split(cells, prices, meta, joint(len(cells), group, split)).mix
    return {"mix_between": found.mix - within, "mix_within": within}


def joint(n: int, *groups: npt.NDArray[np.int64] | None) -> npt.NDArray[np.int64]:
    """Return one code per combination of groups.

    Examples
    --------
    >>> joint(3, np.array([0, 0, 1]), np.array([5, 6, 6])).tolist()
    [0, 1, 2]
    """
    code = np.zeros(n, dtype="int64")
    for group in groups:
        if group is not None and n:
            _, dense = np.unique(group, return_inverse=True)
            _, code = np.unique(code * (int(dense.max()) + 1) + dense, return_inverse=True)
    return code.astype("int64")


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
