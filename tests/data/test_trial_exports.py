"""Exports of programs as they leave them: the draft of each loads with the total it was made of."""

import pytest
import xlsxwriter

import salesanalysis as sa
from salesanalysis.data.propose.front import propose
from salesanalysis.errors import ContractError

#: Program -> name, bytes of the export, total, columns of the draft that were a trap.
EXPORTS = {
    "HubSpot": (
        "deals.csv",
        "Record ID,Deal Name,Deal Stage,Close Date,Amount\n"
        "1,A,Closed won (Sales Pipeline),2024-01-05 14:31,10.5\n"
        "2,B,Closed lost (Sales Pipeline),2024-01-06 14:31,99\n"
        "3,C,Closed won (Sales Pipeline),2024-02-16 14:31,20\n",
        30.5,
        {},
    ),
    "Dynamics": (
        "orders.csv",
        "(Do Not Modify) Sales Order,(Do Not Modify) Modified On,Order ID,Created On,Territory,"
        "Extended Amount\n"
        "g1,2024-07-01,O1,2024-01-15 09:30,West,10\ng2,2024-07-01,O2,2024-02-16 09:30,East,20.5\n",
        30.5,
        {"date": "Created On"},
    ),
    "Shopify": (
        "orders_export.csv",
        "Name,Email,Currency,Subtotal,Created at,Lineitem quantity,Lineitem name,Lineitem price,"
        "Vendor\n"
        "#1001,a@x.com,USD,25.00,2024-01-15 10:22:33 -0400,2,Shirt,10.00,V\n"
        "#1001,a@x.com,,,2024-01-15 10:22:33 -0400,1,Mug,5.00,V\n"
        "#1002,a@x.com,USD,7.50,2024-02-16 10:22:33 -0400,1,Mug,7.50,V\n",
        32.5,
        {"order_id": "Name", "revenue": "Lineitem quantity x Lineitem price"},
    ),
    "Amazon": (
        "payments.csv",
        "date/time,order id,sku,quantity,product sales,selling fees,total\n"
        "15/01/2024 10:22,1-1,A,2,20.00,-3.00,17.00\n16/02/2024 10:22,1-2,B,1,10.50,-1.50,9.00\n",
        30.5,
        {"revenue": "product sales"},
    ),
    "PayPal": (
        "Download.csv",
        "Date,Time,Name,Currency,Gross,Fee,Net,Transaction ID\n"
        "15/01/2024,10:00:00,X,EUR,20.00,-0.35,19.65,A1\n"
        "16/02/2024,10:00:00,X,EUR,10.50,-0.35,10.15,A2\n",
        30.5,
        {"revenue": "Gross"},
    ),
    "sides beside signed amounts": (
        "sides.csv",
        "Date,Region,Balance Impact,Paid by,Amount\n15/01/2024,N,Credit,Credit,40.50\n"
        "16/02/2024,N,Debit,Cash,-10\n",
        30.5,
        {"revenue": "Amount"},
    ),
    "a ledger": (
        "ledger.csv",
        "Date,Voucher No,Customer,Region,Debit,Credit\n2024-01-15,V1,C,North,,40.50\n"
        "2024-01-16,V2,C,North,,5.00\n2024-02-16,V3,C,North,15.00,\n",
        30.5,
        {"revenue": "Credit - Debit"},
    ),
    "a Korean program": (
        "주문.csv",
        "주문번호,주문일자,거래처명,수량,단가,공급가액,담당자,지역\n"
        '001,2024. 01. 15.,한국상사,2,"1,500","3,000",김철수,서울\n'
        '002,2024. 02. 05.,한국상사,1,"2,500","2,500",김철수,서울\n'
        '합계,,,,,"5,500",,\n'.encode("cp949"),
        5500,
        {"date": "주문일자", "customer": "거래처명", "salesperson": "담당자"},
    ),
    "a Taiwanese program": (
        "訂單.csv",
        "訂單編號,訂單日期,客戶名稱,產品名稱,數量,單價,金額,業務員,地區\n"
        '001,民國113年1月5日,許功蓋,螺絲,2,1500,"3,000",陳小明,台北\n'
        '002,民國113年2月15日,許功蓋,螺絲,1,2500,"2,500",陳小明,台北\n'.encode("big5"),
        5500,
        {"revenue": "金額"},
    ),
    "a Japanese program": (
        "受注.csv",
        "受注番号,受注日,得意先名,商品名,数量,金額,地域\n"
        '001,令和6年1月5日,山田,ポンプ,2,"￥8,000",関東\n'
        '002,令和6年2月15日,山田,ポンプ,-1,"▲2,500",関東\n'.encode("cp932"),
        5500,
        {"revenue": "金額"},
    ),
    "a subtotal of a spreadsheet": (
        "book.csv",
        "Region,Order No,Order Date,Amount\nN,1,2024-01-05,10\nN,2,2024-02-15,5\nN Total,,,15\n"
        "S,3,2024-02-15,15.5\nS Total,,,15.5\nGrand Total,,,30.5\n",
        30.5,
        {"region": "Region"},
    ),
    "Odoo": (
        "sale.order.csv",
        '"Order Reference","Order Date","Customer","Order Lines/Product","Order Lines/Quantity",'
        '"Order Lines/Unit Price","Order Lines/Subtotal","Total"\n'
        '"S1","2024-01-05 08:00:00","Firm","Desk","2","10.0","20.00","29.00"\n'
        '"","","","Lamp","1","5.5","5.50",""\n'
        '"S2","2024-02-16 08:00:00","Firm","Lamp","1","5.0","5.00","5.80"\n',
        30.5,
        {"revenue": "Order Lines/Subtotal", "product": "Order Lines/Product"},
    ),
    "subtotals of SAP that no word calls so": (
        "alv.csv",
        "Plant,Sold-to party,Billing Date,Billing Doc.,Material,Billed Quantity,SU,"
        "Net Value,Curr.\n"
        "1000,C1,2024-01-05,9001,M1,1,EA,4.50,EUR\n1000,C1,2024-01-06,9002,M2,2,EA,6.00,EUR\n"
        "1000,C1,2024-01-07,9003,M1,-1,EA,-1.00,EUR\n,C1,,,,,EA,9.50,EUR\n"
        "1000,C2,2024-02-05,9004,M1,1,EA,1.00,EUR\n1000,C2,2024-02-06,9005,M2,2,EA,8.00,EUR\n"
        "1000,C2,2024-02-07,9006,M1,4,EA,12.00,EUR\n,C2,,,,,EA,21.00,EUR\n"
        ",,,,,,EA,30.50,EUR\n",
        30.5,
        {"order_id": "Billing Doc.", "date": "Billing Date"},
    ),
    "WeChat Pay": (
        "bill.csv",
        "交易时间,微信订单号,交易状态,应结订单金额,商品名称,手续费\n"
        "`2024-01-15 10:20:33,`4201,`SUCCESS,`20.00,`礼盒,`0.01\n"
        "`2024-02-16 10:20:33,`4202,`SUCCESS,`10.50,`礼盒,`0.01\n"
        "总交易单数,应结订单总金额,手续费总金额\n`2,`30.50,`0.02\n",
        30.5,
        {"revenue": "应结订单金额"},
    ),
}


