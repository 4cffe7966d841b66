"""Text files of any shape: the delimiter, the header, and rows that are empty."""

import csv
import io
from pathlib import Path

import pytest
from enginetools import engine
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.sources import Place, open_table, open_table_again
from salesanalysis.data.sources.unreadable import NARROW, WIDE
from salesanalysis.errors import ContractError


@pytest.fixture
def read(tmp_path):
    """Write bytes or text to a file, open it, return what was opened and its rows."""
    con = engine()
    room = tmp_path / "room"
    room.mkdir()

    def _read(content: bytes | str, name: str = "shop.csv", **declared):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        opened = open_table(con, Place(path=path, **declared), room)
        return opened, rows_of(con, opened)

    _read.con, _read.room, _read.folder = con, room, tmp_path
    return _read


def rows_of(con, opened) -> list[list[str]]:
    frame = fetch(con, opened.table.select(*opened.theirs))
    return frame.astype(object).where(frame.notna(), "").to_numpy().tolist()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(read, delimiter) -> None:
    text = "region,day,net\nEast,2024-01-01,5.5\nWest,2024-01-02,6\n".replace(",", delimiter)
    opened, rows = read(text)
    assert opened.delimiter == delimiter
    assert opened.table.columns == ("region", "day", "net")
    assert rows == [["East", "2024-01-01", "5.5"], ["West", "2024-01-02", "6"]]


def test_decimal_commas_and_a_title_do_not_hide_the_semicolon(read) -> None:
    opened, rows = read("Sales, all regions\nnet;cost\n1,5;2,5\n3,5;4,5\n")
    assert (opened.delimiter, opened.header) == (";", 2)
    assert rows == [["1,5", "2,5"], ["3,5", "4,5"]]


def test_a_column_of_texts_with_semicolons_stays_one_column(read) -> None:
    _, rows = read("note\nx;1\nz;2\n")
    assert rows == [["x;1"], ["z;2"]]


def test_the_first_line_of_excel_names_the_delimiter(read) -> None:
    opened, rows = read("sep=;\r\na;b\r\n1,5;2,5\r\n")
    assert (opened.delimiter, opened.header) == (";", 2)
    assert rows == [["1,5", "2,5"]]


def test_a_declared_delimiter_is_obeyed(read) -> None:
    _, rows = read("a;b,c\n1;2,3\n", delimiter=",")
    assert rows == [["1;2", "3"]]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_they_like_and_the_last_one_need_not(read, end) -> None:
    _, rows = read(end.join(["a,b", "1,2", "3,4"]))
    assert rows == [["1", "2"], ["3", "4"]]


def test_a_line_break_inside_quotes_belongs_to_the_cell(read) -> None:
    _, rows = read('a,b\r\n1,"x\ny"\r\n2,"say ""hi"""\r\n')
    assert rows == [["1", "x\ny"], ["2", 'say "hi"']]


def test_lines_that_end_in_two_ways_are_read(read) -> None:
    _, rows = read('a,b\r\n1,"x\r\ny"\n3,4\r\n')
    assert rows == [["1", "x\r\ny"], ["3", "4"]]


def test_a_delimiter_at_the_end_of_every_row_adds_nothing(read) -> None:
    _, rows = read("a,b\n1,2,\n3,4,\n")
    assert rows == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    ("above", "row"),
    [
        ("Sales 2024\n", 2),
        ("Sales 2024\n\n", 3),
        ("Sales 2024,,\n,,\n", 3),
        ("销售明细\n导出时间：,2024-01-01\n\n", 4),
        ('"Sales\n2024"\n', 2),
        ("\n", 2),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_titles_above_the_header_are_passed_over(read, above, row, end) -> None:
    text = (above + "region,day,net\nEast,2024-01-01,5\nWest,2024-01-02,6\n").replace("\n", end)
    opened, rows = read(text)
    assert opened.table.columns == ("region", "day", "net")
    assert opened.header == row
    assert [r[0] for r in rows] == ["East", "West"]


def test_months_are_names_even_below_a_title(read) -> None:
    opened, _ = read("销售计划\n地区,2024年1月,2024年2月\n华东,100,200\n")
    assert opened.table.columns == ("地区", "2024年1月", "2024年2月")


def test_a_header_with_few_names_is_no_title(read) -> None:
    opened, rows = read(",net\nEast,5\nWest,6\n")
    assert opened.table.columns == ("column 1", "net")
    assert len(rows) == 2


def test_a_declared_header_is_obeyed(read) -> None:
    opened, rows = read("a,b\nc,d\n1,2\n", header=2)
    assert opened.table.columns == ("c", "d")
    assert rows == [["1", "2"]]


def test_a_header_below_the_end_is_refused(read) -> None:
    with pytest.raises(ContractError) as caught:
        read("a,b\n1,2\n", header=9)
    assert str(caught.value).splitlines()[0] == "shop.csv has no row 9."
    assert caught.value.fix == "write the row the column names stand in as header:"


def test_a_column_without_a_name_is_called_by_its_place(read) -> None:
    opened, _ = read("a,, b \n1,2,3\n")
    assert opened.table.columns == ("a", "column 2", "b")


def test_rows_of_delimiters_are_counted_and_keep_the_numbers_of_the_others_right(read) -> None:
    opened, rows = read("a,b\n1,2\n,\n3,\n" + ",\n" * 5)
    assert [r for r in rows if any(r)] == [["1", "2"], ["3", ""]]
    asked = opened.table.aggregate(n=opened.blank().sum(), b=opened.blank(["b"]).sum())
    assert fetch_exact(read.con, asked) == {"n": 6, "b": 7}


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            min_size=3,
            max_size=3,
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_wrote_is_read(tmp_path_factory, table, delimiter, end) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL)
    writer.writerows([["region", "day", "net"], *table])
    folder = tmp_path_factory.mktemp("csv")
    (folder / "a.csv").write_bytes(out.getvalue().encode())
    con = engine()
    opened = open_table(con, Place(path=folder / "a.csv"), folder)
    assert rows_of(con, opened) == table


