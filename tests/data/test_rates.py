"""Currencies and units: converted by a table that was given, to the last digit, or refused."""

import re
from decimal import ROUND_HALF_UP, Decimal

import ibis
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from salesanalysis.data.engine import connect, fetch
from salesanalysis.data.fixed import fetch_fixed
from salesanalysis.data.rates import (
    Conversion,
    convert,
    labelled,
    rates_of,
    read_rates,
    require_one_currency,
    units,
)
from salesanalysis.data.rates import settings as read_section
from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.strictyaml import Document, parse


def table(rows, columns=("date", "currency", "revenue")):
    frame = dict(zip(columns, zip(*rows, strict=True), strict=True))
    if "date" in frame:
        frame["date"] = pa.array(pd.to_datetime(list(frame["date"])).date, pa.date32())
    return ibis.memtable(
        pa.table({c: pa.array(list(v)) if c != "date" else v for c, v in frame.items()})
    )


LINES = [
    ("2024-01-05", "USD", 10.0),
    ("2024-01-31", "EUR", 100.0),
    ("2024-02-01", "USD", 20.0),
    ("2024-02-02", "CNY", 7.0),
    ("2024-02-03", "USD", None),
]
MONTHS = pd.DataFrame(
    {
        "currency": ["USD", "USD", "EUR", "EUR"],
        "period": ["2024-01", "2024-02", "2024-01", "2024-02"],
        "rate": [7.1, 7.2, 7.8, 7.9],
    }
)


# ---- worked by hand


def test_every_line_is_converted_by_the_rate_of_its_month(con):
    rates = read_rates(MONTHS, to="CNY")
    done, conversion = convert(con, table(LINES), rates, amounts=["revenue"], source="central bank")
    found = fetch(con, done).sort_values("date")
    assert found["revenue"].fillna(-1).tolist() == [71.0, 780.0, 144.0, 7.0, -1]
    assert found["currency"].tolist() == ["USD", "EUR", "USD", "CNY", "USD"]
    assert conversion.to_frame().drop(columns=["table", "to"]).to_numpy().tolist() == [
        ["revenue", "CNY", 1, 0, 7.0, "1", "1", 7.0],
        ["revenue", "EUR", 1, 0, 100.0, "7.8", "7.8", 780.0],
        ["revenue", "USD", 3, 0, 30.0, "7.1", "7.2", 215.0],
    ]
    assert conversion.explain() == (
        "5 lines in 3 currencies were converted to CNY by central bank: Revenue 1,002.00 CNY\n"
        "EUR: 1 line, Revenue 100.00 at 7.8 gave 780.00 CNY.\n"
        "USD: 3 lines, Revenue 30.00 at 7.1 to 7.2 gave 215.00 CNY."
    )
    assert conversion.explain("zh") == (
        "5行、3种货币已换算为CNY（依据central bank）：销售额1,002.00 CNY\n"
        "EUR：1行，销售额100.00，按7.8换算为780.00 CNY。\n"
        "USD：3行，销售额30.00，按7.1至7.2换算为215.00 CNY。"
    )


def test_a_rate_that_holds_from_a_day_to_a_day_holds_on_both(con):
    spans = pd.DataFrame(
        {
            "currency": ["USD", "USD", "EUR"],
            "from": ["2024-01-01", "2024-02-01", "2023-12-01"],
            "to": ["2024-01-05", "", None],
            "rate": ["7", "8", "9.5"],
        }
    )
    done, _ = convert(con, table(LINES), read_rates(spans, to="CNY"), amounts=["revenue"])
    assert sorted(fetch(con, done)["revenue"].dropna()) == [7.0, 70.0, 160.0, 950.0]


def test_converted_money_is_rounded_half_up_to_four_decimals_and_the_number_is_said(con):
    lines = [("2024-01-01", "USD", 0.0001), ("2024-01-01", "USD", -0.0001)]
    done, conversion = convert(
        con, table(lines), read_rates({"USD": 0.5}, to="CNY"), amounts=["revenue"]
    )
    assert sorted(fetch(con, done)["revenue"]) == [-0.0001, 0.0001]
    assert conversion.explain().splitlines()[-1] == (
        "Products were rounded half up to four decimals; 2 values had more."
    )


