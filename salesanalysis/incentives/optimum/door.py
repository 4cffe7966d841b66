"""The door: `optimise` a plan's numbers, and `frontier` over budgets."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.optimum.ask import read_ask
from salesanalysis.incentives.optimum.best import search_edges
from salesanalysis.incentives.optimum.build import result_of
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.free import free_knobs, groups_of
from salesanalysis.incentives.optimum.problem import Problem
from salesanalysis.incentives.optimum.reading import case_of
from salesanalysis.incentives.optimum.result import Optimum
from salesanalysis.incentives.optimum.rounding import STEPS
from salesanalysis.incentives.optimum.shape import Shape
from salesanalysis.incentives.optimum.signed import rounded

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

_SHAPE = Shape()


def optimise(
    plan: "Plan",
    attainment: Any = None,
    *,
    objective: str = "differentiation",
    budget: float | None = None,
    people: pd.DataFrame | None = None,
    quota: float | None = None,
    incentive: float | None = None,
    free: Sequence[str] | str | None = None,
    shape: Shape = _SHAPE,
    at_target: float | str | None = "auto",
    upside: float | str | None = "auto",
    most_p10: float | None = None,
    draws: Any = None,
    cvar: float | None = None,
    losers: float | None = None,
    periods: int | None = None,
    edges: Mapping[str, Sequence[Any]] | None = None,
    round_to: Mapping[str, float] | None = None,
) -> Optimum:
    """Find the rates and coefficients of a plan that serve a goal best within a budget.

    With the edges fixed, pay and expected cost are linear in the rates, and in the coefficients:
    a linear program gives the best there is, not a good one. Rates and coefficients together
    multiply each other: the two programs alternate from several stated starts, the best is taken
    (``.starts`` tells all), and the result says ``local``. The numbers are then rounded to what can
    be signed, and repaired so that the conditions still hold.

    Parameters
    ----------
    plan : Plan
    attainment : {"tight", "normal", "wide"}, attainment model, distribution or past ratios
        How results of a year spread; ``normal`` (or that of the world) where nothing is given.
    objective : {"differentiation", "cheapest", "disruption"}
        Largest distance between pay at the 90th and 50th percentile of attainment; lowest expected
        cost; least sum of changes of pay over `people` at last year's results.
    budget : currency, expected cost of everybody over all periods
        Without one, what today's plan costs; for ``cheapest`` none.
    people : DataFrame, one row per person, optional
        ``salesperson``, ``quota`` (currency, of one plan period), optional ``target_incentive``,
        and for ``disruption`` last year's ``attainment`` or ``actual`` (of one period).
    quota, incentive : currency, of one plan period
        The one person whose pay is looked at; without people, the one who is paid. Else the middle
        of the people.
    free : names of knobs, kinds or components
        What may move; every rate and coefficient unless given.
    shape : Shape, what the numbers must look like: by default within half of today's
    at_target : currency, "today", "incentive" or None
        Pay at exactly 100 %. Today's unless told; ``disruption`` leaves it free.
    upside : share, "today" or None
        Pay at the 90th percentile is at least (1 + upside) x pay at 100 %, or today's.
        ``cheapest`` keeps today's unless told.
    most_p10 : currency or None, the most that is paid at the 10th percentile
    draws : World, or array of attainments (draws x people, or one per draw), optional
        Cost is then the mean over draws.
    cvar : currency or None, the most that the worst twentieth of draws may cost on average
    losers : share or None, the most of `people` who may be paid less than today
        At last year's results, which `people` must have; 0.05 lets one in twenty lose. Who keeps
        his pay is chosen program by program, by the duals: the condition holds, and the best may be
        missed by a little. Rates and coefficients together then start from today's alone.
    periods : int, plan periods the cost is summed over; 1, or those of the world
        Attainment of one period is noisier than the year's, as in the simulation.
    edges : mapping from edge to places, optional
        Every combination is tried from today's numbers, the best three from every start.
    round_to : mapping from kind to step; rates 0.001, coefficients 0.05, heights 0.01, amounts 1

    Returns
    -------
    Optimum
        ``.plan`` is the new plan, ``.explain()`` says what happened.

    Raises
    ------
    ContractError
        No plan meets the conditions: the smallest set of them that conflicts, and the budget from
        which one does. Parts of the plan that are no lines, no free number, no quota.

    Notes
    -----
    Program and duals by HiGHS (Huangfu and Hall 2018). The shadow price is that of the program
    before rounding. Basu, Lal, Srinivasan and Staelin (1985, Marketing Science 4:267-291) derive
    curves from effort; here people sell what the distribution says, whatever they are paid.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> best = optimise(Plan.from_text(EXAMPLE), "normal", quota=100_000, free="coefficient",
    ...                 at_target=None, budget=2200)
    >>> best.to_frame()[["old", "new"]].to_numpy().tolist()
    [[0.8, 0.4], [1.0, 0.5], [1.2, 1.3]]
    >>> round(best.cost, 2), round(best.shadow_price, 3)
    (2177.04, 0.363)
    """
    case = case_of(plan, attainment, people=people, quota=quota, incentive=incentive,
                   draws=draws, periods=periods)  # fmt: skip
    rows = free_knobs(plan, free)
    asked = {"objective": objective, "budget": budget, "cvar": cvar, "at_target": at_target,
             "upside": upside, "most_p10": most_p10, "shape": shape, "losers": losers}  # fmt: skip
    problem = problem_of(plan, case, rows, **asked)
    steps = steps_of(round_to)
    found = search_edges(problem, edges)
    new, done = rounded(problem, found, steps)
    return result_of(problem, rows, found, new, done=done)


def problem_of(plan: "Plan", case: Case, rows: pd.DataFrame, **asked: Any) -> Problem:
    """Return the plan with what is asked of it, today's cost filled in."""
    groups = groups_of(rows)
    today = case.lines(plan, groups[0])
    cost = case.cost(today, case.drawn(today, plan))
    ask = read_ask(case, today, float(cost.at(today.values)[0]), **asked)
    return Problem(plan, today, case, ask, tuple(groups))


def steps_of(given: Mapping[str, float] | None) -> dict[str, float]:
    """Return the steps numbers are rounded to."""
    for kind, step in (given or {}).items():
        if kind not in STEPS:
            raise unknown_name(
                kind,
                list(STEPS),
                kind="kind",
                where="optimise(round_to={...})",
                error=ContractError,
            )
        if not (np.isfinite(step) and step > 0):
            raise ContractError(
                f"the step of {kind} is {step:g}.",
                where="optimise(round_to={...})",
                fix="give a step above 0, such as 0.001",
                code="bad-choice",
            )
    return {**STEPS, **(given or {})}
