"""Files by kind: real exports, patterns of many files, folders, and paths that lead out."""

import json
import time
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
from realdata import SHARED_DATA

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.sources import Place, inside, list_tables, open_table
from salesanalysis.data.sources.files import is_table_file, open_file, require_exists, require_kind
from salesanalysis.errors import ContractError


@pytest.fixture
def shared():
    if not SHARED_DATA.is_dir():
        pytest.skip(f"trial data is not there: {SHARED_DATA}")
    return SHARED_DATA


def counted(con, opened) -> dict:
    return fetch_exact(
        con, opened.table.aggregate(n=opened.table.count(), blank=opened.blank().sum())
    )


def summed(con, opened, column: str) -> str:
    amount = opened.table[column].replace(",", "").cast("decimal(18, 4)").sum()
    return str(fetch_exact(con, opened.table.aggregate(s=amount))["s"])


def test_a_chinese_month_in_gbk_is_read_to_the_cent(con, room, shared) -> None:
    opened = open_table(con, Place(path=shared / "zh_gbk_formatted/订单明细_2018年7月.csv"), room)
    assert opened.encoding == "gb18030"
    assert counted(con, opened) == {"n": 1723, "blank": 0}
    assert summed(con, opened, "销售额") == "2393689.5600"


def test_the_late_month_and_the_targets_as_shipped_are_utf16(con, room, shared) -> None:
    folder = shared / "adventureworks" / "as_shipped"
    month = open_table(con, Place(path=folder / "ResellerSales_202006.csv.gz"), room)
    assert (month.encoding, counted(con, month)["n"]) == ("utf-16-le", 3004)
    targets = open_table(con, Place(path=folder / "ResellerSalesTargets.csv"), room)
    assert targets.theirs[:3] == ["Year", "EmployeeID", "M01"]
    assert len(targets.theirs) == 14


def test_half_a_million_lines_packed_with_xz_are_all_there(con, room, shared) -> None:
    place = Place(path=shared / "uci_online_retail" / "online_retail.csv.xz")
    opened = open_table(con, place, room)
    assert counted(con, opened) == {"n": 541_909, "blank": 0}
    lines = opened.table
    total = (lines.Quantity.cast("int64") * lines.UnitPrice.cast("decimal(18, 3)")).sum()
    assert str(fetch_exact(con, lines.aggregate(s=total))["s"]) == "9747747.934"


def test_rows_of_commas_only_are_counted_not_lost(con, room, shared) -> None:
    place = Place(path=shared / "dirty_excel_mangled" / "FactResellerSales_mangled.csv.gz")
    opened = open_table(con, place, room)
    assert counted(con, opened) == {"n": 60_855, "blank": 60_268}
    few = opened.blank(["SalesAmount", "OrderQuantity"]).sum()
    assert fetch_exact(con, opened.table.aggregate(n=few)) == {"n": 60_268}


def test_a_large_file_is_open_at_once(con, room, tmp_path) -> None:
    path = tmp_path / "large.csv"
    path.write_bytes(b"region,net\n")
    with path.open("ab") as file:
        # far more than what is looked at, and broken at the very end
        for _ in range(4):
            file.write(b"East,5.5\n" * 4_000_000)
        file.write(b"\xff,1\n")
    began = time.perf_counter()
    opened = open_table(con, Place(path=path), room)
    assert time.perf_counter() - began < 2
    assert opened.theirs == ["region", "net"]
    assert list(room.iterdir()) == []


def test_parquet_keeps_its_types(con, room, tmp_path) -> None:
    path = tmp_path / "a [1].parquet"
    duckdb.sql("SELECT 1 AS n, DATE '2024-01-31' AS day").write_parquet(str(path))
    opened = open_table(con, Place(path=path), room)
    assert opened.typed
    assert opened.table.schema()["day"].is_date()
    assert open_file(con, path).columns == ("n", "day")


def months(folder: Path, second: str = "地区,销售额\n华南,6\n", **encodings) -> Place:
    (folder / "2024-01.csv").write_text("地区,销售额\n华东,5\n", encoding="gbk")
    (folder / "2024-02.csv").write_text(second, encoding="utf-8")
    return Place(path=folder / "2024-*.csv")


def test_files_of_a_pattern_are_one_table_in_the_order_of_their_names(con, room, tmp_path) -> None:
    opened = open_table(con, months(tmp_path, "销售额,地区\n6,华南\n"), room)
    assert (opened.name, opened.file) == ("2024-*.csv (2 files)", "_file")
    assert opened.theirs == ["地区", "销售额"]
    assert fetch(con, opened.table).to_numpy().tolist() == [
        ["华东", "5", "2024-01.csv"],
        ["华南", "6", "2024-02.csv"],
    ]


def test_workbooks_of_a_pattern_keep_their_row_numbers_and_errors(con, room, tmp_path) -> None:
    for month in ("01", "02"):
        with xlsxwriter.Workbook(tmp_path / f"m{month}.xlsx") as book:
            sheet = book.add_worksheet()
            sheet.write_row(0, 0, ["region", "net"])
            sheet.write_row(2, 0, ["East"])
            sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")
    opened = open_table(con, Place(path=tmp_path / "m*.xlsx"), room)
    assert (opened.row, opened.file, opened.blanks) == ("_row", "_file", 2)
    assert opened.errors == {"net": ("m01.xlsx B3 #DIV/0!", "m02.xlsx B3 #DIV/0!")}
    assert fetch(con, opened.table)["_row"].tolist() == [3, 3]


