"""Price, quantity and mix as plain array functions, without pandas."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError, unknown_name

Floats = npt.NDArray[np.float64]
Convention = Literal["price_at_actual", "price_at_base", "cross", "midpoint"]
Mix = Literal["vs_average", "item_rate"]
CONVENTIONS = ("price_at_actual", "price_at_base", "cross", "midpoint")
MIXES = ("vs_average", "item_rate")


@dataclass(frozen=True, eq=False)
class PvmEffects:
    """Effects per item, each shape (n,), in currency; they add up to each item's change.

    Attributes
    ----------
    price, cost, cross, quantity, mix : array
        ``price + cost + cross + quantity + mix == q1 * (p1 - c1) - q0 * (p0 - c0)``.
    scale : array
        What the base quantity is worth at the valuation price: a market that grows by g
        alone moves the item by ``g * scale``.
    """

    price: Floats
    cost: Floats
    cross: Floats
    quantity: Floats
    mix: Floats
    scale: Floats

    @property
    def volume(self) -> Floats:
        """Quantity and mix together."""
        return self.quantity + self.mix


def pvm_effects(
    q0: npt.ArrayLike,
    p0: npt.ArrayLike,
    q1: npt.ArrayLike,
    p1: npt.ArrayLike,
    *,
    c0: npt.ArrayLike | None = None,
    c1: npt.ArrayLike | None = None,
    group: npt.ArrayLike | None = None,
    convention: Convention = "price_at_actual",
    mix: Mix = "vs_average",
) -> PvmEffects:
    """Split each item's change into price, quantity and mix, without a remainder.

    Parameters
    ----------
    q0, q1 : array_like, shape (n,)
        Units in base and actual, zero or more.
    p0, p1 : array_like, shape (n,), currency per unit
        Not a number where there were no units: the other side's price is taken, so the whole
        change is quantity and mix.
    c0, c1 : array_like, shape (n,), currency per unit, optional
        Unit cost; then the margin is split and `cost` filled.
    group : array_like of int, shape (n,), optional
        Groups inside which shares are taken (0, 1, ...); without it all items are one group.
    convention : {"price_at_actual", "price_at_base", "cross", "midpoint"}
        At which units a price change counts: actual, base, base with the cross term apart, or
        the mean of both (Bennet 1920, the two-factor Shapley value).
    mix : {"vs_average", "item_rate"}
        Mix against the average price (a shift into a cheap item is negative), or at the item's
        own price. Totals are the same.

    Returns
    -------
    PvmEffects

    Raises
    ------
    ContractError
        Lengths that differ, units that are negative or not finite, an unknown convention.

    References
    ----------
    Bennet, T. L. (1920). The theory of measurement of changes in cost of living. Journal of
    the Royal Statistical Society 83:455. Diewert, W. E. (2005). Index number theory using
    differences rather than ratios. American Journal of Economics and Sociology 64:311.

    Examples
    --------
    >>> effects = pvm_effects([600, 400], [10, 20], [500, 550], [10.5, 19])
    >>> effects.price.tolist(), effects.mix.round(6).tolist(), effects.quantity.round(6).tolist()
    ([250.0, -550.0], [520.0, 780.0], [-1520.0, 2220.0])
    """
    choose(convention, CONVENTIONS, "convention")
    choose(mix, MIXES, "mix")
    q0, q1 = _units(q0, "q0"), _units(q1, "q1")
    p0, p1 = _both_sides(p0, p1, len(q0))
    no_cost = np.zeros(len(q0))
    c0, c1 = (no_cost, no_cost) if c0 is None or c1 is None else _both_sides(c0, c1, len(q0))
    if len(q1) != len(q0):
        raise _lengths(len(q0), len(q1))
    codes = np.zeros(len(q0), dtype="int64") if group is None else np.asarray(group, dtype="int64")
    return _split(
        q0=q0, q1=q1, p0=p0, p1=p1, c0=c0, c1=c1, group=codes, convention=convention, mix=mix
    )


def _split(  # one formula, eight arrays: cutting it up would hide it
    *, q0: Floats, q1: Floats, p0: Floats, p1: Floats, c0: Floats, c1: Floats,
    group: npt.NDArray[np.int64], convention: str, mix: str,
) -> PvmEffects:  # fmt: skip
    """Apply the table of conventions; every line holds per item."""
    m0, m1 = p0 - c0, p1 - c1
    total0, total1 = _per_group(q0, group), _per_group(q1, group)
    s0, s1 = _shares(q0, q1, total0, total1)
    # units a price change counts at, price a unit counts at, shares and scale of the mix
    at, worth, share, scale = {
        "price_at_actual": (q1, m0, s0, total1),
        "price_at_base": (q0, m1, s0, total1),
        "cross": (q0, m0, s0, total1),
        "midpoint": ((q0 + q1) / 2, (m0 + m1) / 2, (s0 + s1) / 2, (total0 + total1) / 2),
    }[convention]
    average = _per_group(share * worth, group)
    shift = scale * (s1 - s0) * (worth - (average if mix == "vs_average" else 0.0))
    cross = (q1 - q0) * (m1 - m0) if convention == "cross" else np.zeros(len(q0))
    return PvmEffects(
        price=at * (p1 - p0),
        cost=at * (c0 - c1),
        cross=cross,
        quantity=(q1 - q0) * worth - shift,
        mix=shift,
        scale=total0 * share * worth,
    )


def _per_group(values: Floats, group: npt.NDArray[np.int64]) -> Floats:
    """Return the sum of each row's group, per row."""
    if not len(values):
        return values
    sums: Floats = np.bincount(group, weights=values).astype("float64")
    return sums[group]


