"""By how much numbers break what they must look like, where no program keeps it for them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.rows import Linear, stacked
from salesanalysis.incentives.optimum.shape import Shape, shape_conditions
from salesanalysis.incentives.optimum.woven import Woven

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]


def limits_on(
    shape: Shape, plan: "Plan", woven: Woven, groups: Sequence[Mapping[str, str]], case: Case
) -> Linear:
    """Return what may not be above 0: numbers beside their neighbours, in shares of their size.

    The ends of single numbers are no part of it, nor what pay does at its edges.
    """
    names = [k for group in groups for k in group]
    place = {k: i for i, k in enumerate(names)}
    alone = replace(shape, within=None, jump=None, no_fall=False)
    parts = [Linear(np.zeros(0), np.zeros((0, len(place))))]
    for g, group in enumerate(groups):
        lines = woven.lines(g, woven.cells.middle)
        for c in shape_conditions(
            alone, plan, plan, lines, today=lines, person=case.person, at_target=1.0
        ):
            if c.name == "bounds":
                continue
            wide = np.zeros((len(c.rows.constant), len(place)))
            wide[:, [place[k] for k in group]] = c.rows.matrix
            for sign, end in ((1.0, c.high), (-1.0, c.low)):
                if np.isfinite(end):
                    off = sign * (c.rows.constant - end) / c.size
                    parts.append(Linear(off, sign * wide / c.size))
    return stacked(parts)


def falls(woven: Woven, values: Floats, case: Case) -> float:
    """Return by how much pay of the one person falls somewhere, currency; 0 where it never does."""
    below, slope = _edges(woven, values, case)
    return max(-min(float(below.min(initial=0.0)), float(slope.min(initial=0.0))), 0.0)


def jumps_over(woven: Woven, values: Floats, case: Case, limit: float) -> float:
    """Return by how much the largest jump of pay of the one person lies above a limit, currency."""
    return max(largest_jump(woven, values, case) - limit, 0.0)


def largest_jump(woven: Woven, values: Floats, case: Case) -> float:
    """Return the largest jump of pay of the one person at an edge, currency."""
    return float(np.abs(_edges(woven, values, case)[0]).max(initial=0.0))


def _edges(woven: Woven, values: Floats, case: Case) -> tuple[Floats, Floats]:
    """Return jumps at all edges and the slopes between them."""
    base = woven.at(values)
    lines = LinearPlan(woven.paid, (), np.zeros(0), base, np.zeros((0, *base.shape)))
    below, above, slope, _ = lines.heights(case.person)
    return (above - below).constant, slope.constant
