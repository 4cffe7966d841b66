"""A statement names the completion and the quota that decided the tiers, not others."""

import pandas as pd
import pytest
from paytools import BOTH, HEAD, deals, measured, plan_of, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.plan import EXAMPLE

LI = {"salesperson": "Li", "quota": 100_000.0}


def example(*changes: tuple[str, str], more: str = "") -> Plan:
    text = EXAMPLE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return Plan.from_text(text + more)


def first_lines(statement, n=4) -> list[str]:
    return statement.explain().split("\n")[:n]


def test_a_very_large_deal_that_counts_in_part_does_so_in_the_completion() -> None:
    plan = example(more='credit: {windfall: {limit: "50000", keep: "0.5"}}\n')
    # 50,000 + half of 70,000 = 85,000: coefficient 1.0, not the 1.2 of 120,000
    found = plan.statement(LI, deals(120_000))
    assert (found.payout, found.completion, found.credit, found.actual) == (1700, 0.85, 85e3, 120e3)
    assert first_lines(found) == [
        "Li earns 1,700 CNY for Mar 2024: 85.0% of quota, coefficient 1.0",
        "Sales count with 85,000 CNY against a quota of 100,000 CNY.",
        "Of sales of 120,000 CNY, 85,000 CNY count: the plan limits very large deals or the credit.",
        "Very large deals: 1 (D000).",
    ]
    assert "特大单1笔：D000。" in found.explain("zh")


def test_a_deal_listed_for_review_is_named_on_the_statement_and_the_register() -> None:
    plan = example(more='credit: {windfall: {limit: "50000", review: true}}\n')
    rows = deals(120_000, 10_000, salesperson="Li")
    assert "Very large deals: 1 (D000)." in plan.statement(LI, rows).explain()
    assert "Very large deals: 1 (D000)." in plan.pay(pd.DataFrame([LI]), rows).explain()


@pytest.mark.parametrize("of", ["deal", "credit"])
def test_a_cap_on_what_counts_is_in_the_completion(of) -> None:
    plan = example(more=f'limits: {{cap: {{of: {of}, amount: "85000.00", excess: lost}}}}\n')
    found = plan.statement(LI, deals(120_000))
    assert (found.completion_text, found.coefficient_text) == ("85.0%", "1.0")


def test_a_quota_of_the_first_month_is_named_as_it_held() -> None:
    plan = example(("zero_quota: error", 'zero_quota: error, ramp: {shares: ["0.5"], of: [quota]}'))
    found = plan.statement({**LI, "hired_on": "2024-03-01"}, deals(60_000))
    # 60,000 of half of 100,000
    assert first_lines(found, 3) == [
        "Li earns 1,440 CNY for Mar 2024: 120.0% of quota, coefficient 1.2",
        "Sales count with 60,000 CNY against a quota of 50,000 CNY.",
        "The quota of 100,000 CNY holds in part, for days in the plan or the first months: "
        "50,000 CNY.",
    ]
    assert found.stated_quota == 100_000


YTD = (("quota: month", "quota: ytd"),)
TRUE_UP = "settlement: {true_up: {of: ytd, negative: carry}}\n"


def test_a_true_up_counts_quotas_as_they_held_and_starts_again_with_the_year() -> None:
    ramp = ("zero_quota: error", 'zero_quota: error, ramp: {shares: ["0.5", "0.5"], of: [quota]}')
    plan = example(*YTD, ramp, more=TRUE_UP)
    people = pd.DataFrame([{**LI, "credited": 0.0, "hired_on": "2024-11-01"}])
    rows = pd.DataFrame({
        "salesperson": "Li", "order_id": list("ABCD"),
        "date": ["2024-11-05", "2024-12-05", "2025-01-06", "2025-02-06"],
        "amount": [60_000.0, 30_000.0, 50_000.0, 200_000.0],
    })  # fmt: skip
    run = plan.run(people, rows, first="2024-11", last="2025-02").to_frame()
    # 60/50: 1,440; 90/100: 1,800 - 1,440; January 50/100: 800; 250/200: 6,000 - 800
    assert run["pay"].tolist() == [1440, 360, 800, 5200]
    assert run["completion"].tolist() == [1.2, 0.9, 0.5, 1.25]


def test_a_credit_of_earlier_periods_needs_their_quotas() -> None:
    plan = example(*YTD, more=TRUE_UP)
    with pytest.raises(ContractError) as caught:
        plan.statement({**LI, "credited": 60_000.0}, deals(30_000))
    assert str(caught.value) == (
        "1 of 1 people have a credit of earlier periods and no quota to date: Li.\n"
        "  where: plan 'example', people, column 'quota_to_date'\n"
        "  fix:   add 'quota_to_date': the quotas of the year up to and with this period"
    )
    told = {**LI, "credited": 60_000.0, "quota_to_date": 200_000.0, "paid_before": 1440.0}
    assert first_lines(plan.statement(told, deals(130_000)), 3) == [
        "Li earns 2,360 CNY for Mar 2024: 95.0% of quota, coefficient 1.0",
        "Sales count with 190,000 CNY against a quota of 200,000 CNY.",
        "What was counted before goes on: 190,000 CNY to date, 130,000 CNY of it in this period.",
    ]


