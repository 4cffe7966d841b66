"""Workbooks: every value as text without loss, every row with the number Excel shows."""

import base64
import datetime as dt
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
import xlsxwriter
from enginetools import engine
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from salesanalysis.data.engine import fetch
from salesanalysis.data.sources import Place, list_tables, open_table, workbook
from salesanalysis.data.sources.biff import LATE
from salesanalysis.data.sources.cellerrors import errors_of
from salesanalysis.data.sources.workbook import texts
from salesanalysis.errors import ContractError

HEADER = ["region", "day", "net"]


def written(path: Path, sheets: dict[str, dict[str, object]], **options) -> Path:
    """Write cells such as {"B3": 5} to the sheets of a workbook."""
    with xlsxwriter.Workbook(path, options) as book:
        day = book.add_format({"num_format": 'yyyy"年"m"月"d"日"'})
        for name, cells in sheets.items():
            sheet = book.add_worksheet(name)
            for cell, value in cells.items():
                if isinstance(value, dt.date):
                    sheet.write_datetime(cell, value, day)
                elif isinstance(value, tuple):
                    sheet.write_formula(cell, value[0], None, value[1])
                else:
                    sheet.write(cell, value)
    return path


def grid(rows, first: int = 1, left: int = 0) -> dict[str, object]:
    return {
        f"{workbook.letters(left + c)}{first + r}": value
        for r, row in enumerate(rows)
        for c, value in enumerate(row)
        if value is not None
    }


def rows_of(con, opened) -> list[list[object]]:
    frame = fetch(con, opened.table)
    return frame.astype(object).where(frame.notna(), "").to_numpy().tolist()


def test_cells_are_text_without_loss(con, room, tmp_path) -> None:
    rows = [
        HEADER,
        ["East", dt.date(2024, 1, 31), 5],
        ["00123", dt.datetime(2024, 1, 31, 8, 30, 15), 0.1],
        [True, None, 1e-7],
        ["N/A", "2024-02-30", 123456789012345],
        [" x ", "-", -1234.5],
    ]
    path = written(tmp_path / "a.xlsx", {"Orders": grid(rows)})
    opened = open_table(con, Place(path=path), room)
    assert (opened.name, opened.row, opened.header) == ("a.xlsx, sheet Orders", "_row", 1)
    assert rows_of(con, opened) == [
        ["East", "2024-01-31", "5", 2],
        ["00123", "2024-01-31 08:30:15", "0.1", 3],
        ["true", "", "0.0000001", 4],
        ["N/A", "2024-02-30", "123456789012345", 5],
        [" x ", "-", "-1234.5", 6],
    ]


def test_both_date_systems_give_the_same_day(con, room, tmp_path) -> None:
    for system in (False, True):
        cells = grid([HEADER, ["East", dt.date(2024, 2, 29), 5]])
        path = written(tmp_path / f"{system}.xlsx", {"a": cells}, date_1904=system)
        assert rows_of(con, open_table(con, Place(path=path), room))[0][1] == "2024-02-29"


def test_titles_blank_rows_and_empty_margins_keep_the_row_numbers_of_excel(
    con, room, tmp_path, monkeypatch
) -> None:
    rows = [["Sales 2024"], [], HEADER, ["East", "d", 5], [], [], ["West", "e", 0], [False]]
    path = written(tmp_path / "a.xlsx", {"a": grid(rows, first=3, left=2)})
    for block in (2, 20_000):
        monkeypatch.setattr(workbook, "BLOCK", block)
        opened = open_table(con, Place(path=path), room)
        assert opened.theirs == HEADER
        assert (opened.header, opened.blanks) == (5, 2)
        assert rows_of(con, opened) == [
            ["East", "d", "5", 6],
            ["West", "e", "0", 9],
            ["false", "", "", 10],
        ]


def test_a_declared_header_is_obeyed(con, room, tmp_path) -> None:
    path = written(tmp_path / "a.xlsx", {"a": grid([["2024", "2025"], HEADER, ["E", "d", 5]])})
    opened = open_table(con, Place(path=path, header=2), room)
    assert opened.theirs == HEADER
    assert len(rows_of(con, opened)) == 1


def test_the_only_filled_sheet_is_read_and_hidden_ones_are_not(con, room, tmp_path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("empty")
        sheet = book.add_worksheet("订单")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["East", "d", 5])
        hidden = book.add_worksheet("lists")
        hidden.write(0, 0, "x")
        hidden.hide()
    assert open_table(con, Place(path=path), room).name == "a.xlsx, sheet 订单"
    assert list_tables(path) == [Place(path=path, sheet="订单")]
    # by its name a hidden sheet is read all the same
    assert open_table(con, Place(path=path, sheet="lists"), room).theirs == ["x"]