def test_a_file_of_another_shape_is_refused_with_its_columns(con, room, tmp_path) -> None:
    place = months(tmp_path, "地区,金额,成本\n华南,6,5\n")
    with pytest.raises(ContractError) as caught:
        open_table(con, place, room)
    assert str(caught.value) == (
        "2024-02.csv has not the columns of 2024-01.csv: it lacks 销售额; has besides 金额, 成本.\n"
        f"  where: {tmp_path}, file: 2024-*.csv\n"
        "  fix:   give all files of the pattern the same columns, or narrow the pattern"
    )
    with pytest.raises(ContractError) as caught:
        open_table(con, Place(path=tmp_path / "2023-*.csv"), room)
    assert str(caught.value) == (
        "No file fits 2023-*.csv.\n"
        f"  where: folder {tmp_path}\n"
        "  fix:   check the pattern: * stands for any letters, ? for one"
    )


def test_brackets_in_the_name_of_a_file_are_no_pattern(con, room, tmp_path) -> None:
    (tmp_path / "sales [2024].csv").write_text("a,b\n1,2\n")
    (tmp_path / "sales 2.csv").write_text("a,b\n3,4\n")
    opened = open_table(con, Place(path=tmp_path / "sales [2024].csv"), room)
    assert fetch(con, opened.table).to_numpy().tolist() == [["1", "2"]]


def test_every_table_of_a_folder_is_listed(tmp_path) -> None:
    (tmp_path / "b.csv").write_text("a,b\n1,2\n")
    (tmp_path / "sap.txt").write_text("a\tb\n1\t2\n3\t4\n")
    (tmp_path / "LICENSE.txt").write_text("Licence, with commas\nand lines\nof text\n")
    (tmp_path / "~$book.xlsx").write_bytes(b"lock")
    (tmp_path / "note.md").write_text("no table")
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        for name in ("一月", "二月", "empty"):
            sheet = book.add_worksheet(name)
            if name != "empty":
                sheet.write_row(0, 0, ["a", "b"])
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as file:
        file.execute("CREATE TABLE sales (a INT); CREATE SCHEMA s; CREATE VIEW s.v AS FROM sales")
    found = [(p.path.name, p.sheet, p.table) for p in list_tables(tmp_path)]
    assert found == [
        ("b.csv", "", ""),
        ("book.xlsx", "一月", ""),
        ("book.xlsx", "二月", ""),
        ("crm.duckdb", "", "sales"),
        ("crm.duckdb", "", "s.v"),
        ("sap.txt", "", ""),
    ]
    assert not is_table_file(tmp_path / "LICENSE.txt")


def test_a_table_of_a_duckdb_file_is_opened(con, room, tmp_path) -> None:
    with duckdb.connect(str(tmp_path / "crm.duckdb")) as file:
        file.execute("CREATE TABLE sales AS SELECT 5 AS net")
    opened = open_table(con, Place(path=tmp_path / "crm.duckdb", table="sales"), room)
    assert fetch(con, opened.table)["net"].tolist() == [5]


def test_a_missing_file_and_an_unknown_kind_are_refused(tmp_path) -> None:
    (tmp_path / "orders.csv").write_text("a\n1\n")
    with pytest.raises(ContractError) as caught:
        require_exists(tmp_path / "order.csv")
    assert caught.value.fix == f"write {str(tmp_path / 'orders.csv')!r}"
    with pytest.raises(ContractError) as caught:
        require_kind(tmp_path / "orders.pdf")
    assert str(caught.value) == (
        "orders.pdf is not a kind of file that can be read.\n"
        f"  where: {tmp_path / 'orders.pdf'}\n"
        "  fix:   save it as CSV (UTF-8) or Parquet; read are CSV, TSV or TXT (also .gz, .xz, "
        ".bz2, .zst), Excel (.xlsx, .xlsm, .xls, .xlsb), .ods, Parquet"
    )
    with pytest.raises(ContractError) as caught:
        require_kind(tmp_path / "orders.zip")
    assert caught.value.fix.startswith("unpack it first; read are CSV, ")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("/etc/passwd", "is an absolute path"),
        ("a.csv\0.txt", "holds a zero byte"),
        ("C:\\data\\a.csv", "is an absolute path"),
        ("../other/a.csv", "leads out of it with '..'"),
        ("sub\\..\\..\\a.csv", "leads out of it with '..'"),
        ("link/a.csv", "is a link that leads out of it"),
    ],
)
def test_a_mapping_never_leads_out_of_its_folder(tmp_path, name, why) -> None:
    folder, other = tmp_path / "data", tmp_path / "other"
    folder.mkdir()
    other.mkdir()
    (folder / "link").symlink_to(other)
    with pytest.raises(ContractError) as caught:
        inside(folder, name)
    assert str(caught.value) == (
        f"{name!r} lies outside the data folder: it {why}.\n"
        f"  where: file: {name}; data folder {folder}\n"
        "  fix:   put the file into the data folder and name it as it is called there"
    )


def test_links_and_folders_inside_the_data_folder_are_fine(tmp_path) -> None:
    (tmp_path / "2024").mkdir()
    (tmp_path / "2024" / "a.csv").write_text("a\n")
    (tmp_path / "now.csv").symlink_to(tmp_path / "2024" / "a.csv")
    assert inside(tmp_path, "2024/a.csv").is_file()
    assert inside(tmp_path, "now.csv").is_file()
    # the folder itself may be reached over a link
    (tmp_path / "alias").symlink_to(tmp_path / "2024")
    assert inside(tmp_path / "alias", "a.csv").is_file()


def test_the_control_totals_of_the_tidy_files_still_hold(con, room, shared) -> None:
    folder = shared / "adventureworks"
    opened = open_table(con, Place(path=folder / "orders.csv.gz"), room)
    assert counted(con, opened) == {"n": 60_855, "blank": 0}
    assert summed(con, opened, "revenue") == "80450596.9823"
    assert json.loads((folder / "control_totals.json").read_text())
