"""No amount is shown in a currency nobody declared without a word, and none is added to another."""

from pathlib import Path

import pytest

import salesanalysis as sa
from salesanalysis import cli
from salesanalysis.data.propose import propose
from salesanalysis.data.words.headings import currency_of, unit_of

TWO = (
    "Beleg;Datum;Gebiet;Kunde;Umsatz;{}\n"
    "1;2024-01-01;Nord;K1;10,50;EUR\n2;2024-01-02;Nord;K2;20,50;USD\n3;2024-01-03;Süd;K0;30,50;EUR\n"
)
MAPPING = """name: shop
tables:
  sales:
    file: lines.csv
    columns: {order_id: Order, date: Day, region: Area, revenue: %s}
"""


@pytest.fixture
def written(tmp_path: Path):
    def write(heading: str, more: str = "") -> sa.data.Dataset:
        lines = f'Order,Day,Area,"{heading}"\n1,2024-01-05,East,10.00\n'
        (tmp_path / "lines.csv").write_text(lines, "utf-8")
        column = more or f'"{heading}"'
        text = MAPPING % column
        (tmp_path / "shop.yaml").write_text(text, "utf-8")
        return sa.load(tmp_path / "lines.csv", tmp_path / "shop.yaml")

    return write


@pytest.mark.parametrize("heading", ["Währg", "Cuky", "X7"])
def test_a_column_of_codes_is_the_currency_whatever_it_is_called(
    tmp_path: Path, heading: str
) -> None:
    path = tmp_path / "beleg.csv"
    path.write_text(TWO.format(heading), "utf-8")
    proposal = propose(path)
    assert proposal.found()["currency"] == heading
    assert not proposal.loads
    assert proposal.trial["what"].startswith("sales.currency names 2 currencies (EUR 2")


def test_one_code_in_every_row_is_the_currency_of_the_amounts(tmp_path: Path) -> None:
    path = tmp_path / "beleg.csv"
    path.write_text(TWO.format("Währg").replace("USD", "EUR"), "utf-8")
    proposal = propose(path)
    assert (proposal.currency, proposal.loads) == ("EUR", True)


def test_signs_and_names_mean_codes_and_other_words_do_not() -> None:
    said = {v: currency_of(v) for v in ("EUR", "€", "美元", "円", "₹", "ABC", "East", "eur")}
    assert said == {
        "EUR": "EUR", "€": "EUR", "美元": "USD", "円": "JPY", "₹": "INR", "ABC": "", "East": "", "eur": "EUR",
    }  # fmt: skip


def test_words_of_a_column_with_another_name_are_no_currency(tmp_path: Path) -> None:
    path = tmp_path / "lines.csv"
    cells = "".join(f"{i},2024-01-0{i},Acme,{w},5.00\n" for i, w in enumerate(["cad", "php"], 1))
    path.write_text(f"Order,Day,Customer,Product line,Net\n{cells}", "utf-8")
    proposal = propose(path)
    assert proposal.found()["product_line"] == "Product line"
    assert proposal.loads
    assert proposal.currency != "CAD"


def test_a_currency_nobody_declared_is_said_in_the_first_lines(written) -> None:
    data = written("Net")
    assert data.quality.explain().splitlines()[1] == "no currency is declared; shown as CNY"
    assert data.quality.explain("zh").splitlines()[1] == "未声明货币，按CNY显示"


def test_the_draft_leaves_the_currency_open_and_the_command_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "lines.csv"
    path.write_text("Order,Day,Area,Net\n1,2024-01-05,East,1.00\n2,2024-01-06,West,2.00\n", "utf-8")
    assert cli.main(["map", str(path), "--out", str(tmp_path / "m.yaml")]) == 0
    printed = capsys.readouterr().out
    assert "no currency is declared; shown as CNY\n" in printed
    assert "nothing is in doubt" not in printed
    assert "# currency: CNY  # no currency is declared; shown as CNY\n" in (
        tmp_path / "m.yaml"
    ).read_text("utf-8")
    assert cli.main(["check", str(path), "--mapping", str(tmp_path / "m.yaml")]) == 0
    assert "no currency is declared; shown as CNY" in capsys.readouterr().out.splitlines()[:4]


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("Net (kEUR)", "thousands"),
        ("Net in thousands", "thousands"),
        ("销售额（万元）", "万元"),
        ("売上金額（千円）", "千円"),
    ],
)
def test_a_unit_in_a_heading_that_the_mapping_does_not_declare_is_said(
    written, heading: str, said: str
) -> None:
    assert (
        f'The heading "{heading}" says {said}, but the mapping declares no unit; add unit: {said} to '
        "it if the amounts are in it."
    ) in written(heading).quality.explain().splitlines()


def test_a_currency_in_a_heading_that_the_mapping_does_not_declare_is_said(written) -> None:
    data = written("Net (USD)")
    assert (
        'The heading "Net (USD)" says USD, but the mapping declares no currency; write currency: USD '
        "in it."
    ) in data.quality.explain().splitlines()


def test_thousands_of_yen_are_a_unit(written) -> None:
    data = written("売上（千円）", more='{column: "売上（千円）", unit: 千円}')
    assert data.frame("sales")["revenue"].tolist() == [10_000.0]
    assert unit_of("千円") == ("千円", "JPY")


def test_a_remark_travels_with_a_snapshot(written, tmp_path: Path) -> None:
    written("Net (USD)").save(tmp_path / "kept")
    again = sa.load(tmp_path / "kept")
    assert again.quality.explain().splitlines()[1] == "no currency is declared; shown as CNY"
