"""From two tables to the leaves of one cube: members numbered by name, both sides summed."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, require_rows
from salesanalysis.variance.places.cuboids import Floats, Ints
from salesanalysis.variance.tables import numbers, same_kind

#: How "all members" stands in a key.
ALL = "*"
_FILL = "fill them, or compare closed months only"
#: Above this the number of a leaf would not fit into 64 bits.
_LARGEST = 2**62
#: Numbers up to this many times the rows are ranked by place, without sorting.
_DENSE = 8


@dataclass(frozen=True, eq=False)
class Cube:
    """Observed leaves, in the order of their names; never a product of dimensions.

    Attributes
    ----------
    dims : tuple of str
    names : tuple of str arrays
        Members of each dimension, ascending.
    codes : tuple of int arrays, each shape (leaves,)
        Member of each leaf, per dimension.
    actual, base : arrays, shape (leaves,), in units of the value column
    """

    dims: tuple[str, ...]
    names: tuple[npt.NDArray[np.object_], ...]
    codes: tuple[Ints, ...]
    actual: Floats
    base: Floats

    @property
    def sizes(self) -> tuple[int, ...]:
        """Members of each dimension."""
        return tuple(len(names) for names in self.names)

    @property
    def scored(self) -> npt.NDArray[np.bool_]:
        """Leaves that can be compared: the two sides together above 0 (not net returns)."""
        return self.actual + self.base > 0

    @classmethod
    def of(
        cls, actual: pd.DataFrame, base: pd.DataFrame, dims: Sequence[str], value: str
    ) -> "Cube":
        """Sum rows of both sides to leaves.

        Raises
        ------
        ContractError
            Missing columns or rows, empty names, a member called ``*``, values that are no
            numbers, empty or infinite, names of different type on the two sides.
        """
        sides = [("actual", actual), ("base", base)]
        for name, frame in sides:
            require_columns(frame, [*dims, value], name=name)
            require_rows(frame, name=name)
        v, f = (numbers(frame, value, name, fix=_FILL) for name, frame in sides)
        found = [_members(actual, base, dim) for dim in dims]
        names, rows = tuple(n for n, _ in found), [codes for _, codes in found]
        leaf, first = _leaves(rows, [len(n) for n in names])
        cut, n = len(actual), len(first)
        return cls(
            tuple(dims),
            names,
            tuple(codes[first] for codes in rows),
            _summed(leaf[:cut], v, n),
            _summed(leaf[cut:], f, n),
        )


def _summed(leaf: Ints, values: Floats, n: int) -> Floats:
    """Return the sum of each leaf; `bincount` of no rows at all would count."""
    return np.bincount(leaf, weights=values, minlength=n).astype("float64", copy=False)


def _members(
    actual: pd.DataFrame, base: pd.DataFrame, dim: str
) -> tuple[npt.NDArray[np.object_], Ints]:
    """Return the names of a dimension, ascending, and their numbers per row, actual first."""
    columns = [actual[dim], base[dim]]
    same_kind(base, actual, [dim])
    codes, values = [], []
    for column in columns:
        code, unique = pd.factorize(column)
        codes.append(code.astype("int64"))
        # with its kind, which pandas 2 would guess again
        values.append(as_names(pd.Series(unique, dtype=unique.dtype)))
    for frame, name, code, value in zip(
        (actual, base), ("actual", "base"), codes, values, strict=True
    ):
        if (code < 0).any() or any(not text.strip() for text in value):
            require_named(frame, [dim], name=name)
        if ALL in value:
            raise _star(frame, dim, name)
    if not set(values[0]) & set(values[1]):
        raise _nothing_common(dim, values)
    names = np.array(sorted({*values[0], *values[1]}), dtype=object)
    place = {name: i for i, name in enumerate(names)}
    numbered = [np.array([place[t] for t in value], dtype="int64") for value in values]
    return names, np.concatenate([n[c] for n, c in zip(numbered, codes, strict=True)])


def as_names(values: pd.Series) -> list[str]:
    """Return names as text: days as 2024-03-01, months as 2024-03, whole numbers without point."""
    if values.dtype.kind == "M":
        months = bool((values.dt.day == 1).all())
        return list(values.dt.strftime("%Y-%m" if months else "%Y-%m-%d"))
    if values.dtype.kind == "f" and bool((values == values.round()).all()):
        values = values.astype("int64")
    return [str(v) for v in values]


def _leaves(codes: Sequence[Ints], sizes: Sequence[int]) -> tuple[Ints, Ints]:
    """Return the leaf of each row, numbered in the order of names, and a row of each leaf."""
    number, most = codes[0], sizes[0]
    for code, size in zip(codes[1:], sizes[1:], strict=True):
        if most * size > _LARGEST:
            number, unique = pd.factorize(number, sort=True)
            most = len(unique)
        number, most = number * size + code, most * size
    leaf, n = _ranked(number, most)
    first = np.empty(n, dtype="int64")
    first[leaf] = np.arange(len(leaf))
    return leaf, first


def _ranked(number: Ints, most: int) -> tuple[Ints, int]:
    """Return the rank of each number below `most` among those there are, and how many."""
    if most > _DENSE * len(number):
        leaf, unique = pd.factorize(number, sort=True)
        return leaf.astype("int64"), len(unique)
    there = np.zeros(most, dtype=bool)
    there[number] = True
    rank = np.cumsum(there) - 1
    return rank[number], int(rank[-1]) + 1


def check_hierarchy(cube: Cube, hierarchy: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return hierarchies as positions, refusing those the data do not follow."""
    for chain in hierarchy:
        for upper, lower in pairwise(chain):
            _nested(cube, upper, lower)
    return [[cube.dims.index(level) for level in chain] for chain in hierarchy]


def _nested(cube: Cube, upper: str, lower: str) -> None:
    """Refuse a member that stands under two members of the level above."""
    above, below = (cube.dims.index(level) for level in (upper, lower))
    pairs = pd.unique(cube.codes[below] * cube.sizes[above] + cube.codes[above])
    times = np.bincount(pairs // cube.sizes[above], minlength=cube.sizes[below])
    twice = np.flatnonzero(times > 1)
    if len(twice):
        shown = [str(cube.names[below][i]) for i in twice[:3]]
        raise ContractError(
            f"{len(twice)} of {cube.sizes[below]} members of {lower!r} stand under more than one "
            f"{upper!r}.",
            where=f"root_causes(hierarchy=...), first {shown}",
            fix=f"give them names of their own per {upper!r}, or leave this hierarchy out",
        )


def _nothing_common(dim: str, values: Sequence[list[str]]) -> ContractError:
    shown = [sorted(side)[:3] for side in values]
    return ContractError(
        f"base and actual share no {dim!r} at all.",
        where=f"base has {shown[1]}, actual has {shown[0]}",
        fix="write the names the same way on both sides: spaces, case, full-width letters; or "
        "take a base in which they recur, see rank_bases",
        code="unknown-name",
    )


def _star(frame: pd.DataFrame, dim: str, name: str) -> ContractError:
    rows = frame[frame[dim].astype("str") == ALL]
    return ContractError(
        f"{len(rows)} of {len(frame)} rows of {name} have {ALL!r} as {dim!r}, which here means all "
        "members.",
        where=f"first rows {rows.index[:3].tolist()}, see .rows",
        fix="leave rows of totals out, or give the member another name",
        rows=rows,
    )
