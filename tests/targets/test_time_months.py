"""Months around the Spring Festival: windows, working days, joint January and February, pins."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targettools import shares

import salesanalysis as sa
from salesanalysis.errors import ContractError
from salesanalysis.festivals import AFTER, BEFORE, DURING, china, regressors, statutory_days
from salesanalysis.panel import Panel
from salesanalysis.periods import SPRING_FESTIVAL, FiscalCalendar, month_range
from salesanalysis.targets.time.festival import window_table
from salesanalysis.targets.time.workdays import day_table, month_days


def simulated(first: int, last: int, *, seed: int, season: float = 0.1, noise: float = 0.03):
    """Sales that are working days x season x festival x growth, with and without noise."""
    months = month_range(f"{first}-01", f"{last}-12")
    days = month_days(months).to_numpy("float64")
    festival = regressors(months, (BEFORE, DURING, AFTER)).matrix @ [0.25, -0.5, -0.15]
    wave = 1 + season * np.sin(2 * np.pi * (months.month.to_numpy() - 4) / 12)
    growth = 1.1 ** (months.year.to_numpy() - first)
    truth = 1e5 * days * wave * np.exp(festival) * growth
    sold = truth * np.exp(np.random.default_rng(seed).normal(0, noise, len(months)))
    return months, truth, sold


def panel_of(months, values) -> Panel:
    return Panel.of(pd.DataFrame({"period": months, "value": values}), by=[])


def two_regions() -> Panel:
    months, _, sold = simulated(2020, 2023, seed=3)
    frame = pd.DataFrame({"period": months, "value": sold})
    east = frame.assign(region="East")
    west = frame[frame["period"] >= "2023-03-01"].assign(region="West", value=lambda f: f.value / 3)
    return Panel.of(pd.concat([east, west]), by=["region"])


# ---- worked by hand


def test_the_three_weeks_before_the_festival_move_between_january_and_february() -> None:
    table = window_table([2024, 2025, 2026, 2027])
    before = table[table["window"] == "before"]
    assert before[["n_january", "n_february"]].to_numpy().tolist() == [
        [12, 9], [21, 0], [5, 16], [16, 5],
    ]  # fmt: skip


def test_working_days_of_2024_to_2026_are_those_of_the_notices() -> None:
    year = month_days(month_range("2024-01", "2024-12")).tolist()
    assert year == [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]
    assert int(month_days(month_range("2025-01", "2025-12")).sum()) == 248
    assert month_days(month_range("2026-01", "2026-02")).tolist() == [21, 16]
    assert int(month_days(month_range("2026-01", "2026-12")).sum()) == 248


def test_flat_sales_per_working_day_give_shares_by_working_days() -> None:
    months = month_range("2021-01", "2023-12")
    planned = sa.targets.month_shares(panel_of(months, 1e4 * month_days(months)), year=2024)
    days = planned.to_frame()["month_share"] * 251
    assert days.round(6).tolist() == [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]
    assert planned.estimated is False


def test_one_year_of_history_counts_a_third_of_its_season_where_that_is_the_rule() -> None:
    months = month_range("2022-01", "2022-12")
    sold = month_days(months).to_numpy("float64")
    sold[11] *= 2
    planned = sa.targets.month_shares(panel_of(months, sold), year=2023, festival=None, shrink=2)
    per_day = sold / month_days(months).to_numpy() / (sold.sum() / 249)
    index = 1 + (per_day - 1) / 3
    weight = index * month_days(month_range("2023-01", "2023-12")).to_numpy()
    assert np.allclose(planned.to_frame()["month_share"], weight / weight.sum())


def test_a_region_of_two_years_counts_half_its_own_season_where_that_is_the_rule() -> None:
    months = month_range("2021-01", "2022-12")
    days = month_days(months).to_numpy("float64")
    flat = pd.DataFrame({"period": months, "value": 1e9 * days, "region": "Flat"})
    peak = pd.DataFrame({"period": months, "value": days * np.where(months.month == 6, 3, 1)})
    panel = Panel.of(pd.concat([flat, peak.assign(region="Peak")]), by=["region"])
    table = sa.targets.month_shares(panel, year=2023, festival=None, shrink=2).to_frame()
    june = table[table["period"].dt.month == 6].set_index("region")["day_index"]
    may = table[table["period"].dt.month == 5].set_index("region")["day_index"]
    assert june["Flat"] == pytest.approx(1, abs=1e-6)
    # own index about 2.57 in June and 0.86 in May, each pulled half the way to the company's 1
    per_day = [days[k] * f / d for k, f, d in ((5, 3, days[5]), (4, 1, days[4]))]
    means = [(days[i : i + 12].sum() + 2 * days[i + 5]) / days[i : i + 12].sum() for i in (0, 12)]
    own = [np.median([v / m for m in means]) for v in per_day]
    assert june["Peak"] / may["Peak"] == pytest.approx((1 + own[0]) / (1 + own[1]), rel=0.02)


def test_the_later_festival_of_2026_brings_january_up_and_february_down() -> None:
    months, _, sold = simulated(2015, 2024, seed=1)
    plan_2025 = sa.targets.month_shares(panel_of(months, sold), year=2025)
    months, _, sold = simulated(2015, 2025, seed=1)
    plan_2026 = sa.targets.month_shares(panel_of(months, sold), year=2026)
    ratio_2025, ratio_2026 = (
        p.to_frame()["day_index"].iloc[0] / p.to_frame()["day_index"].iloc[1]
        for p in (plan_2025, plan_2026)
    )
    # 2025: the feast is on 29 January and its quiet days fall into February as well
    assert plan_2025.effects["before"] > 0 > plan_2025.effects["during"]
    assert ratio_2025 != pytest.approx(ratio_2026, rel=0.02)


def test_a_plan_follows_the_festival_and_a_region_without_a_season_the_company() -> None:
    panel = two_regions()
    basis = sa.targets.growth(panel, year=2024)
    plan = sa.targets.cascade(130_000_000, basis, months="spring_festival", profile=panel)
    planned = sa.targets.month_shares(panel, year=2024)
    assert plan.way == "spring_festival"
    west = planned.to_frame().query("region == 'West'")
    assert set(west["status"]) == {"borrowed_season"}
    assert np.allclose(west["month_share"], planned.company()["month_share"])
    same = sa.targets.cascade(130_000_000, basis, profile=planned)
    pd.testing.assert_frame_equal(plan.to_frame(), same.to_frame())
    assert plan.explain().count("January and February planned together") == 1
    assert "1月和2月围绕春节合并规划" in plan.explain("zh")


def test_a_fixed_month_stays_and_the_other_months_make_room() -> None:
    basis = shares([3, 1], ["East", "West"])
    plan = sa.targets.cascade(2_400, basis, levels=["region"], year=2024, months="equal")
    pins = pd.DataFrame(
        {"region": ["East", None], "period": ["2024-03-01", "2024-07-15"], "value": [370, 90]}
    )
    fixed = sa.targets.pin_months(plan, pins)
    east = fixed.select(region="East").months()["value"].tolist()
    assert east[2] == 370
    assert sum(east) == 1_800
    assert fixed.months()["value"].tolist()[6] == 90
    assert east[0] == pytest.approx((1_800 - 370 - east[6]) / 10, abs=1)
    assert fixed.frame.query("status == 'pinned'")["period"].dt.month.tolist() == [3, 7, 7]


# ---- invariants


@settings(max_examples=10)
@given(
    years=st.integers(1, 5),
    target=st.integers(2016, 2027),
    seed=st.integers(0, 99),
    festival=st.sampled_from(["spring_festival", None]),
)
def test_month_shares_add_up_to_the_year_and_none_is_negative(
    years, target, seed, festival
) -> None:
    first = min(target, 2027) - years
    months, _, sold = simulated(first, target - 1, seed=seed, noise=0.5)
    planned = sa.targets.month_shares(panel_of(months, sold), year=target, festival=festival)
    share = planned.to_frame()["month_share"]
    assert share.sum() == pytest.approx(1, abs=1e-12)
    assert (share > 0).all()


@settings(max_examples=12)
@given(
    total=st.integers(0, 10**9),
    months=st.lists(st.integers(1, 12), min_size=1, max_size=6, unique=True),
    part=st.floats(0, 0.16),
)
def test_fixed_months_leave_every_year_exact(total, months, part) -> None:
    basis = shares([5, 3, 1])
    plan = sa.targets.cascade(total, basis, levels=["region"], year=2025, months="working_days")
    value = int(total * 5 / 9 * part)
    pins = pd.DataFrame(
        {"region": "A", "period": [f"2025-{m:02d}-01" for m in months], "value": value}
    )
    fixed = sa.targets.pin_months(plan, pins)
    assert fixed.total == plan.total
    for region in "ABC":
        assert fixed.select(region=region).total == plan.select(region=region).total
    pinned = fixed.select(region="A").months()["value"].iloc[[m - 1 for m in sorted(months)]]
    assert set(pinned) == {float(value)}


# ---- planted truth


@pytest.mark.parametrize(
    ("years", "season", "limit"),
    [(5, 0.0, 0.3), (5, 0.2, 0.4), (3, 0.2, 0.5), (3, 0.6, 0.5), (1, 0.4, 0.8)],
)
def test_months_are_split_nearer_than_by_a_fixed_index_however_short_and_strong_the_season(
    years, season, limit
) -> None:
    errors = []
    for year in (2021, 2023, 2024, 2026):
        months, truth, sold = simulated(2015, 2026, seed=year, season=season)
        past = (months.year >= year - years) & (months.year < year)
        right = truth[months.year == year] / truth[months.year == year].sum()
        planned = sa.targets.month_shares(panel_of(months[past], sold[past]), year=year)
        blocks = sold[past].reshape(-1, 12)
        fixed = (blocks / blocks.sum(axis=1, keepdims=True)).mean(axis=0)
        ours = planned.to_frame()["month_share"].to_numpy()
        errors.append([np.abs(ours - right).sum(), np.abs(fixed - right).sum()])
    ours, fixed = np.mean(errors, axis=0)
    assert ours / fixed < limit


# ---- outside reference


def test_regions_whose_january_differs_from_february_keep_their_own_after_three_years() -> None:
    # planted: no festival at all, four regions with a ratio of their own, noise 3 %
    rng = np.random.default_rng(3)
    ratio = dict(zip("ABCD", (1.8, 0.6, 1.2, 0.8), strict=True))
    rows = []
    for region, own in ratio.items():
        for year in (2021, 2022, 2023):
            months = FiscalCalendar().months(year)
            value = month_days(months, None).to_numpy("float64") * rng.lognormal(0, 0.03, 12)
            value[0] *= own
            rows.append(pd.DataFrame({"region": region, "period": months, "value": value}))
    panel = Panel.of(pd.concat(rows, ignore_index=True), by=["region"])
    found = sa.targets.month_shares(panel, year=2024).to_frame()
    first = found[found["period"].dt.month <= 2]
    index = first.pivot(index="region", columns="period", values="day_index").drop(index="")
    got = (index.iloc[:, 0] / index.iloc[:, 1]).to_dict()
    for region, own in ratio.items():
        assert got[region] == pytest.approx(own, rel=0.08), region


def test_the_stand_in_for_a_notice_agrees_with_the_notices_of_2025_and_2026(monkeypatch) -> None:
    feasts = {
        2025: (date(2025, 5, 31), date(2025, 10, 6)),
        2026: (date(2026, 6, 19), date(2026, 9, 25)),
    }
    monkeypatch.setattr(china, "LUNAR_FEASTS", feasts)
    for year in feasts:
        days = pd.date_range(f"{year}-01-01", f"{year}-12-31")
        off = statutory_days(year)
        worked = pd.Series([d.weekday() < 5 and d.date() not in off for d in days], days)
        ours = worked.groupby(days.month).sum()
        notice = month_days(month_range(f"{year}-01", f"{year}-12")).to_numpy()
        assert ours.sum() == notice.sum() == 248
        assert np.abs(ours.to_numpy() - notice).max() <= 2


def test_lunar_feasts_lie_a_whole_number_of_moons_after_the_new_year() -> None:
    for year, (boat, moon) in china.LUNAR_FEASTS.items():
        for feast, day in ((boat, 5), (moon, 15)):
            moons = (feast - SPRING_FESTIVAL[year]).days - (day - 1)
            assert abs(moons / 29.530589 - round(moons / 29.530589)) < 0.06


def test_a_year_without_a_notice_warns_on_shares_and_plan() -> None:
    months, _, sold = simulated(2022, 2026, seed=5)
    planned = sa.targets.month_shares(panel_of(months, sold), year=2027)
    assert planned.estimated
    assert planned.explain().splitlines()[-1] == (
        "The holidays of 2027 are not published yet: working days are weekdays without the 13 "
        "statutory days; check again when the notice is out."
    )
    plan = sa.targets.cascade(120, shares([1]), levels=["region"], year=2027, months="working_days")
    assert "The holidays of 2027 are not published yet" in plan.explain()
    assert "2027年放假安排尚未公布" in plan.explain("zh")
    own = day_table("2027-01-01", "2027-12-01", "weekdays")[["date", "is_workday"]]
    known = sa.targets.cascade(
        120, shares([1]), levels=["region"], year=2027, months="working_days", calendar=own
    )
    assert "not published" not in known.explain()


def test_fiscal_years_from_july_keep_january_and_february_together() -> None:
    months, _, sold = simulated(2018, 2022, seed=2)
    frame = pd.DataFrame({"period": months, "value": sold})
    panel = Panel.of(frame, by=[], calendar=FiscalCalendar(7), closed_through="2022-12-01")
    table = sa.targets.month_shares(panel, year=2022).to_frame()
    assert table["period"].iloc[[0, 6, 7]].dt.strftime("%Y-%m").tolist() == [
        "2021-07", "2022-01", "2022-02",
    ]  # fmt: skip


# ---- refusals


def refusal(call) -> str:
    with pytest.raises(ContractError) as caught:
        call()
    return str(caught.value)


def test_months_around_the_festival_need_a_history() -> None:
    message = refusal(
        lambda: sa.targets.cascade(
            1, shares([1]), levels=["region"], year=2024, months="spring_festival"
        )
    )
    assert message == (
        "Months around the Spring Festival need the history they are learnt from.\n"
        "  where: cascade(months='spring_festival', profile=...)\n"
        "  fix:   pass profile=panel, or the result of month_shares()"
    )


def test_month_shares_of_another_year_are_refused() -> None:
    months, _, sold = simulated(2020, 2023, seed=0)
    planned = sa.targets.month_shares(panel_of(months, sold), year=2024)
    message = refusal(
        lambda: sa.targets.cascade(1, shares([1]), levels=["region"], year=2025, profile=planned)
    )
    assert message == (
        "The month shares are those of 2024, the plan is for 2025.\n"
        "  where: cascade(profile=...)\n"
        "  fix:   write month_shares(panel, year=2025)"
    )


def test_a_year_from_february_on_has_no_january_and_february_together() -> None:
    months, _, sold = simulated(2018, 2023, seed=0)
    frame = pd.DataFrame({"period": months, "value": sold})
    panel = Panel.of(frame, by=[], calendar=FiscalCalendar(2))
    assert refusal(lambda: sa.targets.month_shares(panel, year=2022)) == (
        "A fiscal year from February on holds January and February of two festivals.\n"
        "  where: month_shares(festival='spring_festival')\n"
        "  fix:   write festival=None, or plan calendar years"
    )


def test_unknown_festivals_weights_and_years_are_refused() -> None:
    months, _, sold = simulated(2022, 2023, seed=0)
    panel = panel_of(months, sold)
    assert refusal(lambda: sa.targets.month_shares(panel, year=2024, festival="easter")) == (
        "'easter' is not a festival that moves between months here; known: spring_festival.\n"
        "  where: month_shares(festival=...)\n"
        "  fix:   use one of: spring_festival"
    )
    assert refusal(lambda: sa.targets.month_shares(panel, year=2024, half_life=0)) == (
        "half_life must be above 0 and shrink 0 or more, got 0 and None.\n"
        "  where: month_shares(half_life=..., shrink=...)\n"
        "  fix:   write half_life=3, shrink=2, or leave shrink out"
    )
    short = panel_of(months[3:12], sold[3:12])
    assert refusal(lambda: sa.targets.month_shares(short, year=2023)) == (
        "There is no complete year to take a season from.\n"
        "  where: month_shares(year=2023), history from 2022-04 on\n"
        "  fix:   write months='working_days' or months='equal', or pass a longer history"
    )
    assert refusal(lambda: day_table("2036-01-01", "2036-02-01")) == (
        "The holidays of 2036 are neither published nor in the table of lunar feasts "
        "(2027 to 2035).\n"
        "  where: working days of 2036\n"
        "  fix:   pass calendar= with the columns date and is_workday"
    )
    assert refusal(lambda: day_table("2024-01-01", "2024-02-01", "mars")) == (
        "calendar must be a table, 'china' or 'weekdays', got 'mars'.\n"
        "  where: calendar=...\n"
        "  fix:   pass a table with date and is_workday, or one of the two names"
    )
    holes = pd.DataFrame({"date": pd.date_range("2024-01-01", "2024-01-30"), "is_workday": True})
    assert refusal(lambda: day_table("2024-01-01", "2024-01-01", holes)) == (
        "The calendar does not cover 1 days from 2024-01-31 on.\n"
        "  where: calendar['date']\n"
        "  fix:   add a row per day of these months"
    )


def test_fixed_months_that_cannot_be_are_refused() -> None:
    plan = sa.targets.cascade(
        1_200, shares([1], ["East"]), levels=["region"], year=2024, months="equal"
    )

    def pinned(**columns):
        return refusal(lambda: sa.targets.pin_months(plan, pd.DataFrame(columns)))

    assert pinned(region=["East"], period=["2024-01-01"], value=[1_201]) == (
        "The fixed months of East come to 1,201, its year is 1,200.\n"
        "  where: pin_months: 1 units\n"
        "  fix:   lower the fixed months, or raise the year first"
    )
    assert pinned(region=["Esat"], period=["2024-01-01"], value=[1]) == (
        "The plan has no unit {'region': 'Esat'}: 2024-01-01.\n"
        "  where: pins, row 0\n"
        "  fix:   name a unit of the plan and a month of its year"
    )
    assert pinned(region=["East"], period=["2025-01-01"], value=[1]) == (
        "The plan has no such month: 2025-01-01.\n"
        "  where: pins, row 0\n"
        "  fix:   name a unit of the plan and a month of its year"
    )
    assert pinned(region=["East", ""], period=["2024-01-01"] * 2, value=[1, 1]) == (
        "Two pins fix the same month 2024-01 of the same unit.\n"
        "  where: pins, row 1\n"
        "  fix:   keep one of them, or pin the parts and not the whole"
    )