def drafted(folder, name: str, content: str | bytes):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    proposal = propose(path, counts=False)
    (folder / "m.yaml").write_text(proposal.to_yaml(), encoding="utf-8")
    return path, proposal


@pytest.mark.parametrize("program", EXPORTS)
def test_the_draft_of_an_export_loads_as_it_is_with_the_total_of_its_lines(
    program, tmp_path
) -> None:
    name, content, total, traps = EXPORTS[program]
    _, proposal = drafted(tmp_path, name, content)
    assert proposal.loads, proposal.explain()
    tried = proposal.trial
    assert tried["amount"] - tried["amount_dropped"] == total
    found = proposal.found()
    assert {ours: found.get(ours) for ours in traps} == traps
    assert "team" not in found


def test_rows_without_a_day_are_left_out_only_where_all_of_them_are_sums(tmp_path) -> None:
    head = "Invoice,Invoice Date,Customer,Item,Net Amount\n"
    lines = "".join(f"I{i},2024-01-{i + 1:02d},C{i},P{i % 2},{i + 1}.00\n" for i in range(3))
    whole = drafted(tmp_path, "a.csv", head + lines + ",,C9,,6.00\n")[1]
    assert whole.trial["amount"] == 6
    assert "amount is the sum of the rows above: 1" in whole.explain()
    again = "".join(f"I{i},2024-02-{i:02d},C{i},P{i % 2},{i}.00\n" for i in range(4, 8))
    both = drafted(tmp_path, "c.csv", head + lines + ",,C9,,6.00\n" + again + ",,C9,,22.00\n")[1]
    assert both.trial["amount"] == 28
    assert "amount is the sum of the rows above: 2" in both.explain()
    other = drafted(tmp_path, "b.csv", head + lines + ",,C9,,6.00\n,,C9,P1,2.50\n")[1]
    assert "sum of the rows above" not in other.explain()


