"""What a mapping can say about the shape of an export, each way with a file of its own."""

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from openpyxl import Workbook

import salesanalysis as sa
from salesanalysis.data.engine import connect, fetch_exact
from salesanalysis.errors import ContractError


def shop(room: Path, sales: str, more: str = "", **files: str):
    """Write files and a mapping whose table sales is `sales`; load the folder."""
    for name, text in files.items():
        (room / name.replace("__", ".")).write_text(text, encoding="utf-8")
    (room / "mapping.yaml").write_text(f"name: shop\ntables:\n  sales:\n{sales}{more}", "utf-8")
    return sa.load(room)


def lines(data, *columns: str) -> list[tuple]:
    frame = data.frame("sales").sort_values(["order_id", "date"])
    return list(frame[list(columns)].itertuples(index=False, name=None))


PLAIN = "    columns: {order_id: Id, date: Day, region: Area, revenue: Net}\n"


def test_amounts_in_ten_thousands_become_yuan_without_losing_a_fen(tmp_path: Path) -> None:
    text = "Id,Day,Area,金额（万元）\n1,2024-01-05,East,1.234567\n2,2024-01-06,East,0.000001\n"
    rule = "    file: a.csv\n    columns: {order_id: Id, date: Day, region: Area, revenue: {column: 金额（万元）, unit: 万元}}\n"
    data = shop(tmp_path, rule, a__csv=text)
    assert lines(data, "revenue") == [(12345.67,), (0.01,)]


def test_one_side_of_a_ledger_less_the_other_is_the_amount(tmp_path: Path) -> None:
    text = 'Id,Day,Area,In,Out\n1,2024-01-05,East,"1,000.50",\n2,2024-01-06,East,,10.25\n'
    text += "3,2024-01-07,East,5.5,-\n4,2024-01-08,East,7,3.5\n"
    rule = "    file: a.csv\n    columns: {order_id: Id, date: Day, region: Area, revenue: {difference: [In, Out]}}\n"
    data = shop(tmp_path, rule, a__csv=text)
    assert lines(data, "revenue") == [(1000.5,), (-10.25,), (5.5,), (3.5,)]
    with pytest.raises(ContractError) as caught:
        shop(tmp_path, rule, a__csv=text + "5,2024-01-09,East,,\n")
    assert "row 5, 'In - Out' is ' - ', but must be a number, not empty" in str(caught.value)
    with pytest.raises(ContractError) as caught:
        shop(tmp_path, rule, a__csv=text + "5,2024-01-09,East,3,void\n")
    assert "'3 - void'" in str(caught.value)


def test_two_header_rows_are_declared_together(tmp_path: Path) -> None:
    text = "Id,Day,Area,Local,\n,,,Net,Gross\n1,2024-01-05,East,5.5,6\n"
    rule = '    file: a.csv\n    header: [1, 2]\n    columns: {order_id: Id, date: Day, region: Area, revenue: "Local Net"}\n'
    assert lines(shop(tmp_path, rule, a__csv=text), "revenue") == [(5.5,)]


def test_a_product_of_two_columns_is_the_amount(tmp_path: Path) -> None:
    text = 'Id,Day,Area,Qty,Price\n1,2024-01-05,East,3,"1,234.50"\n2,2024-01-06,East,-1,10\n'
    rule = "    file: a.csv\n    columns: {order_id: Id, date: Day, region: Area, revenue: {multiply: [Qty, Price]}}\n"
    assert lines(shop(tmp_path, rule, a__csv=text), "revenue") == [(3703.5,), (-10.0,)]


def test_months_as_columns_become_rows_and_empty_cells_are_counted(tmp_path: Path) -> None:
    text = "Area,2024年,1月,2月,3月\nEast,2024,10,-,30\nWest,2024,,20,25\n"
    rule = (
        "    file: a.csv\n    unpivot: {columns: [1月, 2月, 3月], names_to: 月, values_to: 额}\n"
        '    columns: {order_id: {row: true}, date: {paste: [2024年, 月], format: "%Y %m月"}, region: Area, revenue: 额}\n'
    )
    data = shop(tmp_path, rule, a__csv=text)
    frame = data.frame("sales")
    sums = frame.groupby([frame["date"].dt.month, "region"])["revenue"].sum().to_dict()
    assert sums == {(1, "East"): 10, (2, "West"): 20, (3, "East"): 30, (3, "West"): 25}
    assert data.origins["sales"].n_left_out == 2
    assert set(frame["order_id"]) == {"1", "2"}


