"""Four back ends pay the same: exact = vector = ledger = analytic, and none drops a component."""

from fractions import Fraction
from importlib import import_module

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
from test_pay_compiled import CURVE, GATE, STEPS
from test_pay_worked import EXAMPLE

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Attainment, BackendNotValid, Plan, attainment, draw_world
from salesanalysis.incentives.attainment import Deals
from salesanalysis.incentives.simulate import build_ledger, expected_pay, reprice, simulate
from salesanalysis.incentives.simulate.bins import Bins, Edges
from salesanalysis.incentives.simulate.forms import form_of

TEAM = pd.DataFrame(
    {
        "salesperson": ["Chen", "Li", "Wang", "Zhao"],
        "region": ["N", "N", "S", "S"],
        "quota": [300_000.0, 120_000.0, 80_000.0, 1_000.0],
    }
)
#: Attainments of whole percents, so that sales lie exactly on edges.
ROUND = Attainment("empirical", 1.0, 0.2, values=tuple(k / 100 for k in range(70, 131)))


def agree(plan: Plan, model="normal", backends=("ledger", "vector", "exact"), **world) -> None:
    """Pay a small world by each back end and compare draws, regions, people and sample."""
    options = {"draws": 7, "periods": 12, "per_year": 12, **world}
    drawn = draw_world(TEAM, model, **options)
    first, *others = (simulate(plan, drawn, backend=b) for b in backends)
    for other in others:
        for name, keys in (("draws", "pay"), ("people", "pay_mean"), ("sample", "pay")):
            a, b = (getattr(run, name)[keys].to_numpy() for run in (first, other))
            assert b == pytest.approx(a, rel=1e-9, abs=1e-9), (name, other.backend)
        both = [run.regions.set_index(["region", "draw"])["pay"] for run in (first, other)]
        assert both[1].to_numpy() == pytest.approx(both[0].to_numpy(), rel=1e-9, abs=1e-9)


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


def yearly(plan: Plan) -> Plan:
    """Return the plan paid once a year."""
    text = plan.to_yaml().replace("per: month", "per: year").replace("quota: month", "quota: year")
    return Plan.from_text(text)


def whole_amount(closed: str) -> Plan:
    """Return the rates of section 5 on the whole amount: a jump at every edge."""
    return plan_of(tiers_yaml(SECTION_5_TIERS, mode="retroactive", closed=closed))


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


WITH_CAP = 'limits: {cap: {of: pay, amount: "9000.00", excess: %s, before: null}%s}\n'
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
        'settlement: {draw: {amount: "6000.00", months: 6, recoverable: false, recovery_share: '
        '"1.0"}, leaver: pay_earned}\n',
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


def test_returns_that_are_carried_go_to_the_exact_engine() -> None:
    """A normal attainment can be negative; a lognormal one cannot, and carries nothing."""
    plan = section_5(negative="carry")
    assert simulate(plan, draw_world(TEAM, draws=5)).backend == "ledger"
    run = simulate(plan, draw_world(TEAM, Attainment("normal", 0.3, 0.4), draws=5))
    assert run.backend == "exact"
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


def test_edges_off_the_grid_are_bounded_or_refused_never_rounded() -> None:
    world = draw_world(TEAM, "wide", draws=50)
    ledger = build_ledger(world)
    tiers = '{from: "0", rate: "0.02"}, {from: "0.905", rate: "0.05"}'
    plan = plan_of(tiers_yaml(tiers, mode="retroactive") + STEPS)
    off = plan_of(tiers_yaml(tiers, mode="retroactive"))
    low, high = reprice(ledger, world, [off], off_grid="bound")[0].T
    true = simulate(off, world, backend="vector").draws["pay"].to_numpy()
    assert (low <= true + 1e-9).all()
    assert (true <= high + 1e-9).all()
    assert (high - low).max() > 0
    assert (high / low).mean() < 1.02
    with pytest.raises(ContractError) as caught:
        reprice(ledger, world, [off])
    assert str(caught.value) == (
        "the edge 0.905 is not on the ledger, whose edges are 0.01 apart.\n"
        "  where: reprice(ledger, plans)\n"
        '  fix:   build the ledger with this plan, or ask for bounds: off_grid="bound"'
    )
    # on the grid, both bounds are the pay itself
    fine = section_5()
    both = reprice(ledger, world, [fine], off_grid="bound")[0]
    assert np.array_equal(both[:, 0], both[:, 1])
    assert simulate(plan, world).backend == "ledger"  # a plan's own edges join its ledger


def test_many_plans_at_once_cost_what_each_costs() -> None:
    world = draw_world(TEAM, draws=30)
    plan = section_5()
    plans = [plan.edited({"commission.tiers[3].rate": f"0.{k:02d}"}) for k in range(8, 14)]
    ledger = build_ledger(world)
    paid = reprice(ledger, world, plans)
    for row, one in zip(paid, plans, strict=True):
        assert row == pytest.approx(simulate(one, world).draws["pay"].to_numpy(), rel=1e-12)


