"""The worked statement of the example plan, published draws, teams, and what limits a pay."""

from fractions import Fraction

import pandas as pd
import pytest
from paytools import HEAD, deals, plan_of, tiers_yaml

from salesanalysis.incentives import Plan
from salesanalysis.incentives.exact.balances import draw
from salesanalysis.incentives.rules import Draw

EXAMPLE = """\
schema: 1
plan: {id: ae-2026, currency: CNY, effective: {from: 2026-01-01, to: 2026-12-31},
       applies_to: {role: [account_executive]},
       title: {en: "Account executives 2026", zh: "2026年销售代表激励方案"},
       target_incentive: {amount: "15000.00", per: month},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures:
  collected:     {kind: money, date: collected_on, credit: splits, returns: negative}
  new_customers: {kind: count, date: first_collected_on, credit: splits}
  training:      {kind: ratio, date: month_end, credit: none}
  overdue_days:  {kind: number, date: month_end, credit: owner}
credit: {splits_total: "1", windfall: null, fx: plan_rate}
quota: {per: month, days: calendar, ramp: null, zero_quota: exclude_with_report}
components:
  - id: commission
    text: {en: "Commission on cash collected", zh: "回款提成"}
    type: tiers
    mode: marginal
    basis: period
    closed: lower
    negative: carry
    measured: {unit: attainment, quota: month, tier_measure: collected, pay_measure: collected}
    tiers: [{from: "0", rate: "0.02"}, {from: "0.5", rate: "0.04"}, {from: "0.8", rate: "0.06"},
            {from: "1.0", rate: "0.10"}, {from: "1.2", rate: "0.15"}]
  - id: coef
    text: {en: "Bonus coefficient", zh: "奖金系数"}
    type: bands
    closed: lower
    measured: {unit: attainment, quota: month, tier_measure: collected}
    multiplies: [commission]
    bands: [{from: null, value: "0.8"}, {from: "0.8", value: "1.0"}, {from: "1.0", value: "1.2"}]
  - id: kpi
    text: {en: "KPI bonus", zh: "KPI奖金"}
    type: kpi_weighted
    pays: {amount: "3000.00", all_met_gate: false}
    kpis:
      - {measure: new_customers, weight: "0.6", direction: higher, below: "0",
         points: [["0.5", "0"], ["1.0", "1.0"], ["1.5", "1.5"]]}
      - {measure: training, weight: "0.4", direction: higher, below: "0",
         points: [["0.6", "0"], ["1.0", "1.0"]]}
limits: {cap: {of: pay, amount: "36000.00", excess: lost, before: null}, floor: null}
penalties:
  - {id: overdue, text: {en: "Receivable over 90 days", zh: "应收逾期超90天"},
     when: {measure: overdue_days, gt: "90"},
     deduct: {share: "0.05", of: [commission, coef]}, per: period, stack: additive, floor: zero}
settlement:
  true_up: none
  clawback: {window_months: 6, method: reversal, floor: carry}
  holdback: null
  draw: {amount: "6000.00", months: 6, recoverable: true, recovery_share: "1.0"}
  leaver: prorata_to_last_day
tax_warning: cn_one_off_bonus
"""
MARCH = {
    "salesperson": "Li",
    "quota": 300_000.0,
    "new_customers": 5,
    "quota_new_customers": 4,
    "training": "0.9",
    "overdue_days": 120,
    "owed": 1_250.0,
}
CASH = pd.DataFrame(
    {
        "order_id": ["A", "B"],
        "collected_on": ["2026-03-03", "2026-03-30"],
        "collected": [300_000.00, 27_450.14],
    }
)
CANCELLED = pd.DataFrame(
    {
        "salesperson": ["Li"],
        "order_id": ["J1"],
        "booked_on": ["2026-01-15"],
        "amount": [8_000.0],
        "pay_rate": ["0.06"],
        "coefficient": ["1.0"],
    }
)


def test_march_of_the_example_plan_pays_16_177_32_line_by_line() -> None:
    """methods/incentives.md, section 5, worked statement."""
    paid = Plan.from_text(EXAMPLE).statement(MARCH, CASH, clawbacks=CANCELLED)
    assert dict(zip(paid.lines["line"], paid.lines["paid"], strict=True)) == {
        "commission 1": 3_000.00,
        "commission 2": 3_600.00,
        "commission 3": 3_600.00,
        "commission 4": 2_745.02,
        "kpi 1": 2_250.00,
        "kpi 2": 900.00,
        "coef": 2_589.00,
        "overdue": -776.70,
        "clawback": -480.00,
        "draw": -1_250.00,
    }
    assert (paid.gross, paid.payout, paid.balances["owed"]) == (17_427.32, 16_177.32, 0.0)
    assert paid.to_next == 32_549.86


