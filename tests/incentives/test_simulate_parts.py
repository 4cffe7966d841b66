"""Parts of a plan that are no lines are paid on all draws, to the digit of the exact engine."""

from fractions import Fraction

import numpy as np
import pandas as pd
import pytest
from paytools import BOTH, HEAD, SECTION_5_BANDS, SECTION_5_TIERS, tiers_yaml
from simtools import ROUND

from salesanalysis.errors import ContractError
from salesanalysis.incentives import (
    Attainment,
    OtherMeasure,
    Plan,
    draw_world,
    outlook,
    simulate,
)
from salesanalysis.incentives.simulate.sharing import divided, prizes

CREW = pd.DataFrame(
    {
        "salesperson": ["Chen", "Li", "Qian", "Wang", "Zhao"],
        "region": ["N", "N", "S", "S", "S"],
        "team": ["a", "a", "b", "b", ""],
        "manager": ["", "Chen", "Chen", "Chen", "Wang"],
        "role": ["lead", "seller", "seller", "lead", "seller"],
        "base_pay": [9_000.0, 6_000.0, 5_000.5, 7_000.0, 4_000.0],
        "override_rate": ["0.02", "0.005", "0", "0.01", "0.005"],
        "target_incentive": [15_000.0, 9_000.0, 0.0, 4_000.01, 20_000.0],
        "quota": [300_000.0, 120_000.0, 95_000.0, 80_000.0, 1_000.0],
    }
)
TIERS = tiers_yaml(SECTION_5_TIERS)
ATTAINED = f"measured: {{unit: attainment, quota: month, {BOTH}}}"
BY_SALES = "measured: {unit: attainment, quota: month, tier_measure: sales}"
PARTS = {
    "multiplier": TIERS + f"  - {{id: m, type: multiplier, multiplies: [commission], {BY_SALES}, "
    'points: [["0.5", "0.7"], ["1", "1"], ["1.4", "1.5"]]}\n' + SECTION_5_BANDS,
    "average": f"  - {{id: pay, type: average_rate, measured: {{unit: amount, {BOTH}}}, "
    'points: [["0", "0.01"], ["90000", "0.05"], ["600000", "0.01"]]}\n',
    "package": TIERS + '  - {id: p, type: package, free: "10000", size: "2500", amount: "33"}\n',
    "pool_equal": TIERS
    + '  - {id: pot, type: pool, weights: equal, source: {share: "0.013", measure: sales}}\n',
    "pool_base": '  - {id: pot, type: pool, weights: base_pay, '
    'source: {share: "0.013", measure: sales}}\n' + TIERS,
    "pool_credit": '  - {id: pot, type: pool, weights: credit, '
    'source: {share: "0.013", measure: sales}}\n' + TIERS,
    "pool_units": '  - {id: pot, type: pool, weights: credit, unit: "100", method: largest_remainder, '
    'source: {share: "0.013", measure: sales}}\n' + TIERS,
    "race": TIERS
    + '  - {id: race, type: spif, measure: sales, budget: Q1, prizes: ["500", "300", "100.01"]}\n',
    "override": TIERS + '  - {id: lead, type: override, rate: "0.02", of: differential, '
    "measure: sales}\n" + SECTION_5_BANDS.replace("[commission]", "[commission, lead]"),
    "matrix": TIERS + "  - {id: m, type: matrix, pays: {of: TI}, lookup: LOOKUP, axes: "
    f"[{{closed: upper, {BY_SALES}, edges: ['0.5', '0.8', '1.1']}}, "
    "{closed: lower, measured: {unit: amount, tier_measure: sales}, edges: ['0', '90000']}], "
    "values: [['0.1', '0.2'], ['0.3', '0.55'], ['0.9', '1.25']]}\n",
    "amounts": TIERS + "  - {id: step, type: step, basis: period, closed: lower, pays: sum, "
    f"measured: {{unit: amount, {BOTH}}}, "
    "steps: [{from: '60000', amount: '500'}, {from: '90000', amount: '700'}]}\n",
    "some": TIERS + SECTION_5_BANDS.replace("type: bands", "type: bands\n    applies_to: "
                                            "{role: [lead]}"),
    "carry": tiers_yaml(SECTION_5_TIERS, negative="carry") + SECTION_5_BANDS,
}  # fmt: skip
RETURNS = Attainment("normal", 0.9, 0.35)