def test_a_file_without_a_row_is_empty(read) -> None:
    for content in ("", "\n\n", ",,\n,,\n", b"\xef\xbb\xbf", b"\xff\xfe"):
        with pytest.raises(ContractError) as caught:
            read(content)
        assert str(caught.value) == (
            f"shop.csv is empty.\n  where: {read.folder / 'shop.csv'}\n  fix:   check the export"
        )


@pytest.mark.parametrize(
    ("header", "names"),
    [("a,b,a", ["a (1)", "b", "a (2)"]), ("Net,cost,net", ["Net (1)", "cost", "net (2)"])],
)
def test_names_that_stand_twice_are_numbered(read, header, names) -> None:
    assert open_file_of(read, f"{header}\n1,2,3\n").theirs == names


def test_a_name_that_is_ours_is_refused(read) -> None:
    with pytest.raises(ContractError) as caught:
        read("a,_row,b\n1,2,3\n")
    assert str(caught.value) == (
        "shop.csv has a column '_row', a name that is taken here.\n"
        f"  where: {read.folder / 'shop.csv'}, header\n"
        "  fix:   give every column its own name"
    )


def test_a_record_about_the_file_above_the_names_is_no_header(read) -> None:
    opened, rows = read('"EXTF";700;21;"x";12;2024\nBetrag;Konto;Tag\n5,5;8400;501\n')
    assert (opened.theirs, rows) == (["Betrag", "Konto", "Tag"], [["5,5", "8400", "501"]])


def test_a_lone_carriage_return_at_the_very_end_of_a_mixed_file_ends_its_last_row(read) -> None:
    assert read("a,b\r\n1,2\n3,4\r5,6\r")[1] == [["1", "2"], ["3", "4"], ["5", "6"]]


def test_a_row_that_is_too_short_or_too_long_is_refused_with_its_line(read) -> None:
    for row in ("4", "4,5,6"):
        opened = open_file_of(read, f"a,b\n1,2\n{row}\n")
        error = refusal_of(read, opened)
        n = row.count(",") + 1
        assert (
            error.what == f"shop.csv cannot be read: line 3 has {n} cells, the header 2: {row!r}."
        )
        assert error.fix == (NARROW if n == 1 else WIDE)


def open_file_of(read, text):
    (read.folder / "shop.csv").write_text(text)
    return open_table(read.con, Place(path=read.folder / "shop.csv"), read.room)


def refusal_of(read, opened) -> ContractError:
    import duckdb

    place = Place(path=read.folder / opened.name)
    with pytest.raises(duckdb.Error) as refused:
        rows_of(read.con, opened)
    with pytest.raises(ContractError) as caught:
        open_table_again(read.con, place, read.room, refused.value)
    return caught.value


def test_lines_that_end_otherwise_far_below_are_read_the_second_time(read, monkeypatch) -> None:
    import duckdb

    path: Path = read.folder / "long.csv"
    path.write_bytes(b"a,b\r\n" + b"1,2\r\n" * 300_000 + b"3,4\n5,6\r\n")
    place = Place(path=path)
    opened = open_table(read.con, place, read.room)
    with pytest.raises(duckdb.Error) as refused:
        rows_of(read.con, opened)
    again = open_table_again(read.con, place, read.room, refused.value)
    assert rows_of(read.con, again)[-2:] == [["3", "4"], ["5", "6"]]