def test_boxes_become_pieces_and_the_price_of_a_box_that_of_a_piece(con):
    lines = [("box", 3, 12.0006, 36.0018), ("piece", 5, 2.0, 10.0), ("box", -1, -0.0006, 0.0)]
    columns = ("unit", "quantity", "unit_price", "revenue")
    section = {"column": "unit", "to": "piece", "factors": {"box": 12}, "prices": ["unit_price"]}
    rule = units(Document({}, "shop.yaml"), section, "units")
    done, conversion = convert(
        con,
        table(lines, columns),
        rates_of(rule),
        amounts=rule.amounts,
        column=rule.column,
        prices=rule.prices,
    )
    found = fetch(con, done)
    assert sorted(found["quantity"]) == [-12.0, 5.0, 36.0]
    assert sorted(found["unit_price"]) == [-0.0001, 1.0001, 2.0]
    assert found["revenue"].sum() == 46.0018
    assert conversion.headline() == (
        "3 lines in 2 units were converted to piece: Quantity 29.00 piece"
    )


def test_a_label_is_counted_and_nothing_is_converted(con):
    note = labelled(con, table(LINES), to="USD", amounts=["revenue"])
    assert note.headline() == (
        "Currency or unit is only a label here (CNY, EUR, USD): 5 lines are in USD already and "
        "were not converted"
    )
    assert note.headline("zh") == "币种或单位在此仅为标签（CNY、EUR、USD）：5行均已为USD，未作换算"
    assert note.to_frame()["before"].sum() == note.to_frame()["after"].sum() == 137.0


def test_a_rate_table_is_read_from_a_file_of_theirs(con, tmp_path):
    (tmp_path / "rates.csv").write_text("ccy,period,mid\nUSD,2024-01,7.10\nUSD,2024-02,7.2\n")
    doc = parse("rates: {file: rates.csv, columns: {currency: ccy, rate: mid}}", name="shop.yaml")
    rule = read_section(doc, doc.data["rates"], "rates", to="CNY")
    rates = rates_of(rule, tmp_path)
    assert rates.frame["rate"].tolist() == ["1", "7.1", "7.2"]
    rows = read_section(
        doc, {"rows": [{"currency": "USD", "period": "2024-01", "rate": 7.1}]}, "rates", to="CNY"
    )
    assert rates_of(rows).kind == "month"


# ---- invariants

LINE = st.tuples(
    st.sampled_from(["USD", "EUR", "CNY"]), st.integers(-(10**14), 10**14), st.integers(1, 3)
)
RATE = st.integers(1, 10**10).map(lambda n: Decimal(n) / 10**8)


@settings(max_examples=15)
@given(lines=st.lists(LINE, min_size=1, max_size=20), pair=st.tuples(RATE, RATE))
@example(
    lines=[("USD", 99_999_999_999_999, 1), ("USD", 12_345_678_901_235, 1), ("EUR", 5, 1)],
    pair=(Decimal("99.99999999"), Decimal("0.5")),
)
def test_every_amount_is_exactly_its_product_rounded_half_up(lines, pair):
    rates = read_rates({"USD": pair[0], "EUR": pair[1]}, to="CNY")
    of = {"USD": pair[0], "EUR": pair[1], "CNY": Decimal(1)}
    rows = pa.table(
        {
            "row": list(range(len(lines))),
            "currency": [c for c, _, _ in lines],
            "revenue": pa.array([Decimal(n) / 10_000 for _, n, _ in lines], pa.decimal128(18, 4)),
        }
    )
    own = connect()
    done, conversion = convert(own, ibis.memtable(rows), rates, amounts=["revenue"])
    found = fetch_fixed(own, done.order_by("row"))["revenue"].tolist()
    expected = [
        int((Decimal(n) * of[c]).quantize(Decimal(1), rounding=ROUND_HALF_UP)) for c, n, _ in lines
    ]
    assert found == expected
    assert int(conversion.controls["after"].sum()) == sum(expected)
    assert int(conversion.controls["before"].sum()) == sum(n for _, n, _ in lines)
    assert int(conversion.controls["n_lines"].sum()) == len(lines)


