"""Exact splitting: whole units that add up to their total, ties broken by an explicit key."""

from collections.abc import Hashable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.splitchecks import check_families, check_lengths, check_rows, check_totals

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# below both, a float quotient is off by one at most and its rest fits 64 bits
_SMALL_TOTAL, _SMALL_SUM = 2**50, 2.0**60
# up to so many rows a family, counting larger rests is quicker than sorting
_FEW = 24


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
        Negative or broken total, negative or empty weights, all weights zero, empty or
        repeated keys, weights and keys of different length.

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
    names = pd.Series(list(keys))
    shares = pd.Series(np.asarray(weights, dtype="float64"))
    family = pd.Series("the total", index=shares.index)
    return [int(v) for v in split_within(pd.Series({"the total": total}), family, shares, names)]


def split_within(totals: pd.Series, parent: pd.Series, weight: pd.Series, key: pd.Series) -> Ints:
    """Split each parent's whole total over its rows by weight, in one vectorised pass.

    Shares are compared in whole numbers, so neither the size of a total nor the order of
    the rows moves a unit. Weights that all have at most six decimals are read as the
    decimals they print as (0.1, 0.3 and 0.6 tie where people see a tie).

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
        Totals that are negative, not whole, or missing for a parent; negative weights; a
        family whose weights are all zero with a total to hand down; an empty name, or a key
        repeated inside a family.

    Examples
    --------
    >>> split_within(pd.Series({"N": 7, "S": 3}), pd.Series(["N", "S", "N"]),
    ...              pd.Series([1.0, 1.0, 1.0]), pd.Series(["x", "x", "y"])).tolist()
    [4, 3, 3]
    """
    check_lengths(parent, weight, key)
    parent, key = parent.reset_index(drop=True), key.reset_index(drop=True)
    w = weight.to_numpy(dtype="float64")
    check_totals(totals, parent)
    check_rows(parent, w, key)
    check_families(totals, parent, w)
    family, names = pd.factorize(parent)
    total = totals.reindex(names).to_numpy(dtype="int64")
    return _split(total, family, w, _ranks(key))


def split_numbered(totals: Ints, family: Ints, weight: Floats) -> Ints:
    """Split whole totals over rows whose families are numbered, ties to the earlier row.

    The rule of `split_within` without its checks of names: for callers whose rows are in order
    of the names and whose totals and weights have been checked.

    Parameters
    ----------
    totals : array of int, shape (families,), zero or more; 0 where all weights are 0
    family : array of int, shape (n,), counted from 0
    weight : array of float, shape (n,), zero or more, finite

    Raises
    ------
    ContractError
        A family whose weights are all zero with a total to hand down.

    Examples
    --------
    >>> split_numbered(np.array([7, 3]), np.array([0, 0, 1]), np.array([1.0, 1.0, 1.0])).tolist()
    [4, 3, 3]
    """
    empty = (totals > 0) & (np.bincount(family, weight, minlength=len(totals)) <= 0)
    if empty.any():
        check_families(pd.Series(totals), pd.Series(family), weight)
    return _split(totals, family, weight, None)


def _split(total: Ints, family: Ints, w: Floats, rank: Floats | None) -> Ints:
    """Round down, then hand the missing units to the largest fractions of each family."""
    floor, rest = _shares(total[family], w, family)
    left = total.copy()
    np.subtract.at(left, family, floor)
    parts: Ints = floor + (_places(rest, family, rank, len(total)) < left[family])
    return parts


def _places(rest: Ints, family: Ints, rank: Floats | None, n_families: int) -> Ints:
    """Count the rows of each family from the largest rest on; no rank: ties to the earlier row."""
    n = len(family)
    size = np.bincount(family, minlength=n_families)
    if rank is None and size.max(initial=0) <= _FEW and (family[1:] >= family[:-1]).all():
        return _places_of_few(rest, family, size)
    order = np.lexsort((np.arange(n) if rank is None else rank, -rest, family))
    starts = np.cumsum(size) - size
    position = np.empty(n, dtype="int64")
    position[order] = np.arange(n) - starts[family[order]]
    return position


