"""From what is asked of a plan to the conditions and the goal of a program."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.losers import Losers
from salesanalysis.incentives.optimum.program import Goal, Program, Tail
from salesanalysis.incentives.optimum.rows import Linear, stacked
from salesanalysis.incentives.optimum.shape import Shape, shape_conditions

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Pays = dict[str, Linear]
OBJECTIVES = ("differentiation", "cheapest", "disruption")
#: What numbers of a kind are counted in while a program is solved.
UNITS = {"rate": 0.01, "share": 0.01, "coefficient": 1.0, "height": 1.0, "amount": 1000.0}


@dataclass(frozen=True)
class Ask:
    """What is asked: the goal, the money, pay at three points, and the shape.

    Attributes
    ----------
    objective : {"differentiation", "cheapest", "disruption"}
    budget : float or None, currency over all periods
    cvar : float or None, the most that the worst twentieth of draws may cost on average
    at_target, least_p90, most_p10 : float or None, pay of the one person, currency a period
    shape : Shape
    losers : float or None, the share of people who may be paid less than today
    """

    objective: str
    budget: float | None
    cvar: float | None
    at_target: float | None
    least_p90: float | None
    most_p10: float | None
    shape: Shape
    losers: float | None = None


def read_ask(
    case: Case,
    today: LinearPlan,
    cost: float,
    *,
    objective: str,
    budget: float | None,
    cvar: float | None,
    at_target: float | str | None,
    upside: float | str | None,
    most_p10: float | None,
    shape: Shape,
    losers: float | None = None,
) -> Ask:
    """Return what is asked with today's values filled in.

    Raises
    ------
    ContractError
        An objective nobody knows, a budget that is no amount, words nobody knows.
    """
    if objective not in OBJECTIVES:
        raise unknown_name(
            objective, list(OBJECTIVES), kind="goal", where="optimise(objective=...)",
            error=ContractError,
        )  # fmt: skip
    for name, value in (("budget", budget), ("cvar", cvar), ("most_p10", most_p10)):
        require_amount(name, value)
    if cvar is not None and case.draws is None:
        raise ContractError(
            "a limit on the worst twentieth of draws needs draws, and none are given.",
            where="optimise(cvar=..., draws=...)",
            fix="draws=draw_world(people, ...), or one attainment per draw and person",
        )
    if losers is not None:
        require_share("losers", losers)
        case.results("who is paid less is", f"losers={losers:g}")
    least_paid, most = today.paid.limits
    now = {
        k: float(np.clip(row.at(today.values)[0], least_paid, most))
        for k, row in case.pays(today).items()
    }
    cheap = objective == "cheapest"
    usual = None if objective == "disruption" else "today"
    wanted = usual if at_target == "auto" else at_target
    at = _amount("at_target", wanted, now["target"], float(case.person.incentive[0]))
    high = "today" if upside == "auto" and cheap else upside
    least = None
    if high == "today":
        least = now["p90"]
    elif isinstance(high, int | float):
        require_amount("upside", float(high))
        least = (1 + float(high)) * (now["target"] if at is None else at)
    elif high not in (None, "auto"):
        raise _word("upside", high, '"today", a share above pay at target, or None')
    # nobody asked for another budget: what today's plan costs
    money = cost if budget is None and not cheap else budget
    return Ask(objective, money, cvar, at, least, most_p10, shape, losers)


def _amount(name: str, given: float | str | None, now: float, incentive: float) -> float | None:
    """Return an amount of pay; words stand for today's, or for the target incentive."""
    if given is None:
        return None
    if given == "today":
        return now
    if given == "incentive":
        if incentive <= 0:
            raise ContractError(
                "pay at target is to be the target incentive, and the plan has none.",
                where="optimise(at_target='incentive')",
                fix="give incentive=..., at_target='today' or an amount",
            )
        return incentive
    if isinstance(given, str):
        raise _word(name, given, '"today", "incentive", an amount or None')
    require_amount(name, float(given or 0))
    return float(given or 0)


def require_amount(name: str, value: float | None) -> None:
    """Refuse an amount that is negative, empty or infinite."""
    if value is None:
        return
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not (number and np.isfinite(value) and value >= 0):
        raise ContractError(
            f"{name} is {value:g}." if number else f"{name} is {value!r}.",
            where=f"optimise({name}=...)",
            fix="give an amount of 0 or more, or None",
            code="bad-choice",
        )


