"""Amounts that are no sales: plans, sums over months, money paid out, tax, orders not paid yet.

And files that only look alike, which keep every line.
"""

from decimal import Decimal

import pytest
from drafttools import drafted, worth

DAYS = [f"2024-0{i % 3 + 1}-1{i}" for i in range(6)]


def table(heading: str, row, n: int = 6) -> str:
    return "\n".join([heading, *(row(i) for i in range(n))]) + "\n"


def labelled(column: str, words: tuple[str, ...]) -> str:
    return table(
        f"Order,Order Date,Region,{column},Amount",
        lambda i: f"{i},{DAYS[i]},N,{words[i % len(words)]},{10 + i}.50",
    )


# -- plans beside actual figures ----------------------------------------------------------------


def test_rows_of_a_budget_beside_actual_ones_are_left_out_and_named(tmp_path) -> None:
    proposal = drafted(tmp_path, "finance.csv", labelled("Scenario", ("Actual", "Budget")))
    assert worth(proposal) == (3, Decimal("37.5"))
    assert (
        "# rows whose Scenario is Budget: 3, figures of a plan or of another year; they are left "
        "out by where" in proposal.to_yaml()
    )


def test_money_paid_out_beside_money_that_came_in_is_left_out_and_named(tmp_path) -> None:
    text = table(
        "収支区分,管理番号,発生日,取引先,金額",
        lambda i: f"{'支出' if i == 2 else '収入'},{i},{DAYS[i]},甲,{1000 + i}",
    )
    proposal = drafted(tmp_path, "取引.csv", text)
    assert worth(proposal) == (5, Decimal("5013"))
    assert "rows whose 収支区分 is 支出: 1, money paid out" in proposal.to_yaml()


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("Class", ("Budget", "Premium")),
        ("Scenario", ("Actual",)),
        ("Fare", ("Actual", "Budget", "Premium")),
        ("Tier", ("Budget",)),
        ("Plan", ("Plan", "Actual Care")),
        ("Segment", ("Income", "Growth")),
        ("Type", ("SC", "TX")),
        ("Unit", ("CM", "M")),
        ("Brand", ("Goal", "Real")),
        ("Size", ("SI", "SC")),
        ("Warehouse", ("CN", "INV", "HK")),
    ],
)
def test_words_that_are_names_leave_every_line_where_it_is(column, words, tmp_path) -> None:
    proposal = drafted(tmp_path, "a.csv", labelled(column, words))
    assert worth(proposal) == (6, Decimal("78"))


def test_another_year_on_the_days_of_this_one_is_left_out_and_on_its_own_days_kept(
    tmp_path,
) -> None:
    words = ("Actual", "Prior Year")
    own = table(
        "Order,Order Date,Region,Scenario,Amount",
        lambda i: f"{i},{2024 - i % 2}{DAYS[i][4:]},N,{words[i % 2]},{10 + i}.50",
    )
    assert worth(drafted(tmp_path, "own.csv", own)) == (6, Decimal("78"))
    compared = table(
        "Order,Order Date,Region,Scenario,Amount",
        lambda i: f"{i},{DAYS[i // 2]},N,{words[i % 2]},{10 + i}.50",
    )
    assert worth(drafted(tmp_path, "compared.csv", compared)) == (3, Decimal("37.5"))


def test_credit_notes_by_their_short_name_are_negative_beside_invoices(tmp_path) -> None:
    proposal = drafted(tmp_path, "a.csv", labelled("Type", ("SI", "SI", "SC")))
    assert worth(proposal) == (6, Decimal("78") - 2 * Decimal("28"))
    assert 'negative_where: {"Type": ["SC"]}' in proposal.to_yaml()


# -- sums over months, other years ----------------------------------------------------------------


@pytest.mark.parametrize("heading", ["Sales YTD", "Prior Year Sales", "累计销售额", "预算金额"])
def test_sums_over_months_other_years_and_plans_are_not_taken_for_sales(heading, tmp_path) -> None:
    text = table(f"Month,Region,{heading}", lambda i: f"2024-0{i + 1},N,{100 + i}.50")
    proposal = drafted(tmp_path, "a.csv", text)
    assert (proposal.loads, proposal.required) == (False, ["sales.revenue"])
    assert (
        f"not taken for sales, as they are sums over months, of another year or of a plan: {heading}"
        in proposal.to_yaml()
    )


@pytest.mark.parametrize(
    ("other", "own"),
    [("去年销售额", "本年销售额"), ("LY Sales", "Sales"), ("Target Sales", "Net Sales")],
)
def test_the_amount_of_this_year_stands_before_that_of_another(other, own, tmp_path) -> None:
    text = table(f"Order,Order Date,{other},{own}", lambda i: f"{i},{DAYS[i]},99.50,{10 + i}.50")
    assert drafted(tmp_path, "a.csv", text).found()["revenue"] == own


# -- tax, and the amount of a line ----------------------------------------------------------------


