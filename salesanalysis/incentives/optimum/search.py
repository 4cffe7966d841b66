"""The search itself: one program, or programs in turn where rates and coefficients multiply."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.ask import Ask, Place, program_of
from salesanalysis.incentives.optimum.case import Case, limited
from salesanalysis.incentives.optimum.conflict import least, smallest_conflict
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.measures import cost_of
from salesanalysis.incentives.optimum.probe import knob_table, stand
from salesanalysis.incentives.optimum.program import Condition, Goal, Program
from salesanalysis.incentives.optimum.rows import Linear
from salesanalysis.incentives.optimum.solving import Solution, solve
from salesanalysis.incentives.optimum.wording import conflict_error

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Turns after which programs that alternate are stopped.
TURNS = 12
#: Where a cap or a guarantee bends the cost: each turn adds a tangent.
LIMITED_TURNS = 40
#: What a plan may cost above the budget: less than any amount is written with.
HALF_A_CENT = 0.004
#: At the very lowest budget tangents meet the plan too slowly: so much above it is told.
ABOVE = 1e-3
#: A turn that gains less than this share of the goal is the last one.
GAIN = 1e-7
#: What the goal may lose, of its own size, for numbers nearer to today's.
LOSS = 1e-9
#: Combinations of edges an outer search may try.
EDGES = 500


@dataclass(frozen=True)
class Found:
    """The plan found: exact values, prices of the conditions, and the programs that found it."""

    plan: "Plan"
    goal: float
    prices: dict[str, float]
    local: bool
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A plan with what is asked of it."""

    origin: "Plan"
    today: LinearPlan
    case: Case
    ask: Ask
    groups: tuple[dict[str, str], ...]
    kept: dict[tuple[str, ...], tuple[LinearPlan, Linear | None]] = field(
        default_factory=dict, repr=False
    )
    cuts: dict[tuple[str, ...], dict[str, Linear]] = field(default_factory=dict, repr=False)

    @property
    def limited(self) -> bool:
        """Tell whether a cap or a guarantee bends the cost."""
        return limited(self.today)

    @property
    def turns(self) -> bool:
        """Tell whether one program is not enough: products of numbers, a cap, a guarantee."""
        return len(self.groups) > 1 or self.limited

    def program(self, plan: "Plan", group: Mapping[str, str]) -> Program:
        """Return the program over one group of knobs, the others as they stand in `plan`."""
        now = stand(plan)
        # what a number does depends on the others alone: its own group's values are no part of it
        rest = sorted((k, v) for k, v in now.items() if k not in group)
        key = (*group, str(rest))
        if key not in self.kept:
            same = plan == self.origin and tuple(group) == self.today.knobs
            lines = self.today if same else self._lines(plan, group)
            self.kept[key] = lines, None if self.limited else self.case.drawn(lines, plan)
        lines, draws = self.kept[key]
        lines = replace(lines, values=np.array([now[k] for k in group]))
        if self.limited:  # the tangent is that of these very numbers
            draws = self.case.drawn(lines, plan)
        cuts: dict[str, Linear] = {}
        if lines.paid.floor is not None and lines.form.cap is None:
            # cost is convex in these numbers: no tangent lies above it, so all of them hold
            cuts = self.cuts.setdefault(key, {})
        place = Place(
            plan, self.origin, lines, self.today, draws, dict(group), tuple(cuts.values())
        )
        cuts[plan.digest] = self.case.cost(lines, draws)
        program = program_of(self.ask, self.case, place)
        if "cap" in program.names and _only_against(program, "cap"):
            return program_of(self.ask, self.case, replace(place, held=True))
        return program

    def _lines(self, plan: "Plan", group: Mapping[str, str]) -> LinearPlan:
        names = tuple(group)
        proved = names == self.today.knobs or any(k[: len(names)] == names for k in self.kept)
        return self.case.lines(plan, group, proved=proved)

    def search(self, start: "Plan", *, again: bool = False) -> Found:
        """Return the best exact values from a starting plan, group by group in turns.

        Raises
        ------
        ContractError
            No group can meet the conditions: the smallest set that conflicts.
        """
        plan, goal = start, None
        blocked: list[tuple[Program, Plan, Mapping[str, str]]] = []
        for _ in range(TURNS if self.today.paid.floor is None else LIMITED_TURNS):
            before = goal
            for group in self.groups:
                program = self.program(plan, group)
                found = solve(program)
                if found is None:
                    blocked.append((program, plan, group))
                    continue
                goal, plan = found.goal, with_values(plan, group, found.values)
            if goal is None and not again and len(self.groups) > 1 and self.ask.budget is not None:
                return self.search(self._cheapest(start), again=True)
            if goal is None:
                raise self.refusal(blocked)
            if not self.turns or (_settled(before, goal) and self.affordable(plan)):
                break
        if not self.affordable(plan):  # tangents allowed it, its own price does not
            group = self.groups[-1]
            raise self.refusal([*blocked, (self.program(plan, group), plan, group)])
        return self._nearest(plan)

    def affordable(self, plan: "Plan") -> bool:
        """Tell whether a plan keeps the budget by its own price, not by a tangent."""
        if not self.limited or self.ask.budget is None:
            return True
        return self.overrun(plan) <= 1e-8 * self.ask.budget + HALF_A_CENT

    def overrun(self, plan: "Plan") -> float:
        """Return by how much a plan costs more than the budget, currency."""
        return cost_of(plan, self.case) - (self.ask.budget or 0.0)

    def _cheapest(self, plan: "Plan") -> "Plan":
        """Return the cheapest plan that meets all else: where one group alone keeps no budget."""
        for group in [*self.groups, *self.groups]:
            program = self.program(plan, group)
            (cost,) = (c.rows for c in program.conditions if c.name == "budget")
            found = solve(replace(program.without("budget"), goal=Goal.lowest(cost)))
            if found is not None:
                plan = with_values(plan, group, found.values)
        return plan

    def _nearest(self, plan: "Plan") -> Found:
        """Return, of all plans as good, one whose numbers lie near today's; and the prices."""
        stood = stand(self.origin)
        goal, prices = 0.0, dict[str, float]()
        names: dict[str, None] = {}
        for group in self.groups:
            program = self.program(plan, group)
            names |= dict.fromkeys(program.names)
            found = solve(program)
            if found is None:  # what the other group found lies on the edge of this one
                goal = program.goal.at([stand(plan)[k] for k in group])
                continue
            goal = found.goal
            for name, price in self._prices(program, found).items():
                prices[name] = max(prices.get(name, 0.0), price, key=abs)
            near = solve(nearest_to(program, np.array([stood[k] for k in group]), found.goal))
            best = with_values(plan, group, found.values)
            closer = best if near is None else with_values(plan, group, near.values)
            plan = closer if self.affordable(closer) else best
            goal = self.program(plan, group).goal.at([stand(plan)[k] for k in group])
        return Found(plan, goal, prices, self.turns, tuple(names))

    def _prices(self, program: Program, found: Solution) -> dict[str, float]:
        """Return the prices of conditions, that of the budget by what a little more of it gives.

        Where conditions are tight together a dual may be a price that only a smaller budget has.
        """
        told = dict(found.prices)
        if self.ask.budget is not None and "budget" in told:
            step = 1e-4 * max(self.ask.budget, 1.0)
            more = solve(program.raised("budget", step))
            told["budget"] = 0.0 if more is None else (more.goal - found.goal) / step
            if abs(told["budget"] - found.prices["budget"]) < 1e-6 * abs(found.prices["budget"]):
                told["budget"] = found.prices["budget"]
        return told

    def refusal(
        self, blocked: "Sequence[tuple[Program, Plan, Mapping[str, str]]]"
    ) -> ContractError:
        """Return the error that names the conditions that conflict and what would free them."""
        program, plan, group = blocked[0]
        names = smallest_conflict(program) or ("budget",)
        freed: dict[str, float | None] = {}
        if "budget" in names:
            freed["budget"] = self._least_budget(program, plan, group)
        if "cvar" in names:
            freed["cvar"] = least(program, "cvar")
        return conflict_error(self.ask, self.case, names, freed, alone=len(self.groups) > 1)

    def _least_budget(
        self, program: Program, plan: "Plan", group: Mapping[str, str]
    ) -> float | None:
        """Return the lowest budget the other conditions leave room for, by its own price."""
        found = least(program, "budget")
        if found is None or not self.limited:
            return found
        for _ in range(TURNS):
            (cost,) = (c.rows for c in program.conditions if c.name == "budget")
            cheap = solve(replace(program.without("budget"), goal=Goal.lowest(cost)))
            if cheap is None:
                return found
            plan = with_values(plan, group, cheap.values)
            found = cost_of(plan, self.case)
            if found <= cheap.goal * (1 + 1e-9):
                break
            program = self.program(plan, group)
        return found * (1 + ABOVE)

    def stood(self, group: Mapping[str, str]) -> Floats:
        """Return today's values of some numbers."""
        stood = stand(self.origin)
        return np.array([stood[k] for k in group])


