"""Caps, guarantees, draws, true-ups and running totals are paid alike by every back end."""

import pandas as pd
import pytest
from paytools import (
    HEAD,
    PLANS,
    SECTION_5_BANDS,
    SECTION_5_TIERS,
    plan_of,
    section_5,
    tiers_yaml,
)
from simtools import TEAM, WITH_CAP, agree
from test_pay_compiled import STEPS
from test_pay_worked import EXAMPLE

from salesanalysis.incentives import Attainment, Plan, draw_world
from salesanalysis.incentives.simulate import simulate

STEPPED = [
    ("a cap", WITH_CAP % ("lost", ""), ("vector", "exact")),
    ("a cap that defers", WITH_CAP % ("deferred", ""), ("vector", "exact")),
    (
        "a cap and a guarantee",
        WITH_CAP % ("lost", ', floor: {amount: "2500.00"}'),
        ("vector", "exact"),
    ),
    (
        "a cap as share of sales",
        'limits: {cap: {of: rate, rate: "0.05", excess: lost, before: null}}\n',
        ("vector", "exact"),
    ),
    (
        "a draw that is recovered",
        'settlement: {draw: {amount: "6000.00", months: 6, recoverable: true, recovery_share: '
        '"0.5"}, leaver: pay_earned}\n',
        ("vector", "exact"),
    ),
    (
        "a draw that is not",
        'settlement: {draw: {amount: "6000.00", months: 6, recoverable: false}, '
        "leaver: pay_earned}\n",
        ("vector", "exact"),
    ),
]


@pytest.mark.parametrize(("name", "rules", "backends"), STEPPED, ids=[s[0] for s in STEPPED])
def test_what_hands_balances_on_is_paid_period_by_period(name, rules, backends) -> None:
    plan = Plan.from_text(HEAD + tiers_yaml(SECTION_5_TIERS) + SECTION_5_BANDS + rules)
    agree(plan, "wide", backends=backends)
    world = draw_world(TEAM, "wide", draws=7)
    run = simulate(plan, world)
    assert run.backend == "vector"
    assert [why[0] for why in run.why] == ["analytic"] + ["ledger"] * (len(run.why) - 1)
    assert len(run.why) > 1


@pytest.mark.parametrize("negative", ["carry", "claw"])
def test_a_year_to_date_true_up_pays_the_difference(negative) -> None:
    rules = f"settlement: {{true_up: {{of: ytd, negative: {negative}}}}}\n"
    text = HEAD + tiers_yaml(SECTION_5_TIERS, mode="retroactive") + rules
    plan = Plan.from_text(text.replace("quota: month,", "quota: ytd,"))
    agree(plan, "wide", backends=("vector", "exact"))


def test_a_running_total_counts_on_from_period_to_period() -> None:
    tiers = '{from: "0", rate: "0.02"}, {from: "500000", rate: "0.05"}'
    plan = plan_of(tiers_yaml(tiers, basis="cumulative", unit="amount", extra=""))
    agree(plan, "wide", backends=("vector", "exact"))


def test_returns_that_are_carried_are_paid_period_by_period() -> None:
    """A normal attainment can be negative; a lognormal one cannot, and carries nothing."""
    plan = section_5(negative="carry")
    assert simulate(plan, draw_world(TEAM, draws=5)).backend == "ledger"
    run = simulate(plan, draw_world(TEAM, Attainment("normal", 0.3, 0.4), draws=5))
    assert run.backend == "vector"
    assert run.why[1] == ("ledger", "commission", "carries returns above sales")


def test_a_guarantee_in_amounts_is_an_edge_of_the_ledger() -> None:
    plan = Plan.from_yaml(PLANS / "graduated.yaml")
    run = simulate(plan, draw_world(TEAM, draws=50))
    assert run.backend == "ledger"
    assert run.sample["pay"].min() >= 12 * 2000.0


def test_one_cap_for_equal_quotas_is_an_edge_of_the_ledger() -> None:
    plan = Plan.from_text(HEAD + tiers_yaml(SECTION_5_TIERS) + WITH_CAP % ("lost", ""))
    world = draw_world(TEAM.assign(quota=200_000.0), "wide", draws=20)
    ledger, vector = (simulate(plan, world, backend=b) for b in ("ledger", "vector"))
    assert ledger.draws["pay"].to_numpy() == pytest.approx(vector.draws["pay"].to_numpy())


def test_the_plan_of_the_method_is_paid_with_draw_cap_and_bonus() -> None:
    """The whole plan of section 5: bands, KPI bonus, cap, penalty, clawback and a draw."""
    plan = Plan.from_text(EXAMPLE)
    agree(plan, "wide", backends=("vector", "exact"), draws=5)
    run = simulate(plan, draw_world(TEAM, draws=5))
    assert run.backend == "vector"
    assert {code for _, code in run.assumed} == {"target", "no_penalty", "no_clawback"}
    assert {part for _, part, _ in run.why} == {"draws", "cap", "draw"}


def test_a_cap_on_credit_and_amounts_beside_attainments() -> None:
    credit = 'limits: {cap: {of: credit, amount: "250000.00", excess: lost, before: null}}\n'
    agree(
        Plan.from_text(HEAD + tiers_yaml(SECTION_5_TIERS) + credit),
        "wide",
        backends=("vector", "exact"),
    )
    mixed = plan_of(tiers_yaml(SECTION_5_TIERS) + STEPS.replace(
        "unit: attainment, quota: month", "unit: amount").replace('"0.8"', '"80000"').replace(
        '"1.0"', '"100000"'))  # fmt: skip
    run = simulate(mixed, draw_world(TEAM, draws=5))
    assert run.backend == "vector"
    assert ("ledger", "prize", "edges in amounts beside edges in attainment") in run.why


def test_carried_returns_are_paid_as_a_run_of_deals_pays_them() -> None:
    plan = section_5(negative="carry")
    world = draw_world(TEAM, Attainment("normal", 0.2, 0.4), draws=2, periods=4, per_year=12)
    run = simulate(plan, world)
    assert run.backend == "vector"
    rows = [
        (f"{name}{t}", f"2024-{t + 1:02d}-05", name, world.sold(name)[t, 1])
        for name in TEAM["salesperson"]
        for t in range(4)
    ]
    deals = pd.DataFrame(rows, columns=["order_id", "date", "salesperson", "amount"])
    paid = plan.run(TEAM.drop(columns="region"), deals, first="2024-01", last="2024-04").to_frame()
    assert (paid["carried"] < 0).any()
    found = run.sample[run.sample["draw"] == 1].set_index("salesperson")["pay"].sort_index()
    wanted = paid.groupby("salesperson")["pay"].sum()
    assert found.to_numpy() == pytest.approx(wanted.to_numpy(), abs=0.021)
