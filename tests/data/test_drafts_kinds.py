"""Drafts of files with kinds of lines beside sales, marks of void lines, and two languages."""

from decimal import Decimal

import pytest
from drafttools import drafted, worth
from openpyxl import Workbook

from salesanalysis.data.propose.front import propose


def table(heading: str, values: list[str], amounts: list[int] | None = None) -> str:
    amounts = amounts or [10 * (i + 1) for i in range(len(values))]
    rows = [
        f"A{i},2025-01-{i + 3:02d},{a},{v}"
        for i, (v, a) in enumerate(zip(values, amounts, strict=True))
    ]
    return "\n".join([f"订单号,日期,金额,{heading}", *rows])


def notes(proposal, key: str) -> list[dict[str, str]]:
    return [dict(n[3]) for n in proposal.notes if n[2] == key]


# -- kinds of lines ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "values", "found"),
    [
        ("流向类型", ["销售", "采购", "销售", "调拨", "退货", "采购"], "采购, 调拨"),
        ("Movement Type", ["Sale", "Purchase", "Sale", "Transfer", "Sale"], "Purchase, Transfer"),
        ("取引区分", ["売上", "仕入", "売上", "売上"], "仕入"),
    ],
)
def test_kinds_beside_sales_are_named_with_their_rows(tmp_path, heading, values, found) -> None:
    proposal = drafted(tmp_path, "flow.csv", table(heading, values))
    n = sum(v in found.split(", ") for v in values)
    assert notes(proposal, "remark.other_kinds") == [
        {"column": heading, "values": found, "n": str(n)}
    ]


@pytest.mark.parametrize(
    ("heading", "values", "amounts"),
    [
        ("销售类型", ["普通销售", "直运销售", "委托代销", "普通销售"], None),
        ("单据类型", ["销售单", "销售退货单", "销售单", "零售单"], None),
        ("Type", ["Sale", "Return", "Sale", "Sale"], None),
        ("部门", ["销售", "市场", "销售", "技术"], None),
        ("经办岗位", ["销售", "市场", "销售", "技术"], None),
        ("业务类型", ["线上", "线下", "线上", "线下"], None),
        ("客户类型", ["经销商", "医院", "药店", "医院"], None),
        ("Type", ["Invoice", "Credit", "Invoice", "Invoice"], None),
        ("类型", ["销售", "赠品", "销售", "销售"], [10, 0, 20, 30]),
        ("商品类别", ["日化", "纸品", "日化", "日化"], None),
        ("Payment", ["Sale", "Card", "Sale", "Card"], None),
    ],
)
def test_kinds_of_honest_files_are_not_named(tmp_path, heading, values, amounts) -> None:
    proposal = drafted(tmp_path, "lines.csv", table(heading, values, amounts))
    assert not notes(proposal, "remark.other_kinds")


def test_kinds_of_documents_are_named_once(tmp_path) -> None:
    proposal = drafted(tmp_path, "lines.csv", table("单据类型", ["销售", "寄售", "销售", "加急"]))
    assert not notes(proposal, "remark.other_kinds")
    assert [n["column"] for n in notes(proposal, "remark.papers")] == ["单据类型"]


# -- marks of void lines -------------------------------------------------------------------------


@pytest.mark.parametrize("heading", ["作废状态", "是否作废", "取消订单", "キャンセルフラグ"])
def test_lines_marked_void_are_named_with_the_entry_that_leaves_them_out(tmp_path, heading) -> None:
    proposal = drafted(tmp_path, "lines.csv", table(heading, ["否", "是", "否", "否"]))
    entry = f'"{heading}": {{not: ["是"]}}'
    assert notes(proposal, "remark.flagged") == [{"column": heading, "n": "1", "entry": entry}]
    assert worth(proposal) == (4, Decimal(100))


@pytest.mark.parametrize(
    "heading", ["可取消", "是否可作废", "未取消", "取消原因", "取消费", "是否含税"]
)
def test_other_yes_and_no_is_no_mark(tmp_path, heading) -> None:
    proposal = drafted(tmp_path, "lines.csv", table(heading, ["否", "是", "否", "否"]))
    assert not notes(proposal, "remark.flagged")


