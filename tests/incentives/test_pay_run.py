"""Months one after the other: balances are carried, nothing is lost between them."""

from fractions import Fraction

import pandas as pd
import pytest
from figures import assert_good_figure
from hypothesis import given, settings
from hypothesis import strategies as st
from paytools import HEAD, SECTION_5_BANDS, deals, plan_of, section_5, tiers_yaml

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.exact.cents import half_up

ALL = tiers_yaml('{from: "0", rate: "1"}', unit="amount", negative="carry")
DRAW = (
    'settlement: {true_up: none, leaver: pay_earned, draw: {amount: "2000.00", months: 6, '
    'recoverable: true, recovery_share: "1.0"}}\n'
)
GROSS = (2750, 3000, 1500, 2375, 3000, 2750)
LI = pd.DataFrame({"salesperson": ["Li"]})


def months(amounts) -> pd.DataFrame:
    return pd.concat(
        [
            deals(a, month=f"2024-{k:02d}", salesperson=["Li"]).assign(order_id=f"D{k}")
            for k, a in enumerate(amounts, 1)
        ],
        ignore_index=True,
    )


def test_a_published_draw_over_six_months_pays_and_owes_what_its_source_says() -> None:
    """Siebel Incentive Compensation Administration Guide, Recoverable Draw Scenario (Table 4)."""
    run = Plan.from_text(HEAD + ALL + DRAW).run(LI, months(GROSS), first="2024-01", last="2024-06")
    frame = run.to_frame()
    assert frame["pay"].tolist() == [2750, 3000, 2000, 2000, 2875, 2750]
    assert frame["owed"].tolist() == [0, 0, 500, 125, 0, 0]
    assert run.total == sum(GROSS)


def test_returns_above_sales_are_earned_off_in_the_months_after() -> None:
    run = section_5("carry").run(
        LI.assign(quota=1000.0), months([-200, 300, 500]), first="2024-01", last="2024-03"
    )
    frame = run.to_frame()
    assert frame["carried"].tolist() == [-200, 0, 0]
    # 100 left of February at 2 % x 0.8, 500 of March at half a quota: 10 x 0.8
    assert frame["pay"].tolist() == [0, 1.6, 8.0]


def test_the_year_to_date_is_trued_up_to_the_pay_of_the_whole() -> None:
    tiers = tiers_yaml('{from: "0", rate: "0.01"}, {from: "1.0", rate: "0.05"}', extra="").replace(
        "quota: month", "quota: ytd"
    )
    plan = Plan.from_text(HEAD + tiers + "settlement: {true_up: {of: ytd, negative: carry}}\n")
    people = LI.assign(quota=1000.0, credited=0.0)
    run = plan.run(people, months([3000, 0, 900]), first="2024-01", last="2024-03")
    # January 3,000 of 1,000: 10 + 100; February 3,000 of 2,000: 20 + 50, 40 too much; March
    # 3,900 of 3,000: 30 + 45 = 75, of which 110 are paid
    assert run.to_frame()["pay"].tolist() == [110, 0, 0]
    more = plan.run(people, months([3000, 0, 3000]), first="2024-01", last="2024-03")
    assert more.total == 30 + 150
    assert more.to_frame()["pay"].tolist() == [110, 0, 70]


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(-50_000, 300_000), min_size=3, max_size=3))
def test_months_of_a_true_up_sum_to_the_rounded_pay_of_the_whole(cents) -> None:
    """Property 10: what was paid is taken off as it was rounded, so no cent is lost or won."""
    tiers = tiers_yaml('{from: "0", rate: "0.0133"}, {from: "0.7", rate: "0.0377"}')
    text = HEAD + tiers.replace("quota: month", "quota: ytd")
    plan = Plan.from_text(text + "settlement: {true_up: {of: ytd, negative: claw}}\n")
    people = LI.assign(quota=1000.0, credited=0.0)
    sold = months([c / 100 for c in cents])
    run = plan.run(people, sold, first="2024-01", last="2024-03")
    whole = plan_of(tiers).payout(Fraction(sum(cents), 100), quota=3000)
    assert round(run.total * 100) == half_up(whole * 100)


