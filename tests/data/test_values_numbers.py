"""Numbers: how a column is written is decided by all of its values, or refused."""

from decimal import ROUND_HALF_UP, Decimal
from functools import partial

import pytest
from enginetools import column, error_of, read
from hypothesis import given
from hypothesis import strategies as st

from salesanalysis.data.engine import quiet
from salesanalysis.data.values import PLAIN_NUMBER, NumberStyle, flag, is_none, number_style
from salesanalysis.errors import ContractError


def found(con, values, **said):
    with quiet():
        return number_style(con, column(values), name="x", where="f.csv", **said)


def numbers(con, values, **said):
    return read(con, found(con, values, **said), values)


refusal = partial(error_of, found)
FORMS = [
    (["1", "12.5", "-3", "+4", ".5", "0.721"], [1, "12.5", -3, 4, "0.5", "0.721"]),
    (["1,234,567.89", "999", "-1,000"], ["1234567.89", 999, -1000]),
    (["1,234", "1,234,567"], [1234, 1234567]),
    (["¥1,234", "56"], [1234, 56]),
    (["1.234.567,89", "-5", "0,5"], ["1234567.89", -5, "0.5"]),
    (["5,70", "12,25", "1,234"], ["5.70", "12.25", "1.234"]),
    (["1 234,50", "12"], ["1234.5", 12]),
    (["1\u00a0234.50", "1\u202f000\u202f000", "1\u20095"[:1]], ["1234.5", 1000000, 1]),
    (["1'234.50", "1’000", "7"], ["1234.5", 1000, 7]),
    (["１，２３４．５", "－５", "７"], ["1234.5", -5, 7]),
    (["¥1,234.50", "￥7", "8元", "RMB 9", "10 CNY"], ["1234.5", 7, 8, 9, 10]),
    (["$1.50", "-$2", "$-3", "$(4)", "($5.00)"], ["1.5", -2, -3, -4, -5]),
    (["1.234,50 €", "€ 7"], ["1234.5", 7]),
    (["(1,234.5)", "5-", "−6", "（7）"], ["-1234.5", -5, -6, -7]),
    (["5%", "12.5％", "-0.5%", "(1%)"], ["0.05", "0.125", "-0.005", "-0.01"]),
    (["1.2万", "3亿", "500", "1,000万元"], [12000, 300000000, 500, 10000000]),
    (["1.2E+05", "3e-2", "7"], [120000, "0.03", 7]),
    (["007", "12"], [7, 12]),
]


@pytest.mark.parametrize(("cells", "truth"), FORMS, ids=lambda v: str(v[0]))
def test_every_way_to_write_a_number_is_read_exactly(con, cells, truth) -> None:
    assert numbers(con, cells) == [Decimal(str(t)) for t in truth]


def test_blanks_and_one_dash_stand_for_none_and_decide_nothing(con) -> None:
    cells = ["1,234.0", "-", "—", "–", "－", "", "　", "\u00a0", None]
    assert numbers(con, cells) == [Decimal(1234), *[None] * 8]
    with quiet():
        empty = con.to_pyarrow(is_none(column(cells)).name("x").as_table())["x"].to_pylist()
    assert empty == [False, *[True] * 8]


def test_a_column_without_any_value_is_plain_and_settles_nothing(con) -> None:
    style = found(con, ["", None, "-"])
    assert (style, style.settled) == (PLAIN_NUMBER, False)


def test_whole_numbers_do_not_settle_what_a_point_would_mean(con) -> None:
    assert [found(con, v).settled for v in (["1", "2"], ["1", "2.5"])] == [False, True]


def test_a_value_that_breaks_the_style_is_missing_not_guessed(con) -> None:
    grouped = NumberStyle(",")
    cells = ["5,70", "0,721", "12,34,567", "1234,567", "1,234.5.6", "1,234 5", "abc", ",5"]
    assert read(con, grouped, cells) == [None] * 8
    marked = NumberStyle(",", marked=True)
    assert read(con, marked, ["(5", "5)", "--5", "-5-", "5%", "¥", "¥¥5", "5,7元"]) == [None] * 8


def test_flags_are_read_in_both_languages_and_other_words_are_missing(con) -> None:
    cells = ["true", "Yes", "是", "Ｙ", "1", "退货", "否", "n", "0", "False", "perhaps", None]
    with quiet():
        read_ = con.to_pyarrow(flag(column(cells)).name("x").as_table())["x"].to_pylist()
    assert read_ == [True] * 6 + [False] * 4 + [None] * 2


AMOUNTS = st.decimals(-(10**9), 10**9, places=2, allow_nan=False, allow_infinity=False)
WRITTEN = st.sampled_from(
    [(t, d) for t in ("", ",", ".", " ", "'", "\u00a0") for d in ".," if t != d]
)


def write(amount: Decimal, thousands: str, decimal: str) -> str:
    return f"{amount:,.2f}".replace(",", "T").replace(".", decimal).replace("T", thousands)


@given(amounts=st.lists(AMOUNTS, min_size=1, max_size=20), marks=WRITTEN)
def test_amounts_written_in_any_style_come_back_exactly(con, amounts, marks) -> None:
    assert numbers(con, [write(a, *marks) for a in amounts]) == amounts