def test_several_filled_sheets_must_be_named(con, room, tmp_path) -> None:
    path = written(tmp_path / "a.xlsx", {"一月": grid([HEADER]), "二月": grid([HEADER])})
    with pytest.raises(ContractError) as caught:
        open_table(con, Place(path=path), room)
    assert str(caught.value) == (
        "a.xlsx has 2 filled sheets: 一月, 二月.\n"
        f"  where: {path}\n"
        "  fix:   name one in the mapping, such as sheet: 一月"
    )
    with pytest.raises(ContractError) as caught:
        open_table(con, Place(path=path, sheet="三月"), room)
    assert str(caught.value).startswith("'三月' is not a sheet here; known: 一月, 二月.\n")


def test_an_empty_workbook_is_refused(con, room, tmp_path) -> None:
    path = written(tmp_path / "a.xlsx", {"a": {}})
    with pytest.raises(ContractError) as caught:
        open_table(con, Place(path=path), room)
    assert str(caught.value) == f"a.xlsx is empty.\n  where: {path}\n  fix:   check the export"


def test_cells_with_an_error_are_named_and_never_read_as_empty(con, room, tmp_path) -> None:
    rows = [
        ["title"],
        HEADER,
        ["East", ("=NA()", "#N/A"), ("=1/0", "#DIV/0!")],
        ["West", "d", ("=B9", 7)],
    ]
    path = written(tmp_path / "a.xlsx", {"first": grid([["x", "y"]]), "a": grid(rows, left=26)})
    opened = open_table(con, Place(path=path, sheet="a"), room)
    assert rows_of(con, opened) == [["East", "#N/A", "#DIV/0!", 3], ["West", "d", "7", 4]]
    assert opened.errors == {"day": ("AB3 #N/A",), "net": ("AC3 #DIV/0!",)}
    opened.require_sound(["region"])
    with pytest.raises(ContractError) as caught:
        opened.require_sound(["day", "region", "net"])
    assert str(caught.value) == (
        "a.xlsx, sheet a has 2 cells that hold an error instead of a value: AB3 #N/A, "
        "AC3 #DIV/0!.\n"
        "  where: a.xlsx, sheet a, columns ['day', 'net']\n"
        "  fix:   mend the formulas in the workbook and save it again"
    )


def test_merged_cells_stay_empty_below_the_first(con, room, tmp_path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.merge_range(1, 0, 2, 0, "East")
        sheet.write(1, 2, 5)
        sheet.write(2, 2, 6)
    opened = open_table(con, Place(path=path), room)
    assert rows_of(con, opened) == [["East", "", "5", 2], ["", "", "6", 3]]


def test_a_text_or_a_web_page_may_be_called_xls(con, room, tmp_path) -> None:
    path = tmp_path / "export.xls"
    path.write_bytes("地区\t日期\t销售额\n华东\t一月\t5\n".encode("gbk"))
    opened = open_table(con, Place(path=path), room)
    assert rows_of(con, opened) == [["华东", "一月", "5"]]
    path.write_text("<html><table><tr><td>a</td></tr></table></html>")
    with pytest.raises(ContractError) as caught:
        open_table(con, Place(path=path), room)
    assert str(caught.value) == (
        "export.xls is a web page or XML under the name of a table.\n"
        f"  where: {path}\n"
        "  fix:   open it in a spreadsheet program and save it as .xlsx"
    )


def test_a_workbook_called_csv_and_a_broken_workbook_are_refused(con, room, tmp_path) -> None:
    path = written(tmp_path / "a.xlsx", {"a": grid([HEADER])})
    (tmp_path / "a.csv").write_bytes(path.read_bytes())
    with pytest.raises(ContractError) as caught:
        open_table(con, Place(path=tmp_path / "a.csv"), room)
    assert caught.value.what == "a.csv is a workbook or an archive, not a text file."
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(ContractError) as caught:
        open_table(con, Place(path=path), room)
    assert caught.value.what.startswith("a.xlsx cannot be read: ")
    assert caught.value.fix == "open it in a spreadsheet program and save it again as .xlsx"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") + b"\0" * 99)
    with pytest.raises(ContractError) as caught:
        open_table(con, Place(path=path), room)
    assert caught.value.what == "a.xlsx is locked with a password."
    assert caught.value.fix == "save a copy without a password"


def test_rows_the_workbook_hides_are_read_and_counted(con, room, tmp_path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("a")
        for row, cells in enumerate([HEADER, ["East", "d", "1"], ["West", "d", "2"]]):
            sheet.write_row(row, 0, cells)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})
    opened = open_table(con, Place(path=path), room)
    assert [row[0] for row in rows_of(con, opened)] == ["East", "West"]
    assert opened.notes == (("quality.hidden", "a.xlsx, sheet a", "1"),)