def require_share(name: str, value: float) -> None:
    """Refuse what is no share of people."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not (number and 0 <= value <= 1):
        raise ContractError(
            f"{name} is {value:g}." if number else f"{name} is {value!r}.",
            where=f"optimise({name}=...)",
            fix="give a share of people from 0 to 1, such as 0.05, or None",
            code="bad-choice",
        )


def _word(name: str, given: object, known: str) -> ContractError:
    return ContractError(
        f"{name} is {given!r}.",
        where=f"optimise({name}=...)",
        fix=f"give {known}",
        code="bad-choice",
    )


@dataclass(frozen=True)
class Place:
    """Where a program stands: the plan now, the plan that was, what is free and what was drawn."""

    plan: "Plan"
    origin: "Plan"
    lines: LinearPlan
    today: LinearPlan
    draws: Linear | None
    kinds: dict[str, str]
    cuts: tuple[Linear, ...] = ()  # tangents of the cost of plans tried before
    held: bool = False  # pay above the cap stands there


def program_of(ask: Ask, case: Case, place: Place) -> Program:
    """Return the linear program over the free numbers of a place."""
    lines, today, draws = place.lines, place.today, place.draws
    pays = case.pays(lines, held=place.held)
    cost = stacked([case.cost(lines, draws), *place.cuts])
    paid = float(case.pays(today)["target"].at(today.values)[0])
    at = ask.at_target or float(np.clip(paid, *today.paid.limits))
    conditions = [
        *_money(ask, pays, cost, lines.paid.limits[0]),
        *_below_cap(ask, lines, pays),
        *shape_conditions(
            ask.shape,
            place.plan,
            place.origin,
            lines,
            today=today,
            person=case.person,
            at_target=at,
        ),
    ]
    tails: tuple[Tail, ...] = ()
    if ask.cvar is not None and draws is not None:
        tails = (Tail("cvar", draws, ask.cvar, size=_size(ask.cvar, draws, lines)),)
    units = np.array([UNITS.get(place.kinds[k], 1.0) for k in lines.knobs])
    goal = goal_of(ask, case, lines, today=today, pays=pays, cost=cost)
    few: tuple[Losers, ...] = ()
    if ask.losers is not None:
        past = case.results("who is paid less is", "losers=...")
        moved = case.moved(lines, today).times(1 / case.periods)
        few = (Losers.of(moved, case.paid_last(today), past, ask.losers),)
    return Program(lines.knobs, units, goal, tuple(conditions), tails, few)


def goal_of(
    ask: Ask, case: Case, lines: LinearPlan, *, today: LinearPlan, pays: Pays, cost: Linear
) -> Goal:
    """Return what is made as small, or as large, as possible."""
    if ask.objective == "cheapest":
        return Goal.lowest(cost)
    if ask.objective == "differentiation":
        return Goal(row=pays["p90"] - pays["p50"], sign=-1.0)
    return Goal(rows=case.moved(lines, today))


def _money(ask: Ask, pays: Pays, cost: Linear, least: float) -> list[Condition]:
    """Return the conditions in currency; pay that is the guarantee may be less without it."""
    found = []
    if ask.budget is not None:
        found.append(Condition("budget", cost, high=ask.budget, size=max(ask.budget, 1.0)))
    size = max(ask.at_target or 0.0, ask.least_p90 or 0.0, ask.most_p10 or 0.0, 1.0)
    if ask.at_target is not None:
        at = ask.at_target
        low = at if at > least else -np.inf
        found.append(Condition("at_target", pays["target"], low, at, max(at, 1.0)))
    if ask.least_p90 is not None:
        found.append(Condition("upside", pays["p90"], low=ask.least_p90, size=size))
    if ask.most_p10 is not None:
        found.append(Condition("most_p10", pays["p10"], high=ask.most_p10, size=size))
    return found


def _below_cap(ask: Ask, lines: LinearPlan, pays: Pays) -> list[Condition]:
    """Keep pay that is to be high below a cap: what lies above it nobody is paid."""
    most = lines.paid.limits[1]
    if most == np.inf:
        return []
    high = ask.objective == "differentiation" or (ask.least_p90 or 0.0) > most
    names = [*(["p90"] if high else []), *(["target"] if (ask.at_target or 0.0) > most else [])]
    return [Condition("cap", pays[n], high=most, size=max(most, 1.0)) for n in names]


def _size(limit: float, draws: Linear, lines: LinearPlan) -> float:
    return max(limit, float(np.abs(draws.at(lines.values)).max(initial=0.0)), 1.0)