def both(text: str, model="normal", people=CREW, rules="", **world) -> None:
    """Pay a small world part by part and exactly, and compare every number."""
    plan = Plan.from_text(HEAD + text + rules)
    drawn = draw_world(people, model, **{"draws": 3, "periods": 12, "per_year": 12, **world})
    exact, cells = (simulate(plan, drawn, backend=b) for b in ("exact", "vector"))
    assert simulate(plan, drawn).backend == "vector"
    for name, keys in (("draws", "pay"), ("people", "pay_mean"), ("sample", "pay"),
                       ("regions", "pay")):  # fmt: skip
        a, b = (getattr(run, name)[keys].to_numpy() for run in (exact, cells))
        assert b == pytest.approx(a, rel=1e-9, abs=1e-9), name


@pytest.mark.parametrize("name", [n for n in PARTS if n not in ("matrix", "carry")])
def test_every_part_pays_what_the_exact_engine_pays(name) -> None:
    both(PARTS[name])


@pytest.mark.parametrize("lookup", ["stepped", "bilinear"])
def test_a_table_of_two_measures_is_looked_up_alike(lookup) -> None:
    both(PARTS["matrix"].replace("LOOKUP", lookup))


@pytest.mark.parametrize("name", ["multiplier", "race", "pool_equal", "override", "package"])
def test_ties_and_round_percents_are_paid_alike(name) -> None:
    """Whole percents of whole quotas: results equal each other, and lie exactly on edges."""
    people = CREW.assign(quota=[100_000.0, 100_000.0, 100_000.0, 50_000.0, 100_000.0])
    text = PARTS[name].replace("month", "year")
    plan_text = HEAD.replace("month", "year") + text
    plan = Plan.from_text(plan_text)
    drawn = draw_world(people, ROUND, draws=40, periods=1, per_year=1)
    exact, cells = (simulate(plan, drawn, backend=b) for b in ("exact", "vector"))
    assert cells.sample["pay"].to_numpy() == pytest.approx(
        exact.sample["pay"].to_numpy(), rel=1e-12
    )


@pytest.mark.parametrize("name", ["carry", "average", "package", "race", "multiplier", "amounts"])
def test_net_returns_are_paid_alike(name) -> None:
    both(PARTS[name], RETURNS, draws=6)


@pytest.mark.parametrize(
    "rules",
    [
        'limits: {cap: {of: pay, amount: "3000.00", excess: lost, before: coefficients}}\n',
        'limits: {cap: {of: rate, rate: "0.03", excess: lost, before: null}}\n',
        'limits: {cap: {of: pay, amount: "3000.00", excess: deferred, before: null}}\n',
        'limits: {cap: {of: credit, amount: "90000.00", excess: lost, before: null}}\n',
        'limits: {cap: null, floor: {amount: "2000.00", until: null}}\n',
        'settlement: {draw: {amount: "2500.00", months: 9, recoverable: true, '
        'recovery_share: "0.5"}, leaver: pay_earned}\n',
    ],
)  # fmt: skip
def test_limits_and_balances_follow_the_parts(rules) -> None:
    both(PARTS["multiplier"], rules=rules)


RUNNING = '{from: "0", rate: "0.02"}, {from: "500000", rate: "0.04"}'


def test_a_cap_as_share_of_sales_beside_a_running_total_is_of_the_period() -> None:
    text = tiers_yaml(RUNNING, basis="cumulative", unit="amount")
    rules = 'limits: {cap: {of: rate, rate: "0.03", excess: lost, before: null}}\n'
    plan = Plan.from_text(HEAD + text + rules)
    world = draw_world(CREW, draws=2)
    exact, cells = (simulate(plan, world, backend=b) for b in ("exact", "vector"))
    assert cells.draws["pay"].to_numpy() == pytest.approx(exact.draws["pay"].to_numpy(), rel=1e-9)


def test_one_part_that_runs_on_beside_one_that_does_not() -> None:
    both(tiers_yaml(RUNNING, basis="cumulative", unit="amount") + PARTS["average"])


LONG = """\
schema: 1
plan: {id: ae, currency: USD, effective: {from: 2023-01-01, to: null}, title: {en: AE, zh: 客户经理},
       target_incentive: {amount: "60000.00", per: year},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {sales: {kind: money}}
quota: {per: year, paid: PAID, spread: even}
components:
  - {id: commission, type: tiers, mode: marginal, basis: cumulative, closed: lower, negative: zero,
     measured: {unit: attainment, quota: year, tier_measure: sales, pay_measure: sales},
     tiers: [{from: "0", rate: "0.06"}, {from: "1.0", rate: "0.09"}, {from: "1.25", rate: "0.12"}]}
  - {id: bonus, applies_to: {role: [seller]}, type: curve, basis: period, closed: lower, scale: TI,
     below: "0", points: [["0.5", "0.5"], ["1", "1"], ["1.5", "2"]],
     measured: {unit: attainment, quota: PAID, tier_measure: sales, pay_measure: sales}}
"""
SELLERS = CREW.head(3).assign(quota=[1_000_000.0, 700_000.0, 500_000.01])


