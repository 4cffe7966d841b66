"""Rates and coefficients together: several starts, all told, and no worse than other searches."""

from functools import lru_cache
from itertools import pairwise

import numpy as np
import pytest
from optimumtools import CAP, STANDARD
from paytools import PLANS

from salesanalysis.incentives import Plan, Shape, compile_plan, frontier, optimise
from salesanalysis.incentives.moments import LogNormal, pay_at
from salesanalysis.incentives.moments.lines import piece_of
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.woven import Woven
from salesanalysis.incentives.simulate.reasons import Facts

SEEN, QUOTA = LogNormal(0.0433054, 0.1709330), 150_000.0
EDGES = np.array([0, 0.5, 0.8, 1.0, 1.2, np.inf])
FACTS = Facts(never_negative=True)
GROUPS = [
    {f"commission.tiers[{i}].rate": "rate" for i in range(5)},
    {f"coefficient.bands[{i}].value": "coefficient" for i in range(3)},
]


@lru_cache
def best_of(objective: str):
    return optimise(Plan.from_yaml(STANDARD), SEEN, quota=QUOTA, objective=objective)


def pay(v: np.ndarray, x: float) -> float:
    """Pay of the standard plan by hand: marginal rates times the coefficient of the band."""
    return (
        QUOTA * (np.clip(x - EDGES[:-1], 0, np.diff(EDGES)) @ v[:5]) * v[5 + (x >= 0.8) + (x >= 1)]
    )


def cost(v: np.ndarray) -> float:
    side = {"low_in": True, "high_in": False}
    ends = list(pairwise(EDGES))
    chance, first = (np.array([f(a, b, **side) for a, b in ends])
                     for f in (SEEN.probability, SEEN.first))  # fmt: skip
    below = np.concatenate([[0], np.cumsum(v[:4] * np.diff(EDGES)[:4])]) - v[:5] * EDGES[:5]
    return QUOTA * float(((below * chance + v[:5] * first) * v[5:][[0, 0, 1, 2, 2]]).sum())


@pytest.mark.parametrize(
    "objective", ["differentiation", pytest.param("cheapest", marks=pytest.mark.slow)]
)
def test_no_joint_search_from_random_starts_finds_better(objective):
    """SLSQP on pay written out by hand, rates and coefficients at once, from six starts."""
    from scipy.optimize import minimize

    best = best_of(objective)
    old = best.frame["old"].to_numpy()
    scale = np.array([0.01] * 5 + [1.0] * 3)
    asked = [{"type": "eq", "fun": lambda u: (pay(u * scale, 1.0) - pay(old, 1.0)) / 1e3},
             {"type": "ineq", "fun": lambda u: np.diff(u[:5])},
             {"type": "ineq", "fun": lambda u: np.diff(u[5:])}]  # fmt: skip
    if objective == "cheapest":
        asked.append({"type": "ineq",
                      "fun": lambda u: (pay(u * scale, best.p90) - pay(old, best.p90)) / 1e3})  # fmt: skip
    else:
        asked.append({"type": "ineq", "fun": lambda u: (cost(old) - cost(u * scale)) / 1e3})

    def goal(u: np.ndarray) -> float:
        if objective == "cheapest":
            return cost(u * scale) / 1e3
        return (pay(u * scale, best.p50) - pay(u * scale, best.p90)) / 1e3

    rng = np.random.default_rng(1)
    starts = [old, *(old * rng.uniform(0.5, 1.5, (5, 8)))]
    ends = list(zip(0.5 * old / scale, 1.5 * old / scale, strict=True))
    options = {"maxiter": 200, "ftol": 1e-9}
    found = [minimize(goal, s / scale, method="SLSQP", bounds=ends, constraints=asked,
                      options=options) for s in starts]  # fmt: skip
    theirs = 1e3 * min(f.fun for f in found if f.success)
    ours = best.figure(best.goal, "exact") * (1 if objective == "cheapest" else -1)
    assert ours <= theirs + 1e-4 * abs(theirs)
    assert cost(best.frame["exact"].to_numpy()) == pytest.approx(best.figure("cost", "exact"))


def test_every_start_is_told_and_todays_alone_would_have_ended_worse():
    best = best_of("differentiation")
    starts = best.starts.set_index("starting_from")
    assert starts.index[0] == "today"
    assert {"turned", "scaled", "together", "apart", "drawn", "nearby"} <= set(starts.index)
    assert starts["status"].isin(["best", "worse", "infeasible"]).all()
    ends = starts.loc[starts["status"] != "infeasible", "goal"]
    assert ends.max() == pytest.approx(best.figure("spread", "exact"), rel=1e-6)
    assert starts.loc["today", "goal"].max() < 0.9 * ends.max()
    count = int((starts["status"] == "best").sum())
    assert (
        f"a local optimum, perhaps not the best of all; of {len(starts)} starts {count} ended"
        in (best.explain())
    )
    assert f"{len(starts)}个起点中{count}个得到此结果" in best.explain("zh")
    assert optimise(Plan.from_yaml(STANDARD), SEEN, quota=QUOTA).starts.equals(best.starts)


