"""The best plan at every budget."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.optimum.ask import require_amount
from salesanalysis.incentives.optimum.best import Found, search
from salesanalysis.incentives.optimum.door import problem_of
from salesanalysis.incentives.optimum.free import free_knobs
from salesanalysis.incentives.optimum.frontier import COLUMNS, Frontier
from salesanalysis.incentives.optimum.measures import measures_of
from salesanalysis.incentives.optimum.probe import stand
from salesanalysis.incentives.optimum.problem import Problem
from salesanalysis.incentives.optimum.reading import case_of
from salesanalysis.incentives.optimum.shape import Shape
from salesanalysis.incentives.optimum.starts import Start
from salesanalysis.incentives.pay.paying import titles

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

_SHAPE = Shape()


def frontier(
    plan: "Plan",
    attainment: Any = None,
    *,
    budgets: Sequence[float] | None = None,
    **asked: Any,
) -> Frontier:
    """Find the best plan at every budget: what a further budget buys, and where it buys nothing.

    Parameters
    ----------
    plan, attainment : as in `optimise`
    budgets : sequence of currency, optional
        Nine from 80 to 120 % of what today's plan costs, unless given.
    asked : every other argument of `optimise` but ``budget``, ``edges`` and ``round_to``
        Numbers are not rounded: rounded plans of two budgets may swap places.

    Raises
    ------
    ContractError
        As in `optimise`; a budget no plan meets is a row of its own that says why.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> found = frontier(Plan.from_text(EXAMPLE), "normal", quota=100_000, free="coefficient",
    ...                  at_target=None, budgets=[1000, 2200, 2400])
    >>> found.to_frame()[["status", "cost", "goal"]].round(2).to_numpy().tolist()
    [['infeasible', nan, nan], ['best', 2200.0, 673.27], ['best', 2400.0, 745.93]]
    """
    wrong = [k for k in asked if k not in _ASKED]
    if wrong:
        raise unknown_name(
            wrong[0], sorted(_ASKED), kind="setting", where="frontier(...)", error=ContractError
        )
    given = {k: asked.pop(k, None) for k in ("people", "quota", "incentive", "draws", "periods")}
    case = case_of(plan, attainment, **given)
    rows = free_knobs(plan, asked.pop("free", None))
    problem = problem_of(plan, case, rows, **{**_USUAL, **asked})
    today = measures_of(plan, case)
    steps = budgets if budgets is not None else [today["cost"] * k / 20 for k in range(16, 25)]
    if not len(steps):
        raise ContractError(
            "there is not one budget.", where="frontier(budgets=[])", fix="give one or more",
            code="empty-table",
        )  # fmt: skip
    found = _all(problem, sorted(float(b) for b in steps))
    numbers = [(b, k, v) for b, (_, values) in zip(sorted(steps), found, strict=True)
               for k, v in values.items()]  # fmt: skip
    names = [*COLUMNS[:-1], *(["p95", "cvar"] if case.draws is not None else []), "why"]
    frame = pd.DataFrame([row for row, _ in found], columns=names)
    return Frontier(
        frame=frame.astype({c: "str" if c in ("status", "why") else "float64" for c in names}),
        numbers=pd.DataFrame(numbers, columns=["budget", "knob", "value"]).astype(
            {"budget": "float64", "knob": "str", "value": "float64"}
        ),
        today=today["cost"],
        today_goal=_goal_of_today(problem),
        objective=problem.ask.objective,
        old_yaml=plan.to_yaml(),
        file=plan.document.name,
        plan_title=titles(plan),
        currency=plan.head.currency,
        local=problem.turns or problem.ask.losers is not None,
    )


#: What `frontier` passes on, and what stands where it is not told.
_USUAL: dict[str, Any] = {
    "objective": "differentiation", "budget": None, "cvar": None, "at_target": "auto",
    "upside": "auto", "most_p10": None, "shape": _SHAPE, "losers": None,
}  # fmt: skip
_ASKED = {"people", "quota", "incentive", "draws", "periods", "free", *_USUAL} - {"budget"}


def _goal_of_today(problem: Problem) -> float:
    return problem.program(problem.spot(problem.origin), 0).goal.at(problem.today.values)


Point = tuple[dict[str, Any], dict[str, float]]


def _all(problem: Problem, budgets: Sequence[float]) -> list[Point]:
    """Return the row of every budget and the numbers of its plan.

    What a smaller budget buys a larger one buys too: its plan is one more start, and kept where
    amounts in whole cents, the next below, would serve the goal less.
    """
    found: list[Point] = []
    also: list[Start] = []
    last: Found | None = None
    sign = 1 if problem.ask.objective == "differentiation" else -1
    for budget in budgets:
        require_amount("budget", budget)
        asked = replace(problem, ask=replace(problem.ask, budget=budget))
        try:
            best = search(asked, problem.origin, also=also)
        except ContractError as error:
            if error.code != "infeasible":
                raise
            row = {"budget": budget, "status": "infeasible", "why": error.what}
            found.append((row, {}))
            continue
        if last is not None and sign * (best.goal - last.goal) < 0:
            best = replace(last, prices=best.prices)
        last = best
        order = tuple(range(len(problem.groups)))
        also = [Start("smaller", best.spot, order)] if len(order) > 1 else []
        found.append(_row(problem, budget, best))
    return found


def _row(problem: Problem, budget: float, found: Found) -> Point:
    """Return the row of one budget, and the numbers of its plan."""
    told = measures_of(found.plan, problem.case)
    row = {"budget": budget, "status": "best", "goal": found.goal, "why": "",
           "price": found.prices.get("budget", 0.0), **told}  # fmt: skip
    now = stand(found.plan)
    return row, {k: now[k] for group in problem.groups for k in group}
