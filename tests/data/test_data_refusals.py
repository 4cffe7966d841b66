"""Files and columns that are not there, or there twice: what, where and how to fix it."""

from pathlib import Path

import pandas as pd
import pytest
from shoptools import LINES, PLAIN, refused, write

import salesanalysis as sa
from salesanalysis.errors import ContractError


def test_a_folder_that_is_not_there_is_named_with_the_nearest(shop: Path) -> None:
    (shop / "export").mkdir()
    assert str(refused(shop / "exprot")) == (
        f"{shop}/exprot does not exist.\n  where: folder {shop}\n  fix:   write '{shop}/export'"
    )


def test_a_file_of_the_mapping_that_is_missing_is_named(shop: Path) -> None:
    (shop / "lines.csv").rename(shop / "line.csv")
    assert str(refused(shop, mapping=shop / "shop.yaml")) == (
        f"{shop}/lines.csv does not exist.\n"
        f"  where: folder {shop}\n"
        f"  fix:   write '{shop}/line.csv'"
    )


def test_a_folder_without_a_table_says_so(tmp_path: Path) -> None:
    (tmp_path / "notes.docx").write_text("x", encoding="utf-8")
    error = refused(tmp_path)
    assert str(error) == (
        f"{tmp_path} holds no table that can be read.\n"
        f"  where: folder {tmp_path}\n"
        "  fix:   put CSV, Excel or Parquet files there, or load another folder"
    )
    assert error.code == "empty-table"


def test_a_kind_of_file_nobody_reads_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK")
    error = refused(tmp_path / "a.docx")
    assert error.what == "a.docx is not a kind of file that can be read."
    assert error.where == f"{tmp_path}/a.docx"


def test_an_address_of_another_kind_is_refused_before_anything_is_opened() -> None:
    assert refused("s3://bucket/sales").what == "s3:// is not a source that can be read."


def test_a_database_needs_a_mapping_that_names_its_tables(tmp_path: Path) -> None:
    lines = pd.DataFrame({"a": [1]})
    with pytest.raises(ContractError) as caught:
        sa.load(lines)
    assert str(caught.value) == (
        "No mapping says which columns of connected tables are ours.\n"
        "  where: load('connected tables')\n"
        '  fix:   write a mapping file with "table: <theirs>" for each of ours, then load(..., '
        "mapping=that file)"
    )


def test_a_handed_table_of_another_name_than_the_mapping_says_is_named(tmp_path: Path) -> None:
    (tmp_path / "crm.yaml").write_text(
        "name: crm\ntables:\n  sales:\n    table: crm.lines\n"
        "    columns: {order_id: o, date: d, region: r, revenue: v}\n",
        encoding="utf-8",
    )
    error = refused({"lines": pd.DataFrame({"o": ["1"]})}, mapping=tmp_path / "crm.yaml")
    assert str(error) == (
        "'crm.lines' is not a table here; known: lines.\n"
        f"  where: {tmp_path}/crm.yaml; tables handed over to load\n"
        "  fix:   write 'lines'"
    )
    assert error.code == "unknown-name"


def test_a_mapping_that_does_not_exist_is_named_with_the_shipped_ones(shop: Path) -> None:
    error = refused(shop, mapping="adventurework")
    assert str(error) == (
        "There is no mapping file 'adventurework'.\n"
        "  where: mapping='adventurework'; shipped: adventureworks\n"
        "  fix:   write mapping='adventureworks'"
    )


def test_an_empty_file_and_a_header_alone_are_empty(shop: Path) -> None:
    write(shop, "")
    assert str(refused(shop, mapping=shop / "shop.yaml")).startswith("lines.csv is empty.\n")
    write(shop, "Order,Day,Area,Net\n")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert str(error) == (
        "lines.csv is empty: there is no row below the header.\n"
        "  where: table sales\n"
        "  fix:   check the export"
    )


def test_a_row_longer_than_the_header_is_not_cut(shop: Path) -> None:
    write(shop, LINES + "3,2024-01-31,West,1,234.00\n")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert error.what.startswith("lines.csv cannot be read: ")
    assert error.where == f"{shop}/lines.csv"
    assert error.fix == (
        "every row needs the columns of the header: a cell that holds the delimiter needs quotes "
        "around it; export the file again, best as CSV in UTF-8"
    )


def test_a_column_name_that_stands_twice_is_numbered_and_must_be_chosen(shop: Path) -> None:
    write(shop, "Order,Day,Area,Net,Net\n1,2024-01-05,East,1,2\n")
    assert str(refused(shop, mapping=shop / "shop.yaml")) == (
        "lines.csv has no column 'Net'.\n"
        f"  where: {shop}/shop.yaml:5: tables.sales.columns.revenue; columns of the file are "
        "['Order', 'Day', 'Area', 'Net (1)', 'Net (2)']\n"
        "  fix:   write 'Net (2)' in the mapping"
    )


# --- columns ----------------------------------------------------------------------------------
def test_a_renamed_column_is_found_again_by_its_nearest_name(shop: Path) -> None:
    write(shop, LINES.replace("Area", "Aera"))
    assert str(refused(shop, mapping=shop / "shop.yaml")) == (
        "lines.csv has no column 'Area'.\n"
        f"  where: {shop}/shop.yaml:5: tables.sales.columns.region; columns of the file are "
        "['Order', 'Day', 'Aera', 'Net']\n"
        "  fix:   write 'Aera' in the mapping"
    )


def test_a_lookup_with_a_key_twice_would_double_lines(shop: Path) -> None:
    (shop / "areas.csv").write_text("Id,Name\nEast,E\nEast,F\nWest,W\n", encoding="utf-8")
    text = PLAIN + "    joins: [{file: areas.csv, key: Area, lookup_key: Id, take: {team: Name}}]\n"
    (shop / "shop.yaml").write_text(text, encoding="utf-8")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert str(error) == (
        "areas.csv has 1 values of 'Id' more than once; first: 'East'.\n"
        f"  where: {shop}/shop.yaml:6: tables.sales.joins[0]; a lookup needs one row per key, "
        "or lines double\n"
        "  fix:   look up by a key that is unique, or remove the extra rows"
    )
    assert error.rows["n"].tolist() == [2]


def test_a_lookup_without_the_column_is_named(shop: Path) -> None:
    (shop / "areas.csv").write_text("Id,Nmae\nEast,E\n", encoding="utf-8")
    text = PLAIN + "    joins: [{file: areas.csv, key: Area, lookup_key: Id, take: {team: Name}}]\n"
    (shop / "shop.yaml").write_text(text, encoding="utf-8")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert error.what == "areas.csv has no column 'Name'."
    assert error.fix == "write 'Nmae' in the mapping"
