"""The result of a search: the new plan priced by itself, beside today's."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.incentives.optimum.best import Found, better
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.measures import (
    curve_of,
    losers_expected,
    losers_of,
    measures_of,
    moved_of,
    pieces_of,
)
from salesanalysis.incentives.optimum.probe import knob_table
from salesanalysis.incentives.optimum.problem import Problem
from salesanalysis.incentives.optimum.result import Optimum
from salesanalysis.incentives.optimum.shape import start_of
from salesanalysis.incentives.pay.paying import titles
from salesanalysis.incentives.simulate.naming import with_titles
from salesanalysis.labels import Terms

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


def result_of(
    problem: Problem, rows: pd.DataFrame, found: Found, new: "Plan", *, done: bool
) -> Optimum:
    """Price the new plan by itself, and refuse to exist where that is not what was promised."""
    case, ask, plan = problem.case, problem.ask, problem.origin
    measures = _measures(problem, found, new)
    points = case.points()
    pieces = _pieces(plan, new, case)
    return Optimum(
        frame=_frame(problem, rows, found, new),
        measures=measures,
        curve=curve_of(plan, new, case),
        pieces=pieces,
        conditions=_conditions(problem, found),
        starts=_starts(problem, found),
        objective=ask.objective,
        budget=ask.budget,
        local=found.local,
        rounded=done,
        n_people=int(case.team.quota.size),
        n_excluded=len(case.excluded),
        n_periods=case.periods,
        n_draws=0 if case.draws is None else _n_draws(case),
        quota=float(case.person.quota[0]),
        p10=points["p10"],
        p50=points["p50"],
        p90=points["p90"],
        new_yaml=new.to_yaml(),
        old_yaml=plan.to_yaml(),
        file=plan.document.name,
        plan_title=titles(plan),
        currency=plan.head.currency,
        terms=with_titles(plan, Terms()),
        limited=problem.limited,
        assumed=case.paid(plan).assumed,
    )


def _n_draws(case: Case) -> int:
    return len(case.draws) if isinstance(case.draws, np.ndarray) else int(case.draws.draws)


def _measures(problem: Problem, found: Found, new: "Plan") -> pd.DataFrame:
    """Return the figures of the old, the exact and the new plan; the exact ones as promised."""
    case = problem.case
    plans = {"old": problem.origin, "exact": found.plan, "new": new}
    sides = {}
    for side, plan in plans.items():
        sides[side] = measures_of(plan, case)
        if case.past is not None:
            sides[side]["moved"] = case.periods * moved_of(problem.origin, plan, case)
            sides[side]["losers"] = losers_of(problem.origin, plan, case)
            sides[side]["losers_expected"] = losers_expected(problem.origin, plan, case)
    lost, most = (sides[s].get("losers", 0.0) for s in ("exact", "new")), problem.ask.losers
    if most is not None and max(lost) > most + 1e-12:
        raise ReconciliationError(
            f"more than {most:.1%} of people are paid less than today.",
            where="optimise(losers=...)",
            fix="this is a defect: please report it with the plan",
            code="does-not-add-up",
        )
    goal = {"differentiation": "spread", "cheapest": "cost", "disruption": "moved"}
    told = sides["exact"][goal[problem.ask.objective]]
    size = max(abs(told), sides["old"]["cost"], 1.0)
    if abs(told - found.goal) > 1e-6 * size:
        raise ReconciliationError(
            f"the program promised {found.goal:,.6f}, the plan it wrote gives {told:,.6f}.",
            where="optimise(plan, ...)",
            fix="this is a defect: please report it with the plan",
            code="does-not-add-up",
        )
    frame = pd.DataFrame(sides).rename_axis("measure").reset_index()
    return frame.astype({"measure": "str"})[["measure", "old", "exact", "new"]]


def _pieces(old: "Plan", new: "Plan", case: Case) -> pd.DataFrame:
    """Return expected pay by stretch of completion, before and after."""
    sides = [pieces_of(plan, case) for plan in (old, new)]
    if len(sides[0]) != len(sides[1]) or not sides[0]["lo"].equals(sides[1]["lo"]):
        sides = [
            s.groupby(["lo"], as_index=False).agg({"probability": "sum", "pay": "sum"})
            for s in sides
        ]
        both = sides[0].merge(sides[1], on="lo", how="outer", suffixes=("", "_new")).fillna(0.0)
        return pd.DataFrame({"lo": both["lo"], "probability": both["probability_new"],
                             "old": both["pay"], "new": both["pay_new"]})  # fmt: skip
    return pd.DataFrame({"lo": sides[1]["lo"], "probability": sides[1]["probability"],
                         "old": sides[0]["pay"], "new": sides[1]["pay"]})  # fmt: skip


def _frame(problem: Problem, rows: pd.DataFrame, found: Found, new: "Plan") -> pd.DataFrame:
    """Return one row per free number, and edges that moved."""
    old = knob_table(problem.origin).set_index("knob")
    now = knob_table(new).set_index("knob")["value"]
    exact = knob_table(found.plan).set_index("knob")["value"]
    moved = [k for k in old.index if old.loc[k, "kind"] == "edge" and old.loc[k, "value"] != now[k]]
    starts = now.to_dict()
    names = [k for k in old.index if k in set(rows["knob"]) or k in moved]
    part = old.loc[names]
    frame = pd.DataFrame(
        {
            "knob": names,
            "component": part["component"].to_numpy(),
            "kind": part["kind"].to_numpy(),
            "begins": [start_of(starts, k) for k in names],
            "old": part["value"].to_numpy(),
            "new": now[names].to_numpy(),
            "exact": exact[names].to_numpy(),
        }
    )
    frame["begins"] = frame["begins"].where(np.isfinite(frame["begins"]))
    tops = old["value"].abs().groupby([old["component"], old["kind"]]).max()
    frame["limit"] = [
        _limit(problem, row, float(tops[row["component"], row["kind"]]) or 1.0)
        for _, row in frame.iterrows()
    ]
    return frame.astype({"knob": "str", "component": "str", "kind": "str", "limit": "str"})


def _limit(problem: Problem, row: pd.Series, top: float) -> str:
    """Return which end of its own range a number stands at before rounding."""
    if row["kind"] == "edge":
        return "free"
    low, high = problem.ask.shape.range_of(row["kind"], float(row["old"]), top)
    slack = 1e-6 * max(top, 1e-9)
    if row["exact"] <= low + slack:
        return "lowest"
    return "highest" if row["exact"] >= high - slack else "free"


def _conditions(problem: Problem, found: Found) -> pd.DataFrame:
    """Return the conditions with their bounds and prices."""
    ask, shape = problem.ask, problem.ask.shape
    bounds = {
        "budget": ask.budget, "cvar": ask.cvar, "at_target": ask.at_target,
        "upside": ask.least_p90, "most_p10": ask.most_p10, "within": shape.within,
        "concave": shape.concave_above, "ratio": shape.ratio, "step": shape.step,
        "jump": None if isinstance(shape.jump, str) else shape.jump,
        "losers": ask.losers, "gap": shape.gap,
    }  # fmt: skip
    names = found.names
    priced = {"budget", "cvar", "at_target", "most_p10"}
    return pd.DataFrame(
        {
            "condition": pd.Series(names, dtype="str"),
            "bound": pd.Series([bounds.get(n) for n in names], dtype="float64"),
            "price": pd.Series(
                [found.prices.get(n, 0.0) if n in priced else None for n in names], dtype="float64"
            ),
        }
    )


def _starts(problem: Problem, found: Found) -> pd.DataFrame:
    """Return where the search began and where each start ended."""
    frame = pd.DataFrame(found.starts, columns=["starting_from", "scaled_by", "goal"])
    goals = frame["goal"].astype("float64")
    worse = [pd.notna(g) and better(problem, found.goal, float(g)) for g in goals]
    frame["status"] = np.select([goals.isna(), worse], ["infeasible", "worse"], "best")
    frame = frame[["starting_from", "scaled_by", "status", "goal"]]
    return frame.astype({"starting_from": "str", "status": "str", "goal": "float64"})
