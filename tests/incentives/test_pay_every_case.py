"""No case of the published examples is left out: those beside the plans of `test_pay_cases`.

Each of these ids is run in the file named beside it; what no other file pays is paid here.
"""

from fractions import Fraction
from pathlib import Path

import pytest
from paytools import HEAD

from salesanalysis import strictyaml
from salesanalysis.incentives import Plan, linear_optimum

TESTS = Path(__file__).parents[1]
TARGETS = "reference/targets_cases.yaml"
ELSEWHERE = {
    "openfisca-to-average-1.5": ("incentives/test_pay_published.py", "0.0375"),
    "cn-bonus-tax-36000": ("incentives/test_pay_tax.py", "1080"),
    "cn-bonus-tax-36001": ("incentives/test_pay_tax.py", "3390.1"),
    "cn-bonus-tax-420001": ("incentives/test_pay_tax.py", "121590.3"),
    "cn-bonus-tax-960000": ("incentives/test_pay_tax.py", "328840"),
    "cn-bonus-trap-36000": ("incentives/test_pay_tax.py", "38_566.666667"),
    "siebel-recoverable-draw": ("incentives/test_pay_worked.py", "(0, 0, 500, 125, 0, 0)"),
    "xactly-nonrecoverable-draw": ("incentives/test_pay_worked.py", "(1500, 3000)"),
    "cn-collection-delay-9m": ("incentives/test_pay_worked.py", "[10_000, 2_500]"),
    "alabama-10": ("incentives/test_pay_cases.py", "(10, [4, 4, 2])"),
    "alabama-11": ("incentives/test_pay_cases.py", "(11, [5, 5, 1])"),
    "normal-call": ("incentives/test_moments_closed.py", "0.07978845608028655"),
    "lognormal-5tier": ("incentives/test_moments_closed.py", "0.04221150149019836"),
    "normal-retroactive-3tier": ("incentives/test_moments_closed.py", "0.04939054715489978"),
    "lazear-rank-2": ("incentives/test_moments_closed.py", "0.5641895835477563"),
    "company-p-plan": ("targets/test_tiers_over_assignment.py", "0.6634264980249538"),
    "overassign-115": (TARGETS, "[17250000, 862500]"),
    "quota-constant-growth": (TARGETS, "[134.4, 89.6, 56.0]"),
    "quota-weighted-index": (TARGETS, "[127.68, 90.72, 61.6]"),
    "quota-weighted-3y-growth": (TARGETS, "0.085"),
    "quota-reconcile-w": (TARGETS, "[53.84615384615385, 46.15384615384615]"),
    "quota-month-split-workdays": (TARGETS, "372.8813559322034"),
    "quota-tiers": (TARGETS, "108.41621233572914"),
}
HERE = ("len-1", "incentive-upside-2to1")


def test_80_cases_are_55_paid_by_plans_and_25_others() -> None:
    paid = strictyaml.read(TESTS / "reference" / "incentives_cases.yaml").data
    assert len({case["id"] for case in paid} | set(ELSEWHERE) | set(HERE)) == 80


@pytest.mark.parametrize("case", ELSEWHERE)
def test_the_expected_number_of_a_case_stands_in_the_test_that_runs_it(case) -> None:
    file, number = ELSEWHERE[case]
    assert number in (TESTS / file).read_text("utf-8")


def test_at_risk_aversion_2_and_variance_a_half_the_best_rate_is_a_half() -> None:
    """Case len-1: b* = k^2/(k^2 + r c v); Holmstrom and Milgrom 1987."""
    best = linear_optimum(response=1, effort_cost=1, risk_aversion=2, noise_variance=0.5)
    assert best.rate == 0.5


def test_an_upside_of_2_to_1_pays_three_target_incentives_at_the_excellence_point() -> None:
    """Case incentive-upside-2to1 (EcSell): 100,000 at half base pay, 200,000 at excellence."""
    head = HEAD.replace('"15000.00", per: month', '"50000.00", per: year')
    head = head.replace("quota: {per: month", "quota: {per: year")
    plan = Plan.from_text(
        head + "  - {id: bonus, type: curve, basis: period, closed: lower, scale: TI, below: '0', "
        "measured: {unit: attainment, quota: year, tier_measure: sales, pay_measure: sales}, "
        'points: [["0.75", "0.5"], ["1.0", "1.0"], ["1.5", "3.0"]]}\n'
    )
    total, mix = 100_000, Fraction(1, 2)
    base, incentive = total * mix, plan.payout(1_000_000, quota=1_000_000)
    excellent = plan.payout(1_500_000, quota=1_000_000)
    assert (base, incentive) == (50_000, 50_000)
    assert (excellent - incentive, base + excellent) == (100_000, 200_000)
