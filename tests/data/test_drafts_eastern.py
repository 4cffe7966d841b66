"""Exports of Asian programs: orders on their first line, words of sums, returns and what failed."""

from decimal import Decimal

import openpyxl
import pytest
from drafttools import drafted, worth

import salesanalysis as sa
from salesanalysis.data.propose.front import propose
from salesanalysis.errors import ContractError

YOUZAN = (
    "订单号,订单状态,订单创建时间,归属店铺,订单实付金额,商品名称,商品数量,商品单价,商品实际成交金额\n"
    "E1,交易完成,2025-01-03 08:00:00,总店,33.00,泵,2,10.00,18.00\n,,,,,阀,1,10.00,9.00\n"
    "E2,交易关闭,2025-01-14 08:00:00,总店,24.00,泵,1,10.00,9.00\n,,,,,表,1,10.00,9.00\n"
    "E3,交易完成,2025-02-15 08:00:00,分店,15.00,阀,1,10.00,9.00\n"
    "E4,交易完成,2025-02-16 08:00:00,分店,42.00,泵,3,10.00,27.00\n,,,,,阀,1,10.00,9.00\n"
)
FREEE = (
    "収支区分,発生日,取引先,勘定科目,金額,品目\n"
    "収入,2025/01/03,青空,売上高,1000,ポンプ\n,,,売上高,500,バルブ\n"
    "支出,2025/01/14,山田,仕入高,300,ポンプ\n,,,仕入高,200,バルブ\n"
    "収入,2025/02/15,大阪,売上高,700,計器\n,,,売上高,100,バルブ\n"
)
INVOICES = (
    "行形式,取引先名称,請求日,請求書番号,小計,品名,単価,数量,金額\n"
    "請求書,青空,2025/01/03,001,1500,,,,\n品目,,,,,ポンプ,500,2,1000\n品目,,,,,バルブ,500,1,500\n"
    "請求書,山田,2025/01/14,002,700,,,,\n品目,,,,,計器,700,1,700\n"
    "請求書,大阪,2025/02/15,003,900,,,,\n品目,,,,,バルブ,300,3,900\n"
)
DOUZONE = (
    "일자,거래처명,품목명,수량,단가,공급가액\n"
    "2025-01-03,한빛,펌프,2,1000,2000\n2025-01-14,대성,밸브,1,3000,3000\n월계,,,,,5000\n"
    "2025-02-15,한빛,펌프,4,1000,4000\n2025-02-16,대성,밸브,1,3000,3000\n"
    "2025-02-17,대성,밸브,1,3000,3000\n2025-02-18,대성,밸브,1,2000,2000\n월계,,,,,12000\n"
    "2025-03-01,대성,밸브,1,2000,2000\n2025-03-02,한빛,밸브,1,1000,1000\n"
    "2025-03-03,한빛,밸브,1,1500,1500\n"
)
ARABIC = (
    "رقم الفاتورة,تاريخ الفاتورة,اسم العميل,الكمية,سعر الوحدة,الصافي,نوع الفاتورة\n"
    "F-1,2025/01/03,شركة النور,2,10.00,20.00,فاتورة مبيعات\n"
    "F-2,2025/01/14,متجر السلام,1,10.00,10.00,مرتجع مبيعات\n"
    "F-3,2025/02/15,شركة النور,3,10.00,30.00,فاتورة مبيعات\n"
)
INDONESIAN = (
    "No. Faktur,Tgl Faktur,Nama Pelanggan,Kts.,Harga Satuan,Jumlah\n"
    "S1,03 Jan 2025,PT Maju,2,7.750.000,15.500.000\n"
    "S2,14 Feb 2025,CV Satu,3,6.950.000,20.850.000\n"
    "S3,16 Feb 2025,CV Satu,1,6.950.000,6.950.000\n"
)
NAVER = (
    "상품주문번호,주문번호,주문상태,클레임상태,결제일,상품명,수량,상품별 총 주문금액,정산예정금액\n"
    "P1,1,구매확정,,2025-01-03,펌프,1,1000,940\nP2,1,구매확정,,2025-01-03,밸브,2,4000,3760\n"
    "P3,2,취소,취소완료,2025-01-14,펌프,1,1000,940\nP4,3,구매확정,,2025-02-15,계기,1,7000,6580\n"
)


# -- what stands on the first line of an order ------------------------------------------------


