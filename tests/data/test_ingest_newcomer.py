"""Exports a newcomer tried: what was read wrongly without a word is refused, or said."""

from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from shoptools import SHORT as COLUMNS
from shoptools import days, error, load, put

import salesanalysis as sa

QUOTES = (
    'where quotes mean inches and hold no text together, add quote: "" beside file: in the '
    'mapping; else export the file with every quote inside a cell doubled ("")'
)


@pytest.fixture
def shop(tmp_path):
    """Write a file and its mapping; return what loads it."""

    def _shop(content, name="f.csv", columns=COLUMNS, more="", currency="CNY"):
        return put(tmp_path, content, name, columns, more=more, currency=currency)

    return _shop


INCHES = (
    'o\td\tr\tc\ta\n1\t2024-01-25\tN\t"5 inch\t10\n2\t2024-01-25\tN\tX\t20\n'
    '3\t2024-01-25\tN\t6"\t30\n4\t2024-01-25\tN\tY\t40\n'
)


def test_two_inch_signs_that_swallow_orders_are_refused_with_both_places(shop) -> None:
    path = shop(INCHES, "f.tsv")
    assert str(error(path)) == (
        "f.tsv, row 1: one cell of 'c' holds 2 whole rows more, from '5 inch\\t10' to "
        "'3\\t2024-01-25\\tN\\t6'.\n"
        f'  where: {path}, lines 2 and 4: a quote (") opens in the first and closes in the last, '
        "and what lies between looks as the rows do\n"
        f"  fix:   {QUOTES}"
    )


def test_the_same_file_loads_where_quotes_are_said_to_be_letters(shop) -> None:
    frame = load(shop(INCHES, "f.tsv", more='    quote: ""\n')).frame("sales")
    assert (len(frame), frame["revenue"].sum()) == (4, 100)


def test_an_address_of_several_lines_stays_one_cell(shop) -> None:
    rows = "".join(
        f'{i},2024-01-0{i},N,"Acme, Inc\nMain Street {i}, Berlin, 10115, DE\nGermany",10\n'
        for i in range(1, 6)
    )
    assert len(load(shop("o,d,r,c,a\n" + rows)).frame("sales")) == 5


def test_an_unclosed_quote_is_named_with_its_line(shop) -> None:
    path = shop('o,d,r,c,a\n1,2024-01-05,N,X,1\n2,2024-01-05,N,"5in pipe,2\n3,2024-01-05,N,X,3\n')
    found = error(path)
    assert str(found).startswith(
        'f.csv cannot be read: line 3 has a quote (") that closes at no end of a cell'
    )
    assert found.fix == QUOTES


def test_an_end_mark_of_old_systems_is_left_out_and_said(shop) -> None:
    data = load(shop("o,d,r,a\n1,2024-01-05,N,10\n\x1a"))
    assert data.frame("sales")["revenue"].tolist() == [10]
    said = data.quality.explain()
    assert "The end mark (Ctrl-Z) behind the last row of f.csv is left out." in said


@pytest.mark.parametrize(("one", "other"), [("1,263", "1.263"), ("1.263", "1.263")])
def test_three_decimals_alone_are_refused_with_point_and_with_comma(shop, one, other) -> None:
    found = error(shop(f"o;d;r;a\n1;2024-01-05;N;{one}\n2;2024-01-05;N;{one}\n"))
    assert found.code == "ambiguous"
    assert f"{one!r} is " in str(found)
    assert found.fix.startswith('add to the column in the mapping decimal: "." for ')


def test_a_decimal_comma_in_another_column_decides(shop) -> None:
    columns = "{order_id: o, date: d, region: r, quantity: q, revenue: a}"
    text = "o;d;r;q;a\n1;25.01.2024;N;1,500;12,50\n2;26.01.2024;N;2,250;1.100,00\n"
    frame = load(shop(text, columns=columns)).frame("sales")
    assert sorted(frame["quantity"]) == [1.5, 2.25]
    assert sorted(frame["revenue"]) == [12.5, 1100]


def test_a_column_nobody_mapped_decides_as_well(shop) -> None:
    text = 'o,d,r,a,tax\n1,2024-01-05,N,"1,263",12.50\n2,2024-01-05,N,"2,000",7.25\n'
    assert load(shop(text)).frame("sales")["revenue"].sum() == 3263


def _moments(zone, *moments):
    n = len(moments)
    return pa.table(
        {
            "o": [str(i) for i in range(n)],
            "d": pa.array(moments, pa.timestamp("us", zone)),
            "r": ["N"] * n,
            "a": [1.0] * n,
        }
    )


@pytest.mark.parametrize(
    ("zone", "moment", "day"),
    [
        ("Asia/Shanghai", datetime(2024, 1, 31, 20, 30, tzinfo=UTC), "2024-02-01"),
        ("America/New_York", datetime(2024, 2, 1, 3, tzinfo=UTC), "2024-01-31"),
        ("+08:00", datetime(2024, 1, 31, 20, 30, tzinfo=UTC), "2024-02-01"),
        ("UTC", datetime(2024, 1, 31, 20, 30, tzinfo=UTC), "2024-01-31"),
    ],
)
def test_a_moment_of_parquet_is_on_the_day_of_the_zone_the_file_names(
    shop, zone, moment, day
) -> None:
    data = load(shop(_moments(zone, moment), "f.parquet"))
    assert days(data) == [day]
    assert f"The days of d are counted in the time zone {zone}." in data.quality.explain()


