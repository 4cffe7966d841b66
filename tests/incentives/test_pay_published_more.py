"""Published plans with more than one part, typed in from their sources: every one to the cent."""

import pandas as pd
import pytest
from paytools import plan_of as monthly
from paytools import tiers_yaml

from salesanalysis.incentives import Plan

HEAD = """\
schema: 1
plan: {id: published, currency: USD, effective: {from: 2024-01-01, to: 2025-12-31},
       title: {en: Published, zh: 公开方案},INCENTIVE
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
"""


def plan_of(text: str, incentive: str = "") -> Plan:
    extra = f' target_incentive: {{amount: "{incentive}", per: year}},' if incentive else ""
    plan = Plan.from_text(HEAD.replace("INCENTIVE", extra) + text)
    assert len(plan.text("en").splitlines()) == len(plan.text("zh").splitlines())
    return plan


def deals(rows, **columns) -> pd.DataFrame:
    """Deals of (person, day, amount), each an order of its own."""
    names, days, amounts = zip(*rows, strict=True)
    orders = [f"D{i:02d}" for i in range(len(rows))]
    table = {"salesperson": names, "order_id": orders, "date": days, "amount": amounts}
    return pd.DataFrame(table | columns)


# "Comprehensive Compensation Engine Test Plan", cases 1.1-1.3 and 7.1: a target bonus of 20,000 on
# 1,000,000 a year; 1.0 to 100 %, 1.4 to 120 %, 1.6 above; paid by month, less what was paid before
HUNTER = """\
measures: {sales: {kind: money}}
quota: {per: year, paid: month, spread: even}
components:
  - {id: bonus, type: curve, basis: cumulative, closed: lower, scale: TI, below: "0",
     measured: {unit: attainment, quota: year, tier_measure: sales, pay_measure: sales},
     points: [["0", "0"], ["1.0", "1.0"], ["1.2", "1.28"], ["3.0", "4.16"]]}
"""


def test_a_bonus_of_the_year_is_paid_month_by_month() -> None:
    plan = plan_of(HUNTER, "20000.00")
    assert [plan.payout(s, quota="1000000") for s in ("800000", "1100000", "1300000")] == [
        16_000, 22_800, 28_800
    ]  # fmt: skip
    people = pd.DataFrame({"salesperson": ["H"], "quota": [1_000_000.0], "credited": [0.0]})
    sold = [
        ("H", f"2024-{m:02d}-09", a)
        for m, a in ((1, 1e5), (2, 1e5), (3, 3e5), (10, 5e5), (11, 1e5))
    ]
    run = plan.run(people, deals(sold), first="2024-01", last="2024-11").to_frame()
    assert run["pay"].tolist() == [2_000, 2_000, 6_000, 0, 0, 0, 0, 0, 0, 10_000, 2_800]


# same source, cases 1.4-1.6 and 3.1: software 60 %, closing ARR 40 % with nothing below 95 %
FARMER = """\
measures: {software: {kind: money}, closing: {kind: money}}
quota: {per: year}
components:
  - {id: software, type: tiers, mode: marginal, basis: period, closed: lower, negative: zero,
     measured: {unit: attainment, quota: year, tier_measure: software, pay_measure: software},
     tiers: [{from: "0", rate: "S1"}, {from: "1.0", rate: "S2"}, {from: "1.2", rate: "S3"}]}
  - {id: closing, type: tiers, mode: marginal, basis: period, closed: lower, negative: zero,
     measured: {unit: attainment, quota: year, tier_measure: closing, pay_measure: closing},
     tiers: [{from: "0", rate: "C1"}, {from: "0.95", rate: "C2"}, {from: "1.0", rate: "C3"}]}
"""