def _places_of_few(rest: Ints, family: Ints, size: Ints) -> Ints:
    """Count, for rows of small families that lie one after the other, the larger rests."""
    member = np.arange(len(family)) - (np.cumsum(size) - size)[family]
    # a family in each column: numpy then works along the many families, not along the few rows
    table = np.full((int(size.max(initial=0)), len(size)), -1, dtype="int64")
    table[member, family] = rest
    place = np.zeros(table.shape, dtype="int64")
    for k in range(len(table)):
        other = table[k]
        place += other > table
        place[k + 1 :] += other == table[k + 1 :]
    found: Ints = place[member, family]
    return found


def _sums(values: npt.NDArray[Any], family: Ints) -> npt.NDArray[Any]:
    """Add whole numbers up by family, without passing through floats."""
    out = np.zeros(int(family.max(initial=-1)) + 1, dtype=values.dtype)
    np.add.at(out, family, values)
    return out


def _shares(total: Ints, w: Floats, family: Ints) -> tuple[Ints, Ints]:
    """Return the whole part of each share, and a rest that orders the fractions of a family."""
    whole, decimal = _as_decimals(w, family)
    small = decimal & (total < _SMALL_TOTAL)
    if small.all():
        return _divide(total, whole, family)
    floor, rest = np.zeros_like(total), np.zeros_like(total)
    floor[small], rest[small] = _divide(total[small], whole[small], family[small])
    big = ~small
    weights = np.where(decimal, whole.astype(object), 0)
    weights[~decimal] = _as_binary(w[~decimal], family[~decimal])
    floor[big], rest[big] = _divide_big(total[big], weights[big], family[big])
    return floor, rest


def _as_decimals(w: Floats, family: Ints) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Read weights as whole millionths, hundredths or units where a whole family allows it."""
    whole, done = np.zeros(len(w), dtype="int64"), np.zeros(len(w), dtype=bool)
    for scale in (1e6, 1e2, 1.0):
        with np.errstate(over="ignore"):
            scaled = np.rint(w * scale)
            fits = (scaled < 2.0**53) & (scaled / scale == w)
        sums = np.bincount(family, weights=np.where(fits, scaled, np.inf))
        new = (sums < _SMALL_SUM)[family] & ~done
        whole[new] = scaled[new].astype("int64")
        done |= new
        if done.all():
            break
    return whole, done


def _as_binary(w: Floats, family: Ints) -> npt.NDArray[np.object_]:
    """Read weights as what they are in binary, as Python integers in the same proportion."""
    if not len(w):
        return np.array([], dtype=object)
    mantissa, power = np.frexp(w)
    lowest = np.full(int(family.max()) + 1, 2**12)
    np.minimum.at(lowest, family[w > 0], power[w > 0])
    shift = np.where(w > 0, power - lowest[family], 0)
    whole: npt.NDArray[np.object_] = (mantissa * 2.0**53).astype("int64").astype(object)
    shifted: npt.NDArray[np.object_] = whole << shift.astype(object)
    return shifted


def _divide(total: Ints, whole: Ints, family: Ints) -> tuple[Ints, Ints]:
    """Divide in 64 bits: the float quotient is off by one at most, and the rest mends it."""
    sums = np.maximum(_sums(whole, family), 1)[family]
    floor = np.floor(total * whole.astype("float64") / sums).astype("int64")
    # both products may wrap; their true difference is small, so the wrapped one is right
    rest = total * whole - floor * sums
    floor += rest // sums
    return floor, rest % sums


def _divide_big(total: Ints, whole: npt.NDArray[np.object_], family: Ints) -> tuple[Ints, Ints]:
    """Divide with Python integers, for weights or totals that 64 bits do not hold."""
    sums = _sums(whole, family)[family]
    product = total.astype(object) * whole
    floor = product // sums
    rest = ((product - floor * sums) << 62) // sums
    return floor.astype("int64"), rest.astype("int64")


def _ranks(key: pd.Series) -> Floats:
    """Rank keys by value where they are numbers, else by the text they print as."""
    if key.dtype.kind in "iuf":
        numeric: Floats = key.rank(method="min").to_numpy(dtype="float64")
        return numeric
    if key.dtype == "str":
        sorted_codes: Floats = pd.factorize(key, sort=True)[0].astype("float64")
        return sorted_codes
    codes, unique = pd.factorize(key)
    names = [(str(u), type(u).__name__) for u in unique]
    rank = np.empty(len(names))
    rank[sorted(range(len(names)), key=names.__getitem__)] = np.arange(len(names))
    ranks: Floats = rank[codes]
    return ranks
