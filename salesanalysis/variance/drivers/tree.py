"""A driver tree of cells: the factors of both sides, and which cells cannot be factored."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.variance.drivers.factors import Floats

Mask = npt.NDArray[np.bool_]
#: Factors must multiply to the value within this part of it.
PRODUCT = 1e-6


@dataclass(frozen=True, eq=False)
class Tree:
    """Factors of n cells on both sides.

    Attributes
    ----------
    names : tuple of str
        Factors, in the order of the chain.
    x0, x1 : array, shape (n factors, n cells)
        Base and actual; not a number where a ratio has no denominator.
    v0, v1 : array, shape (n cells,)
        Values, which the factors multiply to.
    new, lost, idle, unlinked : array of bool, shape (n cells,)
        Cells without anything in base, in actual, on both sides, and cells with a total after
        a total of 0.
    """

    names: tuple[str, ...]
    x0: Floats
    x1: Floats
    v0: Floats
    v1: Floats
    new: Mask
    lost: Mask
    idle: Mask
    unlinked: Mask

    @property
    def whole(self) -> Mask:
        """Cells that are factored."""
        whole: Mask = ~(self.new | self.lost | self.idle | self.unlinked)
        return whole


def of_chain(
    cells: pd.DataFrame, chain: Sequence[str], names: Sequence[str], *, merge: bool
) -> Tree:
    """Return the tree of running totals: the first, then ratios of neighbours."""
    t0, t1 = (np.stack([cells[f"{c}{i}"].to_numpy() for c in chain]) for i in (0, 1))
    empty0, empty1 = (t0 == 0).all(axis=0), (t1 == 0).all(axis=0)
    new, lost = empty0 & ~empty1 & (not merge), empty1 & ~empty0 & (not merge)
    broken = (_broken(t0) | _broken(t1)) & ~new & ~lost
    return Tree(
        names=tuple(names), x0=_ratios(t0), x1=_ratios(t1), v0=t0[-1], v1=t1[-1],
        new=new, lost=lost, idle=empty0 & empty1, unlinked=broken,
    )  # fmt: skip


def _ratios(totals: Floats) -> Floats:
    """Return the first total and the ratio of each to the one before it."""
    before, after = totals[:-1], totals[1:]
    known = np.broadcast_to(before != 0, after.shape)
    ratios = np.divide(after, before, out=np.full(after.shape, np.nan), where=known)
    return np.vstack([totals[:1], ratios])


def _broken(totals: Floats) -> Mask:
    """Tell where a total follows a total of 0: their ratio would be infinite."""
    broken: Mask = ((totals[:-1] == 0) & (totals[1:] != 0)).any(axis=0)
    return broken


def of_factors(
    cells: pd.DataFrame, names: Sequence[str], value: str | None, *, merge: bool
) -> Tree:
    """Return the tree of factors that are given; a cell without rows on a side is empty there."""
    x0, x1 = (np.stack([cells[f"{c}{i}"].to_numpy() for c in names]) for i in (0, 1))
    v0, v1 = x0.prod(axis=0), x1.prod(axis=0)
    if value is not None:
        _multiply(cells, v0, v1, value)
    empty0, empty1 = (x0 == 0).all(axis=0), (x1 == 0).all(axis=0)
    new, lost = empty0 & ~empty1 & (not merge), empty1 & ~empty0 & (not merge)
    # absent altogether: nothing is known of its factors, so the other side's are taken
    x0, x1 = (
        np.where((cells[f"in{i}"].to_numpy() == 0) & (np.arange(len(x)) > 0)[:, None], np.nan, x)
        for i, x in ((0, x0), (1, x1))
    )
    return Tree(
        names=tuple(names), x0=x0, x1=x1, v0=v0, v1=v1,
        new=new, lost=lost, idle=empty0 & empty1, unlinked=np.zeros(len(cells), dtype=bool),
    )  # fmt: skip


def _multiply(cells: pd.DataFrame, v0: Floats, v1: Floats, value: str) -> None:
    """Refuse factors that do not multiply to the value."""
    told = [cells[f"{value}{i}"].to_numpy() for i in (0, 1)]
    off = [np.abs(v - t) for v, t in zip((v0, v1), told, strict=True)]
    allowed = [
        PRODUCT * np.maximum(np.abs(v), np.abs(t)) for v, t in zip((v0, v1), told, strict=True)
    ]
    bad = (off[0] > allowed[0]) | (off[1] > allowed[1])
    if not bad.any():
        return
    worst = int(np.argmax(np.maximum(*off)))
    side = int(off[1][worst] > off[0][worst])
    rows = cells.assign(product0=v0, product1=v1)[bad]
    raise ContractError(
        f"Factors of {int(bad.sum())} of {len(cells)} cells do not multiply to {value!r}.",
        where=f"worst: {(v0, v1)[side][worst]:,.2f} instead of {told[side][worst]:,.2f} in "
        f"{('base', 'actual')[side]}, see .rows",
        fix="use chain=[...] with the running totals, whose ratios always multiply",
        code="does-not-add-up",
        rows=rows,
    )


def with_structure(tree: Tree, cells: pd.DataFrame, structure: str, others: Sequence[str]) -> Tree:
    """Put the total of all members and each member's share of it in the place of the first total.

    Shares are taken inside cells of `others`, over the members that are factored.
    """
    codes = (
        cells.groupby(list(others), sort=True).ngroup().to_numpy()
        if others
        else np.zeros(len(cells), dtype="int64")
    )
    sides = []
    for x in (tree.x0, tree.x1):
        first = np.where(tree.whole, x[0], 0.0)
        total = np.bincount(codes, weights=first)[codes] if len(codes) else first
        share = np.divide(first, total, out=np.full(len(first), np.nan), where=total != 0)
        sides.append(np.vstack([total, share, x[1:]]))
    names = (tree.names[0], f"{structure}_share", *tree.names[1:])
    return replace(tree, names=names, x0=sides[0], x1=sides[1])