@pytest.mark.parametrize("paid", ["month", "quarter"])
def test_quotas_of_a_year_and_parts_for_some_are_paid_as_a_run_of_deals_pays_them(paid) -> None:
    """The same sales as deals of two years: every counter starts again in January."""
    plan, n = Plan.from_text(LONG.replace("PAID", paid)), 12 if paid == "month" else 4
    periods = n + 1
    run = plan.simulate(SELLERS, draws=2, periods=periods)
    assert run.backend == "vector"
    exact = plan.simulate(SELLERS, draws=2, periods=periods, backend="exact")
    assert run.sample["pay"].to_numpy() == pytest.approx(exact.sample["pay"].to_numpy(), rel=1e-9)
    world = draw_world(SELLERS, draws=2, periods=periods, per_year=n, quota_periods=n,
                       incentive_periods=n)  # fmt: skip
    step = 12 // n
    days = [f"{2023 + t // n}-{1 + t % n * step:02d}-05" for t in range(periods)]
    rows = [(f"{name}{t}", day, name, world.sold(name)[t, 1])
            for name in SELLERS["salesperson"] for t, day in enumerate(days)]  # fmt: skip
    deals = pd.DataFrame(rows, columns=["order_id", "date", "salesperson", "amount"])
    last = f"2024-{step:02d}"
    paid_out = plan.run(SELLERS.assign(credited=0.0), deals, first="2023-01", last=last).to_frame()
    wanted = paid_out.groupby("salesperson")["pay"].sum()
    found = run.sample[run.sample["draw"] == 1].set_index("salesperson")["pay"]
    assert found.sort_index().to_numpy() == pytest.approx(wanted.to_numpy(), abs=0.01 * periods)


def test_whole_quotas_of_a_year_paid_by_the_quarter_stay_on_the_ledger() -> None:
    text = LONG.replace("PAID", "quarter").split("  - {id: commission")[0] + (
        "  - {id: bonus" + LONG.replace("PAID", "quarter").split("  - {id: bonus")[1]
    ).replace("applies_to: {role: [seller]}, ", "")
    people = SELLERS.assign(quota=[1_000_000.0, 700_000.0, 500_000.0], target_incentive=60_000.0)
    run = Plan.from_text(text).simulate(people, draws=50)
    assert run.backend == "ledger"
    quarterly = people.assign(quota=people["quota"] / 4)
    short = text.replace("quota: {per: year, paid: quarter, spread: even}", "quota: {per: quarter}")
    again = Plan.from_text(short).simulate(quarterly, draws=50)
    assert run.draws["pay"].equals(again.draws["pay"])


def test_the_outlook_of_a_plan_on_yearly_quotas_holds_every_part() -> None:
    plan = Plan.from_text(LONG.replace("PAID", "quarter"))
    parts = ["cost", "coverage", "convexity", "winners", "break_even", "cost_of_sales"]
    found = outlook(plan, SELLERS, draws=20, old=plan, margin_rate=0.4, parts=parts)
    assert found.cost.value("mean") == pytest.approx(found.simulation.cost)
    assert found.simulation.people["quota"].tolist() == pytest.approx(SELLERS["quota"].tolist())


def test_people_without_the_column_a_part_asks_for_are_refused() -> None:
    plan = Plan.from_text(LONG.replace("PAID", "quarter"))
    with pytest.raises(ContractError) as caught:
        plan.simulate(SELLERS.drop(columns="role"), draws=2)
    assert str(caught.value) == (
        "component 'bonus' is for some people only, by 'role'; people have no such column.\n"
        "  where: plan 'ae', columns of people\n"
        "  fix:   give people the column 'role'"
    )


