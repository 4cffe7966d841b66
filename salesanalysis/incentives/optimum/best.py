"""The best of several starts, edge by edge where edges may move; or why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives.optimum.conflict import least, smallest_conflict
from salesanalysis.incentives.optimum.problem import Problem, Spot
from salesanalysis.incentives.optimum.search import Ended, climb, nearest
from salesanalysis.incentives.optimum.starts import ROUNDS, Start, edge_places, nearby, starts_of
from salesanalysis.incentives.optimum.wording import conflict_error

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: At the very lowest budget tangents meet the plan too slowly: so much above it is told.
ABOVE = 1e-3
#: Goals that differ by less than this share of themselves are the same.
SAME = 1e-7
#: Combinations of edges that are looked at from every start: the best from today's numbers.
FINALISTS = 3


@dataclass(frozen=True)
class Found:
    """The plan found: exact values, prices of the conditions, and where it was looked for.

    Attributes
    ----------
    starts : tuple of (name, factor, goal or None): every start and where it ended
    """

    spot: Spot
    goal: float
    prices: dict[str, float]
    local: bool
    names: tuple[str, ...]
    starts: tuple[tuple[str, float, float | None], ...]

    @cached_property
    def plan(self) -> "Plan":
        """Return the plan with the exact values."""
        return self.spot.plan


def search(problem: Problem, base: "Plan", *, also: Sequence[Start] = ()) -> Found:
    """Return the best exact values from every start; of equals that of the first.

    Raises
    ------
    ContractError
        No start leads to numbers that meet the conditions: the smallest set that conflicts.
    """
    tried = [(s, climb(problem, s.spot, s.order)) for s in [*starts_of(problem, base), *also]]
    if all(ended.goal is None for _, ended in tried):
        cheap = _cheapest(problem, [s for s, _ in tried])
        if cheap is not None and problem.affordable(cheap):
            start = Start("cheapest", cheap, tried[0][0].order)
            tried.append((start, climb(problem, cheap, start.order)))
        if tried[-1][1].goal is None:
            raise _refusal(problem, tried[0][1], cheap)
    best = _best(problem, [ended for _, ended in tried])
    for turn in range(ROUNDS):
        more = [(s, climb(problem, s.spot, s.order)) for s in nearby(problem, best.spot, turn)]
        tried += more
        again = _best(problem, [best, *(ended for _, ended in more)])
        if again is best:
            break
        best = again
    end = nearest(problem, best.spot)
    told = tuple((s.name, s.factor(problem), ended.goal) for s, ended in tried)
    local = problem.turns or problem.ask.losers is not None
    return Found(end.spot, end.goal, end.prices, local, end.names, told)


def _best(problem: Problem, ends: Sequence[Ended]) -> Ended:
    best: Ended | None = None
    for ended in ends:
        if ended.goal is not None and (
            best is None or better(problem, ended.goal, best.goal or 0.0)
        ):
            best = ended
    assert best is not None  # one of them has a goal
    return best


def better(problem: Problem, one: float, other: float) -> bool:
    """Tell whether one goal is better than another, by more than is lost to digits."""
    sign = -1.0 if problem.ask.objective == "differentiation" else 1.0
    return sign * (one - other) < -SAME * max(abs(other), SAME)


def search_edges(problem: Problem, edges: Mapping[str, Sequence[Any]] | None) -> Found:
    """Return the best of all combinations of edges; those that are no plan are passed over."""
    if not edges:
        return search(problem, problem.origin)
    ranked: list[tuple[float, int, Plan]] = []
    first: Exception | None = None
    sign = -1.0 if problem.ask.objective == "differentiation" else 1.0
    plans: list[Plan] = []
    for places in edge_places(problem.origin, edges):
        try:
            plan = problem.origin.edited(places)
            spot = problem.spot(plan)
            ended = climb(problem, spot, range(len(spot.groups)))
        except (ContractError, ParamError) as error:
            if getattr(error, "code", "") == "unknown-name":
                raise
            first = first or error
            continue
        plans.append(plan)
        if ended.goal is not None:
            ranked.append((sign * ended.goal, len(ranked), plan))
    if not plans:
        raise first if first is not None else ArithmeticError("nothing was tried")
    ranked.sort(key=lambda r: r[:2])
    finals = [plan for _, _, plan in ranked[:FINALISTS]] or plans[:1]
    best: Found | None = None
    for plan in finals:
        found = search(problem, plan)
        if best is None or better(problem, found.goal, best.goal):
            best = found
    assert best is not None  # there is one finalist
    return best


def _cheapest(problem: Problem, starts: Sequence[Start]) -> Spot | None:
    """Return the cheapest plan from any start that meets all but the budget; None without one."""
    if problem.ask.budget is None:
        return None
    cheap = replace(problem, cheap=True)
    ends = [climb(cheap, s.spot, s.order) for s in starts]
    met = [e.spot for e in ends if e.goal is not None]
    return min(met, key=problem.price) if met else None


def _refusal(problem: Problem, ended: Ended, cheap: Spot | None) -> ContractError:
    """Return the error that names the conditions that conflict and what would free them."""
    program, _, group = ended.blocked[0]
    if cheap is not None and len(problem.groups) > 1:
        program = problem.program(cheap, group)
    unmet = "budget" if problem.ask.losers is None else "losers"
    names = smallest_conflict(program) or (unmet,)
    freed: dict[str, float | None] = {}
    if "budget" in names:
        freed["budget"] = _least_budget(problem, program, cheap)
    for name in ("cvar", "losers"):
        if name in names:
            freed[name] = least(program, name)
    alone = len(problem.groups) > 1
    return conflict_error(problem.ask, problem.case, names, freed, alone=alone)


def _least_budget(problem: Problem, program: Any, cheap: Spot | None) -> float | None:
    """Return the lowest budget the other conditions leave room for, by its own price."""
    if not problem.turns:
        return least(program, "budget")
    if cheap is None:
        return None
    return problem.price(cheap) * (1 + ABOVE if problem.limited else 1)
