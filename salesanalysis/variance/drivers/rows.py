"""Rows and items of the bridge of a driver tree."""

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from salesanalysis.variance.drivers.factors import Floats
from salesanalysis.variance.drivers.shape import Shape
from salesanalysis.variance.drivers.sums import sides_of
from salesanalysis.variance.drivers.tree import Mask, Tree
from salesanalysis.variance.drivers.window import LINK


class Part(NamedTuple):
    """One effect: its amounts, notes and cells, each shape (n cells,)."""

    name: str
    amounts: Floats
    cells: Mask
    note: Any = ""


def bridge_rows(
    cells: pd.DataFrame, tree: Tree, amounts: Floats, missing: tuple[Mask, Mask], shape: Shape
) -> pd.DataFrame:
    """Return one row per cell and effect; several links of a cell are summed."""
    change = tree.v1 - tree.v0
    parts = [
        Part(name, amounts[k], tree.whole, _note(missing[0][k], missing[1][k]))
        for k, name in enumerate(tree.names)
    ]
    parts += [
        Part("new", change, tree.new, "only_actual"),
        Part("lost", change, tree.lost, "only_base"),
        Part("unlinked", change, tree.unlinked, "unlinked"),
    ]
    if shape.has_returns(cells):
        before, after = cells["returns0"].to_numpy(), cells["returns1"].to_numpy()
        parts.append(Part("returns", after - before, (after != 0) | (before != 0)))
    rows = long_rows(cells[list(shape.keys)], parts)
    return _summed(rows, list(shape.keys)) if LINK in cells else rows


def long_rows(keys: pd.DataFrame, parts: list[Part]) -> pd.DataFrame:
    """Return the parts below each other, one row per effect and cell that has it."""
    at = [np.flatnonzero(part.cells) for part in parts]
    notes = [np.broadcast_to(np.asarray(p.note, dtype="str"), p.cells.shape) for p in parts]
    told = {
        "effect": np.repeat([part.name for part in parts], [len(i) for i in at]),
        "amount": np.concatenate([p.amounts[i] for p, i in zip(parts, at, strict=True)]),
        "note": np.concatenate([note[i] for note, i in zip(notes, at, strict=True)]),
    }
    rows = keys.iloc[np.concatenate(at)].reset_index(drop=True)
    rows[["effect", "amount", "note"]] = pd.DataFrame(told, index=rows.index)
    return rows


def _note(in_base: Mask, in_actual: Mask) -> Any:
    """Say where a ratio does not exist."""
    choices = [in_base & in_actual, in_base, in_actual]
    names = ["undefined_both", "undefined_base", "undefined_actual"]
    return np.select(choices, names, default="")


def _summed(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Add the links of each cell; a note stays where any link has one."""
    found = rows.groupby([*keys, "effect"], as_index=False, sort=True)
    return found.agg(amount=("amount", "sum"), note=("note", "max"))


def items_of(cells: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """Return base and actual of each cell, and whether it is matched, new or lost."""
    columns = list(shape.chain or shape.names)
    totals = [cells[[f"{c}{i}" for c in columns]].to_numpy() for i in (0, 1)]
    values = [t[:, -1] if shape.chain else t.prod(axis=1) for t in totals]
    if shape.has_returns(cells):
        values = [v + cells[f"returns{i}"].to_numpy() for i, v in enumerate(values)]
    there = [(t != 0).any(axis=1) for t in totals]
    items = sides_of(cells[list(shape.keys)], there[0], there[1])
    return items.assign(base=values[0], actual=values[1])
