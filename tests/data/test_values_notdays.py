"""Weeks, quarters, days with a number behind them: refused with the way out, or declared."""

from datetime import date, timedelta

import pytest
from drafttools import drafted, worth
from enginetools import column, engine, error_of, read
from hypothesis import given, settings
from hypothesis import strategies as st

from salesanalysis.data.engine import quiet
from salesanalysis.data.values import date_style


def day(values, **said):
    with quiet():
        return date_style(engine(), column(values), name="x", where="f.csv", **said)


@pytest.mark.parametrize(
    "week",
    ["2024-W05", "2024W5", "KW 05/2024", "W05 2024", "2024年第5周", "2024 week 5", "CW5-2024"],
)
def test_a_week_is_refused_with_its_monday_and_read_where_that_is_declared(week) -> None:
    assert str(error_of(day, [week])) == (
        f"1 of 1 values of 'x' name a week, and no day: '{week}' (1 row).\n"
        "  where: f.csv, column 'x'; a week may lie in two months\n"
        '  fix:   to count a week on its Monday, add to the column in the mapping format: "week" '
        "for 2024-01-29, or give each week the day you mean by a lookup under joins"
    )
    assert read(engine(), day([], format="week"), [week]) == [date(2024, 1, 29)]


def test_a_week_the_year_does_not_have_is_not_read() -> None:
    style = day([], format="week")
    weeks = ["2024-W53", "2020-W53", "2024-W00", "2024", "2024-01-29", "Total"]
    assert read(engine(), style, weeks) == [None, date(2020, 12, 28), None, None, None, None]


@settings(max_examples=25, deadline=None)
@given(st.dates(date(1981, 1, 1), date(2099, 12, 31)))
def test_the_monday_of_a_week_is_that_of_the_calendar(any_day) -> None:
    year, week, weekday = any_day.isocalendar()
    found = read(engine(), day([], format="week"), [f"{year}-W{week:02d}"])
    assert found == [any_day - timedelta(days=weekday - 1)]


@pytest.mark.parametrize(
    "quarter", ["Q1 2024", "2024Q1", "2024-Q1", "1Q24", "2024年第一季度", "FY2024 Q1", "H1 2024"]
)
def test_a_quarter_is_no_day_and_the_refusal_says_what_to_do(quarter) -> None:
    assert str(error_of(day, [quarter])) == (
        f"1 of 1 values of 'x' name a quarter or half of a year, and no day: '{quarter}' (1 row).\n"
        "  where: f.csv, column 'x'; sales are counted month by month, and nobody knows how they "
        "lie in the quarter\n"
        "  fix:   export days or months, or give each quarter the day you mean by a lookup under "
        "joins"
    )


def test_a_number_behind_the_day_is_left_out_only_where_that_is_declared() -> None:
    assert str(error_of(day, ["2024/01/05 -1", "2024/01/05 -12"])) == (
        "2 of 2 values of 'x' have a number behind the day: '2024/01/05 -1' (1 row), "
        "'2024/01/05 -12' (1 row).\n"
        "  where: f.csv, column 'x'; perhaps that of a voucher\n"
        "  fix:   where the day alone is meant, add to the column in the mapping "
        'format: "%Y/%m/%d*"'
    )
    style = day([], format="%Y/%m/%d*")
    cells = ["2024/01/05 -1", "2024/01/05", "2024/01/0512", "x 2024/01/05"]
    assert read(engine(), style, cells) == [date(2024, 1, 5), date(2024, 1, 5), None, None]


def test_the_draft_of_a_weekly_list_offers_its_mondays(tmp_path) -> None:
    text = "Week,Region,Net Sales\n2024-W05,N,10\n2024-W06,S,20.5\n"
    proposal = drafted(tmp_path, "weekly.csv", text)
    assert not proposal.loads
    assert '#   date: {column: "Week", format: "week"}  # for 2024-01-29' in proposal.to_yaml()


def test_the_draft_of_a_quarterly_list_says_what_is_missing(tmp_path) -> None:
    proposal = drafted(
        tmp_path, "q.csv", "Quarter,Region,Net Sales\nQ1 2024,N,10\nQ2 2024,S,20.5\n"
    )
    assert not proposal.loads
    assert "name a quarter or half of a year, and no day" in proposal.trial["what"]


def test_a_quarter_beside_the_day_is_no_date(tmp_path) -> None:
    text = (
        "Quarter,Order Date,Region,Net Sales\nQ1 2024,2024-01-13,N,10\nQ2 2024,2024-04-14,S,20.5\n"
    )
    proposal = drafted(tmp_path, "q.csv", text)
    assert proposal.found()["date"] == "Order Date"
    assert worth(proposal)[0] == 2


def test_the_draft_reads_the_day_of_a_voucher_and_takes_the_whole_for_its_number(tmp_path) -> None:
    text = "일자-No.,거래처명,공급가액\n2024/01/05 -1,가,10\n2024/01/05 -2,나,20.5\n2024/02/06 -1,가,30\n"
    proposal = drafted(tmp_path, "판매현황.csv", text)
    assert (proposal.found()["order_id"], proposal.found()["date"]) == ("일자-No.", "일자-No.")
    assert "of 2024/01/05 -1 only the day is read" in proposal.to_yaml()
    assert worth(proposal)[0] == 3


def test_years_of_thailand_are_declared_by_the_draft_and_said(tmp_path) -> None:
    text = "เลขที่ใบกำกับ,วันที่,ลูกค้า,จำนวนเงิน\nIV1,06/01/2567,A,10\nIV2,31/12/2566,B,20.5\n"
    proposal = drafted(tmp_path, "sales.csv", text)
    assert worth(proposal)[0] == 2
    assert 'date: {column: "วันที่", format: "be %d/%m/%Y"}' in proposal.to_yaml()
    assert "years are counted as in Thailand, 2567 is 2024" in proposal.to_yaml()
