"""The best numbers where people respond: effort is chosen anew for every plan, so no program does.

The pay of everybody is read from sums made once: chance and mean of attainment on every piece of
the plan, for a grid of efforts. A plan is then a product of matrices, and Nelder-Mead may look at
thousands of them from many starts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.incentives.moments import Normal
from salesanalysis.incentives.moments.pieces import spans_of
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.probe import stand
from salesanalysis.incentives.optimum.rows import SCALES, Linear, Scales, stacked
from salesanalysis.incentives.optimum.shape import Shape, shape_conditions

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Efforts looked at, from none to the most that can pay; a parabola finds the place between.
GRID = 121
#: Typical people the search looks at; more are put together with their neighbours.
TYPES = 12


@dataclass(frozen=True)
class Types:
    """Typical people: how many each stands for, their scales, mean and spread of attainment."""

    count: Floats
    scales: Scales
    mean: Floats
    noise: float

    @classmethod
    def of(cls, people: pd.DataFrame, incentive: Floats, noise: float) -> "Types":
        """Return at most `TYPES` of them: neighbours by expectation, then quota, put together."""
        frame = people.assign(incentive=incentive).sort_values(
            ["expected_rate", "quota", "salesperson"], kind="stable"
        )
        place = np.arange(len(frame)) * min(TYPES, len(frame)) // len(frame)
        parts = frame.groupby(place)
        mean = parts[["quota", "incentive", "expected_rate"]].mean()
        scales = Scales(mean["quota"].to_numpy(), mean["incentive"].to_numpy())
        return cls(
            parts.size().to_numpy("float64"), scales, mean["expected_rate"].to_numpy(), noise
        )


@dataclass(frozen=True)
class Surface:
    """A plan's lines over its free numbers: linear in each group, products between two.

    Attributes
    ----------
    knobs : tuple of str
    middle : ndarray, the numbers the lines stand at
    base, slopes : ndarray, pieces x scales x 2, and knobs x that
    products : list of (i, j, ndarray), what the product of two moves adds
    lines : LinearPlan, for heights at edges
    """

    knobs: tuple[str, ...]
    middle: Floats
    base: Floats
    slopes: Floats
    products: list[tuple[int, int, Floats]]
    lines: LinearPlan

    @classmethod
    def of(cls, plan: "Plan", groups: Sequence[Mapping[str, str]], case: Case) -> "Surface":
        """Find what every free number, and every pair of two groups, does to the lines."""
        parts = [case.lines(plan, group) for group in groups]
        knobs = tuple(k for part in parts for k in part.knobs)
        stood = stand(plan)
        middle = np.array([stood[k] for k in knobs])
        own = middle[: len(parts[0].knobs)]
        base = parts[0].base + np.tensordot(own, parts[0].slopes, axes=1)
        slopes = np.concatenate([p.slopes for p in parts])
        place = {k: i for i, k in enumerate(knobs)}
        products = []
        for one, other in combinations(range(len(groups)), 2):
            for knob, step in ((k, 0.01) for k in groups[other]):
                moved = plan.edited({knob: f"{middle[place[knob]] + step:.9f}"})
                there = case.lines(moved, groups[one], proved=True)
                cross = (there.slopes - parts[one].slopes) / step
                products += [
                    (place[k], place[knob], cross[i]) for i, k in enumerate(parts[one].knobs)
                ]
        return cls(knobs, middle, base, slopes, products, parts[0])

    def at(self, values: Floats) -> Floats:
        """Return the lines at values of the numbers: pieces x scales x 2."""
        off = values - self.middle
        found: Floats = self.base + np.tensordot(off, self.slopes, axes=1)
        for i, j, cross in self.products:
            found = found + off[i] * off[j] * cross
        return found


@dataclass(frozen=True)
class Response:
    """What a plan costs and brings where typical people choose their effort.

    Attributes
    ----------
    surface, types : as above
    shift : ndarray, types x grid, extra attainment, as much below nothing as above
    chance, first : ndarray, pieces x types x grid, P and E[x; piece] of attainment
    effort_cost, margin_rate : float
    today : ndarray, effort of every type under today's plan
    """

    surface: Surface
    types: Types
    shift: Floats
    chance: Floats
    first: Floats
    effort_cost: float
    margin_rate: float
    today: Floats

    @classmethod
    def of(cls, surface: Surface, types: Types, *, effort_cost: float, margin_rate: float,
           high: Floats) -> "Response":  # fmt: skip
        """Make the sums of every piece; `high` are the largest numbers a plan may have."""
        most = _reach(surface, types, effort_cost, high)
        shift = most[:, None] * np.linspace(-1, 1, 2 * GRID + 1)
        dist = Normal(types.mean[:, None] + shift, np.array(types.noise))
        form = surface.lines.form
        spans = spans_of(form, types.scales.quota[:, None])
        both = [
            (dist.probability(s.lo, s.hi, **side), dist.first(s.lo, s.hi, **side))
            for s in spans
            for side in [{"low_in": s.low_in, "high_in": s.high_in}]
        ]
        per_x = types.scales.quota[:, None] if form.unit == "amount" else 1.0
        chance, first = np.stack([p for p, _ in both]), np.stack([m * per_x for _, m in both])
        none = np.zeros(len(types.mean))
        made = cls(surface, types, shift, chance, first, effort_cost, margin_rate, none)
        return replace(made, today=made.chosen(surface.middle)[0])

    def pay(self, lines: Floats) -> Floats:
        """Return expected pay of a period, types x grid, currency."""
        out = np.zeros(self.shift.shape)
        for s, scale in enumerate(SCALES[:-1]):
            if not lines[:, s].any():
                continue
            size = self.surface.lines.size(self.types.scales, scale)[:, None]
            part = np.tensordot(lines[:, s, 0], self.chance, axes=1)
            out += size * (part + np.tensordot(lines[:, s, 1], self.first, axes=1))
        return out

    def chosen(self, values: Floats) -> tuple[Floats, Floats]:
        """Return every type's effort under a plan, and its expected pay on the grid."""
        pay = self.pay(self.surface.at(values))
        effort = self.shift[:, GRID:]
        quota = self.types.scales.quota[:, None]
        worth = pay[:, GRID:] - self.effort_cost * quota * effort**2 / 2
        rows = np.arange(len(worth))
        best = np.clip(worth.argmax(axis=1), 1, GRID - 1)
        low, at, high = (worth[rows, best + k] for k in (-1, 0, 1))
        bend = np.minimum(low - 2 * at + high, -1e-300)
        inside = effort[rows, best] + np.clip((low - high) / (2 * bend), -1, 1) * effort[:, 1]
        return np.where(worth[:, 0] >= worth.max(axis=1), 0.0, np.maximum(inside, 0.0)), pay

    def result(self, values: Floats) -> tuple[float, float, float]:
        """Return margin of extra sales less pay, pay, and what pay less effort is worth.

        Currency of a period, everybody together; extra is what exceeds today's effort.
        """
        effort, pay = self.chosen(values)
        moved = effort - self.today
        paid = np.array(
            [np.interp(e, at, row) for e, at, row in zip(moved, self.shift, pay, strict=True)]
        )
        quota, count = self.types.scales.quota, self.types.count
        sold = self.margin_rate * moved * quota
        worth = paid - self.effort_cost * quota * effort**2 / 2
        return float(count @ (sold - paid)), float(count @ paid), float(count @ worth)


