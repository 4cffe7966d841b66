"""Keys that a plan would pass over, and what its words say of order, days and owners."""

import pytest
from paytools import BOTH, HEAD, deals, plan_of, tiers_yaml
from test_pay_worked import EXAMPLE

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives import Plan

FLAT = tiers_yaml('{from: "0", rate: "0.1"}', unit="amount")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('pays: {amount: "3000.00", all', 'pays: {amount: "3000.00", of: TI, all',
         "P02 'kpi': 'amount' and 'of' are both given; only one can hold."),
        ('{of: pay, amount: "36000.00"', '{of: pay, rate: "0.1", amount: "36000.00"',
         "P02 cap: 'amount' and 'rate' are both given; only one can hold."),
        ("windfall: null", 'windfall: {limit: "5000", keep: "0.5", review: true}',
         "P02 windfall: 'review' and 'keep' are both given; only one can hold."),
        ("windfall: null", 'windfall: {limit: "5000", keep: "0.5", review: "true"}',
         "P01 windfall: 'review' is 'true'."),
        ("windfall: null", 'windfall: {limit: "5000"}', "P01 windfall: 'keep' or 'review' is required."),
        ("    mode: marginal\n", "    mode: marginal\n    reprice: all\n",
         "P02 'commission': only the whole amount on a running total can be paid again."),
        ("date: collected_on, credit: splits", "date: collected_on, credit: none",
         "P07 'collected': what deals bring is credited to somebody."),
        ("true_up: none", "true_up: ytd", "P01 'true_up' is 'ytd', neither none nor a block of keys."),
        ('weight: "0.6"', 'weight: "0"', "P06 weight: new_customers counts nothing."),
        ('weight: "0.4", direction: higher', 'weight: "0.4", direction: higher, ratio: linear',
         "P02 'kpi': 'ratio' turns a result of which less is better; this direction is higher."),
        ("  - id: kpi\n", "  - {id: s, type: spif, measure: collected, budget: b}\n  - id: kpi\n",
         "P01 's': 'per_unit' or 'prizes' is required."),
        ("  - id: kpi\n", '  - {id: s, type: spif, measure: collected, budget: b, per_unit: "1", '
         'prizes: ["2"]}\n  - id: kpi\n',
         "P02 's': 'prizes' and 'per_unit' are both given; only one can hold."),
    ],
)  # fmt: skip
def test_what_would_be_passed_over_is_refused_with_its_place(old, new, said) -> None:
    assert old in EXAMPLE
    with pytest.raises(ParamError) as caught:
        Plan.from_text(EXAMPLE.replace(old, new, 1), name="ae.yaml")
    message = str(caught.value)
    assert said in message.splitlines()[0] or f" {said}" in message
    assert "where: ae.yaml:" in message.replace("where: 1 ", "where: ")
    assert "fix:" in message


def test_a_missing_basis_is_one_problem_and_not_two() -> None:
    with pytest.raises(ParamError) as caught:
        Plan.from_text(EXAMPLE.replace("    basis: period\n", "", 1))
    assert len(caught.value.rows) == 1


# ---- the plan in words


def test_the_order_names_every_step_the_plan_uses_and_no_other() -> None:
    en, zh = (Plan.from_text(EXAMPLE).text(lang).splitlines()[-1] for lang in ("en", "zh"))
    assert en == (
        "Order: credit deals, split them, prorate quotas, find the completion, find the tiers, "
        "calculate the lines, apply coefficients, apply the cap, deduct penalties, take back pay on "
        "cancelled deals, round the sum half up to 0.01, settle the draw, then give the cents to "
        "the lines so that they add up to it."
    )
    assert zh.index("乘以系数") < zh.index("适用上限") < zh.index("扣减处罚")
    plain = plan_of(FLAT).text("en").splitlines()[-1]
    assert not any(word in plain for word in ("cap", "penalt", "coefficient", "quota", "split"))


def test_a_cap_before_the_coefficients_stands_there_in_the_order() -> None:
    text = EXAMPLE.replace("before: null", "before: coefficients")
    order = Plan.from_text(text).text("en").splitlines()[-1]
    assert order.index("apply the cap") < order.index("apply coefficients")


@pytest.mark.parametrize(
    ("old", "new"),
    [("date: collected_on", "date: signed_on"), ("collected_on, credit: splits", "collected_on, credit: owner")],
)  # fmt: skip
def test_the_day_and_the_owner_that_count_stand_in_both_texts(old, new) -> None:
    first, second = Plan.from_text(EXAMPLE), Plan.from_text(EXAMPLE.replace(old, new, 1))
    assert all(first.text(lang) != second.text(lang) for lang in ("en", "zh"))


