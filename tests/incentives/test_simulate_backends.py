"""Four back ends pay the same: exact = vector = ledger = analytic, and none drops a component."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import (
    BOTH,
    HEAD,
    PLANS,
    SECTION_5_BANDS,
    SECTION_5_TIERS,
    plan_of,
    section_5,
    tiers_yaml,
)
from simtools import ROUND, TEAM, WITH_CAP, agree, refused, whole_amount, yearly
from test_pay_compiled import CURVE, GATE, STEPS

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Attainment, Plan, attainment, draw_world
from salesanalysis.incentives.simulate import build_ledger, expected_pay, reprice, simulate
from salesanalysis.incentives.simulate.forms import form_of


@st.composite
def any_plan(draw):
    """Tiers of either mode and side, with bands, steps, a curve and a gate, any left out."""
    edges = sorted(draw(st.sets(st.integers(1, 250), max_size=4)))
    rates = draw(st.lists(st.integers(0, 2000), min_size=len(edges) + 1, max_size=len(edges) + 1))
    tiers = ", ".join(
        f'{{from: "{e / 100}", rate: "{r / 10000:.4f}", flat: "{r % 7}"}}'
        for e, r in zip([0, *edges], rates, strict=True)
    )
    yaml = tiers_yaml(
        tiers,
        mode=draw(st.sampled_from(["marginal", "retroactive"])),
        closed=draw(st.sampled_from(["lower", "upper"])),
    )
    for part in (SECTION_5_BANDS, STEPS, CURVE, GATE):
        yaml += part if draw(st.booleans()) else ""
    return Plan.from_text(HEAD + yaml)


@settings(max_examples=12, deadline=None)
@given(any_plan(), st.sampled_from(["tight", "wide", "ties"]))
def test_ledger_vector_and_exact_pay_any_plan_alike(plan, name) -> None:
    model = ROUND if name == "ties" else attainment(name)
    periods = 1 if name == "ties" else 12
    year = plan if periods == 12 else yearly(plan)
    agree(year, model, draws=3, periods=periods, per_year=periods)


@pytest.mark.parametrize("closed", ["lower", "upper"])
def test_sales_exactly_on_an_edge_fall_on_the_side_the_plan_says(closed) -> None:
    """Everybody at 100 %: a bonus of 500 from 100 % on is due only where the edge is closed below."""
    step = (
        f"  - {{id: b, type: step, basis: period, closed: {closed}, pays: sum, measured: "
        f"{{unit: attainment, quota: month, {BOTH}}}, steps: [{{from: '1.0', amount: '500'}}]}}\n"
    ).replace("'", '"')
    plan = yearly(plan_of(step))
    same = Attainment("empirical", 1.0, 0.0, values=(1.0, 1.0))
    world = draw_world(TEAM, same, periods=1, draws=5)
    wanted = 4 * 500.0 if closed == "lower" else 0.0
    for backend in ("ledger", "vector", "exact"):
        assert simulate(plan, world, backend=backend).draws["pay"].tolist() == [wanted] * 5


def test_the_ledger_is_a_sum_over_everybody_to_the_last_digits() -> None:
    """Against `Plan.payout` of every cell, with attainments on the edges and both sides."""
    plan = yearly(whole_amount("upper"))
    world = draw_world(TEAM, ROUND, periods=1, draws=400)
    ledger = build_ledger(world, form_of(plan, world))
    paid = reprice(ledger, world, [plan])[0]
    brute = np.zeros(400)
    for name, quota in zip(TEAM["salesperson"], TEAM["quota"], strict=True):
        for d, sold in enumerate(world.sold(name)[0]):
            brute[d] += float(plan.payout(Fraction(round(sold * 100), 100), quota=int(quota)))
    assert np.abs(paid / brute - 1).max() <= 1e-12
    assert len(ledger.ties.place) > 100


def test_expected_pay_of_the_worked_plan_is_the_printed_value() -> None:
    """methods/incentives.md, section 8: 0.049295866442 per unit of quota, preset normal."""
    plan = yearly(section_5())
    people = pd.DataFrame({"salesperson": ["Li"], "quota": [1e9]})
    world = draw_world(people, "normal", periods=1)
    found = expected_pay(plan, world)
    assert found.backend == "analytic"
    # a preset has the digits of its two facts, the printed value those of m and s
    printed = Attainment("lognormal", 0.043305, 0.170933)
    exact = expected_pay(plan, draw_world(people, printed, periods=1))
    assert exact.cost / 1e9 == pytest.approx(0.049295866442, abs=2e-7)
    assert found.cost / 1e9 == pytest.approx(0.049295866442, abs=5e-13)


@pytest.mark.parametrize("periods", [1, 12])
@pytest.mark.parametrize("name", ["tight", "normal", "wide"])
def test_draws_lie_within_four_standard_errors_of_the_closed_form(name, periods) -> None:
    plan = section_5() if periods == 12 else yearly(section_5())
    world = draw_world(TEAM, name, periods=periods, draws=4000)
    run, exact = simulate(plan, world), expected_pay(plan, world, backend="analytic")
    assert run.cost == pytest.approx(exact.cost, abs=4 * run.cost_error)
    both = run.people.merge(exact.people, on="salesperson")
    assert both["pay_mean_x"].to_numpy() == pytest.approx(both["pay_mean_y"].to_numpy(), rel=0.05)


def test_every_plan_of_the_package_is_paid_alike_but_those_on_teams() -> None:
    for path in sorted(PLANS.glob("*.yaml")):
        plan = Plan.from_yaml(path)
        per_year = {"month": 12, "quarter": 4, "year": 1}[plan.head.per]
        if plan.head.id == "team":
            continue
        agree(plan, draws=3, periods=per_year, per_year=per_year)


def test_many_plans_at_once_cost_what_each_costs() -> None:
    world = draw_world(TEAM, draws=30)
    plan = section_5()
    plans = [plan.edited({"commission.tiers[3].rate": f"0.{k:02d}"}) for k in range(8, 14)]
    ledger = build_ledger(world)
    paid = reprice(ledger, world, plans)
    for row, one in zip(paid, plans, strict=True):
        assert row == pytest.approx(simulate(one, world).draws["pay"].to_numpy(), rel=1e-12)


def test_a_back_end_that_cannot_pay_a_plan_names_the_component() -> None:
    world = draw_world(TEAM, draws=5)
    capped = Plan.from_text(HEAD + tiers_yaml(SECTION_5_TIERS) + WITH_CAP % ("lost", ""))
    assert refused(lambda: simulate(capped, world, backend="ledger")) == (
        "the back end ledger cannot pay plan 'test': cap: the cap moves its edge by person.\n"
        "  where: simulate(plan, ..., backend=...)\n"
        "  fix:   leave out the component, or use backend='auto'"
    )
    team = Plan.from_yaml(PLANS / "team.yaml")
    assert refused(lambda: simulate(team, world)) == (
        "no back end can pay plan 'team': team_pool: nobody has a team: give people the column "
        "'team'; override: nobody has a manager: give people the column 'manager'.\n"
        "  where: simulate(plan, ..., backend=...)\n"
        "  fix:   leave out the component, or use plan.run on deals of everybody"
    )
    per_deal = section_5(basis="deal")
    assert "commission: single deals are not drawn" in refused(lambda: simulate(per_deal, world))
    with pytest.raises(ContractError) as caught:
        simulate(capped, world, backend="legder")
    assert str(caught.value) == (
        "'legder' is not a back end here; known: auto, analytic, ledger, vector, exact.\n"
        "  where: backend=...\n"
        "  fix:   write 'ledger'"
    )
    assert "draws: gives means, not draws" in refused(
        lambda: simulate(section_5(), world, backend="analytic")
    )


def test_too_many_draws_for_the_memory_of_the_ledger_are_paid_cell_by_cell() -> None:
    world = draw_world(TEAM.head(1), draws=60_000, periods=1, per_year=1)
    run = simulate(yearly(section_5()), world)
    assert run.backend == "vector"
    assert run.why[1][:2] == ("ledger", "draws")
    assert "60,000 draws need" in run.why[1][2]