def test_names_in_two_rows_are_one_header(con, room, tmp_path) -> None:
    cells = {"A1": "day", "B1": "local", "D1": "rep", "B2": "net", "C2": "gross", "A3": "d"}
    cells |= {"B3": "1", "C3": "2", "D3": "Li"}
    path = written(tmp_path / "a.xlsx", {"a": cells})
    opened = open_table(con, Place(path=path), room)
    assert opened.groups == (1, 2)
    opened = open_table(con, Place(path=path, header=1, deep=2), room)
    assert opened.theirs == ["day", "local net", "local gross", "rep"]
    assert rows_of(con, opened) == [["d", "1", "2", "Li", 3]]


def test_numbers_are_written_by_their_shortest_digits() -> None:
    numbers = [5.0, -0.0, 0.1, 1e15, 1e22, 2.5e-10, 1234.5, -1e-7, 100000.0]
    assert texts(numbers) == [
        *("5", "0", "0.1", "1000000000000000", "10000000000000000000000", "0.00000000025"),
        *("1234.5", "-0.0000001", "100000"),
    ]
    assert texts([dt.timedelta(hours=36), dt.time(8, 30), 7]) == [
        "36:00:00",
        "08:30:00",
        "7",
    ]


@settings(max_examples=25, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_every_number_comes_back_from_its_text(numbers) -> None:
    assert [float(t) for t in texts(numbers)] == numbers
    assert not any("e" in t.lower() for t in texts(numbers))


PLAIN = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1)


@settings(max_examples=15, phases=(Phase.explicit, Phase.generate))
@given(st.lists(st.lists(PLAIN, min_size=3, max_size=3), min_size=1, max_size=8))
def test_any_texts_read_back_equal(tmp_path_factory, table) -> None:
    folder = tmp_path_factory.mktemp("xlsx")
    with xlsxwriter.Workbook(folder / "a.xlsx") as book:
        sheet = book.add_worksheet()
        for r, row in enumerate([HEADER, *table]):
            for c, cell in enumerate(row):
                sheet.write_string(r, c, cell)
    con = engine()
    opened = open_table(con, Place(path=folder / "a.xlsx"), folder)
    assert [row[:3] for row in rows_of(con, opened)] == table


#: An .xls of 97-2003: a second sheet 订单 with a day, a text, #N/A in B3, #DIV/0! in C3, true.
XLS = (
    "eNrtWE1oE0EU/mY3v6U/SWyFVi0hYtW0h9RevLRRQXsyVIsoUtTWxlKqicQcjBerNScRBL0oXir14KXqxR9UUPDg"
    "QajoQRCERPHkSVDw0GZ97+2utjVCIxqo7LeZN2/ezJd5O/NmZndfzgQLk3dailiEHugoGX545tkUJb9dCIDqDYNV"
    "O/dRMhwsK/h9NJEeNx7WvfDyHPJ8F6HhtuspSeA9pQEcRyKdSoariG3iw6BiH7qVi2JPwzVK9WgWv0IiD4tcIfKW"
    "tH0kcotYLojsprYFtR8z8UR0sxXH+7SI1NWTVLgnnLdi6UQTnnMcn76ozLZubM2MDh5dZhWtrlpMgaa0N5lKZri8"
    "FjfQAJWDeUWQPRDBMcp9IxEMU/4xGUEBjRQCU/hqhIEv9lp/Enbs1bUrkP3bQrv3N3YfTexi+yXNBYzDOKQ4wPOo"
    "Q4+La9w4Mpo5kc2jFpfdbNDU9fN7+mcRk5XvMXf5k5RnkiOj6ZQODA/mSKaSWfqnRP/qBNFisc5NXTV8GsjuEViw"
    "e9TJmqolOUzxxnpQVlaAHJ29+fnVzqG++EGxjMuJYZ4r69hhGDjDDCLX/6gxZVQY7SLPyr+uEr1FZCPdGOVtfU2W"
    "smNC2pyT2jbqp0vwOr5+nr6B9PynXfdb8x/iG0mf7i2eapx+E5+kxeAn75VcE+hQHerqFcaDuJ0rawd6J7L5l93I"
    "pwUs3w3r8GzAHGpEDZonrBbCXW5Ku9VPVGNUJRLofF++o6qXHVW+Y7Nkj45Z0qikW2xVhq2EzaPymPpn70KIPmNW"
    "u7CZp5XhacLjZeTWfNacRJWpM9urmKkvYnK9bvnrwRrSbf/46cls5kWr4p8uQYJyQeLAgQMHDhw4cPCHUPKEYz4N"
    "uuQFwXze9FrfdeYolZzPJP8tdiNNV5ZeH7cjRXkGuYriZyXcyv4vtUSO/b2QsZd6z2AMQ+LHWMXxS+8Lav79LJkY"
    "+HtLqNL+S5X4+Y/7/w5pvwnN"
)


