"""`optimise_effort`: Nelder-Mead over plans whose people choose their effort anew."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.behaviour.checks import above_zero
from salesanalysis.incentives.behaviour.effort import plan_effort
from salesanalysis.incentives.moments import Normal
from salesanalysis.incentives.optimum.door import optimise, steps_of
from salesanalysis.incentives.optimum.effort_result import EffortOptimum
from salesanalysis.incentives.optimum.free import free_knobs, groups_of
from salesanalysis.incentives.optimum.probe import stand
from salesanalysis.incentives.optimum.reading import case_of
from salesanalysis.incentives.optimum.response import Response, Surface, Types, falls, limits_on
from salesanalysis.incentives.optimum.search import with_values
from salesanalysis.incentives.optimum.shape import Shape, start_of
from salesanalysis.incentives.pay.paying import titles
from salesanalysis.incentives.simulate.naming import with_titles
from salesanalysis.labels import Terms

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
_SHAPE = Shape()
#: Looks at a plan from one start.
LOOKS = 300
#: By how much everybody may cost more than the typical people that were searched with.
OFF = 0.005
#: Ends from which the search begins again, with small steps.
AGAIN = 4


def optimise_effort(
    plan: "Plan",
    people: pd.DataFrame,
    *,
    effort_cost: float,
    noise: float,
    margin_rate: float,
    budget: float | None = None,
    keep_worth: bool = True,
    free: Sequence[str] | str | None = None,
    shape: Shape = _SHAPE,
    starts: int = 20,
    seed: int = 1,
    round_to: Mapping[str, float] | None = None,
) -> EffortOptimum:
    """Find the rates and coefficients that leave most margin where people respond to them.

    People choose extra sales as in `plan_effort`, counted against today's plan; what is made large
    is the margin of extra sales less all pay. Effort makes that no linear program: Nelder-Mead
    looks from many starts, the first of them today's plan and the one of the linear program
    without response (`optimise`); the rest are drawn. The result is a local optimum, and says so.

    Parameters
    ----------
    plan : Plan, with a closed form
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency, of a plan period), ``expected_rate`` (attainment
        under today's plan, 1 = quota), ``target_incentive`` where something is paid on it.
    effort_cost, noise : float, above 0, as in `plan_effort`
    margin_rate : float, contribution margin over sales, above 0 to 1
    budget : currency of one period or None, expected pay of everybody with their response
    keep_worth : bool
        Whether pay less what effort costs may not fall below today's, everybody together: people
        who could leave take no plan that is worth less to them (Holmstrom 1979).
    free, shape, round_to : as in `optimise`
    starts, seed : int

    Returns
    -------
    EffortOptimum

    Raises
    ------
    ContractError
        As in `plan_effort` and `optimise`; a margin, budget or number of starts out of range.

    Notes
    -----
    The search looks at no more than 12 typical people, neighbours put together; what is reported
    is everybody's, from `plan_effort`. Nelder and Mead (1965), Computer Journal 7:308-313. With
    linear pay and normal noise the optimum without limits is that of Holmstrom and Milgrom (1987)
    for people who do not mind risk; fear of risk is no part of this model.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> people = pd.DataFrame({"salesperson": ["Li"], "quota": [100000.0], "expected_rate": [0.9]})
    >>> found = optimise_effort(Plan.from_text(EXAMPLE), people, effort_cost=0.5, noise=0.25,
    ...                         margin_rate=0.3, free="coefficient", starts=3)
    >>> found.frame[["old", "new"]].to_numpy().tolist(), round(found.gain)
    ([[0.8, 0.4], [1.0, 0.5], [1.2, 1.8]], 1668)
    """
    _check(margin_rate, budget, starts)
    above_zero("optimise_effort(...)", "give every parameter; none is assumed",
               effort_cost=effort_cost, noise=noise)  # fmt: skip
    given = {"effort_cost": effort_cost, "noise": noise}
    before = plan_effort(plan, people, old=plan, **given)  # refuses people who are none
    expected = before.to_frame().set_index("salesperson")["expected_rate"]
    case = case_of(plan, Normal(float(expected.mean()), noise), people=people, quota=None,
                   incentive=None, draws=None, periods=None)  # fmt: skip
    rows = free_knobs(plan, free)
    groups = groups_of(rows)
    surface = Surface.of(plan, groups, case)
    ordered = before.to_frame().sort_values("salesperson", ignore_index=True)
    types = Types.of(ordered, case.team.incentive, noise)
    low, high = _ends(plan, surface, rows, shape)
    response = Response.of(
        surface, types, effort_cost=effort_cost, margin_rate=margin_rate, high=high
    )
    limits = limits_on(shape, plan, surface, groups, case)
    most = np.inf if budget is None else budget
    least = response.result(surface.middle)[2] if keep_worth else -np.inf

    def bad(values: Floats) -> float:
        """Return minus the goal, and far more than it wherever a condition is broken."""
        inside = np.clip(values, low, high)
        net, pay, worth = response.result(inside)
        broken = float(np.abs(values - inside).sum()) + float(
            np.maximum(limits.at(inside), 0).sum()
        )
        size = max(abs(pay), 1.0)
        broken += max(pay - most, 0.0) / size + max(least - worth, 0.0) / size
        if shape.no_fall:
            broken += falls(surface, inside, case) / max(float(case.person.quota[0]), 1.0)
        return -net + 1e3 * size * max(broken - 1e-9, 0.0)

    program = _program(plan, people, case, free=free, shape=shape)
    first = [surface.middle, *([] if program is None else [_values(program, surface)])]
    drawn = np.random.default_rng(seed).uniform(low, high, (max(starts - len(first), 0), len(low)))
    width = high - low
    ends = [_from(bad, np.clip(s, low, high), 0.15 * width) for s in [*first, *drawn][:starts]]
    best = min((_from(bad, e, 0.03 * width) for e in sorted(ends, key=bad)[:AGAIN]), key=bad)
    signed = _in_steps(bad, best, rows, steps_of(round_to), surface)
    new = with_values(plan, surface.knobs, signed)
    plans = {"old": plan, "program": program, "new": new}
    sides = {
        k: plan_effort(p, people, old=plan, **given) for k, p in plans.items() if p is not None
    }
    _kept(budget, sides)
    return EffortOptimum(
        frame=_frame(plan, new, rows),
        measures=_measures(sides, margin_rate),
        effort_cost=float(effort_cost), noise=float(noise), margin_rate=float(margin_rate),
        budget=budget, keep_worth=keep_worth, n_starts=starts, n_people=len(people),
        new_yaml=new.to_yaml(), old_yaml=plan.to_yaml(), file=plan.document.name,
        plan_title=titles(plan), currency=plan.head.currency, terms=with_titles(plan, Terms()),
    )  # fmt: skip


def _check(margin_rate: Any, budget: Any, starts: Any) -> None:
    """Refuse a margin, a budget and starts that are none."""
    number = isinstance(margin_rate, int | float) and not isinstance(margin_rate, bool)
    if not (number and 0 < margin_rate <= 1):
        raise ContractError(
            f"margin_rate is {margin_rate!r}.",
            where="optimise_effort(margin_rate=...)",
            fix="write a margin of 30 % as 0.30",
            code="bad-choice",
        )
    if budget is not None and not (np.isfinite(budget) and budget > 0):
        raise ContractError(
            f"budget is {budget!r}.",
            where="optimise_effort(budget=...)",
            fix="give the most that everybody together may be paid in one period, or None",
            code="bad-choice",
        )
    if not (isinstance(starts, int) and 1 <= starts <= 200):
        raise ContractError(
            f"starts is {starts!r}.",
            where="optimise_effort(starts=...)",
            fix="give a whole number from 1 to 200",
            code="bad-choice",
        )


def _kept(budget: float | None, sides: Mapping[str, Any]) -> None:
    """Refuse a search that found no plan within the budget; typical people are off by a little."""
    paid = float(sides["new"].to_frame()["pay_with"].sum())
    if budget is not None and paid > budget * (1 + OFF):
        raise ContractError(
            f"no plan that pays {budget:,.2f} or less was found; what was found pays {paid:,.2f}.",
            where="optimise_effort(budget=...)",
            fix="give a larger budget, a wider shape, or keep_worth=False",
            code="infeasible",
        )


def _ends(
    plan: "Plan", surface: Surface, rows: pd.DataFrame, shape: Shape
) -> tuple[Floats, Floats]:
    """Return the least and the most of every number."""
    stood = stand(plan)
    kinds = rows.set_index("knob")[["component", "kind"]]
    tops = {
        key: max((abs(stood[k]) for k in part.index), default=0.0) or 1.0
        for key, part in kinds.groupby(["component", "kind"])
    }
    ranges = [
        shape.range_of(kinds.loc[k, "kind"], stood[k], tops[tuple(kinds.loc[k])])
        for k in surface.knobs
    ]
    low, high = np.array(ranges).T
    return low, high


def _program(
    plan: "Plan", people: pd.DataFrame, case: Any, *, free: Any, shape: Shape
) -> "Plan | None":
    """Return the plan of the linear program without response, None where it finds none."""
    try:
        return optimise(plan, case.year, people=people, free=free, shape=shape).plan
    except ContractError:
        return None


def _values(plan: "Plan", surface: Surface) -> Floats:
    now = stand(plan)
    return np.array([now[k] for k in surface.knobs])


def _from(bad: Any, start: Floats, width: Floats) -> Floats:
    """Return where Nelder-Mead ends from a start, its first steps `width` wide."""
    from scipy.optimize import minimize  # noqa: PLC0415

    corners = np.vstack([start, start + np.diag(np.where(width > 0, width, 1e-9))])
    options = {"maxfev": LOOKS, "initial_simplex": corners, "xatol": 1e-6, "fatol": 1e-6}
    found = minimize(bad, start, method="Nelder-Mead", options=options)
    return np.asarray(found.x if found.fun < bad(start) else start)


def _in_steps(
    bad: Any, best: Floats, rows: pd.DataFrame, steps: Mapping[str, float], surface: Surface
) -> Floats:
    """Return numbers in whole steps: the nearest, then one or two moved while that helps.

    Today's numbers where nothing in whole steps is better.
    """
    kinds = rows.set_index("knob")["kind"]
    step = np.array([steps[kinds[k]] for k in surface.knobs])
    one = np.vstack([np.eye(len(step)), -np.eye(len(step))])
    moves = np.unique((one[:, None] + one[None]).reshape(-1, len(step)), axis=0)
    moves = np.vstack([moves, one]) * step
    at = np.round(best / step) * step
    for _ in range(60):
        tried = np.round((at + moves) / step) * step
        values = [bad(t) for t in tried]
        if min(values) >= bad(at) - 1e-9:
            break
        at = tried[int(np.argmin(values))]
    return at if bad(at) < bad(surface.middle) - 1e-6 else surface.middle


def _frame(old: "Plan", new: "Plan", rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per free number, in the order of the plan."""
    before, after = stand(old), stand(new)
    frame = rows[["knob", "component", "kind"]].reset_index(drop=True).copy()
    begins = np.array([start_of(after, k) for k in frame["knob"]])
    frame["begins"] = np.where(np.isfinite(begins), begins, np.nan)
    frame["old"] = [before[k] for k in frame["knob"]]
    frame["new"] = [after[k] for k in frame["knob"]]
    return frame


def _measures(sides: Mapping[str, Any], margin_rate: float) -> pd.DataFrame:
    """Return extra sales, pay and net of every plan, everybody's, currency of one period."""
    out = []
    for side, found in sides.items():
        frame = found.to_frame()
        sales, pay = float(frame["extra_sales"].sum()), float(frame["pay_with"].sum())
        out.append((side, sales, pay, margin_rate * sales - pay))
    columns = ["side", "extra_sales", "pay", "net"]
    return pd.DataFrame(out, columns=columns).astype({"side": "str"})