def test_the_amount_of_each_line_is_taken_where_that_of_the_order_stands_once(tmp_path) -> None:
    proposal = drafted(tmp_path, "youzan.csv", YOUZAN)
    assert worth(proposal) == (7, Decimal(90))
    assert (
        "#   订单实付金额 is empty in 3 rows, so it stands once an order and is not taken: the "
        "amount of each line is" in proposal.to_yaml()
    )


def test_a_status_on_the_first_line_of_an_order_is_that_of_all_its_lines(tmp_path) -> None:
    text = drafted(tmp_path, "youzan.csv", YOUZAN).to_yaml()
    assert 'fill_down: ["订单号", "订单创建时间", "订单状态", "归属店铺"]' in text
    text = propose(tmp_path / "youzan.csv").to_yaml()
    assert 'listed: {action: flag, where: {"status": ["交易关闭"]}}  # 2 lines worth 18.00' in text


def test_money_spent_is_left_out_with_all_the_lines_of_its_deal(tmp_path) -> None:
    proposal = drafted(tmp_path, "deals.csv", FREEE, "cp932")
    assert worth(proposal) == (4, Decimal(2300))


def test_rows_that_name_an_invoice_above_its_items_give_them_number_and_day(tmp_path) -> None:
    proposal = drafted(tmp_path, "invoices.csv", INVOICES, "cp932")
    assert worth(proposal) == (4, Decimal(3100))
    assert (
        "# rows that name an order above its lines and have no 金額 of their own: 3; their number, "
        "day and names are filled down, the rows are left out by where" in proposal.to_yaml()
    )


def test_a_line_with_a_number_but_no_amount_is_not_taken_for_the_head_of_an_order(tmp_path) -> None:
    text = (
        "請求書番号,請求日,品名,金額\n001,2025/01/03,,\n,,ポンプ,1000\n002,2025/01/14,,\n,,計器,\n"
        "003,2025/02/15,,\n,,バルブ,900\n,,計器,50\n"
    )
    proposal = drafted(tmp_path, "invoices.csv", text, "cp932")
    assert proposal.trial["what"] == (
        "4 values of invoices.csv cannot be used for sales; first: row 1, '金額' is '', but must be "
        "a number, not empty."
    )
    assert worth(drafted(tmp_path, "whole.csv", text.replace("計器,\n", "計器,7\n"))) == (
        4,
        Decimal(1957),
    )


# -- sums, signatures, encodings ----------------------------------------------------------------


def test_a_word_in_place_of_a_day_with_nothing_named_is_a_sum(tmp_path) -> None:
    proposal = drafted(tmp_path, "ledger.csv", DOUZONE, "cp949")
    assert worth(proposal) == (9, Decimal(21500))
    assert (
        "# rows with a word in place of a day in 일자 (월계) and without names: 2, perhaps sums; "
        "they are left out by where" in proposal.to_yaml()
    )


def test_a_word_in_place_of_a_day_beside_a_customer_is_refused(tmp_path) -> None:
    proposal = drafted(tmp_path, "ledger.csv", DOUZONE.replace("월계,,", "미정,한빛,"), "cp949")
    assert not proposal.loads


def test_names_of_who_checked_a_report_are_no_line_of_it(tmp_path) -> None:
    book = openpyxl.Workbook()
    rows = [["2025年销售"], ["大区", "业务员", "1月", "2月", "3月"]]
    rows += [["华东", "李伟", 1, 2, 3], ["华南", "王芳", 4, 5, 6], ["华北", "张敏", 7, 8, 9]]
    for row in [*rows, ["制表：王芳", None, "审核：张敏"]]:
        book.active.append(row)
    book.save(tmp_path / "wide.xlsx")
    assert worth(propose(tmp_path / "wide.xlsx")) == (9, Decimal(45))


def test_a_last_line_with_an_amount_is_no_signature(tmp_path) -> None:
    text = "Order,Date,Rep,Note,Net\n1,2025-01-03,Bo,a,5\n2,2025-01-14,Bo,b,6\n"
    text += "x: 3,2025-02-15,r: Al,n: c,7\n"
    assert worth(drafted(tmp_path, "lines.csv", text)) == (3, Decimal(18))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256"])
def test_a_return_in_arabic_is_taken_off_whatever_the_encoding(tmp_path, encoding) -> None:
    assert worth(drafted(tmp_path, "sales.csv", ARABIC, encoding)) == (3, Decimal(40))


