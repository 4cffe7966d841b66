"""Months, fiscal years, closed months, working days and the moving feast."""

from datetime import date

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.errors import ContractError
from salesanalysis.periods import (
    SPRING_FESTIVAL,
    FiscalCalendar,
    closed_through,
    month_range,
    month_start,
    spring_festival_shares,
    working_days,
)

JULY = FiscalCalendar(7)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))

# -- worked by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("as_of", "last"),
    [
        ("2024-03-31", "2024-03"), ("2024-03-30", "2024-02"), ("2024-02-29", "2024-02"),
        ("2024-02-28", "2024-01"), ("2023-12-31", "2023-12"), ("2024-01-01", "2023-12"),
        ("2024-03-31 23:59", "2024-03"),
    ],
)  # fmt: skip
def test_a_month_is_closed_on_the_evening_of_its_last_day(as_of, last):
    assert f"{closed_through(as_of):%Y-%m}" == last


def test_a_fiscal_year_from_july_is_named_by_the_year_it_ends_in():
    assert [JULY.year_of(d) for d in ("2019-06-30", "2019-07-01", "2020-06-30")] == [
        2019,
        2020,
        2020,
    ]
    assert JULY.name(2020) == "FY2020"
    assert JULY.months(2020)[[0, -1]].strftime("%Y-%m").tolist() == ["2019-07", "2020-06"]
    assert JULY.quarter_of("2020-03-31") == 3
    assert JULY.quarter_months("2020-03-31").strftime("%Y-%m").tolist() == [
        "2020-01",
        "2020-02",
        "2020-03",
    ]


def test_a_calendar_year_is_written_without_letters():
    calendar = FiscalCalendar()
    assert (
        calendar.year_of("2024-12-31"),
        calendar.name(2024),
        calendar.quarter_of("2024-04-01"),
    ) == (2024, "2024", 2)


# working days of the official calendar: 2024 and 2025 and 2026 with their make-up days
WORKING_DAYS_2024 = [22, 18, 21, 22, 21, 19, 23, 22, 21, 19, 21, 22]


def test_the_working_days_of_2024_know_holidays_and_make_up_days():
    assert (
        working_days(JULY.months(2024)[6:].union(JULY.months(2025)[:6])).tolist()
        == WORKING_DAYS_2024
    )


def test_2025_and_2026_have_248_working_days_each():
    assert working_days(FiscalCalendar().months(2025)).sum() == 248
    of_2026 = working_days(FiscalCalendar().months(2026))
    assert of_2026.iloc[:2].tolist() == [21, 16]
    assert of_2026.sum() == 248


@pytest.mark.parametrize(
    ("year", "january", "february"),
    [(2024, 12, 9), (2023, 21, 0), (2026, 5, 16), (2018, 6, 15), (2021, 10, 11), (2027, 16, 5)],
)
def test_the_three_weeks_before_the_spring_festival_move_between_january_and_february(
    year, january, february
):
    assert [round(s * 21) for s in spring_festival_shares(year)] == [january, february]


def test_a_calendar_of_your_own_takes_over():
    dates = pd.date_range("2030-02-01", "2030-02-28")
    own = pd.DataFrame({"date": dates, "is_workday": dates.day_of_week < 5})
    assert working_days(["2030-02-15"], own).tolist() == [20]


# -- what always holds ------------------------------------------------------------------------


@given(days)
def test_the_next_month_is_never_closed_and_the_last_one_always(day):
    last = closed_through(day)
    assert last <= month_start(day)
    assert last >= month_start(day) - pd.DateOffset(months=1)
    tomorrow = pd.Timestamp(day) + pd.Timedelta(days=1)
    assert (last == month_start(day)) == (tomorrow.day == 1)


@given(day=days, start=st.integers(1, 12))
def test_every_day_lies_in_exactly_one_fiscal_year_and_quarter(day, start):
    calendar = FiscalCalendar(start)
    year = calendar.year_of(day)
    months = calendar.months(year)
    assert len(months) == 12
    assert month_start(day) in months
    assert months[0].month == start
    assert month_start(day) in calendar.quarter_months(day)
    assert calendar.years_of(pd.Series([pd.Timestamp(day)])).tolist() == [year]


@given(first=days, n=st.integers(0, 40))
def test_a_range_of_months_has_both_ends_and_no_gap(first, n):
    last = pd.Timestamp(first) + pd.DateOffset(months=n)
    months = month_range(first, last)
    assert len(months) == n + 1
    assert (months.day == 1).all()


