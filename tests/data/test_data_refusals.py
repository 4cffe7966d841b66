"""Bad input: one screen that says what, where and how to fix it; nothing is guessed."""

from pathlib import Path

import pandas as pd
import pytest

import salesanalysis as sa
from salesanalysis import strictyaml
from salesanalysis.data import of_frames
from salesanalysis.data.mapping import build
from salesanalysis.errors import ContractError

PLAIN = """name: shop
tables:
  sales:
    file: lines.csv
    columns: {order_id: Order, date: Day, region: Area, revenue: Net}
"""
LINES = "Order,Day,Area,Net\n1,2024-01-05,East,1.00\n2,2024-01-31,West,2.00\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(PLAIN, encoding="utf-8")
    return tmp_path


def refused(*args: object, **kwargs: object) -> ContractError:
    with pytest.raises(ContractError) as caught:
        sa.load(*args, **kwargs)
    return caught.value


def write(shop: Path, lines: str) -> None:
    (shop / "lines.csv").write_text(lines, encoding="utf-8")


# --- files ------------------------------------------------------------------------------------
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
    assert error.fix == "every row needs the columns of the header; save the file as CSV in UTF-8"


def test_a_column_name_that_stands_twice_is_refused(shop: Path) -> None:
    write(shop, "Order,Day,Area,Net,Net\n1,2024-01-05,East,1,2\n")
    assert str(refused(shop, mapping=shop / "shop.yaml")) == (
        "lines.csv has the column 'Net' 2 times.\n"
        f"  where: {shop}/lines.csv, header\n"
        "  fix:   give every column its own name"
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


# --- values -----------------------------------------------------------------------------------
def test_dates_and_amounts_that_cannot_be_read_are_shown_all_at_once_with_their_rows(
    shop: Path,
) -> None:
    write(shop, LINES + "3,2024-02-30,West,1\n4,2024-02-28,West,\n5,2024-02-28,West,twelve\n")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert str(error) == (
        "3 values of lines.csv cannot be used for sales; first: row 3, 'Day' is '2024-02-30', but "
        "must be a date, not empty.\n"
        "  where: lines.csv, rows 3, 4, 5 (1 is the first below the header), column 'Day' (our date), "
        "'Net' (our revenue); see .rows\n"
        "  fix:   mend these cells, or map another column"
    )
    assert error.rows.to_dict("list") == {
        "row": [3, 4, 5],
        "column": ["Day", "Net", "Net"],
        "value": ["2024-02-30", "", "twelve"],
        "rule": ["a date, not empty", "a number, not empty", "a number, not empty"],
    }


def test_amounts_in_another_currency_than_the_mapping_says_are_refused(shop: Path) -> None:
    write(shop, LINES + "3,2024-02-28,West,€12\n")
    assert str(refused(shop, mapping=shop / "shop.yaml")) == (
        "'Net' is written in EUR, but the mapping says CNY.\n"
        f"  where: lines.csv; {shop}/shop.yaml:3: tables.sales\n"
        "  fix:   write currency: EUR in the mapping, or map the column of an amount in CNY"
    )


@pytest.mark.parametrize("amount", ["NaN", "inf", "1,5", "abc", "99999999999999999"])
def test_what_is_no_amount_is_never_an_amount(shop: Path, amount: str) -> None:
    write(shop, LINES + f'3,2024-01-31,West,"{amount}"\n')
    error = refused(shop, mapping=shop / "shop.yaml")
    assert error.rows["value"].tolist() == [amount]


def test_days_that_could_be_months_ask_for_a_format(shop: Path) -> None:
    write(shop, "Order,Day,Area,Net\n1,05/01/2024,East,1\n2,07/02/2024,East,1\n")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert error.code == "ambiguous"
    assert '"%d/%m/%Y"' in error.fix
    assert '"%m/%d/%Y"' in error.fix


def test_a_negative_market_and_a_share_above_one_are_refused() -> None:
    sales = pd.DataFrame(
        {
            "order_id": ["1"],
            "date": pd.to_datetime(["2024-01-31"]),
            "region": ["East"],
            "revenue": [-5.0],
        }
    )
    market = pd.DataFrame({"period": pd.to_datetime(["2024-01-01"]), "market_size": [-1.0]})
    with pytest.raises(ContractError) as caught:
        of_frames({"sales": sales, "market": market}, name="made")
    assert str(caught.value) == (
        "1 value of market cannot be used for market; first: row 1, 'market_size' is '-1.0', but "
        "must be a number of at least 0, not empty.\n"
        "  where: market, rows 1 (1 is the first below the header), column 'market_size' (our "
        "market_size); see .rows\n"
        "  fix:   mend these cells, or map another column"
    )
    people = pd.DataFrame({"salesperson": ["Li"], "share": [1.5]})
    with pytest.raises(ContractError, match="must be a share from 0 to 1"):
        of_frames({"sales": sales, "people": people}, name="made")


@pytest.mark.parametrize("day", ["2224-02-01", "0001-01-01", "1979-12-31", "2101-01-01"])
def test_a_typo_in_a_date_cannot_move_the_company_by_centuries(shop: Path, day: str) -> None:
    write(shop, LINES + f"3,{day},West,1.00\n")
    error = refused(shop, mapping=shop / "shop.yaml")
    assert str(error) == (
        f"1 value of lines.csv cannot be used for sales; first: row 3, 'Day' is '{day}', but must "
        "be a date from 1980-01-01 to 2100-12-31.\n"
        "  where: lines.csv, rows 3 (1 is the first below the header), column 'Day' (our date); "
        "see .rows\n"
        "  fix:   mend these cells, or map another column"
    )
    assert error.rows.to_dict("records") == [
        {"row": 3, "column": "Day", "value": day, "rule": "a date from 1980-01-01 to 2100-12-31"}
    ]


def test_the_first_and_the_last_day_that_are_believed_are_loaded(shop: Path) -> None:
    write(shop, LINES + "3,1980-01-01,West,1.00\n4,2100-12-31,West,1.00\n")
    data = sa.load(shop, mapping=shop / "shop.yaml")
    assert (data.as_of, len(data.frame("sales"))) == (pd.Timestamp("2100-12-31"), 4)


SALES = {
    "order_id": ["1", "2"],
    "date": pd.to_datetime(["2024-01-31", "2024-02-01"]),
    "region": ["East", "East"],
    "revenue": [1.0, 2.0],
}


@pytest.mark.parametrize("day", ["2224-02-01", "0001-01-01"])
@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("sales", "date"),
        ("collections", "date"),
        ("targets", "period"),
        ("targets", "due"),
        ("market", "period"),
        ("opportunities", "closed"),
    ],
)
def test_every_dated_table_of_frames_refuses_a_day_out_of_this_world(table, column, day) -> None:
    good = pd.to_datetime(pd.Series(["2024-01-01", "2024-01-01"]))
    tables = {
        "sales": pd.DataFrame(SALES),
        "collections": pd.DataFrame({"date": good, "due_amount": 1.0, "collected_amount": 1.0}),
        "targets": pd.DataFrame({"period": good, "metric": "revenue", "value": 1.0, "due": good}),
        "market": pd.DataFrame({"period": good, "market_size": 1.0}),
        "opportunities": pd.DataFrame(
            {"id": ["a", "b"], "owner": "Li", "opened": good, "closed": good, "stage": "won"}
        ).assign(amount=1.0),
    }
    wrong = tables[table].copy()
    wrong[column] = wrong[column].astype("datetime64[us]")
    wrong.loc[1, column] = pd.Timestamp(day).as_unit("us")
    with pytest.raises(ContractError) as caught:
        of_frames({"sales": tables["sales"], table: wrong}, name="made")
    assert f"first: row 2, '{column}' is '{day}" in caught.value.what
    assert caught.value.what.endswith("must be a date from 1980-01-01 to 2100-12-31.")
    assert caught.value.where.startswith(f"{table}, rows 2 ")
    assert caught.value.rows["row"].tolist() == [2]