@pytest.mark.parametrize(
    ("rule", "gross", "pay", "owed"),
    [
        (
            Draw("draw", ("", ""), Fraction(2000), 6, recoverable=True, recovery_share=Fraction(1)),
            (2750, 3000, 1500, 2375, 3000, 2750),
            (2750, 3000, 2000, 2000, 2875, 2750),
            (0, 0, 500, 125, 0, 0),
        ),
        (
            Draw(
                "draw", ("", ""), Fraction(1500), 6, recoverable=False, recovery_share=Fraction(1)
            ),
            (500, 3000),
            (1500, 3000),
            (0, 0),
        ),
    ],
    ids=["siebel-recoverable-draw", "xactly-nonrecoverable-draw"],
)
def test_published_draws_pay_and_owe_what_their_sources_say(rule, gross, pay, owed) -> None:
    due, seen = 0, []
    for period, amount in enumerate(gross):
        moved, due = draw(rule, amount * 100, due, period)
        seen.append((amount + moved / 100, due / 100))
    assert seen == list(zip(pay, owed, strict=True))


def test_late_cash_pays_a_quarter_after_nine_months() -> None:
    """Case cn-collection-delay-9m: commission rate x 25 % after nine months late."""
    head = HEAD.replace("measures: {", "measures: {delay: {kind: number}, ")
    text = (
        head
        + tiers_yaml('{from: "0", rate: "0.1"}', unit="amount")
        + (
            "  - {id: late, type: bands, closed: upper, multiplies: [commission],\n"
            "     measured: {unit: amount, tier_measure: delay},\n"
            '     bands: [{from: null, value: "1"}, {from: "9", value: "0.25"}]}\n'
        )
    )
    plan = Plan.from_text(text)
    pays = [
        plan.statement({"salesperson": "Li", "delay": months}, deals(100_000)).payout
        for months in (9, 10)
    ]
    assert pays == [10_000, 2_500]


def test_a_manager_is_paid_on_the_credit_of_everybody_below_and_never_on_their_pay() -> None:
    text = (
        HEAD
        + tiers_yaml('{from: "0", rate: "0.1"}', unit="amount")
        + ('  - {id: lead, type: override, rate: "0.01", of: team_credit, measure: sales}\n')
    )
    people = pd.DataFrame({"salesperson": ["Ann", "Bo", "Cy"], "manager": ["", "Ann", "Bo"]})
    sold = deals(1000, 2000, 4000, salesperson=["Ann", "Bo", "Cy"])
    paid = Plan.from_text(text).pay(people, sold).to_frame().set_index("salesperson")["pay"]
    assert paid.to_dict() == {"Ann": 160.0, "Bo": 240.0, "Cy": 400.0}


def test_a_pool_is_shared_to_the_cent() -> None:
    text = HEAD + (
        '  - {id: team, type: pool, weights: equal, source: {share: "0.01", measure: sales}}\n'
    )
    people = pd.DataFrame({"salesperson": ["Ann", "Bo", "Cy"], "team": ["N", "N", "N"]})
    sold = deals(1000, salesperson=["Ann"])
    paid = Plan.from_text(text).pay(people, sold)
    assert paid.to_frame()["pay"].tolist() == [3.34, 3.33, 3.33]
    assert paid.total == 10.0


@pytest.mark.parametrize(
    ("variant", "pay"), [("full", 24_000), ("excess", 16_000), ("first_unit", 40_000)]
)
def test_the_three_thresholds_pay_three_amounts(variant, pay) -> None:
    """2 % below half of a quota of 400,000, 10 % above; full: 4,000 + 20,000; above 240,000: 16,000."""
    tiers = '{from: "0", rate: "0.02"}, {from: "0.5", rate: "0.10"}'
    extra = f'    threshold: {{at: "0.6", variant: {variant}}}\n'
    plan = plan_of(tiers_yaml(tiers, extra=extra))
    assert plan.payout(400_000, quota=400_000) == pay
    assert plan.payout("239999.99", quota=400_000) == 0


def test_a_tier_that_reaches_back_re_pays_the_slices_below_it() -> None:
    """Half rate to 50 %, there the full rate from the first unit, accelerated above 100 % only."""
    tiers = '{from: "0", rate: "0.05"}, {from: "0.5", rate: "0.10", back_to: "0"}, {from: "1", rate: "0.15"}'
    plan = plan_of(tiers_yaml(tiers))
    pays = [plan.payout(s, quota=1000) for s in ("499.99", 500, 1000, 1200)]
    assert pays == [Fraction("24.9995"), 50, 100, 130]


def test_a_cap_before_the_coefficients_is_not_a_cap_after_them() -> None:
    cap = 'limits: {cap: {of: pay, amount: "1000.00", excess: lost, before: BEFORE}}\n'
    pays = []
    for before in ("coefficients", "null"):
        text = (
            HEAD
            + tiers_yaml('{from: "0", rate: "0.1"}')
            + (
                "  - {id: coef, type: bands, closed: lower, multiplies: [commission],\n"
                "     measured: {unit: attainment, quota: month, tier_measure: sales},\n"
                '     bands: [{from: null, value: "1.2"}]}\n'
            )
        )
        plan = Plan.from_text(text + cap.replace("BEFORE", before))
        pays.append(plan.statement({"salesperson": "Li", "quota": 10_000.0}, deals(20_000)).payout)
    assert pays == [1_200, 1_000]
