"""What a world pays on deals, on other measures and on what others sell."""

import numpy as np
import pandas as pd
import pytest
from paytools import (
    BOTH,
    HEAD,
    PLANS,
    plan_of,
    tiers_yaml,
)
from simtools import TEAM, refused

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, draw_world
from salesanalysis.incentives.attainment import Deals
from salesanalysis.incentives.outlook import outlook, pay_at_quota
from salesanalysis.incentives.simulate import expected_pay, simulate

LED = TEAM.assign(team=["a", "a", "b", "b"], manager=["", "Chen", "Chen", "Wang"])


def team_plan() -> Plan:
    return Plan.from_yaml(PLANS / "team.yaml")


@pytest.mark.parametrize("backend", ["ledger", "vector", "exact"])
def test_a_team_is_paid_as_a_run_of_deals_pays_it(backend) -> None:
    """The same sales as deals: `Plan.run` pays the pools and overrides of every month."""
    plan, world = team_plan(), draw_world(LED, draws=2, periods=2)
    run = simulate(plan, world, backend=backend)
    for draw in range(2):
        rows = [
            (f"{name}{t}", f"2024-{t + 1:02d}-05", name, world.sold(name)[t, draw])
            for name in TEAM["salesperson"]
            for t in range(2)
        ]
        deals = pd.DataFrame(rows, columns=["order_id", "date", "salesperson", "amount"])
        paid = plan.run(LED, deals, first="2024-01", last="2024-02")
        found = run.sample[run.sample["draw"] == draw].set_index("salesperson")["pay"]
        wanted = paid.to_frame().groupby("salesperson")["pay"].sum()
        assert found.sort_index().to_numpy() == pytest.approx(wanted.to_numpy(), abs=0.021)


def test_pools_by_credit_and_overrides_are_paid_alike_by_every_back_end() -> None:
    """A share of team sales by what each sells is that share of one's own; to the cent of a pool."""
    plan, world = team_plan(), draw_world(LED, draws=7)
    runs = [simulate(plan, world, backend=b) for b in ("exact", "ledger", "vector")]
    assert simulate(plan, world).backend == "ledger"
    for run in runs[1:]:
        for name, keys in (("draws", "pay"), ("regions", "pay"), ("sample", "pay"),
                           ("people", "pay_mean")):  # fmt: skip
            a, b = (getattr(r, name)[keys].to_numpy() for r in (runs[0], run))
            assert b == pytest.approx(a, abs=0.02 * 12 * len(LED)), (name, run.backend)
    sold = runs[1].people.set_index("salesperson")["sales_mean"]
    pay = runs[1].people.set_index("salesperson")["pay_mean"]
    assert pay["Wang"] == pytest.approx(0.04 * sold["Wang"] + 0.005 * sold["Zhao"])
    assert pay["Chen"] == pytest.approx(0.04 * sold["Chen"] + 0.005 * (sold.sum() - sold["Chen"]))


def test_the_closed_form_knows_whose_sales_a_manager_is_paid_on() -> None:
    world = draw_world(LED, draws=4_000)
    closed, drawn = expected_pay(team_plan(), world), simulate(team_plan(), world)
    assert closed.backend == "analytic"
    assert abs(closed.cost - drawn.cost) < 4 * drawn.cost_error


@pytest.mark.parametrize(
    ("people", "rules", "why"),
    [
        (LED.assign(team=["a", "a", "b", ""]), "", "the pool of a team depends on everybody"),
        (LED, 'limits: {cap: {of: pay, amount: "9000.00", excess: lost, before: null}}\n',
         "an override is paid on the sales of a team"),
    ],
)  # fmt: skip
def test_a_team_where_the_whole_pay_is_needed_at_once_is_paid_part_by_part(
    people, rules, why
) -> None:
    plan = Plan.from_text((PLANS / "team.yaml").read_text(encoding="utf-8") + rules)
    run = simulate(plan, draw_world(people, draws=1, periods=1, per_year=12))
    assert run.backend == "vector"
    assert why in [reason for name, _, reason in run.why if name == "ledger"]


