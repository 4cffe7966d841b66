"""Numbers a plan can be signed with: rounded, and repaired by a small search over whole steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.program import Goal, Program

Floats = npt.NDArray[np.float64]
#: Steps a number is rounded to, by kind: rates to 0.1 %, coefficients to 0.05.
STEPS = {"rate": 0.001, "share": 0.001, "coefficient": 0.05, "height": 0.01, "amount": 1.0}
#: Every way of rounding is tried up to so many; beyond, one number at a time is moved.
WAYS = 50_000
#: Of so many coefficients the steps beyond the next ones are looked at too.
FEW = 5
#: Pay at target may be missed by so much where no rounded plan meets it exactly.
NEAR = 0.005
#: And by so much where even that is out of reach of whole steps.
FAR = 0.02
#: Whole steps hold conditions exactly but for the last digits of a float.
SLACK = 1e-9


@dataclass(frozen=True)
class Rounded:
    """Values in whole steps; or the exact ones where no rounded plan meets the conditions."""

    values: Floats
    done: bool


def round_values(
    program: Program, exact: Floats, kinds: Mapping[str, str], steps: Mapping[str, float]
) -> Rounded:
    """Return the best rounded values near the exact ones that meet every condition.

    Conditions with one value (pay at target) are met to half a percent, to two where no rounded
    plan comes nearer; all others hold.
    """
    step = np.array([steps[kinds[k]] for k in program.knobs])
    middle = np.round(exact / step, 6)  # 0.07 / 0.001 is 70, not 70.00000000000001
    for near in (NEAR, FAR):
        for reach in (0, 1, 2):
            found = _best(program, _ways(middle, reach) * step, exact, near)
            if found is not None:
                return Rounded(_clean(found, step), done=True)
        found = _walk(program, np.round(middle) * step, step, near)
        if found is not None:
            return Rounded(_clean(found, step), done=True)
    return Rounded(exact, done=False)


def near_values(
    program: Program, exact: Floats, kinds: Mapping[str, str], steps: Mapping[str, float]
) -> list[Floats]:
    """Return values in whole steps that meet the conditions, nearest to the exact ones first."""
    step = np.array([steps[kinds[k]] for k in program.knobs])
    middle = np.round(exact / step, 6)
    ways = _ways(middle, 1) if exact.size <= FEW else np.zeros((0, exact.size))
    ways = (ways if len(ways) else _ways(middle, 0)) * step
    for condition in program.conditions:
        ways = ways[_miss(condition, ways) <= SLACK]
    far = np.abs((ways - exact) / program.units).sum(axis=1)
    return [_clean(w, step) for w in ways[np.argsort(far, kind="stable")]]


def _clean(values: Floats, step: Floats) -> Floats:
    """Return whole steps as the decimals they are written as."""
    return np.array([float(f"{round(v / s) * s:.10g}") for v, s in zip(values, step, strict=True)])


def _ways(middle: Floats, reach: int) -> Floats:
    """Return every way of rounding each number down or up, and `reach` steps beyond."""
    low, high = np.floor(middle) - reach, np.ceil(middle) + reach
    choices = [np.arange(a, b + 1) for a, b in zip(low, high, strict=True)]
    if np.prod([float(len(c)) for c in choices]) > WAYS:
        return np.zeros((0, middle.size))
    return np.array(list(product(*choices))).reshape(-1, middle.size)


def _best(program: Program, ways: Floats, near: Floats, most: float) -> Floats | None:
    """Return the best of some values that meets every condition, of equals the nearest.

    `most`: by how much of itself a condition with one value may be missed.
    """
    for condition in program.conditions:
        allowed = SLACK if condition.low != condition.high else most
        ways = ways[_miss(condition, ways) <= allowed]
    for few in program.few:
        ways = ways[few.counts(ways) <= few.most]
    goals = program.goal.sign * _goals(program.goal, ways)
    size = float(np.abs(goals).max(initial=0.0)) or 1.0
    far = np.abs((ways - near) / program.units).sum(axis=1)
    for values in ways[np.lexsort((far, np.round(goals / size, 12)))]:
        if all(t.worst(values)[0] - t.high <= SLACK * t.size for t in program.tails):
            return np.asarray(values)
    return None


def _miss(condition: Condition, ways: Floats) -> Floats:
    """Return by how much of its size each of some values misses a condition."""
    if not len(ways):
        return np.zeros(0)
    found = condition.rows.constant + ways @ condition.rows.matrix.T
    over = np.maximum(found - condition.high, condition.low - found)
    return np.asarray(np.maximum(over.max(axis=1), 0.0) / condition.size)


def _goals(goal: Goal, ways: Floats) -> Floats:
    """Return the goal of each of some values, by blocks where it has many rows."""
    if goal.rows is None:
        row = goal.row
        return (
            np.zeros(len(ways)) if row is None else np.asarray(row.constant + ways @ row.matrix[0])
        )
    size = max(1, 2_000_000 // max(len(goal.rows.constant), 1))
    sums = [
        np.abs(goal.rows.constant + ways[i : i + size] @ goal.rows.matrix.T).sum(axis=1)
        for i in range(0, len(ways), size)
    ]
    return np.concatenate(sums) if sums else np.zeros(0)


def _walk(program: Program, start: Floats, step: Floats, most: float) -> Floats | None:
    """Move one or two numbers by a step as long as that helps: first to meet, then to gain."""
    n = start.size
    one = np.vstack([np.eye(n), -np.eye(n)])
    pairs = (one[:, None, :] + one[None, :, :]).reshape(-1, n)
    moves = np.unique(np.vstack([np.zeros((1, n)), one, pairs]), axis=0) * step
    values = start
    for _ in range(200):
        ways = values + moves
        found = _best(program, ways, start, most)
        if found is None:
            miss = sum((_miss(c, ways) for c in program.conditions), np.zeros(len(ways)))
            better = ways[int(np.argmin(miss))]
        else:
            better = found
        if np.array_equal(better, values):
            return found
        values = better
    return _best(program, values[None], start, most)
