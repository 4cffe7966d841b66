"""Exports that say a sale twice, or hold what is none: the draft counts every sale once."""

from decimal import Decimal

import openpyxl
import pandas as pd
import pytest
from cleaningtables import line, look
from drafttools import drafted, worth

import salesanalysis as sa
from salesanalysis.data.cleaning.names import proposals
from salesanalysis.data.propose.below import lines_below
from salesanalysis.data.propose.front import propose

NETSUITE = (
    "Internal ID,*,Date,Document Number,Sales Rep,Item,Quantity,Amount (Net)\n"
    '1,*,1/3/2024,INV1,Roe,,,"1,010.50"\n'
    '1,,1/3/2024,INV1,Roe,A,1,"1,000.00"\n'
    "1,,1/3/2024,INV1,Roe,B,2,10.50\n"
    "2,*,1/16/2024,INV2,Roe,,,7.00\n2,,1/16/2024,INV2,Roe,A,1,7.00\n"
    "3,*,2/20/2024,INV3,Roe,,,5.00\n3,,2/20/2024,INV3,Roe,B,1,5.00\n"
)
WOO = (
    "Order Number,Order Status,Order Date,Country Code (Billing),Order Total Amount,Item #,"
    "Item Name,Quantity (- Refund),Item Cost\n"
    "1,completed,2024-01-03 10:00,DE,16.90,1,Mug,2,5.00\n"
    "1,completed,2024-01-03 10:00,DE,16.90,2,Cap,1,2.00\n"
    "2,completed,2024-01-14 10:00,FR,9.90,1,Mug,1,5.00\n"
    "3,completed,2024-02-20 10:00,DE,8.90,1,Cap,2,2.00\n"
)
ORDERS = (
    "Order,Order Date,Region,Product,Total Amount\n"
    "1,2024-01-13,N,A,30\n1,2024-01-13,N,B,30\n"
    "2,2024-01-14,N,A,50\n2,2024-01-14,N,C,50\n"
    "3,2024-02-15,S,B,70\n3,2024-02-15,S,C,70\n"
)
PRICED = (
    "Order,Order Date,Product,Quantity,Unit Price,Total Amount\n"
    "1,2024-01-13,A,1,10,30\n1,2024-01-13,B,2,10,30\n"
    "2,2024-01-14,A,2,10,50\n2,2024-01-14,C,3,10,50\n"
    "3,2024-02-15,B,2,10,70\n3,2024-02-15,C,5,10,70\n"
)
STRIPE = (
    "id,Type,Amount,Fee,Currency,Created (UTC)\n"
    "t1,charge,20.00,0.90,usd,2024-01-03 10:00\nt2,refund,-4.00,0.00,usd,2024-01-14 10:00\n"
    "t3,payout,-15.10,0.00,usd,2024-01-15 10:00\nt4,charge,14.50,0.70,usd,2024-02-20 10:00\n"
)


def test_the_line_of_a_whole_order_above_its_items_is_left_out(tmp_path) -> None:
    proposal = drafted(tmp_path, "saved_search.csv", NETSUITE)
    assert worth(proposal) == (4, Decimal("1022.5"))
    assert (
        "# rows that hold a whole order above its items, with the same amount: 3; they have no "
        "Item and are left out by where" in proposal.to_yaml()
    )


def test_a_line_without_an_item_whose_amount_is_its_own_stays(tmp_path) -> None:
    proposal = drafted(tmp_path, "saved_search.csv", NETSUITE.replace(",,,5.00", ",,,6.00"))
    assert worth(proposal) == (7, Decimal("2046"))


def test_the_total_of_an_order_beside_each_of_its_items_is_not_the_amount_of_a_line(
    tmp_path,
) -> None:
    proposal = drafted(tmp_path, "orders.csv", WOO)
    assert worth(proposal) == (4, Decimal("21"))
    assert proposal.found()["region"] == "Country Code (Billing)"


