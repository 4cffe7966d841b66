"""Plans and deals for the tests of incentives."""

from pathlib import Path

import pandas as pd

from salesanalysis.incentives import Plan

PLANS = Path(__file__).parents[2] / "params" / "plans"
HEAD = """\
schema: 1
plan: {id: test, currency: CNY, effective: {from: 2024-01-01, to: 2024-12-31},
       title: {en: Test plan, zh: 测试方案},
       target_incentive: {amount: "15000.00", per: month},
       rounding: {unit: "0.01", mode: half_up, lines: largest_remainder}}
measures: {sales: {kind: money, date: date, credit: owner, returns: negative}}
quota: {per: month, zero_quota: error}
components:
"""
BOTH = "tier_measure: sales, pay_measure: sales"


def measured(unit: str) -> str:
    return f"{{unit: {unit}, {'quota: month, ' if unit == 'attainment' else ''}{BOTH}}}"


def tiers_yaml(
    tiers: str,
    *,
    mode="marginal",
    basis="period",
    closed="lower",
    negative="zero",
    unit="attainment",
    extra="",
) -> str:
    return (
        f"  - id: commission\n    text: {{en: Commission, zh: 提成}}\n    type: tiers\n"
        f"    mode: {mode}\n    basis: {basis}\n    closed: {closed}\n    negative: {negative}\n"
        f"    measured: {measured(unit)}\n    tiers: [{tiers}]\n{extra}"
    )


SECTION_5_TIERS = (
    '{from: "0", rate: "0.02"}, {from: "0.5", rate: "0.04"}, {from: "0.8", rate: "0.06"}, '
    '{from: "1.0", rate: "0.10"}, {from: "1.2", rate: "0.15"}'
)
SECTION_5_BANDS = """\
  - id: coef
    text: {en: Bonus coefficient, zh: 奖金系数}
    type: bands
    closed: lower
    measured: {unit: attainment, quota: month, tier_measure: sales}
    multiplies: [commission]
    bands: [{from: null, value: "0.8"}, {from: "0.8", value: "1.0"}, {from: "1.0", value: "1.2"}]
"""


def plan_of(components: str) -> Plan:
    return Plan.from_text(HEAD + components, name="plan.yaml")


def section_5(negative: str = "zero", **switches) -> Plan:
    return plan_of(tiers_yaml(SECTION_5_TIERS, negative=negative, **switches) + SECTION_5_BANDS)


def deals(*amounts: float, month: str = "2024-03", **columns) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "order_id": [f"D{i:03d}" for i in range(len(amounts))],
            "date": pd.to_datetime([f"{month}-{1 + i % 28:02d}" for i in range(len(amounts))]),
            "amount": [float(a) for a in amounts],
            **columns,
        }
    )


LI = {"salesperson": "Li", "quota": 300_000.0}
