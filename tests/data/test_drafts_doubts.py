"""What a draft leaves open or names: amounts in cents, unsigned papers, voids, won deals, rivals."""

from decimal import Decimal

import openpyxl
import pytest
from drafttools import drafted

import salesanalysis as sa
from salesanalysis.data.propose.front import propose

LINES = [(f"2024-01-{day:02d}", f"C{day % 3}", 100 * day + 0.25) for day in range(2, 14)]


def table(head: str, *cells) -> str:
    """Write a file of the lines with more cells behind: each a function of place and amount."""
    rows = [
        ",".join([day, who, *(str(cell(i, amount)) for cell in cells)])
        for i, (day, who, amount) in enumerate(LINES)
    ]
    return "\n".join([head, *rows]) + "\n"


def total(keep=lambda i: True) -> Decimal:
    return sum((Decimal(str(x[2])) for i, x in enumerate(LINES) if keep(i)), Decimal(0))


def said(proposal, word: str) -> list[str]:
    return [x for x in proposal.explain().splitlines() if word in x]


def offered(proposal, word: str) -> str:
    """Return the line of a draft that is a comment and has a word, as it stands."""
    lines = [x for x in proposal.to_yaml().splitlines() if word in x and x.strip().startswith("#")]
    return next(x for x in lines if "revenue:" in x or "date:" in x)


def answered(folder, name: str, proposal, line: str) -> Decimal:
    """Take the line of a comment, as it is, and load."""
    entry = line.split("#", 1)[1].strip()
    text = proposal.to_yaml().replace(line, f"      {entry}", 1)
    (folder / "answer.yaml").write_text(text, encoding="utf-8")
    return worth(sa.load(folder / name, mapping=folder / "answer.yaml"))


def worth(data) -> Decimal:
    """Sum the lines of a dataset."""
    return sum((Decimal(str(v)) for v in data.frame("sales")["revenue"]), Decimal(0))


def amount(i, x):
    return x


def test_an_amount_in_cents_beside_its_hundredth_is_left_open_and_either_line_loads(
    tmp_path,
) -> None:
    text = table(
        "date_created,lead_name,value,value_formatted",
        lambda i, x: round(x * 100),
        lambda i, x: f"{x:.2f}",
    )
    proposal = drafted(tmp_path, "close.csv", text)
    assert proposal.required == ["sales.revenue"]
    line = offered(proposal, 'revenue: "value_formatted"')
    assert answered(tmp_path, "close.csv", proposal, line) == total()


@pytest.mark.parametrize(
    "head",
    ["value,commission", "value,price", "value_cents,tax", "value,weight", "value,share"],
)
def test_whole_amounts_beside_figures_of_another_kind_are_taken(tmp_path, head: str) -> None:
    text = table(f"date,customer,{head}", lambda i, x: round(x), lambda i, x: f"{7 + i}.25")
    assert drafted(tmp_path, "a.csv", text).loads


def test_of_two_amounts_that_no_heading_explains_neither_is_guessed(tmp_path) -> None:
    text = table("Dato,Kunde,Beløp inkl. mva,Beløp eks. mva", lambda i, x: x * 1.25, amount)
    proposal = drafted(tmp_path, "no.csv", text)
    assert proposal.required == ["sales.revenue"]
    assert said(proposal, "no heading says") == [
        "Revenue: no heading says which amount is that of a line: "
        "Beløp inkl. mva, Beløp eks. mva; take one of the lines below"
    ]
    line = offered(proposal, 'revenue: "Beløp eks. mva"')
    assert answered(tmp_path, "no.csv", proposal, line) == total()


def test_one_amount_that_no_heading_explains_is_taken_beside_a_small_one(tmp_path) -> None:
    text = table("Dato,Kunde,Beløp,Porto", amount, lambda i, x: 4.5)
    proposal = drafted(tmp_path, "no.csv", text)
    assert proposal.loads
    assert proposal.trial["amount"] == float(total())


def test_sizes_are_compared_with_commas_for_decimals_read_as_such(tmp_path) -> None:
    def euro(x: float) -> str:
        return f"R$ {x:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")

    rows = [f"{d};{c};{euro(x * 10)};{euro(x / 10)}" for d, c, x in LINES]
    text = "\n".join(["Data;Cliente;Valor dos Produtos;Valor do Seguro", *rows]) + "\n"
    proposal = drafted(tmp_path, "nfe.csv", text)
    assert 'revenue: "Valor dos Produtos"' in proposal.to_yaml()


def test_quantity_times_price_is_left_open_beside_an_amount_after_a_discount(tmp_path) -> None:
    text = table(
        "Datum,Klant,Aantal,Prijs,Regelbedrag",
        lambda i, x: 1,
        amount,
        lambda i, x: x if i % 4 else x - 50,
    )
    proposal = drafted(tmp_path, "nl.csv", text)
    assert proposal.required == ["sales.revenue"]
    line = offered(proposal, 'revenue: "Regelbedrag"')
    assert answered(tmp_path, "nl.csv", proposal, line) == total() - 150


