"""`optimise_effort`: Nelder-Mead over plans whose people choose their effort anew."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.broken import falls, jumps_over, largest_jump, limits_on
from salesanalysis.incentives.optimum.door import optimise, steps_of
from salesanalysis.incentives.optimum.effort_checks import check, require_kept, too_many
from salesanalysis.incentives.optimum.effort_result import EffortOptimum
from salesanalysis.incentives.optimum.free import free_knobs, groups_of
from salesanalysis.incentives.optimum.nelder import Bad, best_of_starts, in_steps
from salesanalysis.incentives.optimum.probe import stand
from salesanalysis.incentives.optimum.pulled import Pulled, pulled_of
from salesanalysis.incentives.optimum.response import Response, Types
from salesanalysis.incentives.optimum.shape import Shape, start_of
from salesanalysis.incentives.optimum.woven import Woven
from salesanalysis.incentives.pay.paying import titles
from salesanalysis.incentives.simulate.naming import with_titles
from salesanalysis.labels import Terms

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan
    from salesanalysis.incentives.simulate import World

Floats = npt.NDArray[np.float64]
_SHAPE = Shape()


def optimise_effort(
    plan: "Plan",
    people: pd.DataFrame | None = None,
    *,
    effort_cost: float,
    margin_rate: float,
    noise: float | None = None,
    draws: "World | None" = None,
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
    plan : Plan, of lines with jumps, a cap and a guarantee, as in `optimise`
    people : DataFrame, one row per person; of a world those it was drawn for
        ``salesperson``, ``quota`` (currency, of a plan period), ``expected_rate`` (attainment
        under today's plan, 1 = quota), ``target_incentive`` where something is paid on it,
        ``team``, ``manager`` where pools and overrides need them.
    effort_cost : float, above 0, as in `plan_effort`
    noise : float, above 0, standard deviation of a period's attainment: results are then normal
    draws : World, in place of `people` and `noise`
        Results are those of the drawn periods, read from the ledger of the world at edges 1 % of
        the quota apart; between two of them they are interpolated. Vacant periods stay vacant.
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
        As in `plan_effort` and `optimise`; a margin, budget or number of starts out of range;
        neither noise nor draws; more free numbers than can be looked at together.

    Notes
    -----
    The search looks at no more than 12 typical people, neighbours put together; what is reported
    is everybody's. Managers paid on what others sell are part of the pay; their effort is that for
    their own sales. Nelder and Mead (1965), Computer Journal 7:308-313. With linear pay and normal
    noise the optimum without limits is that of Holmstrom and Milgrom (1987) for people who do not
    mind risk; fear of risk is no part of this model.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> people = pd.DataFrame({"salesperson": ["Li"], "quota": [100000.0], "expected_rate": [0.9]})
    >>> found = optimise_effort(Plan.from_text(EXAMPLE), people, effort_cost=0.5, noise=0.25,
    ...                         margin_rate=0.3, free="coefficient", starts=3)
    >>> found.frame[["old", "new"]].to_numpy().tolist(), round(found.gain)
    ([[0.8, 0.4], [1.0, 0.5], [1.2, 1.8]], 1668)
    """
    check(margin_rate, budget, starts)
    pulled = pulled_of(plan, people, effort_cost=effort_cost, noise=noise, draws=draws)
    case = pulled.case
    groups = groups_of(free_knobs(plan, free))
    case.lines(plan, groups[0])  # parts that are no lines are refused by name
    rows = _in_order(free_knobs(plan, free), groups)
    woven = Woven.of(plan, groups, facts=case.facts)
    if woven is None:
        raise too_many(len(rows))
    low, high = _ends(plan, rows, shape)

    def response(types: Types, *, fine: bool) -> Response:
        return Response.of(woven, types, effort_cost=effort_cost, margin_rate=margin_rate,
                           high=high, fine=fine)  # fmt: skip

    few = response(pulled.types.few(pulled.names), fine=False)
    bad = _badness(few, low, high, shape=shape, limits=(budget, keep_worth),
                   alone=(limits_on(shape, plan, woven, groups, case), case))  # fmt: skip
    program = _program(plan, pulled, free=free, shape=shape)
    first = [woven.middle, *([] if program is None else [_values(program, rows)])]
    best = best_of_starts(bad, first, low, high, starts=starts, seed=seed)
    signed = in_steps(bad, best, woven.middle, rows, steps_of(round_to))
    new = plan.edited({k: f"{v:.9f}" for k, v in zip(rows["knob"], signed.tolist(), strict=True)})
    full = response(pulled.types, fine=True)
    values = {"old": woven.middle, "new": signed}
    if program is not None:
        values = {"old": woven.middle, "program": _values(program, rows), "new": signed}
    measures = _measures(full, values)
    require_kept(budget, float(measures.set_index("side").loc["new", "pay"]))
    return EffortOptimum(
        frame=_frame(plan, new, free_knobs(plan, free)), measures=measures,
        effort_cost=float(effort_cost), noise=float(noise or 0.0), margin_rate=float(margin_rate),
        budget=budget, keep_worth=keep_worth, n_starts=starts, n_people=pulled.names.size,
        new_yaml=new.to_yaml(), old_yaml=plan.to_yaml(), file=plan.document.name,
        plan_title=titles(plan), currency=plan.head.currency, terms=with_titles(plan, Terms()),
        n_draws=0 if draws is None else draws.draws, assumed=case.paid(plan).assumed,
    )  # fmt: skip


