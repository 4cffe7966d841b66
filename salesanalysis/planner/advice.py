"""What the desk asks of its neighbours: the best numbers under the budget, and what a plan does."""

from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, SalesAnalysisError, unknown_name
from salesanalysis.incentives.optimum import Optimum, Shape, optimise
from salesanalysis.incentives.plan import Plan
from salesanalysis.planner.controls import controls_of
from salesanalysis.planner.desk import Desk
from salesanalysis.planner.differing import differences
from salesanalysis.planner.lastpay import require_payable
from salesanalysis.planner.mains import counted
from salesanalysis.planner.pricing import not_simulated
from salesanalysis.results import Result

OBJECTIVES = ("differentiation", "cheapest", "disruption")
#: Kinds of numbers that may move alone.
FREE = ("rate", "coefficient", "share", "height", "amount")
#: Parts of the outlook; those that price many worlds wait for a button.
PARTS = (
    "cost",
    "winners_on_deals",
    "winners",
    "at_result",
    "cost_of_sales",
    "performance",
    "inequality",
    "coverage",
    "convexity",
    "break_even",
    "fairness",
    "tornado",
    "stress",
)
SLOW = ("tornado", "stress")


def freeable(plan: Plan) -> list[str]:
    """Return the kinds of numbers that may move alone, of those a plan has."""
    kinds = {c.kind for c in controls_of(plan)}
    return [kind for kind in FREE if kind in kinds]


def best(
    desk: Desk, objective: str = "differentiation", *, within: float = 0.5, free: str = ""
) -> Optimum:
    """Return the numbers that serve a goal best, on the world the desk shows.

    Parameters
    ----------
    objective : {"differentiation", "cheapest", "disruption"}
    within : float, how far a number may move, as a share of today's
    free : str, the kind of numbers that may move, of `freeable`; empty for rates and coefficients

    Raises
    ------
    ContractError
        No plan meets the conditions, with the ones that conflict; parts that are no lines.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> desk = Desk(Plan.from_text(EXAMPLE), draws=300)
    >>> found = best(desk, "cheapest")
    >>> found.cost <= desk.view().now.expected
    True
    """
    if (lost := not_simulated(desk.plan) or counted(desk.plan, desk.crowd)) is not None:
        raise lost
    if objective not in OBJECTIVES:
        raise unknown_name(
            objective, OBJECTIVES, kind="aim", where="best(objective=...)", error=ContractError
        )
    return optimise(
        desk.plan,
        objective=objective,
        budget=None if objective == "cheapest" else desk.budget,
        people=_with_results(desk),
        draws=desk.world(),
        free=free or None,
        shape=Shape(within=within),
    )


def _with_results(desk: Desk) -> pd.DataFrame:
    """Return the people with a quota and what they reached in the period that is over."""
    people = desk.crowd.measured(desk.plan.head.per)
    paid = desk.view().paid
    if isinstance(paid, SalesAnalysisError):
        return people
    reached = paid.set_index("salesperson")["completion"]
    return people.assign(attainment=people["salesperson"].astype("str").map(reached))


def take(desk: Desk, found: Optimum) -> int:
    """Put the numbers found on the desk as one step; return how many moved."""
    changed = differences(desk.plan, found.plan)
    desk.apply({knob: new for knob, (_, new) in changed.items()})
    return len(changed)


def effect(desk: Desk, part: str, *, margin_rate: float | None = None) -> Result | str:
    """Return one part of the outlook of the plan at work, or the reason it is missing.

    Raises
    ------
    ContractError
        A plan that cannot be simulated.
    """
    from salesanalysis.incentives.outlook import outlook  # noqa: PLC0415

    crowd = desk.crowd
    if (lost := not_simulated(desk.plan) or counted(desk.plan, desk.crowd)) is not None:
        raise lost
    if part == "winners_on_deals":
        for plan in (desk.plan, desk.old):
            require_payable(plan, crowd)
    options: dict[str, Any] = {"budget": desk.budget, "margin_rate": margin_rate}
    if desk.plan != desk.old:
        options["old"] = desk.old
    found = outlook(
        desk.plan,
        _with_results(desk) if part == "fairness" else crowd.placed(desk.plan.head.per),
        world=desk.world(),
        deals=crowd.deals,
        parts=[part],
        terms=crowd.terms,
        **options,
    )
    result = found.parts().get(part)
    return result if result is not None else dict(found.missing).get(part, "")