def test_a_contract_that_never_ends_is_no_typo() -> None:
    people = pd.DataFrame({"salesperson": ["Li"], "valid_to": pd.to_datetime(["9999-12-31"])})
    data = of_frames({"sales": pd.DataFrame(SALES), "people": people}, name="made")
    assert data.frame("people")["valid_to"].dt.year.tolist() == [9999]


def test_many_faulty_rows_are_cut_in_the_message_and_counted(shop: Path) -> None:
    good = "".join(f"{i},2024-01-31,West,1.50\n" for i in range(3, 30))
    bad = "".join(f"{i},2024-01-31,West,unknown\n" for i in range(30, 37))
    write(shop, LINES + good + bad)
    assert str(refused(shop, mapping=shop / "shop.yaml")) == (
        "7 values of lines.csv cannot be used for sales; first: row 30, 'Net' is 'unknown', but "
        "must be a number, not empty.\n"
        "  where: lines.csv, rows 30, 31, 32, 33, 34 and 2 more (1 is the first below the header), "
        "column 'Net' (our revenue); see .rows\n"
        "  fix:   mend these cells, or map another column"
    )


def test_nan_is_no_revenue() -> None:
    sales = pd.DataFrame(
        {
            "order_id": ["1"],
            "date": pd.to_datetime(["2024-01-31"]),
            "region": ["East"],
            "revenue": [float("nan")],
        }
    )
    with pytest.raises(ContractError, match="'revenue' is '', but must be a number, not empty"):
        of_frames({"sales": sales}, name="made")


