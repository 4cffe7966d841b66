"""Pins: values fixed by hand at units anywhere in the crossed structure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.targets.steps import Step

Ints = npt.NDArray[np.int64]
#: Columns a table of pins may carry besides levels and value.
NOTES = ("reason", "author")


@dataclass(frozen=True, eq=False)
class Pins:
    """Pins matched to leaves.

    Attributes
    ----------
    table : DataFrame, one row per pin, in order of the names
        Level columns (empty text where a level is not named) and ``value``.
    steps : array of int, shape (n pins,)
        Value of each pin in whole steps.
    chain : array of int, shape (n leaves, n patterns)
        The pins each leaf lies in, from the widest to the narrowest; -1 where there is none.
    depth : array of int, the shape of `chain`
        The level below which each pin divides its unit: the pin of a region divides the company
        (0), the pin of a person in a region divides the region (1).
    """

    table: pd.DataFrame
    steps: Ints
    chain: Ints
    depth: Ints

    def text(self, pin: int) -> str:
        """Write the unit a pin names."""
        row = self.table.iloc[pin].drop("value")
        return " / ".join(str(v) for v in row if v != "")


def read_pins(
    pins: pd.DataFrame | None, leaves: pd.DataFrame, levels: Sequence[str], step: Step
) -> Pins:
    """Check a table of pins and match it to the leaves.

    Parameters
    ----------
    pins : DataFrame, one row per pin
        Any of the level columns, empty where not named, and ``value`` (currency).
    leaves : DataFrame, one row per leaf, with the level columns

    Raises
    ------
    ContractError
        Unknown column or unit, a pin that names no unit, two pins of one unit, a value that is
        negative or no multiple of the step, pins that overlap without one holding the other.
    """
    none = np.empty((len(leaves), 0), dtype="int64")
    if pins is None or not len(pins):
        words, amounts = pd.array([], dtype="str"), np.zeros(0)
        table = pd.DataFrame({**dict.fromkeys(levels, words), "value": amounts})
        return Pins(table, none[:0, 0:0].ravel(), none, none)
    table = _tidy(pins, levels)
    counts = [step.count(value, name="value", where="pins") for value in table["value"]]
    steps = np.array(counts, dtype="int64")
    _check_names(table, leaves, levels)
    member, depth = _match(table, leaves, levels)
    size = np.bincount(member[member >= 0], minlength=len(table))
    _check_nested(table, member, size, levels)
    chain, depth = _widest_first(member, depth, size)
    return Pins(table.assign(value=step.amounts(steps)), steps, chain, depth)


def _tidy(pins: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """Return the pins with every level column, empty text where a level is not named."""
    require_columns(pins, ["value"], name="pins")
    for column in pins.columns:
        if column not in (*levels, "value", *NOTES):
            raise unknown_name(
                column, levels, kind="level", where="columns of pins", error=ContractError
            )
    keys = list(levels)
    table = pins.reindex(columns=[*keys, "value"]).reset_index(drop=True)
    for column in keys:
        named = table[column].notna()
        table[column] = table[column].astype("object").where(named, "").astype("str").str.strip()
    blank = table[(table[keys] == "").all(axis=1)]
    if len(blank):
        raise ContractError(
            f"{len(blank)} of {len(table)} pins name no unit.",
            where=f"rows {blank.index[:3].tolist()} of pins, see .rows",
            fix="name a level; the company's own value is total",
            rows=blank,
        )
    twice = table[table.duplicated(keys, keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} pins name the same unit.",
            where=f"rows {twice.index[:3].tolist()} of pins, see .rows",
            fix="keep one of them",
            code="duplicate-key",
            rows=twice,
        )
    return table.sort_values(keys, kind="stable", ignore_index=True)


def _check_names(table: pd.DataFrame, leaves: pd.DataFrame, levels: Sequence[str]) -> None:
    """Refuse a name that stands nowhere in its level."""
    for level in levels:
        named = table.loc[table[level] != "", level]
        known = leaves[level].unique()
        absent = named[~named.isin(known)]
        if len(absent):
            raise unknown_name(absent.iloc[0], known, kind=level, where="pins", error=ContractError)


def _match(table: pd.DataFrame, leaves: pd.DataFrame, levels: Sequence[str]) -> tuple[Ints, Ints]:
    """Return the pin of each leaf per pattern of named levels, and the depth per pin."""
    named = (table[list(levels)] != "").to_numpy()
    # the first level that is not named ends the path from the top
    depth = np.where(named.all(axis=1), len(levels), named.argmin(axis=1))
    whole_path = named.sum(axis=1) == depth
    depth = depth - whole_path
    columns = []
    for pattern in np.unique(named, axis=0):
        keys = [level for level, on in zip(levels, pattern, strict=True) if on]
        rows = np.flatnonzero((named == pattern).all(axis=1))
        part = table.loc[rows, keys].assign(pin=rows)
        found = leaves[keys].merge(part, on=keys, how="left", validate="many_to_one")["pin"]
        columns.append(found.fillna(-1).to_numpy("int64"))
    member = np.column_stack(columns)
    lost = np.setdiff1d(np.arange(len(table)), member)
    if len(lost):
        row = table.loc[lost[0]]
        text = ", ".join(f"{level} {row[level]!r}" for level in levels if row[level] != "")
        raise ContractError(
            f"No unit has {text} together.",
            where=f"pins, value {row['value']}",
            fix="name a combination the basis has, or add it to the basis",
            code="unknown-name",
            rows=table.loc[lost],
        )
    return member, depth.astype("int64")


def _check_nested(table: pd.DataFrame, member: Ints, size: Ints, levels: Sequence[str]) -> None:
    """Refuse two pins that share leaves unless one holds the other."""
    for a, b in combinations(range(member.shape[1]), 2):
        both = member[(member[:, a] >= 0) & (member[:, b] >= 0)][:, [a, b]]
        pairs, shared = np.unique(both, axis=0, return_counts=True)
        if not len(pairs):
            continue
        crossing = shared < np.minimum(size[pairs[:, 0]], size[pairs[:, 1]])
        if crossing.any():
            rows = table.loc[pairs[crossing][0]]
            names = [
                ", ".join(f"{c}={row[c]}" for c in levels if row[c] != "")
                for row in rows.to_dict("records")
            ]
            raise ContractError(
                f"Two pins overlap and neither holds the other: ({names[0]}) and ({names[1]}).",
                where="pins, see .rows",
                fix="pin the units where they cross one by one instead",
                code="bad-choice",
                rows=rows,
            )


def _widest_first(member: Ints, depth: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Order the pins of each leaf from the widest to the narrowest."""
    there = member >= 0
    own_depth = np.where(there, depth[member], np.iinfo("int64").max)
    own_size = np.where(there, size[member], 0)
    # equal sets: the one nearer to the top first, so that depths never fall along the chain
    order = np.lexsort((member, own_depth, -own_size), axis=1)
    chain = np.take_along_axis(member, order, axis=1)
    deep = np.maximum.accumulate(np.take_along_axis(own_depth, order, axis=1), axis=1)
    return chain, np.where(chain >= 0, deep, -1)
