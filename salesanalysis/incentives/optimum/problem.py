"""A plan with what is asked of it, and its linear program over one group of numbers at a spot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.ask import Ask, Place, program_of
from salesanalysis.incentives.optimum.case import Case, limited, unit_of
from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.measures import losers_of
from salesanalysis.incentives.optimum.probe import stand
from salesanalysis.incentives.optimum.program import Goal, Program
from salesanalysis.incentives.optimum.rows import Linear
from salesanalysis.incentives.optimum.solving import solve
from salesanalysis.incentives.optimum.woven import Cells, Woven, cells_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: What a plan may cost above the budget: less than any amount is written with.
HALF_A_CENT = 0.004


@dataclass(frozen=True)
class Spot:
    """A plan's free numbers apart from its file, group by group; edges stand as in the file."""

    base: "Plan"
    groups: tuple[tuple[str, ...], ...]
    values: tuple[Floats, ...]
    amounts: tuple[npt.NDArray[np.bool_], ...]

    @classmethod
    def of(cls, plan: "Plan", groups: Iterable[Mapping[str, str]]) -> "Spot":
        """Return where a plan stands."""
        now, kinds = stand(plan), list(groups)
        names = tuple(tuple(g) for g in kinds)
        amounts = tuple(np.array([kind == "amount" for kind in g.values()]) for g in kinds)
        return cls(plan, names, tuple(np.array([now[k] for k in g]) for g in names), amounts)

    def put(self, group: int, values: Floats) -> "Spot":
        """Return the spot with other numbers of a group, as a plan file holds them.

        Nine places; amounts whole cents, the next below, so that no budget is broken by them.
        """
        cents = np.floor(values * 100 + 1e-6) / 100
        held = np.where(self.amounts[group], cents, values)
        told = np.array([float(f"{v:.9f}") for v in held.tolist()])
        return replace(self, values=(*self.values[:group], told, *self.values[group + 1 :]))

    @property
    def plan(self) -> "Plan":
        """Return the plan with these numbers in it."""
        told = {
            k: f"{v:.9f}"
            for names, values in zip(self.groups, self.values, strict=True)
            for k, v in zip(names, values.tolist(), strict=True)
        }
        return self.base.edited(told)

    @property
    def key(self) -> tuple[bytes, ...]:
        """Return what tells this spot from others of the same plan."""
        return tuple(v.tobytes() for v in self.values)


