"""Days and weeks: exact sums, weekday and month-end profile, the daily check."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targettools import shares

import salesanalysis as sa
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.targets import DayProfile, day_profile, split_days
from salesanalysis.targets.time.workdays import day_table


def month(value: float, period: str = "2024-02-01") -> pd.DataFrame:
    return pd.DataFrame({"period": [period], "value": [float(value)]})


def two_regions(total: int = 52_000_000, year: int = 2024) -> sa.targets.Plan:
    return sa.targets.cascade(
        total, shares([3, 2], ["East", "West"]), levels=["region"], year=year, months="working_days"
    )


# ---- worked by hand


def test_february_2024_has_18_working_days_two_of_them_on_a_sunday() -> None:
    days = split_days(month(1_800)).to_frame()
    worked = days[days["value"] > 0]
    assert set(worked["value"]) == {100.0}
    assert len(worked) == 18
    # 4 and 18 February 2024 were make-up days, 10 to 17 February the Spring Festival
    assert [d.day for d in worked["date"] if d.weekday() == 6] == [4, 18]
    assert not days[days["date"].between("2024-02-10", "2024-02-17")]["value"].any()


def test_the_last_working_day_carries_twice_as_much() -> None:
    days = split_days(month(1_900), profile=DayProfile(month_end=(2.0,))).to_frame()
    assert days["value"].iloc[-1] == 200.0
    assert days["value"].iloc[-2] == 100.0


def test_a_shop_that_never_closes_counts_every_day_by_its_weekday() -> None:
    profile = DayProfile((1, 1, 1, 1, 1, 2, 2), closed="never")
    days = split_days(month(29 + 8), profile=profile).to_frame()
    assert days["value"].sum() == 37
    assert days.set_index("date").loc["2024-02-10", "value"] == 2.0


def test_a_week_across_a_months_end_has_two_parts() -> None:
    weeks = split_days(two_regions()).weeks()
    crossing = weeks[weeks["week"] == "2024-W05"]
    assert crossing["period"].dt.month.tolist() == [1, 2]
    assert crossing["n_working_days"].tolist() == [3, 3]
    assert crossing["last_date"].dt.strftime("%m-%d").tolist() == ["01-31", "02-04"]
    whole = split_days(two_regions()).weeks(whole=True)
    assert whole.set_index("week").loc["2024-W05", "value"] == crossing["value"].sum()


def test_the_daily_check_says_what_each_day_left_has_to_bring() -> None:
    plan = split_days(month(2_100, "2024-03-01"))
    sold = pd.DataFrame(
        {"date": ["2024-03-01", "2024-03-04", "2024-03-29"], "value": [150.0, 0, 999]}
    )
    check = plan.check(sold, as_of="2024-03-04")
    assert check.gap == -50.0
    assert check.needed() == pytest.approx(1_950 / 19)
    assert check.explain() == (
        "Up to 4 Mar 2024: 150 CNY sold, 75.0% of the 200 CNY planned to date\n"
        "2.0k CNY are missing to the month; each of the 19 days left has to bring 103 CNY, planned "
        "were 100 CNY."
    )
    assert check.explain("zh") == (
        "截至2024年3月4日：已完成150元，为同期目标200元的75.0%\n"
        "距全月目标还差1,950元；剩余19天平均每天需完成103元，原计划为100元。"
    )


def test_the_daily_check_ends_with_a_month_made_or_missed() -> None:
    plan = split_days(month(2_100, "2024-03-01"))
    sold = pd.DataFrame({"date": ["2024-03-29"], "value": [2_200.0]})
    assert (
        "The month is made, 100 CNY above its target."
        in plan.check(sold, as_of="2024-03-31").explain()
    )
    none = sold.assign(value=0.0)
    assert (
        plan.check(none, as_of="2024-03-31").explain("zh").endswith("本月结束，距目标还差2,100元。")
    )
    first = split_days(month(2_100, "2024-06-01")).check(none, as_of="2024-06-01")
    assert first.headline() == "Up to 1 Jun 2024: 0 CNY sold, no target to date (0 CNY)"


def test_a_make_up_sunday_counts_as_a_mean_weekday_where_sundays_count_nothing() -> None:
    profile = DayProfile((1, 1, 1, 1, 1, 0, 0))
    days = split_days(month(1_800), profile=profile).to_frame().set_index("date")["value"]
    assert days.loc["2024-02-04"] == days.loc["2024-02-05"] == 100.0


# ---- invariants


@settings(max_examples=15)
@given(
    total=st.integers(0, 10**10),
    year=st.integers(2020, 2027),
    rush=st.lists(st.floats(0, 3), max_size=4),
    weekdays=st.lists(st.floats(0.1, 2), min_size=7, max_size=7),
    closed=st.sampled_from(["holidays", "never"]),
)
def test_days_add_up_to_months_and_weeks_to_days(total, year, rush, weekdays, closed) -> None:
    plan = two_regions(total, year)
    profile = DayProfile(tuple(weekdays), tuple(rush), closed)
    made = split_days(plan, "region", profile=profile)
    days = made.to_frame()
    by_month = days.groupby(["region", "period"], as_index=False)["value"].sum()
    pd.testing.assert_frame_equal(by_month, plan.months("region"))
    assert made.weeks("region")["value"].sum() == days["value"].sum() == total
    assert made.weeks(whole=True)["value"].sum() == total
    parts = made.weeks("region").groupby(["region", "period"])["value"].sum()
    assert (parts.to_numpy() == by_month["value"].to_numpy()).all()
    assert (made.days().groupby("period")["value"].sum().to_numpy() == plan.months()["value"]).all()
    assert (days["value"] >= 0).all()


def test_order_of_rows_does_not_move_a_day() -> None:
    months = two_regions().months("region")
    shuffled = months.sample(frac=1, random_state=4)
    a, b = split_days(months, "region"), split_days(shuffled, "region")
    pd.testing.assert_frame_equal(a.to_frame(), b.to_frame())


def test_a_company_day_is_the_sum_of_its_regions_days() -> None:
    made = split_days(two_regions(1_000_003), "region")
    by_hand = made.to_frame().groupby("date")["value"].sum()
    assert (made.days()["value"].to_numpy() == by_hand.to_numpy()).all()


def test_cents_are_kept() -> None:
    plan = sa.targets.cascade(
        "100.01", shares([1]), levels=["region"], year=2024, months="equal", step="0.01"
    )
    made = split_days(plan)
    assert made.step == "0.01"
    assert round(made.to_frame()["value"].sum(), 2) == 100.01


# ---- planted truth


def test_a_planted_profile_is_learnt_from_daily_sales() -> None:
    planted = DayProfile((0.9, 1.0, 1.0, 1.0, 1.1, 0, 0), (1.8, 1.4))
    days = day_table("2022-01-01", "2023-12-01")
    noise = np.exp(np.random.default_rng(0).normal(0, 0.05, len(days)))
    sold = days.assign(value=1e5 * planted.weights(days) * noise)
    found = day_profile(sold[["date", "value"]], month_end=2)
    assert np.abs(np.array(found.weekdays[:5]) - planted.weekdays[:5]).max() < 0.03
    assert np.abs(np.array(found.month_end) - planted.month_end).max() < 0.25
    assert found.weekdays[5:] == (0.0, 0.0)


def test_a_learnt_profile_is_nearer_to_the_next_month_than_equal_days() -> None:
    planted = DayProfile((0.8, 0.9, 1.0, 1.1, 1.2, 0, 0), (2.0, 1.5, 1.2))
    days = day_table("2023-01-01", "2024-12-01")
    noise = np.exp(np.random.default_rng(1).normal(0, 0.1, len(days)))
    days["value"] = 1e5 * planted.weights(days) * noise
    past, future = days[days["date"] < "2024-01-01"], days[days["date"] >= "2024-01-01"]
    months = future.groupby("period", as_index=False)["value"].sum()
    months["value"] = months["value"].round()
    errors = [
        np.abs(split_days(months, profile=p).to_frame()["value"].to_numpy() - future["value"]).sum()
        for p in (day_profile(past[["date", "value"]]), DayProfile())
    ]
    assert errors[0] / errors[1] < 0.6


# ---- refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_profiles_nobody_could_have_meant_are_refused() -> None:
    assert refusal(lambda: DayProfile((1, 1))) == (
        "A day profile needs 7 weekday factors, all of zero or more, got weekdays=(1.0, 1.0) and "
        "month_end=().\n"
        "  where: DayProfile(weekdays=..., month_end=...)\n"
        "  fix:   write Monday to Sunday, such as (1, 1, 1, 1, 1.2, 0, 0)"
    )
    assert refusal(lambda: DayProfile(closed="sundays")) == (
        "closed must be 'holidays' or 'never', got 'sundays'.\n"
        "  where: DayProfile(closed=...)\n"
        "  fix:   write 'never' for a shop that opens every day"
    )
    assert refusal(lambda: split_days(month(5), profile=DayProfile((0,) * 7))) == (
        "No day of 2024-02 carries any weight, so its target cannot be handed down.\n"
        "  where: split_days(profile=..., calendar=...)\n"
        "  fix:   give a weekday of the profile a factor above 0"
    )
    assert refusal(lambda: split_days(month(5.5))) == (
        "1 of 1 months lie between two steps of 1.\n"
        "  where: first: 2024-02, 5.5\n"
        "  fix:   use a smaller step, such as 0.01"
    )
    part = pd.DataFrame({"date": ["2024-01-05"], "value": [0.0]})
    assert refusal(lambda: day_profile(part)) == (
        "There is no whole month of daily sales to learn a profile from.\n"
        "  where: sales from 2024-01-05 to 2024-01-05\n"
        "  fix:   pass daily sales of at least one whole month, or write a DayProfile by hand"
    )


def test_a_day_outside_the_plan_cannot_be_checked() -> None:
    plan = split_days(month(1))
    sold = pd.DataFrame({"date": ["2024-03-01"], "value": [1.0]})
    assert refusal(lambda: plan.check(sold, as_of="2024-03-01")) == (
        "The day plan has no days of 2024-03.\n"
        "  where: check(as_of=2024-03-01), days 2024-02-01 to 2024-02-29\n"
        "  fix:   choose a day inside the plan"
    )


def test_a_day_plan_with_a_lost_yuan_does_not_come_to_be() -> None:
    made = split_days(month(1_800))
    frame = made.to_frame()
    frame.loc[0, "value"] += 1
    with pytest.raises(ReconciliationError) as caught:
        sa.targets.DayPlan(frame, made.months, (), "1")
    assert str(caught.value).startswith("The days of 1 of 1 months leave 1 unexplained.\n")
