"""What a budget buys: more never serves less, what is out of reach says why, both in pictures."""

from functools import lru_cache

import numpy as np
import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import plan_of, tiers_yaml

from salesanalysis import store
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.incentives import Plan, Shape, frontier, optimise
from salesanalysis.incentives.moments import Empirical

TWO = '{from: "0", rate: "0.02"}, {from: "1", rate: "0.10"}'
STANDARD = "params/plans/standard.yaml"
HALVES = Empirical([0.5, 1.5])


def standard(budgets, **options):
    given = {"quota": 300_000, "free": "rate", **options}
    return frontier(Plan.from_yaml(STANDARD), "normal", budgets=budgets, **given)


@lru_cache
def usual():
    return standard(None)


def test_a_budget_twice_as_large_widens_twice_as_far():
    """By hand as for one budget: 2 yuan of distance per yuan, up to a rate of 100 %."""
    found = frontier(
        plan_of(tiers_yaml(TWO)), HALVES, quota=100_000, at_target=None, shape=Shape(within=None),
        budgets=[1_000, 2_000, 4_000],
    )  # fmt: skip
    assert found.frame["goal"].tolist() == pytest.approx([2_000, 4_000, 8_000])
    assert found.frame["price"].tolist() == pytest.approx([2, 2, 2])
    assert (found.today, found.today_goal) == pytest.approx((4_000, 6_000))


def test_a_larger_budget_keeps_the_plan_of_a_smaller_where_cents_would_cost_it(monkeypatch):
    """Amounts are written in whole cents, the next below: a budget a hair larger could buy less."""
    from dataclasses import replace

    from salesanalysis.incentives.optimum import budgets

    real = budgets.search

    def a_cent_short(problem, base, **given):
        found = real(problem, base, **given)
        return replace(found, goal=found.goal - (0.02 if problem.ask.budget > 1_000 else 0))

    monkeypatch.setattr(budgets, "search", a_cent_short)
    found = frontier(
        plan_of(tiers_yaml(TWO)), HALVES, quota=100_000, at_target=None, shape=Shape(within=None),
        budgets=[1_000, 1_000.005, 1_000.5],
    )  # fmt: skip
    goals = found.frame["goal"].tolist()
    assert goals[1] == goals[0] == pytest.approx(2_000)
    assert goals[2] == pytest.approx(2_000.98)
    assert found.frame["cost"].tolist()[:2] == pytest.approx([1_000, 1_000], abs=1e-6)


@settings(max_examples=4)
@given(st.lists(st.integers(11_000, 40_000), min_size=2, max_size=3, unique=True))
def test_more_budget_never_serves_less(budgets):
    """Property 27: the frontier is monotone, whatever the order budgets are given in."""
    found = standard([float(b) for b in budgets])
    best = found.best()
    assert best["goal"].is_monotonic_increasing
    assert (best["cost"] <= best["budget"] * (1 + 1e-7)).all()
    assert found.frame["budget"].tolist() == sorted(budgets)


def test_each_budget_is_its_own_optimum_and_gives_its_plan():
    found = standard([14_000.0, 15_000.0])
    one = optimise(Plan.from_yaml(STANDARD), "normal", quota=300_000, free="rate", budget=14_000)
    assert found.frame["goal"].iloc[0] == pytest.approx(one.figure("spread", "exact"))
    assert found.frame["gini"].iloc[0] == pytest.approx(one.figure("gini", "exact"))
    rates = found.plan_at(14_000.0).knobs().set_index("knob")["value"]
    assert rates[one.frame["knob"]].tolist() == pytest.approx(one.frame["exact"].tolist())


def test_a_budget_out_of_reach_is_a_row_that_says_why():
    found = standard([5_000.0, 15_000.0])
    assert found.frame["status"].tolist() == ["infeasible", "best"]
    assert found.frame["why"].iloc[0] == (
        "no plan meets 2 conditions together: expected cost of at most 5,000.00 (budget); every "
        "number within 50% of today's (shape.within)."
    )
    assert "1 of the budgets are too small" in found.explain()
    none = standard([1.0, 2.0])
    assert none.headline() == (
        "Standard sales plan: no plan meets the conditions at any of 2 budgets"
    )
    assert_good_figure(none.plot())


def test_draws_add_the_tail_of_the_cost():
    draws = np.random.default_rng(2).lognormal(0.04, 0.2, (200, 2))
    people = pd.DataFrame({"salesperson": ["A", "B"], "quota": [1e5, 2e5]})
    found = frontier(Plan.from_yaml(STANDARD), "normal", people=people, draws=draws, free="rate",
                     budgets=[14_500.0, 16_000.0])  # fmt: skip
    assert (found.frame["p95"] > found.frame["cost"]).all()
    assert (found.frame["cvar"] >= found.frame["p95"]).all()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_frontier_is_drawn_with_todays_plan(lang):
    found = usual()
    assert len(found.frame) == 9
    ax = found.plot(lang=lang)
    points = ax.get_lines()
    assert points[0].get_ydata().tolist() == found.best()["goal"].tolist()
    assert points[1].get_ydata().tolist() == [found.today_goal]
    assert_good_figure(ax)
    assert found.explain(lang).count("\n") >= 2


def test_it_is_stored_and_a_falling_frontier_cannot_be(tmp_path):
    from dataclasses import replace

    found = standard([14_000.0, 15_000.0])
    store.write(found, tmp_path)
    assert store.read(tmp_path).explain("zh") == found.explain("zh")
    with pytest.raises(ReconciliationError) as caught:
        replace(found, frame=found.frame.assign(goal=found.frame["goal"].to_numpy()[::-1]))
    assert caught.value.what == "a larger budget serves the goal less."


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: standard([14_000.0]).plan_at(1.0),
            "there is no plan for a budget of 1.00.\n"
            "  where: Frontier.plan_at(budget)\n  fix:   give one of 14,000.00",
        ),
        (
            lambda: standard([]),
            "there is not one budget.\n  where: frontier(budgets=[])\n  fix:   give one or more",
        ),
        (
            lambda: standard([1.0], edges={}),
            "'edges' is not a setting here; known: at_target, cvar, draws, free, incentive, "
            "losers, most_p10, objective, people, periods, quota, shape, upside.\n"
            "  where: frontier(...)\n"
            "  fix:   use one of: at_target, cvar, draws, free, incentive, losers, most_p10, "
            "objective, people, periods, quota, shape, upside",
        ),
    ],
)
def test_what_is_no_frontier_is_refused(call, message):
    with pytest.raises(ContractError) as caught:
        call()
    assert str(caught.value) == message