def test_pay_at_quota_counts_pools_and_overrides() -> None:
    """4 % of everybody's quota, 0.5 % once for each manager above: the budget of a page."""
    world = draw_world(LED, draws=5)
    above = np.array([0, 1, 1, 2])
    wanted = 12 * (0.04 * LED["quota"].sum() + 0.005 * (LED["quota"] @ above))
    assert pay_at_quota(team_plan(), world).sum() == pytest.approx(wanted)


def test_the_outlook_of_a_team_plan_holds_every_part() -> None:
    found = outlook(team_plan(), LED, draws=60, parts=["cost", "at_result", "stress"])
    assert list(found.parts()) == ["cost", "at_result", "stress"]
    assert found.cost.value("mean") == pytest.approx(found.simulation.cost)


DEALS = '{from: "0", rate: "0.02"}, {from: "20000", rate: "0.05"}'


def test_pay_per_deal_is_paid_on_drawn_deals_that_add_up_to_the_sales() -> None:
    plan = plan_of(tiers_yaml(DEALS, basis="deal", unit="amount"))
    world = draw_world(TEAM, draws=20, periods=3, deals=Deals(per_period=5))
    run = simulate(plan, world)
    assert run.backend == "exact"
    assert run.why[1] == ("ledger", "commission", "is paid deal by deal")
    flat = plan_of(tiers_yaml('{from: "0", rate: "0.02"}', basis="deal", unit="amount"))
    same = simulate(flat, world)
    assert same.draws["pay"].to_numpy() == pytest.approx(
        0.02 * same.draws["sales"].to_numpy(), rel=1e-12
    )
    # large deals earn 5 % above 20,000: more than 2 %, less than on one deal of everything
    assert (run.draws["pay"] > same.draws["pay"]).all()
    whole = simulate(plan_of(tiers_yaml(DEALS, unit="amount")), world)
    assert (run.draws["pay"] < whole.draws["pay"]).all()
    again = simulate(plan, draw_world(TEAM.head(2), draws=20, periods=3, deals=Deals(5)))
    both = run.people.head(2)["pay_mean"]
    assert again.people["pay_mean"].equals(both)


def test_deals_are_many_or_few_as_asked() -> None:
    rng = np.random.default_rng(3)
    few, wide = Deals(4), Deals(4, dispersion=1.0)
    counts = np.array([few.number(rng) for _ in range(4000)])
    assert counts.mean() == pytest.approx(4 + np.exp(-4), abs=0.15)
    spread = np.array([wide.number(rng) for _ in range(4000)])
    assert spread.var() > 2 * counts.var()
    assert few.split(-500, rng) == (-500,)
    for bad in ({"per_period": 0}, {"per_period": 5000}, {"per_period": 4, "spread": -1}):
        with pytest.raises(ContractError) as caught:
            Deals(**bad)
        assert str(caught.value).endswith("fix:   give a number above 0, at most 1,000")


MARGIN = HEAD.replace("measures: {sales:", "measures: {margin: {kind: money}, sales:").replace(
    "measures: {margin: {kind: money}, sales: {kind: money, date: date, credit: owner, returns: "
    "negative}}",
    "measures: {sales: {kind: money}, margin: {kind: money}, visits: {kind: count}}",
)


@pytest.mark.parametrize(
    ("scale", "said"),
    [
        ("{unit: attainment, quota: month, tier_measure: margin, pay_measure: margin}", "margin"),
        ("{unit: amount, tier_measure: visits, pay_measure: visits}", "visits"),
    ],
)
def test_what_is_paid_on_another_measure_is_refused_not_guessed(scale, said) -> None:
    text = MARGIN + tiers_yaml('{from: "0", rate: "0.1"}').replace(
        "{unit: attainment, quota: month, " + BOTH + "}", scale
    )
    world = draw_world(TEAM, draws=5)
    for backend in ("auto", "exact"):
        words = refused(lambda b=backend: simulate(Plan.from_text(text), world, backend=b))
        assert f"commission: no target is known of {said}" in words
