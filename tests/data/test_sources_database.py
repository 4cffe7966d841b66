"""Databases as sources: what is read, what is refused, and that no password is ever shown."""

from pathlib import Path

import duckdb
import pandas as pd
import pgtools
import pytest

from salesanalysis.data.engine import connect as engine
from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.sources.database import (
    connect,
    is_duckdb,
    of_table,
    open_table,
    opened_file,
    place_of,
    tables,
)
from salesanalysis.data.sources.place import Place
from salesanalysis.data.sources.typed import read
from salesanalysis.errors import ContractError

NASTY = 'x"; DROP TABLE victim; --'


def in_quotes(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.fixture(scope="module")
def shop(postgres: pgtools.Server) -> pgtools.Server:
    pgtools.make(postgres, "shop")
    pgtools.execute(
        postgres,
        "CREATE SCHEMA crm",
        'CREATE TABLE crm."Orders" (i int, "金额" numeric, "Moment" timestamptz, day date)',
        """INSERT INTO crm."Orders" VALUES (1, 12.34565, '2024-01-31 17:00+00', '2024-01-31'),
           (2, 1e20, '2024-01-31 15:00+00', 'infinity'), (3, 'NaN', NULL, NULL)""",
        'CREATE VIEW crm."订单" AS SELECT i, "金额", day FROM crm."Orders" WHERE i = 1',
        "CREATE TABLE victim (i int)",
        f"CREATE TABLE {in_quotes(NASTY)} ({in_quotes(NASTY)} int)",
        f"INSERT INTO {in_quotes(NASTY)} VALUES (7)",
        'CREATE TABLE "with.dot" (i int)',
        "CREATE TYPE size AS ENUM ('small', 'large', '华东')",
        "CREATE DOMAIN price AS numeric(10, 2)",
        "CREATE TABLE words (t size, p price, m money, c char(9), u uuid)",
        """INSERT INTO words VALUES ('large', 3.14, 12.5, 'x', gen_random_uuid()),
           ('small', 1, -0.01, '', NULL), (NULL, NULL, NULL, NULL, NULL),
           ('华东', NULL, NULL, NULL, NULL)""",
        "CREATE ROLE ben LOGIN PASSWORD 'ben'",
        "GRANT USAGE ON SCHEMA crm TO ben",
        "ALTER DATABASE shop SET timezone = 'Asia/Shanghai'",
    )
    return postgres


@pytest.fixture(scope="module")
def backend(shop: pgtools.Server):
    return connect(shop.url())


# --- by hand: what is opened -------------------------------------------------------------------


def test_a_view_with_a_chinese_name_is_read_with_its_chinese_columns(shop, backend):
    opened = open_table(None, Place(table="crm.订单", backend=backend))
    assert opened.remote
    assert opened.typed
    assert opened.name == f"postgresql://anna@localhost:{shop.port}/shop, table crm.订单"
    found = fetch(None, opened.table.select(amount=read(opened.table["金额"], "number")))
    assert found["amount"].tolist() == [12.3457]


def test_mixed_case_names_and_names_with_a_dot_are_found_as_they_are_written(backend):
    assert open_table(None, Place(table="crm.Orders", backend=backend)).table.columns == (
        "i",
        "金额",
        "Moment",
        "day",
    )
    assert open_table(None, Place(table="with.dot", backend=backend)).table.columns == ("i",)


def test_a_name_that_is_an_attack_is_read_and_not_run(shop, backend):
    table = open_table(None, Place(table=NASTY, backend=backend)).table
    assert fetch(None, table.group_by(NASTY).aggregate(n=table.count()))[NASTY].tolist() == [7]
    assert "victim" in tables(backend)


def test_sums_of_a_database_come_back_exact(backend):
    table = open_table(None, Place(table="crm.Orders", backend=backend)).table
    amounts = table.mutate(amount=read(table["金额"], "number"))
    found = fetch_exact(None, amounts.aggregate(total=amounts["amount"].sum()))
    assert str(found["total"]) == "12.3457"


def test_days_of_moments_are_those_of_the_databases_own_time_zone(backend):
    table = open_table(None, Place(table="crm.Orders", backend=backend)).table
    found = fetch(None, table.select("i", day=read(table["Moment"], "date")).order_by("i"))
    assert found["day"].dtype == "datetime64[us]"
    assert found["day"].dropna().tolist() == [
        pd.Timestamp("2024-02-01"),
        pd.Timestamp("2024-01-31"),
    ]


def test_rows_are_ordered_by_their_characters_whatever_the_order_of_the_database(shop, backend):
    # the server sorts an enum as it was declared
    raw = backend.table("words")
    assert backend.to_pyarrow(raw.select("t").order_by("t"))["t"].to_pylist()[0] == "small"
    for descending in (False, True):
        keys = [raw["t"].desc() if descending else "t"]
        found = fetch(None, raw.select("t").order_by(keys))["t"]
        expected = ["large", "small", "华东"]
        assert found.dropna().tolist() == expected[:: -1 if descending else 1]
        assert pd.isna(found.iloc[-1])


def test_enums_domains_money_and_padded_texts_are_plain_values(backend):
    table = open_table(None, Place(table="words", backend=backend)).table
    kinds = {"t": "text", "p": "number", "m": "number", "c": "text", "u": "text"}
    found = fetch(None, table.select(**{c: read(table[c], k) for c, k in kinds.items()}))
    assert found["t"].dropna().tolist() == ["large", "small", "华东"]
    assert found["p"].dropna().tolist() == [3.14, 1.0]
    assert found["m"].dropna().tolist() == [12.5, -0.01]
    assert found["c"].dropna().tolist() == ["x"]
    assert found["u"].str.len().dropna().tolist() == [36]


def test_nothing_can_be_written_through_our_connection(backend):
    with pytest.raises(Exception, match="read-only"):
        backend.raw_sql("DELETE FROM victim")


def test_the_password_comes_from_the_environment_as_for_every_postgresql_program(
    shop, monkeypatch, tmp_path
):
    monkeypatch.setenv("PGPASSWORD", pgtools.PASSWORD)
    assert "victim" in tables(connect(shop.bare_url()))
    monkeypatch.delenv("PGPASSWORD")
    escaped = pgtools.PASSWORD.replace("\\", "\\\\").replace(":", "\\:")
    passes = tmp_path / "pass"
    passes.write_text(f"localhost:{shop.port}:shop:anna:{escaped}\n", encoding="utf-8")
    passes.chmod(0o600)
    monkeypatch.setenv("PGPASSFILE", str(passes))
    assert "victim" in tables(connect(shop.bare_url()))


def test_a_name_in_braces_is_taken_from_the_environment(shop, monkeypatch):
    monkeypatch.setenv("CRM_PASSWORD", pgtools.PASSWORD)
    monkeypatch.setenv("CRM_URL", shop.url())
    address = shop.bare_url().replace("anna@", "anna:${CRM_PASSWORD}@")
    assert "victim" in tables(place_of(address).backend)
    assert "victim" in tables(place_of("${CRM_URL}").backend)


# --- DuckDB files ------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path) -> Path:
    path = tmp_path / "it's 数据.db"
    with duckdb.connect(str(path)) as con:
        con.execute('CREATE SCHEMA crm; CREATE TABLE crm."Sales" AS SELECT 1.5 AS "金额"')
        con.execute('CREATE VIEW "订单" AS SELECT "金额" FROM crm."Sales"')
        con.execute(f"CREATE TABLE {in_quotes(NASTY)} AS SELECT 7 AS {in_quotes(NASTY)}")
    return path


def test_a_duckdb_file_is_read_where_it_lies_and_not_changed(file):
    before, con = file.read_bytes(), engine()
    assert is_duckdb(file)
    sales = open_table(con, Place(path=file, table="crm.Sales"))
    view = open_table(con, Place(path=file, table="订单"))
    assert (sales.name, sales.typed, sales.remote) == (f"{file.name}, table crm.Sales", True, False)
    both = sales.table.cross_join(view.table.select(b="金额"))
    assert fetch(con, both)["金额"].tolist() == [1.5]
    attack = open_table(con, Place(path=file, table=NASTY)).table
    assert fetch(con, attack)[NASTY].tolist() == [7]
    assert file.read_bytes() == before


def test_the_address_of_a_duckdb_file_is_its_path(file):
    place = place_of(f"duckdb:///{file}")
    assert place.path == file
    assert place.backend is None


def test_the_tables_of_a_duckdb_file_are_listed_as_a_mapping_names_them(file):
    con = opened_file(file)
    assert tables(con) == ["crm.Sales", NASTY, "订单"]
    con.disconnect()
    with pytest.raises(ContractError) as caught:
        open_table(engine(), Place(path=file, table="sales"))
    assert str(caught.value) == (
        f"'sales' is not a table here; known: crm.Sales, {NASTY}, 订单.\n"
        f"  where: {file}\n"
        "  fix:   write 'crm.Sales'"
    )


def test_a_duckdb_file_that_is_broken_is_refused(tmp_path):
    path = tmp_path / "x.duckdb"
    path.write_bytes(bytes(8) + b"DUCK" + bytes(5000))
    with pytest.raises(ContractError, match=r"x\.duckdb cannot be opened") as caught:
        open_table(engine(), Place(path=path, table="sales"))
    assert caught.value.code == "no-connection"


def test_other_files_are_no_duckdb_files(tmp_path):
    other = tmp_path / "x.db"
    other.write_bytes(b"SQLite format 3\0" + bytes(100))
    assert not is_duckdb(other)
    assert not is_duckdb(tmp_path)


# --- refusals ----------------------------------------------------------------------------------


def test_a_table_that_is_not_there_is_refused_with_the_nearest(shop, backend):
    with pytest.raises(ContractError) as caught:
        open_table(None, Place(table="Orders", backend=backend))
    assert str(caught.value) == (
        f"'Orders' is not a table here; known: crm.Orders, crm.订单, victim, with.dot, words, "
        f"{NASTY}.\n"
        f"  where: postgresql://anna@localhost:{shop.port}/shop\n"
        "  fix:   write 'crm.Orders'"
    )


def test_a_table_the_user_may_not_read_is_refused(shop):
    theirs = connect(shop.url(user="ben", password="ben"))
    with pytest.raises(ContractError) as caught:
        open_table(None, Place(table="crm.Orders", backend=theirs))
    assert str(caught.value) == (
        "The user 'ben' may not read crm.Orders.\n"
        f"  where: postgresql://ben@localhost:{shop.port}/shop\n"
        "  fix:   ask for: GRANT SELECT ON crm.Orders TO ben"
    )


def test_a_database_without_a_table_is_refused(shop):
    empty = connect(shop.url(database="postgres"))
    with pytest.raises(ContractError) as caught:
        open_table(None, Place(table="sales", backend=empty))
    assert str(caught.value) == (
        "The database holds no table that may be read.\n"
        f"  where: postgresql://anna@localhost:{shop.port}/postgres\n"
        "  fix:   check the database and the rights of the user"
    )


def test_a_question_the_database_cannot_answer_is_refused(shop, backend):
    table = open_table(None, Place(table="words", backend=backend)).table
    with pytest.raises(ContractError) as caught:
        fetch(None, table.select(n=table["c"].cast("int64")))
    assert str(caught.value) == (
        'The database did not answer: invalid input syntax for type bigint: "x".\n'
        f"  where: postgresql://anna@localhost:{shop.port}/shop\n"
        "  fix:   check the view or table"
    )


def test_a_connection_that_was_cut_is_told(shop):
    cut = connect(shop.url())
    table = open_table(None, Place(table="words", backend=cut)).table
    pgtools.execute(shop, f"SELECT pg_terminate_backend({cut.con.info.backend_pid})")
    with pytest.raises(ContractError, match="did not answer") as caught:
        fetch(None, table)
    assert caught.value.fix == "load the data again"


def test_tables_of_two_databases_are_not_read_together(shop, backend, file):
    con = engine()
    ours = open_table(con, Place(path=file, table="订单")).table
    theirs = open_table(None, Place(table="victim", backend=backend)).table
    with pytest.raises(ContractError) as caught:
        fetch(con, ours.cross_join(theirs))
    assert str(caught.value) == (
        "Tables that lie in different databases cannot be read together.\n"
        f"  where: tables of duckdb, postgresql://anna@localhost:{shop.port}/shop\n"
        "  fix:   put the smaller one into the database of the larger, or export both to files"
    )


def test_a_connection_keeps_no_password(shop, backend):
    assert pgtools.PASSWORD not in repr(vars(backend)) + repr(backend) + backend.db_identity
    table = of_table(backend.table("victim"))
    assert table.name == "table victim"
    assert pgtools.PASSWORD not in repr(table)