@pytest.mark.parametrize("values", [["", "作廢 VOID", "", ""], ["急", "作廢 VOID", "", "月结"]])
def test_a_remark_of_a_void_line_in_two_languages_is_named(tmp_path, values) -> None:
    proposal = drafted(tmp_path, "lines.csv", table("備註 Remark", values))
    found = notes(proposal, "remark.perhaps_undone")
    assert found == [{"column": "備註 Remark", "values": "作廢 VOID", "n": "1"}]


@pytest.mark.parametrize(
    "value", ["取消 会员价", "void fill", "Cancelled meeting then bought", "月结"]
)
def test_a_remark_with_such_a_word_in_it_is_not_named(tmp_path, value) -> None:
    proposal = drafted(tmp_path, "lines.csv", table("备注", ["", value, "", ""]))
    assert not notes(proposal, "remark.perhaps_undone")


# -- headings ------------------------------------------------------------------------------------


def test_headings_in_two_languages_and_traditional_characters_are_read(tmp_path) -> None:
    text = (
        "發票編號 Invoice No.,發票日期 Invoice Date,客戶 Customer,貨品 Item,數量,單價,Amount/金額\n"
        "1,2025-01-03,A,P,2,5,10\n2,2025-01-14,B,Q,3,10,30\n3,2025-02-15,A,P,1,7,7\n"
    )
    proposal = drafted(tmp_path, "lines.csv", text)
    assert proposal.found() | {} == {
        "order_id": "發票編號 Invoice No.", "date": "發票日期 Invoice Date",
        "customer": "客戶 Customer", "product": "貨品 Item", "quantity": "數量",
        "unit_price": "單價", "revenue": "Amount/金額",
    }  # fmt: skip
    assert worth(proposal) == (3, Decimal(47))


@pytest.mark.parametrize("heading", ["POS 金額", "Customer 金额", "VIP 客戶"])
def test_halves_of_a_heading_that_mean_different_things_are_no_name(tmp_path, heading) -> None:
    text = f"订单号,日期,产品,销售额,{heading}\n1,2025-01-03,泵,10,3\n2,2025-02-14,阀,30,4\n"
    proposal = drafted(tmp_path, "lines.csv", text)
    assert proposal.found()["revenue"] == "销售额"
    assert proposal.found().get("order_line") is None


def test_the_amount_of_an_order_is_told_by_prices_that_differ_within_it(tmp_path) -> None:
    lines = [
        f"{o},2025-0{o}-03,壳,1,{sum(p)},{x}" for o, p in enumerate([(5, 9), (6, 7), (3, 8)], 1)
        for x in p
    ]  # fmt: skip
    text = "\n".join(["订单号,日期,商品名称,数量,金额,会员价档", *lines])
    proposal = drafted(tmp_path, "orders.csv", text)
    assert [k for k in ("remark.repeated",) if notes(proposal, k)] == ["remark.repeated"]
    assert not proposal.loads


# -- sheets of months ----------------------------------------------------------------------------


def test_sheets_of_months_with_a_row_of_sums_each_are_all_read(tmp_path) -> None:
    book = Workbook()
    book.remove(book.active)
    for month in (4, 5, 6):
        sheet = book.create_sheet(f"{month}月")
        sheet.append(["日期", "客户", "金额"])
        for day in (1, 12, 25):
            sheet.append([f"2024.{month}.{day}", "甲", month * day])
        sheet.append(["合计", None, month * 38])
    book.save(tmp_path / "2024.xlsx")
    proposal = propose(tmp_path / "2024.xlsx", counts=False)
    assert worth(proposal) == (9, Decimal(38 * 15))


def test_a_sheet_whose_days_nobody_can_read_is_not_said_to_repeat_another(tmp_path) -> None:
    book = Workbook()
    book.remove(book.active)
    for name, day in (("一", "2024-04-25"), ("二", "03/04/2024")):
        sheet = book.create_sheet(name)
        sheet.append(["日期", "客户", "金额"])
        for i in range(3):
            sheet.append([day, f"客户{i}", 5 + i])
    book.save(tmp_path / "book.xlsx")
    text = propose(tmp_path / "book.xlsx", counts=False).to_yaml()
    assert "cannot be read yet, so nobody knows whether it would count twice" in text