@pytest.mark.parametrize(
    ("rates", "quotas", "actual", "pay"),
    [
        # 12,000 on 1,000,000 and 8,000 on 5,000,000
        ("0.012 0.0168 0.0192 0 0.0016 0.00192", (1e6, 5e6), (1.1e6, 5.5e6), 15_040),
        ("0.012 0.0168 0.0192 0 0.0016 0.00192", (1e6, 5e6), (1.1e6, 4.5e6), 13_680),
        # 15,000 on 8,000,000: 97.5 % pays 2.5 %
        ("0 0 0 0 0.001875 0.00225", (1e6, 8e6), (0, 7.8e6), 375),
        # 18,000 on 2,000,000 with 1.6 and 2.0; 12,000 on 10,000,000
        ("0.009 0.0144 0.018 0.0012 0.0012 0.00144", (2e6, 10e6), (2.5e6, 10.5e6), 38_280),
    ],
)  # fmt: skip
def test_two_measures_pay_by_their_own_tiers(rates, quotas, actual, pay) -> None:
    text = FARMER
    for name, rate in zip(("S1", "S2", "S3", "C1", "C2", "C3"), rates.split(), strict=True):
        text = text.replace(f'"{name}"', f'"{rate}"')
    people = pd.DataFrame({"salesperson": ["F"], "quota": quotas[:1], "quota_closing": quotas[1:]})
    rows = pd.DataFrame({
        "salesperson": "F", "order_id": ["a", "b"], "date": "2024-03-05",
        "software": [actual[0], None], "closing": [None, actual[1]],
    })  # fmt: skip
    assert plan_of(text).pay(people, rows, period="2024-06").total == pay


# same source, cases 6.1-6.3: 12,000 x deal / 1,000,000 x 25 % for deals of 400,000 and more
def test_a_large_deal_pays_a_quarter_more() -> None:
    tiers = tiers_yaml(
        '{from: "400000", rate: "0.003"}', mode="retroactive", basis="deal", unit="amount"
    )
    assert [monthly(tiers).payout(s) for s in (500_000, 350_000)] == [1_500, 0]


# same source, case 8.1: 20,000 for 151 days and 24,000 for 214 days are 22,345
def test_a_target_bonus_raised_within_the_year_is_weighted_by_days() -> None:
    text = HUNTER.replace("paid: month, spread: even", "mid_period_change: time_weighted").replace(
        "basis: cumulative", "basis: period"
    )
    plan = plan_of(text, "1.00")
    pieces = pd.DataFrame({
        "salesperson": "H", "quota": 1_000_000.0, "target_incentive": [20_000.0, 24_000.0],
        "active_from": ["2025-01-01", "2025-06-01"], "active_to": ["2025-05-31", "2025-12-31"],
    })  # fmt: skip
    paid = plan.statement(pieces, deals([("H", "2025-03-05", 1e6)])).payout
    assert paid == 22_345.21  # 8,273.97 + 14,071.23, printed as 22,345


# amant8183/commission-calculation-system: 50 % to the agent, 2 / 1.5 / 1 % up the line; a bonus of
# the month by volume is paid again without a cancelled policy: 110,000 at 5 %, 60,000 at 3 %
LINE = """\
measures: {sales: {kind: money}}
quota: {per: month}
components:
  - {id: first_year, applies_to: {level: [agent]}, type: tiers, mode: marginal, basis: period, closed: lower,
     negative: zero, measured: {unit: amount, tier_measure: sales, pay_measure: sales}, tiers: [{from: "0", rate: "0.50"}]}
  - {id: lead, applies_to: {level: [lead]}, type: override, rate: "0.02", of: team_credit, measure: sales}
  - {id: manager, applies_to: {level: [manager]}, type: override, rate: "0.015", of: team_credit, measure: sales}
  - {id: director, applies_to: {level: [director]}, type: override, rate: "0.01", of: team_credit, measure: sales}
"""


def test_a_policy_pays_up_the_line() -> None:
    people = pd.DataFrame({
        "salesperson": ["Ann", "Bob", "Cat", "Dan"], "level": ["agent", "lead", "manager", "director"],
        "manager": ["Bob", "Cat", "Dan", ""],
    })  # fmt: skip
    paid = plan_of(LINE).pay(people, deals([("Ann", "2024-03-05", 5e4)])).to_frame()
    assert paid["pay"].tolist() == [25_000, 1_000, 750, 500]


