"""What a plan provokes is found, sized and said before anyone signs it."""

from statistics import NormalDist

import numpy as np
import pytest
from figures import assert_good_figure
from paytools import HEAD, SECTION_5_BANDS, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, lint


def codes(plan, **options) -> list[str]:
    return lint(plan, **options).to_frame()["code"].tolist()


def one(plan, code, **options):
    frame = lint(plan, **options).to_frame()
    return frame[frame["code"] == code].reset_index(drop=True)


def test_the_cliffs_of_the_example_plan_are_1_320_and_2_040() -> None:
    """methods/incentives.md, section 7: jumps at 80 % and 100 % of a quota of 300,000."""
    found = one(section_5(), "L01")
    assert sorted(found["size"]) == [1_320, 2_040]
    assert found["near"].between(0, 1).all()


def test_pay_at_target_is_compared_with_the_target_incentive() -> None:
    """Commission 10,200 x 1.2 = 12,240 at 100 % against a target incentive of 15,000."""
    assert one(section_5(), "L07")["size"].tolist() == [-2_760]


def test_moving_a_deal_over_the_largest_step_is_sized() -> None:
    """15,000 moved from a month at 97.5 % into it lifts it over 100 %; by hand from section 7."""
    found = one(section_5(), "L04")
    below = 300_000 * (-0.026 + 0.060 * 0.975)
    over = 300_000 * (-0.0792 + 0.120 * 1.025)
    next_less = 300_000 * (-0.0792 + 0.120 * 1.05)
    next_more = 300_000 * (-0.0792 + 0.120 * 1.10)
    assert found["size"].iloc[0] == pytest.approx(over + next_less - below - next_more)


def test_a_whole_amount_that_falls_is_grave() -> None:
    falling = plan_of(
        tiers_yaml('{from: "0", rate: "0.05"}, {from: "1", rate: "0.02"}', mode="retroactive")
    )
    found = one(falling, "L03")
    assert (found["severity"].tolist(), found["size"].tolist()) == (["high"], [-9_000])
    # 5 % of 300,000 is again paid where 2 % of 750,000 are sold; 60 % of people stand in between
    assert found["finding"].tolist() == [
        "At 100% pay falls by 9,000 CNY: up to 250% selling more pays less"
    ]
    assert found["near"].tolist() == [pytest.approx(0.6)]
    never = plan_of(
        tiers_yaml('{from: "0", rate: "0.05"}, {from: "1", rate: "0"}', mode="retroactive")
    )
    assert one(never, "L03")["finding"].tolist() == [
        "At 100% pay falls by 15,000 CNY and does not come back: selling more pays less"
    ]


def test_a_dead_start_and_a_tier_nobody_reaches_are_found() -> None:
    late = plan_of(tiers_yaml('{from: "1.1", rate: "0.05"}, {from: "3", rate: "0.10"}'))
    assert {"L02", "L13"} <= set(codes(late))
    assert one(late, "L13")["near"].iloc[0] < 0.005


def test_pay_above_the_margin_is_found_only_where_a_margin_is_given() -> None:
    assert "L05" not in codes(section_5())
    assert "L05" in codes(section_5(), margin_rate=0.15)
    assert "L05" not in codes(section_5(), margin_rate=0.20)


def test_a_cap_before_or_after_coefficients_is_pointed_at() -> None:
    cap = 'limits: {cap: {of: pay, amount: "12000.00", excess: lost, before: null}}\n'
    text = (
        HEAD
        + tiers_yaml('{from: "0", rate: "0.05"}')
        + (
            "  - {id: coef, type: bands, closed: lower, multiplies: [commission],\n"
            "     measured: {unit: attainment, quota: month, tier_measure: sales},\n"
            '     bands: [{from: null, value: "1.2"}]}\n'
        )
    )
    assert one(Plan.from_text(text + cap), "L08")["size"].iloc[0] == pytest.approx(2_400)


def test_a_penalty_larger_than_the_pay_at_target_is_grave() -> None:
    rule = (
        'penalties:\n  - {id: late, when: register, deduct: {amount: "99999.00"}, '
        "per: occurrence, floor: zero}\n"
    )
    found = one(Plan.from_text(HEAD + tiers_yaml('{from: "0", rate: "0.05"}') + rule), "L12")
    assert found["size"].tolist() == [99_999 - 15_000]


def fine(amount, limit="") -> Plan:
    rule = (
        f'penalties:\n  - {{id: late, when: register, deduct: {{amount: "{amount}"}}, '
        f"per: period, floor: zero{limit}}}\n"
    )
    return Plan.from_text(HEAD + tiers_yaml('{from: "0", rate: "0.05"}') + rule)


