"""Columns of databases read as our kinds: the same answer from every engine, none of them stops."""

import sqlite3
from decimal import Decimal

import ibis
import pandas as pd
import pgtools
import pytest

from salesanalysis.data.engine import arrow, fetch, fetch_exact, quiet
from salesanalysis.data.engine import connect as engine
from salesanalysis.data.sources.database import connect
from salesanalysis.data.sources.typed import read, trusted, unread

CREATE = (
    "CREATE TABLE cells (i int, number text, day text, flag text, name text, amount {money}, "
    "real {real}, moment timestamp, born date)"
)
ROWS = (
    "INSERT INTO cells VALUES "
    "(1, '1234.5', '2024-02-29', '是', '华东', 12.34567, 0.1, '2024-01-31 23:59:59', '2024-01-31'),"
    "(2, ' -.5 ', '2024-02-30', 'no', ' \u3000East\u200b ', -3, 2.5, '2024-02-01 00:00:00', '2024-02-01'),"
    "(3, '12,5', '2023-02-29 10:00', 'perhaps', '-', 0, 1e20, NULL, NULL),"
    "(4, '', '2024-12-31T11:00', '', '', NULL, NULL, NULL, NULL),"
    "(5, '1e5', '31/12/2024', NULL, '--', 7, -7, NULL, NULL)"
)
FOUND = {
    ("number", "number"): ["1234.5000", "-0.5000", None, None, None],
    ("number", "count"): [None, None, None, None, None],
    ("i", "count"): [1, 2, 3, 4, 5],
    ("amount", "count"): [None, -3, 0, None, 7],
    ("number", "share"): [1234.5, -0.5, None, None, None],
    ("amount", "number"): ["12.3457", "-3.0000", "0.0000", None, "7.0000"],
    ("real", "number"): ["0.1000", "2.5000", None, None, "-7.0000"],
    ("day", "date"): ["2024-02-29", None, None, "2024-12-31", None],
    ("moment", "date"): ["2024-01-31", "2024-02-01", None, None, None],
    ("born", "date"): ["2024-01-31", "2024-02-01", None, None, None],
    ("amount", "date"): [None] * 5,
    ("born", "number"): [None] * 5,
    ("flag", "flag"): [True, False, None, None, None],
    ("name", "text"): ["华东", "East", None, None, "--"],
    ("i", "text"): ["1", "2", "3", "4", "5"],
}
NOT_READ = {
    ("number", "number"): [False, False, True, False, True],
    ("real", "number"): [False, False, True, False, False],
    ("day", "date"): [False, True, True, False, True],
    ("flag", "flag"): [False, False, True, False, False],
    ("name", "text"): [False] * 5,
    ("born", "number"): [True, True, False, False, False],
}


@pytest.fixture(params=["duckdb", "sqlite", "postgres"])
def cells(request, tmp_path):
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        create = CREATE.format(money="numeric", real="double precision")
        pgtools.execute(pgtools.make(server, "cells"), create, ROWS, database="cells")
        return connect(server.url("cells")).table("cells")
    create = CREATE.format(money="decimal(20, 6)", real="double")
    if request.param == "duckdb":
        con = engine()
        con.raw_sql(create)
        con.raw_sql(ROWS)
        with quiet():
            return con.table("cells")
    path = tmp_path / "cells.sqlite"
    with sqlite3.connect(path) as con:
        con.execute(create)
        con.execute(ROWS)
    con.close()
    with quiet():
        return ibis.sqlite.connect(path).table("cells")


def plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else str(value)


def test_every_engine_reads_the_same_and_none_stops_at_a_bad_cell(cells):
    wanted = cells.order_by("i").select(
        **{f"{c}|{kind}": read(cells[c], kind) for c, kind in FOUND}
    )
    with quiet():
        found = wanted.get_backend().to_pyarrow(wanted)
    for (column, kind), values in FOUND.items():
        assert [plain(v) for v in found[f"{column}|{kind}"].to_pylist()] == values, (column, kind)


def test_a_cell_that_is_not_of_its_kind_is_told_from_an_empty_one(cells):
    wanted = cells.order_by("i").select(
        **{f"{c}|{kind}": unread(cells[c], kind) for c, kind in NOT_READ}
    )
    with quiet():
        found = wanted.get_backend().to_pyarrow(wanted)
    for (column, kind), values in NOT_READ.items():
        assert found[f"{column}|{kind}"].to_pylist() == values, (column, kind)


def test_what_a_database_returns_has_our_types(cells):
    wanted = cells.select(
        "name", day=read(cells["born"], "date"), amount=read(cells["amount"], "number")
    )
    found = fetch(None, wanted.order_by("day"))
    assert found.dtypes.astype("str").tolist() == ["str", "datetime64[us]", "float64"]
    assert found["day"].iloc[0] == pd.Timestamp("2024-01-31")


def test_sums_are_decimals_and_do_not_carry_what_no_amount_has(cells):
    amounts = cells.select(amount=read(cells["amount"], "number"))
    total = amounts.aggregate(total=amounts["amount"].sum())
    assert fetch_exact(None, total)["total"] == Decimal("16.3457") or (
        # SQLite sums what it stored: it has no decimals
        cells.get_backend().name == "sqlite"
    )
    assert round(fetch(None, total)["total"].iloc[0], 3) == 16.346


def test_floats_of_an_engine_without_decimals_lose_what_they_carry_too_much(tmp_path):
    with sqlite3.connect(tmp_path / "x.sqlite") as con:
        con.execute("CREATE TABLE cells (amount decimal(14, 2))")
        con.execute("INSERT INTO cells VALUES (0.1), (0.7), (-0.3), (1e9), (-1e9)")
    con.close()
    with quiet():
        cells = ibis.sqlite.connect(tmp_path / "x.sqlite").table("cells")
    total = cells.aggregate(total=read(cells["amount"], "number").sum())
    assert fetch(None, total)["total"].tolist() == [0.5]


def test_an_exact_table_comes_in_the_order_that_was_asked_for(cells):
    found = arrow(None, cells.select("i", "name").order_by(cells["i"].desc()))
    assert found["i"].to_pylist() == [5, 4, 3, 2, 1]


def test_a_column_is_taken_as_it_lies_only_where_every_value_allows_it(cells):
    kinds = [*FOUND, ("i", "number")]
    found = trusted(None, cells, kinds)
    assert found == {
        ("i", "count"),
        ("i", "number"),
        ("i", "text"),
        ("amount", "number"),
        ("moment", "date"),
        ("born", "date"),
    }
    wanted = {f"{c}|{k}": read(cells[c], k, trusted=True) for c, k in found}
    with quiet():
        as_it_lies = cells.get_backend().to_pyarrow(cells.order_by("i").select(**wanted))
    for column, kind in sorted(found & set(FOUND)):
        values = as_it_lies[f"{column}|{kind}"].to_pylist()
        assert [plain(v) for v in values] == FOUND[column, kind], (column, kind)


def test_nothing_is_asked_where_no_column_could_be_taken_as_it_lies(cells):
    assert trusted(None, cells, [("number", "number")]) == set()
