"""What a column declares: words that are signs, quotes, time zones; and what is wrong with them."""

from datetime import UTC, datetime

import numpy as np
import pgtools
import pyarrow as pa
import pytest
from shoptools import days, error, load, put

import salesanalysis as sa

CREDITS = (
    'o,d,r,a\n1,2024-01-05,N,"1,593.34 DR"\n2,2024-01-06,N,10.00 CR\n3,2024-01-07,N,5\n'
    "4,2024-01-08,N,7.25 cr\n"
)


def declared(ours: str, spec: str) -> str:
    columns = {"order_id": "o", "date": "d", "region": "r", "revenue": "a"} | {ours: spec}
    return "{" + ", ".join(f"{k}: {v}" for k, v in columns.items()) + "}"


def test_amounts_with_a_word_for_below_zero_are_read_with_their_sign(tmp_path) -> None:
    columns = declared("revenue", "{column: a, minus: CR, plus: DR}")
    data = load(put(tmp_path, CREDITS, columns=columns))
    assert data.frame("sales")["revenue"].tolist() == [1593.34, -10.0, 5.0, -7.25]
    assert data.origins["sales"].amount == 1581.09


def test_the_word_nobody_declared_is_refused_with_what_to_write(tmp_path) -> None:
    columns = declared("revenue", "{column: a, minus: CR}")
    assert str(error(put(tmp_path, CREDITS, columns=columns))) == (
        "1 of 4 values of 'a' cannot be read as numbers such as 1234.50, as the other 3 are: "
        "'1,593.34 DR' (1 row).\n"
        f"  where: f.csv; {tmp_path}/m.yaml:4: tables.sales, column 'a'; CR and DR tell credit "
        "from debit; see .rows\n"
        "  fix:   say which of them is below zero: where sales are CR, as in a register of sales, "
        "minus: DR and plus: CR; where they are DR, as in accounts of customers, minus: CR and "
        "plus: DR"
    )


@pytest.mark.parametrize(("option", "word"), [("minus", "CR"), ("plus", "DR")])
def test_a_sign_without_a_word_would_turn_every_amount_and_is_refused(
    tmp_path, option, word
) -> None:
    columns = declared("revenue", f'{{column: a, {option}: ""}}')
    assert str(error(put(tmp_path, CREDITS, columns=columns))) == (
        f"{option} needs the word that stands behind an amount.\n"
        f"  where: {tmp_path}/m.yaml:6: tables.sales.columns.revenue.{option}\n"
        f"  fix:   write it, such as {option}: {word}"
    )


@pytest.mark.parametrize(("quote", "got"), [("\"''\"", "\"''\""), ("5", "'5'")])
def test_quotes_are_one_character_or_none(tmp_path, quote, got) -> None:
    path = put(tmp_path, CREDITS, more=f"    quote: {quote}\n")
    assert str(error(path)) == (
        f'tables.sales.quote must be one quote, or "" where quotes are letters, got {got}.\n'
        f"  where: {tmp_path}/m.yaml:6: tables.sales.quote\n"
        '  fix:   write one quote, or "" where quotes are letters'
    )


@pytest.mark.parametrize("zone", ["Asia/Peking", "+25:00", "CST6"])
def test_a_time_zone_nobody_knows_is_refused(tmp_path, zone) -> None:
    columns = declared("date", f'{{column: d, timezone: "{zone}"}}')
    assert str(error(put(tmp_path, CREDITS, columns=columns))) == (
        "tables.sales.columns.date.timezone must be a time zone such as Asia/Shanghai, got "
        f"'{zone}'.\n"
        f"  where: {tmp_path}/m.yaml:6: tables.sales.columns.date.timezone\n"
        "  fix:   write a time zone such as Asia/Shanghai"
    )