def test_what_counts_goes_on_and_not_what_was_sold() -> None:
    tiers = tiers_yaml(
        '{from: "0", rate: "0.01"}, {from: "100000", rate: "0.02"}',
        basis="cumulative",
        unit="amount",
    )
    plan = plan_of(tiers + 'limits: {cap: {of: deal, amount: "50000.00", excess: lost}}\n')
    people = pd.DataFrame({"salesperson": ["Li"], "credited": [0.0]})
    rows = pd.DataFrame({
        "salesperson": "Li", "order_id": ["A", "B"], "date": ["2024-01-05", "2024-02-05"],
        "amount": [200_000.0, 60_000.0],
    })  # fmt: skip
    run = plan.run(people, rows, first="2024-01", last="2024-02").to_frame()
    assert run["pay"].tolist() == [500, 500]  # 50,000 count of each: the second tier is not reached


def test_digits_beyond_the_cent_are_rounded_only_where_the_plan_says_so_and_counted() -> None:
    plan = example(more="credit: {round_input: half_up}\n")
    found = plan.statement(LI, deals(100.005, 50))
    assert found.actual == 150.01
    assert "Rounded half up to the cent, as the plan allows: 1 deal." in found.explain()
    assert "Amounts with digits beyond the cent are rounded half up" in plan.text()


def test_repeats_are_left_out_and_counted_where_asked_for() -> None:
    rows = pd.concat([deals(1_000)] * 2, ignore_index=True)
    found = example().statement(LI, rows, dedupe=True)
    assert (found.actual, found.n_repeated) == (1000, 1)
    assert "Repeats of a row that were left out: 1." in found.explain()
    other = rows.assign(amount=[1000.0, 1001.0])
    with pytest.raises(ContractError, match="2 rows of deals share an order"):
        example().statement(LI, other, dedupe=True)


def test_a_month_that_is_not_closed_is_not_paid() -> None:
    with pytest.raises(ContractError) as caught:
        example().statement(LI, deals(1_000), closed_through="2024-02-29")
    assert str(caught.value) == (
        "2024-03 is not closed: the last closed month is 2024-02.\n"
        "  where: closed_through\n"
        "  fix:   close 2024-03 first, or pay a period up to 2024-02"
    )
    assert example().statement(LI, deals(1_000), closed_through="2024-03").actual == 1000


def new_only(tiers: str, more: str = "") -> Plan:
    extra = f"    reprice: new_only\n{more}"
    return plan_of(
        tiers_yaml(tiers, mode="retroactive", basis="cumulative", unit="amount", extra=extra)
    )


def test_the_flat_of_a_tier_is_due_once_with_the_deal_that_reaches_it() -> None:
    plan = new_only(
        '{from: "0", rate: "0.01"}, {from: "1000", rate: "0.02", flat: "50"}, '
        '{from: "3000", rate: "0.03", flat: "100"}'
    )
    found = {(s, c): plan.payout(s, credited=c) for s, c in ((700, 500), (3000, 0), (100, 1200))}
    # 14 + 50; 90 + 100, the tier jumped over pays no flat; 2
    assert found == {(700, 500): 64, (3000, 0): 190, (100, 1200): 2}


def test_a_flat_is_due_once_for_all_deals_of_a_period() -> None:
    plan = new_only('{from: "0", rate: "0.01"}, {from: "1000", rate: "0.02", flat: "50"}')
    person = {"salesperson": "Li", "credited": 900.0}
    # 4 + 50 for the deal that reaches the tier; 2; a return at the rate it falls back to; 10
    assert plan.statement(person, deals(200, 100, -400, 500)).payout == 54 + 2 - 4 + 10


def test_a_threshold_beside_new_deals_only_pays_nothing_below_it() -> None:
    tiers = '{from: "0", rate: "0.01"}, {from: "1000", rate: "0.02"}'
    full = new_only(tiers, '    threshold: {at: "800", variant: full}\n')
    above = new_only(tiers, '    threshold: {at: "800", variant: excess}\n')
    points = ((500, 0), (700, 500), (100, 1000))
    assert [full.payout(s, credited=c) for s, c in points] == [0, 14, 2]
    assert [above.payout(s, credited=c) for s, c in points] == [0, 8, 2]


def test_a_growth_rate_may_lie_below_zero() -> None:
    plan = Plan.from_text(
        EXAMPLE.split("components:")[0].replace(
            "{sales: {kind: money}}", "{sales: {kind: money}, growth: {kind: ratio}}"
        )
        + "components:\n  - {id: pay, type: tiers, mode: retroactive, basis: period, closed: lower, "
        "negative: zero, measured: {unit: amount, tier_measure: growth, pay_measure: sales}, "
        'tiers: [{from: "-0.1", rate: "0.01"}, {from: "0", rate: "0.02"}]}\n'
    )
    pay = {
        growth: plan.statement({"salesperson": "Li", "growth": growth}, deals(1_000)).payout
        for growth in ("-0.11", "-0.1", "-0.001", "0")
    }
    assert pay == {"-0.11": 0, "-0.1": 10, "-0.001": 10, "0": 20}


