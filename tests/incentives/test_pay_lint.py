"""What a plan provokes is found, sized and said before anyone signs it."""

import numpy as np
import pytest
from figures import assert_good_figure
from paytools import HEAD, plan_of, section_5, tiers_yaml

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
