"""Handing three totals down: what one tier adds to another, so that no cell can cross."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.rounding import split_numbered
from salesanalysis.targets.months import split_months
from salesanalysis.targets.nest import Nest
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.steps import Step

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def around_plan(months: Ints, wanted: list[int], nest: Nest) -> tuple[list[Ints], list[Ints]]:
    """Set the tiers around a plan: its own months where they add up to the average."""
    plan = months.sum(axis=1)
    average = plan if int(plan.sum()) == wanted[1] else _by_values(wanted[1], plan, nest)
    cut = _by_values(wanted[1] - wanted[0], average, nest)
    added = _by_values(wanted[2] - wanted[1], average, nest)
    middle = months if average is plan else split_rows(average, months)
    # a part of each month is at most that month, since the whole cut is at most the whole year
    months_of = [middle - split_rows(cut, middle), middle, middle + split_rows(added, middle)]
    return [average - cut, average, average + added], months_of


def _by_values(total: int, values: Ints, nest: Nest) -> Ints:
    """Hand a total down every level in proportion to whole values of the leaves."""
    part = np.array([total], dtype="int64")
    for depth in range(len(nest.unit)):
        part = split(part, nest.parent(depth), nest.sums(values, depth).astype("float64"))
    return part


def split(total: Ints, parent: Ints, weight: Floats) -> Ints:
    """Split totals over units in order of the names; a family without any weight in equal parts."""
    empty = np.bincount(parent, weight, minlength=len(total)) <= 0
    weight = np.where(empty[parent], 1.0, weight)
    return split_numbered(total, parent, weight)


def split_rows(totals: Ints, weights: Ints) -> Ints:
    """Split every leaf over its months by weights; equal parts where a row has none."""
    rows = weights.astype("float64")
    rows[rows.sum(axis=1) <= 0] = 1.0
    return split_months(totals, rows)


def upwards(
    wanted: list[int], nest: Nest, leaves: pd.DataFrame, quantiles: Floats, plan: Plan
) -> list[Ints]:
    """Hand down the base, then what each tier adds; families without quantiles by the plan."""
    months = Step.of(plan.step).counts(plan.frame["value"]).reshape(-1, 12).sum(axis=1)
    parts = [np.array([n], dtype="int64") for n in np.diff([0, *wanted])]
    start = 1
    for depth in range(len(nest.unit)):
        parent, size = nest.parent(depth), len(nest.first[depth])
        own = quantiles[start : start + size]
        start += size
        known = np.bincount(parent, ~np.isfinite(own).all(axis=1)) == 0
        added = np.maximum(np.diff(np.maximum(own, 0.0), axis=1, prepend=0.0), 0.0)
        given = nest.sums(months, depth).astype("float64")
        parts = [
            split(part, parent, np.where(known[parent], added[:, j], given))
            for j, part in enumerate(parts)
        ]
    return list(np.cumsum(parts, axis=0)) if len(leaves) else parts


def months_upwards(yearly: list[Ints], months: Ints) -> list[Ints]:
    """Split every tier's years over the months of the plan, tier upon tier."""
    added = np.diff(np.array(yearly), axis=0, prepend=0)
    return list(np.cumsum([split_rows(part, months) for part in added], axis=0))
