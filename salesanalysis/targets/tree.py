"""Every unit of every level, and the proof that parts add up in whole steps."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.targets.basis import PAIRS, gather
from salesanalysis.targets.steps import Step

AMOUNTS = ("value", "base", "left_out_amount")


def tree_of(
    leaves: pd.DataFrame, levels: Sequence[str], step: Step, pinned: pd.DataFrame
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
    below = leaves[[*keys, *AMOUNTS, "status"]].assign(value=step.counts(leaves["value"]))
    parts = [below]
    for depth in range(len(keys) - 1, 0, -1):
        below = gather(below, keys[:depth], PAIRS[:1], ["value"])
        parts.append(below)
    for depth, part in enumerate(reversed(parts), start=1):
        part["value"] = step.amounts(part["value"].to_numpy("int64"))
        part["level"] = keys[depth - 1]
        part[keys[depth:]] = ""
    parts.reverse()
    tree = pd.concat(parts, ignore_index=True)[["level", *keys, *AMOUNTS, "status"]]
    return _mark_pinned(tree.astype(dict.fromkeys(["level", *keys], "str")), keys, pinned)


def _mark_pinned(tree: pd.DataFrame, keys: list[str], pinned: pd.DataFrame) -> pd.DataFrame:
    """Write ``pinned`` beside the units that were fixed by hand."""
    if not len(pinned):
        return tree
    by_hand = pinned[keys].assign(wanted=pinned["value"].astype("float64"))
    wanted = tree[keys].merge(by_hand, on=keys, how="left", validate="one_to_one")["wanted"]
    return tree.assign(status=tree["status"].where(tree["value"] != wanted, "pinned"))


def check_sums(
    frame: pd.DataFrame, tree: pd.DataFrame, levels: Sequence[str], total: float, step: Step
) -> None:
    """Refuse leaves whose months, or parents whose children, do not add up in whole steps.

    Raises
    ------
    ReconciliationError
        With the units that are off, and by how much.
    """
    keys = list(levels)
    _check_whole(frame, tree, keys, step)
    months = frame[keys].assign(steps=step.counts(frame["value"]))
    tree = tree.assign(steps=step.counts(tree["value"]))
    n_total = step.counts(pd.Series([total]))[0]
    below = _sums(months, keys)
    for depth in range(len(keys), 0, -1):
        level = tree[tree["level"] == keys[depth - 1]]
        _check_same(_sums(level, keys[:depth]), below, keys[depth - 1])
        below = _sums(level, keys[: depth - 1])
    _check_same(pd.Series({"company": n_total}), below, "company")


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


def _check_whole(frame: pd.DataFrame, tree: pd.DataFrame, keys: list[str], step: Step) -> None:
    """Refuse targets that are no whole step, and leaves without twelve months."""
    value = frame["value"]
    whole = np.isfinite(value) & (value >= 0)
    if whole.all():
        whole = pd.Series(step.amounts(step.counts(value)) == value.to_numpy())
    n_leaves = int((tree["level"] == keys[-1]).sum()) if keys else 1
    if not whole.all() or len(frame) != 12 * n_leaves:
        raise ReconciliationError(
            f"{int((~whole).sum())} of {len(value)} targets are empty, negative or no whole step "
            f"of {step}; {len(value)} rows for {n_leaves} units of 12 months.",
            where="plan, column 'value', see .rows",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
            rows=frame[~whole.to_numpy()],
        )