def test_a_recommended_price_beside_the_price_of_a_line_is_no_amount(tmp_path) -> None:
    text = table(
        "Date,Item,Quantity,Price,RRP",
        lambda i, x: 3 if i % 3 == 0 else 1,
        amount,
        amount,
    )
    proposal = drafted(tmp_path, "shop.csv", text)
    pieces = total() + 2 * total(lambda i: i % 3 == 0)
    assert proposal.loads
    assert proposal.trial["amount"] == float(pieces)


@pytest.mark.parametrize("head", ["VBTYP", "FKART", "Document type", "Fatura Türü", "Вид операции"])
def test_kinds_of_documents_without_a_minus_are_named_and_the_line_to_take_is_offered(
    tmp_path, head: str
) -> None:
    text = table(f"date,customer,{head},amount", lambda i, x: "ZZ" if i in (2, 5) else "AA", amount)
    proposal = drafted(tmp_path, "sap.csv", text)
    assert len(said(proposal, "names kinds of documents, AA (10), ZZ (2)")) == 1
    taken = answered(tmp_path, "sap.csv", Cut(proposal), offered(proposal, "negative_where"))
    assert taken == total() - 2 * total(lambda i: i in (2, 5))


class Cut:
    """A draft whose own line for the amount is left out, so that another can be taken."""

    def __init__(self, proposal) -> None:
        lines = proposal.to_yaml().splitlines(keepends=True)
        self.text = "".join(x for x in lines if not x.startswith("      revenue:"))

    def to_yaml(self) -> str:
        return self.text


@pytest.mark.parametrize(
    "head",
    ["type", "customer type", "order type", "product type", "price type", "art", "tipo", "class"],
)
def test_other_kinds_are_no_documents(tmp_path, head: str) -> None:
    text = table(f"date,customer,{head},amount", lambda i, x: "AA" if i % 2 else "BB", amount)
    assert not said(drafted(tmp_path, "a.csv", text), "kinds of documents")


def test_kinds_of_documents_beside_a_minus_are_not_asked_about(tmp_path) -> None:
    text = table("date,customer,FKART,amount", lambda i, x: "RE" if i == 3 else "F2",
                 lambda i, x: -x if i == 3 else x)  # fmt: skip
    assert not said(drafted(tmp_path, "a.csv", text), "kinds of documents")


@pytest.mark.parametrize(
    ("head", "yes", "no"),
    [("Void?", "true", "false"), ("Storniert", "Wahr", "Falsch"), ("IS_DELETED", "Y", "N"),
     ("BillingDocumentIsCancelled", "X", ""), ("Void", "Yes", "No")],
)  # fmt: skip
def test_rows_marked_void_are_named_and_the_entry_of_the_remark_leaves_them_out(
    tmp_path, head: str, yes: str, no: str
) -> None:
    text = table(f"date,customer,{head},amount", lambda i, x: yes if i in (1, 4) else no, amount)
    proposal = drafted(tmp_path, "a.csv", text)
    entry = f'"{head}": {{not: ["{yes}"]}}'
    assert len(said(proposal, f"2 rows marked in {head} count as sales")) == 1
    assert said(proposal, f"add {entry} to where: beside file:")
    draft = proposal.to_yaml()
    assert draft.count("    columns:\n") == 1
    text = draft.replace("    columns:\n", f"    where: {{{entry}}}\n    columns:\n")
    (tmp_path / "answer.yaml").write_text(text, encoding="utf-8")
    data = sa.load(tmp_path / "a.csv", mapping=tmp_path / "answer.yaml")
    assert worth(data) == total(lambda i: i not in (1, 4))


@pytest.mark.parametrize(
    ("head", "cell"),
    [("Paid", "Yes"), ("Cancelable", "Yes"), ("Avoided", "Yes"), ("Void", "No"),
     ("Cancelled by", "Ann"), ("Void", "Yes"), ("Delivered", "true"), ("Cancel policy", "Yes")],
)  # fmt: skip
def test_marks_of_another_kind_or_on_every_row_or_none_are_not_named(tmp_path, head, cell) -> None:
    always = head == "Void"
    text = table(
        f"date,customer,{head},amount", lambda i, x: cell if always or i % 2 else "No", amount
    )
    assert not said(drafted(tmp_path, "a.csv", text), "marked in")


def test_payments_among_the_invoices_they_pay_are_named(tmp_path) -> None:
    text = table(
        "Date,Customer,Type,Amount",
        lambda i, x: "Payment" if i % 3 == 0 else "Invoice",
        lambda i, x: -x if i % 3 == 0 else x,
    )
    assert said(drafted(tmp_path, "a.csv", text), "Payment in Type may be money moved")