def test_one_program_needs_one_start_and_is_not_called_local():
    best = optimise(Plan.from_yaml(STANDARD), SEEN, quota=QUOTA, free="rate")
    assert best.starts["starting_from"].tolist() == ["today"]
    assert "starts" not in best.explain()


@pytest.mark.slow
def test_no_jump_above_todays_means_todays_plan_whatever_coefficients_stand_meanwhile():
    """The limit is the largest jump of today's plan, not of today's rates times new coefficients."""
    plan = Plan.from_yaml(PLANS / "coefficient.yaml")
    best = optimise(plan, "normal", quota=250_000, objective="cheapest",
                    shape=Shape(within=0.3, jump="today"))  # fmt: skip
    exact = dict(zip(best.frame["knob"], best.frame["exact"].round(6), strict=True))
    jumps = plan.edited(exact).curve(quota="250000").jumps()
    today = plan.curve(quota="250000").jumps()["size"].abs().max()
    assert jumps["size"].abs().max() <= today * (1 + 1e-4)
    assert best.figure("jump") <= best.figure("jump", "old") + 0.5


def test_lines_woven_once_are_those_of_every_plan_compiled_by_itself():
    plan = Plan.from_yaml(STANDARD)
    woven = Woven.of(plan, GROUPS, facts=FACTS)
    rng = np.random.default_rng(4)
    rates, bands = np.sort(rng.uniform(0, 0.3, 5)).round(4), rng.uniform(0.2, 3, 3).round(4)
    values = dict(zip([*GROUPS[0], *GROUPS[1]], [*rates, *bands], strict=True))
    other = plan.edited(values)
    alone = LinearPlan.of(other, GROUPS[0])
    lines = woven.lines(0, (rates, bands))
    assert lines.base == pytest.approx(alone.base, abs=1e-12)
    assert lines.slopes == pytest.approx(alone.slopes, abs=1e-12)
    at = woven.at(np.concatenate([rates, bands]))
    x = np.array([0.3, 0.9, 1.4])
    piece = piece_of(woven.paid.form, x)
    told = 1e5 * (at[piece, 0, 0] + at[piece, 0, 1] * x)
    assert told == pytest.approx(pay_at(compile_plan(other), x, quota=1e5))


def test_numbers_that_are_more_than_products_of_groups_are_not_woven():
    """A rate and a coefficient in one group multiply each other: the further point tells."""
    mixed = [{**GROUPS[0], **GROUPS[1]}, {}]
    assert Woven.of(Plan.from_yaml(STANDARD), mixed[:1], facts=FACTS) is None


@pytest.mark.slow
def test_a_frontier_of_products_never_falls_and_says_that_it_is_local():
    found = frontier(Plan.from_yaml(STANDARD), SEEN, quota=QUOTA, budgets=[5_000, 7_000, 7_400])
    best = found.best()
    assert best["goal"].is_monotonic_increasing
    assert "Every point is a local optimum of several starts" in found.explain()
    assert "各点均为多个起点中的局部最优" in found.explain("zh")


def test_the_budget_told_to_be_enough_is_enough_for_rates_and_coefficients_together():
    """By moving both, less is enough than by moving either alone; what is told can be met."""
    import re

    from salesanalysis.errors import ContractError

    plan = Plan.from_yaml(STANDARD)
    with pytest.raises(ContractError) as caught:
        optimise(plan, SEEN, quota=QUOTA, budget=100)
    told = float(re.search(r"a budget of ([\d,.]+)", caught.value.fix)[1].replace(",", ""))
    best = optimise(plan, SEEN, quota=QUOTA, budget=told)
    assert best.cost <= told + 0.005
    cheapest = optimise(plan, SEEN, quota=QUOTA, objective="cheapest", upside=None)
    assert told == pytest.approx(cheapest.figure("cost", "exact"), rel=1e-4)


@pytest.mark.slow
def test_a_capped_plan_of_products_keeps_its_budget():
    plan = Plan.from_text(PLANS.joinpath("standard.yaml").read_text(encoding="utf-8") + CAP)
    today = optimise(plan, SEEN, quota=QUOTA / 3, shape=Shape(within=0.0)).cost
    best = optimise(plan, SEEN, quota=QUOTA / 3, budget=0.95 * today, at_target=None)
    assert best.cost <= 0.95 * today + 0.005
    assert best.figure("pay_p90") <= 5_000 + 1e-6