def test_moments_without_the_name_of_their_zone_are_refused_until_it_is_declared(shop) -> None:
    table = _moments("UTC", datetime(2024, 1, 31, 20, 30, tzinfo=UTC))
    path = shop(table, "f.parquet")
    pq.write_table(table, path, store_schema=False)
    found = error(path)
    assert str(found) == (
        "'d' holds moments with a time zone, and f.parquet does not say in which zone its days "
        "are counted.\n"
        f"  where: {path.parent}/m.yaml:4: tables.sales, columns.date; late on 31 January in one "
        "zone is February in another\n"
        "  fix:   add to the column in the mapping the time zone of the business, such as "
        "timezone: Asia/Shanghai"
    )
    columns = COLUMNS.replace("date: d", "date: {column: d, timezone: Asia/Shanghai}")
    shop(table, "g.parquet", columns)
    mapping = path.parent / "m.yaml"
    assert days(sa.load(path, mapping=mapping)) == ["2024-02-01"]


def test_nanoseconds_before_midnight_stay_on_their_day(shop) -> None:
    last = np.datetime64("2024-01-31T23:59:59.999999999", "ns").astype("int64")
    moments = pa.array([int(last), -1, 0], pa.timestamp("ns"))
    table = pa.table({"o": ["1"], "d": moments[:1], "r": ["N"], "a": [1.0]})
    assert days(load(shop(table, "f.parquet"))) == ["2024-01-31"]


def test_times_of_one_offset_keep_their_own_days_and_say_so(shop) -> None:
    data = load(shop("o,d,r,a\n1,2024-02-01T00:30:00+08:00,N,1\n2,2024-02-01T23:30:00+08:00,N,1\n"))
    assert days(data) == ["2024-02-01", "2024-02-01"]
    assert "The times of d all carry the offset +08:00" in data.quality.explain()


MIXED = "o,d,r,a\n1,2024-01-31T23:30:00Z,N,10\n2,2024-02-01T07:30:00+08:00,N,20\n"


def test_times_of_two_offsets_are_refused_until_a_zone_is_declared(shop) -> None:
    path = shop(MIXED)
    assert str(error(path)) == (
        "Times of 'd' carry different offsets from UTC: +08:00 (1 row), +00:00 (1 row).\n"
        f"  where: f.csv; {path.parent}/m.yaml:4: tables.sales, column 'd'; a moment is on one day "
        "here and on another there, such as '2024-02-01T07:30:00+08:00' and "
        "'2024-01-31T23:30:00Z'\n"
        "  fix:   add to the column in the mapping the time zone in which the business counts its "
        "days, such as timezone: Asia/Shanghai, or export local times"
    )
    columns = COLUMNS.replace("date: d", "date: {column: d, timezone: Asia/Shanghai}")
    assert days(load(shop(MIXED, columns=columns))) == ["2024-02-01", "2024-02-01"]


def test_an_offset_far_down_in_a_column_of_plain_times_is_refused(shop) -> None:
    rows = "".join(f"{i},2024-01-31 12:00:00,N,1\n" for i in range(10_050))
    found = error(shop("o,d,r,a\n" + rows + "x,2024-02-01T07:30:00+08:00,N,1\n"))
    assert found.code == "ambiguous"
    assert "different offsets from UTC: none (10,050 rows), +08:00 (1 row)." in str(found)


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (float("nan"), "a number, not empty"),
        (float("inf"), "a number, not empty"),
        (9007199254740993, "a number with at most 14 digits before the point"),
        (Decimal("123456789012345.5"), "a number with at most 14 digits before the point"),
    ],
)
def test_numbers_of_parquet_that_are_no_amounts_are_refused_with_their_row(
    shop, value, rule
) -> None:
    table = pa.table(
        {"o": ["1", "2"], "d": ["2024-01-05"] * 2, "r": ["N"] * 2, "a": [type(value)(1), value]}
    )
    found = error(shop(table, "f.parquet"))
    assert "SELECT" not in str(found)
    assert found.rows[["row", "column", "rule"]].to_numpy().tolist() == [[2, "a", rule]]


@pytest.mark.parametrize("value", ["99999999999999999999", "1e400"])
def test_numbers_too_long_for_money_name_the_limit(shop, value) -> None:
    found = error(shop(f"o,d,r,a\n1,2024-01-05,N,{value}\n2,2024-01-05,N,1\n"))
    assert f"'a' is {value!r}, but must be a number with at most 14 digits before the point." in (
        str(found)
    )


def test_a_share_beside_plain_numbers_names_both(shop) -> None:
    found = error(shop("o,d,r,a\n1,2024-01-05,N,10%\n2,2024-01-05,N,20\n"))
    assert str(found).startswith(
        "1 of 2 values of 'a' carry a percent sign, others such as '20' none: '10%' (1 row)."
    )


def test_money_lost_by_rounding_is_said(shop) -> None:
    rows = "".join(f"{i},2024-01-05,N,0.00004\n" for i in range(1000))
    data = load(shop("o,d,r,a\n" + rows))
    said = data.quality.explain()
    assert "1,000 values had more than four decimals and were rounded." in said
    assert "The amounts written are +0.04 CNY away from those kept." in said


def test_a_text_of_two_meanings_beside_cells_that_are_numbers_is_refused(shop, tmp_path) -> None:
    import openpyxl

    path = shop(b"", "f.xlsx")
    book = openpyxl.Workbook()
    for row in (
        ["o", "d", "r", "a"],
        ["1", "2024-05-01", "N", 10.5],
        ["2", "2024-05-01", "N", "1.234"],
    ):
        book.active.append(row)
    book.save(path)
    assert str(error(path)) == (
        "f.xlsx, sheet Sheet has 1 cell of text that can be read as two numbers: D3 '1.234'.\n"
        "  where: f.xlsx, sheet Sheet, columns ['a']; the other cells are numbers, so nothing "
        "tells how these texts are written\n"
        "  fix:   turn the texts into numbers in the workbook, or add to the column in the mapping "
        'decimal: "." where 1.234 is a little more than 1'
    )
