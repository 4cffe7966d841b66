"""Exports in which an amount could count several times, or with the other sign: never unasked."""

from decimal import Decimal

import pytest
from drafttools import drafted, worth
from shoptools import refused

import salesanalysis as sa
from salesanalysis import cli

CONTRACTS = "Contract No,Instalment,Date,Contract Amount\n" + "".join(
    f"C{k},{part},2024-0{part}-1{k},{k}00.50\n" for k in (1, 2, 3) for part in (1, 2, 3)
)
PAYPAL = (
    "Datum;Typ;Währung;Brutto;Gebühr;Netto;Auswirkung auf Guthaben\n"
    "05.01.2024;Zahlung;EUR;100,00;-1,00;99,00;Gutschrift\n"
    "15.01.2024;Zahlung;EUR;50,00;-1,00;49,00;Gutschrift\n"
    "20.01.2024;Rückzahlung;EUR;-30,00;0,00;-30,00;Soll\n"
    "25.02.2024;Allgemeine Abbuchung;EUR;-80,00;0,00;-80,00;Soll\n"
)
SETTLED = (
    "settlement-id\ttotal-amount\tcurrency\torder-id\tamount-type\tamount-description\tamount"
    "\tdeposit-date\tposted-date\n"
    "17\t20.10\tUSD\t\t\t\t\t2024-03-02\t\n"
) + "".join(
    f"17\t\t\t113-{k}\t{kind}\t{name}\t{amount}\t\t2024-01-1{k}\n"
    for k in (3, 4)
    for kind, name, amount in (
        ("ItemPrice", "Principal", "10.55"),
        ("ItemPrice", "Tax", "0.80"),
        ("ItemFees", "Commission", "-1.30"),
    )
)
BOOKED = (
    "Beleg;Belegdatum;Gebiet;{};Betrag\n1;15.01.2024;Nord;{};100,00\n2;16.02.2024;Nord;{};30,00\n"
)


def accepted(text: str, ours: str, n: int = 0) -> str:
    """The draft with the n-th line that is only a comment for one of our columns taken."""
    lines = text.splitlines()
    found = [i for i, x in enumerate(lines) if x.strip(" #").startswith(f"{ours}: ")]
    lines[found[n]] = "      " + lines[found[n]].strip(" #")
    return "\n".join(lines)


def test_an_amount_that_may_be_of_the_whole_contract_is_asked_for(tmp_path) -> None:
    proposal = drafted(tmp_path, "a.csv", CONTRACTS)
    assert (proposal.loads, proposal.required) == (False, ["sales.revenue"])
    (tmp_path / "m.yaml").write_text(proposal.to_yaml(), "utf-8")
    assert refused(tmp_path / "a.csv", tmp_path / "m.yaml").what == (
        "The mapping gives sales no 'revenue'."
    )
    assert (
        "which would count once a line. Decide: where each line has it, take the line above as it "
        "is; where it is that of the order, take it and write duplicates: {action: drop, ignore: "
        "[date]} under cleaning" in proposal.to_yaml()
    )


@pytest.mark.parametrize(
    ("rule", "total"), [("flag", 1804.5), ("{action: drop, ignore: [date]}", 601.5)]
)
def test_both_answers_about_such_an_amount_load_what_they_say(rule, total, tmp_path) -> None:
    text = accepted(drafted(tmp_path, "a.csv", CONTRACTS).to_yaml(), "revenue")
    (tmp_path / "m.yaml").write_text(
        text.replace("duplicates: flag", f"duplicates: {rule}"), "utf-8"
    )
    data = sa.load(tmp_path / "a.csv", tmp_path / "m.yaml")
    assert data.frame("sales")["revenue"].sum() == pytest.approx(total)


def test_one_line_an_order_is_kept_also_where_a_column_differs_far_down_only(tmp_path) -> None:
    lines = [
        f"{i},2024-01-{1 + i % 28:02d},{'Al' if i > 1050 and k else 'Bo'},5,item {k},{100 + i}.00"
        for i in range(1100)
        for k in (0, 1)
    ]
    head = "Order,Date,Rep,Qty,Item,Total"
    text = drafted(tmp_path, "a.csv", "\n".join([head, *lines]) + "\n").to_yaml()
    # the number of pieces is that of an item, though all lines of this file say the same
    rule = "duplicates: {action: drop, ignore: [date, salesperson, product, quantity]}"
    assert f"take it and write {rule} under cleaning" in text
    taken = accepted(text, "revenue").replace("duplicates: flag", rule)
    (tmp_path / "m.yaml").write_text(taken, "utf-8")
    kept = sa.load(tmp_path / "a.csv", tmp_path / "m.yaml").frame("sales")
    assert (len(kept), kept["revenue"].sum()) == (1100, sum(100 + i for i in range(1100)))