@given(
    amounts=st.lists(st.decimals(-9999, 9999, places=3, allow_nan=False), min_size=1, max_size=6),
    marks=WRITTEN,
    whole=st.booleans(),
)
def test_a_style_is_found_or_refused_but_never_wrong(con, amounts, marks, whole) -> None:
    written = [f"{a:,.{0 if whole else 3}f}" for a in amounts]
    truth = [Decimal(w.replace(",", "")) for w in written]
    cells = [w.replace(",", "T").replace(".", marks[1]).replace("T", marks[0]) for w in written]
    got, code = outcome(con, cells)
    # a comma before exactly three digits, and nothing else in the column, is a group
    only_commas = (
        marks[1] == "," and not whole and not any("." in c or " " in c or "'" in c for c in cells)
    )
    assert (got, code) in ((truth, ""), (None, "ambiguous")) or only_commas


def outcome(con, values):
    try:
        return numbers(con, values), ""
    except ContractError as error:
        return None, error.code


@given(shares=st.lists(st.decimals(-100, 100, places=2, allow_nan=False), min_size=1, max_size=9))
def test_shares_are_rounded_half_up_to_four_decimals(con, shares) -> None:
    unit = Decimal("0.0001")
    truth = [(s / 100).quantize(unit, ROUND_HALF_UP) for s in shares]
    assert numbers(con, [f"{s}%" for s in shares]) == truth


def test_points_before_three_digits_only_are_refused_and_the_mapping_line_is_named(con) -> None:
    error = refusal(con, ["1.234", "1.234", "12.500", "7"])
    assert str(error) == (
        "3 of 4 values of 'x' can be read as two numbers: '1.234' is 1.234 or 1234.\n"
        "  where: f.csv, column 'x'; no value of the column decides, and no other column of the "
        "file, see .rows\n"
        '  fix:   add to the column in the mapping decimal: "." for 1.234, or decimal: "," for 1234'
    )
    assert error.code == "ambiguous"
    assert error.rows.to_dict("list") == {
        "value": ["1.234", "12.500"],
        "count": [2, 1],
        "with_point": ["1.234", "12.500"],
        "with_comma": ["1234", "12500"],
    }


@pytest.mark.parametrize(
    ("said", "truth"),
    [({"decimal": ","}, 1234), ({"decimal": "."}, "1.234"), ({"thousands": "."}, 1234)],
    ids=str,
)
def test_the_line_in_the_mapping_decides(con, said, truth) -> None:
    assert numbers(con, ["1.234"], **said) == [Decimal(str(truth))]


@pytest.mark.parametrize("witness", ["1.234.567", "0.5", "1234.5", "12.25", "1,5"])
def test_one_value_that_decides_is_enough(con, witness) -> None:
    style = found(con, ["1.234", witness])
    assert (style.decimal, style.settled) == (
        ("," if "," in witness or witness.count(".") > 1 else "."),
        True,
    )


def test_words_among_numbers_are_refused_with_their_counts(con) -> None:
    error = refusal(con, ["1,234.5", "12", "abc", "abc", "1,2"])
    assert str(error) == (
        "3 of 5 values of 'x' cannot be read as numbers such as 1,234.50, as the other 2 are: "
        "'abc' (2 rows), '1,2' (1 row).\n"
        "  where: f.csv, column 'x'; see .rows\n"
        "  fix:   mend these cells, or map another column"
    )
    assert error.rows.to_dict("list") == {"value": ["abc", "1,2"], "count": [2, 1]}


def test_shares_with_and_without_percent_sign_are_refused(con) -> None:
    assert str(refusal(con, ["5%", "0.05", "0.1"])) == (
        "1 of 3 values of 'x' carry a percent sign, others such as '0.1' none: '5%' (1 row).\n"
        "  where: f.csv, column 'x'; 5% is 0.05\n"
        "  fix:   write the column in one way, or split it into two"
    )


def test_two_currencies_in_one_column_are_refused(con) -> None:
    assert str(refusal(con, ["¥5", "8元", "$6"])) == (
        "1 of 3 values of 'x' carry USD, others CNY: '$6' (1 row).\n"
        "  where: f.csv, column 'x'; amounts of two currencies cannot be added\n"
        "  fix:   write the column in one way, or split it into two"
    )


def test_a_separator_that_is_none_is_refused(con) -> None:
    assert str(refusal(con, ["1"], decimal=";")) == (
        "decimal ';' with thousands '' is no way to write numbers.\n"
        "  where: f.csv\n"
        '  fix:   use decimal: "." or ",", and for thousands another one of "," "." " " or "\'"'
    )


def test_groups_a_spreadsheet_made_of_decimals_are_refused(con) -> None:
    error = refusal(con, ["2,024,994", "5,70", "0,721", "419,459"])
    assert str(error) == (
        "2 of 4 values of 'x' have commas where no thousands can end, beside values such as "
        "'2,024,994': '0,721' (1 row), '5,70' (1 row).\n"
        "  where: f.csv, column 'x'; a spreadsheet took the decimal point for a thousands "
        "separator and cut zeros, so the size of every value is lost\n"
        "  fix:   export the file again from its source without a spreadsheet in between"
    )
