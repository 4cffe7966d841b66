"""Plans that are no lines with jumps are looked through all the same, and what is held still is said."""

import numpy as np
import pytest
from paytools import BOTH, HEAD, PLANS, SECTION_5_BANDS, measured, plan_of, section_5, tiers_yaml

from salesanalysis.incentives import Plan, lint

TEAM = Plan.from_yaml(PLANS / "team.yaml")


def found(plan, code, **options):
    frame = lint(plan, **options).to_frame()
    return frame[frame["code"] == code].reset_index(drop=True)


def held(plan) -> str:
    return lint(plan).left_out["en"]


def test_returns_that_are_carried_hide_no_cliff() -> None:
    """The commission carries a balance, so no segment holds it; 1,320 and 2,040 stand all the same."""
    plan = section_5(negative="carry")
    assert sorted(found(plan, "L01")["size"]) == [1_320, 2_040]
    assert held(plan) == (
        "Looked at one person with everything else at target; not in these sizes: "
        "Commission (no returns carried in)."
    )
    assert lint(plan).left_out["zh"] == (
        "按单人且其他指标均达标计算；以上金额未包含：提成（无上期结转退货）。"
    )


@pytest.mark.parametrize("basis", ["deal", "cumulative"])
def test_pay_that_falls_is_found_on_every_basis(basis) -> None:
    extra = "    reprice: all\n" if basis == "cumulative" else ""
    plan = plan_of(
        tiers_yaml(
            '{from: "0", rate: "0.05"}, {from: "300000", rate: "0.02"}',
            mode="retroactive", basis=basis, unit="amount", extra=extra,
        )
    )  # fmt: skip
    assert found(plan, "L03")["size"].tolist() == [-9_000]
    assert "Commission (" in held(plan)


def test_a_gate_on_another_measure_is_a_cliff_of_that_measure() -> None:
    head = HEAD.replace("returns: negative}}", "returns: negative}, quality: {kind: ratio}}")
    gate = (
        '  - {id: door, type: gate, closed: lower, at: "0.6", multiplies: [commission], '
        "measured: {unit: amount, tier_measure: quality}}\n"
    )
    plan = Plan.from_text(head + tiers_yaml('{from: "0", rate: "0.05"}') + gate)
    row = found(plan, "L01").iloc[0]
    assert (row["where"], row["size"]) == ("quality", 15_000)
    assert row["finding"] == (
        "Cliff at 60% of quality: a hair more or less moves pay at target by 15,000 CNY"
    )


def test_a_cap_makes_a_flat_zone_and_ends_a_cliff() -> None:
    """5 % to a cap of 14,000: at 280,000 = 93.3 % of 300,000 pay stops; the step at 100 % pays nothing."""
    cap = 'limits: {cap: {of: pay, amount: "14000.00", excess: lost}}\n'
    plan = Plan.from_text(HEAD + tiers_yaml('{from: "0", rate: "0.05"}') + SECTION_5_BANDS + cap)
    flat = found(plan, "L02").iloc[0]
    assert flat["finding"].startswith("From 93.3% to 138.")
    assert flat["size"] == pytest.approx((1.382 - 0.9335) * 300_000, abs=300)
    assert found(plan, "L01")["size"].tolist() == [2_400]  # at 80 %, none is left at 100 %


def test_a_curve_that_bends_down_inside_a_stretch_is_found() -> None:
    """An average rate that falls from 10 % to 1 % of the amount: 300,000 to 600,000 pays less and less."""
    plan = plan_of(
        f"  - {{id: pay, type: average_rate, measured: {{unit: amount, {BOTH}}}, "
        'points: [["0", "0.1"], ["600000", "0.01"]]}\n'
    )
    assert (found(plan, "L03")["size"] < 0).all()
    assert len(found(plan, "L03"))


def test_sizes_are_money_where_something_is_lost() -> None:
    steep = plan_of(tiers_yaml('{from: "0", rate: "0.05"}, {from: "1", rate: "0.30"}'))
    assert found(steep, "L05", margin_rate=0.20)["size"].tolist() == pytest.approx([1_000])
    assert found(TEAM, "L11")["size"].tolist() == [13_500]  # 4.5 % of a quota of 300,000
    taxed = Plan.from_text(
        HEAD + tiers_yaml('{from: "0", rate: "0.05"}') + "tax_warning: cn_one_off_bonus\n"
    )
    zone = found(taxed, "L06", bonuses=[36_000, 36_001, 50_000])
    assert zone["size"].tolist() == [
        pytest.approx(2_309.10)
    ]  # 34,920 net at 36,000, 32,610.90 above
    assert zone["near"].tolist() == [pytest.approx(1 / 3)]


def test_a_draw_above_what_most_people_earn_and_a_spread_that_costs() -> None:
    draw = (
        'settlement: {true_up: none, leaver: pay_earned, draw: {amount: "20000.00", months: 6, '
        'recoverable: true, recovery_share: "1.0"}}\n'
    )
    plan = Plan.from_text(HEAD + tiers_yaml('{from: "0", rate: "0.05"}') + draw)
    row = found(plan, "L10", attainment=[1.0]).iloc[0]
    assert (row["size"], row["near"]) == (30_000, 1)  # 5,000 short in each of six months
    assert row["finding"] == (
        "After 6 periods most people still owe on the draw of 20,000 CNY, 30,000 CNY each on average"
    )
    assert found(plan, "L10", attainment=[1.5, 1.6]).empty
    # short by 5,000 in a third of the months, over by 10,000 in the others
    assert found(plan, "L10", attainment=[1.0, 2.0, 2.0]).empty
    assert "Draw (between periods)" in held(plan)
    convex = plan_of(
        tiers_yaml('{from: "0", rate: "0"}, {from: "1", rate: "0.5"}', negative="carry")
    )
    assert found(convex, "L09")["size"].iloc[0] > 0


def test_a_penalty_without_a_floor_and_a_tier_in_money_nobody_reaches() -> None:
    open_end = (
        'penalties:\n  - {id: late, when: register, deduct: {amount: "9.00"}, per: occurrence, '
        "floor: negative}\n"
    )
    plan = Plan.from_text(HEAD + tiers_yaml('{from: "0", rate: "0.05"}') + open_end)
    assert found(plan, "L12")["severity"].tolist() == ["medium"]
    money = plan_of(
        tiers_yaml('{from: "0", rate: "0.05"}, {from: "900000", rate: "0.1"}', unit="amount")
    )
    assert found(money, "L13", quota=300_000)["size"].tolist() == [45_000]
    assert found(money, "L13").empty  # without a quota nobody knows how far 900,000 is


def test_cash_is_taken_as_if_all_that_is_sold_were_collected() -> None:
    plan = Plan.from_yaml(PLANS / "collections.yaml")
    assert sorted(found(plan, "L01")["size"].abs())[:1] == [2_400]
    assert "paid as if all that is sold were collected" in held(plan)


def test_moving_20_000_at_290_000_is_worth_1_440() -> None:
    """methods, section 11, L04: 3,840 - 2,400, by the same exact pay that the finding uses."""
    plan = section_5()
    pay = {s: plan.payout(s, quota=300_000) for s in (290_000, 310_000, 320_000, 340_000)}
    assert pay[310_000] + pay[320_000] - pay[290_000] - pay[340_000] == 1_440


def test_a_plan_with_nothing_held_still_says_nothing_of_it() -> None:
    assert lint(section_5()).left_out == {"en": "", "zh": ""}
    assert np.isfinite(lint(section_5()).to_frame()["size"]).all()
    assert measured("amount")
