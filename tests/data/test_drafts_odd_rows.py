"""Exports with rows that are no lines, headings with a word before each, days of other habits."""

from decimal import Decimal

import pytest
from drafttools import drafted, worth
from shoptools import refused

import salesanalysis as sa

DEALS = (
    "Deal - ID,Deal - Title,Deal - Value,Deal - Status,Deal - Won time,Deal - Owner\n"
    "1,A,100.50,Won,2024-01-03 12:00:00,Ann\n2,B,900.00,Lost,,Ann\n"
    "3,C,50.00,Won,2024-02-03 12:00:00,Bo\n4,D,70.00,Open,,Bo\n"
)
REPORT = "Owner,Account,Opportunity Name,Close Date,Amount\n" + "".join(
    f"{who},Acc {i},Opp {i},2024-01-1{i},10.5\n" for i, who in enumerate(("Ann", "", "Bo", ""))
)
LINES = "Order,Date,Region,Net\n1,2024-01-13,N,10.5\n2,2024-01-14,S,20\n3,2024-02-15,N,30\n"


def test_a_word_before_every_heading_hides_none_of_them(tmp_path) -> None:
    proposal = drafted(tmp_path, "deals.csv", DEALS)
    assert worth(proposal) == (2, Decimal("150.5"))
    assert "only rows whose Deal - Status is Won are sales; other rows: 2" in proposal.to_yaml()
    found = proposal.found()
    assert (found["order_id"], found["date"]) == ("Deal - ID", "Deal - Won time")


@pytest.mark.parametrize("before", ["Sale: ", "orders.", "Report - ", "SO | "])
def test_other_marks_behind_such_a_word_do_as_well(before, tmp_path) -> None:
    names = [before + name for name in ("Number", "Date", "Region", "Net")]
    proposal = drafted(tmp_path, "a.csv", LINES.replace("Order,Date,Region,Net", ",".join(names)))
    assert worth(proposal) == (3, Decimal("60.5"))
    assert proposal.found()["region"] == f"{before}Region"


def test_rows_that_count_records_are_no_lines(tmp_path) -> None:
    text = REPORT + "Total,Sum,,,42\n,Count,4,,\n"
    proposal = drafted(tmp_path, "report.csv", text)
    assert worth(proposal) == (4, Decimal("42"))
    assert (
        "rows without an amount in Amount that have no day or no number of an order either: 1; they "
        "are left out by where" in proposal.to_yaml()
    )


def test_a_fee_without_an_order_whose_cells_are_dashes_is_no_line(tmp_path) -> None:
    proposal = drafted(tmp_path, "a.csv", LINES + "--,2024-02-16,--,--\n")
    assert worth(proposal) == (3, Decimal("60.5"))
    assert 'where: {"Net": {"not": ["", "--"]}}' in proposal.to_yaml()


@pytest.mark.parametrize("gap", ["4,2024-02-16,N,\n", "4,2024-02-16,N,--\n", "4,,N,5\n"])
def test_a_line_with_a_gap_is_refused_and_not_left_out(gap, tmp_path) -> None:
    assert not drafted(tmp_path, "a.csv", LINES + gap).loads


def test_a_gap_keeps_rows_without_anything_in_as_well(tmp_path) -> None:
    proposal = drafted(tmp_path, "a.csv", LINES + "4,2024-02-16,N,\n5,,N,\n")
    assert not proposal.loads
    assert "rows without an amount" not in proposal.to_yaml()


@pytest.mark.parametrize("word", ["AVERAGE", "Count:", "平均", "Durchschnitt"])
def test_a_measure_above_the_lines_is_none_of_them(word, tmp_path) -> None:
    head, rest = LINES.split("\n", 1)
    text = f"{head}\n,,TOTAL,60.5\n,,{word},20.17\n{rest}"
    assert worth(drafted(tmp_path, "a.csv", text)) == (3, Decimal("60.5"))


def test_products_called_like_a_measure_are_products(tmp_path) -> None:
    text = LINES.replace(",N,", ",Average,").replace(",S,", ",Count,")
    assert worth(drafted(tmp_path, "a.csv", text)) == (3, Decimal("60.5"))