CLAW = "settlement: {true_up: none, clawback: {window_months: 6, method: METHOD, floor: carry}}\n"
CANCELLED = pd.DataFrame(
    {
        "salesperson": ["Li"], "order_id": ["D1"], "booked_on": ["2024-01-01"], "period": ["2024-02"],
        "amount": [600.0], "pay_rate": ["0.02"],
    }
)  # fmt: skip


@pytest.mark.parametrize(
    ("tiers", "reversal", "recompute"),
    [
        # one flat rate of 2 %: 20 less 12, either way
        ('{from: "0", rate: "0.02"}', 8.0, 8.0),
        # 1,000 pay 5 + 30 = 35; by the rate of the booking 12 go; 400 alone pay 4, so 31 go
        ('{from: "0", rate: "0.01"}, {from: "500", rate: "0.06"}', 23.0, 4.0),
    ],
)
def test_a_deal_taken_back_by_its_rate_or_by_paying_its_month_again(
    tiers, reversal, recompute
) -> None:
    """Property 25: the two agree for one flat rate, and only there."""
    pays = []
    for method in ("reversal", "recompute"):
        text = HEAD + tiers_yaml(tiers, unit="amount") + CLAW.replace("METHOD", method)
        run = Plan.from_text(text).run(
            LI, months([1000, 1000]), first="2024-01", last="2024-02", clawbacks=CANCELLED
        )
        pays.append(run.to_frame()["pay"].iloc[1])
    assert pays == [reversal, recompute]


@pytest.mark.parametrize(("method", "pay"), [("reversal", 9.6), ("recompute", 6.4)])
def test_a_deal_taken_back_takes_its_coefficient_along(method, pay) -> None:
    """24 less 600 x 2 % x 1.2; or less what 400, 40 % of quota at 0.8, leave of January's 24."""
    text = HEAD + tiers_yaml('{from: "0", rate: "0.02"}', unit="amount") + SECTION_5_BANDS
    run = Plan.from_text(text + CLAW.replace("METHOD", method)).run(
        LI.assign(quota=1000.0), months([1000, 1000]), first="2024-01", last="2024-02",
        clawbacks=CANCELLED.assign(coefficient="1.2"),
    )  # fmt: skip
    assert run.to_frame()["pay"].tolist() == [24.0, pay]


def test_a_month_that_is_not_paid_here_cannot_be_paid_again() -> None:
    text = HEAD + ALL + CLAW.replace("METHOD", "recompute")
    with pytest.raises(ContractError) as caught:
        Plan.from_text(text).statement(
            {"salesperson": "Li"},
            deals(5, month="2024-02"),
            clawbacks=CANCELLED.drop(columns="period"),
        )
    assert str(caught.value) == (
        "deal 'D1' of 'Li' was booked on 2024-01-01, in a period that is not paid here, and the "
        "plan pays that period again.\n"
        "  where: clawbacks, method: recompute\n"
        "  fix:   pay all periods from the booking on with plan.run(first=..., last=...)"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_run_is_said_and_drawn_in_both_languages(lang) -> None:
    run = Plan.from_text(HEAD + ALL + DRAW).run(LI, months(GROSS), first="2024-01", last="2024-06")
    assert_good_figure(run.plot(lang=lang))
    assert "15,375" in run.explain(lang=lang)


def test_quotas_that_miss_a_month_are_refused() -> None:
    people = LI.assign(quota=1000.0, period="2024-01")
    with pytest.raises(ContractError) as caught:
        section_5().run(people, months([1, 2]), first="2024-01", last="2024-02")
    assert str(caught.value) == (
        "people have no rows for 1 of 2 periods: 2024-02.\n"
        "  where: people, column 'period'\n"
        "  fix:   give a row per person and period, or leave the column out for one quota in all"
    )
