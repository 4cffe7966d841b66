"""Quotas and target incentives of a year or quarter in plans that pay more often."""

from fractions import Fraction

import pandas as pd
import pytest

from salesanalysis.errors import ParamError
from salesanalysis.incentives import Plan
from salesanalysis.periods import FiscalCalendar

HEAD = """\
schema: 1
plan: {id: ae, currency: USD, effective: {from: 2023-01-01, to: null}, title: {en: AE, zh: 客户经理},
       target_incentive: {amount: "60000.00", per: year},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {sales: {kind: money}}
quota: {per: year, paid: PAID, spread: SPREAD}
components:
"""
RUNNING = """\
  - {id: commission, type: tiers, mode: marginal, basis: cumulative, closed: lower, negative: zero,
     measured: {unit: attainment, quota: year, tier_measure: sales, pay_measure: sales},
     tiers: [{from: "0", rate: "0.06"}, {from: "1.0", rate: "0.09"}, {from: "1.25", rate: "0.12"}]}
"""
BONUS = """\
  - {id: bonus, type: curve, basis: period, closed: lower, scale: TI, below: "0",
     measured: {unit: attainment, quota: PAID, tier_measure: sales, pay_measure: sales},
     points: [["0.5", "0.5"], ["1", "1"], ["1.5", "2"]]}
"""
SOLD = (("2024-02-05", 300e3), ("2024-05-05", 400e3), ("2024-08-05", 500e3), ("2024-11-05", 200e3),
        ("2025-01-10", 100e3))  # fmt: skip


def plan_of(components: str, *, paid="quarter", spread="even") -> Plan:
    return Plan.from_text((HEAD + components).replace("PAID", paid).replace("SPREAD", spread))


def deals(*rows) -> pd.DataFrame:
    days, amounts = zip(*rows, strict=True)
    names = [f"D{i}" for i in range(len(rows))]
    return pd.DataFrame(
        {"salesperson": "A", "order_id": names, "date": days, "amount": [float(a) for a in amounts]}
    )


PEOPLE = pd.DataFrame({"salesperson": ["A"], "quota": [1_000_000.0], "credited": [0.0]})


@pytest.mark.parametrize("paid", ["month", "quarter"])
def test_sales_count_on_against_the_quota_of_the_year_and_start_again_with_the_next(paid) -> None:
    run = plan_of(RUNNING, paid=paid).run(PEOPLE, deals(*SOLD), first="2024-01", last="2025-03")
    found = run.to_frame().query("pay != 0")
    # 6 % to 1,000,000, 9 % to 1,250,000, 12 % above; 100,000 of a new year at 6 %
    assert found["pay"].tolist() == [18_000, 24_000, 18_000 + 18_000, 4_500 + 18_000, 6_000]
    assert found["completion"].tolist() == [0.3, 0.7, 1.2, 1.4, 0.1]


def test_the_year_pays_what_one_payment_a_year_pays() -> None:
    yearly = RUNNING.replace("basis: cumulative", "basis: period")
    once = Plan.from_text(
        (HEAD + yearly).replace(
            "quota: {per: year, paid: PAID, spread: SPREAD}", "quota: {per: year}"
        )
    )
    sold = deals(*SOLD[:4])
    one = once.pay(PEOPLE, sold, period="2024-06").total
    parts = plan_of(RUNNING, paid="month").run(PEOPLE, sold, first="2024-01", last="2024-12").total
    assert one == parts == 60_000 + 22_500 + 18_000


def test_a_fiscal_year_starts_the_counter_in_july() -> None:
    run = plan_of(RUNNING).run(
        PEOPLE, deals(*SOLD), first="2024-01", last="2025-03", calendar=FiscalCalendar(7)
    )
    # from July: 500, 700, 800 thousand at 6 %
    assert run.to_frame()["pay"].tolist() == [18_000, 24_000, 30_000, 12_000, 6_000]


def test_a_quarter_has_an_equal_part_of_the_quota_and_of_the_incentive() -> None:
    person = {"salesperson": "A", "quota": 1_000_000.0}
    found = plan_of(BONUS).statement(person, deals(("2024-02-05", 250_000)))
    assert (found.payout, found.quota, found.completion) == (15_000, 250_000, 1.0)
    monthly = plan_of(BONUS, paid="month")
    assert monthly.head.target_incentive == 5_000
    found = monthly.statement(person, deals(("2024-02-05", 125_000)))
    assert (found.quota, found.completion) == (83_333.33, 1.5)  # exact in the plan, shown in cents
    assert found.payout == 10_000