def test_an_amount_called_like_a_number_of_pieces_is_none_beside_one(tmp_path) -> None:
    proposal = drafted(tmp_path, "faktur.csv", INDONESIAN)
    assert proposal.found()["quantity"] == "Kts."
    assert worth(proposal) == (3, Decimal(43_300_000))


def test_a_product_beyond_the_range_of_amounts_is_refused_with_its_reason(tmp_path) -> None:
    path = tmp_path / "faktur.csv"
    path.write_text(INDONESIAN.replace("2,7.750.000", "7.750.000,7.750.000"), "utf-8")
    mapping = tmp_path / "m.yaml"
    mapping.write_text(
        "name: faktur\ncurrency: IDR\ntables:\n  sales:\n    file: faktur.csv\n    columns:\n"
        "      order_id: No. Faktur\n      date: {column: Tgl Faktur, format: '%d %b %Y'}\n"
        "      region: {constant: All}\n"
        "      revenue: {multiply: [Kts., Harga Satuan], decimal: ','}\n",
        "utf-8",
    )
    with pytest.raises(ContractError) as caught:
        sa.load(path, mapping)
    assert str(caught.value) == (
        "faktur.csv: a product of two columns has more digits than an amount of money can.\n"
        f"  where: {path}\n"
        "  fix:   check the two columns of multiply in the mapping: one of them is perhaps an "
        "amount itself and no quantity or price; map the amount as revenue then"
    )


# -- what became of an order ---------------------------------------------------------------------


def test_what_a_marketplace_will_pay_out_is_not_taken_for_sales(tmp_path) -> None:
    proposal = drafted(tmp_path, "orders.csv", NAVER)
    assert proposal.found()["revenue"] == "상품별 총 주문금액"
    alone = NAVER.replace("상품별 총 주문금액", "비고2")
    assert "revenue" not in drafted(tmp_path, "orders.csv", alone).found()


@pytest.mark.parametrize(
    ("heading", "value", "key"),
    [
        ("审批结果", "拒绝", "remark.perhaps_undone"),
        ("클레임상태", "취소완료", "remark.perhaps_undone"),
        ("审批状态", "审批中", "remark.perhaps_not_yet"),
        ("Invoice Status", "Draft", "remark.perhaps_not_yet"),
        ("订单状态", "(删除)等待付款", "remark.perhaps_not_yet"),
    ],
)
def test_an_order_that_may_be_none_is_named(tmp_path, heading, value, key) -> None:
    lines = [f"{i},2025-01-{i:02d},East,{i}0.00,{value if i == 3 else '完成'}" for i in range(1, 9)]
    head = f"Order,Date,Region,Net Amount,{heading}"
    proposal = drafted(tmp_path, "orders.csv", "\n".join([head, *lines]))
    assert [dict(n[3]) for n in proposal.notes if n[2] == key] == [
        {"column": heading, "values": value, "n": "1"}
    ]
    assert worth(proposal) == (8, Decimal(360))


def test_a_status_of_codes_is_named_as_unread(tmp_path) -> None:
    lines = [f"{i},2025-01-{i:02d},East,{i}0.00,{900 if i == 3 else 700}" for i in range(1, 9)]
    text = "\n".join(["注文番号,注文日,地域,金額,ステータス", *lines])
    proposal = drafted(tmp_path, "orders.csv", text)
    assert (
        "# ステータス holds codes (700, 900) that nothing explains; all 8 rows count as sales: where "
        "a code means cancelled or returned, leave it out with where" in proposal.to_yaml()
    )


def test_a_discount_in_percent_is_no_amount(tmp_path) -> None:
    text = (
        "单据编号,日期,客户,产品名称,数量,销售单价,折扣,小计\n"
        "1,2025-01-03,甲,泵,2,100,90%,180\n2,2025-01-14,乙,阀,1,100,100%,100\n"
        "3,2025-02-15,甲,泵,3,100,95%,285\n"
    )
    proposal = drafted(tmp_path, "lines.csv", text)
    assert "discount_amount" not in proposal.found()
    assert worth(proposal) == (3, Decimal(565))


def test_a_column_without_a_value_does_not_take_the_place_of_one_with(tmp_path) -> None:
    text = (
        "单据号,发票号码,开票日期,商品名称,金额\n,A1,2025-01-03,泵,10\n,A2,2025-01-14,阀,20\n"
        ",A3,2025-02-15,泵,30\n"
    )
    proposal = drafted(tmp_path, "invoices.csv", text)
    assert proposal.found()["order_id"] == "发票号码"
    assert worth(proposal) == (3, Decimal(60))
