"""Files a spreadsheet has mangled are refused; clean files with discounts are not."""

import pytest
from realdata import SHARED_DATA

from salesanalysis.data.engine import fetch, quiet
from salesanalysis.data.values import (
    ISO_DATE,
    PLAIN_NUMBER,
    date_style,
    looks_grouped,
    mangled,
    number_style,
)
from salesanalysis.errors import ContractError


def lines(rows):
    import ibis

    types = dict.fromkeys(("quantity", "price", "amount"), "decimal(18, 4)")
    named = [dict(zip(types, row, strict=True)) for row in rows]
    with quiet():
        return ibis.memtable(named, schema=dict.fromkeys(types, "float64")).cast(types)


def check(con, table, **limits):
    mangled(con, table["quantity"], table["price"], table["amount"], where="f.csv", **limits)


def grouped(con, values):
    import ibis

    with quiet():
        table = ibis.memtable({"x": values}, schema={"x": "float64"})
        return bool(fetch(con, table.aggregate(x=looks_grouped(table["x"])))["x"].iloc[0])


def test_amounts_at_a_wrong_power_of_ten_are_refused_with_their_lines(con) -> None:
    table = lines([(1, 100, 100)] * 97 + [(2, 51865, 10373), (3, 20, 6000), (-3, 20, -6000)])
    with pytest.raises(ContractError) as caught:
        check(con, table)
    assert str(caught.value) == (
        "3 of 100 lines (3.0%) have an amount that is quantity x price times a power of ten; "
        "first: 2 x 51,865 is not 10,373.\n"
        "  where: f.csv; a spreadsheet that took the decimal point for a thousands separator "
        "leaves such numbers; see .rows\n"
        "  fix:   export the file again from its source without a spreadsheet in between"
    )
    assert caught.value.rows["times"].round(6).tolist() == [0.1, 100.0, 100.0]


def test_discounts_rounding_zeros_and_gaps_are_no_sign(con) -> None:
    discounted = [(1, 100, 100 - d) for d in range(89)]
    rounded = [(3, 33.3333, 100), (7, 0.01, 0.07), (1, 0.0049, 0)]
    check(con, lines(discounted + rounded + [(0, 5, 0), (1, 0, 0), (None, 1, 1), (1, 1, None)]))


def test_a_few_lines_below_the_limit_are_no_sign(con) -> None:
    check(con, lines([(1, 100, 100)] * 999 + [(1, 100, 1000)] * 5))
    with pytest.raises(ContractError):
        check(con, lines([(1, 100, 100)] * 993 + [(1, 100, 1000)] * 7))


def test_fractions_that_could_be_thousands_are_seen(con) -> None:
    cases = ([1.234, 12.5, 7], [1.5], [-3.25], [0.721, 12.5], [1234.5], [12.3456], [7, 8], [None])
    assert [grouped(con, c) for c in cases] == [True] * 3 + [False] * 5


@pytest.fixture(scope="module")
def mangled_file(con):
    file = SHARED_DATA / "dirty_excel_mangled" / "FactResellerSales_mangled.csv.gz"
    if not file.is_file():
        pytest.skip(f"trial data is not there: {file}")
    with quiet():
        return con.read_csv(file, all_varchar=True)


def test_the_real_mangled_file_is_refused_by_its_groups(con, mangled_file) -> None:
    with pytest.raises(ContractError) as caught:
        number_style(con, mangled_file["SalesAmount"], name="SalesAmount", where="mangled.csv")
    assert str(caught.value) == (
        "34 of 587 values of 'SalesAmount' have commas where no thousands can end, beside values "
        "such as '1,009,325': '10124,97' (6 rows), '11,40' (6 rows), '34,20' (5 rows), ....\n"
        "  where: mangled.csv, column 'SalesAmount'; a spreadsheet took the decimal point for a "
        "thousands separator and cut zeros, so the size of every value is lost\n"
        "  fix:   export the file again from its source without a spreadsheet in between"
    )
    assert caught.value.rows["count"].sum() == 34


def test_the_real_mangled_file_is_refused_by_its_products(con, mangled_file) -> None:
    three = ("OrderQuantity", "UnitPrice", "SalesAmount")
    sums = [mangled_file[c].replace(",", "").try_cast("decimal(18, 4)") for c in three]
    with pytest.raises(ContractError) as caught:
        mangled(con, *sums, where="mangled.csv")
    assert str(caught.value).startswith("42 of 587 lines (7.2%) have an amount")


def test_the_real_mangled_dates_are_refused(con, mangled_file) -> None:
    with pytest.raises(ContractError) as caught:
        date_style(con, mangled_file["OrderDate"], name="OrderDate", where="mangled.csv")
    assert caught.value.what == (
        "587 of 587 values of 'OrderDate' show minutes and seconds, and no day: "
        "'00:00.0' (587 rows)."
    )


def test_the_clean_order_lines_are_plain_and_pass(con, adventureworks) -> None:
    with quiet():
        orders = con.read_csv(adventureworks / "orders.csv.gz", all_varchar=True)
    named = {"where": "orders.csv.gz"}
    for c in ("quantity", "unit_price", "discount_pct", "revenue", "total_cost", "freight"):
        assert number_style(con, orders[c], name=c, **named) == PLAIN_NUMBER
    assert date_style(con, orders["order_date"], name="order_date", **named) == ISO_DATE
    three = [orders[c].try_cast("decimal(18, 4)") for c in ("quantity", "unit_price", "revenue")]
    mangled(con, *three, **named)


def test_the_chinese_month_is_read_to_its_control_totals(con) -> None:
    import pandas as pd
    import pyarrow as pa

    folder = SHARED_DATA / "zh_gbk_formatted"
    if not folder.is_dir():
        pytest.skip(f"trial data is not there: {folder}")
    import ibis

    frame = pd.read_csv(next(folder.glob("*.csv")), encoding="gbk", dtype="str")
    with quiet():
        table = ibis.memtable(pa.Table.from_pandas(frame))
        style = number_style(con, table["销售额"], name="销售额", where="gbk")
        day = next(c for c in table.columns if "日期" in c)
        days = date_style(con, table[day], name=day, where="gbk")
        seen = fetch(
            con,
            table.aggregate(
                revenue=style.read(table["销售额"]).sum(),
                first=days.read(table[day]).min(),
                last=days.read(table[day]).max(),
            ),
        ).iloc[0]
    assert round(seen["revenue"], 2) == 2_393_689.56
    assert [str(seen[c])[:10] for c in ("first", "last")] == ["2018-07-01", "2018-07-30"]