def test_sums_of_groups_of_one_line_are_left_out_and_a_line_without_a_day_is_refused(
    tmp_path,
) -> None:
    head = "Belegnr;Belegdatum;Kunde;Artikel;Nettobetrag\n"
    rows = (
        "1;2024-01-05;C1;P1;426,61\n;;C1;;426,61\n"
        "2;2024-01-06;C2;P1;763,08\n3;2024-02-07;C2;P2;689,32\n4;2024-02-16;C2;P1;148,84-\n"
        ";;C2;;1.303,56\n"
    )
    rows += "".join(f"{i};2024-03-{i:02d};C3;P{i % 2};{i},00\n" for i in range(5, 31))
    rows += ";;C3;;455,00\n;;;;2.185,17\n"
    path, proposal = drafted(tmp_path, "alv.csv", head + rows)
    assert proposal.trial["amount"] == 2185.17
    origin = sa.load(path, mapping=tmp_path / "m.yaml").origins["sales"]
    # the mark of thousands stands in sums alone
    assert (origin.n_left_out, origin.amount_left_out) == (4, 4370.34)
    path, _ = drafted(tmp_path, "less.csv", head + rows.replace("2;2024-01-06", "2;"))
    with pytest.raises(ContractError) as caught:
        sa.load(path, mapping=tmp_path / "m.yaml")
    assert caught.value.what == (
        "1 value of less.csv cannot be used for sales; first: row 3, 'Belegdatum' is '', but must "
        "be a date, not empty."
    )


def test_a_line_a_till_calls_void_is_named(tmp_path) -> None:
    lines = "Date,Region,Type,Amount\n2024-01-05,N,SALE,1\n2024-02-16,N,VOID,2\n2024-02-17,N,RETURN,-1\n"
    text = drafted(tmp_path, "till.csv", lines)[1].explain()
    assert "VOID in Type may mean a return or a cancelled order; 1 such row counts" in text


@pytest.mark.parametrize("cell", ["", "-", "--"])
def test_deals_without_an_amount_are_refused_with_the_line_that_leaves_them_out(
    tmp_path, cell
) -> None:
    lines = "Deal Stage,Close Date,Amount\n"
    lines += f"Won,2024-01-05,{cell}\nWon,2024-02-16,2\nWon,2024-02-17,3\n"
    path, proposal = drafted(tmp_path, "deals.csv", lines)
    with pytest.raises(ContractError) as caught:
        sa.load(path, mapping=tmp_path / "m.yaml")
    assert caught.value.fix == (
        'mend these cells, or map another column, or add "Amount": {not: ["'
        f'{cell}"]}} to where: beside file:, to leave out and count them'
    )
    text = proposal.to_yaml()
    assert text.count("    columns:\n") == 1
    where = f'    where: {{"Amount": {{not: ["{cell}"]}}}}\n    columns:\n'
    text = text.replace("    columns:\n", where)
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    data = sa.load(path, mapping=tmp_path / "m.yaml")
    assert data.frame("sales")["revenue"].tolist() == [2, 3]
    assert data.origins["sales"].n_left_out == 1