def test_merged_cells_are_filled_from_above_and_titles_passed_over(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "一月"
    for row in (
        ["2024年1月销售明细", None, None, None],
        ["区域", "单号", "日期", "金额"],
        ["华东", "A1", "2024-01-05", 10],
        [None, "A2", "2024-01-06", 20.5],
        ["华南", "A3", "2024-01-07", 30],
        [None, None, None, None],
        ["合计", None, None, 60.5],
    ):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    rule = (
        "    file: a.xlsx\n    sheet: 一月\n    header: 2\n    fill_down: [区域]\n"
        "    columns: {order_id: 单号, date: 日期, region: 区域, revenue: 金额}\n"
    )
    with pytest.raises(ContractError) as caught:
        shop(tmp_path, rule)
    assert caught.value.rows[["row", "column"]].to_dict("records") == [
        {"row": 7, "column": "单号"},
        {"row": 7, "column": "日期"},
    ]
    kept = rule.replace("    columns", "    where: {区域: [华东, 华南]}\n    columns")
    data = shop(tmp_path, kept)
    assert lines(data, "order_id", "region", "revenue") == [
        ("A1", "华东", 10.0),
        ("A2", "华东", 20.5),
        ("A3", "华南", 30.0),
    ]
    assert (data.origins["sales"].n_left_out, data.origins["sales"].n_blank) == (1, 1)
    assert data.origins["sales"].amount_left_out == 60.5
    assert "Left out because the mapping says so: 1 row (61 CNY)." in data.quality.explain()
    other = rule.replace("    columns", "    where: {区域: {not: [合计]}}\n    columns")
    assert shop(tmp_path, other).frame("sales")["revenue"].sum() == 60.5


def test_files_of_different_shape_are_appended_and_counted_one_by_one(tmp_path: Path) -> None:
    rule = (
        "    - {file: a.csv, columns: {order_id: Id, date: Day, region: Area, revenue: Net}}\n"
        "    - {file: b.csv, columns: {order_id: 单号, date: 日期, region: 区域, revenue: 金额, customer: 客户}}\n"
    )
    data = shop(
        tmp_path,
        rule,
        a__csv="Id,Day,Area,Net\n1,2024-01-05,East,10\n",
        b__csv="单号,日期,区域,金额,客户\n2,2024年1月6日,East,20,张三\n",
    )
    assert lines(data, "order_id", "revenue", "customer") == [
        ("1", 10, "(none)"),
        ("2", 20, "张三"),
    ]
    parts = data.parts["sales"]
    assert [(p.file, p.n_rows, p.amount) for p in parts] == [("a.csv", 1, 10), ("b.csv", 1, 20)]
    assert data.origins["sales"].n_rows == 2


def test_files_of_one_shape_are_one_table_and_rows_count_from_one_in_each(tmp_path: Path) -> None:
    files = {
        f"2024-0{m}__csv": f"Id,Day,Area,Net\n{m}1,2024-0{m}-05,East,10\n{m}2,2024-0{m}-06,East,{'x' if m == 3 else 1}\n"
        for m in (1, 2, 3)
    }
    with pytest.raises(ContractError, match=r"row 2 of 2024-03.csv, 'Net' is 'x'"):
        shop(tmp_path, '    file: "2024-*.csv"\n' + PLAIN, **files)
    files["2024-03__csv"] = files["2024-03__csv"].replace("x", "1")
    data = shop(tmp_path, '    file: "2024-*.csv"\n' + PLAIN, **files)
    assert data.panel().frame["value"].tolist() == [11.0, 11.0]
    assert [(p.file, p.n_rows) for p in data.parts["sales"]] == [
        (f"2024-0{m}.csv", 2) for m in (1, 2, 3)
    ]


def test_values_take_the_names_the_mapping_gives_them(tmp_path: Path) -> None:
    text = "Id,Day,Area,Net,Kind\n1,2024-01-05,华东区,1,Bike 100%\n2,2024-01-06,华东二区,2,Helmet\n3,2024-01-07,WEST,3,E_Bike\n"
    rule = (
        "    file: a.csv\n    columns:\n      order_id: Id\n      date: Day\n      revenue: Net\n"
        "      region: {column: Area, values: {华东*: East, WEST: West}}\n"
        '      product_line: {column: Kind, values: {"*Bike*": Bikes}, other: Accessories}\n'
    )
    assert lines(shop(tmp_path, rule, a__csv=text), "region", "product_line") == [
        ("East", "Bikes"),
        ("East", "Accessories"),
        ("West", "Bikes"),
    ]


def test_words_for_nothing_are_declared_and_na_is_a_name(tmp_path: Path) -> None:
    text = "Id,Day,Area,Net,Who\n1,2024-01-05,NA,1,N/A\n2,2024-01-06,NA,2,Li\n3,2024-01-07,NA,3,-\n"
    rule = (
        "    file: a.csv\n    columns: {order_id: Id, date: Day, region: Area, revenue: Net, "
        'salesperson: {column: Who, none: ["N/A"]}}\n'
    )
    data = shop(tmp_path, rule, a__csv=text)
    assert lines(data, "region", "salesperson") == [
        ("NA", "(none)"),
        ("NA", "Li"),
        ("NA", "(none)"),
    ]


def test_a_flag_by_the_first_letters_of_a_number(tmp_path: Path) -> None:
    text = "Id,Day,Area,Net\nC1,2024-01-05,East,-1\n2,2024-01-06,East,2\n"
    rule = "    file: a.csv\n    columns: {order_id: Id, date: Day, region: Area, revenue: Net, is_return: {column: Id, starts_with: C}}\n"
    assert lines(shop(tmp_path, rule, a__csv=text), "order_id", "is_return") == [
        ("2", False),
        ("C1", True),
    ]


def test_rows_of_commas_only_are_no_lines_and_are_counted(tmp_path: Path) -> None:
    text = "Id,Day,Area,Net\n1,2024-01-05,East,1\n,,,\n2,2024-01-06,East,2\n,,,\n,,,\n"
    data = shop(tmp_path, "    file: a.csv\n" + PLAIN, a__csv=text)
    assert (data.origins["sales"].n_rows, data.origins["sales"].n_blank) == (2, 3)


def test_a_row_that_is_blank_only_where_it_is_read_is_a_line_without_values(tmp_path: Path) -> None:
    text = "Id,Day,Area,Net,Note\n1,2024-01-05,East,1,\n,,,,see below\n"
    with pytest.raises(ContractError, match="row 2, 'Day' is ''"):
        shop(tmp_path, "    file: a.csv\n" + PLAIN, a__csv=text)


def test_a_count_with_a_point_is_not_rounded(tmp_path: Path) -> None:
    text = "Id,Day,Area,Net,Boxes\n1,2024-01-05,East,1,12\n2,2024-01-06,East,2,1.5\n"
    rule = "    file: a.csv\n    columns: {order_id: Id, date: Day, region: Area, revenue: Net, boxes: {column: Boxes, cast: count}}\n"
    with pytest.raises(ContractError, match=r"'Boxes' is '1\.5', but must be a whole number"):
        shop(tmp_path, rule, a__csv=text)


def test_thousands_with_points_that_come_late_are_not_read_as_decimals(tmp_path: Path) -> None:
    early = "".join(f"{i};05.01.2024;East;{i}\n" for i in range(1, 12_000))
    late = "".join(f"{i};31.01.2024;East;1.{i % 1000:03d}\n" for i in range(12_000, 12_200))
    with pytest.raises(ContractError) as caught:
        shop(tmp_path, "    file: a.csv\n" + PLAIN, a__csv="Id;Day;Area;Net\n" + early + late)
    assert caught.value.code == "ambiguous"
    said = PLAIN.replace("revenue: Net", "revenue: {column: Net, thousands: '.', decimal: ','}")
    data = shop(tmp_path, "    file: a.csv\n" + said)
    assert data.frame("sales")["revenue"].max() == 11_999.0


def test_a_duckdb_file_is_read_where_it_lies(tmp_path: Path) -> None:
    con = connect()
    con.raw_sql(f"ATTACH '{tmp_path}/crm.duckdb' AS crm")
    con.raw_sql(
        "CREATE TABLE crm.orders AS SELECT i AS id, DATE '2024-01-01' + i::INT AS day, "
        "'East' AS area, i * 1.25 AS net FROM range(31) AS t(i)"
    )
    con.raw_sql("DETACH crm")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "name: crm\ntables:\n  sales:\n    table: orders\n"
        "    columns: {order_id: id, date: day, region: area, revenue: net}\n"
    )
    data = sa.load(tmp_path / "crm.duckdb", mapping)
    assert data.panel().frame["value"].tolist() == [sum(range(31)) * 1.25]


