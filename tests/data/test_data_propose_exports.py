"""Exports of other programs load with the draft as it is, and give the right total."""

from decimal import Decimal
from pathlib import Path

import exporting
import pytest
from exporting import EXPORTS, Export, book, text

import salesanalysis as sa
from salesanalysis.data.propose import propose


def loaded(source: Path, folder: Path):
    """Load a source with its draft, untouched."""
    proposal = propose(source, counts=False)
    mapping = folder / "draft.yaml"
    mapping.write_text(proposal.to_yaml(), encoding="utf-8")
    return proposal, sa.load(source, mapping=mapping)


def total(data) -> Decimal:
    """Sum the lines as they are kept: in cents of a cent."""
    return sum((Decimal(str(v)) for v in data.frame("sales")["revenue"]), Decimal(0))


@pytest.mark.parametrize("export", EXPORTS, ids=lambda e: e.name)
def test_the_draft_of_an_export_loads_untouched_with_the_right_total(
    export: Export, tmp_path: Path
) -> None:
    proposal, data = loaded(export.write(tmp_path), tmp_path)
    lines = data.frame("sales")
    assert (len(lines), total(data)) == (export.rows, export.total)
    assert (data.currency, proposal.loads) == (export.currency, True)


def test_only_won_deals_are_sales_and_the_pipeline_is_read_as_well(tmp_path: Path) -> None:
    proposal, data = loaded(exporting.salesforce(tmp_path), tmp_path)
    assert 'where: {"Stage": ["Closed Won"]}' in proposal.to_yaml()
    assert len(data.frame("opportunities")) == 5
    assert sorted(data.frame("opportunities")["owner"].unique()) == ["Ann Lee", "Bob Ray"]
    assert (
        "Order lines: only rows whose Stage is Closed Won are sales; other rows: 2 "
        "(Closed Lost, Negotiation/Review), left out with where" in proposal.explain().splitlines()
    )


def test_cells_merged_over_a_bill_are_filled_and_its_row_of_sums_is_no_line(tmp_path: Path) -> None:
    proposal, data = loaded(exporting.kingdee(tmp_path), tmp_path)
    frame = data.frame("sales")
    assert frame.groupby("order_id").size().to_dict() == {
        "XSCKD0001": 2, "XSCKD0002": 1, "XSCKD0003": 3,
    }  # fmt: skip
    assert frame["customer"].value_counts().to_dict() == {"华星电子": 5, "南方机械": 1}
    said = proposal.explain("zh").splitlines()
    assert "销售额：金额视为不含税金额；含税金额为价税合计" in said
    assert "订单明细：文件中有合计行1行；按日期中的名称略去" in said


def test_a_german_list_is_read_with_its_letters_commas_and_days(tmp_path: Path) -> None:
    proposal, data = loaded(exporting.sap(tmp_path), tmp_path)
    assert "    encoding: cp1252\n" in proposal.to_yaml()
    assert data.regions == ["Nord", "Süd"]
    assert f"{data.frame('sales')['date'].max():%Y-%m-%d}" == "2024-02-15"
    assert any("check that it reads right" in s for s in proposal.explain().splitlines())


def test_the_unit_in_a_title_is_declared_and_said(tmp_path: Path) -> None:
    proposal = propose(exporting.thousands(tmp_path), counts=False)
    assert 'revenue: {column: "销售额", unit: 千元}' in proposal.to_yaml()
    assert "Revenue: unit 千元 is read from a title or the file name, check it" in (
        proposal.explain().splitlines()
    )


def test_cancelled_lines_are_listed_and_stay_until_somebody_drops_them(tmp_path: Path) -> None:
    text_ = propose(exporting.dynamics(tmp_path)).to_yaml()
    line = (
        '  listed: {action: flag, where: {"status": ["Cancelled"]}}  # 1 line worth 45.10; '
        "drop would leave them out\n"
    )
    assert line in text_
    mapping = tmp_path / "dropped.yaml"
    mapping.write_text(text_.replace("listed: {action: flag", "listed: {action: drop"), "utf-8")
    data = sa.load(tmp_path / "Posted Sales Invoice Lines.csv", mapping=mapping)
    assert total(data) == Decimal("821.0")


def test_files_of_one_shape_become_a_pattern(tmp_path: Path) -> None:
    for month in ("01", "02", "03"):
        rows = [f"{month}1,2024-{month}-05,N,10", f"{month}2,2024-{month}-06,S,20"]
        text(tmp_path, f"sales-2024-{month}.csv", ["Invoice No,Invoice Date,Region,Amount", *rows])
    proposal, data = loaded(tmp_path, tmp_path)
    assert '    file: "sales-2024-0*.csv"  # 3 files\n' in proposal.to_yaml()
    assert (total(data), len(data.frame("sales"))) == (Decimal(90), 6)


def test_files_and_sheets_of_other_shapes_become_a_list(tmp_path: Path) -> None:
    head = ["下单日期", "订单编号", "大区", "成交金额"]
    book(tmp_path, "台账.xlsx", {
        "封面": [["销售台账"], ["制表：财务部"]],
        "1月": [head, ["2024/1/5", "E1", "华东", 100]],
        "2月": [head, ["2024/2/5", "E2", "华东", 50]],
    })  # fmt: skip
    text(tmp_path, "old.csv", ["Order No;Order Date;Region;Net Sales", "A1;31.12.2023;East;7,50"])
    proposal, data = loaded(tmp_path, tmp_path)
    assert (total(data), len(data.frame("sales"))) == (Decimal("157.5"), 3)
    assert "the order lines of these are added up: old.csv, 台账.xlsx / 1月, 台账.xlsx / 2月" in (
        proposal.explain().splitlines()
    )


