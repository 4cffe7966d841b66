"""Every unit of every level, and the proof that parts add up in whole steps."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.targets.nest import Nest
from salesanalysis.targets.runs import joined, spread
from salesanalysis.targets.steps import Step

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
AMOUNTS = ("value", "base", "left_out_amount")


def tree_of(
    leaves: pd.DataFrame,
    levels: Sequence[str],
    step: Step,
    pinned: pd.DataFrame,
    *,
    nest: Nest | None = None,
) -> pd.DataFrame:
    """Return every unit of every level, summed from `leaves` in whole steps.

    Parameters
    ----------
    leaves : DataFrame, one row per leaf, in order of the names
        Level columns, ``value``, ``base``, ``left_out_amount`` (currency), ``status``.
    pinned : DataFrame
        Level columns and ``value``; a unit that has exactly this value is ``pinned``.
    """
    if not levels:
        return leaves.assign(level="company")[["level", *AMOUNTS, "status"]]
    keys = list(levels)
    nest = Nest.of(leaves, keys) if nest is None else nest
    codes, states = pd.factorize(leaves["status"])
    words = pd.Series([*states, "mixed", ""], dtype="str").array
    below = _Sums(
        step.counts(leaves["value"]),
        leaves["base"].to_numpy("float64"),
        leaves["left_out_amount"].to_numpy("float64"),
        codes.astype("int64"),
    )
    parts = [below]
    for depth in range(len(keys) - 1, 0, -1):
        below = below.above(nest.parent(depth), len(states))
        parts.append(below)
    parts.reverse()
    tree = {
        "level": _level_names(keys, nest),
        **{key: _unit_names(leaves[key], depth, nest, words) for depth, key in enumerate(keys)},
        "value": step.amounts(np.concatenate([part.value for part in parts])),
        "base": np.concatenate([part.base for part in parts]),
        "left_out_amount": np.concatenate([part.apart for part in parts]),
        "status": words.take(np.concatenate([part.status for part in parts])),
    }
    return _mark_pinned(pd.DataFrame(tree, copy=False), keys, pinned)


def _level_names(keys: Sequence[str], nest: Nest) -> Any:
    """Return the level of every unit."""
    sizes = np.array([len(first) for first in nest.first])
    return spread(pd.array(keys, dtype="str"), np.arange(len(keys)), np.cumsum(sizes))


def _unit_names(names: pd.Series, depth: int, nest: Nest, words: Any) -> Any:
    """Return the name of every unit at one level; the last of `words`, none, for those above it."""
    texts = names if names.dtype == "str" else names.astype("str")
    own = texts.array.take(np.concatenate(nest.first[depth:]))
    above = sum(len(first) for first in nest.first[:depth])
    if not above:
        return own
    return joined([spread(words, np.array([len(words) - 1]), np.array([above])), own])


@dataclass(frozen=True)
class _Sums:
    """Units of one level, in order of the names: steps, base, what is left out, state."""

    value: Ints
    base: Floats
    apart: Floats
    status: Ints

    def above(self, parent: Ints, mixed: int) -> "_Sums":
        """Add up to the units above; one with any base takes over what was left out."""
        starts = np.flatnonzero(np.diff(parent, prepend=-1))
        base, apart = (np.add.reduceat(v, starts) for v in (self.base, self.apart))
        joins = (base > 0) & (base + apart > 0)
        low, high = (
            np.minimum.reduceat(self.status, starts),
            np.maximum.reduceat(self.status, starts),
        )
        return _Sums(
            np.add.reduceat(self.value, starts),
            base + np.where(joins, apart, 0.0),
            np.where(joins, 0.0, apart),
            np.where(low == high, low, mixed),
        )


def _mark_pinned(tree: pd.DataFrame, keys: list[str], pinned: pd.DataFrame) -> pd.DataFrame:
    """Write ``pinned`` beside the units that were fixed by hand."""
    if not len(pinned):
        return tree
    by_hand = pinned[keys].assign(wanted=pinned["value"].astype("float64"))
    wanted = tree[keys].merge(by_hand, on=keys, how="left", validate="one_to_one")["wanted"]
    return tree.assign(status=tree["status"].where(tree["value"] != wanted, "pinned"))


def check_sums(
    frame: pd.DataFrame,
    tree: pd.DataFrame,
    levels: Sequence[str],
    total: float,
    step: Step,
    *,
    nest: Nest | None = None,
) -> None:
    """Refuse leaves whose months, or parents whose children, do not add up in whole steps.

    Parameters
    ----------
    nest : Nest, optional
        The units, where `frame` and `tree` were both built from it just now: their names need
        not be read again to add the figures up.

    Raises
    ------
    ReconciliationError
        With the units that are off, and by how much.
    """
    keys = list(levels)
    counted = step.whole(frame["value"])
    n_leaves = len(nest.unit[0]) if nest and nest.unit else _n_leaves(tree, keys)
    if counted is None or len(frame) != 12 * n_leaves:
        _refuse_broken(frame, n_leaves, step)
    if keys:
        known = nest if nest is not None else _named_nest(frame, tree, keys)
        if known is not None and _adds_up(tree, known, counted, total, step):
            return
    months = frame[keys].assign(steps=step.counts(frame["value"]))
    tree = tree.assign(steps=step.counts(tree["value"]))
    n_total = step.counts(pd.Series([total]))[0]
    below = _sums(months, keys)
    for depth in range(len(keys), 0, -1):
        level = tree[tree["level"] == keys[depth - 1]]
        _check_same(_sums(level, keys[:depth]), below, keys[depth - 1])
        below = _sums(level, keys[: depth - 1])
    _check_same(pd.Series({"company": n_total}), below, "company")


def _named_nest(frame: pd.DataFrame, tree: pd.DataFrame, keys: list[str]) -> Nest | None:
    """Return the units of rows in order of the names; None where `tree` does not name the same."""
    names = [_yearly_names(frame[key]) for key in keys]
    if any(name is None for name in names):
        return None
    leaves = pd.DataFrame(dict(zip(keys, names, strict=True)))
    nest = Nest.of(leaves, keys)
    sizes = [len(first) for first in nest.first]
    if not len(leaves) or sum(sizes) != len(tree) or not nest.unique:
        return None
    units, starts = np.concatenate(nest.first), np.cumsum([0, *sizes])
    for depth, key in enumerate(keys):
        start = starts[depth]
        above, own = tree[key].array[:start], tree[key].array[start:]
        level = tree["level"].array[start : starts[depth + 1]]
        same = own == leaves[key].array.take(units[start:])
        if not (same.all() and (above == "").all() and (level == key).all()):
            return None
    return nest


def _adds_up(tree: pd.DataFrame, nest: Nest, counted: Ints, total: float, step: Step) -> bool:
    """Tell in one pass whether all units add up; what fails is named elsewhere."""
    own = np.einsum("ij->i", counted.reshape(-1, 12))
    if len(own) != len(nest.unit[0]) or len(tree) != sum(len(first) for first in nest.first):
        return False
    sums = np.concatenate([nest.sums(own, depth) for depth in range(len(nest.unit))])
    whole = int(step.counts(pd.Series([total]))[0])
    return bool((sums == step.counts(tree["value"])).all()) and int(own.sum()) == whole


def _yearly_names(names: pd.Series) -> Any:
    """Return the name of every twelfth row, None where it changes within the twelve."""
    if len(names) % 12 or not len(names):
        return None
    values = names.array
    moves = np.zeros(len(names), dtype=bool)
    moves[1:] = values[1:] != values[:-1]
    return None if moves.reshape(-1, 12)[:, 1:].any() else values[::12]


def _sums(table: pd.DataFrame, keys: list[str]) -> pd.Series:
    if not keys:
        return pd.Series({"company": table["steps"].sum()})
    sums: pd.Series = table.groupby(keys)["steps"].sum()
    return sums


def _check_same(own: pd.Series, below: pd.Series, level: str) -> None:
    """Refuse a level whose values are not the sums of what lies below."""
    gap = own.sub(below, fill_value=0)
    bad = gap[gap != 0]
    if len(bad):
        raise ReconciliationError(
            f"{len(bad)} of {len(own)} targets of level {level!r} are not the sum of their parts; "
            f"first off by {int(bad.iloc[0]):+,} steps.",
            where=f"plan, {level} {bad.index[0]!r}",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
            rows=bad.to_frame("gap"),
        )


def _n_leaves(tree: pd.DataFrame, keys: list[str]) -> int:
    return int((tree["level"] == keys[-1]).sum()) if keys else 1


def _refuse_broken(frame: pd.DataFrame, n_leaves: int, step: Step) -> NoReturn:
    """Refuse targets that are no whole step, and leaves without twelve months."""
    value = frame["value"].to_numpy("float64")
    known = np.isfinite(value) & (value >= 0)
    steps = step.counts(frame["value"].where(known, 0.0))
    whole = known & (step.amounts(steps) == value)
    raise ReconciliationError(
        f"{int((~whole).sum())} of {len(value)} targets are empty, negative or no whole step "
        f"of {step}; {len(value)} rows for {n_leaves} units of 12 months.",
        where="plan, column 'value', see .rows",
        fix="this is a defect or a tampered table: please report it with the input",
        code="does-not-add-up",
        rows=frame[~whole],
    )
