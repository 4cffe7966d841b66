"""Exports of bookkeeping programs: sides of a book, and names of groups on lines of their own."""

from decimal import Decimal

import openpyxl
import pytest
from drafttools import drafted, worth

import salesanalysis as sa
from salesanalysis.data.propose.front import propose

REGISTER = "Date,Party,Voucher No,Amount\n15-04-2024,A,1,100.00 Cr\n16-04-2024,B,2,30.50 Dr\n"
GROUPS = (
    ("Sales by Customer Detail",),
    ("January - March 2024",),
    (),
    ("", "Date", "Num", "Product/Service", "Qty", "Amount"),
    ("Amy's Birds",),
    ("", "01/13/2024", "1001", "Design", 1, "10.00"),
    ("", "01/14/2024", "1002", "Lamp", 1, "20.50"),
    ("Total for Amy's Birds", "", "", "", "", "30.50"),
    ("Cool Cars",),
    ("", "02/15/2024", "1003", "Design", 2, "5.00"),
    ("Total for Cool Cars", "", "", "", "", "5.00"),
    ("TOTAL", "", "", "", "", "35.50"),
)


def sheet(folder, rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append([cell or None for cell in row])
    book.save(folder / "report.xlsx")
    return folder / "report.xlsx"


def test_sides_behind_amounts_are_offered_both_ways(tmp_path) -> None:
    proposal = drafted(tmp_path, "register.csv", REGISTER)
    assert not proposal.loads
    offered = [x.strip() for x in proposal.to_yaml().splitlines() if "minus:" in x]
    assert offered[1:] == [
        '#   revenue: {column: "Amount", minus: ["Dr"], plus: ["Cr"]}  # for - Dr',
        '#   revenue: {column: "Amount", minus: ["Cr"], plus: ["Dr"]}  # for - Cr',
    ]
    text = proposal.to_yaml().replace('revenue: "Amount"', offered[1].removeprefix("#   "))
    (tmp_path / "mapping.yaml").write_text(text, encoding="utf-8")
    assert sa.load(tmp_path).frame("sales")["revenue"].sum() == 69.5


def test_one_filled_side_of_a_register_is_the_amount_and_said(tmp_path) -> None:
    text = "Date,Particulars,Voucher No.,Debit,Credit\n15-Apr-24,A,1,100,\n16-Apr-24,B,2,30.5,\n"
    proposal = drafted(tmp_path, "register.csv", text)
    assert worth(proposal) == (2, Decimal("130.5"))
    assert (
        "no amount was found but Debit, and Credit is empty in the rows seen" in proposal.to_yaml()
    )


def test_what_stands_on_the_other_side_below_the_rows_seen_is_taken_off(tmp_path) -> None:
    rows = "".join(
        f"15-Apr-24,A,{i},{'0.00' if i == 5999 else 10},{7 if i == 5999 else '0.00'}\n"
        for i in range(6000)
    )
    text = "Date,Particulars,Voucher No.,Debit,Credit\n" + rows
    assert worth(drafted(tmp_path, "register.csv", text)) == (6000, Decimal("59983"))


def test_both_sides_of_a_ledger_stay_a_difference(tmp_path) -> None:
    text = "Date,Particulars,Voucher No.,Debit,Credit\n15-Apr-24,A,1,,100\n16-Apr-24,B,2,30.5,\n"
    assert worth(drafted(tmp_path, "ledger.csv", text)) == (2, Decimal("69.5"))


def test_names_of_groups_on_lines_of_their_own_belong_to_the_lines_below(tmp_path) -> None:
    path = sheet(tmp_path, GROUPS)
    proposal = propose(path, counts=False)
    assert worth(proposal) == (3, Decimal("35.5"))
    assert 'fill_down: ["column 1"]' in proposal.to_yaml()
    (tmp_path / "mapping.yaml").write_text(proposal.to_yaml(), encoding="utf-8")
    lines = sa.load(tmp_path).frame("sales").sort_values("order_id")
    assert lines["customer"].tolist() == ["Amy's Birds", "Amy's Birds", "Cool Cars"]


def test_names_nobody_explains_are_left_to_the_reader(tmp_path) -> None:
    proposal = propose(sheet(tmp_path, [("Sales Detail",), *GROUPS[1:]]), counts=False)
    assert worth(proposal) == (3, Decimal("35.5"))
    assert "groups such as Amy's Birds are named in column 1: write it behind" in proposal.to_yaml()


def test_groups_within_groups_are_not_filled_down(tmp_path) -> None:
    rows = [*GROUPS[:4], ("West",), *GROUPS[4:]]
    proposal = propose(sheet(tmp_path, rows), counts=False)
    assert worth(proposal) == (3, Decimal("35.5"))
    assert "fill_down" not in proposal.to_yaml()
    assert "names of groups within groups" in proposal.to_yaml()


@pytest.mark.parametrize(
    "row",
    [
        # an amount below a name that no group has; a sale without a day; a name beside a day
        ("Discounts", "", "", "", "", "-4.00"),
        ("", "", "1009", "Lamp", 1, "7.00"),
        ("Cool Cars", "02/16/2024", "1009", "Lamp", 1, "7.00"),
    ],
)
def test_a_row_of_another_kind_is_never_left_out_as_a_heading(row, tmp_path) -> None:
    proposal = propose(sheet(tmp_path, [*GROUPS[:10], row, *GROUPS[10:]]), counts=False)
    text = proposal.to_yaml()
    assert "names of groups" not in text
    assert not proposal.loads or worth(proposal)[0] == 4


def test_a_line_below_a_sum_never_takes_the_word_for_the_sum_as_its_group(tmp_path) -> None:
    loose = ("", "03/01/2024", "1004", "Lamp", 1, "7.00")
    proposal = propose(sheet(tmp_path, [*GROUPS[:-1], loose, GROUPS[-1]]), counts=False)
    assert "fill_down" not in proposal.to_yaml()


def test_what_a_state_may_be_is_said(tmp_path) -> None:
    text = "Order,Order Date,State,Amount\n1,2024-01-13,picked,10\n2,2024-02-14,on the way,20.5\n"
    assert (
        "State is taken for a place, with values such as picked, on the way; where it says what "
        "became of an order, map it as status and region as another"
    ) in drafted(tmp_path, "a.csv", text).to_yaml()


def test_names_of_the_program_above_those_of_its_people_are_passed_over(tmp_path) -> None:
    text = (
        "FBillNo,FDate,FCustId.FName,FAmount\n单据编号,日期,客户,金额\n"
        "X1,2024-01-13,甲,10\nX2,2024-02-14,乙,20.5\n"
    )
    proposal = drafted(tmp_path, "出库单.csv", text)
    assert worth(proposal) == (2, Decimal("30.5"))
    assert "    header: 2\n" in proposal.to_yaml()
    assert (proposal.found()["date"], proposal.found()["customer"]) == ("日期", "客户")


def test_two_rows_of_names_that_are_both_known_are_read_below_the_second(tmp_path) -> None:
    text = (
        "order_no,order_date,amount,customer\n订单号,订单日期,金额,客户\n"
        "X1,2024-01-13,10,甲\nX2,2024-02-14,20.5,乙\n"
    )
    assert worth(drafted(tmp_path, "a.csv", text)) == (2, Decimal("30.5"))


@pytest.mark.parametrize(
    ("first", "header"),
    [
        # units, names that say less, a line: the header stays the first row
        ("text,day,name,EUR", "Order,Order Date,Customer,Amount"),
        ("FBillNo,FDate,FCust,FAmount", "单据编号,日期,客户,金额"),
        ("X0,2024-01-12,丙,5", "单据编号,日期,客户,金额"),
    ],
)
def test_a_first_row_that_says_less_is_no_header(first, header, tmp_path) -> None:
    text = f"{header}\n{first}\nX1,2024-01-13,A,10\nX2,2024-02-14,B,20.5\n"
    proposal = drafted(tmp_path, "a.csv", text)
    assert "header: 2" not in proposal.to_yaml()
    assert not proposal.loads or worth(proposal) == (3, Decimal("35.5"))
