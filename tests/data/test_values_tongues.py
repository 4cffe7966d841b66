"""Amounts and days of many countries: read per column, or refused with the true reason."""

from datetime import date
from decimal import Decimal

import pytest
from enginetools import column, engine, error_of, read

from salesanalysis.data.engine import quiet
from salesanalysis.data.values import date_style, number_style


def number(values, **said):
    with quiet():
        return number_style(engine(), column(values), name="x", where="f.csv", **said)


def day(values, **said):
    with quiet():
        return date_style(engine(), column(values), name="x", where="f.csv", **said)


NUMBERS = [
    (["R$ 16.269,90", "-R$ 1.216,07", "R$ -5,00"], ["16269.90", "-1216.07", -5], "BRL"),
    (["₹ 1,07,853.41", "-₹ 15,53,162.50", "Rs. 99.00"], ["107853.41", "-1553162.5", 99], "INR"),
    (["1,07,853", "12,34,56,789"], [107853, 123456789], ""),
    (["▲1,141,469", "712,706.5", "△1"], [-1141469, "712706.5", -1], ""),
    (["1,234円", "△56円"], [1234, -56], "JPY"),
    (["1 234,50 kr", "-7,00 kr."], ["1234.5", -7], "SEK/NOK/DKK"),
    (["1 234,50 zł", "7,00 PLN"], ["1234.5", 7], "PLN"),
    (["1 234,50 ₽", "7,00 руб."], ["1234.5", 7], "RUB"),
    (["NT$1,234", "NT$ 7"], [1234, 7], "TWD"),
    (["٩٩٦٢٫٨١", "١٧١٩٤٫٢٣"], ["9962.81", "17194.23"], ""),
    (["١٬٢٣٤٫٥", "۷"], ["1234.5", 7], ""),
    (["'6192.14", "'-3.5", "7"], ["6192.14", "-3.5", 7], ""),
]


@pytest.mark.parametrize(("cells", "truth", "currency"), NUMBERS, ids=lambda v: str(v[:1]))
def test_amounts_of_many_countries_are_read_exactly(cells, truth, currency) -> None:
    style = number(cells)
    assert read(engine(), style, cells) == [Decimal(str(t)) for t in truth]
    assert style.currency == currency


def test_letters_for_thousands_are_refused_with_the_unit_to_declare() -> None:
    assert str(error_of(number, ["14.3K", "22M"])) == (
        "2 of 2 values of 'x' cannot be read as a number: '14.3K' (1 row), '22M' (1 row).\n"
        "  where: f.csv, column 'x'; a letter behind the digits is a unit of its own; see .rows\n"
        "  fix:   export the amounts in full; where every value has the same unit, export it "
        "without the letter and add unit: thousands or unit: millions"
    )


def test_credit_and_debit_are_refused_with_the_words_to_declare() -> None:
    assert str(error_of(number, ["24,272.09 CR", "29,618.26 DR"])) == (
        "2 of 2 values of 'x' cannot be read as a number: '24,272.09 CR' (1 row), "
        "'29,618.26 DR' (1 row).\n"
        "  where: f.csv, column 'x'; CR and DR tell credit from debit; see .rows\n"
        "  fix:   say which of them is below zero: where sales are CR, as in a register of sales, "
        "minus: DR and plus: CR; where they are DR, as in accounts of customers, minus: CR and "
        "plus: DR"
    )


@pytest.mark.parametrize(("value", "offered"), [("12 pcs", False), ("n/a", True)])
def test_only_words_without_digits_are_offered_as_none(value, offered) -> None:
    assert ("none:" in error_of(number, ["5", "6", value]).fix) is offered


DAYS = [
    (["11 févr. 2024", "5 août 2024"], [date(2024, 2, 11), date(2024, 8, 5)]),
    (["5. März 2024", "1. Mai 2024"], [date(2024, 3, 5), date(2024, 5, 1)]),
    (["12 ene 2024", "3 de marzo de 2024"], [date(2024, 1, 12), date(2024, 3, 3)]),
    (["5 de janeiro de 2024", "1 out 2024"], [date(2024, 1, 5), date(2024, 10, 1)]),
    (["5 gennaio 2024", "7 lug 2024"], [date(2024, 1, 5), date(2024, 7, 7)]),
    (["5 maart 2024", "7 mei 2024"], [date(2024, 3, 5), date(2024, 5, 7)]),
    (["11-févr.-24", "12-avr.-24"], [date(2024, 2, 11), date(2024, 4, 12)]),
    (["令和6年1月5日", "平成31年4月30日", "令和元年5月1日"],
     [date(2024, 1, 5), date(2019, 4, 30), date(2019, 5, 1)]),
    (["R6.1.5", "H31.4.30"], [date(2024, 1, 5), date(2019, 4, 30)]),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "truth"), DAYS, ids=lambda v: str(v[0]))
def test_days_of_many_tongues_are_read_exactly(cells, truth) -> None:
    assert read(engine(), day(cells), cells) == truth


MONTHS = [["2024-01", "2024-02"], ["202401", "202402"], ["Jan 2024", "Feb 2024"],
          ["janv. 2024", "févr. 2024"]]  # fmt: skip


@pytest.mark.parametrize("cells", MONTHS, ids=lambda v: v[0])
def test_a_column_of_months_only_is_read_as_first_days_and_says_so(cells) -> None:
    style = day(cells)
    assert style.months
    assert read(engine(), style, cells) == [date(2024, 1, 1), date(2024, 2, 1)]


def test_a_format_with_names_of_months_reads_them_in_other_tongues() -> None:
    style = day([], format="%d %b %Y")
    cells = ["11 févr. 2024", "5 Mar 2024", "5. Mai 2024", "x"]
    assert read(engine(), style, cells) == [
        date(2024, 2, 11), date(2024, 3, 5), date(2024, 5, 5), None,
    ]  # fmt: skip


def test_years_of_taiwan_are_read_where_declared_and_refused_otherwise() -> None:
    assert str(error_of(day, ["113/01/06", "113/01/12"])) == (
        "2 of 2 values of 'x' have a year of three digits: '113/01/06' (1 row), '113/01/12' "
        "(1 row).\n"
        "  where: f.csv, column 'x'; Taiwan counts years from 1912, so that 113 is 2024\n"
        '  fix:   where that is meant, add to the column in the mapping format: "roc %Y/%m/%d"'
    )
    style = day([], format="roc %Y/%m/%d")
    assert read(engine(), style, ["113/01/06", "99/12/31"]) == [
        date(2024, 1, 6),
        date(2010, 12, 31),
    ]


def test_years_of_thailand_are_read_where_declared_and_refused_otherwise() -> None:
    assert str(error_of(day, ["06/01/2567", "31/12/2566"])) == (
        "2 of 2 values of 'x' have a year more than 500 years ahead: '06/01/2567' (1 row), "
        "'31/12/2566' (1 row).\n"
        "  where: f.csv, column 'x'; Thailand counts years from 543 before ours, so that 2567 is "
        "2024\n"
        '  fix:   where that is meant, add to the column in the mapping format: "be %d/%m/%Y"'
    )
    style = day([], format="be %d/%m/%Y")
    cells = ["06/01/2567", "29/02/2567 10:30", "29/02/2566", "6/1/67"]
    assert read(engine(), style, cells) == [date(2024, 1, 6), date(2024, 2, 29), None, None]


def test_a_year_far_ahead_beside_one_of_ours_is_no_calendar_of_its_own() -> None:
    assert day(["06/01/2567", "31/12/2024"]).formats == ("%d/%m/%Y",)