def _only_against(program: Program, name: str) -> bool:
    """Tell whether a condition alone stands in the way of the others."""
    open_end = replace(program, goal=Goal())
    return solve(open_end) is None and solve(open_end.without(name)) is not None


def nearest_to(program: Program, today: Floats, goal: float) -> Program:
    """Return the program that keeps a goal and moves numbers as little as it can."""
    size = max(abs(goal), 1.0)
    kept = list(program.conditions)
    rows = program.goal.row if program.goal.highest is None else program.goal.highest
    if rows is None:
        return program  # the least sum of changes is near already
    low, high = (
        (goal - LOSS * size, np.inf) if program.goal.sign < 0 else (-np.inf, goal + LOSS * size)
    )
    kept.append(Condition("goal", rows, low, high, size))
    moved = Linear(-today / program.units, np.diag(1 / program.units))
    return replace(program, goal=Goal(rows=moved), conditions=tuple(kept))


def with_values(plan: "Plan", group: Iterable[str], values: Floats) -> "Plan":
    """Return a plan with other values of some numbers."""
    return plan.edited(written(dict(zip(group, values.tolist(), strict=True))))


def written(values: Mapping[str, Any]) -> dict[str, str]:
    """Return values as decimals a plan file holds: nine places."""
    return {k: f"{float(v):.9f}" for k, v in values.items()}


def _settled(before: float | None, now: float) -> bool:
    return before is not None and abs(now - before) <= GAIN * max(abs(now), 1e-12)


def starts(plan: "Plan", edges: Mapping[str, Sequence[Any]] | None) -> list[dict[str, Any]]:
    """Return the combinations of edges to try; one without any where none are given.

    Raises
    ------
    ContractError
        Numbers that are no edges, too many combinations.
    """
    if not edges:
        return [{}]
    frame = knob_table(plan).set_index("knob")["kind"]
    wrong = [k for k in edges if k in frame.index and frame[k] != "edge"]
    if wrong:
        raise ContractError(
            f"{wrong[0]} is no edge.",
            where="optimise(edges={...})",
            fix=f"free=[{wrong[0]!r}] moves it",
            code="bad-choice",
        )
    count = int(np.prod([len(v) for v in edges.values()]))
    if not 0 < count <= EDGES:
        raise ContractError(
            f"{count} combinations of edges are asked for; 1 to {EDGES} are tried.",
            where="optimise(edges={...})",
            fix="give fewer places for each edge",
            code="bad-choice",
        )
    return [dict(zip(edges, places, strict=True)) for places in product(*edges.values())]