def test_an_old_workbook_is_read_with_its_errors(con, room, tmp_path) -> None:
    path = tmp_path / "old.xls"
    path.write_bytes(zlib.decompress(base64.b64decode(XLS)))
    opened = open_table(con, Place(path=path, sheet="订单"), room)
    assert rows_of(con, opened) == [
        ["华东", "2024-01-31", "0.1", 2],
        ["00123", "#N/A", "#DIV/0!", 3],
        ["true", "", "", 4],
    ]
    assert opened.errors == {"day": ("B3 #N/A",), "net": ("C3 #DIV/0!",)}


def test_the_last_microsecond_of_a_day_stays_on_it_in_an_old_workbook(con, room, tmp_path) -> None:
    two = bytes.fromhex("bd0012000100010012002ac4020011002b0000000200")
    one = struct.pack("<HHHHHd", 0x203, 14, 1, 1, 0x12, 45322.99999999999) + bytes(4)
    (tmp_path / "old.xls").write_bytes(zlib.decompress(base64.b64decode(XLS)).replace(two, one))
    opened = open_table(con, Place(path=tmp_path / "old.xls", sheet="订单"), room)
    assert rows_of(con, opened)[0] == ["华东", "2024-01-31 23:59:59.999999", "", 2]


def test_an_ods_is_read_with_its_errors(con, room, tmp_path) -> None:
    namespaces = {
        "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
        "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
        "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }
    said = " ".join(f'xmlns:{key}="{value}"' for key, value in namespaces.items())

    def cell(text: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'

    bad = (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" '
        'office:string-value="" calcext:value-type="error"><text:p>#DIV/0!</text:p>'
        "</table:table-cell>"
    )
    day = (
        '<table:table-cell office:value-type="date" office:date-value="2024-01-31">'
        "<text:p>31.1.24</text:p></table:table-cell>"
    )
    empty = '<table:table-cell table:number-columns-repeated="2"/>'
    rows = "".join(
        f'<table:table-row table:number-rows-repeated="{times}">{cells}</table:table-row>'
        for times, cells in (
            (1, cell("region") + cell("net")),
            (3, empty),
            (2, cell("East") + bad),
            (1, day + '<table:table-cell office:value-type="float" office:value="5"/>'),
        )
    )
    path = tmp_path / "a.ods"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", '<m:manifest xmlns:m="urn:x"/>')
        archive.writestr(
            "content.xml",
            f"<office:document-content {said}><office:body><office:spreadsheet><table:table "
            f'table:name="a">{rows}</table:table></office:spreadsheet></office:body>'
            "</office:document-content>",
        )
    opened = open_table(con, Place(path=path), room)
    assert opened.blanks == 3
    assert rows_of(con, opened) == [
        ["East", "#DIV/0!", 5],
        ["East", "#DIV/0!", 6],
        ["2024-01-31", "5", 7],
    ]


def test_errors_of_a_binary_workbook_are_found(tmp_path) -> None:
    def wide(text: str) -> bytes:
        return struct.pack("<I", len(text)) + text.encode("utf-16-le")

    def record(kind: int, body: bytes) -> bytes:
        number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
        return number + bytes([len(body)]) + body

    sheet = record(0, struct.pack("<I", 4) + bytes(8)) + record(2, bytes(12))
    sheet += record(3, struct.pack("<II", 1, 0) + b"\x2a")
    sheet += record(11, struct.pack("<II", 27, 0) + b"\x17" + bytes(6))
    sheet += record(5, struct.pack("<IId", 2, 0, 45322.99999999999))
    sheet += record(5, struct.pack("<IId", 3, 0, 45322.5))
    relations = '<R xmlns="r"><Relationship Id="rId7" Target="worksheets/sheet1.bin"/></R>'
    with zipfile.ZipFile(tmp_path / "a.xlsb", "w") as archive:
        archive.writestr(
            "_rels/.rels",
            '<R xmlns="r"><Relationship Type="x/officeDocument" Target="/xl/workbook.bin"/></R>',
        )
        archive.writestr("xl/workbook.bin", record(156, bytes(8) + wide("rId7") + wide("订单")))
        archive.writestr("xl/_rels/workbook.bin.rels", relations)
        archive.writestr("xl/worksheets/sheet1.bin", sheet)
    assert errors_of(tmp_path / "a.xlsb", "订单") == {
        (4, 1): "#N/A",
        (4, 27): "#REF!",
        (4, 2): LATE,
    }
