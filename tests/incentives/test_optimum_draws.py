"""The best numbers over drawn years: what a little more buys, the tail, worlds, forecasts."""

import numpy as np
import pandas as pd
import pytest
from optimumtools import FREE, STANDARD, team, two

from salesanalysis.incentives import Plan, draw_world, from_draws, optimise
from salesanalysis.incentives.moments import LogNormal


def test_the_shadow_price_is_what_a_little_more_budget_gives():
    plan = Plan.from_yaml(STANDARD)
    one, more = (
        optimise(plan, "normal", quota=300_000, budget=b, free="rate") for b in (14_000, 14_010)
    )
    gain = more.figure("spread", "exact") - one.figure("spread", "exact")
    assert gain / 10 == pytest.approx(one.shadow_price, rel=1e-6)


def test_where_other_conditions_bind_too_more_budget_is_worth_nothing():
    """Pay at target fixes the one rate, at a cost that is the budget: the dual alone says 0.06."""
    plan = Plan.from_yaml("params/plans/coefficient.yaml")
    best = optimise(plan, "normal", quota=100_000, free="rate")
    assert best.shadow_price == 0.0
    assert "More budget would not improve the goal" in best.explain()


def test_a_limit_on_the_worst_twentieth_is_kept_and_is_the_published_program():
    """Rockafellar and Uryasev (2000): the same optimum with one variable per draw."""
    from scipy.optimize import linprog

    plan = two()
    draws = np.random.default_rng(8).lognormal(0.04, 0.3, (410, 3))
    people = pd.DataFrame({"salesperson": ["A", "B", "C"], "quota": [1e5, 2e5, 3e5]})
    seen = LogNormal(0.04, 0.3)
    free = optimise(plan, seen, people=people, draws=draws, at_target=None, shape=FREE)
    limit = 0.8 * free.figure("cvar")
    best = optimise(plan, seen, people=people, draws=draws, cvar=limit, at_target=None, shape=FREE)
    assert best.figure("cvar") <= limit * (1 + 1e-9)
    quota = people["quota"].to_numpy()
    parts = np.stack(
        [(np.minimum(draws, 1) * quota).sum(axis=1), (np.maximum(draws - 1, 0) * quota).sum(axis=1)]
    ).T
    n = len(draws)
    low, high = best.p50, best.p90
    goal = np.array([min(high, 1) - min(low, 1), max(high - 1, 0) - max(low - 1, 0)]) * best.quota
    upper = np.vstack(
        [
            np.hstack([parts, -np.ones((n, 1)), -np.eye(n)]),
            np.concatenate([[0, 0, 1], np.full(n, 1 / (0.05 * n))])[None],
            np.concatenate([parts.mean(axis=0), np.zeros(n + 1)])[None],
            np.concatenate([[1, -1], np.zeros(n + 1)])[None],
        ]
    )
    found = linprog(
        np.concatenate([-goal, np.zeros(n + 1)]), A_ub=upper,
        b_ub=np.concatenate([np.zeros(n), [limit, best.budget, 0]]),
        bounds=[(0, 1), (0, 1), (None, None)] + [(0, None)] * n,
    )  # fmt: skip
    assert best.figure("spread", "exact") == pytest.approx(-found.fun, rel=1e-7)


def test_a_world_of_drawn_years_prices_the_plan_as_it_simulates_it():
    people = team(12).drop(columns="attainment")
    world = draw_world(people, "normal", draws=300, periods=12)
    plan = Plan.from_yaml(STANDARD)
    best = optimise(plan, draws=world, free="rate")
    again = best.plan.simulate(people, "normal", draws=300, periods=12)
    assert best.cost == pytest.approx(again.cost)
    assert best.cost <= best.budget
    assert (best.n_periods, best.n_draws) == (12, 300)
    assert best.figure("p95") == pytest.approx(again.quantile(0.95))
    assert "In one draw of twenty" in best.explain()


def test_results_may_be_the_futures_of_a_forecast():
    rng = np.random.default_rng(1)
    months = pd.date_range("2024-01-01", periods=12, freq="MS")
    draws = pd.DataFrame(
        [(r, m, d, 100 * rng.lognormal(0, 0.1)) for r in "EW" for m in months for d in range(20)],
        columns=["region", "period", "draw", "value"],
    )
    targets = pd.DataFrame([(r, m, 100.0) for r in "EW" for m in months],
                           columns=["region", "period", "value"])  # fmt: skip
    people = pd.DataFrame({"salesperson": list("abc"), "region": list("EEW"), "quota": 1e5})
    world = draw_world(people, from_draws(draws, targets), draws=40)
    best = optimise(two(), draws=world)
    assert best.cost == pytest.approx(best.plan.simulate(people, world.model, draws=40).cost)
    assert 0.5 < best.p10 < best.p50 < best.p90 < 1.6


def test_twelve_periods_cost_what_twelve_noisier_months_cost():
    people = team(30).drop(columns="attainment")
    plan = Plan.from_yaml(STANDARD)
    best = optimise(plan, "normal", people=people, periods=12)
    drawn = plan.simulate(people, "normal", draws=2_000)
    assert abs(best.figure("cost", "old") - drawn.cost) < 4 * drawn.cost_error


def test_people_without_a_quota_are_left_out_and_counted():
    people = team(10)
    people.loc[3, "quota"] = 0.0
    best = optimise(Plan.from_yaml(STANDARD), "normal", people=people, objective="disruption",
                    budget=60_000_000)  # fmt: skip
    assert (best.n_people, best.n_excluded) == (9, 1)
    assert best.explain().endswith("left out for want of a quota: 1")
