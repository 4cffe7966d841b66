"""Closed forms a planner asks for by name: published numbers, gradients, rising pay, convexity."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paytools import measured, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives.moments import (
    Empirical,
    LogNormal,
    Normal,
    capped_mean,
    convexity_cost,
    expected,
    expected_top,
    jensen_gap,
    marginal_pay,
    pay_at,
    pay_quantile,
    rate_gradient,
    retroactive_pay,
    step_bonus,
    stop_loss,
)

PRESET = LogNormal(0.043305, 0.170933)
FIVE = [0, 0.5, 0.8, 1.0, 1.2], [0.02, 0.04, 0.06, 0.1, 0.15]
DISTRIBUTIONS = [Normal(1.0, 0.2), PRESET, Empirical([0.4, 0.8, 1.0, 1.0, 1.3, 1.9])]


def test_the_cases_of_the_method():
    """methods/incentives cases normal-call, lognormal-5tier, normal-retroactive-3tier, lazear."""
    assert float(stop_loss(Normal(1.0, 0.2), 1.0)) == pytest.approx(0.07978845608028655, abs=1e-12)
    five = marginal_pay(LogNormal(-0.045, 0.3), *FIVE)
    assert float(five) == pytest.approx(0.04221150149019836, abs=1e-12)
    three = retroactive_pay(Normal(1.0, 0.2), [0, 0.8, 1.0], [0.02, 0.04, 0.06])
    assert float(three) == pytest.approx(0.04939054715489978, abs=1e-12)
    assert expected_top(2) == pytest.approx(0.5641895835477563, abs=1e-12)


def test_published_tables_of_convexity_and_of_the_best_of_n():
    """Section 9.3: 1.080 / 1.160 / 1.239 / 1.319; order statistics by Teichroew (1956)."""
    assert convexity_cost([0.1, 0.2, 0.3, 0.4], 3).round(3).tolist() == [1.08, 1.16, 1.239, 1.319]
    best = [expected_top(n) for n in (1, 3, 5, 20)]
    assert best == pytest.approx([0.0, 0.84628, 1.16296, 1.86748], abs=6e-6)
    assert expected_top(5, 0.2) == pytest.approx(0.2 * expected_top(5))


def test_the_convexity_formula_is_the_expected_pay_of_that_plan():
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.02"}, {from: "1", rate: "0.06"}'))
    found = expected(plan, Normal(1.0, 0.2), quota=1.0).mean[0]
    below_0 = 0.02 * float(stop_loss(Normal(-1.0, 0.2), 0.0))  # returns earn nothing here
    assert found == pytest.approx(0.02 * float(convexity_cost(0.2, 3)) + below_0, abs=1e-12)


def test_an_outside_example_of_500_people():
    """pbpython.com, commission notebook: 2/3/4 % on the whole amount at 0/90/99 % of target.

    Targets 75,000 to 500,000, attainment N(1, 0.1): 5,770.484 each, 2,885,241.86 for 500.
    """
    tiers = '{from: "0", rate: "0.02"}, {from: "0.9", rate: "0.03"}, {from: "0.99", rate: "0.04"}'
    plan = plan_of(tiers_yaml(tiers, mode="retroactive"))
    quota = np.repeat([75e3, 100e3, 200e3, 300e3, 400e3, 500e3], [150, 150, 100, 50, 25, 25])
    found = expected(plan, Normal(1.0, 0.1), quota=quota)
    assert found.total / 500 == pytest.approx(5_770.484, abs=5e-4)
    assert found.total == pytest.approx(2_885_241.86, abs=5e-3)


@pytest.mark.parametrize("dist", DISTRIBUTIONS, ids=["normal", "lognormal", "seen"])
def test_named_forms_are_the_plans_they_name(dist):
    marginal = plan_of(tiers_yaml(tiers_of(*FIVE)))
    whole = plan_of(tiers_yaml(tiers_of(*FIVE), mode="retroactive"))
    upper = plan_of(tiers_yaml(tiers_of(*FIVE), mode="retroactive", closed="upper"))
    bonus = plan_of(
        "  - id: bonus\n    type: step\n    basis: period\n    closed: lower\n    pays: reached\n"
        f'    measured: {measured("attainment")}\n    steps: [{{from: "1.0", amount: "5000"}}]\n'
    )

    def mean(plan) -> float:
        return expected(plan, dist, quota=1.0).mean[0]

    slack = 1e-6 if isinstance(dist, Normal) else 1e-12  # the forms pay minus on minus below 0
    assert float(marginal_pay(dist, *FIVE)) == pytest.approx(mean(marginal), abs=slack)
    assert float(retroactive_pay(dist, *FIVE)) == pytest.approx(mean(whole))
    assert float(retroactive_pay(dist, *FIVE, closed="upper")) == pytest.approx(mean(upper))
    assert float(step_bonus(dist, 5000, 1.0)) == pytest.approx(mean(bonus))
    assert float(capped_mean(dist, 1.1) + stop_loss(dist, 1.1)) == pytest.approx(float(dist.mean))


def tiers_of(edges, rates) -> str:
    return ", ".join(f'{{from: "{e:g}", rate: "{r:g}"}}' for e, r in zip(edges, rates, strict=True))


@given(st.lists(st.integers(1, 200), min_size=5, max_size=5), st.floats(0.02, 0.5))
def test_the_cost_of_one_more_of_a_rate_is_its_gradient(rates, s):
    """Property 21: the slope of expected pay in each rate is E[(min(A, next) - edge)+]."""
    dist, table = LogNormal(0.0, s), [r / 1000 for r in rates]
    slope = rate_gradient(dist, FIVE[0])
    for k in range(5):
        more = [r + 0.25 * (i == k) for i, r in enumerate(table)]
        gain = marginal_pay(dist, FIVE[0], more) - marginal_pay(dist, FIVE[0], table)
        assert float(gain) / 0.25 == pytest.approx(slope[k], abs=1e-12)


@given(st.lists(st.integers(1, 100), min_size=5, max_size=5), st.floats(0.05, 0.95))
def test_a_quantile_of_pay_is_the_pay_of_that_quantile(steps, q):
    """Property 22, C13: for pay that never falls, checked on 20,000 people."""
    rates = np.cumsum(steps) / 1000
    plan = plan_of(tiers_yaml(tiers_of(FIVE[0], rates)))
    people = PRESET.quantile((np.arange(20_000) + 0.5) / 20_000)
    paid = np.quantile(pay_at(plan, people, quota=1000.0), q)
    assert float(pay_quantile(plan, PRESET, q, quota=1000.0)) == pytest.approx(paid, rel=1e-3)


@given(st.lists(st.integers(0, 100), min_size=5, max_size=5), st.floats(0.05, 0.4))
def test_rising_rates_cost_more_than_pay_at_the_mean_and_falling_rates_less(steps, s):
    """Property 22, C15 (Jensen)."""
    dist = LogNormal(0.0, s)
    rising = [f"{r / 1000:.3f}" for r in np.cumsum(steps)]
    table = FIVE[0]
    convex = plan_of(tiers_yaml(tiers_of(table, map(float, rising))))
    concave = plan_of(tiers_yaml(tiers_of(table, map(float, reversed(rising)))))
    assert jensen_gap(convex, dist, quota=1000.0) >= -1e-9
    assert jensen_gap(concave, dist, quota=1000.0) <= 1e-9


def test_a_quantile_of_pay_that_falls_is_refused():
    tiers = '{from: "0", rate: "0.05"}, {from: "1", rate: "0.02"}'
    with pytest.raises(ContractError) as caught:
        pay_quantile(plan_of(tiers_yaml(tiers, mode="retroactive")), PRESET, 0.5, quota=1.0)
    assert str(caught.value) == (
        "pay falls at 1: a quantile of pay is not the pay at a quantile.\n"
        "  where: pay_quantile(form, ...)\n"
        "  fix:   simulate the plan, or read pay_at(form, attainment)"
    )
    rises = pay_quantile(section_5(), PRESET, [0.1, 0.5, 0.9], quota=300_000)
    assert (np.diff(rises) > 0).all()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: marginal_pay(PRESET, [0, 1], [0.1]),
            "2 edges and 1 rates are no table of tiers.\n  where: edges, rates\n"
            "  fix:   give one rate per edge, edges upwards",
        ),
        (
            lambda: expected_top(0),
            "the best of 0 with a spread of 1 is not defined.\n  where: expected_top(n, s)\n"
            "  fix:   give at least 1 person and a spread above 0",
        ),
    ],
)
def test_tables_that_are_none_are_refused(make, message):
    with pytest.raises(ContractError) as caught:
        make()
    assert str(caught.value) == message
