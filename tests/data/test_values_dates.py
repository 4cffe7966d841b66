"""Dates: day and month are decided by all values of a column, or refused."""

from datetime import date
from functools import partial

import pytest
from enginetools import column, error_of, read
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.data.engine import quiet
from salesanalysis.data.values import ISO_DATE, DateStyle, date_style
from salesanalysis.errors import ContractError


def found(con, values, **said):
    with quiet():
        return date_style(con, column(values), name="x", where="f.csv", **said)


def dates(con, values, **said):
    return read(con, found(con, values, **said), values)


refusal = partial(error_of, found)
DAY = date(2024, 1, 5)
SAME_DAY = [
    ["2024-01-05", "2024-1-5", "2024-01-05 23:59", "2024-01-05T08:26:00.123"],
    ["2024-01-05T23:59:00Z", "2024-01-05T00:30:00+00:00"],
    ["2024-01-05T00:30:00+08:00", "2024-01-05T23:30:00+0800"],
    ["2024/1/5", "2024/01/05 8:26"],
    ["2024.1.5", "2024.01.05"],
    ["20240105"],
    ["2024年1月5日", "2024年01月05日", "2024 年 1 月 5 日", "2024年1月5日 08:26"],
    ["２０２４年１月５日", "２０２４－０１－０５"],
    ["2024年1月5日", "2024-01-05", "2024/1/5", "20240105"],
    ["5-Jan-2024", "05-JAN-2024"],
    ["Jan 5, 2024", "January 5, 2024"],
    ["5 January 2024", "5 Jan 2024"],
    ["5-Jan-24"],
    ["45296", "45296.75"],
]


@pytest.mark.parametrize("cells", SAME_DAY, ids=lambda v: v[0])
def test_every_way_to_write_the_fifth_of_january_is_read(con, cells) -> None:
    assert dates(con, cells) == [DAY] * len(cells)


@pytest.mark.parametrize(
    ("cells", "style"),
    [
        (["5/1/2024", "31/1/2024"], "%d/%m/%Y"),
        (["1/5/2024", "1/31/2024"], "%m/%d/%Y"),
        (["5.1.2024", "31.01.2024"], "%d.%m.%Y"),
        (["05-01-2024", "31-01-2024"], "%d-%m-%Y"),
        (["5/1/24", "31/1/24"], "%d/%m/%y"),
        (["1/5/24", "1/31/24"], "%m/%d/%y"),
        (["5/1/2024 8:26", "31/1/2024 8:26:00 PM"], "%d/%m/%Y"),
    ],
    ids=lambda v: v[-1] if isinstance(v, list) else v,
)
def test_a_day_above_twelve_decides_for_the_whole_column(con, cells, style) -> None:
    assert found(con, cells).formats == (style,)
    assert dates(con, cells) == [DAY, date(2024, 1, 31)]


def test_a_month_is_its_first_day_where_months_are_allowed(con) -> None:
    cells = ["2024年1月", "2024-01", "2024/1", "202401", "2024年１月"]
    assert dates(con, cells, months=True) == [date(2024, 1, 1)] * 5


@pytest.mark.parametrize(
    "cell",
    ["January 2024", "Jan 2024", "JANUARY 2024", "January-2024", "January, 2024", "Jan. 2024"],
)
def test_a_month_written_in_full_is_its_first_day(con, cell: str) -> None:
    other = cell.replace("uary", "").replace("UARY", "").replace("Jan", "May").replace("JAN", "MAY")
    cells = [cell, other.replace(".", "")] if "," not in cell else [cell]
    assert found(con, cells).months
    assert dates(con, cells) == [date(2024, 1, 1), date(2024, 5, 1)][: len(cells)]


def test_iso_dates_cost_one_cast_of_the_engine(con) -> None:
    assert found(con, ["2024-01-05", "2024-01-06 10:00", "-", ""]) == ISO_DATE


def test_days_that_read_the_same_either_way_settle_nothing(con) -> None:
    assert [found(con, v).settled for v in (["1/1/2024"], ["1/1/2024", "1/13/2024"], [""])] == [
        False,
        True,
        False,
    ]


def test_what_breaks_the_style_is_missing_not_guessed(con) -> None:
    cells = ["12/13/2024", "31/02/2024", "5/1/24", "2024105", "2024-01-05", "5"]
    assert read(con, DateStyle(("%d/%m/%Y",)), cells) == [None] * 6
    assert read(con, DateStyle(("%Y%m%d",)), ["2024105", "202401051"]) == [None] * 2
    assert read(con, DateStyle(("serial",)), ["5", "19999", "80001", "x"]) == [None] * 4


FORMATS = [
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d.%m.%Y",
    "%m-%d-%Y",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y年%m月%d日",
    "%Y%m%d",
    "%d-%b-%Y",
]
DAYS = st.dates(date(1990, 1, 1), date(2089, 12, 31))


@given(days=st.lists(DAYS, max_size=20), last=DAYS, style=st.sampled_from(FORMATS))
def test_days_written_in_any_style_come_back_exactly(con, days, last, style) -> None:
    days = [*days, last.replace(day=13 + last.day % 16)]
    assert dates(con, [d.strftime(style) for d in days]) == days