def test_a_cancelled_policy_takes_the_bonus_of_its_month_back_to_the_lower_rate() -> None:
    tiers = '{from: "25000", rate: "0.02"}, {from: "50000", rate: "0.03"}, {from: "100000", rate: "0.05"}'
    plan = monthly(
        tiers_yaml(tiers, mode="retroactive", unit="amount")
        + "settlement: {clawback: {window_months: 12, method: recompute, floor: negative}}\n"
    )
    sold = deals([("Ann", "2024-03-05", 6e4), ("Ann", "2024-03-06", 5e4)])
    gone = pd.DataFrame({"salesperson": ["Ann"], "order_id": ["D01"], "booked_on": ["2024-03-06"],
                         "amount": [5e4], "period": ["2024-04-01"]})  # fmt: skip
    run = plan.run(
        pd.DataFrame({"salesperson": ["Ann"]}),
        sold,
        first="2024-03",
        last="2024-04",
        clawbacks=gone,
    )
    assert run.to_frame()["pay"].tolist() == [5_500, -3_700]


# tests of a "Manager Incentive Calculator": so much a sale by productivity, referrals half, 20 % less
# where under 80 % of gross sales are kept; scenarios 1 and 2 of the policy
MANAGER = """\
measures:
  net: {kind: count}
  referral: {kind: count}
  productivity: {kind: ratio}
  kept: {kind: ratio}
quota: {per: month}
components:
  - {id: sales, type: tiers, mode: retroactive, basis: period, closed: lower, negative: zero, allow_rate_above_one: true,
     measured: {unit: amount, tier_measure: productivity, pay_measure: net},
     tiers: [{from: "0.91", rate: "6000"}, {from: "1.01", rate: "11000"}]}
  - {id: referrals, type: tiers, mode: retroactive, basis: period, closed: lower, negative: zero, allow_rate_above_one: true,
     measured: {unit: amount, tier_measure: productivity, pay_measure: referral},
     tiers: [{from: "0.91", rate: "3000"}, {from: "1.01", rate: "5500"}]}
penalties:
  - {id: kept, when: {measure: kept, lt: "0.8"}, deduct: {share: "0.2", of: [sales, referrals]}, per: period, floor: zero}
"""


def test_managers_are_paid_by_the_productivity_of_their_team() -> None:
    people = pd.DataFrame(
        {
            "salesperson": ["One", "Two"],
            "productivity": ["1.02", "0.93"],
            "kept": ["0.8809", "0.7894"],
        }
    )
    rows = pd.DataFrame({
        "salesperson": ["One", "One", "Two", "Two"], "order_id": list("abcd"), "date": "2024-03-05",
        "net": [18 + 12, None, 7 + 20, None], "referral": [None, 7, None, 3],
    })  # fmt: skip
    assert plan_of(MANAGER).pay(people, rows).to_frame()["pay"].tolist() == [368_500, 136_800]


# franksunye/sales-reward-hub, 北京2025年9月: 单个合同按5万封顶计入业绩；满10个合同后，8/18/28万奖400/800/1600元；
# 每第5个合同58元
BEIJING = """\
measures: {performance: {kind: money}, contracts: {kind: count}}
quota: {per: month}
components:
  - {id: tier, type: step, basis: period, closed: lower, pays: reached,
     measured: {unit: amount, tier_measure: performance, pay_measure: performance},
     steps: [{from: "80000", amount: "400"}, {from: "180000", amount: "800"}, {from: "280000", amount: "1600"}]}
  - {id: unlocked, type: gate, closed: lower, at: "10", multiplies: [tier], measured: {unit: amount, tier_measure: contracts}}
  - {id: lucky, type: package, measure: contracts, free: "4", size: "5", amount: "58"}
limits: {cap: {of: deal, amount: "50000.00", excess: lost}}
"""


@pytest.mark.parametrize(
    ("n", "each", "pay"),
    [(9, 20_000, 58), (10, 8_000, 400 + 116), (10, 18_000, 800 + 116), (10, 60_000, 1600 + 116), (4, 60_000, 0)],
)  # fmt: skip
def test_contracts_unlock_the_steps(n, each, pay) -> None:
    rows = pd.DataFrame({
        "order_id": [f"o{i}" for i in range(n)], "date": "2025-09-03", "performance": float(each), "contracts": 1,
    })  # fmt: skip
    assert plan_of(BEIJING).statement({"salesperson": "G"}, rows).payout == pay