@pytest.mark.parametrize(
    "days",
    [
        ("Jan 13, 2024, 1:02:03 PM", "Jan 14, 2024, 9:02:03 AM", "Feb 15, 2024, 1:02:03 PM"),
        ("1/13/2024, 1:02:03 PM", "1/14/2024, 9:02:03 AM", "2/15/2024, 1:02:03 PM"),
        ("13.01.2024, 10:00", "14.01.2024, 10:00", "15.02.2024, 23:59"),
        ("13 ม.ค. 2567", "14 ม.ค. 2567", "15 ก.พ. 2567"),
        ("13 มกราคม 2567", "14 มกราคม 2567", "15 กุมภาพันธ์ 2567"),
        ("13 ม.ค. 2024", "14 ม.ค. 2024", "15 ก.พ. 2024"),
    ],
    ids=["shop", "browser", "german", "thai short", "thai full", "thai, our years"],
)
def test_days_are_read_as_programs_of_each_country_write_them(days, tmp_path) -> None:
    text = "Order;Date;Net\n" + "".join(f"{i};{day};{i}0.5\n" for i, day in enumerate(days, 1))
    proposal = drafted(tmp_path, "a.csv", text)
    assert worth(proposal) == (3, Decimal("61.5"))
    assert (f"{proposal.trial['first']:%Y-%m-%d}", f"{proposal.trial['last']:%Y-%m-%d}") == (
        "2024-01-13",
        "2024-02-15",
    )


def test_a_short_year_of_thailand_is_no_year_of_ours(tmp_path) -> None:
    text = "Order;Date;Net\n1;13 ม.ค. 67;10\n2;14 ก.พ. 67;20\n"
    proposal = drafted(tmp_path, "a.csv", text)
    assert not proposal.loads
    assert "2 of 2 values of 'Date' cannot be read as dates: " in proposal.explain()


DAYS = "Nr;Datum;Netto\n1;1102;1,5\n2;301;2,5\n3;3112;4,5\n4;111;8,5\n"


def test_days_and_months_in_one_number_are_offered_with_the_year_of_the_file(tmp_path) -> None:
    proposal = drafted(tmp_path, "Stapel_2024.csv", DAYS)
    assert not proposal.loads
    offered = 'date: {column: "Datum", year: 2024, format: "%d%m"}'
    assert f"      #   {offered}  # for 2024\n" in proposal.to_yaml()
    text = proposal.to_yaml().replace("      date: ", f"      {offered}\n      # date: ", 1)
    (tmp_path / "m.yaml").write_text(text, "utf-8")
    lines = sa.load(tmp_path / "Stapel_2024.csv", tmp_path / "m.yaml").frame("sales")
    days = dict(zip(lines["revenue"], lines["date"].dt.strftime("%m-%d"), strict=True))
    assert days == {1.5: "02-11", 2.5: "01-03", 4.5: "12-31", 8.5: "11-01"}


@pytest.mark.parametrize(
    ("lost", "written"),
    [("31", 'year: 2024, format: "%d%m"'), ("10124", 'format: "%d%m%y"')],
)
def test_a_day_that_lost_a_digit_is_refused(lost, written, tmp_path) -> None:
    (tmp_path / "a.csv").write_text(f"Nr;Datum;Netto\n1;{lost};1,5\n", "utf-8")
    (tmp_path / "m.yaml").write_text(
        "name: s\ncurrency: EUR\ntables:\n  sales:\n    file: a.csv\n    columns:\n"
        f'      order_id: "Nr"\n      date: {{column: Datum, {written}}}\n'
        "      region: {constant: All}\n      revenue: Netto\n",
        "utf-8",
    )
    assert f"'Datum' is '{lost}', but must be a date" in str(
        refused(tmp_path / "a.csv", tmp_path / "m.yaml")
    )


def test_a_stage_says_nothing_of_won_deals_where_the_status_has_chosen_them(tmp_path) -> None:
    lines = "Deal,Close Date,Status,Stage,Value\n1,2024-01-05,Won,4-Close,10\n"
    lines += "2,2024-02-16,Lost,4-Close,5\n3,2024-02-17,Won,3-Propose,7\n"
    text = drafted(tmp_path, "deals.csv", lines).explain()
    assert "only rows whose Status is Won" in text
    assert "known to mean won" not in text


def test_a_file_of_targets_alone_is_not_taken_for_sales_in_silence(tmp_path) -> None:
    lines = "Year,EmployeeID,M01,M02,M03\n2023,A,100,200,300\n2023,B,50,60,70\n"
    text = drafted(tmp_path, "ResellerSalesTargets.csv", lines).explain()
    assert "ResellerSalesTargets.csv looks like another table than order lines" in text
    assert "looks like another table" not in drafted(tmp_path, "sales.csv", lines).explain()


def test_a_ledger_whose_sales_are_below_zero_is_told(tmp_path) -> None:
    lines = (
        "Document,Date,Region,Amount\n1,2024-01-05,N,-100\n2,2024-02-16,S,-50\n3,2024-02-17,N,{}\n"
    )
    told = "all lines together are below 0"
    assert told in drafted(tmp_path, "ledger.csv", lines.format("20")).explain()
    assert told not in drafted(tmp_path, "ledger.csv", lines.format("170")).explain()