def test_yen_are_told_from_yuan_by_kana(tmp_path) -> None:
    name, content, _, _ = EXPORTS["a Japanese program"]
    assert drafted(tmp_path, name, content)[1].currency == "JPY"


def test_a_stage_without_a_value_for_won_is_named(tmp_path) -> None:
    lines = "Deal Stage,Close Date,Amount\nPhase 1,2024-01-05,1\nPhase 2,2024-01-16,2\n"
    text = drafted(tmp_path, "deals.csv", lines)[1].explain()
    assert "no value of Deal Stage is known to mean won (Phase 1, Phase 2)" in text


def test_void_invoices_are_listed(tmp_path) -> None:
    lines = (
        "发票号码,开票日期,购方名称,金额,发票状态\n"
        "1,2024-01-05,甲,10,正常\n2,2024-01-16,甲,5,已作废\n"
    )
    path, _ = drafted(tmp_path, "发票.csv", lines)
    found = sa.load(path, mapping=tmp_path / "m.yaml").quality.to_frame()
    assert found.set_index("rule").loc["listed", ["n_rows", "amount"]].tolist() == [1, 5]


def test_an_amount_after_fees_alone_is_named(tmp_path) -> None:
    lines = "Date,Region,Fee,Net\n2024-01-05,N,-1,10\n2024-01-16,N,-1,10\n"
    text = drafted(tmp_path, "a.csv", lines)[1].explain()
    assert "Net may be what is left after the fees in Fee; sales are counted before fees" in text


def test_what_was_paid_back_is_named_and_a_choice(tmp_path) -> None:
    lines = "Date,Region,Amount,Refunded Amount\n2024-01-05,N,10,0\n2024-01-16,N,10,4.5\n"
    path, proposal = drafted(tmp_path, "a.csv", lines)
    assert "what was paid back stands in Refunded Amount and is not taken off" in proposal.explain()
    line = next(x for x in proposal.text.splitlines() if "difference" in x)
    text = proposal.text.replace('      revenue: "Amount"', line.replace("#   ", ""))
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    assert sa.load(path, mapping=tmp_path / "m.yaml").frame("sales")["revenue"].sum() == 15.5


