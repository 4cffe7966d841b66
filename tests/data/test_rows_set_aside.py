"""Headers in the middle, footers, and rows a mapping keeps or leaves out: counted, never silent."""

from pathlib import Path

import openpyxl
import pytest
from shoptools import refused

import salesanalysis as sa
from salesanalysis.data.propose import propose

HEADER = "Order,Day,Area,Rep,Net,Tax\n"
FIRST = "1,2024-01-05,East,Bo,10.00,1.00\n2,2024-01-06,West,Bo,20.00,2.00\n"
SECOND = "3,2024-02-05,East,Bo,30.00,3.00\n"
MAPPING = """name: shop
currency: EUR
tables:
  sales:
    file: lines.csv
%s    columns: {order_id: Order, date: Day, region: Area, revenue: Net}
"""


@pytest.fixture
def shop(tmp_path: Path):
    def write(lines: str, more: str = "") -> tuple[Path, Path]:
        (tmp_path / "lines.csv").write_text(HEADER + lines, "utf-8")
        (tmp_path / "shop.yaml").write_text(MAPPING % more, "utf-8")
        return tmp_path / "lines.csv", tmp_path / "shop.yaml"

    return write


# -- headers ------------------------------------------------------------------------------------


def test_a_header_in_the_middle_is_left_out_and_counted(shop) -> None:
    source, mapping = shop(FIRST + HEADER + SECOND)
    data = sa.load(source, mapping)
    assert data.frame("sales")["revenue"].tolist() == [10.0, 20.0, 30.0]
    assert (
        "lines.csv: repeated header rows left out: 1; they carry no money."
        in data.quality.explain().splitlines()
    )
    proposal = propose(source)
    assert proposal.loads
    assert (
        "Order lines: header rows in the middle of the file: 1; they are left out"
        in proposal.explain().splitlines()
    )


def test_rows_keep_their_numbers_below_a_header_in_the_middle(shop) -> None:
    source, mapping = shop(FIRST + HEADER + SECOND + "4,2024-02-06,East,Bo,none,0.00\n")
    error = refused(source, mapping)
    assert "rows 5 (1 is the first below the header)" in error.where


def test_both_rows_of_a_header_of_two_are_left_out_where_they_stand_again(tmp_path: Path) -> None:
    head = "Order,Day,Area,Local,,Rep\n,,,Net,Gross,\n"
    first, second = "1,2024-01-05,East,10.00,11.00,Bo\n", "2,2024-02-05,West,20.00,22.00,Bo\n"
    source, again = tmp_path / "lines.csv", tmp_path / "again.csv"
    source.write_text(head + first + head + second, "utf-8")
    (tmp_path / "shop.yaml").write_text(
        MAPPING.replace("Net}", "Local Net}") % "    header: [1, 2]\n", "utf-8"
    )
    data = sa.load(source, tmp_path / "shop.yaml")
    assert data.frame("sales")["revenue"].tolist() == [10.0, 20.0]
    told = "lines.csv: repeated header rows left out: 2; they carry no money."
    assert told in data.quality.explain().splitlines()
    # a row that holds the same words and more is none
    again.write_text(head + first + head.replace("Net,Gross", "Net,Tax") + second, "utf-8")
    assert str(refused(again, tmp_path / "shop.yaml")).startswith(
        "3 values of again.csv cannot be used for sales; first: row 3, 'Day' is '', but must be a "
        "date, not empty.\n"
    )
    proposal = propose(source)
    assert "header: [1, 2]" in proposal.to_yaml()
    assert (
        "Order lines: header rows in the middle of the file: 2; they are left out"
        in proposal.explain().splitlines()
    )


def test_both_rows_of_a_header_of_two_are_left_out_of_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in [
        ["Sales of a shop"], [], ["Order", "Day", "Area", "Local", None], [None, None, None, "Net", "Gross"],
        ["1", "2024-01-05", "East", 10, 11], ["Order", "Day", "Area", "Local", None],
        [None, None, None, "Net", "Gross"], ["2", "2024-02-05", "West", 20, 22],
    ]:  # fmt: skip
        book.active.append(row)
    book.save(tmp_path / "lines.xlsx")
    text = MAPPING.replace("lines.csv", "lines.xlsx").replace("Net}", "Local Net}")
    (tmp_path / "shop.yaml").write_text(text % "    header: [3, 4]\n", "utf-8")
    data = sa.load(tmp_path / "lines.xlsx", tmp_path / "shop.yaml")
    assert data.frame("sales")["revenue"].tolist() == [10.0, 20.0]
    assert "repeated header rows left out: 2" in data.quality.explain()


