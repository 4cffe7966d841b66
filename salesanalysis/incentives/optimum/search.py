"""The search itself: one program, or programs in turn where rates and coefficients multiply."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.ask import Ask, Place, program_of
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.conflict import least, smallest_conflict
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.probe import knob_table, stand
from salesanalysis.incentives.optimum.program import Condition, Goal, Program, solve
from salesanalysis.incentives.optimum.rounding import near_values, round_values
from salesanalysis.incentives.optimum.rows import Linear
from salesanalysis.incentives.optimum.wording import conflict_error

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Turns after which programs that alternate are stopped.
TURNS = 12
#: A turn that gains less than this share of the goal is the last one.
GAIN = 1e-7
#: What the goal may lose, of its own size, for numbers nearer to today's.
LOSS = 1e-9
#: Ways of rounding coefficients that rates are set for.
COARSE = 3
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

    @property
    def turns(self) -> bool:
        """Tell whether one program is not enough: products of numbers, or a cap."""
        return len(self.groups) > 1 or self.today.form.cap is not None

    def program(self, plan: "Plan", group: Mapping[str, str]) -> Program:
        """Return the program over one group of knobs, the others as they stand in `plan`."""
        now = stand(plan)
        # what a number does depends on the others alone: its own group's values are no part of it
        rest = sorted((k, v) for k, v in now.items() if k not in group)
        key = (*group, str(rest))
        if self.today.form.cap is not None:
            key = (plan.digest, *group)  # the tangent is that of these very numbers
        if key not in self.kept:
            same = plan == self.origin and tuple(group) == self.today.knobs
            lines = self.today if same else self._lines(plan, group)
            self.kept[key] = lines, self.case.drawn(lines, plan)
        lines, draws = self.kept[key]
        lines = replace(lines, values=np.array([now[k] for k in group]))
        return program_of(
            self.ask, self.case, Place(plan, self.origin, lines, self.today, draws, dict(group))
        )

    def _lines(self, plan: "Plan", group: Mapping[str, str]) -> LinearPlan:
        names = tuple(group)
        proved = names == self.today.knobs or any(k[: len(names)] == names for k in self.kept)
        return LinearPlan.of(plan, group, proved=proved)

    def search(self, start: "Plan", *, again: bool = False) -> Found:
        """Return the best exact values from a starting plan, group by group in turns.

        Raises
        ------
        ContractError
            No group can meet the conditions: the smallest set that conflicts.
        """
        plan, goal = start, None
        blocked: list[Program] = []
        for _ in range(TURNS):
            before = goal
            for group in self.groups:
                program = self.program(plan, group)
                found = solve(program)
                if found is None:
                    blocked.append(program)
                    continue
                goal, plan = found.goal, _with(plan, group, found.values)
            if goal is None and not again and len(self.groups) > 1 and self.ask.budget is not None:
                return self.search(self._cheapest(start), again=True)
            if goal is None:
                raise self.refusal(blocked)
            if not self.turns or _settled(before, goal):
                break
        return self._nearest(plan)

    def _cheapest(self, plan: "Plan") -> "Plan":
        """Return the cheapest plan that meets all else: where one group alone keeps no budget."""
        for group in [*self.groups, *self.groups]:
            program = self.program(plan, group)
            (cost,) = (c.rows for c in program.conditions if c.name == "budget")
            found = solve(replace(program.without("budget"), goal=Goal(row=cost)))
            if found is not None:
                plan = _with(plan, group, found.values)
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
                continue
            goal = found.goal
            for name, price in found.prices.items():
                prices[name] = max(prices.get(name, 0.0), price, key=abs)
            near = solve(nearest_to(program, np.array([stood[k] for k in group]), found.goal))
            plan = _with(plan, group, found.values if near is None else near.values)
            goal = self.program(plan, group).goal.at([stand(plan)[k] for k in group])
        return Found(plan, goal, prices, self.turns, tuple(names))

    def refusal(self, blocked: Sequence[Program]) -> ContractError:
        """Return the error that names the conditions that conflict and what would free them."""
        program = blocked[0]
        names = smallest_conflict(program)
        freed: dict[str, float | None] = {}
        for name in ("budget", "cvar"):
            if name in names:
                freed[name] = least(program, name)
        return conflict_error(self.ask, self.case, names, freed, alone=len(self.groups) > 1)

    def rounded(self, found: Found, steps: Mapping[str, float]) -> tuple["Plan", bool]:
        """Return the plan in whole steps, coefficients first, what is earned set again after them.

        False where no rounded plan near meets the conditions: the exact one stands.
        """
        order = sorted(self.groups, key=lambda g: "coefficient" not in g.values())
        *first, last = order
        best: tuple[float, Plan] | None = None
        for plan in self._coarse(found.plan, first, steps):
            program = self.program(plan, last)
            again = solve(program)
            if again is None:
                continue
            exact = np.array([stand(plan)[k] for k in last]) if not first else again.values
            rounded = round_values(program, exact, last, steps)
            if rounded.done:
                worth = program.goal.sign * program.goal.at(rounded.values)
                if best is None or worth < best[0]:
                    best = worth, _with(plan, last, rounded.values)
        return (found.plan, False) if best is None else (best[1], True)

    def _coarse(
        self, plan: "Plan", groups: Sequence[Mapping[str, str]], steps: Mapping[str, float]
    ) -> list["Plan"]:
        """Return plans with the coefficients in whole steps, nearest first: shape alone counts.

        What is earned is set again after them, and makes up for what they cost.
        """
        plans = [plan]
        for group in groups:
            exact = np.array([stand(plan)[k] for k in group])
            shape = self.program(plan, group).without_money()
            values = near_values(shape, exact, group, steps)[:COARSE]
            plans = [_with(p, group, v) for p in plans for v in values][:COARSE]
        return plans


def nearest_to(program: Program, today: Floats, goal: float) -> Program:
    """Return the program that keeps a goal and moves numbers as little as it can."""
    size = max(abs(goal), 1.0)
    kept = list(program.conditions)
    if program.goal.row is not None:
        low, high = (
            (goal - LOSS * size, np.inf) if program.goal.sign < 0 else (-np.inf, goal + LOSS * size)
        )
        kept.append(Condition("goal", program.goal.row, low, high, size))
    else:
        return program  # the least sum of changes is near already
    rows = Linear(-today / program.units, np.diag(1 / program.units))
    return replace(program, goal=Goal(rows=rows), conditions=tuple(kept))


def _with(plan: "Plan", group: Mapping[str, str], values: Floats) -> "Plan":
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