def test_a_frame_is_read_through_a_mapping_too(tmp_path: Path) -> None:
    mapping = tmp_path / "m.yaml"
    mapping.write_text("name: m\ntables:\n  sales:\n    file: frame\n" + PLAIN)
    frame = pd.DataFrame(
        {
            "Id": [1, 2],
            "Day": pd.to_datetime(["2024-01-05", "2024-01-31"]),
            "Area": "East",
            "Net": [1.5, 2.25],
        }
    )
    assert sa.load(frame, mapping).panel().frame["value"].tolist() == [3.75]


def test_typed_parquet_stays_where_it_is_and_gives_the_figures_of_its_csv(tmp_path: Path) -> None:
    frame = pd.DataFrame(
        {
            "Id": [str(i) for i in range(100)],
            "Day": pd.date_range("2024-01-01", periods=100),
            "Area": ["East", "West"] * 50,
            "Net": [Decimal(i) / 7 for i in range(100)],
        }
    )
    frame["Net"] = frame["Net"].map(lambda v: v.quantize(Decimal("0.0001")))
    frame.to_parquet(tmp_path / "a.parquet")
    frame.to_csv(tmp_path / "a.csv", index=False)
    by = {"by": ["region"]}
    parquet = shop(tmp_path, "    file: a.parquet\n" + PLAIN).panel(**by).frame
    csv = shop(tmp_path, "    file: a.csv\n" + PLAIN).panel(**by).frame
    pd.testing.assert_frame_equal(parquet, csv)