def test_a_header_in_another_order_is_refused_with_both_headers(shop) -> None:
    other = "Order,Day,Area,Rep,Tax,Net\n"
    source, mapping = shop(FIRST + other + "3,2024-02-05,East,Bo,3.00,30.00\n")
    assert str(refused(source, mapping)) == (
        "lines.csv has a second header with the columns in another order, so the amounts below it "
        "would be read from the wrong column.\n"
        "  where: lines.csv, header: Order, Day, Area, Rep, Net, Tax; row 3: Order, Day, Area, Rep, "
        "Tax, Net\n"
        "  fix:   save the rows from row 3 on as a file of their own and map both files, or put the "
        "columns in one order"
    )


# -- footers ------------------------------------------------------------------------------------

FOOTER = "\n\nConfidential Information - Do Not Distribute\nCopyright 2024 a company\n"


def test_rows_below_the_last_line_are_left_out_by_declaration(shop) -> None:
    source, mapping = shop(FIRST + SECOND + FOOTER, "    footer: 2\n")
    data = sa.load(source, mapping)
    assert data.frame("sales")["revenue"].tolist() == [10.0, 20.0, 30.0]
    assert data.origins["sales"].n_left_out == 2


def test_the_draft_declares_the_footer_it_sees(shop) -> None:
    source, _ = shop(FIRST + SECOND + FOOTER)
    proposal = propose(source)
    assert "    footer: 2\n" in proposal.to_yaml()
    assert (proposal.loads, proposal.trial["n_rows"]) == (True, 3)
    assert (
        "Order lines: lines of text, or of a second table, below the last line: 2; they are left "
        "out by footer; to read such a table, save it as a file of its own"
        in proposal.explain().splitlines()
    )


def test_a_footer_with_all_its_delimiters_is_seen_as_well(shop) -> None:
    source, _ = shop(FIRST + SECOND + ",,,,,\nMade by Bo,,,,,\n")
    proposal = propose(source)
    assert "    footer: 1\n" in proposal.to_yaml()
    assert (proposal.loads, proposal.trial["n_rows"]) == (True, 3)
    assert (
        'Order lines: rows below the last line: 1, the first says "Made by Bo"; they are left out by '
        "footer"
    ) in proposal.explain().splitlines()


def test_a_line_with_an_amount_is_no_footer(shop) -> None:
    source, _ = shop(FIRST + SECOND + ",,,,5.00,\n")
    assert "footer" not in propose(source).to_yaml()


@pytest.mark.parametrize(
    ("below", "footer", "n", "fix"),
    [
        # next month's file has no footer, or a shorter one: what would be cut are sales
        ("", 2, "2 rows", "write no footer for this file"),
        (FOOTER, 3, "1 row", "write footer: 2 for this file"),
    ],
)
def test_a_footer_that_would_cut_lines_is_refused(shop, below, footer, n, fix) -> None:
    source, mapping = shop(FIRST + SECOND + below, f"    footer: {footer}\n")
    assert str(refused(source, mapping)) == (
        f"footer: {footer} would cut {n} of lines.csv filled like the lines above: it was counted in "
        "another file.\n"
        f"  where: {source}\n"
        f"  fix:   {fix}; where the rows are no lines, leave them out by what stands in them, with "
        "where"
    )


def test_rows_as_full_as_a_line_that_are_none_are_cut_and_told(shop) -> None:
    source, mapping = shop(FIRST + "Sum,of all,days,2,30.00,3.00\n", "    footer: 1\n")
    data = sa.load(source, mapping)
    assert data.frame("sales")["revenue"].tolist() == [10.0, 20.0]
    (said,) = [
        line for line in data.quality.explain().splitlines() if "as many filled cells" in line
    ]
    assert said.endswith(
        "rows left out by footer with as many filled cells as a line: 1; write how many rows at the "
        "end of this file are none."
    )