def _badness(
    response: Response, low: Floats, high: Floats, *, shape: Shape,
    limits: tuple[float | None, bool], alone: Any,
) -> Bad:  # fmt: skip
    """Return minus the goal as a function of the numbers, and far more where a condition breaks."""
    (neighbours, case), (budget, keep_worth) = alone, limits
    woven = response.woven
    most = np.inf if budget is None else budget
    least = response.result(woven.middle)[2] if keep_worth else -np.inf
    quota = max(float(case.person.quota[0]), 1.0)
    jump = None
    if shape.jump is not None:
        today = case.paid_at_target(woven.lines(0, woven.cells.middle))
        jump = (largest_jump(woven, woven.middle, case) if isinstance(shape.jump, str)
                else shape.jump * today)  # fmt: skip

    def bad(values: Floats) -> float:
        inside = np.clip(values, low, high)
        net, pay, worth = response.result(inside)
        off = float(np.abs(values - inside).sum())
        broken = off + float(np.maximum(neighbours.at(inside), 0).sum())
        size = max(abs(pay), 1.0)
        broken += max(pay - most, 0.0) / size + max(least - worth, 0.0) / size
        if shape.no_fall:
            broken += falls(woven, inside, case) / quota
        if jump is not None:
            broken += jumps_over(woven, inside, case, jump) / quota
        return -net + 1e3 * size * max(broken - 1e-9, 0.0)

    return bad


def _ends(plan: "Plan", rows: pd.DataFrame, shape: Shape) -> tuple[Floats, Floats]:
    """Return the least and the most of every number."""
    stood = stand(plan)
    kinds = rows.set_index("knob")[["component", "kind"]]
    tops = {
        key: max((abs(stood[k]) for k in part.index), default=0.0) or 1.0
        for key, part in kinds.groupby(["component", "kind"])
    }
    ranges = [
        shape.range_of(kinds.loc[k, "kind"], stood[k], tops[tuple(kinds.loc[k])])
        for k in rows["knob"]
    ]
    low, high = np.array(ranges).T
    return low, high


def _in_order(rows: pd.DataFrame, groups: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """Return the free numbers group after group."""
    names = [k for group in groups for k in group]
    return rows.set_index("knob").loc[names].reset_index()


def _program(plan: "Plan", pulled: Pulled, *, free: Any, shape: Shape) -> "Plan | None":
    """Return the plan of the linear program without response, None where it finds none."""
    year = pulled.case.year if pulled.world is None else None
    try:
        return optimise(plan, year, people=pulled.people, draws=pulled.world, free=free,
                        shape=shape).plan  # fmt: skip
    except ContractError:
        return None


def _values(plan: "Plan", rows: pd.DataFrame) -> Floats:
    now = stand(plan)
    return np.array([now[k] for k in rows["knob"]])


def _frame(old: "Plan", new: "Plan", rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row per free number, in the order of the plan."""
    before, after = stand(old), stand(new)
    frame = rows[["knob", "component", "kind"]].reset_index(drop=True).copy()
    begins = np.array([start_of(after, k) for k in frame["knob"]])
    frame["begins"] = np.where(np.isfinite(begins), begins, np.nan)
    frame["old"] = [before[k] for k in frame["knob"]]
    frame["new"] = [after[k] for k in frame["knob"]]
    return frame


def _measures(response: Response, values: Mapping[str, Floats]) -> pd.DataFrame:
    """Return extra sales, pay and net of every plan, everybody's, currency of one period."""
    out = []
    for side, at in values.items():
        moved, paid, _ = response.each(at)
        sales, pay = float(moved @ response.types.scales.quota), float(paid.sum())
        out.append((side, sales, pay, response.margin_rate * sales - pay))
    columns = ["side", "extra_sales", "pay", "net"]
    return pd.DataFrame(out, columns=columns).astype({"side": "str"})