# --- the mapping itself -----------------------------------------------------------------------
def built(text: str) -> ContractError:
    with pytest.raises(ContractError) as caught:
        build(strictyaml.parse(text, name="shop.yaml"))
    return caught.value


def test_an_unknown_key_of_a_mapping_is_refused_with_the_nearest() -> None:
    assert str(built(PLAIN + "curency: EUR\n")) == (
        "unknown key 'curency'; known: as_of, cleaning, currency, currency_is_label, fiscal_start, "
        "name, order, rates, recognise, tables, terms, title, units, verify.\n"
        "  where: shop.yaml:6: curency\n"
        "  fix:   'curency': did you mean 'currency'?"
    )


def test_a_table_nobody_knows_is_refused_with_the_nearest() -> None:
    assert built(PLAIN.replace("  sales:", "  sale:")).fix == "'sale': did you mean 'sales'?"


def test_a_required_column_nobody_mapped_is_named() -> None:
    assert str(built(PLAIN.replace(", revenue: Net", ""))) == (
        "The mapping gives sales no 'revenue'.\n"
        "  where: shop.yaml:3: tables.sales\n"
        '  fix:   add "revenue: their column" under columns, or {constant: ...}'
    )


def test_a_column_mapped_twice_is_refused() -> None:
    text = PLAIN + "    joins: [{file: a.csv, key: Area, take: {region: Name}}]\n"
    assert str(built(text)) == (
        "sales.region is mapped 2 times.\n"
        "  where: shop.yaml:3: tables.sales\n"
        "  fix:   keep one rule for 'region', in columns or in a join"
    )


def test_a_cast_nobody_knows_is_refused_with_the_nearest() -> None:
    text = PLAIN.replace("revenue: Net", "revenue: {column: Net, cast: nubmer}")
    assert built(text).what.startswith("'nubmer' is not a cast here; known: text, date, number")
    assert built(text).fix == "write 'number'"


def test_a_column_needs_one_source() -> None:
    assert str(built(PLAIN.replace("revenue: Net", "revenue: {cast: number}"))) == (
        "sales.revenue needs one source: column, paste, multiply, constant or row.\n"
        "  where: shop.yaml:5: tables.sales.columns.revenue\n"
        "  fix:   write revenue: their column"
    )


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("fiscal_start: July", "fiscal_start must be a whole number, got 'July'."),
        ("fiscal_start: 13", "start_month must be 1 to 12, got 13."),
        ("as_of: soon", "as_of must be a date such as 2020-03-31, got 'soon'."),
        ("recognise: 5", "recognise must be a list, got 5."),
        ("terms: {region: East}", "terms.region must be keys and values, got 'East'."),
        ("terms: {region: {East: {fr: Est}}}", "unknown key 'fr'; known: en, zh."),
    ],
)
def test_a_setting_of_the_wrong_type_is_refused(line: str, message: str) -> None:
    assert built(PLAIN + line + "\n").what == message