def test_an_amount_that_repeats_in_every_line_of_an_order_is_named(tmp_path) -> None:
    proposal = drafted(tmp_path, "orders.csv", ORDERS)
    said = (
        "Total Amount is the same in every line of an order, in 3 orders of several lines: it is the "
        "amount of each line, or that of the whole order, which would count once a line. Decide: "
        "where each line has it, take the line above as it is; where it is that of the order, take "
        "it and write duplicates: {action: drop, ignore: [date, product]} under cleaning, which keeps "
        "the first line of each order; or map another amount"
    )
    assert said in proposal.to_yaml()


def test_quantity_x_price_stands_in_for_an_amount_that_repeats(tmp_path) -> None:
    proposal = drafted(tmp_path, "priced.csv", PRICED)
    assert proposal.found()["revenue"] == "Quantity x Unit Price"
    assert worth(proposal) == (6, Decimal("150"))


def test_lines_of_an_order_with_amounts_of_their_own_are_not_called_repeated(tmp_path) -> None:
    own = ORDERS.replace("B,30", "B,31")
    assert "is the same in every line" not in drafted(tmp_path, "own.csv", own).to_yaml()


def test_money_paid_out_of_an_account_is_no_sale(tmp_path) -> None:
    proposal = drafted(tmp_path, "balance_history.csv", STRIPE)
    assert worth(proposal) == (3, Decimal("30.5"))
    assert (
        "# rows whose Type is payout: 1, money moved to or from the account and no sales; they "
        "are left out by where" in proposal.to_yaml()
    )


def test_how_an_order_was_paid_leaves_no_sale_out(tmp_path) -> None:
    paid = "Order,Order Date,Payment,Amount\n1,2024-01-13,transfer,10\n2,2024-02-14,cash,20.5\n"
    assert worth(drafted(tmp_path, "orders.csv", paid)) == (2, Decimal("30.5"))


def test_no_column_is_guessed_to_be_the_amount_beside_one_nobody_can_read(tmp_path) -> None:
    strange = "Dzień;Sztuk;Xyz\n2024-01-13;1,00;1 200,50 jedn\n2024-02-14;2,00;2 300,00 jedn\n"
    proposal = drafted(tmp_path, "a.csv", strange)
    assert (proposal.loads, proposal.required) == (False, ["sales.revenue"])


