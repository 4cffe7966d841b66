"""Exports that only look as if they said a sale twice: the draft leaves every line where it is."""

from decimal import Decimal

import openpyxl
import pytest
from drafttools import drafted, worth

from salesanalysis.data.propose.front import propose

NETSUITE = "Date,Document Number,Item,Quantity,Amount (Net)\n"
LICENCES = "Order,Order Date,Region,Product,Quantity,Unit Price,Amount\n" + "".join(
    f"{order},2024-0{order}-14,N,{product},1,{100 * order},{90 * order}.50\n"
    for order in (1, 2, 3)
    for product in ("Seat", "Support")
)


def invoice(number: int, *amounts: int) -> str:
    """An order as a whole, and a line for each of its items."""
    head = f"2024-{number % 12 + 1:02d}-14,INV{number},"
    items = "".join(f"{head}{'ABCDE'[at]},1,{amount}\n" for at, amount in enumerate(amounts))
    return f"{head},,{sum(amounts)}\n{items}"


def test_lines_of_an_order_that_cost_the_same_keep_their_amounts_after_discount(tmp_path) -> None:
    proposal = drafted(tmp_path, "licences.csv", LICENCES)
    assert proposal.found()["revenue"] == "Amount"
    assert worth(proposal) == (6, Decimal("1083"))
    assert "is the same in every line" not in proposal.to_yaml()


def test_whole_orders_are_found_beyond_the_first_rows_and_all_counted(tmp_path) -> None:
    # the sample of 2,000 rows ends within an order
    text = NETSUITE + "".join(invoice(n, 1, 2) for n in range(700))
    proposal = drafted(tmp_path, "saved_search.csv", text)
    assert worth(proposal) == (1400, Decimal("2100"))
    assert "with the same amount: 700; they have no Item" in proposal.to_yaml()


def test_a_line_without_an_item_far_below_keeps_whole_orders_in_and_is_told(tmp_path) -> None:
    orders = "".join(invoice(n, 1, 2) for n in range(700))
    text = NETSUITE + orders + "2024-03-14,INV900,,,50\n"
    proposal = drafted(tmp_path, "saved_search.csv", text)
    assert worth(proposal) == (2101, Decimal("4250"))
    assert (
        "# rows without Item whose amount is that of the other rows of their order: in 700 of 701 "
        "orders; where they hold whole orders they count twice: leave them out with where"
        in proposal.to_yaml()
    )


def test_a_total_in_the_column_of_items_is_left_out_beside_whole_orders(tmp_path) -> None:
    text = NETSUITE + "".join(invoice(n, 1, 2) for n in range(5)) + ",,Total,,30\n"
    assert worth(drafted(tmp_path, "saved_search.csv", text)) == (10, Decimal("15"))


@pytest.mark.parametrize("kinds", [("Transfer", "Tour"), ("Bank Transfer", "Cash")])
def test_a_transfer_that_somebody_bought_or_paid_by_is_a_sale_and_is_told(kinds, tmp_path) -> None:
    rows = "".join(f"{i},2024-0{i}-14,N,{kinds[i % 2]},10.5\n" for i in range(1, 5))
    proposal = drafted(tmp_path, "trips.csv", "Order,Order Date,Region,Type,Amount\n" + rows)
    assert worth(proposal) == (4, Decimal("42"))
    assert (
        f"# {kinds[0]} in Type may be money moved between accounts; 2 such rows count as sales: "
        "leave them out with where, if they are none" in proposal.to_yaml()
    )


def test_the_state_of_an_order_is_no_region_beside_its_status(tmp_path) -> None:
    text = "Order,Order Date,Status,State,Amount\n1,2024-01-13,paid,open,10\n2,2024-02-14,paid,closed,20.5\n"
    found = drafted(tmp_path, "a.csv", text).found()
    assert (found["status"], "State" in found.values()) == ("Status", False)


@pytest.mark.parametrize(
    ("rate", "price"), [("1.08", None), ("18", None), ("18%", None), ("5", "Rate")]
)
def test_a_rate_is_a_price_only_where_it_makes_the_amount(rate, price, tmp_path) -> None:
    rows = "".join(f"{i},2024-0{i}-14,N,{i},{rate},{i * 5.5}\n" for i in range(1, 5))
    text = "Order,Order Date,Region,Qty,Rate,Amount\n" + rows
    proposal = drafted(tmp_path, "a.csv", text)
    assert proposal.found().get("unit_price") == price
    assert worth(proposal) == (4, Decimal("55"))


def test_lines_below_headings_as_wide_as_the_table_are_not_left_out(tmp_path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    lines = [[f"O{at}", f"2024-0{at % 2 + 1}-14", "N", 5.25] for at in range(6)]
    others = [["Order no", "Day", "Area", "Amount"], *([f"P{r[0]}", *r[1:]] for r in lines)]
    for row in (["Order", "Order Date", "Region", "Net Sales"], *lines, [], *others):
        sheet.append(row)
    book.save(tmp_path / "two.xlsx")
    proposal = propose(tmp_path / "two.xlsx", counts=False)
    assert not proposal.loads
    assert "row 9, 'Net Sales' is 'Amount'" in proposal.trial["what"]


def test_a_size_in_the_names_of_products_does_not_hide_the_amount(tmp_path) -> None:
    text = "Order Date,Product,Xyz\n2024-01-13,Tea 0.5 L,10.5\n2024-02-14,Tea 1.5 L,20.5\n"
    proposal = drafted(tmp_path, "a.csv", text)
    assert proposal.found()["revenue"] == "Xyz"
    assert worth(proposal) == (2, Decimal("31"))
