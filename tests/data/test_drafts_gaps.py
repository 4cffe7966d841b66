"""Honest files with a gap, or a word, that looks like what a rule of the draft is for."""

from decimal import Decimal

import pytest
from drafttools import drafted, worth

import salesanalysis as sa
from salesanalysis.data.propose.front import propose


def lines(head: str, row, n: int = 24) -> str:
    return "\n".join([head, *map(row, range(n))]) + "\n"


def day(i: int) -> str:
    return f"2024-01-{i + 1:02d}"


# -- cells of the row above ----------------------------------------------------------------------


def test_a_line_without_a_day_does_not_take_that_of_the_line_above(tmp_path) -> None:
    text = lines("Date,Region,Net", lambda i: f"{'' if i == 17 else day(i)},{'NS'[i % 2]},{i + 1}")
    proposal = drafted(tmp_path, "a.csv", text)
    assert not proposal.loads
    assert "fill_down" not in proposal.to_yaml()


def test_sales_without_a_number_take_neither_number_nor_name_of_another_day(tmp_path) -> None:
    text = lines(
        "Order,Date,Customer,Status,Region,Net",
        lambda i: f",{day(i)},,,N,{i}" if i in (9, 17) else f"O{i},{day(i)},C{i % 4},Paid,N,{i}",
    )
    proposal = drafted(tmp_path, "a.csv", text)
    assert not proposal.loads
    assert "fill_down: " not in proposal.to_yaml()
    assert "cells of Order that are empty: 2 of 24; where they are merged with the one above" in (
        proposal.to_yaml()
    )


@pytest.mark.parametrize("lacking", ["Status", "Customer"])
def test_an_order_that_lacks_a_word_beyond_the_first_rows_takes_none_of_the_order_above(
    lacking, tmp_path
) -> None:
    values = [{"Status": "Paid", "Customer": f"C{i % 5}"} for i in range(1200)]
    values[1150][lacking] = ""
    text = lines(
        "Order,Date,Status,Customer,Product,Net",
        lambda i: f"O{i},{day(i % 28)},{values[i]['Status']},{values[i]['Customer']},A,2\n,,,,B,1",
        1200,
    )
    proposal = drafted(tmp_path, "a.csv", text)
    assert worth(proposal) == (2400, Decimal(3600))
    other = ({"Status", "Customer"} - {lacking}).pop()
    assert f'fill_down: ["Order", "Date", "{other}"]' in proposal.to_yaml()


def test_deals_of_the_same_day_without_a_number_are_still_one_day_each(tmp_path) -> None:
    text = lines(
        "区分,発生日,取引先,品目,金額", lambda i: f"収入,{day(i // 3)},A{i % 3},p,100\n,,,q,5", 9
    )
    proposal = drafted(tmp_path, "a.csv", text)
    assert worth(proposal) == (18, Decimal(945))
    (tmp_path / "m.yaml").write_text(proposal.to_yaml(), "utf-8")
    days = sa.load(tmp_path / "a.csv", tmp_path / "m.yaml").frame("sales")["date"]
    assert days.dt.day.value_counts().to_dict() == {1: 6, 2: 6, 3: 6}


# -- rows that are left out ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "row"),
    [
        ("Discount", ",2024-01-30,P,,-3"),
        ("Refund", ",2024-01-30,P,,3"),
        ("Qty", ",2024-01-30,P,,2"),
    ],
)
def test_a_row_that_moves_money_elsewhere_is_not_left_out_for_its_amount(
    more, row, tmp_path
) -> None:
    text = lines(f"Order,Date,Item,Net,{more}", lambda i: f"{i},{day(i)},P,10,{int(more == 'Qty')}")
    proposal = drafted(tmp_path, "a.csv", text + row + "\n")
    assert not proposal.loads
    assert "rows without an amount" not in proposal.to_yaml()


def test_a_word_for_a_day_to_come_is_no_word_for_a_sum(tmp_path) -> None:
    text = lines(
        "Date,Product,Net", lambda i: "TBD,,10" if i in (5, 6) else f"{day(i)},P{i % 3},10"
    )
    proposal = drafted(tmp_path, "a.csv", text)
    assert not proposal.loads
    assert "'Date' is 'TBD', but must be a date" in proposal.trial["what"]


def test_the_sum_of_a_month_in_place_of_a_day_is_not_called_an_unreadable_day(tmp_path) -> None:
    text = lines("일자,품목명,공급가액", lambda i: f"{day(i)},밸브,10") + "월계,,240\n"
    proposal = drafted(tmp_path, "a.csv", text)
    assert worth(proposal) == (24, Decimal(240))
    assert "cannot be read as dates" not in proposal.to_yaml()


def test_fees_that_the_customer_pays_are_counted_and_named(tmp_path) -> None:
    kinds = (("Product Price", 100), ("Installation fee", 50), ("Service fee", 20), ("Tax", 10))
    text = "Invoice,Date,Customer,Line Type,Amount\n" + "".join(
        f"I{k},{day(k)},C,{kind},{amount}\n" for k in range(8) for kind, amount in kinds
    )
    proposal = drafted(tmp_path, "a.csv", text)
    assert worth(proposal) == (32, Decimal(1440))
    assert (
        "Installation fee, Service fee, Tax in Line Type may be taxes or fees beside the price of "
        "a sale; 24 such rows count as sales: leave them out with where, if they are none"
        in proposal.to_yaml()
    )


# -- words of headings -----------------------------------------------------------------------------


@pytest.mark.parametrize("before", ["Budget - ", "Plan: ", "Last Year - ", "Purchase - "])
def test_words_before_every_heading_that_say_what_amounts_are_stay(before, tmp_path) -> None:
    head = ",".join(before + name for name in ("Date", "Region", "Amount"))
    proposal = drafted(tmp_path, "a.csv", lines(head, lambda i: f"{day(i)},N,10"))
    assert "sales.revenue" in proposal.required


@pytest.mark.parametrize("heading", ["业务收入金额", "购入金额", "購入金額", "収入金額"])
def test_money_earned_or_spent_is_no_money_paid_out(heading, tmp_path) -> None:
    text = lines(f"订单号,日期,地区,{heading},成本", lambda i: f"{i},{day(i)},华东,10.5,7")
    proposal = drafted(tmp_path, "a.csv", text)
    assert worth(proposal) == (24, Decimal(252))
    assert "扣费后" not in proposal.explain("zh")


def test_what_is_paid_out_is_one_line_away(tmp_path) -> None:
    text = lines("订单号,日期,地区,当期入账金额", lambda i: f"{i},{day(i)},华东,10.5")
    proposal = drafted(tmp_path, "a.csv", text)
    assert proposal.required == ["sales.revenue"]
    assert '#   revenue: "当期入账金额"  # for ' in proposal.to_yaml()


RETURNS = "Ngày hạch toán,Số chứng từ,Tên khách hàng,Doanh số bán,Giá trị trả lại{}\n"


@pytest.mark.parametrize(
    ("net", "total", "told"), [("", 2400, True), (",Doanh thu thuần", 2200, False)]
)
def test_returns_in_vietnamese_are_in_the_net_amount_or_named(net, total, told, tmp_path) -> None:
    text = RETURNS.format(net) + "".join(
        f"{day(i)},B{i},K{i % 3},100,{50 * (i % 6 == 0)}{f',{100 - 50 * (i % 6 == 0)}' if net else ''}\n"
        for i in range(24)
    )
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    proposal = propose(path, counts=False)
    assert worth(proposal) == (24, Decimal(total))
    said = "what was paid back stands in Giá trị trả lại and is not taken off"
    assert (said in proposal.to_yaml()) is told