def test_a_second_table_below_the_lines_is_left_out_and_named(tmp_path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Order", "Order Date", "Region", "Rep", "Net Sales"])
    for at in range(6):
        sheet.append([f"O{at}", f"2024-0{at % 2 + 1}-1{at}", "N", "Ann", 5.25])
    for row in ([], ["Plan"], ["Region", "Period", "Target"], ["N", "2024-01", 900.0]):
        sheet.append(row)
    book.save(tmp_path / "two.xlsx")
    proposal = propose(tmp_path / "two.xlsx", counts=False)
    assert worth(proposal) == (6, Decimal("31.5"))
    assert (
        "# below the last line stands a second table, 3 rows, with the columns Region, Period, "
        "Target; it is left out by footer; to read it, save it as a file or sheet of its own"
        in proposal.to_yaml()
    )


@pytest.mark.parametrize(
    ("below", "n"),
    [
        ("\nBy region\nRegion,Net\nN,20\nS,10.5\n", 4),
        ('\n"Thursday, Apr 04, 2024 - Accrual Basis",,\n', 1),
        ("", 0),
        # a row broken in two is no table of its own
        ("O9,2024-01-19\n,N,4\n", 0),
        ("\nO9,2024\n", 0),
    ],
)
def test_lines_parted_from_the_table_are_counted(below, n, tmp_path) -> None:
    head = "Order,Day,Region,Net\n"
    lines = "".join(f"O{i},2024-01-1{i},N,5.25\n" for i in range(6))
    path = tmp_path / "a.csv"
    path.write_text(head + lines + below)
    assert lines_below(path) == n


def test_a_header_with_the_mark_of_an_encoding_in_the_middle_is_left_out(tmp_path) -> None:
    one = "Order,Order Date,Region,Net Sales\n1,2024-01-13,N,10\n"
    two = one.replace("1,2024-01-13", "2,2024-02-14").replace("10", "20.5")
    proposal = drafted(tmp_path, "all.csv", "\ufeff" + one + "\ufeff" + two)
    assert worth(proposal) == (2, Decimal("30.5"))


def test_the_sum_below_year_and_month_is_left_out(tmp_path) -> None:
    pivot = "Year,Month,Region,Sum of Net Sales\n2024,January,N,10\n2024,February,N,20.5\nTotal,,,30.5\n"
    proposal = drafted(tmp_path, "pivot.csv", pivot)
    assert worth(proposal) == (2, Decimal("30.5"))
    assert proposal.found()["revenue"] == "Sum of Net Sales"


def test_a_polish_list_is_read_in_its_encoding_with_its_own_amount(tmp_path) -> None:
    text = (
        "Nr faktury;Data sprzedaży;Kontrahent;Ilość;Wartość netto;Województwo\n"
        "FV/1;2024.01.13;Łódź;1,00;1 200,50 zł;Śląskie\n"
        "FV/2;2024.02.14;Łódź;2,00;300,00 zł;Śląskie\nRazem;;;;1 500,50 zł;\n"
    )
    proposal = drafted(tmp_path, "sprzedaz.csv", text, "cp1250")
    assert worth(proposal) == (2, Decimal("1500.5"))
    assert (proposal.found()["revenue"], proposal.currency) == ("Wartość netto", "PLN")


def test_a_state_of_the_country_is_a_region_and_one_of_the_order_is_not(tmp_path) -> None:
    text = "Bill No,Bill Date,State,Net Amt\n1,13-01-2024,Goa,10\n2,14-02-2024,Bihar,20.5\n"
    assert drafted(tmp_path, "a.csv", text).found()["region"] == "State"
    order = text.replace("Goa", "paid").replace("Bihar", "draft")
    found = drafted(tmp_path, "b.csv", order).found()
    assert found["status"] == "State"


def test_quantities_with_a_word_are_left_to_the_reader_and_the_rest_loads(tmp_path) -> None:
    text = "Bill No,Bill Date,Qty,Net Amt\n1,13-01-2024,1 Nos,10\n2,14-02-2024,2 Nos,20.5\n"
    proposal = drafted(tmp_path, "a.csv", text)
    assert worth(proposal) == (2, Decimal("30.5"))
    assert '# quantity: "Qty"' in proposal.to_yaml()


def test_columns_of_an_import_form_are_known_without_their_marks(tmp_path) -> None:
    text = (
        "销售订单编号（必填）,客户名称（必填）,下单日期（必填）,销售订单金额(元)（必填）,生命状态\n"
        "1,甲,2024-01-13,10,正常\n2,乙,2024-02-14,20.5,作废\n"
    )
    found = drafted(tmp_path, "订单.csv", text).found()
    assert (found["order_id"], found["customer"]) == ("销售订单编号（必填）", "客户名称（必填）")
    assert (found["status"], found["date"]) == ("生命状态", "下单日期（必填）")


def test_a_column_of_names_without_a_single_one_is_looked_at_like_any_other() -> None:
    rows = [line(i, customer=None) for i in range(3)]
    found = proposals(look(rows))
    assert isinstance(found, pd.DataFrame)
    assert found.empty


def test_weeks_get_their_days_from_a_lookup(tmp_path) -> None:
    (tmp_path / "weekly.csv").write_text("Week,Region,Net\n2024-W02,N,10\n2024-W03,N,20.5\n")
    (tmp_path / "weeks.csv").write_text("week,monday\n2024-W02,2024-01-08\n2024-W03,2024-01-15\n")
    (tmp_path / "mapping.yaml").write_text(
        "name: weekly\ncurrency: EUR\ntables:\n  sales:\n    file: weekly.csv\n"
        "    columns: {order_id: {row: true}, region: Region, revenue: Net}\n"
        "    joins: [{file: weeks.csv, key: Week, lookup_key: week, take: {date: monday}}]\n"
    )
    lines = sa.load(tmp_path).frame("sales")
    assert lines["date"].astype("str").tolist() == ["2024-01-08", "2024-01-15"]
    assert lines["revenue"].tolist() == [10.0, 20.5]