def test_the_amount_without_tax_is_taken_where_headings_say_which_is_which(tmp_path) -> None:
    text = table(
        "Order No,Order Date,Total incl. VAT,Total excl. VAT",
        lambda i: f"{i},{DAYS[i]},{121 + i}.50,{100 + i}.50",
    )
    proposal = drafted(tmp_path, "a.csv", text)
    assert proposal.found()["revenue"] == "Total excl. VAT"
    assert "with tax it would be Total incl. VAT" in proposal.to_yaml()


def test_an_amount_with_something_other_than_tax_is_left_alone(tmp_path) -> None:
    text = table(
        "Order No,Order Date,Total with delivery,Total without delivery",
        lambda i: f"{i},{DAYS[i]},{121 + i}.50,{100 + i}.50",
    )
    assert "with tax" not in drafted(tmp_path, "a.csv", text).to_yaml()


@pytest.mark.parametrize(
    "headings",
    [
        # the only one; not the same amount; more than the one with tax
        "Total incl. VAT,Weight",
        "Total incl. VAT,Shipping excl. VAT",
        "Total incl. VAT,Total excl. VAT",
    ],
)
def test_an_amount_with_tax_stays_where_nothing_is_its_net(headings, tmp_path) -> None:
    text = table(f"No,Order Date,{headings}", lambda i: f"{i},{DAYS[i]},{10 + i}.50,{20 + i}.50")
    assert drafted(tmp_path, "a.csv", text).found()["revenue"] == "Total incl. VAT"


def orders(*headings: str) -> str:
    """Six lines of three orders: the amount of the order, that of the line."""
    return table(
        f"Invoice Number,Invoice Date,Item Name,{','.join(headings)}",
        lambda i: (
            f"{i // 2},{DAYS[i // 2]},P{i},{21 + 40 * (i // 2)},{(10, 11)[i % 2] + 20 * (i // 2)}"
        ),
    )


def test_the_amount_of_a_line_is_taken_where_that_of_the_order_repeats(tmp_path) -> None:
    proposal = drafted(tmp_path, "invoices.csv", orders("SubTotal", "Item Total"))
    assert proposal.found()["revenue"] == "Item Total"
    assert worth(proposal) == (6, Decimal("183"))
    assert "is the same in every line of an order, in 3 orders" in proposal.to_yaml()


def test_an_amount_that_adds_up_to_that_of_the_order_is_not_doubted_where_lines_are_alike(
    tmp_path,
) -> None:
    text = table(
        "Invoice Number,Invoice Date,Item Name,SubTotal,Item Total",
        lambda i: f"{i // 2},{DAYS[i // 2]},P{i},{20 + 2 * (i // 2)},{10 + i // 2}",
    )
    proposal = drafted(tmp_path, "invoices.csv", text)
    assert worth(proposal) == (6, Decimal("66"))
    assert "Item Total is the same in every line" not in proposal.to_yaml()


def test_an_amount_that_does_not_add_up_to_the_order_is_not_taken_for_it(tmp_path) -> None:
    text = orders("SubTotal", "Item Total").replace("\n", "00\n").replace("Total00", "Total")
    proposal = drafted(tmp_path, "invoices.csv", text)
    assert proposal.found()["revenue"] == "SubTotal"


def test_parts_of_a_contract_beside_its_whole_amount_are_told(tmp_path) -> None:
    text = table(
        "Contract No,Sign Date,Customer,Contract Amount,Instalment",
        lambda i: f"C{i // 2},{DAYS[i // 2]},A,{100 + i // 2},{i % 2 + 1}/2",
    )
    proposal = drafted(tmp_path, "contracts.csv", text)
    assert "Contract Amount is the same in every line of an order, in 3" in proposal.to_yaml()


# -- days that are missing ------------------------------------------------------------------------


def test_an_order_that_was_not_paid_never_takes_the_day_of_the_one_above(tmp_path) -> None:
    text = table(
        "订单编号,订单付款时间,买家实际支付金额",
        lambda i: f"TB{i},{'' if i in (2, 4) else DAYS[i]},{10 + i}",
    )
    proposal = drafted(tmp_path, "orders.csv", text)
    assert not proposal.loads
    assert "'订单付款时间' is '', but must be a date" in proposal.trial["what"]


def test_days_that_may_be_merged_over_several_orders_are_not_guessed_but_told(tmp_path) -> None:
    text = table(
        "Order,Order Date,Customer,Amount",
        lambda i: f"{i},{'' if i % 3 else DAYS[i]},A,{10 + i}",
    )
    proposal = drafted(tmp_path, "merged.csv", text)
    assert not proposal.loads
    assert (
        "cells of Order Date that are empty: 4 of 6; where they are merged with the one above, "
        "write fill_down for it" in proposal.to_yaml()
    )


@pytest.mark.parametrize("order", ["full", "merged"])
def test_the_day_of_an_order_is_filled_down_to_its_further_lines(order, tmp_path) -> None:
    text = table(
        "Order,Order Date,Product,Amount",
        lambda i: (
            f"{f'O{i // 2}' if order == 'full' or i % 2 == 0 else ''},"
            f"{DAYS[i] if i % 2 == 0 else ''},P{i},{10 + i}"
        ),
    )
    assert worth(drafted(tmp_path, "orders.csv", text)) == (6, Decimal("75"))
