"""Moving festivals and working days: what part of each falls into which month."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.festivals import (
    AFTER,
    BEFORE,
    DURING,
    Window,
    easter,
    festival_days,
    regressors,
    statutory_days,
    window_shares,
)
from salesanalysis.periods import SPRING_FESTIVAL, month_range, published_years, working_days

SPRING_YEARS = month_range("2010-01", "2035-12")


def shares(first, last, window):
    return window_shares(month_range(first, last), festival_days("spring_festival"), window)


def refusal(call, *args, **kwargs):
    with pytest.raises(ContractError) as caught:
        call(*args, **kwargs)
    return caught.value


# -- worked by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "before", "during"),
    [
        ("2025-01", [21, 0], [3, 4]),  # 29 January
        ("2024-01", [12, 9], [0, 7]),  # 10 February
        ("2023-01", [21, 0], [7, 0]),  # 22 January
        ("2026-01", [5, 16], [0, 7]),  # 17 February
    ],
)
def test_the_windows_of_the_spring_festival_fall_on_january_and_february(first, before, during):
    last = pd.Timestamp(first) + pd.DateOffset(months=1)
    assert shares(first, last, BEFORE) == pytest.approx(np.array(before) / 21)
    assert shares(first, last, DURING) == pytest.approx(np.array(during) / 7)


def test_the_weeks_after_the_feast_reach_march():
    # 2024-02-10: days 7 to 20 are 17 February to 1 March
    assert shares("2024-02", "2024-03", AFTER) == pytest.approx([13 / 14, 1 / 14])


def test_a_regressor_is_a_share_minus_its_mean_over_the_years_of_the_calendar():
    table = pd.DataFrame(
        {"date": ["2021-05-31", "2022-06-01", "2023-05-30", "2024-06-10"], "kind": "fair"}
    )
    got = regressors(
        month_range("2021-01", "2024-12"), [Window("fair", 0, 1, festival="fair")], table=table
    ).to_frame()["fair"]
    # shares of May: 1/2, 0, 1, 0 with mean 3/8; June: 1/2, 1, 0, 1 with mean 5/8
    assert got[got.index.month == 5].tolist() == [0.125, -0.375, 0.625, -0.375]
    assert got[got.index.month == 6].tolist() == [-0.125, 0.375, -0.625, 0.375]
    assert (got[~got.index.month.isin([5, 6])] == 0).all()


def test_working_days_count_as_a_ratio_to_the_same_month_of_other_years():
    got = regressors(month_range("2023-02", "2024-02"), [], workdays="weekdays").to_frame()
    # 28 years have 7 leap days, one on each day of the week: 5 of them add a weekday to 20
    mean = (23 * 20 + 5 * 21) / 28
    assert got["working_days"].iloc[[0, -1]].tolist() == pytest.approx(
        [np.log(20 / mean), np.log(21 / mean)]
    )


def test_days_off_and_make_up_days_of_a_table_change_the_weekdays():
    # 2024-10-01 is a Tuesday off, Saturday the 12th is worked, Sunday the 6th was free anyway
    table = pd.DataFrame(
        {
            "date": ["2024-10-01", "2024-10-12", "2024-10-06", "2023-10-02"],
            "kind": ["day_off", "workday", "day_off", "day_off"],
        }
    )
    got = regressors(month_range("2023-10", "2024-10"), [], workdays="weekdays", table=table)
    # October: 23 weekdays - 1 + 1 in 2024, 22 - 1 in 2023, mean 22
    assert got.matrix[[0, -1], 0] == pytest.approx([np.log(21 / 22), np.log(23 / 22)])


def test_china_counts_the_published_days_and_takes_later_years_from_the_table():
    last = published_years()[-1]
    table = pd.DataFrame({"date": [f"{last + 1}-01-01"], "kind": ["day_off"]})
    months = month_range(f"{last}-01", f"{last + 1}-01")
    got = regressors(months, [], workdays="china", table=table).matrix[:, 0]
    published = [month_range(f"{y}-01", f"{y}-01")[0] for y in published_years()]
    new = int(np.busday_count(f"{last + 1}-01-01", f"{last + 1}-02-01")) - (
        pd.Timestamp(f"{last + 1}-01-01").day_of_week < 5
    )
    mean = (working_days(published).sum() + new) / (len(published) + 1)
    assert got[-1] == pytest.approx(np.log(new / mean))


def test_a_year_without_a_notice_counts_weekdays_less_the_days_off_by_law():
    year = published_years()[-1] + 1
    got = regressors(month_range(f"{year - 1}-12", f"{year}-12"), [], workdays="china")
    mondays_to_fridays = np.busday_count(f"{year}-10-01", f"{year}-11-01")
    october = sum(day.month == 10 for day in statutory_days(year))
    published = working_days([f"{y}-10-01" for y in published_years()])
    want = np.log((mondays_to_fridays - october) / published.mean())
    assert got.matrix[-3, 0] == pytest.approx(want)
    assert got.estimated == (year,)
    assert (
        regressors(month_range(f"{year - 1}-01", f"{year - 1}-12"), workdays="china").estimated
        == ()
    )


def test_windows_of_one_festival_join_by_their_days():
    spring = regressors(SPRING_YEARS, [BEFORE, DURING], workdays="weekdays")
    names, weights = spring.merging()
    assert names == ("before+during", "working_days")
    joined = regressors(SPRING_YEARS, [Window("joined", -21, 6)]).matrix[:, 0]
    assert (spring.matrix @ weights)[:, 0] == pytest.approx(joined)


def test_a_date_of_the_users_own_takes_over_from_the_built_in_one():
    table = pd.DataFrame({"date": ["2024-04-25"], "kind": ["easter"]})
    assert festival_days("easter", table).astype(str).tolist() == ["2024-04-25"]


# -- what always holds ------------------------------------------------------------------------


@given(
    first=st.integers(-60, 60),
    length=st.integers(1, 60),
    dates=st.lists(
        st.dates(date(2012, 1, 1), date(2018, 12, 31)), min_size=1, max_size=8, unique=True
    ),
)
def test_each_festival_adds_up_to_one(first, length, dates):
    days = np.array(sorted(dates), dtype="datetime64[D]")
    got = window_shares(
        month_range("2011-01", "2019-12"), days, Window("w", first, first + length - 1)
    )
    assert got.sum() == pytest.approx(len(dates))
    assert (got >= 0).all()


@settings(deadline=None, max_examples=30)
@given(first=st.integers(-20, 30), length=st.integers(1, 40))
def test_centred_regressors_change_neither_level_nor_season(first, length):
    spring = regressors(SPRING_YEARS, [Window("w", first, first + length - 1)]).to_frame()["w"]
    assert spring.groupby(spring.index.month).mean().abs().max() < 1e-12


@settings(deadline=None, max_examples=20)
@given(start=st.integers(0, 250), length=st.integers(1, 60))
def test_a_month_has_the_same_number_whatever_span_is_asked_for(start, length):
    whole = regressors(SPRING_YEARS, workdays="weekdays").matrix
    part = regressors(SPRING_YEARS[start : start + length], workdays="weekdays").matrix
    assert np.array_equal(part, whole[start : start + length])


# -- outside reference ------------------------------------------------------------------------


def test_easter_is_the_day_of_the_dateutil_library_in_every_year():
    from dateutil.easter import easter as reference

    assert all(easter(y) == reference(y) for y in range(1583, 3000))


def test_the_calendar_knows_the_spring_festival_from_2010_to_2035():
    assert sorted(SPRING_FESTIVAL) == list(range(2010, 2036))


# -- refusals ---------------------------------------------------------------------------------


def test_months_the_festival_calendar_does_not_cover_are_refused():
    assert str(refusal(regressors, month_range("2035-11", "2036-02"))) == (
        "The calendar of 'spring_festival' does not cover 2036-01, 2036-02.\n"
        "  where: 'spring_festival' is known for 2010 to 2035\n"
        "  fix:   pass table= with the dates of 2036 and of the years around, or fewer months"
    )


def test_a_long_list_of_uncovered_months_is_cut_and_counted():
    error = refusal(regressors, month_range("2009-01", "2010-02"))
    assert str(error) == (
        "The calendar of 'spring_festival' does not cover 2009-01, 2009-02, 2009-03, 2009-04, "
        "2009-05, 2009-06 and 6 more months.\n"
        "  where: 'spring_festival' is known for 2010 to 2035\n"
        "  fix:   pass table= with the dates of 2009 and of the years around, or fewer months"
    )
    assert error.code == "uncovered"


def test_a_month_next_years_festival_may_reach_is_not_covered():
    table = pd.DataFrame({"date": ["2023-01-05", "2024-01-10"], "kind": "gala"})
    window = [Window("gala", -7, 0, festival="gala")]
    assert str(refusal(regressors, month_range("2023-01", "2024-12"), window, table=table)) == (
        "The calendar of 'gala' does not cover 2024-12.\n"
        "  where: 'gala' is known for 2023 to 2024\n"
        "  fix:   pass table= with the dates of 2024 and of the years around, or fewer months"
    )
    assert len(regressors(month_range("2023-01", "2024-11"), window, table=table).matrix) == 23


def test_a_year_between_two_known_ones_is_not_taken_for_granted():
    table = pd.DataFrame({"date": ["2022-05-05", "2024-05-10"], "kind": "gala"})
    window = [Window("gala", -7, 0, festival="gala")]
    error = refusal(regressors, month_range("2022-01", "2024-12"), window, table=table)
    assert error.what.startswith("The calendar of 'gala' does not cover 2023-01, 2023-02")


@pytest.mark.parametrize(("first", "last"), [("2035-12", "2036-02"), ("2003-11", "2003-12")])
def test_working_days_of_a_year_neither_notice_nor_law_tells_are_refused(first, last):
    unknown = [m.strftime("%Y-%m") for m in month_range(first, last) if m.year in (2003, 2036)]
    assert str(refusal(regressors, month_range(first, last), [], workdays="china")) == (
        f"The calendar of 'working_days' does not cover {', '.join(unknown)}.\n"
        f"  where: 'working_days' is known for 2004 to 2035\n"
        f"  fix:   pass table= with the dates of {unknown[0][:4]} and of the years around, or fewer months"
    )


def test_a_table_of_days_off_has_to_cover_every_year():
    table = pd.DataFrame({"date": ["2023-10-02"], "kind": ["day_off"]})
    months = month_range("2023-12", "2024-01")
    error = refusal(regressors, months, [], workdays="weekdays", table=table)
    assert str(error) == (
        "The calendar of 'working_days' does not cover 2024-01.\n"
        "  where: 'working_days' is known for 2023 to 2023\n"
        "  fix:   pass table= with the dates of 2024 and of the years around, or fewer months"
    )


def test_a_festival_nobody_knows_is_refused_with_the_nearest_name():
    window = [Window("w", 0, 0, festival="eastern")]
    assert str(refusal(regressors, ["2024-01-01"], window)) == (
        "'eastern' is not a festival here; known: easter, spring_festival.\n"
        "  where: Window(festival=...)\n"
        "  fix:   write 'easter'"
    )


def test_a_way_to_count_working_days_nobody_knows_is_refused():
    assert str(refusal(regressors, ["2024-01-01"], [], workdays="chine")) == (
        "'chine' is not a working-day count here; known: weekdays, china.\n"
        "  where: regressors(workdays=...)\n"
        "  fix:   write 'china'"
    )


def test_two_effects_of_one_name_are_refused():
    assert str(refusal(regressors, ["2024-01-01"], [BEFORE, BEFORE])) == (
        "2 effects share the names ['before'].\n"
        "  where: regressors(windows)\n"
        "  fix:   give each Window a name of its own"
    )


def test_months_with_a_gap_are_refused():
    assert str(refusal(regressors, ["2024-01-01", "2024-03-01"])) == (
        "2 months from 2024-01 to 2024-03 have a gap, a repeat or are out of order.\n"
        "  where: regressors(months)\n"
        "  fix:   pass each month once, in order, as periods.month_range does"
    )


def test_no_months_are_refused():
    assert str(refusal(regressors, [])) == (
        "There are no months.\n"
        "  where: regressors(months)\n"
        "  fix:   pass the months of history and horizon"
    )


def test_a_window_that_ends_before_it_begins_is_refused():
    assert str(refusal(Window, "w", 3, 1)) == (
        "Window 'w' runs from day 3 to day 1.\n"
        "  where: Window(first=..., last=...)\n"
        "  fix:   write the earlier day first, days before the festival as negative numbers"
    )


def test_a_table_with_a_day_nobody_can_read_is_refused():
    table = pd.DataFrame(
        {"date": ["2024-10-01", "soon", "2024-10-03"], "kind": ["fair", "fair", " "]}
    )
    error = refusal(regressors, ["2024-01-01"], [], table=table)
    assert str(error) == (
        "2 of 3 rows of table have no date or no kind.\n"
        "  where: first rows [1, 2], see .rows\n"
        "  fix:   write each day as 2024-02-10, with day_off, workday or the festival's name"
    )
    assert len(error.rows) == 2


def test_a_day_named_twice_is_refused():
    table = pd.DataFrame(
        {"date": pd.to_datetime(["2024-10-01 00:00", "2024-10-01 12:00"]), "kind": "fair"}
    )
    assert str(refusal(regressors, ["2024-01-01"], [], table=table)) == (
        "2 rows of table name the same day and kind.\n"
        "  where: keys ['date', 'kind'], first rows [0, 1], see .rows\n"
        "  fix:   sum them first, or add the level that tells them apart"
    )


def test_a_day_both_free_and_worked_is_refused():
    table = pd.DataFrame({"date": ["2024-10-01"] * 2, "kind": ["day_off", "workday"]})
    assert str(refusal(regressors, ["2024-01-01"], [], table=table)) == (
        "2 rows of table call a day both free and worked.\n"
        "  where: keys ['date'], first rows [0, 1], see .rows\n"
        "  fix:   keep one of them"
    )


def test_a_table_with_a_misspelt_column_is_refused():
    assert str(
        refusal(regressors, ["2024-01-01"], [], table=pd.DataFrame({"day": [], "kind": []}))
    ) == (
        "table has no column 'date'.\n"
        "  where: table columns are ['day', 'kind']\n"
        "  fix:   add 'date'"
    )