def test_a_penalty_the_weak_cannot_pay_says_how_many_they_are() -> None:
    """9,000 against 15,000 at target, and 7,500 of the tenth that sells half of its quota."""
    row = one(fine("9000.00"), "L12", attainment=[0.5] * 10 + [1.0] * 90).iloc[0]
    assert (row["severity"], row["size"], row["near"]) == ("medium", 1_500, pytest.approx(0.1))
    assert row["finding"] == "late can take 9,000 CNY, more than the 7,500 CNY of a weak period"


def test_a_penalty_above_the_declared_limit_is_grave() -> None:
    """4,000 against a fifth of 15,000; who sells 140 % could pay it."""
    plan = fine("4000.00", ', limit: {share_of_pay: "0.2"}')
    row = one(plan, "L12", attainment=[1.0] * 7 + [1.4] * 3).iloc[0]
    assert (row["severity"], row["size"], row["near"]) == ("high", 1_000, pytest.approx(0.7))
    assert row["finding"] == (
        "late is 4,000 CNY, more than the 20% of pay at target that may be taken"
    )


@pytest.mark.parametrize("before", ["null", "coefficients"])
def test_a_lowered_rate_is_said_to_cost_nobody_anything_above_a_cap(before) -> None:
    """5 % of 300,000 are 15,000; a cap of 18,000 is passed above 120 % of quota."""
    rules = (
        'limits: {cap: {of: pay, amount: "18000.00", excess: lost, before: BEFORE}}\n'
        'penalties:\n  - {id: late, when: register, deduct: {rate: "0.01", of: [commission]}, '
        "per: period, floor: zero}\n"
    )
    text = HEAD + tiers_yaml('{from: "0", rate: "0.05"}') + SECTION_5_BANDS
    plan = Plan.from_text(text.replace('"1.2"', '"1.0"') + rules.replace("BEFORE", before))
    row = one(plan, "L12", attainment=[1.0] * 7 + [1.4] * 3).iloc[0]
    assert (row["severity"], row["size"], row["near"]) == ("low", 0, pytest.approx(0.3))
    assert row["finding"] == (
        "late lowers what is earned; the cap cuts that anyway, so above it the penalty takes less, "
        "or nothing"
    )
    below = lint(plan, [1.0] * 9 + [1.2]).to_frame()["code"]
    assert "L12" not in below.to_list()


def test_a_differential_override_pays_what_the_reports_leave() -> None:
    """3 % to the seller, 5 % less 3 % to the manager: 5 % in all, 15,000 on a quota of 300,000."""
    plan = plan_of(
        tiers_yaml('{from: "0", rate: "0.03"}')
        + '  - {id: lead, type: override, rate: "0.05", of: differential, measure: sales}\n'
    )
    assert one(plan, "L11")["size"].tolist() == [15_000]


def test_the_spread_of_results_costs_what_the_worked_figure_says() -> None:
    """methods, section 9.3: accelerator 3, sd 0.2: 16.0 % of the target incentive of 15,000."""
    z = np.array([NormalDist().inv_cdf((k + 0.5) / 4000) for k in range(4000)])
    plan = plan_of(tiers_yaml('{from: "0", rate: "0.05"}, {from: "1", rate: "0.15"}'))
    row = one(plan, "L09", attainment=1 + 0.2 * z).iloc[0]
    assert row["size"] == pytest.approx(15_000 * 2 * 0.2 / np.sqrt(2 * np.pi), rel=0.01)
    assert row["finding"].endswith("15.9% of the target incentive")


def test_an_edge_in_money_is_written_with_its_currency() -> None:
    plan = plan_of(
        tiers_yaml('{from: "0", rate: "0"}, {from: "90000", rate: "0", flat: "500"}', unit="amount")
    )
    assert one(plan, "L01")["finding"].tolist() == [
        "Cliff at 90,000 CNY: one more cent pays 500 CNY"
    ]


def test_a_plain_rate_is_found_smooth() -> None:
    plain = plan_of(tiers_yaml('{from: "0", rate: "0.05"}'))
    assert codes(plain) == []
    assert lint(plain).headline() == "Test plan: nothing questionable was found"


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_findings_are_said_and_drawn_in_both_languages(lang) -> None:
    found = lint(section_5(), np.random.default_rng(1).lognormal(0, 0.2, 500), margin_rate=0.1)
    assert_good_figure(found.plot(lang=lang))
    assert len(found.explain(lang=lang).splitlines()) == len(found.to_frame()) + 2


def test_attainments_in_percent_are_refused() -> None:
    with pytest.raises(ContractError) as caught:
        lint(section_5(), [95.0, 101.0])
    assert str(caught.value) == (
        "the median attainment is 98: this looks like percent.\n"
        "  where: lint(attainment=...)\n"
        "  fix:   give ratios: 0.95 for 95 %"
    )
