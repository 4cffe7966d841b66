"""A run over a real database leaves pages, and its password nowhere."""

import json
import os

import pgtools
import pytest
from batchroom import batch_file
from test_batch_secrets import leaks

from salesanalysis import cli, credentials
from salesanalysis.batch import plan, render

LINES = """
CREATE TABLE lines AS
SELECT i::text AS id, DATE '2022-01-01' + (i * 7 % 800) AS day,
       (ARRAY['East', 'West'])[1 + i % 2]::text AS area, 'P' || i % 3 AS item,
       (i % 997)::numeric(14, 2) AS net, i % 9 + 1 AS pieces
FROM generate_series(1, 4000) AS i"""
MAPPING = """
name: shop
title: {en: Shop, zh: 商店}
tables:
  sales:
    table: lines
    columns:
      order_id: id
      date: day
      region: area
      product: item
      revenue: net
      quantity: {column: pieces, cast: number}
"""
PARAMETERS = """source: str = "demo"  # data set
mapping: str = ""  # mapping file
region: str = "East"  # region
as_of: str = ""  # last day"""
CELLS = (
    "import salesanalysis as sa\ndata = sa.load(source, mapping)\n"
    "print(data.name, len(data.regions))\ndata",
    "if region == 'West':\n    sa.load(source + 'x', mapping)\n    data.table('nothing there')",
)


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """A project folder beside a server that holds a table of order lines."""
    pytest.importorskip("psycopg", reason="PostgreSQL tests need psycopg")
    folder = tmp_path_factory.mktemp("database")
    before = set(os.environ)
    try:
        running = pgtools.server()
        server = running.__enter__()
    except pgtools.NoServerError as error:
        pytest.skip(f"no PostgreSQL server: {error}")
    try:
        pgtools.make(server, "pages")
        pgtools.execute(server, LINES, database="pages")
        (folder / "map.yaml").write_text(MAPPING, encoding="utf-8")
        (folder / "notebooks").mkdir()
        (folder / "notebooks" / "shop.ipynb").write_text(notebook(), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(folder)
            yield folder, server.url("pages")
    finally:
        running.__exit__(None, None, None)
        for name in set(os.environ) - before:
            if name.startswith(credentials.PREFIX):
                del os.environ[name]


def notebook() -> str:
    cells = [
        {
            "cell_type": "code", "id": f"c{i}", "source": text, "outputs": [],
            "execution_count": None, "metadata": {"tags": ["parameters"]} if i == 0 else {},
        }
        for i, text in enumerate((PARAMETERS, *CELLS))
    ]  # fmt: skip
    kernel = {"kernelspec": {"name": "python3", "display_name": "x", "language": "python"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": kernel, "cells": cells})


def test_pages_read_the_database_of_a_params_file_and_show_no_password(room) -> None:
    folder, url = room
    common = {"source": url, "mapping": "map.yaml"}
    file = batch_file(folder / "run.yaml", {"East": {}, "West": {}}, common=common)
    made = plan(["notebooks/shop.ipynb"], [file])
    report = render(made, jobs=1, retries=0, timeout=120, command=f"salesanalysis render {url}")
    assert {r["region"]: r["status"] for r in report.rows} == {"East": "ok", "West": "failed"}
    text = (report.folder / "shop" / "East.en.html").read_text(encoding="utf-8")
    assert "shop 2" in text
    assert leaks(folder / "outputs", pgtools.PASSWORD) == []
    assert pgtools.PASSWORD not in json.dumps(list(report.rows), ensure_ascii=False)


def test_the_short_form_loads_once_and_its_snapshot_holds_no_password(
    room, monkeypatch, capfd
) -> None:
    folder, url = room
    monkeypatch.setattr("salesanalysis.batch.short._prepare_company", lambda *_: None)
    words = [
        "render",
        "--data",
        url,
        "--mapping",
        "map.yaml",
        "--regions",
        "East",
        "--out",
        "short",
    ]
    monkeypatch.setattr("sys.argv", ["salesanalysis", *words])
    assert cli.main([*words, "--notebooks", "shop", "--jobs", "1"]) == 0
    assert leaks(folder / "short", pgtools.PASSWORD) == []
    said = capfd.readouterr()
    assert pgtools.PASSWORD not in said.out + said.err
    stored = (folder / "short" / "shop" / "shop" / "East.en.ipynb").read_text(encoding="utf-8")
    assert 'source = "short/shop/.data"' in json.loads(stored)["cells"][1]["source"]