# studypool.com 183314: draws of 1,000 against 400, 600, 1,200, 1,500 and 1,400; pay cheques printed
def test_a_draw_is_worked_off_over_five_payments() -> None:
    plan = monthly(
        tiers_yaml('{from: "0", rate: "1"}', unit="amount")
        + 'settlement: {draw: {amount: "1000.00", months: 12, recoverable: true, recovery_share: "1.0"}, '
        "leaver: pay_earned}\n"
    )
    gross = (400.0, 600.0, 1200.0, 1500.0, 1400.0)
    sold = deals([("R", f"2024-{m:02d}-08", a) for m, a in enumerate(gross, 3)])
    run = plan.run(
        pd.DataFrame({"salesperson": ["R"]}), sold, first="2024-03", last="2024-07"
    ).to_frame()
    assert run["pay"].tolist() == [1000, 1000, 1000, 1000, 1100]
    assert run["owed"].tolist() == [600, 1000, 800, 300, 0]


AMOUNTS = {
    # lessonup.com, graduated commission: 40 + 120 + 547.20
    "first, next, over": ("0:0.04 1000:0.06 3000:0.08", "marginal", "", {9840: 707.2}),
    # edu.com 493589: 250 + 2,100 + 250
    "graduated scale": ("0:0.01 25000:0.03 95000:0.05", "marginal", "", {100_000: 2600}),
    # qammunity.org 7400068: 500 + 750 + 10,000 + 9,000
    "four levels": ("0:0.10 5000:0.15 10000:0.25 50000:0.30", "marginal", "", {80_000: 20_250}),
    # karla-dedeler/aide-en-ligne, barème: 15 % of 1,250; "tranche" adds 10, 12 and 15 % of all of it
    "global": ("1:0.10 100:0.12 1000:0.15", "retroactive", "", {1250: 187.5}),
    "tranche": ("1:0.10 100:0.22 1000:0.37", "retroactive", "", {1250: 462.5}),
    # dy1993.cn 业务人员提成方案: (本月业绩30万-保底业绩20万)×(2分-1.8分)=200元，900、2400、4000元
    "保底以上": (
        "300000:0.002 500000:0.003 800000:0.004 1000000:0.005", "retroactive",
        '    threshold: {at: "200000", variant: excess}\n',
        {200_000: 0, 300_000: 200, 500_000: 900, 800_000: 2400, 1_000_000: 4000},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AMOUNTS)
def test_a_table_of_amounts_pays_what_its_source_says(name) -> None:
    table, mode, extra, points = AMOUNTS[name]
    rows = [row.split(":") for row in table.split()]
    tiers = ", ".join(f'{{from: "{e}", rate: "{r}"}}' for e, r in rows)
    plan = monthly(tiers_yaml(tiers, mode=mode, unit="amount", extra=extra))
    assert {s: float(plan.payout(s)) for s in points} == points


# abestweb.com 58442: 5 % of 1,114.95 is 55.75, and half of it more above 1,000: 27.87
def test_a_performance_incentive_of_half_the_commission() -> None:
    bands = (
        "  - {id: more, type: bands, closed: lower, multiplies: [commission],\n"
        "     measured: {unit: amount, tier_measure: sales},\n"
        '     bands: [{from: null, value: "1.0"}, {from: "1000", value: "1.5"}]}\n'
    )
    plan = monthly(tiers_yaml('{from: "0", rate: "0.05"}', unit="amount") + bands)
    found = plan.statement({"salesperson": "A"}, deals([("A", "2024-03-05", 1114.95)]))
    assert found.to_frame()["paid"].tolist() == [55.75, 27.87]


# prowi.io, override commission: five people at 10 %, the manager 3 % of 300,000
def test_a_manager_has_three_percent_of_the_team() -> None:
    text = LINE.replace('"0.50"', '"0.10"').replace('"0.02"', '"0.03"').replace("[agent]", "[rep]")
    sold = dict(zip("ABCDE", (75e3, 60e3, 67.5e3, 52.5e3, 45e3), strict=True))
    people = pd.DataFrame({
        "salesperson": [*sold, "M"], "level": ["rep"] * 5 + ["lead"], "manager": ["M"] * 5 + [""]
    })  # fmt: skip
    rows = deals([(name, "2024-03-05", amount) for name, amount in sold.items()])
    paid = plan_of(text).pay(people, rows).to_frame()["pay"].tolist()
    assert paid == [7_500, 6_000, 6_750, 5_250, 4_500, 9_000]
