"""Handing whole steps down a crossed structure, family by family, around the pins."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.rounding import split_numbered, split_within
from salesanalysis.targets.nest import Nest
from salesanalysis.targets.pins import Pins
from salesanalysis.targets.steps import MAX_STEPS, Step

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def hand_down(
    total: int,
    leaves: pd.DataFrame,
    levels: Sequence[str],
    weights: Floats,
    *,
    carried: Floats,
    pins: Pins,
    step: Step,
    nest: Nest | None = None,
) -> Ints:
    """Split `total` steps over the leaves, level by level; every family adds up exactly.

    At each level the pinned units of a family come first; what is left of the parent goes to
    the other units by weight, by largest remainder. A parent that is not pinned itself keeps
    the value its own weight gives it, so a pin is paid for by its siblings only. A pinned unit
    without any weight is handed down in equal parts.

    Parameters
    ----------
    total : int, steps
    leaves : DataFrame, one row per leaf, in order of the names
    weights : array of float, shape (n,), zero or more
    carried : array of float, shape (n,), zero or more
        Weight a leaf without any of its own adds to the units above it.

    Returns
    -------
    array of int, shape (n,), steps

    Raises
    ------
    ContractError
        Pins above their parent, a family pinned as a whole that misses it, or a rest that only
        units without a base could take.
    """
    if not len(pins.steps):
        return _straight(total, nest or Nest.of(leaves, levels), weights, carried)
    family = np.zeros(len(leaves), dtype="int64")
    value = np.array([total], dtype="int64")
    for depth in range(len(levels)):
        for slot in range(pins.chain.shape[1]):
            here = np.where(pins.depth[:, slot] == depth, pins.chain[:, slot], -1)
            if (here >= 0).any():
                family, value = _apply_pins(
                    family, value, here, weights, _Place(leaves, levels[:depth], pins, step)
                )
                weights, carried = _give_weight(weights, carried, here)
        family, value = _share_out(family, value, leaves[levels[depth]], weights, carried)
    return value[family]


def _straight(total: int, nest: Nest, weights: Floats, carried: Floats) -> Ints:
    """Split level by level where nothing is pinned: families are the units of the level above."""
    value = np.array([total], dtype="int64")
    own, apart = _Amounts.of(weights), _Amounts.of(carried)
    for depth, unit in enumerate(nest.unit):
        weight = _unit_weights(unit, own, apart, len(nest.first[depth]))
        value = split_numbered(value, nest.parent(depth), weight)
    return value


@dataclass(frozen=True)
class _Amounts:
    """Amounts of leaves; in whole cents where all are such, so that equal units stay equal."""

    values: Floats
    in_cents: bool

    @classmethod
    def of(cls, amounts: Floats) -> "_Amounts":
        with np.errstate(over="ignore"):
            cents = np.rint(amounts * 100)
        whole = cents.sum() < MAX_STEPS and bool((cents / 100 == amounts).all())
        return cls(cents if whole else amounts, whole)

    def sums(self, unit: Ints, n: int) -> Floats:
        """Add up by unit."""
        found: Floats = np.bincount(unit, self.values, n).astype("float64")
        return found / 100 if self.in_cents else found


def _unit_weights(unit: Ints, weights: _Amounts, carried: _Amounts, n: int) -> Floats:
    """Add weights up by unit."""
    own, apart = weights.sums(unit, n), carried.sums(unit, n)
    # without a leaf that could take it, a carried weight would strand its share
    return np.where(own > 0, own + apart, 0.0)


def _give_weight(weights: Floats, carried: Floats, here: Ints) -> tuple[Floats, Floats]:
    """Return weights in which the parts of a pinned unit without any base are equal."""
    inside = here >= 0
    sums = np.bincount(here[inside], weights=weights[inside])
    # only from here on down: above, a unit without a base keeps a share of 0
    bare = inside & (sums[here * inside] <= 0)
    return np.where(bare, 1.0, weights), np.where(bare, 0.0, carried)


def _share_out(
    family: Ints, value: Ints, names: pd.Series, weights: Floats, carried: Floats
) -> tuple[Ints, Ints]:
    """Split every family over its units of the next level by weight."""
    codes, known = pd.factorize(names, sort=True)
    pair = family * len(known) + codes
    pairs, child = np.unique(pair, return_inverse=True)
    weight = _unit_weights(child, _Amounts.of(weights), _Amounts.of(carried), len(pairs))
    parent = pairs // len(known)
    parts = split_within(
        pd.Series(value), pd.Series(parent), pd.Series(weight), pd.Series(pairs % len(known))
    )
    return child.astype("int64"), parts


class _Place:
    """What a message needs to name a family: its leaves, the levels above, the pins."""

    def __init__(self, leaves: pd.DataFrame, above: Sequence[str], pins: Pins, step: Step) -> None:
        self.leaves, self.above, self.pins, self.step = leaves, list(above), pins, step

    def name(self, leaf: int) -> str:
        """Write the unit above `leaf`."""
        return " / ".join(self.leaves[self.above].iloc[leaf]) if self.above else "the company"

    def money(self, steps: int) -> str:
        """Write a number of steps as an amount."""
        return self.step.text(int(steps) * self.step.size)

    def rows(self, here: Ints, inside: npt.NDArray[np.bool_]) -> pd.DataFrame:
        """Return the pins a message is about."""
        return self.pins.table.loc[np.unique(here[inside & (here >= 0)])]


def _apply_pins(
    family: Ints, value: Ints, here: Ints, weights: Floats, place: _Place
) -> tuple[Ints, Ints]:
    """Cut the pinned parts out of their families; the rest stays a family of its own."""
    n = len(place.pins.steps) + 1
    pairs, child = np.unique(family * n + here + 1, return_inverse=True)
    parent, pin = pairs // n, pairs % n - 1
    taken = np.bincount(parent[pin >= 0], minlength=len(value)) > 0
    fixed = np.zeros(len(value), dtype="int64")
    np.add.at(fixed, parent[pin >= 0], place.pins.steps[pin[pin >= 0]])
    rest = value - fixed
    free: Floats = np.bincount(
        family[here < 0], weights=weights[here < 0], minlength=len(value)
    ).astype("float64")
    _check_rest(family, value, here, (taken, fixed, rest, free), place)
    parts = np.where(pin >= 0, place.pins.steps[pin], rest[parent])
    return child.astype("int64"), parts


def _check_rest(
    family: Ints,
    value: Ints,
    here: Ints,
    sums: tuple[npt.NDArray[np.bool_], Ints, Ints, Floats],
    place: _Place,
) -> None:
    """Refuse pins above their parent, and a rest nobody could take."""
    taken, fixed, rest, free = sums
    bad = np.flatnonzero(taken & ((rest < 0) | ((rest > 0) & (free <= 0))))
    if not len(bad):
        return
    first = int(bad[0])
    inside = family == first
    name = place.name(int(inside.argmax()))
    names = [place.pins.text(int(p)) for p in np.unique(here[inside & (here >= 0)])]
    above, own = place.money(int(fixed[first])), place.money(int(value[first]))
    where = f"pins of {', '.join(names[:5])}" + (", ..." if len(names) > 5 else "")
    pinned = place.rows(here, inside)
    if rest[first] < 0:
        raise ContractError(
            f"Pins below {name} add up to {above}, above its own {own}.",
            where=where,
            fix=f"lower them, or give {name} at least {above}",
            rows=pinned,
        )
    left = place.money(int(rest[first]))
    if not (inside & (here < 0)).any():
        raise ContractError(
            f"Pins of all units below {name} add up to {above}, not to its own {own}.",
            where=where,
            fix=f"leave one of them out, or add {left} to them",
            rows=pinned,
        )
    raise ContractError(
        f"Pins below {name} leave {left} of its {own} to units without a base.",
        where=where,
        fix="pin one of those units too, or raise the pins",
        rows=pinned,
    )