@settings(max_examples=15)
@given(st.integers(-(10**9), 10**9), st.integers(10**7, 10**9))
def test_there_and_back_is_off_by_no_more_than_the_rounding(amount, whole):
    rate = Decimal(whole) / 10**8
    own, line = connect(), pa.array([Decimal(amount) / 10_000], pa.decimal128(18, 4))
    there = ibis.memtable(pa.table({"currency": ["USD"], "revenue": line}))
    done, _ = convert(own, there, read_rates({"USD": rate}, to="CNY"), amounts=["revenue"])
    after = fetch_fixed(own, done)["revenue"].iloc[0]
    assert abs(Decimal(int(after)) / rate - amount) <= Decimal("0.5") / rate


# ---- outside reference


def test_adventureworks_labels_are_refused_until_they_are_declared(con, adventureworks):
    orders = pd.read_csv(adventureworks / "orders.csv.gz", usecols=["currency", "revenue"])
    lines = ibis.memtable(pa.Table.from_pandas(orders, preserve_index=False))
    with pytest.raises(ContractError) as error:
        require_one_currency(con, lines, to="USD", where="aw.yaml:3: tables.sales")
    counts = orders["currency"].value_counts()
    assert str(error.value) == (
        f"sales.currency names {len(counts)} currencies ("
        + ", ".join(f"{c} {n:,}" for c, n in counts.items())
        + " lines), but the amounts are summed as USD.\n"
        "  where: aw.yaml:3: tables.sales\n"
        '  fix:   add "rates:" to convert the amounts to USD, or "currency_is_label: true" if they '
        "are in USD already"
    )
    note = labelled(con, lines, to="USD", amounts=["revenue"])
    assert note.n_lines == 60_855
    assert round(note.to_frame()["after"].sum(), 4) == 80_450_596.9823


def test_one_currency_that_is_the_one_of_the_mapping_needs_no_word(con):
    require_one_currency(con, table([LINES[3]]), to="CNY", where="x")


# ---- refusals


def refused(call):
    with pytest.raises(ContractError) as error:
        call()
    return error.value


def test_a_line_without_a_rate_stops_everything_and_its_amount_is_said(con):
    rates = read_rates(MONTHS[MONTHS["period"] == "2024-01"], to="CNY")
    error = refused(
        lambda: convert(con, table(LINES), rates, amounts=["revenue"], where="a.yaml:7")
    )
    assert str(error) == (
        "2 lines (revenue 20.00) have a currency without a rate: first 'USD' in 2024-02, 2 lines "
        "(revenue 20.00).\n"
        "  where: a.yaml:7; rates are there for CNY, EUR, USD\n"
        "  fix:   give rates a rate for 'USD' in 2024-02"
    )
    assert error.rows["n_lines"].tolist() == [2]


def test_a_currency_that_is_misspelt_or_missing_is_named(con):
    lines = [("2024-01-05", "Usd", 10.0), ("2024-01-05", None, 5.0)]
    rates = read_rates({"USD": 7}, to="CNY")
    error = refused(lambda: convert(con, table(lines[:1]), rates, amounts=["revenue"]))
    assert error.fix == "write 'USD' for 'Usd' with values:, or give rates a rate for 'Usd'"
    error = refused(lambda: convert(con, table(lines), rates, amounts=["revenue"]))
    assert error.what.startswith("2 lines (revenue 15.00) have a currency without a rate")
    error = refused(lambda: convert(con, table(lines[:1]), rates, amounts=["revenu"]))
    assert str(error) == (
        "'revenu' is not a column of sales here; known: date, currency, revenue.\n"
        "  where: rates\n  fix:   write 'revenue'"
    )


def rows(**changes):
    return pd.DataFrame({"currency": ["USD", "EUR"], "rate": [7.1, 7.8]} | changes)