def test_won_deals_are_kept_by_any_column_of_their_fate_and_their_day_is_left_open(
    tmp_path,
) -> None:
    text = table(
        "date_created,lead_name,status_type,date_won,amount",
        lambda i, x: "won" if i % 2 else "lost",
        lambda i, x: f"2024-03-{i + 1:02d}" if i % 2 else "",
        amount,
    )
    proposal = drafted(tmp_path, "a.csv", text)
    assert proposal.required == ["sales.date"]
    line = offered(proposal, 'date: "date_won"')
    assert answered(tmp_path, "a.csv", proposal, line) == total(lambda i: i % 2)


def test_amounts_in_one_currency_beside_those_in_several_are_offered(tmp_path) -> None:
    text = table(
        "date,customer,currency,amount,base_amount",
        lambda i, x: ("USD", "EUR")[i % 2],
        amount,
        lambda i, x: f"{x * (1, 1.1)[i % 2]:.3f}",
    )
    proposal = drafted(tmp_path, "a.csv", text)
    assert said(proposal, "base_amount seems to hold the same amounts in one currency")
    assert offered(proposal, 'revenue: "base_amount"')


@pytest.mark.parametrize("rate", [(1, 1), (0.5, 0.5), (0.9, 1.4)])
def test_a_cost_beside_amounts_in_several_currencies_is_no_conversion(tmp_path, rate) -> None:
    text = table(
        "date,customer,currency,amount,spent",
        lambda i, x: ("USD", "EUR")[i % 2],
        amount,
        lambda i, x: f"{x * rate[i % 2]:.3f}",
    )
    assert not said(drafted(tmp_path, "a.csv", text), "in one currency:")


def workbook(folder, second: str, sign: int):
    book = openpyxl.Workbook()
    book.active.title = "Sales"
    sheets = (book.active, book.create_sheet(second))
    for sheet, part in zip(sheets, (LINES[:8], LINES[8:]), strict=True):
        sheet.append(["Date", "Order no", "Customer", "Amount"])
        for day, who, x in part:
            sheet.append([day, f"{who}-{day}", who, x if sheet is sheets[0] else sign * x])
    book.save(folder / "q1.xlsx")
    return propose(folder / "q1.xlsx")


def test_a_sheet_of_returns_without_a_minus_is_not_added_to_the_sales(tmp_path) -> None:
    proposal = workbook(tmp_path, "Returns", 1)
    assert proposal.required == ["sales.revenue"]
    assert said(proposal, "Returns is called returns, but Amount has no minus")


@pytest.mark.parametrize(
    ("second", "sign"), [("Returns", -1), ("More", 1), ("Returning clients", 1)]
)
def test_a_sheet_of_returns_with_a_minus_and_one_of_another_name_load(
    tmp_path, second: str, sign: int
) -> None:
    proposal = workbook(tmp_path, second, sign)
    assert proposal.loads
    assert proposal.trial["amount"] == float(
        total(lambda i: i < 8) + sign * total(lambda i: i >= 8)
    )


def test_orders_placed_with_suppliers_are_named(tmp_path) -> None:
    text = table("PO Date,Vendor,PO Number,Line Total", lambda i, x: f"PO{i}", amount)
    assert said(drafted(tmp_path, "a.csv", text), "may be purchases and no sales")


@pytest.mark.parametrize("head", ["Order Number,Vendor", "PO Number,Customer", "Vendor,Order id"])
def test_a_supplier_or_a_customers_order_number_alone_is_no_purchase(tmp_path, head: str) -> None:
    text = table(f"Date,Name,{head},Total", lambda i, x: f"N{i}", lambda i, x: f"V{i % 3}", amount)
    assert not said(drafted(tmp_path, "a.csv", text), "purchases and no sales")


def test_groups_above_their_lines_are_read_where_a_footer_stands_below_as_well(tmp_path) -> None:
    rows = ["Sales by Customer Detail", "", ",Date,Num,Product,Amount"]
    for group in range(3):
        part = LINES[group * 4 : group * 4 + 4]
        rows += [f"Cust {group},,,,"]
        rows += [f",{day},{group}{day[-2:]},Lamp,{x}" for day, _, x in part]
        rows += [f"Total for Cust {group},,,,{sum(x for _, _, x in part)}"]
    rows += [f"TOTAL,,,,{float(total())}", "", "Thursday 4 April 2024 - Accrual basis"]
    proposal = drafted(tmp_path, "qbo.csv", "\n".join(rows) + "\n")
    assert proposal.loads
    assert proposal.trial["amount"] == float(total())


def test_no_order_of_columns_decides_between_two_names_equally_like_an_amount(tmp_path) -> None:
    heads = ("Value A", "Value B")
    for n, names in enumerate((heads, heads[::-1])):
        lines = [f"{i},2024-01-{i:02},East,{100 + i}.25,{90 + 2 * i}.50" for i in range(1, 13)]
        text = "\n".join([f"Order,Day,Area,{','.join(names)}", *lines]) + "\n"
        proposal = drafted(tmp_path, f"a{n}.csv", text)
        assert not proposal.loads
        assert all(f'revenue: "{name}"' in proposal.to_yaml() for name in heads)