def test_a_part_that_nobody_qualifies_for_pays_nothing() -> None:
    plan = Plan.from_text(LONG.replace("PAID", "quarter").replace("[seller]", "[nobody]"))
    alone = Plan.from_text(LONG.replace("PAID", "quarter").split("  - {id: bonus")[0])
    runs = [p.simulate(SELLERS, draws=5).draws["pay"] for p in (plan, alone)]
    assert runs[0].to_numpy() == pytest.approx(runs[1].to_numpy(), rel=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_whole_cents_are_divided_as_the_statement_divides_them(seed) -> None:
    from salesanalysis.incentives.exact.cents import allocate

    rng = np.random.default_rng(seed)
    weights = rng.integers(0, 40, (7, 5)) * 1.0
    total = rng.integers(0, 5_000, 5) * 1.0
    found = divided(total, weights)
    for d in range(5):
        w = [Fraction(int(v)) for v in weights[:, d]]
        shares = [Fraction(int(total[d])) * v / sum(w) for v in w]
        assert found[:, d].tolist() == allocate(shares, int(total[d]))


def test_prizes_of_one_rank_are_shared_and_nothing_sold_wins_nothing() -> None:
    results = np.array([[5.0, 7.0, 0.0], [9.0, 7.0, 0.0], [1.0, 2.0, 0.0], [9.0, 1.0, 3.0]])
    found = prizes([Fraction(300), Fraction(100)], results)
    assert found.T.tolist() == [[0, 20_000, 0, 20_000], [20_000, 20_000, 0, 0], [0, 0, 0, 30_000]]


JOINT = HEAD.replace(
    "measures: {sales: {kind: money, date: date, credit: owner, returns: negative}}",
    "measures: {sales: {kind: money}, margin: {kind: money}, happy: {kind: ratio}}",
)
MARGIN = OtherMeasure("margin", 0.3, 0.08, -0.4, "sales", target=0.3, least=0.0)
HAPPY = OtherMeasure("happy", 0.85, 0.1, 0.5, "target", least=0.0, most=1.0)
ON_HAPPY = "measured: {unit: amount, tier_measure: happy}"
BESIDE = {
    "gate": TIERS + f"  - {{id: g, type: gate, closed: lower, at: '0.8', multiplies: [commission], "
    f"{ON_HAPPY}}}\n",
    "bands": TIERS + "  - {id: b, type: bands, closed: upper, multiplies: [commission], "
    f"{ON_HAPPY}, bands: [{{from: null, value: '0.5'}}, {{from: '0.8', value: '1'}}, "
    "{from: '0.9', value: '1.2'}]}\n",
    "matrix": "  - {id: m, type: matrix, pays: {of: TI}, lookup: stepped, axes: "
    f"[{{closed: lower, {BY_SALES}, edges: ['0.5', '1']}}, "
    "{closed: lower, measured: {unit: attainment, quota: month, tier_measure: margin}, "
    "edges: [null, '0.9', '1.1']}], values: [['0.1', '0.2', '0.3'], ['0.5', '1', '1.5']]}\n",
    "margin": tiers_yaml('{from: "0", rate: "0.1"}, {from: "20000", rate: "0.15"}').replace(
        f"{{unit: attainment, quota: month, {BOTH}}}",
        "{unit: amount, tier_measure: margin, pay_measure: margin}"),
    "rate": tiers_yaml('{from: "0", rate: "0.1"}, {from: "1", rate: "0.15"}', mode="retroactive"
        ).replace("pay_measure: sales", "pay_measure: margin"),
    "kpi": "  - {id: kpi, type: kpi_weighted, pays: {amount: '3000.00', all_met_gate: true}, kpis: "
    "[{measure: happy, weight: '0.6', direction: higher, points: [['0.6', '0'], ['0.9', '1.2']], "
    "below: '0'}, {measure: margin, weight: '0.4', direction: higher, "
    "points: [['0.5', '0'], ['1', '1']], below: '0'}]}\n" + TIERS,
}  # fmt: skip


@pytest.mark.parametrize("name", BESIDE)
def test_measures_drawn_beside_sales_are_paid_alike(name) -> None:
    plan = Plan.from_text(JOINT + BESIDE[name])
    world = draw_world(CREW, draws=3, measures=[MARGIN, HAPPY])
    exact, cells = (simulate(plan, world, backend=b) for b in ("exact", "vector"))
    assert simulate(plan, world).backend == "vector"
    for frame, key in (("draws", "pay"), ("people", "pay_mean"), ("sample", "pay")):
        a, b = (getattr(run, frame)[key].to_numpy() for run in (exact, cells))
        assert b == pytest.approx(a, rel=1e-9, abs=1e-9), frame


@pytest.mark.parametrize("model", ["normal", Attainment("normal", 1.0, 0.1)])
def test_the_correlation_is_the_one_declared(model) -> None:
    world = draw_world(CREW, model, draws=5_000, measures=[MARGIN, HAPPY])
    sold = np.stack([100 * world.sold(name) for name in CREW["salesperson"]])
    beside = world.beside(np.arange(5), 0, sold)
    level = beside["margin"][0] / sold[0]
    x = sold[0] / world.quota[0]
    score = (np.log(x) if model == "normal" else x).reshape(-1)
    assert np.corrcoef(score, level.reshape(-1))[0, 1] == pytest.approx(-0.4, abs=0.02)
    assert (level.mean(), level.std()) == pytest.approx((0.3, 0.08), abs=0.002)
    # the sales stay what they are, and so does everybody's measure when others join
    assert np.array_equal(sold[0] / 100, draw_world(CREW, model, draws=5_000).sold("Chen"))
    again = draw_world(CREW.head(1), model, draws=300, measures=[HAPPY, MARGIN])
    mine = again.beside(np.arange(1), 0, sold[:1, :, :300])
    assert np.array_equal(mine["margin"][0], beside["margin"][0, :, :300])


def test_a_gate_on_an_independent_measure_costs_its_share() -> None:
    """P(satisfaction at 0.8 or more) = P(z >= -0.5) = 0.6915, whatever is sold."""
    free = OtherMeasure("happy", 0.85, 0.1, 0.0, "target")
    plan = Plan.from_text(JOINT + BESIDE["gate"])
    gated = plan.simulate(CREW, draws=1_000, measures=[free])
    plain = Plan.from_text(JOINT + TIERS).simulate(CREW, draws=1_000)
    assert gated.cost / plain.cost == pytest.approx(0.6915, abs=0.015)
    moved = plan.simulate(CREW, draws=1_000, measures=[HAPPY])
    assert moved.cost > gated.cost  # who sells much is liked: the gate takes less


def test_pay_at_the_expected_result_holds_the_other_measures_at_theirs() -> None:
    """Satisfaction of 0.85 passes the gate at 0.8: nothing of certain pay is lost."""
    from salesanalysis.incentives.outlook import pay_at_quota

    plan = Plan.from_text(JOINT + BESIDE["gate"])
    world = draw_world(CREW, draws=20, measures=[HAPPY])
    plain = Plan.from_text(JOINT + TIERS)
    assert pay_at_quota(plan, world).tolist() == pytest.approx(
        pay_at_quota(plain, draw_world(CREW, draws=20)).tolist()
    )


def test_a_measure_drawn_beside_sales_says_so() -> None:
    plan = Plan.from_text(JOINT + BESIDE["gate"])
    run = plan.simulate(CREW, draws=20, measures=[HAPPY])
    assert (
        '"happy" is drawn beside sales: on average 85.0% of its target, standard deviation 10.0%, '
        "correlation with sales +0.50."
    ) in run.explain()
    assert (
        "“happy”与销售一同抽样：平均为其目标的85.0%，标准差10.0%，与销售的相关系数+0.50。"
        in run.explain("zh")
    )


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: OtherMeasure("m", 0.3, 0.1, 1.2, "sales"),
         "correlation is 1.2.\n  where: OtherMeasure('m', ...)\n  fix:   give -1 to 1"),
        (lambda: OtherMeasure("m", 0.3, -0.1, 0.2, "sales"),
         "sd is -0.1.\n  where: OtherMeasure('m', ...)\n  fix:   give 0 or above"),
        (lambda: OtherMeasure("m", 1.3, 0.1, 0.2, "target", most=1.0),
         "mean is 1.3, outside -inf to 1.\n  where: OtherMeasure('m', ...)\n"
         "  fix:   let least and most hold the mean"),
        (lambda: draw_world(CREW, draws=2, measures=[HAPPY, HAPPY]),
         "measure 'happy' is given twice.\n  where: draw_world(measures=...)\n"
         "  fix:   give every measure once"),
        (lambda: draw_world(CREW, ROUND, draws=2, periods=1, measures=[HAPPY]),
         "measure 'happy' is correlated with sales that have no formula.\n"
         "  where: draw_world(attainment=..., measures=...)\n"
         "  fix:   use a normal or lognormal attainment, or correlation=0"),
        (lambda: Plan.from_text(HEAD + TIERS).simulate(CREW, draws=2, measures=[HAPPY]),
         "plan 'test' has no measure 'happy' beside 'sales'; it has no other.\n"
         "  where: draw_world(measures=...)\n"
         "  fix:   name a measure of the plan, or leave it out"),
    ],
)  # fmt: skip
def test_a_measure_that_is_none_says_why(call, said) -> None:
    with pytest.raises(ContractError) as caught:
        call()
    assert str(caught.value) == said