def refused(call) -> str:
    with pytest.raises(BackendNotValid) as caught:
        call()
    return str(caught.value)


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


def test_a_team_is_paid_by_the_exact_engine_as_a_run_of_deals_pays_it() -> None:
    """The same sales as deals: `Plan.run` pays the pools and overrides of every month."""
    plan = Plan.from_yaml(PLANS / "team.yaml")
    people = TEAM.assign(team=["a", "a", "b", "b"], manager=["", "Chen", "Chen", "Wang"])
    world = draw_world(people, draws=2, periods=2)
    run = simulate(plan, world)
    assert run.backend == "exact"
    assert ("vector", "team_pool", "the pool of a team depends on everybody") in run.why
    for draw in range(2):
        rows = [
            (f"{name}{t}", f"2024-{t + 1:02d}-05", name, world.sold(name)[t, draw])
            for name in TEAM["salesperson"]
            for t in range(2)
        ]
        deals = pd.DataFrame(rows, columns=["order_id", "date", "salesperson", "amount"])
        paid = plan.run(people, deals, first="2024-01", last="2024-02")
        found = run.sample[run.sample["draw"] == draw].set_index("salesperson")["pay"]
        wanted = paid.to_frame().groupby("salesperson")["pay"].sum()
        assert found.sort_index().to_numpy() == pytest.approx(wanted.to_numpy(), abs=0.011)


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
    assert run.backend == "exact"
    assert ("vector", "prize", "edges in amounts beside edges in attainment") in run.why


def test_vacant_positions_pay_what_exactly_nothing_pays() -> None:
    """A tier from 0 with a flat amount: closed below it is due at 0, closed above it is not."""
    vacant = Attainment("lognormal", 0.04, 0.17, vacancy=0.3)
    for closed in ("lower", "upper"):
        plan = plan_of(tiers_yaml('{from: "0", rate: "0.02", flat: "100"}', closed=closed))
        agree(plan, vacant, draws=5)
    world = draw_world(TEAM, vacant, draws=400)
    assert 1 not in build_ledger(world).ties.place  # what is exactly 0 has a bin of its own


def test_quotas_of_a_few_cents_tie_everywhere_and_are_still_paid_exactly() -> None:
    people = TEAM.assign(quota=[0.05, 0.1, 0.01, 1.0])
    drawn = draw_world(people, "wide", draws=300)
    plan = whole_amount("upper")
    ledger, vector = (simulate(plan, drawn, backend=b).draws["pay"] for b in ("ledger", "vector"))
    assert ledger.to_numpy() == pytest.approx(vector.to_numpy(), rel=1e-12)
    assert len(drawn.kept["ledger"][1].ties.place) > 1000


def test_too_many_ties_leave_plans_closed_above_to_the_vector(monkeypatch) -> None:
    rooms = "salesanalysis.incentives.simulate.ledger"
    monkeypatch.setattr(import_module(rooms), "MOST_TIES", 10)
    drawn = draw_world(TEAM.assign(quota=0.1), "wide", draws=50)
    run = simulate(whole_amount("upper"), drawn)
    assert run.backend == "vector"
    assert run.why[-1] == ("ledger", "edges", "too many cells lie exactly on edges")
    assert simulate(section_5(), drawn).backend == "ledger"


def test_a_later_plan_with_an_edge_of_its_own_is_paid_cell_by_cell() -> None:
    world = draw_world(TEAM, draws=30)
    own = section_5().edited({"commission.tiers[2].from": "0.805"})
    assert simulate(section_5(), world).backend == "ledger"
    later = simulate(own, world)
    assert later.backend == "vector"
    assert later.why[1:] == (("ledger", "edges", "the edge 0.805 is none of the ledger's"),)
    again = simulate(own, world, backend="ledger")
    assert again.draws["pay"].to_numpy() == pytest.approx(later.draws["pay"].to_numpy())
    assert simulate(own, world).backend == "ledger"


@pytest.mark.parametrize("step", [0.01, 0.005, 0.03])
def test_every_edge_parts_the_numbers_next_to_it(step) -> None:
    """One representable number below, the edge, one above: the bins of plain searching."""
    world = draw_world(TEAM, draws=1, grid=step)
    edges = Edges.of(world, "attainment", (1 / 3, 0.8050001, 3.7, 5.0))
    x = np.concatenate(
        [edges.at, np.nextafter(edges.at, -9), np.nextafter(edges.at, 9), [-2.0, 2.9999, 99.0]]
    )
    place, ties = Bins(edges).places(x.reshape(3, -1))
    assert place.reshape(-1).tolist() == np.searchsorted(edges.at, x, side="right").tolist()
    assert ties.tolist() == list(range(edges.n))


def test_carried_returns_are_paid_as_a_run_of_deals_pays_them() -> None:
    plan = section_5(negative="carry")
    world = draw_world(TEAM, Attainment("normal", 0.2, 0.4), draws=2, periods=4, per_year=12)
    run = simulate(plan, world)
    assert run.backend == "exact"
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