def test_the_zone_in_which_days_are_counted_stands_in_the_draft(tmp_path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    moments = pa.array([1706731200000000, 1708300800000000], pa.timestamp("us", "UTC"))
    table = pa.table({"Order Date": moments, "Region": ["N", "S"], "Amount": [1.0, 2.0]})
    pq.write_table(table, tmp_path / "a.parquet")
    found = propose(tmp_path / "a.parquet", counts=False)
    assert 'date: {column: "Order Date", timezone: "UTC"}' in found.text
    lines = "Date,Region,Amount\n2024-01-05T20:00:00Z,N,1\n2024-01-16T20:00:00+08:00,N,2\n"
    text = drafted(tmp_path, "a.csv", lines)[1].text
    assert '#   date: {column: "Date", timezone: "Asia/Shanghai"}  # for UTC+8' in text


def test_numbers_of_orders_cut_by_a_spreadsheet_are_said(tmp_path) -> None:
    lines = "Order,Date,Region,Amount\n2.0241E+17,2024-01-05,N,1\n2.0241E+17,2024-01-16,N,2\n"
    path, proposal = drafted(tmp_path, "a.csv", lines)
    said = "2 values of Order are written as 2.02E+17, so that their last digits are lost"
    assert said in proposal.explain()
    data = sa.load(path, mapping=tmp_path / "m.yaml")
    assert said in data.quality.explain()
    assert "Order中有2个值写成科学计数法" in data.quality.explain("zh")


def test_hidden_sheets_and_rows_of_a_workbook_are_said(tmp_path) -> None:
    with xlsxwriter.Workbook(tmp_path / "a.xlsx") as book:
        for name in ("Lines", "Old"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Date", "Region", "Amount"])
            sheet.write_row(1, 0, ["2024-01-15", "N", 1])
            sheet.write_row(2, 0, ["2024-02-16", "N", 2])
            sheet.set_row(2, None, None, {"hidden": True})
        sheet.hide()
    text = propose(tmp_path / "a.xlsx", counts=False).explain()
    assert "hidden sheets of a.xlsx hold cells and are not read: Old" in text
    assert "a.xlsx, sheet Lines: rows that the workbook hides, read like the others: 1." in text


def test_a_pivot_with_years_above_its_months_becomes_rows(tmp_path) -> None:
    with xlsxwriter.Workbook(tmp_path / "p.xlsx") as book:
        sheet = book.add_worksheet("P")
        sheet.write_row(0, 0, ["Sum of Net", "", "2023", "", "", "2024"])
        sheet.write_row(1, 0, ["Region", "Product", "Nov", "Dec", "2023 Total", "Jan"])
        sheet.write_row(2, 0, ["East", "A", 1, 2, 3, 4])
        sheet.write_row(3, 0, ["", "B", 5, 6, 11, 7])
        sheet.write_row(4, 0, ["East Total", "", 6, 8, 14, 11])
    found = propose(tmp_path / "p.xlsx", counts=False)
    assert "header: [1, 2]" in found.text
    assert found.trial["amount"] - found.trial["amount_dropped"] == 25
    assert (str(found.trial["first"])[:10], str(found.trial["last"])[:10]) == (
        "2023-11-01",
        "2024-01-01",
    )


@pytest.mark.parametrize(
    ("heading", "sale", "credit"),
    [
        ("Type", "Invoice", "Credit Memo"),
        ("单据类型", "销售发票", "红字发票"),
        ("Return", "N", "Y"),
    ],
)
def test_credit_notes_without_a_minus_are_negative(tmp_path, heading, sale, credit) -> None:
    lines = f"Doc No,Date,Region,{heading},Amount\n1,2024-01-15,N,{sale},100\n"
    lines += f"2,2024-01-16,N,{credit},30\n3,2024-02-16,N,{sale},50\n"
    path, proposal = drafted(tmp_path, "a.csv", lines)
    assert proposal.trial["amount"] == 120
    assert f"rows whose {heading} is {credit}: 1, written without a minus" in proposal.explain()
    lines = sa.load(path, mapping=tmp_path / "m.yaml").frame("sales").set_index("order_id")
    assert lines.loc["2", ["revenue", "is_return"]].tolist() == [-30, True]


def test_credit_notes_with_a_minus_and_orders_that_were_refunded_stay_as_they_are(tmp_path) -> None:
    lines = "Doc No,Date,Region,Type,Amount\n1,2024-01-15,N,Invoice,100\n"
    text = drafted(tmp_path, "a.csv", lines + "2,2024-02-16,N,Refund,-30\n")[1].text
    assert "negative_where" not in text
    text = drafted(
        tmp_path, "b.csv", lines.replace("Type", "Status") + "2,2024-02-16,N,Refund,30\n"
    )
    assert "negative_where" not in text[1].text


def test_a_side_of_a_book_beside_amounts_without_a_sign_is_asked_for(tmp_path) -> None:
    lines = "Beleg,Belegdatum,Gebiet,Soll/Haben,Betrag\n1,15.01.2024,Nord,S,100\n"
    path, proposal = drafted(tmp_path, "a.csv", lines + "2,16.02.2024,Nord,H,30\n")
    assert "Soll/Haben holds their side of the book (H, S)" in proposal.explain()
    (line,) = [x for x in proposal.text.splitlines() if x.endswith("# for - H")]
    assert proposal.required == ["sales.revenue"]
    text = proposal.text.replace('      # revenue: "Betrag"', line.replace("#   ", ""))
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    assert sa.load(path, mapping=tmp_path / "m.yaml").frame("sales")["revenue"].sum() == 70