@dataclass(frozen=True)
class Problem:
    """A plan with what is asked of it.

    Attributes
    ----------
    kept : what was found out about the plan whatever is asked of it
    cuts : tangents of plans tried before, by the numbers that stood
    cheap : whether the lowest cost is asked for instead of the goal, whatever the budget
    """

    origin: "Plan"
    today: LinearPlan
    case: Case
    ask: Ask
    groups: tuple[dict[str, str], ...]
    kept: dict[Any, Any] = field(default_factory=dict, repr=False)
    cuts: dict[Any, dict[Any, Linear]] = field(default_factory=dict, repr=False)
    cheap: bool = False

    @property
    def limited(self) -> bool:
        """Tell whether a cap or a guarantee bends the cost."""
        return limited(self.today)

    @property
    def turns(self) -> bool:
        """Tell whether one program is not enough: products of numbers, a cap, a guarantee."""
        return len(self.groups) > 1 or self.limited

    def spot(self, plan: "Plan") -> Spot:
        """Return where a plan stands."""
        return Spot.of(plan, self.groups)

    def program(self, spot: Spot, group: int) -> Program:
        """Return the program over one group of numbers, the others as they stand at a spot."""
        lines, draws = self.lines(spot, group), self.drawn(spot, group)
        cuts: dict[Any, Linear] = {}
        if lines.paid.floor is not None and lines.form.cap is None:
            # cost is convex in these numbers: no tangent lies above it, so all of them hold
            others = tuple(k for g, k in enumerate(spot.key) if g != group)
            cuts = self.cuts.setdefault((group, spot.base.digest, others), {})
        place = Place(
            spot.base, self.origin, lines, self.today, draws, self.groups[group],
            tuple(cuts.values()),
        )  # fmt: skip
        cuts[spot.key[group]] = self.case.cost(lines, draws)
        program = self._asked(place)
        if "cap" in program.names and _only_against(program, "cap"):
            return self._asked(replace(place, held=True))
        return program

    def _asked(self, place: Place) -> Program:
        program = program_of(self.ask, self.case, place)
        if not self.cheap:
            return program
        (cost,) = (c.rows for c in program.conditions if c.name == "budget")
        return replace(program.without("budget"), goal=Goal.lowest(cost))

    def tangent(self, spot: Spot, reach: float) -> Program:
        """Return the program over all numbers at once, to first order around a spot.

        No number moves further than a share of the largest of its group.
        """
        parts = [self.lines(spot, g) for g in range(len(self.groups))]
        values = np.concatenate(spot.values)
        slopes = np.concatenate([p.slopes for p in parts])
        now = parts[0].base + np.tensordot(spot.values[0], parts[0].slopes, axes=1)
        base = now - np.tensordot(values, slopes, axes=1)
        lines = LinearPlan(parts[0].paid, sum(spot.groups, ()), values, base, slopes)
        draws = None
        if self.case.draws is not None:
            drawn = [d for g in range(len(parts)) if (d := self.drawn(spot, g)) is not None]
            matrix = np.concatenate([d.matrix for d in drawn], axis=1)
            draws = Linear(drawn[0].at(spot.values[0]) - matrix @ values, matrix)
        kinds = {k: kind for group in self.groups for k, kind in group.items()}
        program = self._asked(Place(spot.base, self.origin, lines, self.today, draws, kinds))
        tops = [np.full(v.size, reach * max(float(np.abs(v).max()), 1e-9)) for v in spot.values]
        far = np.concatenate(tops)
        held = [
            Condition("near", Linear(np.zeros(1), np.eye(values.size)[[i]]), v - r, v + r, r)
            for i, (v, r) in enumerate(zip(values.tolist(), far.tolist(), strict=True))
        ]
        return replace(program, conditions=(*program.conditions, *held))

    def lines(self, spot: Spot, group: int) -> LinearPlan:
        """Return the plan's lines over one group of numbers."""
        woven = self._woven(spot.base)
        if woven is not None:
            return woven.lines(group, spot.values)
        others = tuple(k for g, k in enumerate(spot.key) if g != group)
        key = ("lines", group, spot.base.digest, others)
        if key not in self.kept:
            self.kept[key] = self.case.lines(spot.plan, self.groups[group], proved=group == 0)
        found: LinearPlan = self.kept[key]
        return replace(found, values=spot.values[group])

    def drawn(self, spot: Spot, group: int) -> Linear | None:
        """Return the cost of every draw over one group of numbers; of a limit, the tangent."""
        case = self.case
        if case.draws is None:
            return None
        if self.limited:  # the tangent is that of these very numbers
            return case.drawn(self.lines(spot, group), spot.base)
        if isinstance(case.draws, np.ndarray):
            return case.drawn(self.lines(spot, group), spot.base)
        cells = self._paid_years(spot.base)
        if cells is not None:
            zero, steep = cells.over(group, spot.values)
            return Linear(zero, steep.T)
        others = tuple(k for g, k in enumerate(spot.key) if g != group)
        key = ("drawn", group, spot.base.digest, others)
        if key not in self.kept:
            self.kept[key] = case.drawn(self.lines(spot, group), spot.plan)
        found: Linear = self.kept[key]
        return found

    def _woven(self, base: "Plan") -> Woven | None:
        """Return the lines over all numbers at once, None where they are too many."""
        key = ("woven", base.digest)
        if key not in self.kept:
            self.kept[key] = Woven.of(base, self.groups, facts=self.case.facts)
        found: Woven | None = self.kept[key]
        return found

    def _paid_years(self, base: "Plan") -> Cells | None:
        """Return what a world's years cost over all numbers at once."""
        if self._woven(base) is None:
            return None
        key = ("years", base.digest)
        if key not in self.kept:
            spot = self.spot(base)
            steps = [
                {k: unit_of(v) for k, v in zip(names, values.tolist(), strict=True)}
                for names, values in zip(spot.groups, spot.values, strict=True)
            ]
            stood = stand(base)

            def cost(at: dict[str, float]) -> Floats:
                told = {k: f"{stood[k] + step:.12g}" for k, step in at.items()}
                return self.case.years(base.edited(told) if told else base)

            self.kept[key] = cells_of(steps, spot.values, cost)
        found: Cells = self.kept[key]
        return found

    def affordable(self, spot: Spot) -> bool:
        """Tell whether a plan keeps the budget by its own price, not by a tangent of another's.

        And whether no more lose under it than may.
        """
        share = 1.0 if self.ask.losers is None else self.ask.losers
        if self.limited and share < 1 and losers_of(self.origin, spot.plan, self.case) > share:
            return False
        if not self.limited or self.ask.budget is None or self.cheap:
            return True
        return self.price(spot) - self.ask.budget <= 1e-8 * self.ask.budget + HALF_A_CENT

    def price(self, spot: Spot) -> float:
        """Return the expected cost of a plan, currency: a tangent is exact where it touches."""
        lines = self.lines(spot, 0)
        return float(self.case.cost(lines, self.drawn(spot, 0)).at(spot.values[0])[0])

    def worth(self, spot: Spot) -> float:
        """Return the goal at a spot, as small as possible: its sign is turned where it is large."""
        goal = self.program(spot, len(self.groups) - 1).goal
        return goal.sign * goal.at(spot.values[-1])


def _only_against(program: Program, name: str) -> bool:
    """Tell whether a condition alone stands in the way of the others."""
    open_end = replace(program, goal=Goal())
    return solve(open_end) is None and solve(open_end.without(name)) is not None
