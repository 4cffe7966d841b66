"""The best numbers of plans with a cap or a guarantee, on curves, draws and worlds."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from optimumtools import CAP, FREE, HALVES, STANDARD, new_of, team, two
from paytools import plan_of, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, Shape, compile_plan, draw_world, optimise, simulate
from salesanalysis.incentives.moments import Empirical, LogNormal, expected, pay_at


def test_above_a_cap_a_rate_costs_nothing_and_is_left_alone():
    """Half sell 50 %, half 200 %, capped at 5,000: 2,000 at 100 % makes r0 = 2 %.

    5,000 at 200 % takes r1 of 3 % or more; cost (1,000 + 5,000) / 2 whatever it is, so 10 % stays.
    """
    plan = two(CAP).edited({"commission.tiers[0].rate": "0.03"})
    best = optimise(plan, Empirical([0.5, 2.0]), quota=100_000, objective="cheapest",
                    at_target=2_000, shape=Shape(within=0.9))  # fmt: skip
    assert best.figure("pay_p90", "old") == 5_000
    assert new_of(best) == pytest.approx([0.02, 0.10])
    assert best.cost == pytest.approx(3_000)
    assert best.local


@pytest.mark.parametrize("as_draws", [False, True])
def test_a_capped_plan_keeps_its_budget_and_no_random_plan_nearby_beats_it(as_draws):
    """3 % to quota, 8 % above, capped at 5,000: priced by its closed form, not by its tangent."""
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.03"}, {from: "1", rate: "0.08"}') + CAP)
    seen, quota = LogNormal(0.043305, 0.170933), 100_000.0
    today = expected(plan, seen, quota=quota).total
    draws = seen.quantile((np.arange(2000) + 0.5) / 2000) if as_draws else None
    best = optimise(plan, seen, quota=quota, budget=0.95 * today, at_target=None, draws=draws)
    assert best.local
    assert best.cost <= 0.95 * today * (1 + 1e-9)
    assert best.figure("pay_p90") <= 5_000 + 1e-6
    ours, at = best.figure("spread", "exact"), [best.p50, best.p90]
    fits = 0
    for low in np.linspace(0.015, 0.045, 9):
        for high in np.linspace(0.04, 0.12, 9):
            rates = {"commission.tiers[0].rate": low, "commission.tiers[1].rate": high}
            other = compile_plan(plan.edited({k: round(v, 6) for k, v in rates.items()}))
            if high < low or expected(other, seen, quota=quota).total > 0.95 * today:
                continue
            pay = pay_at(other, at, quota=quota)
            fits += 1
            assert pay[1] - pay[0] <= ours * (1 + 1e-3)
    assert fits > 10


FLOOR = 'limits:\n  floor: {amount: "2000.00", until: 2099-12-31}\n'


def limited(limits: str) -> Plan:
    return Plan.from_text(Path(STANDARD).read_text(encoding="utf-8") + limits)


def test_what_is_paid_anyway_is_no_cost_of_a_rate():
    """Half sell 50 %, half 150 % of 100,000, 2,000 guaranteed; budget 4,000 a head.

    Pay at 150 % can be 6,000: 100,000 r0 + 50,000 r1 = 6,000 with r0 of 4 % or less. Of all these
    r0 = 1 %, r1 = 10 % lies nearest to 2 % and 10 %.
    """
    best = optimise(two(FLOOR), HALVES, quota=100_000, budget=4_000, at_target=None, shape=FREE)
    assert new_of(best) == pytest.approx([0.01, 0.10])
    assert best.cost == pytest.approx(4_000)
    assert best.figure("pay_p50") == 2_000
    assert best.figure("pay_p90") == pytest.approx(6_000)
    assert "A cap or a guarantee bends the cost" in best.explain()
    assert "the guarantee runs in every period" in best.explain()


def test_every_tangent_tried_goes_on_holding():
    """With the last tangent alone, programs swing between plans that cost 40 % too much."""
    floor = FLOOR.replace("2000", "3000")
    asked = {"quota": 100_000, "free": "rate", "at_target": None}
    best = optimise(limited(floor), "wide", budget=5_450.0, shape=FREE, **asked)
    assert best.figure("cost", "exact") == pytest.approx(5_450)
    assert best.figure("spread", "exact") > 9_360
    assert best.cost <= 5_450


@pytest.mark.parametrize("objective", ["differentiation", "cheapest"])
def test_no_random_plan_with_a_guarantee_is_better(objective):
    """Cost is convex in the rates, so what is found by tangents is the best of all."""
    plan = two(FLOOR).edited({"commission.tiers[0].rate": "0.03"})
    seen, quota = LogNormal(0.043305, 0.35), 100_000.0
    asked = {"at_target": None, "upside": None if objective == "differentiation" else 0.5}
    budget = None if objective == "cheapest" else 4_500.0
    best = optimise(plan, seen, quota=quota, objective=objective, budget=budget, **asked)
    x = seen.quantile((np.arange(4_000) + 0.5) / 4_000)
    rates = np.random.default_rng(3).uniform([0.015, 0.05], [0.045, 0.15], (4_000, 2))

    def pay(at):
        own = quota * (rates[:, :1] * np.minimum(at, 1) + rates[:, 1:] * np.maximum(at - 1, 0))
        return np.maximum(own, 2_000)

    cost = np.array([part.mean() for part in pay(x)])
    p50, p90 = (pay(np.array([v]))[:, 0] for v in (best.p50, best.p90))
    assert best.cost == pytest.approx(
        np.maximum(quota * (new_of(best)[0] * np.minimum(x, 1)
                            + new_of(best)[1] * np.maximum(x - 1, 0)), 2_000).mean(), rel=2e-4
    )  # fmt: skip
    if objective == "differentiation":
        fits = (cost <= 4_500) & (rates[:, 0] <= rates[:, 1])
        assert (p90 - p50)[fits].max() <= best.figure("spread", "exact") * (1 + 2e-3)
    else:
        fits = (p90 >= 1.5 * best.figure("pay_target", "old")) & (rates[:, 0] <= rates[:, 1])
        assert cost[fits].min() >= best.figure("cost", "exact") * (1 - 2e-3)
    assert fits.sum() > 50


@pytest.mark.parametrize(
    ("limits", "objective"),
    [
        (CAP.replace("5000", "20000"), "differentiation"),
        (FLOOR, "cheapest"),
        (CAP.replace("5000", "20000") + FLOOR.removeprefix("limits:\n"), "differentiation"),
    ],
)
def test_a_limited_plan_is_priced_on_a_world_as_it_is_simulated(limits, objective):
    """Of a world every cell is looked at: who is at a limit is paid it whatever a rate is."""
    world = draw_world(team(5).drop(columns="attainment"), "normal", draws=60)
    best = optimise(limited(limits), draws=world, objective=objective, free="rate")
    assert best.cost == pytest.approx(simulate(best.plan, world).cost)
    budget = best.figure("cost", "old")
    assert best.cost <= budget * (1 + 1e-9)
    assert best.figure(best.goal) != best.figure(best.goal, "old")


def test_where_the_cap_is_reached_already_only_the_middle_can_move():
    """5,000 at 150 % whatever the rate: the distance grows by paying less at 50 %."""
    plan = two(CAP).edited({"commission.tiers[0].rate": "0.04"})
    best = optimise(plan, HALVES, quota=100_000, at_target=None)
    assert best.figure("pay_p90", "old") == best.figure("pay_p90") == 5_000
    assert new_of(best)[0] == pytest.approx(0.02)
    assert best.figure("spread") == pytest.approx(4_000)


@pytest.mark.parametrize("at_target", ["auto", None])
def test_the_budget_that_is_told_to_be_enough_is_enough_with_a_guarantee_too(at_target):
    """By its own price: tangents alone would tell too little, and promise what is not paid."""
    plan = Plan.from_yaml("params/plans/graduated.yaml")
    people = pd.DataFrame({"salesperson": ["Li", "Wu"], "quota": [100_000.0, 200_000.0]})
    with pytest.raises(ContractError) as caught:
        optimise(plan, people=people, budget=0, at_target=at_target)
    told = float(re.search(r"a budget of ([\d,.]+)", caught.value.fix)[1].replace(",", ""))
    assert told > 4_000  # two guarantees of 2,000
    best = optimise(plan, people=people, budget=told, at_target=at_target)
    assert best.cost <= told