def test_a_part_for_some_people_pays_only_them() -> None:
    text = (
        tiers_yaml('{from: "0", rate: "0.01"}', unit="amount")
        + "  - {id: bonus, applies_to: {role: [manager]}, type: step, basis: period, closed: lower, "
        f"pays: reached, measured: {measured('attainment')}, "
        'steps: [{from: "1.0", amount: "500.00"}]}\n'
        "  - {id: coef, type: bands, closed: lower, multiplies: [bonus], "
        f"measured: {{unit: attainment, quota: month, {BOTH.split(',')[0]}}}, "
        'bands: [{from: null, value: "1.0"}, {from: "1.2", value: "2.0"}]}\n'
    )
    plan = plan_of(text)
    people = pd.DataFrame(
        {"salesperson": ["Li", "Wu"], "role": ["rep", "manager"], "quota": [1000.0, 1000.0]}
    )
    rows = deals(1_200, 1_200, salesperson=["Li", "Wu"])
    assert plan.pay(people, rows).to_frame()["pay"].tolist() == [12, 1012]
    lines = plan.statement(people.iloc[0].to_dict(), rows[:1]).to_frame()["line"].tolist()
    assert lines == ["commission"]
    assert "Only for role: manager." in plan.text()
    assert "仅适用于角色为manager。" in plan.text("zh")
    with pytest.raises(ContractError, match="people has no column 'role'"):
        plan.pay(people.drop(columns="role"), rows)


SPLITS = ("{kind: money}", "{kind: money, credit: splits}")


@pytest.mark.parametrize(
    ("rule", "each"),
    [
        ('credit: {windfall: {limit: "100000", keep: "0.5"}}\n', 55_000),  # 110,000 in all
        ('limits: {cap: {of: deal, amount: "85000.00", excess: lost}}\n', 42_500),
    ],
)
def test_limits_on_one_deal_come_before_its_split(rule, each) -> None:
    plan = example(SPLITS, more=rule)
    people = pd.DataFrame([LI, {**LI, "salesperson": "Wu"}])
    rows = deals(120_000, 120_000, salesperson=["Li", "Wu"], share="0.5").assign(order_id="A")
    rows["date"] = "2024-03-05"
    register = plan.pay(people, rows)
    assert register.frame["credit"].tolist() == [each, each]
    assert register.frame["actual"].tolist() == [60_000, 60_000]


def test_a_return_reduces_a_split_deal_before_it_is_very_large() -> None:
    plan = example(SPLITS, more='credit: {windfall: {limit: "100000", keep: "0.5"}}\n')
    rows = pd.DataFrame({
        "salesperson": ["Li", "Wu"] * 2, "order_id": "A", "share": "0.5",
        "date": ["2024-03-05"] * 2 + ["2024-03-09"] * 2, "amount": [120e3] * 2 + [-20e3] * 2,
    })  # fmt: skip
    people = pd.DataFrame([LI, {**LI, "salesperson": "Wu"}])
    assert plan.pay(people, rows).frame["credit"].tolist() == [50_000, 50_000]


@pytest.mark.parametrize("shares", [("1.5", "-0.5"), ("2", "-1")])
def test_a_share_is_between_nothing_and_all(shares) -> None:
    people = pd.DataFrame([LI, {**LI, "salesperson": "Wu"}])
    rows = deals(100, 100, salesperson=["Li", "Wu"], share=shares).assign(order_id="A")
    rows["date"] = "2024-03-05"
    with pytest.raises(ContractError, match="2 of 2 shares of deals are not between 0 and 1"):
        example(SPLITS).pay(people, rows)


def test_a_statement_says_pieces_where_the_plan_counts_pieces() -> None:
    head = HEAD.replace("sales: {kind: money,", "units: {kind: count,")
    plan = Plan.from_text(
        head + "  - {id: bonus, type: step, basis: period, closed: lower, pays: reached, measured: "
        "{unit: attainment, quota: month, tier_measure: units, pay_measure: units}, "
        'steps: [{from: "1", amount: "100.00"}, {from: "1.3", amount: "250.00"}]}\n'
    )
    told = plan.statement({"salesperson": "Li", "quota": 10.0}, deals(9.31).assign(units=12))
    english, chinese = told.explain("en"), told.explain("zh")
    assert "Against a quota of 10, units counts with 12." in english
    assert "1 more reach 130% of quota." in english
    assert "The next 1 of units add 150 CNY." in english
    assert "计奖销售件数12，任务额10。" in chinese
    assert "销售件数再增加1，奖金增加150元。" in chinese
    register = plan.pay(
        pd.DataFrame({"salesperson": ["Li"], "quota": [10.0]}),
        deals(9.31, salesperson=["Li"]).assign(units=12),
    )
    assert register.total == 100.0
    assert "%" not in register.explain("en").replace("120.0%", "")