def test_a_draw_of_six_months_is_not_said_to_last_six_quarters() -> None:
    text = EXAMPLE.replace("per: month", "per: quarter").replace("quota: month", "quota: quarter")
    plan = Plan.from_text(text)
    assert "Draw of 6,000 CNY a period for 6 months" in plan.text("en")
    assert "共6个月" in plan.text("zh")


def test_a_matrix_of_two_sides_says_no_one_rule_for_ties() -> None:
    axes = ", ".join(
        f'{{closed: {side}, edges: [null, "1"], measured: {{unit: amount, tier_measure: sales}}}}'
        for side in ("lower", "upper")
    )
    grid = (
        '  - {id: m, type: matrix, lookup: stepped, pays: {amount: "9.00"}, '
        f'values: [["0", "1"], ["1", "2"]], axes: [{axes}]}}\n'
    )
    assert "exactly on a boundary" not in plan_of(grid).text("en")
    assert BOTH in HEAD + FLAT


def test_a_target_of_a_kpi_that_is_missing_is_named_by_its_column() -> None:
    head = HEAD.replace("measures: {", "measures: {debt_days: {kind: number}, ")
    plan = Plan.from_text(
        head + '  - {id: k, type: kpi_weighted, pays: {amount: "900.00", all_met_gate: false}, '
        'kpis: [{measure: debt_days, weight: "1", direction: lower, ratio: linear, below: "0", '
        'points: [["0", "0"], ["1", "1"]]}]}\n'
    )
    with pytest.raises(ContractError) as caught:
        plan.statement({"salesperson": "Li", "debt_days": 4, "quota_debt_days": 0}, deals(1))
    assert str(caught.value) == (
        "1 of 1 people have no quota above 0: Li.\n"
        "  where: plan 'test', column 'quota_debt_days'\n"
        "  fix:   give them a quota, or write quota: {zero_quota: exclude_with_report} in the plan"
    )


# ---- what only looks passed over


def test_a_kpi_without_weight_still_holds_back_what_others_score_above_1() -> None:
    """1,500 of 1,000 sold score 1.5: 900 x 1.5 where training is met, 900 where it is not."""
    head = HEAD.replace("measures: {", "measures: {training: {kind: ratio}, ")
    kpi = 'direction: higher, below: "0", points: [["0", "0"], ["1", "1"], ["2", "2"]]'
    plan = Plan.from_text(
        head
        + '  - {id: k, type: kpi_weighted, pays: {amount: "900.00", all_met_gate: true}, kpis: '
        f'[{{measure: sales, weight: "1", {kpi}}}, {{measure: training, weight: "0", {kpi}}}]}}\n'
    )
    li = {"salesperson": "Li", "quota": 1000.0}
    paid = [plan.statement({**li, "training": t}, deals(1500)).payout for t in ("1", "0.9")]
    assert paid == [1350.0, 900.0]


def test_a_count_in_the_rows_of_people_is_credited_to_nobody_and_paid() -> None:
    head = HEAD.replace("measures: {", "measures: {visits: {kind: count, credit: none}, ")
    spif = '  - {id: s, type: spif, measure: visits, per_unit: "20.00", budget: b}\n'
    plan = Plan.from_text(head + FLAT + spif)
    li = {"salesperson": "Li", "visits": 3}
    assert plan.statement(li, deals(1000)).payout == 160.0
    assert "Visits" not in plan.text("en").split("commission")[0]
    by_deal = deals(1000).rename(columns={"amount": "sales"}).assign(visits=1)
    with pytest.raises(ContractError) as caught:
        plan.statement(li, by_deal)
    assert str(caught.value) == (
        "'visits' has credit: none, and deals are counted by it.\n"
        "  where: measures.visits.credit in the plan\n"
        "  fix:   write credit: owner or credit: splits, or give it by person, not by deal"
    )


def test_a_plan_that_counts_is_not_paid_on_an_amount_of_money() -> None:
    """Twelve of ten are paid 100; a deal of 9.31 currency is no count of 9.31."""
    head = HEAD.replace("sales: {kind: money,", "units: {kind: count,")
    plan = Plan.from_text(
        head + "  - {id: bonus, type: step, basis: period, closed: lower, pays: reached, measured: "
        "{unit: attainment, quota: month, tier_measure: units, pay_measure: units}, "
        'steps: [{from: "1", amount: "100.00"}]}\n'
    )
    li, sold = {"salesperson": "Li", "quota": 10.0}, deals(9.31)
    for person in (li, {**li, "units": 12}):
        with pytest.raises(ContractError) as caught:
            plan.statement(person, sold)
        assert str(caught.value) == (
            "deals have no column 'units': the plan counts units, and money is no count.\n"
            "  where: deals columns are ['order_id', 'date', 'amount']\n"
            "  fix:   add 'units': how many each deal brought"
        )
    assert plan.statement(li, sold.assign(units=12)).payout == 100.0