# -- outside reference ------------------------------------------------------------------------


@pytest.mark.parametrize("year", range(2010, 2027))
def test_the_spring_festival_lies_in_the_days_off_the_state_published(year):
    from chinese_calendar import get_holiday_detail

    feast = SPRING_FESTIVAL[year]
    assert get_holiday_detail(feast) == (True, "Spring Festival")


@pytest.mark.parametrize("year", sorted(SPRING_FESTIVAL))
def test_the_spring_festival_comes_with_a_new_moon(year):
    # mean new moon (Meeus, 1998, Astronomical Algorithms, chapter 49); the true one lies within
    # 15 hours of it, and noon within 12 of any hour of the day
    noon_in_peking = (SPRING_FESTIVAL[year] - date(2000, 1, 6)).days + 4 / 24
    month, first = 29.530588861, 14.34 / 24  # 6 January 2000, 14:20 universal time
    phase = (noon_in_peking - first) % month
    assert min(phase, month - phase) < 1.2


# -- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["soon", None, 2024, float("nan"), "2024-13-01"])
def test_what_is_no_date_is_refused_also_a_bare_number(what):
    for function in (month_start, closed_through):
        with pytest.raises(ContractError) as caught:
            function(what)
        assert str(caught.value) == (
            f'{what!r} is not a date.\n  where: date\n  fix:   write it as "2024-03-31"'
        )


@pytest.mark.parametrize("month", [0, 13, 1.5, float("nan"), "7"])
def test_a_fiscal_year_starts_in_a_month_that_exists(month):
    with pytest.raises(ContractError) as caught:
        FiscalCalendar(month)
    assert str(caught.value) == (
        f"start_month must be 1 to 12, got {month!r}.\n"
        "  where: FiscalCalendar(start_month=...)\n"
        "  fix:   write 7 for a year that starts in July"
    )


def test_a_year_whose_holidays_are_not_published_is_refused_not_guessed():
    with pytest.raises(ContractError) as caught:
        working_days(["2050-01-01"])
    assert str(caught.value) == (
        "The holidays of 2050 are not published in the calendar that is installed.\n"
        "  where: working days of 2050-01\n"
        "  fix:   pass calendar= with the columns date and is_workday"
    )


def test_a_calendar_that_covers_a_month_in_part_is_refused():
    own = pd.DataFrame({"date": pd.date_range("2030-01-01", "2030-02-10"), "is_workday": True})
    with pytest.raises(ContractError) as caught:
        working_days(["2030-01-01", "2030-02-01", "2030-03-01"], own)
    assert str(caught.value) == (
        "The calendar does not cover 2030-02 (10 of 28 days), 2030-03 (0 of 31 days).\n"
        "  where: calendar['date']\n"
        "  fix:   add a row per day of these months"
    )


def test_a_calendar_with_a_day_twice_is_refused_with_both_rows():
    own = pd.DataFrame({"date": ["2030-01-01", "2030-01-01"], "is_workday": [True, False]})
    with pytest.raises(ContractError) as caught:
        working_days(["2030-01-01"], own)
    assert str(caught.value) == (
        "2 rows of calendar share a day.\n"
        "  where: first rows [0, 1], see .rows\n"
        "  fix:   keep one row per day"
    )
    assert len(caught.value.rows) == 2


def test_a_calendar_with_a_misspelt_column_is_refused():
    with pytest.raises(ContractError) as caught:
        working_days(["2030-01-01"], pd.DataFrame({"dates": [], "is_workday": []}))
    assert str(caught.value) == (
        "calendar has no column 'date'.\n"
        "  where: calendar columns are ['dates', 'is_workday']\n"
        "  fix:   rename 'dates' to 'date'"
    )


def test_a_year_outside_the_table_of_feasts_is_refused():
    with pytest.raises(ContractError) as caught:
        spring_festival_shares(2050)
    assert str(caught.value) == (
        "The Spring Festival of 2050 is not in the table (2010 to 2035).\n"
        "  where: periods.SPRING_FESTIVAL\n"
        "  fix:   choose a year inside the table"
    )


@pytest.mark.parametrize("n", [0, 22])
def test_a_window_that_would_reach_into_december_is_refused(n):
    with pytest.raises(ContractError) as caught:
        spring_festival_shares(2024, n)
    assert str(caught.value) == (
        f"days_before must be 1 to 21, got {n}.\n"
        "  where: spring_festival_shares(days_before=...)\n"
        "  fix:   write 21 for the three weeks before the feast"
    )