def test_a_time_zone_for_a_name_is_refused(tmp_path) -> None:
    columns = declared("region", "{column: r, timezone: UTC}")
    assert str(error(put(tmp_path, CREDITS, columns=columns))) == (
        "'timezone' says nothing about a column of kind 'text'.\n"
        f"  where: {tmp_path}/m.yaml:6: tables.sales.columns.region.timezone\n"
        "  fix:   leave it out, or write cast: date"
    )


#: Three moments around midnight in Shanghai, the last of January there and the first of February.
MOMENTS = ("2024-01-31 15:59:59.999999+00", "2024-01-31 16:00:00+00", "2024-02-01 15:59:59+00")


@pytest.fixture(scope="module")
def moments(postgres: pgtools.Server) -> pgtools.Server:
    """A server with moments that have a zone; its own zone is another one."""
    pgtools.make(postgres, "zones")
    rows = ", ".join(f"('{i}', timestamptz '{m}', 'N', {i}.5)" for i, m in enumerate(MOMENTS, 1))
    pgtools.execute(
        postgres,
        "CREATE TABLE lines (o text, d timestamptz, r text, a numeric(12, 2))",
        f"INSERT INTO lines VALUES {rows}",
        "ALTER DATABASE zones SET timezone = 'America/New_York'",
        database="zones",
    )
    return postgres


@pytest.mark.parametrize(
    ("zone", "found"),
    [
        ("Asia/Shanghai", ["2024-01-31", "2024-02-01", "2024-02-01"]),
        ("UTC", ["2024-01-31", "2024-01-31", "2024-02-01"]),
    ],
)
def test_a_database_counts_days_in_the_zone_of_the_mapping_not_in_its_own(
    moments, tmp_path, zone, found
) -> None:
    columns = declared("date", f'{{column: d, timezone: "{zone}"}}')
    put(tmp_path, None, columns=columns)
    mapping = tmp_path / "m.yaml"
    text = mapping.read_text(encoding="utf-8").replace("file: f.csv", "table: lines")
    mapping.write_text(text, encoding="utf-8")
    data = sa.load(moments.url("zones"), mapping=mapping)
    assert days(data) == found
    assert f"The days of d are counted in the time zone {zone}." in data.quality.explain()


def test_moments_of_a_database_without_a_declared_zone_are_refused(moments, tmp_path) -> None:
    put(tmp_path, None)
    mapping = tmp_path / "m.yaml"
    text = mapping.read_text(encoding="utf-8").replace("file: f.csv", "table: lines")
    mapping.write_text(text, encoding="utf-8")
    with pytest.raises(sa.errors.ContractError) as caught:
        sa.load(moments.url("zones"), mapping=mapping)
    address = moments.bare_url("zones")
    assert str(caught.value) == (
        f"'d' holds moments with a time zone, and {address}, table lines does not say in which "
        "zone its days are counted.\n"
        f"  where: {tmp_path}/m.yaml:4: tables.sales, columns.date; late on 31 January in one "
        "zone is February in another\n"
        "  fix:   add to the column in the mapping the time zone of the business, such as "
        "timezone: Asia/Shanghai"
    )


def test_nanoseconds_with_a_zone_stay_on_the_day_of_that_zone(tmp_path) -> None:
    last = np.datetime64("2024-01-31T15:59:59.999999999", "ns").astype("int64")
    moments = pa.array([int(last), int(last) + 1], pa.timestamp("ns", "Asia/Shanghai"))
    table = pa.table({"o": ["1", "2"], "d": moments, "r": ["N", "N"], "a": [1.0, 2.0]})
    assert days(load(put(tmp_path, table, "f.parquet"))) == ["2024-01-31", "2024-02-01"]
    noon = pa.array([datetime(2024, 1, 31, 17, tzinfo=UTC)] * 2, pa.timestamp("ns", "UTC"))
    columns = declared("date", "{column: d, timezone: Asia/Shanghai}")
    path = put(tmp_path, table.set_column(1, "d", noon), "g.parquet", columns)
    assert days(load(path)) == ["2024-02-01", "2024-02-01"]