def test_a_table_without_a_file_and_a_mapping_without_a_name_are_refused() -> None:
    assert built(PLAIN.replace("    file: lines.csv\n", "")).what == "tables.sales has no 'file'."
    assert built(PLAIN.replace("name: shop\n", "")).what == "The mapping has no 'name'."


# --- questions nobody can answer --------------------------------------------------------------
def test_a_misspelt_level_value_or_region_is_answered_with_the_nearest(shop: Path) -> None:
    data = sa.load(shop, mapping=shop / "shop.yaml")
    with pytest.raises(ContractError) as caught:
        data.panel(by=["regoin"])
    assert str(caught.value) == (
        "'regoin' is not a level here; known: region, order_id.\n"
        "  where: by=...\n"
        "  fix:   write 'region'"
    )
    with pytest.raises(ContractError) as caught:
        data.panel(value="revnue")
    assert str(caught.value) == (
        "'revnue' is not a value here; known: revenue.\n"
        "  where: value=...\n"
        "  fix:   write 'revenue'"
    )
    with pytest.raises(ContractError) as caught:
        data.panel(where={"region": "Esat"})
    assert str(caught.value) == (
        "'Esat' is not a region here; known: East, West.\n"
        "  where: where={'region': ...}\n"
        "  fix:   write 'East'"
    )
    with pytest.raises(ContractError) as caught:
        data.frame("sale")
    assert str(caught.value) == (
        "'sale' is not a table here; known: sales.\n  where: data set shop\n  fix:   write 'sales'"
    )


def test_only_months_are_panels(shop: Path) -> None:
    with pytest.raises(ContractError) as caught:
        sa.load(shop, mapping=shop / "shop.yaml").panel(freq="Q")
    assert str(caught.value) == (
        "freq must be 'M', got 'Q'.\n"
        "  where: panel(freq=...)\n"
        '  fix:   take months and sum them: data.panel(freq="M").years()'
    )


def test_a_level_named_twice_is_refused(shop: Path) -> None:
    with pytest.raises(ContractError, match="by names a level twice"):
        sa.load(shop, mapping=shop / "shop.yaml").panel(by=["region", "region"])


def test_a_day_outside_the_data_is_refused(shop: Path) -> None:
    assert str(refused(shop, mapping=shop / "shop.yaml", as_of="2024-02-29")) == (
        "as_of 2024-02-29 lies outside the data, 2024-01-05 to 2024-01-31.\n"
        "  where: data set shop, as_of=...\n"
        "  fix:   choose a day from 2024-01-05 to the end of 2024-01"
    )
    assert refused(shop, mapping=shop / "shop.yaml", as_of="soon").what == "'soon' is not a date."


def test_before_the_first_month_is_over_there_is_no_panel(shop: Path) -> None:
    data = sa.load(shop, mapping=shop / "shop.yaml", as_of="2024-01-20")
    with pytest.raises(ContractError) as caught:
        data.panel()
    assert str(caught.value) == (
        "shop: sales to the end of 2023-12 has no rows.\n"
        "  where: shop: sales to the end of 2023-12\n"
        "  fix:   choose a later as_of than 2024-01-20, or check where="
    )


def test_cells_of_months_that_are_not_closed_are_refused(shop: Path) -> None:
    data = sa.load(shop, mapping=shop / "shop.yaml", as_of="2024-01-31")
    with pytest.raises(ContractError) as caught:
        data.cells(first="2024-01-01", last="2024-02-01")
    assert str(caught.value) == (
        "Months 2024-01 to 2024-02 are not a span of closed months.\n"
        "  where: cells(first=..., last=...); closed through 2024-01\n"
        "  fix:   end with 2024-01 or earlier, and start before the end"
    )


def test_an_option_of_the_demo_is_no_option_of_a_folder(shop: Path) -> None:
    assert refused(shop, mapping=shop / "shop.yaml", sed=1).what.startswith("'sed' is not a option")
