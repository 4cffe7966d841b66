"""Exact splitting: whole units that add up to their total, ties broken by an explicit key."""

from collections.abc import Hashable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def round_half_up(value: Decimal | Fraction | int | str, unit: str = "0.01") -> Decimal:
    """Round half away from zero to `unit`: the one rounding rule of statements and reports.

    Examples
    --------
    >>> round_half_up("2.675"), round_half_up("-0.005"), round_half_up("2.5", "1")
    (Decimal('2.68'), Decimal('-0.01'), Decimal('3'))
    """
    step = Decimal(unit)
    exact = Fraction(value) / Fraction(step)
    sign = -1 if exact < 0 else 1
    whole = int(abs(exact) + Fraction(1, 2))
    return (sign * whole * step).quantize(step, rounding=ROUND_HALF_UP)


def largest_remainder(
    total: int, weights: Sequence[float] | Floats, keys: Sequence[Hashable]
) -> list[int]:
    """Split `total` whole units by `weights`; the parts add up exactly.

    Each part is within one unit of its exact share. Missing units go to the largest
    fractions, ties to the smaller key, never to the earlier row.

    Parameters
    ----------
    total : int
        Whole units (cents, pieces), zero or more.
    weights : sequence of float, shape (n,)
        Zero or more, at least one above zero.
    keys : sequence, shape (n,)
        Unique names that decide ties.

    Returns
    -------
    list of int, shape (n,)

    Raises
    ------
    ContractError
        Negative total, negative or empty weights, all weights zero, repeated keys.

    References
    ----------
    Balinski, M. L. and Young, H. P. (1982). Fair Representation. Yale University Press.

    Examples
    --------
    >>> largest_remainder(10, [6, 6, 2], ["a", "b", "c"])
    [4, 4, 2]
    >>> largest_remainder(1, [1, 1], ["b", "a"])
    [0, 1]
    """
    frame = pd.DataFrame({"weight": np.asarray(weights, dtype="float64"), "key": list(keys)})
    frame["parent"] = 0
    shares = split_within(
        pd.Series([total], index=[0]), frame["parent"], frame["weight"], frame["key"]
    )
    return [int(v) for v in shares]


def split_within(
    totals: pd.Series, parent: pd.Series, weight: pd.Series, key: pd.Series
) -> Ints:
    """Split each parent's whole total over its rows by weight, in one vectorised pass.

    Parameters
    ----------
    totals : Series of int, indexed by parent, whole units >= 0
    parent, weight, key : Series, shape (n,)
        Family of each row, its weight (>= 0, finite), and the tie key, unique in a family.

    Returns
    -------
    array of int64, shape (n,), in the order of the rows

    Raises
    ------
    ContractError
        Negative totals or weights, a family whose weights are all zero with a total to
        hand down, a repeated key inside a family.

    Examples
    --------
    >>> split_within(pd.Series({"N": 7, "S": 3}), pd.Series(["N", "S", "N"]),
    ...              pd.Series([1.0, 1.0, 1.0]), pd.Series(["x", "x", "y"])).tolist()
    [4, 3, 3]
    """
    parent, key = parent.reset_index(drop=True), key.reset_index(drop=True)
    w = weight.to_numpy(dtype="float64")
    _check_split(totals, parent, w, key)
    family, labels = pd.factorize(parent)
    total = totals.reindex(labels).to_numpy(dtype="int64")
    sums = np.bincount(family, weights=w, minlength=len(labels))
    # total x weight first, then one division: a share that is a whole number stays whole
    exact = np.where(sums[family] > 0, total[family] * w / np.maximum(sums[family], 1e-300), 0.0)
    floor = np.floor(exact).astype("int64")
    left = total - np.bincount(family, weights=floor, minlength=len(labels)).astype("int64")
    # negative zero of float noise: a floor one too high leaves a negative rest, handled alike
    fraction = np.round(exact - floor, 9)
    rank_key = key.rank(method="first").to_numpy() if key.dtype.kind in "iuf" else _ranks(key)
    order = np.lexsort((rank_key, -fraction, family))
    position = np.empty(len(order), dtype="int64")
    starts = np.searchsorted(family[order], np.arange(len(labels)))
    position[order] = np.arange(len(order)) - starts[family[order]]
    size = np.bincount(family, minlength=len(labels))
    extra = left[family] // size[family] + (position < (left[family] % size[family]))
    parts: Ints = floor + extra
    return parts


def _ranks(key: pd.Series) -> Floats:
    """Rank text or tuple keys by their sorted order."""
    codes, unique = pd.factorize(key)
    order = np.argsort(np.array([str(u) for u in unique]), kind="stable")
    rank = np.empty(len(order))
    rank[order] = np.arange(len(order))
    ranks: Floats = rank[codes]
    return ranks


def _check_split(totals: pd.Series, parent: pd.Series, w: Floats, key: pd.Series) -> None:
    """Refuse totals, weights and keys that cannot be split."""
    rows = pd.DataFrame({"parent": parent, "weight": w, "key": key})
    bad = rows[~((rows["weight"] >= 0) & np.isfinite(rows["weight"]))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(rows)} weights are negative, empty or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="net returns against sales first, or give a floor",
            rows=bad,
        )
    negative = totals[totals < 0]
    if len(negative):
        raise ContractError(
            f"Total to hand down is negative: {int(negative.iloc[0]):,}.",
            where=f"parent {negative.index[0]!r}",
            fix="hand down zero or more; book a cut as a transfer",
            rows=negative.to_frame("total"),
        )
    twice = rows[rows.duplicated(["parent", "key"], keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows share a key inside one family: {twice['key'].iloc[0]!r}.",
            where=f"rows {twice.index[:3].tolist()}, see .rows",
            fix="sum them first, or add the level that tells them apart",
            code="duplicate-key",
            rows=twice,
        )
    sums = rows.groupby("parent")["weight"].sum()
    empty = totals[(totals > 0) & (totals.index.map(sums).fillna(0.0) <= 0)]
    if len(empty):
        raise ContractError(
            f"All weights below {empty.index[0]!r} are 0, so its total cannot be handed down.",
            where=f"parent {empty.index[0]!r}, total {int(empty.iloc[0]):,}",
            fix="give the children a floor, or drop the branch",
            rows=rows[rows["parent"].isin(empty.index)],
        )
