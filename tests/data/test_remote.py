"""Data that stay in a database: the same figures as from files, and no order line travels."""

import sqlite3
from pathlib import Path
from urllib.parse import quote

import ibis
import pandas as pd
import pgtools
import pgwire
import psycopg
import pytest

import salesanalysis as sa
from salesanalysis.data.engine import quiet
from salesanalysis.errors import ContractError

N_LINES = 20_000
REGIONS = ("华东", "华北", "华南", "西区")
N_MONTHS = 27
#: Two lines in 40,000 without a region, amounts with cents, days up to the middle of a month.
LINES = f"""
CREATE TABLE crm.lines AS
SELECT i AS id, DATE '2022-01-01' + (i * 7919 % 800) AS day,
       (ARRAY['华东','华北','华南','西区'])[1 + i % 4]::text AS area,
       CASE WHEN i % 10000 = 3 THEN NULL ELSE 'P' || i % 3 END AS item,
       ((i * 104729 % 1000003)::numeric / 100 - CASE WHEN i % 50 = 0 THEN 5000 ELSE 0 END)
         ::numeric(14, 2) AS net,
       i % 9 + 1 AS pieces
FROM generate_series(1, {N_LINES}) AS i"""
VIEW = """
CREATE VIEW crm."订单明细" AS
SELECT id::text AS "订单号", day AS "日期", area AS "大区", item AS "产品", net AS "金额",
       pieces AS "数量" FROM crm.lines"""
MAPPING = """
name: shop
title: {{en: Shop, zh: 商店}}
tables:
  sales:
    {source}
    columns:
      order_id: 订单号
      date: 日期
      region: 大区
      product: 产品
      revenue: 金额
      quantity: {{column: 数量, cast: number}}
"""