def _reach(surface: Surface, types: Types, effort_cost: float, high: Floats) -> Floats:
    """Return the effort beyond which no plan pays for it: slope x e and every jump once."""
    lines = surface.at(high)
    form = surface.lines.form
    quota = types.scales.quota
    per_x = quota if form.unit == "amount" else np.ones(quota.shape)
    sizes = np.stack([surface.lines.size(types.scales, s) for s in SCALES[:-1]])
    a, b = (np.tensordot(lines[:, :3, k], sizes, axes=1) for k in (0, 1))
    edges = np.array([[float(s.lo or 0)] for s in form.segments[1:]])
    jumps = np.maximum(a[1:] + b[1:] * edges - a[:-1] - b[:-1] * edges, 0).sum(axis=0) / quota
    slope = np.maximum(b, 0).max(axis=0) * per_x / quota
    return np.asarray((slope + np.sqrt(slope**2 + 2 * effort_cost * jumps)) / effort_cost) + 1e-6


def limits_on(
    shape: Shape, plan: "Plan", surface: Surface, groups: Sequence[Mapping[str, str]], case: Case
) -> Linear:
    """Return what may not be above 0: numbers beside their neighbours, in shares of their size.

    The ends of single numbers are no part of it, nor what pay does at its edges.
    """
    place = {k: i for i, k in enumerate(surface.knobs)}
    alone = replace(shape, within=None, jump=None, no_fall=False)
    parts = [Linear(np.zeros(0), np.zeros((0, len(place))))]
    for group in groups:
        lines = case.lines(plan, group, proved=True)
        for c in shape_conditions(alone, plan, plan, lines, person=case.person, at_target=1.0):
            if c.name == "bounds":
                continue
            wide = np.zeros((len(c.rows.constant), len(place)))
            wide[:, [place[k] for k in group]] = c.rows.matrix
            for sign, end in ((1.0, c.high), (-1.0, c.low)):
                if np.isfinite(end):
                    off = sign * (c.rows.constant - end) / c.size
                    parts.append(Linear(off, sign * wide / c.size))
    return stacked(parts)


def falls(surface: Surface, values: Floats, case: Case) -> float:
    """Return by how much pay of the one person falls somewhere, currency; 0 where it never does."""
    lines = replace(
        surface.lines, knobs=(), values=np.zeros(0), base=surface.at(values),
        slopes=surface.lines.slopes[:0],
    )  # fmt: skip
    below, above, slope, _ = lines.heights(case.person)
    lowest = min((above - below).constant.min(initial=0.0), slope.constant.min(initial=0.0))
    return max(-float(lowest), 0.0)
