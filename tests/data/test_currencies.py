"""One list of currencies: read beside digits and behind headings, never out of a word."""

from pathlib import Path

import pytest
from babel.core import get_global
from babel.numbers import list_currencies

import salesanalysis as sa
from salesanalysis.data.currencies import CODES, COMMON, LABELS, WORDS
from salesanalysis.data.propose import propose
from salesanalysis.data.values.shapes import Shape
from salesanalysis.data.words.headings import currency_of, heading
from salesanalysis.errors import ContractError

LINES = "Order,Date,Area,Product,{heading}\n1,2024-01-05,East,TOP 10,{a}\n2,2024-01-06,West,TOP 20,{b}\n"
MAPPING = """name: shop
tables:
  sales:
    file: lines.csv
    columns: {order_id: Order, date: Date, region: Area, revenue: Amount}
"""


def written(folder: Path, a: str, b: str, heading: str = "Amount") -> Path:
    path = folder / "lines.csv"
    path.write_text(LINES.format(heading=heading, a=f'"{a}"', b=f'"{b}"'), "utf-8")
    return path


@pytest.mark.parametrize(
    ("code", "cell"),
    [("THB", "{code} {n}"), ("VND", "{n} {code}"), ("ZAR", "({code} {n})"), ("COP", "{n}{code}")],
)
def test_a_code_beside_the_digits_is_the_currency_of_the_amount(
    tmp_path: Path, code: str, cell: str
) -> None:
    texts = [cell.format(code=code, n=n) for n in ("1,250.50", "300.25")]
    path = written(tmp_path, *texts)
    (tmp_path / "shop.yaml").write_text(MAPPING + f"currency: {code}\n", "utf-8")
    sign = -1 if "(" in cell else 1
    data = sa.load(path, tmp_path / "shop.yaml")
    assert data.frame("sales")["revenue"].tolist() == [sign * 1250.5, sign * 300.25]
    assert propose(path).currency == code


def test_every_code_a_column_names_is_also_read_beside_digits_unless_it_is_a_label() -> None:
    read = {c for c in CODES if Shape(f"{c} 9,999.99", 1, "").currency == c}
    assert read == CODES - LABELS
    assert {c for c in CODES if currency_of(c) == c} == CODES
    assert {c for c in CODES if heading(f"Amount ({c})").currency == c} == CODES - WORDS


@pytest.mark.parametrize("cell", ["TOP 10", "5 lak"])
def test_a_label_with_a_number_is_no_amount(tmp_path: Path, cell: str) -> None:
    path = written(tmp_path, cell, "7.00")
    (tmp_path / "shop.yaml").write_text(MAPPING, "utf-8")
    with pytest.raises(ContractError) as caught:
        sa.load(path, tmp_path / "shop.yaml")
    assert str(caught.value) == (
        f"1 value of lines.csv cannot be used for sales; first: row 1, 'Amount' is '{cell}', but "
        "must be a number, not empty.\n"
        "  where: lines.csv, rows 1 (1 is the first below the header), column 'Amount' (our "
        "revenue); see .rows\n"
        "  fix:   mend these cells, or map another column"
    )


@pytest.mark.parametrize(
    "name",
    [
        "Net Sales ALL", "Net Sales (all)", "Sales TOP", "Sales TOP 10", "Qty CUP", "Sales Pen",
        "Order MOP", "Sales Cop", "Sales Bam", "Sales Lak", "Qty SHP", "Sales Wang", "Sales Bob",
        "Umsatz MwSt", "Umsatz inkl. MwSt", "Umsatz (MwSt)", "Sales Kern", "Hair Gel", "Order SOS",
    ],
)  # fmt: skip
def test_a_word_behind_a_heading_is_no_currency(name: str) -> None:
    found = heading(name)
    assert (found.unit, found.currency, found.said) == ("", "", False)


def test_units_stand_beside_codes() -> None:
    said = {
        n: (heading(n).unit, heading(n).currency)
        for n in ("Net (kZAR)", "Net (k KES)", "N (m RON)")
    }
    assert said == {
        "Net (kZAR)": ("thousands", "ZAR"),
        "Net (k KES)": ("thousands", "KES"),
        "N (m RON)": ("millions", "RON"),
    }


def test_a_draft_of_labels_and_plain_amounts_names_no_currency(tmp_path: Path) -> None:
    draft = propose(written(tmp_path, "12.50", "7.00", heading="Net Sales ALL"))
    assert draft.found()["product"] == "Product"
    assert draft.found()["revenue"] == "Net Sales ALL"
    assert "no currency is declared; shown as CNY" in draft.explain()


def test_the_list_is_that_of_the_unicode_locale_data() -> None:
    spans = get_global("territory_currencies").values()
    paid = {code for span in spans for code, _, until, tender in span if tender and until is None}
    assert paid <= CODES
    assert CODES - list_currencies() == set()
    assert CODES - paid <= {"ANG", "BGN", "XCG", "ZWG"}  # replaced, or newer than older tables
    assert COMMON < CODES
    assert WORDS < CODES
    assert LABELS < WORDS