BAD = {
    "zero": (
        rows(rate=[0, 7.8]),
        "1 of 2 rates of rates are no positive numbers with at most eight decimals, such as '0.0'.",
    ),
    "negative": (
        rows(rate=["-7", "7"]),
        "1 of 2 rates of rates are no positive numbers with at most eight decimals, such as '-7'.",
    ),
    "empty": (
        rows(rate=[None, 7.8]),
        "1 of 2 rates of rates are no positive numbers with at most "
        "eight decimals, such as an empty cell.",
    ),
    "text": (
        rows(rate=["7,1", "7.8"]),
        "1 of 2 rates of rates are no positive numbers with at most eight decimals, such as '7,1'.",
    ),
    "too fine": (
        rows(rate=["0.000000001", "1"]),
        "1 of 2 rates of rates are no positive numbers "
        "with at most eight decimals, such as '0.000000001'.",
    ),
    "twice": (rows(currency=["USD", "USD"]), "rates has two rates for the currency USD."),
    "twice a month": (
        rows(currency=["USD"] * 2, period=["2024-01", "2024-01-31"]),
        "rates has two rates for the currency USD on 2024-01-01.",
    ),
    "overlap": (
        rows(currency=["USD"] * 2, **{"from": ["2024-01-01", "2024-02-01"]}),
        "rates has two rates for the currency USD on 2024-02-01.",
    ),
    "backwards": (
        rows(**{"from": ["2024-02-01"] * 2, "to": ["2024-01-01", "2024-03-01"]}),
        "1 of 2 rates of rates end before they begin.",
    ),
    "no day": (
        rows(period=["2024-01", "soon"]),
        "1 of 2 values of 'period' in rates are no days, such as 'soon'.",
    ),
    "not itself": (rows(currency=["USD", "CNY"]), "One CNY is given as 7.8 CNY in rates."),
    "no name": (rows(currency=["USD", None]), "1 of 2 rows of rates have no 'currency'."),
    "no rows": (rows().iloc[:0], "rates has no rows."),
    "no column": (rows().rename(columns={"rate": "rat"}), "rates has no column 'rate'."),
}


@pytest.mark.parametrize("case", BAD)
def test_a_rate_table_nobody_could_use_is_refused(case):
    given_table, message = BAD[case]
    error = refused(lambda: read_rates(given_table, to="CNY"))
    assert error.what == message


def test_prices_are_not_divided_by_a_broken_factor(con):
    lines = table([("kg", 1.0, 2.0)], ("unit", "quantity", "unit_price"))
    rates = read_rates({"kg": "0.001"}, to="t", what="unit", name="units")
    error = refused(
        lambda: convert(
            con, lines, rates, amounts=["quantity"], prices=["unit_price"], column="unit"
        )
    )
    assert error.what == "Prices cannot be divided by 0.001 (kg) without a rest."


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ("{fixd: {USD: 7}}", "unknown key 'fixd'; known: amounts, "),
        ("{}", "rates need one source, got none."),
        ("{fixed: {USD: 7}, file: a.csv}", "rates need one source, got fixed, file."),
        ("{to: EUR, fixed: {USD: 7}}", "rates go to EUR, but the currency of the mapping is CNY."),
        ("[USD]", "rates must be keys and values, got ['USD']."),
        ("{rows: {USD: 7}}", "rows must be a list of rates, got {'USD': 7}."),
        ("{fixed: {USD: 7}, amounts: revenue}", "amounts must be a list of names, got 'revenue'."),
    ],
)
def test_a_section_with_a_slip_names_file_and_line(section, message):
    doc = parse(f"rates: {section}", name="shop.yaml")
    with pytest.raises(ContractError, match=f"^{re.escape(message)}") as error:
        read_section(doc, doc.data["rates"], "rates", to="CNY")
    assert error.value.where.startswith("shop.yaml:1: rates")


def test_units_need_a_column_a_target_and_factors():
    error = refused(lambda: units(Document({}, "shop.yaml"), {"to": "piece"}, "units"))
    assert error.what == "units have no 'column'."


def test_a_conversion_that_lost_a_line_or_a_coin_refuses_to_exist(con):
    _, good = convert(con, table(LINES), read_rates(MONTHS, to="CNY"), amounts=["revenue"])
    with pytest.raises(ReconciliationError, match=r"^6 lines of sales became 5\."):
        Conversion(good.controls, "sales", "CNY", "currency", 6)
    bad = good.controls.assign(after=good.controls["after"] + 2)
    with pytest.raises(ReconciliationError, match=r"^7\.0000 CNY at 1 is not 7\.0002 CNY\."):
        Conversion(bad, "sales", "CNY", "currency", 5)