@pytest.mark.parametrize("below", [["Made by Bo"], ["Total", "2024-02", "All", None, 60.0]])
def test_a_footer_of_a_sheet_is_cut_and_a_line_of_it_is_not(tmp_path, below) -> None:
    book = openpyxl.Workbook()
    lines = [line.split(",") for line in (HEADER + FIRST + SECOND).splitlines()]
    for row in (*lines, below):
        book.active.append(row)
    book.save(tmp_path / "lines.xlsx")
    mapping = tmp_path / "shop.yaml"
    mapping.write_text((MAPPING % "    footer: 1\n").replace(".csv", ".xlsx"), "utf-8")
    assert len(sa.load(tmp_path / "lines.xlsx", mapping).frame("sales")) == 3
    mapping.write_text(mapping.read_text("utf-8").replace("footer: 1", "footer: 2"), "utf-8")
    assert str(refused(tmp_path / "lines.xlsx", mapping)) == (
        "footer: 2 would cut 1 row of lines.xlsx, sheet Sheet filled like the lines above: it was "
        "counted in another file.\n"
        f"  where: {mapping}:6: tables.sales.footer\n"
        "  fix:   write footer: 1 for this file; where the rows are no lines, leave them out by what "
        "stands in them, with where"
    )


def test_a_true_footer_is_not_called_lines(shop) -> None:
    data = sa.load(*shop(FIRST + SECOND + FOOTER, "    footer: 2\n"))
    assert not [line for line in data.quality.explain().splitlines() if "filled cells" in line]


# -- where --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "kept"),
    [
        ('{Day: ["2024-01*"]}', ["1", "2"]),
        ('{Day: {not: ["*-05"]}}', ["2"]),
        ("{Rep: {not: [null]}}", ["1", "2"]),
        ('{Rep: {not: [""]}}', ["1", "2"]),
        ('{Rep: [""]}', ["3"]),
    ],
)
def test_patterns_and_empty_cells_choose_rows(shop, where: str, kept: list[str]) -> None:
    source, mapping = shop(FIRST + SECOND.replace("Bo", ""), f"    where: {where}\n")
    assert sa.load(source, mapping).frame("sales")["order_id"].tolist() == kept


def test_a_condition_that_no_row_meets_is_not_called_an_empty_file(shop) -> None:
    source, mapping = shop(FIRST, '    where: {Day: ["2023*"]}\n')
    assert str(refused(source, mapping)) == (
        "where keeps none of the 2 rows of lines.csv.\n"
        f"  where: {mapping}:6: tables.sales.where\n"
        "  fix:   'Day' holds '2024-01-05', '2024-01-06': write one of these values, a pattern such as "
        '"2024*", or {not: [""]} to leave out rows where it is empty'
    )


# -- rows without an amount ------------------------------------------------------------------


@pytest.mark.parametrize("none", ['[""]', '["", "-"]'])
def test_lines_left_out_for_want_of_an_amount_are_named_with_their_rows(shop, none: str) -> None:
    empty = "3,2024-02-05,East,Bo,,3.00\n4,2024-02-06,East,Bo, ,0.00\n,,,,,\nTotal,,,,,9.00\n"
    source, mapping = shop(
        FIRST + empty + "5,2024-02-07,West,Bo,5.00,0.50\n", f"    where: {{Net: {{not: {none}}}}}\n"
    )
    data = sa.load(source, mapping)
    assert data.frame("sales")["revenue"].tolist() == [10.0, 20.0, 5.0]
    assert data.quality.overview.loc[0, "n_left_out"] == 4
    assert (
        "lines.csv: rows with a day left out because they have no amount: 2 (#3, #4); if one is a "
        "sale, it is counted nowhere."
    ) in data.quality.explain().splitlines()
    assert (
        "lines.csv：有日期但无金额而按映射略去的行：2 (#3, #4)；其中若有销售，则未计入任何数字。"
    ) in data.quality.explain("zh").splitlines()


def test_no_word_about_amounts_where_another_column_leaves_the_rows_out(shop) -> None:
    lost = "3,2024-02-05,None,Bo,,3.00\n,,,,,9.00\n"
    for more in ("Area: {not: [None]}, Tax: {not: ['9.00']}", "Net: {not: ['']}, Day: {not: ['']}"):
        source, mapping = shop(FIRST + lost.replace("2024-02-05", ""), f"    where: {{{more}}}\n")
        told = sa.load(source, mapping).quality.explain()
        assert "Left out because the mapping says so: 2 rows (0 EUR)." in told.splitlines()
        assert "no amount" not in told