@pytest.mark.parametrize("other", ["Soll", "Memo"])
def test_money_that_came_in_is_no_credit_note_beside_money_that_went_out(other, tmp_path) -> None:
    text = PAYPAL.replace("-30,00;Soll", f"-30,00;{other}")
    proposal = drafted(tmp_path, "Download.CSV", text)
    assert worth(proposal) == (3, Decimal("120"))
    assert "negative_where" not in proposal.to_yaml()
    assert "is_return" not in proposal.found()


def test_one_correction_with_a_minus_leaves_credit_notes_below_zero(tmp_path) -> None:
    rows = "".join(f"{i},2024-01-1{i},Invoice,{'-' * (i == 4)}10\n" for i in range(1, 6))
    text = "No,Date,Type,Net\n" + rows + "7,2024-01-17,Credit Note,3\n8,2024-01-18,Credit Note,2\n"
    assert worth(drafted(tmp_path, "a.csv", text)) == (7, Decimal("25"))


def test_the_price_alone_is_the_sale_where_taxes_and_fees_have_rows_of_their_own(tmp_path) -> None:
    proposal = drafted(tmp_path, "settlement.txt", SETTLED)
    assert worth(proposal) == (2, Decimal("21.1"))
    assert (
        "only rows whose amount-description is Principal are sales, so the price before fees; other "
        "rows: 4; they are left out by where" in proposal.to_yaml()
    )
    assert proposal.found()["date"] == "posted-date"


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("Product", ("Principal", "Commission plan", "Shipping box", "Tax software")),
        ("Note", ("Principal", "Commission plan", "Shipping box", "Tax software")),
        ("Position", ("Principal", "Teacher", "Bursar", "Head")),
    ],
)
def test_names_that_sound_like_parts_of_a_price_leave_no_sale_out(column, values, tmp_path) -> None:
    rows = "".join(f"{i},2024-01-1{i},{values[i % 4]},10\n" for i in range(8))
    text = f"Order,Date,{column},Net\n{rows}"
    assert worth(drafted(tmp_path, "a.csv", text)) == (8, Decimal("80"))


def test_a_side_of_a_book_beside_amounts_without_a_sign_is_decided_by_hand(tmp_path) -> None:
    text = BOOKED.format("Soll/Haben-Kennzeichen", "S", "H")
    proposal = drafted(tmp_path, "a.csv", text)
    assert (proposal.loads, proposal.required) == (False, ["sales.revenue"])
    for line, total in ((0, 130), (1, 70), (2, -70)):
        (tmp_path / "m.yaml").write_text(accepted(proposal.to_yaml(), "revenue", line), "utf-8")
        data = sa.load(tmp_path / "a.csv", tmp_path / "m.yaml")
        assert data.frame("sales")["revenue"].sum() == total


@pytest.mark.parametrize(
    ("column", "values"),
    [("Größe", "SH"), ("Schicht", "DC"), ("Card", ("Debit", "Credit")), ("Zahlung", "CD")],
)
def test_letters_that_are_no_side_of_a_book_ask_nothing(column, values, tmp_path) -> None:
    proposal = drafted(tmp_path, "a.csv", BOOKED.format(column, *values))
    assert worth(proposal) == (2, Decimal("130"))


@pytest.mark.parametrize("column", ["计划内销售额", "Target Group Sales"])
def test_sales_that_are_called_like_a_plan_are_one_line_away(column, tmp_path) -> None:
    text = f"Order,Date,{column}\n1,2024-01-15,10.5\n2,2024-02-16,20\n"
    proposal = drafted(tmp_path, "a.csv", text)
    assert proposal.required == ["sales.revenue"]
    assert (
        "where one holds the sales of each line all the same, such as sales to a target group or "
        "within a plan, take a line below" in proposal.to_yaml()
    )
    (tmp_path / "m.yaml").write_text(accepted(proposal.to_yaml(), "revenue", 1), "utf-8")
    assert sa.load(tmp_path / "a.csv", tmp_path / "m.yaml").frame("sales")["revenue"].sum() == 30.5


@pytest.mark.parametrize(("lang", "asked"), [("en", "under cleaning, which"), ("zh", "须由您决定")])
def test_the_command_asks_in_both_languages(tmp_path, capsys, lang, asked) -> None:
    rows = "1,A,100\n1,B,100\n2,A,50\n2,C,50\n3,A,70\n3,D,70\n".splitlines()
    lines = [f"{r[0]},2024-01-0{r[0]},N{r[1:]}" for r in rows]
    file = tmp_path / "inst.csv"
    file.write_text("\n".join(["Order,Date,Region,Item,Amount", *lines]) + "\n", encoding="utf-8")
    cli.main(["map", str(file), "--out", str(tmp_path / "m.yaml"), "--lang", lang])
    said = capsys.readouterr().out
    assert asked in said
    assert "duplicates: {action: drop, ignore: [date, product]}" in said