def mapping(folder: Path, source: str, name: str = "map.yaml") -> Path:
    path = folder / name
    path.write_text(MAPPING.format(source=source), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shop(postgres: pgtools.Server) -> pgtools.Server:
    pgtools.make(postgres, "remote")
    pgtools.execute(postgres, "CREATE SCHEMA crm", LINES, VIEW, database="remote")
    return postgres


@pytest.fixture(scope="module")
def files(shop, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("export")
    with (
        psycopg.connect(shop.url("remote")) as con,
        con.cursor().copy(
            'COPY (SELECT * FROM crm."订单明细" ORDER BY 1) TO STDOUT (FORMAT csv, HEADER)'
        ) as copy,
    ):
        (folder / "orders.csv").write_bytes(b"".join(bytes(piece) for piece in copy))
    mapping(folder, "file: orders.csv", "mapping.yaml")
    return folder


@pytest.fixture(scope="module")
def local(files):
    return sa.load(files, mapping=files / "mapping.yaml")


@pytest.fixture
def remote(shop, tmp_path):
    return sa.load(shop.url("remote"), mapping=mapping(tmp_path, "table: crm.订单明细"))


@pytest.fixture
def lite(files, tmp_path):
    lines = pd.read_csv(files / "orders.csv", dtype={"订单号": "str"})
    path = tmp_path / "orders.sqlite"
    with sqlite3.connect(path) as con:
        con.execute(
            "CREATE TABLE lines (订单号 text, 日期 date, 大区 text, 产品 text, "
            "金额 decimal(14, 2), 数量 integer)"
        )
        rows = lines.astype(object).where(lines.notna(), None).itertuples(index=False)
        con.executemany("INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?)", rows)
    con.close()
    with quiet():
        return ibis.sqlite.connect(path).table("lines")


def same(data, other) -> None:
    """Everything that is shown of two data sets is the same to the cent."""
    assert (data.as_of, data.regions, data.tables) == (other.as_of, other.regions, other.tables)
    for by in ([], ["region"], ["region", "product"]):
        ours, theirs = data.panel(by=by).frame, other.panel(by=by).frame
        keys = [*by, "period"]
        ours, theirs = (f.sort_values(keys, ignore_index=True) for f in (ours, theirs))
        pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=1e-9)
    for returns in (False, True):
        pd.testing.assert_frame_equal(
            data.cells(by=["product"], split_returns=returns),
            other.cells(by=["product"], split_returns=returns),
            rtol=0,
            atol=1e-9,
        )
    where = {"region": ["华东", "西区"]}
    pd.testing.assert_frame_equal(
        data.panel(value="quantity", where=where).frame,
        other.panel(value="quantity", where=where).frame,
    )
    for ours, theirs in (
        (data.quality.overview, other.quality.overview),
        (data.quality.gaps, other.quality.gaps),
        (data.quality.months, other.quality.months),
    ):
        pd.testing.assert_frame_equal(ours, theirs, rtol=0, atol=1e-6)


# --- planted truth: the same data by another road ----------------------------------------------


def test_a_view_in_postgresql_gives_the_figures_of_its_export_to_the_cent(remote, local):
    same(remote, local)


def test_a_connected_table_gives_the_figures_of_its_export_to_the_cent(lite, local, tmp_path):
    same(sa.load(lite, mapping=mapping(tmp_path, "table: lines")), local)


def test_connected_tables_are_handed_over_by_name(lite, local, tmp_path):
    same(sa.load({"mine": lite}, mapping=mapping(tmp_path, "table: mine")), local)


def test_a_connected_postgresql_table_is_read_through_the_readers_own_connection(
    shop, local, tmp_path
):
    with quiet(), psycopg.connect(shop.url("remote"), autocommit=True) as raw:
        table = ibis.postgres.from_connection(raw).table("订单明细", database="crm")
        same(sa.load(table, mapping=mapping(tmp_path, "table: 订单明细")), local)


def test_rows_come_in_the_order_of_the_export(remote, local):
    pd.testing.assert_frame_equal(remote.frame("sales"), local.frame("sales"))


def test_the_database_can_be_looked_at_from_another_evening(remote, local):
    same(remote.at("2023-05-17"), local.at("2023-05-17"))


# --- no order line travels ---------------------------------------------------------------------


def test_no_order_line_crosses_the_wire(shop, tmp_path):
    with pgwire.wire(shop.port) as wire:
        url = shop.url("remote").replace(f":{shop.port}/", f":{wire.port}/")
        data = sa.load(url, mapping=mapping(tmp_path, "table: crm.订单明细"))
        # the columns of the view are described in a row each
        assert max(wire.rows) <= len(data.table("sales").columns)
        wire.forget()
        data.panel(by=["region"])
        assert 0 < max(wire.rows) <= len(REGIONS) * N_MONTHS
        data.cells(by=["region", "product"])
        assert max(wire.rows) <= len(REGIONS) * N_MONTHS
        assert sum(wire.rows) <= 2 * len(REGIONS) * N_MONTHS
        assert wire.n_bytes < N_LINES
        wire.forget()
        # the measure measures: a whole table is seen to travel
        data.frame("sales")
        assert max(wire.rows) == N_LINES


def test_any_other_engine_sums_where_the_lines_lie(lite, tmp_path):
    data = sa.load(lite, mapping=mapping(tmp_path, "table: lines"))
    asked: list[str] = []
    backend = lite.get_backend()
    backend.con.set_trace_callback(asked.append)
    try:
        panel = data.panel(by=["region", "product"])
    finally:
        backend.con.set_trace_callback(None)
    of_lines = [text for text in asked if '"lines"' in text]
    assert of_lines
    assert all("SUM(" in text and "GROUP BY" in text for text in of_lines)
    assert len(panel.frame) <= len(REGIONS) * 4 * N_MONTHS


def test_the_statement_of_quality_needs_counts_and_a_few_examples(shop, tmp_path):
    with pgwire.wire(shop.port) as wire:
        url = shop.url("remote").replace(f":{shop.port}/", f":{wire.port}/")
        data = sa.load(url, mapping=mapping(tmp_path, "table: crm.订单明细"))
        wire.forget()
        assert data.quality.overview["n_seen"].tolist() == [N_LINES]
        # the largest answer counts the lines per size of their amount, in steps of 0.1 percent
        assert sum(wire.rows) < N_LINES / 4


# --- safety ------------------------------------------------------------------------------------


def test_no_file_of_a_saved_data_set_holds_the_password(remote, local, tmp_path):
    folder = remote.save(tmp_path / "snapshot")
    for path in folder.iterdir():
        content = path.read_bytes()
        for secret in (pgtools.PASSWORD, quote(pgtools.PASSWORD, safe=""), "Geheim"):
            assert secret.encode() not in content, path.name
    same(sa.load(folder), local)


def test_saved_data_do_not_depend_on_where_they_were_read(remote, local, tmp_path):
    ours, theirs = remote.save(tmp_path / "a"), local.save(tmp_path / "b")
    # a file may say more of its lines than was mapped, which tells copies apart
    found = pd.read_parquet(theirs / "sales.parquet").drop(columns="_line", errors="ignore")
    pd.testing.assert_frame_equal(pd.read_parquet(ours / "sales.parquet"), found)


def test_nothing_shown_of_a_data_set_holds_the_password(remote):
    shown = repr(remote) + repr(remote.origins) + repr(vars(remote)) + str(remote.quality)
    assert "Geheim" not in shown
    assert pgtools.PASSWORD not in shown


# --- refusals ----------------------------------------------------------------------------------


def test_a_cell_that_is_no_number_is_refused_and_not_left_out(shop, tmp_path):
    pgtools.execute(
        shop,
        """CREATE OR REPLACE VIEW crm.dirty AS SELECT "订单号", "日期", "大区", "产品", "金额",
           CASE WHEN "订单号" = '77' THEN '12,5' ELSE "数量"::text END AS "数量"
           FROM crm."订单明细" """,
        database="remote",
    )
    with pytest.raises(ContractError, match="12,5"):
        sa.load(shop.url("remote"), mapping=mapping(tmp_path, "table: crm.dirty"))


def test_an_address_without_a_mapping_is_refused_without_its_password(shop):
    with pytest.raises(ContractError) as caught:
        sa.load(shop.url("remote"))
    assert "Geheim" not in str(caught.value)
    assert "mapping" in str(caught.value)