def test_a_file_that_repeats_the_lines_of_another_is_left_out_and_named(tmp_path: Path) -> None:
    lines = [f"{i},2024-0{1 + i % 3}-05,N,{i}.5" for i in range(1, 10)]
    text(tmp_path, "orders.csv", ["Order No,Order Date,Region,Net Sales", *lines])
    text(
        tmp_path,
        "monthly.csv",
        ["Month,Region,Revenue", "2024-01,N,3", "2024-02,N,4", "2024-03,N,5"],
    )
    text(
        tmp_path,
        "copy.csv",
        ["Invoice;Invoice Date;Area;Amount", "3;2024-01-05;N;3.5", "4;2024-02-05;N;4.5"],
    )
    proposal, data = loaded(tmp_path, tmp_path)
    assert total(data) == Decimal("49.5")
    assert {
        "monthly.csv is not used: order lines of the same days as orders.csv, so it may count twice",
        "copy.csv is not used: the same order numbers as in orders.csv, so it would count twice",
    } <= set(proposal.explain().splitlines())


def test_keys_are_looked_up_in_the_files_beside(tmp_path: Path) -> None:
    text(tmp_path, "销售订单.csv", [
        "订单号,日期,客户编码,物料编码,业务员编码,数量,金额",
        "D1,2024-01-01,C1,M1,E1,1,10", "D2,2024-01-02,C2,M2,E2,2,20", "D3,2024-02-02,C1,M2,E1,2,25",
    ], "gbk")  # fmt: skip
    text(
        tmp_path, "客户.csv", ["客户编码,客户名称,大区", "C1,甲公司,华东", "C2,乙公司,华南"], "gbk"
    )
    text(tmp_path, "物料.csv", ["物料编码,物料名称,物料分组", "M1,茶,饮料", "M2,杯,器具"], "gbk")
    people = [
        "工号,姓名,部门,入职日期,岗位",
        "E1,张三,一部,2020-01-01,销售",
        "E2,李四,二部,2021-01-01,销售",
    ]
    text(tmp_path, "人员.csv", people, "gbk")
    _, data = loaded(tmp_path, tmp_path)
    first = data.frame("sales").sort_values("order_id").iloc[0]
    wanted = {"customer": "甲公司", "region": "华东", "product": "茶", "product_line": "饮料",
              "salesperson": "张三", "team": "一部"}  # fmt: skip
    assert first[list(wanted)].to_dict() == wanted
    assert data.frame("people")["salesperson"].tolist() == ["张三", "李四"]


@pytest.mark.parametrize(
    ("months", "year", "last"),
    [
        ("1月,2月,12月", "2024年", "2024-12-01"),
        ("Jan,Feb,Dec", "FY2024", "2024-12-01"),
        ("Jan-24,Feb-24,Dec-24", "", "2024-12-01"),
    ],
)
def test_targets_with_a_column_for_each_month_become_rows(
    tmp_path: Path, months: str, year: str, last: str
) -> None:
    text(tmp_path, "orders.csv", ["Order No,Order Date,Region,Net Sales", "1,2024-01-05,N,10"])
    head, cell = ("Year,", f"{year},") if year else ("", "")
    text(tmp_path, "sales targets.csv", [f"{head}Region,{months},Total", f"{cell}N,10,-,30,40"])
    _, data = loaded(tmp_path, tmp_path)
    targets = data.frame("targets")
    assert targets["value"].tolist() == [10.0, 30.0]
    assert f"{targets['period'].max():%Y-%m-%d}" == last
    assert set(targets["metric"]) == {"sales"}


def test_months_without_a_year_are_a_comment_that_says_so_and_the_rest_loads(
    tmp_path: Path,
) -> None:
    text(tmp_path, "orders.csv", ["Order No,Order Date,Region,Net Sales", "1,2024-01-05,N,10"])
    text(tmp_path, "targets.csv", ["Region,M01,M02,M03", "N,1,2,3"])
    proposal, data = loaded(tmp_path, tmp_path)
    assert "targets" not in data.tables
    assert (
        "the table targets is only a comment, because it cannot be read as it is: no column was "
        "found for period"
    ) in proposal.explain().splitlines()
    said = (
        "# the months M01, M02, M03 have no year beside them; add year: to unpivot, such as "
        "year: 2024, or the column that holds it\n"
    )
    assert said in proposal.to_yaml()


def test_collections_market_and_activities_are_recognised(tmp_path: Path) -> None:
    text(
        tmp_path,
        "订单.csv",
        ["订单号,订单日期,区域,销售额", "1,2024-01-05,N,10", "2,2024-02-05,S,20"],
    )
    text(tmp_path, "回款.csv", ["客户,到期日,应收金额,已收金额", "甲,2024-01-31,10,5"])
    text(tmp_path, "市场.csv", ["期间,区域,市场规模（万元）", "2024-01,N,100", "2024-02,S,90"])
    text(tmp_path, "活动.csv", ["日期,业务员,拜访量,电话量", "2024-01-05,A,3,4"])
    _, data = loaded(tmp_path, tmp_path)
    assert data.frame("market")["market_size"].tolist() == [1_000_000.0, 900_000.0]
    assert data.frame("collections")["collected_amount"].tolist() == [5.0]
    assert data.frame("activities")["visits"].tolist() == [3]