@given(
    days=st.lists(DAYS, min_size=1, max_size=5),
    style=st.sampled_from(["%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%y-%m-%d"]),
)
def test_an_order_is_found_or_refused_but_never_wrong(con, days, style) -> None:
    truth = [d if "%Y" in style else century(d) for d in days]
    got, code = outcome(con, [d.strftime(style) for d in days])
    assert (got, code) in ((truth, ""), (None, "ambiguous"))


def century(day):
    """Two digits of a year are read as 1969 to 2068."""
    return day.replace(year=day.year % 100 + (2000 if day.year % 100 < 69 else 1900))


def outcome(con, values):
    try:
        return dates(con, values), ""
    except ContractError as error:
        return None, error.code


def test_undecided_day_and_month_are_refused_and_the_mapping_line_is_named(con) -> None:
    error = refusal(con, ["5/1/2024", "6/1/2024", "6/1/2024", "7/7/2024"])
    assert str(error) == (
        "3 of 4 values of 'x' can be read as two days: '6/1/2024' is 2024-01-06 or 2024-06-01.\n"
        "  where: f.csv, column 'x'; no value of the column decides, see .rows\n"
        '  fix:   add to the column in the mapping format: "%d/%m/%Y" for 2024-01-06, or '
        'format: "%m/%d/%Y" for 2024-06-01'
    )
    assert error.code == "ambiguous"
    assert error.rows["value"].tolist() == ["6/1/2024", "5/1/2024"]
    assert error.rows["month_first"].dt.strftime("%Y-%m-%d").tolist() == [
        "2024-06-01",
        "2024-05-01",
    ]


def test_two_digit_years_in_front_or_behind_are_refused(con) -> None:
    assert str(refusal(con, ["25/12/24", "26/12/24"])) == (
        "2 of 2 values of 'x' can be read as two days: '25/12/24' is 2024-12-25 or 2025-12-24.\n"
        "  where: f.csv, column 'x'; no value of the column decides, see .rows\n"
        '  fix:   add to the column in the mapping format: "%d/%m/%y" for 2024-12-25, or '
        'format: "%y/%m/%d" for 2025-12-24'
    )


def test_the_format_of_the_mapping_decides(con) -> None:
    assert dates(con, ["5/1/2024", "５/1/2024", "5/1/2024 8:26"], format="%d/%m/%Y") == [DAY] * 3


def test_a_day_beyond_the_calendar_is_refused(con) -> None:
    assert str(refusal(con, ["31/02/2024", "25/12/2024"])) == (
        "1 of 2 values of 'x' cannot be read as dates such as 31/12/2024: '31/02/2024' (1 row).\n"
        "  where: f.csv, column 'x'; no such day in the calendar\n"
        "  fix:   mend these cells"
    )


def test_day_first_and_month_first_in_one_column_are_refused(con) -> None:
    assert str(refusal(con, ["25/12/2024", "26/12/2024", "12/25/2024"])) == (
        "1 of 3 values of 'x' cannot be read as dates such as 31/12/2024: '12/25/2024' (1 row).\n"
        "  where: f.csv, column 'x'; the day first for most, but not for '12/25/2024' (1 row)\n"
        "  fix:   export the column in one way, best as 2024-12-31"
    )


def test_day_numbers_among_written_dates_are_refused(con) -> None:
    assert str(refusal(con, ["13/1/2024", "14/1/2024", "45296"])) == (
        "1 of 3 values of 'x' are not written with the day first, as the others are: "
        "'45296' (1 row).\n"
        "  where: f.csv, column 'x'; a spreadsheet turned some dates into day numbers, perhaps "
        "with day and month changed\n"
        "  fix:   export the column in one way, best as 2024-12-31"
    )


def test_iso_dates_among_day_first_dates_are_refused(con) -> None:
    assert str(refusal(con, ["13/1/2024", "14/1/2024", "2024-01-05"])) == (
        "1 of 3 values of 'x' are not written with the day first, as the others are: "
        "'2024-01-05' (1 row).\n"
        "  where: f.csv, column 'x'; a column needs one order\n"
        "  fix:   export the column in one way, best as 2024-12-31"
    )


def test_a_month_where_a_day_is_needed_is_refused(con) -> None:
    assert str(refusal(con, ["202401", "202402", "2024-03-05"])) == (
        "2 of 3 values of 'x' name a month without a day: '202401' (1 row), '202402' (1 row).\n"
        "  where: f.csv, column 'x'; a day is needed here\n"
        "  fix:   map a column that holds the day"
    )


def test_words_among_dates_are_refused(con) -> None:
    assert str(refusal(con, ["2024-01-05", "soon"])) == (
        "1 of 2 values of 'x' cannot be read as dates such as 2024-01-05: 'soon' (1 row).\n"
        "  where: f.csv, column 'x'; see .rows\n"
        '  fix:   mend these cells, map another column, or say how they are written: format: "%d/%m/%Y"'
    )


def test_minutes_a_spreadsheet_shows_instead_of_a_day_are_refused(con) -> None:
    assert str(refusal(con, ["00:00.0", "00:00.0"])) == (
        "2 of 2 values of 'x' show minutes and seconds, and no day: '00:00.0' (2 rows).\n"
        "  where: f.csv, column 'x'; a spreadsheet saved its dates in the format mm:ss, so the "
        "day is gone\n"
        "  fix:   map another column that holds the date, or export the file again from its "
        "source without a spreadsheet in between"
    )