def _shares(q0: Floats, q1: Floats, total0: Floats, total1: Floats) -> tuple[Floats, Floats]:
    """Return shares of units; where one side is empty, those of the other side."""
    s0 = np.divide(q0, total0, out=np.zeros(len(q0)), where=total0 > 0)
    s1 = np.divide(q1, total1, out=np.zeros(len(q1)), where=total1 > 0)
    return np.where(total0 > 0, s0, s1), np.where(total1 > 0, s1, s0)


def _both_sides(p0: npt.ArrayLike, p1: npt.ArrayLike, n: int) -> tuple[Floats, Floats]:
    """Fill a price that does not exist from the other side; 0 where neither exists."""
    a, b = np.asarray(p0, dtype="float64").ravel(), np.asarray(p1, dtype="float64").ravel()
    if not len(a) == len(b) == n:
        raise _lengths(n, len(a) if len(a) != n else len(b))
    return (
        np.where(np.isfinite(a), a, np.where(np.isfinite(b), b, 0.0)),
        np.where(np.isfinite(b), b, np.where(np.isfinite(a), a, 0.0)),
    )


def _units(values: npt.ArrayLike, name: str) -> Floats:
    units = np.asarray(values, dtype="float64").ravel()
    bad = ~((units >= 0) & np.isfinite(units))
    if bad.any():
        raise ContractError(
            f"{int(bad.sum())} of {len(units)} units are negative, empty or infinite.",
            where=f"pvm_effects({name}=...), first at {np.flatnonzero(bad)[:3].tolist()}",
            fix="take returns out first; they are a line of their own",
        )
    return units


def _lengths(n: int, other: int) -> ContractError:
    return ContractError(
        f"Units and prices differ in length: {n} and {other}.",
        where="pvm_effects(q0, p0, q1, p1)",
        fix="give one value per item on both sides, 0 units where there were none",
    )


def choose(value: Any, allowed: tuple[str, ...], name: str, where: str = "explain") -> None:
    """Refuse a choice that does not exist, with the nearest one that does."""
    if value not in allowed:
        raise unknown_name(
            value, allowed, kind=name, where=f"{where}({name}=...)", error=ContractError
        )