def test_the_same_bytes_whatever_the_order_of_the_rows(tmp_path: Path) -> None:
    head = "Id,Day,Area,Net"
    body = ["1,2024-01-05,East,0.1", "2,2024-01-06,West,0.2", "3,2024-01-06,East,0.3"]
    saved = []
    for turn, rows in enumerate((body, body[::-1])):
        room = tmp_path / str(turn)
        room.mkdir()
        data = shop(room, "    file: a.csv\n" + PLAIN, a__csv="\n".join([head, *rows]) + "\n")
        folder = data.save(room / "snapshot")
        saved.append((folder / "sales.parquet").read_bytes())
    assert saved[0] == saved[1]


def test_a_mapping_cannot_reach_out_of_the_folder_of_the_data(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("Id,Day,Area,Net\n1,2024-01-05,East,1\n")
    inner = tmp_path / "data"
    inner.mkdir()
    with pytest.raises(ContractError, match="lies outside the data folder"):
        shop(inner, "    file: ../secret.csv\n" + PLAIN)


def test_the_amount_read_is_the_amount_of_the_file_to_the_fourth_decimal(tmp_path: Path) -> None:
    text = "Id,Day,Area,Net\n1,2024-01-05,East,1.00005\n2,2024-01-06,East,2.5\n3,2024-01-07,East,3.50000\n"
    data = shop(tmp_path, "    file: a.csv\n" + PLAIN, a__csv=text)
    whole = data.whole("sales")
    assert fetch_exact(data.con, whole.aggregate(v=whole["revenue"].sum()))["v"] == Decimal(
        "7.0001"
    )
    assert data.origins["sales"].n_rounded == 1


def test_another_encoding_far_down_a_file_is_found_and_the_file_read_again(tmp_path: Path) -> None:
    from salesanalysis.data.sources import text

    body = "".join(f"{i},2024-01-05,East,1\n" for i in range(2000)) + "x,2024-01-06,华东,2\n"
    (tmp_path / "a.csv").write_bytes(("Id,Day,Area,Net\n" + body).encode("gb18030"))
    proven, text.PROVEN = text.PROVEN, 1000
    try:
        data = shop(tmp_path, "    file: a.csv\n" + PLAIN)
    finally:
        text.PROVEN = proven
    assert data.origins["sales"].n_rows == 2001
    assert set(data.frame("sales")["region"]) == {"East", "华东"}


def test_the_same_bytes_whatever_the_number_of_threads(tmp_path: Path, monkeypatch) -> None:
    from salesanalysis.data import assembling

    body = "".join(
        f"{i},2024-0{1 + i % 9}-0{1 + i % 7},{'EW'[i % 2]},{i % 977}.{i % 100:02d}\n"
        for i in range(150_000)
    )
    saved = []
    for threads in (1, 2, 4):

        def limited(threads: int = threads):
            con = connect()
            con.raw_sql(f"SET threads = {threads}")
            return con

        monkeypatch.setattr(assembling, "connect", limited)
        data = shop(tmp_path, "    file: a.csv\n" + PLAIN, a__csv="Id,Day,Area,Net\n" + body)
        folder = data.save(tmp_path / f"snapshot{threads}")
        saved.append(((folder / "sales.parquet").read_bytes(), data.panel(by=["region"]).frame))
    for other in saved[1:]:
        assert other[0] == saved[0][0]
        pd.testing.assert_frame_equal(other[1], saved[0][1], check_exact=True)
