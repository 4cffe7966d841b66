"""`check` and a region's part of it on a database: as from the export, and no order line travels."""

from pathlib import Path
from urllib.parse import quote

import pandas as pd
import pgtools
import pgwire
import psycopg
import pytest

import salesanalysis as sa
from salesanalysis import cli
from salesanalysis.data.regional import SHOWN, by_region

N_LINES = 6_000
REGIONS = ("East", "North", "South", "West")
#: Known faults: 20 exact copies, 30 lines without a customer, 24 prices of zero, 12 returns.
LINES = f"""
CREATE TABLE lines AS
SELECT 'A' || i AS "Order", DATE '2023-01-01' + (i * 7919 % 455) AS "Day",
       (ARRAY['East','North','South','West'])[1 + i % 4]::text AS "Area",
       'Pump ' || i % 3 AS "Item",
       CASE WHEN i % 200 = 7 THEN NULL ELSE 'Client ' || i % 90 END AS "Client",
       CASE WHEN i % 500 = 9 THEN -1 ELSE 1 END * (i % 9 + 1) AS "Qty",
       CASE WHEN i % 250 = 11 THEN 0 ELSE 12.50 END::numeric(12, 2) AS "Price",
       (CASE WHEN i % 500 = 9 THEN -1 ELSE 1 END * (i % 9 + 1)
         * CASE WHEN i % 250 = 11 THEN 0 ELSE 12.50 END)::numeric(14, 2) AS "Net"
FROM generate_series(1, {N_LINES}) AS i"""
COPIES = "INSERT INTO lines SELECT * FROM lines WHERE \"Order\" IN (SELECT 'A' || 300 * g FROM generate_series(1, 20) AS g)"
MAPPING = """
name: shop
tables:
  sales:
    {source}
    columns:
      order_id: Order
      date: Day
      region: Area
      product: Item
      customer: Client
      quantity: Qty
      unit_price: Price
      revenue: Net
cleaning: {{missing_customer: drop, max_loss: {{rows: 0.02, money: 0.02}}}}
"""


@pytest.fixture(scope="module")
def shop(postgres: pgtools.Server) -> pgtools.Server:
    pgtools.make(postgres, "checked")
    pgtools.execute(postgres, LINES, COPIES, database="checked")
    return postgres


@pytest.fixture(scope="module")
def folder(shop, tmp_path_factory) -> Path:
    room = tmp_path_factory.mktemp("checked")
    with (
        psycopg.connect(shop.url("checked")) as con,
        con.cursor().copy("COPY lines TO STDOUT (FORMAT csv, HEADER)") as copy,
    ):
        (room / "orders.csv").write_bytes(b"".join(bytes(piece) for piece in copy))
    (room / "mapping.yaml").write_text(MAPPING.format(source="file: orders.csv"), "utf-8")
    (room / "remote.yaml").write_text(MAPPING.format(source="table: lines"), "utf-8")
    return room


def check(capsys, *argv: object) -> tuple[int, str, str]:
    code = cli.main(["check", *map(str, argv)])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_a_check_of_a_database_says_what_a_check_of_its_export_says(shop, folder, capsys) -> None:
    code, there, err = check(capsys, shop.url("checked"), "--mapping", folder / "remote.yaml")
    assert (code, err) == (0, "")
    _, here, _ = check(capsys, folder)
    table = here[here.index("Rule  ") : here.index("\nControl totals")]
    assert table in there
    for said in ("Exact copies", "Without a customer", "left out", "Price of zero"):
        assert " ".join(said.split()) in " ".join(there.split())
    verdict = "Unverified: no third party figure was given for revenue"
    assert verdict in there
    assert pgtools.PASSWORD not in there


def test_the_draft_of_a_database_and_a_refused_check_never_hold_its_password(
    shop, folder, capsys
) -> None:
    url, draft = shop.url("checked"), folder / "draft.yaml"
    assert cli.main(["map", url, "--out", str(draft)]) in (0, 1)
    (folder / "wrong.yaml").write_text(MAPPING.format(source="table: line"), "utf-8")
    drafted = capsys.readouterr()
    code, out, err = check(capsys, url, "--mapping", folder / "wrong.yaml")
    assert (code, "lines" in err) == (2, True)
    said = drafted.out + drafted.err + out + err + draft.read_text("utf-8")
    assert "Net" in draft.read_text("utf-8")
    for form in (pgtools.PASSWORD, quote(pgtools.PASSWORD, safe=""), "Geheim"):
        assert form not in said


def test_a_budget_that_is_passed_stops_a_database_too(shop, folder, capsys) -> None:
    text = (folder / "remote.yaml").read_text("utf-8").replace("rows: 0.02", "rows: 0.001")
    (folder / "strict.yaml").write_text(text, "utf-8")
    code, out, _ = check(capsys, shop.url("checked"), "--mapping", folder / "strict.yaml")
    assert code == 1
    assert "Exact copies" in out


def test_no_order_line_travels_for_a_check_but_the_few_that_are_shown(shop, folder, capsys) -> None:
    with pgwire.wire(shop.port) as wire:
        url = shop.url("checked").replace(f":{shop.port}/", f":{wire.port}/")
        code, _, _ = check(capsys, url, "--mapping", folder / "remote.yaml")
        assert code == 0
        # the measure measures: many answers of a few rows
        assert len(wire.rows) > 5
        assert max(wire.rows) < 300
        assert sum(wire.rows) < N_LINES / 4


@pytest.fixture(scope="module")
def parts(shop, folder):
    """The regions' parts of the export and of the database, and the rows of every answer."""
    here = by_region(sa.load(folder))
    with pgwire.wire(shop.port) as wire:
        url = shop.url("checked").replace(f":{shop.port}/", f":{wire.port}/")
        data = sa.load(url, mapping=folder / "remote.yaml")
        assert data.quality.rules["n_rows"].sum() > 0
        wire.forget()
        return here, by_region(data), list(wire.rows)


def test_the_regions_of_a_database_have_the_parts_their_export_has(parts) -> None:
    here, there, answers = parts
    rules = len(there.company)
    assert max(answers) <= max(SHOWN * len(REGIONS), rules * len(REGIONS))
    for name in ("rules", "totals", "company"):
        pd.testing.assert_frame_equal(getattr(there, name), getattr(here, name))
    for region in REGIONS:
        ours, theirs = there.select(region), here.select(region)
        assert ours.explain() == theirs.explain()
        assert ours.explain(lang="zh") == theirs.explain(lang="zh")
    found = there.rules.set_index(["rule", "region"])
    assert found.loc[("duplicates", "East"), ["n_rows", "n_dropped"]].tolist() == [20, 0]
    assert found.loc[("missing_customer", "West"), ["n_rows", "n_dropped"]].tolist() == [30, 30]


def test_the_largest_lines_of_a_region_are_those_of_the_export(parts) -> None:
    here, there = (part.lines for part in parts[:2])
    shown = ["region", "rule", "order_id", "revenue"]
    pd.testing.assert_frame_equal(
        there[shown].reset_index(drop=True), here[shown].reset_index(drop=True)
    )
    # rows of a database have no numbers
    assert set(there["place"]) <= {"", "lines"}