def test_a_quarter_may_have_the_part_of_its_days() -> None:
    person = {"salesperson": "A", "quota": 366_000.0}
    plan = plan_of(BONUS, spread="days")
    quotas = [
        plan.statement(person, deals((f"2024-{m}-05", 1)), period=f"2024-{m}").quota
        for m in ("02", "05", "08", "11")
    ]
    assert quotas == [91_000, 91_000, 92_000, 92_000]


def test_a_target_incentive_of_a_person_is_of_the_length_the_plan_states() -> None:
    person = {"salesperson": "A", "quota": 1_000_000.0, "target_incentive": 120_000.0}
    assert plan_of(BONUS).statement(person, deals(("2024-02-05", 250_000))).payout == 30_000


def test_a_target_incentive_per_year_in_a_plan_of_months() -> None:
    text = (HEAD + BONUS).replace("PAID", "month")
    plan = Plan.from_text(text.replace("{per: year, paid: month, spread: SPREAD}", "{per: month}"))
    assert plan.payout("100000", quota="100000") == 5_000
    assert (
        "Target incentive: 60,000 USD per year. Every month has an equal part of it." in plan.text()
    )
    assert "目标奖金：每年60,000美元。平均分摊到各月。" in plan.text("zh")


def test_somebody_hired_in_july_has_half_of_the_quota_of_the_year() -> None:
    people = PEOPLE.assign(hired_on="2023-07-02")  # 183 of 365 days
    run = (
        plan_of(RUNNING)
        .run(people, deals(("2023-08-05", 600_000)), first="2023-07", last="2023-09")
        .to_frame()
    )
    quota = Fraction(1_000_000 * 183, 365)
    assert run["quota"].item() == round(float(quota), 2)
    assert run["pay"].item() == round(
        float(quota * Fraction("0.06") + (600_000 - quota) * Fraction("0.09")), 2
    )


def test_the_statement_says_what_was_counted_before() -> None:
    person = {"salesperson": "A", "quota": 1_000_000.0, "credited": 700_000.0}
    found = plan_of(RUNNING).statement(person, deals(("2024-08-05", 500_000)))
    assert found.explain().split("\n")[:3] == [
        "A earns 36,000 USD for Jul 2024 to Sep 2024: 120.0% of quota",
        "Sales count with 1,200,000 USD against a quota of 1,000,000 USD.",
        "What was counted before goes on: 1,200,000 USD to date, 500,000 USD of it in this period.",
    ]


def test_both_texts_say_the_lengths() -> None:
    plan = plan_of(RUNNING + BONUS)
    assert plan.text().split("\n")[0] == (
        "AE. In force from 2023-01-01 until further notice. Amounts in USD; pay per quarter. Quotas "
        "are given per year; every quarter has an equal part of it."
    )
    assert plan.text("zh").split("\n")[0] == (
        "客户经理。自2023-01-01起有效，直至另行通知。金额单位：美元；奖金按季计算。任务额按年下达，平均分摊到各季。"
    )
    assert "on the running total of the year, against its whole quota" in plan.text()
    assert "按年内累计额，对照全年任务额" in plan.text("zh")
    assert Plan.from_text(plan.to_yaml()) == plan


@pytest.mark.parametrize(
    ("components", "paid", "what", "fix"),
    [
        (BONUS.replace("quota: PAID", "quota: month"), "quarter",
         "'bonus': edges are of the quota per month, quotas are per year and paid per quarter.",
         "write quota: quarter"),
        (BONUS.replace("quota: PAID", "quota: year"), "quarter",
         "'bonus': the sales of one quarter are no share of the quota of a year.",
         "write basis: cumulative to count on over the year, or quota: quarter"),
    ],
)  # fmt: skip
def test_lengths_that_do_not_fit_are_refused(components, paid, what, fix) -> None:
    with pytest.raises(ParamError) as caught:
        plan_of(components, paid=paid)
    assert caught.value.rows[["what", "fix"]].to_numpy().tolist() == [[what, fix]]
