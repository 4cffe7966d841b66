"""The user guide on data: every command, mapping and snippet on it is executed."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from salesanalysis import cli, strictyaml
from salesanalysis.data import load
from salesanalysis.data.cleaning import RULES, settings
from salesanalysis.data.mapping import build
from salesanalysis.data.rates import settings as rates_settings
from salesanalysis.data.verify import settings as verify_settings
from salesanalysis.schema import TABLES
from salesanalysis.strictyaml import Document

ROOT = Path(__file__).resolve().parents[1]
GUIDES = ("data.md", "data.zh.md")
every = pytest.mark.parametrize("guide", GUIDES)


def blocks(guide: str, info: str) -> list[str]:
    """Code blocks of a guide by what stands behind the fence."""
    text = (ROOT / "docs" / guide).read_text("utf-8")
    return re.findall(rf"^```{re.escape(info)}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def parsed(text: str) -> Document:
    return strictyaml.parse(text, name="guide.yaml")


@pytest.fixture(params=[GUIDES[0], pytest.param(GUIDES[1], marks=pytest.mark.slow)])
def shop(request, tmp_path, monkeypatch) -> Path:
    """The folder of the guide's example."""
    (tmp_path / "shop").mkdir()
    for kind, name in (("csv", "orders.csv"), ("csv", "ledger.csv"), ("yaml", "mapping.yaml")):
        (block,) = blocks(request.param, f"{kind} shop/{name}")
        (tmp_path / "shop" / name).write_text(block, "utf-8")
    (tmp_path / "notebooks").symlink_to(ROOT / "notebooks")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "shop"


@every
def test_every_column_of_ours_is_named_and_those_that_must_be_there_in_bold(guide) -> None:
    text = (ROOT / "docs" / guide).read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \| (\*\*.*) \|$", text, flags=re.MULTILINE))
    assert set(rows) == set(TABLES) - {"draws", "truth"}
    for name, row in rows.items():
        columns = {c.name: c.required for c in TABLES[name]}
        assert set(re.findall(r"\*\*(\w+)\*\*", row)) == {c for c in columns if columns[c]}
        assert set(columns) <= set(re.findall(r"[a-z_]+", row))


def test_the_example_reads_as_the_guide_says(shop) -> None:
    data = load("shop")
    totals = data.quality.totals
    assert (totals["n_read"], totals["units_read"]) == (5, 600_000_000)
    assert (totals["n_kept"], totals["units_kept"]) == (4, 400_000_000)
    (ledger,) = data.verifications
    assert ledger.rows("differing")["difference"].tolist() == [1000.0]
    assert data.statement().startswith("Revenue: Differs from the finance ledger: ")


@pytest.mark.slow
def test_every_command_of_the_guide_runs(shop, capsys, request) -> None:
    guide = request.node.callspec.params["shop"]
    mapping = (shop / "mapping.yaml").read_text("utf-8")
    lines = [line for block in blocks(guide, "sh") for line in block.splitlines()]
    assert [line.split()[1] for line in lines] == ["map", "check", "render"]
    for line in lines:
        words = shlex.split(line.replace(".venv/bin/salesanalysis ", ""))
        assert cli.main(words) == 0, capsys.readouterr().err
        # the mapping that was corrected, not the proposed one
        (shop / "mapping.yaml").write_text(mapping, "utf-8")
    assert Path("shop-found/duplicates.csv").is_file()
    assert Path("outputs/shop/01_data_quality/East.zh.html").is_file()


def test_the_python_of_the_guide_runs(shop, request) -> None:
    (code,) = blocks(request.node.callspec.params["shop"], "python")
    env = {**os.environ, "MPLBACKEND": "Agg"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], env=env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "A2" in done.stdout


def _mapping(**table: object) -> Document:
    return Document({"name": "guide", "tables": {"sales": table}}, "guide.yaml")


@every
def test_the_snippets_of_mappings_are_read(guide) -> None:
    tables, columns = blocks(guide, "yaml table"), blocks(guide, "yaml columns")
    assert tables
    assert columns
    for block in tables:
        assert build(_mapping(**parsed(block).data)).tables["sales"]
    for block in columns:
        assert build(_mapping(file="x.csv", columns=parsed(block).data)).tables["sales"]


@every
def test_the_snippets_of_cleaning_verification_and_rates_are_read(guide) -> None:
    (cleaning,) = blocks(guide, "yaml cleaning")
    assert settings(parsed(cleaning).data, where="guide").drops == ("test_accounts", "duplicates")
    (verify,) = blocks(guide, "yaml verify")
    doc = parsed(verify)
    assert verify_settings(doc, doc.data, "verify")[0].name == "ledger"
    (rates,) = blocks(guide, "yaml rates")
    doc = parsed(rates)
    assert len(rates_settings(doc, doc.data, "rates", to="CNY").rows) == 2


def _examples(guide: str) -> list[str]:
    """The second column of the tables of mapping words, code spans only."""
    text = (ROOT / "docs" / guide).read_text("utf-8")
    return re.findall(r"^\| `[^|]*\| (`[a-z_]+: [^`]*`)", text, flags=re.MULTILINE)


@every
def test_every_example_in_a_table_is_strict_yaml(guide) -> None:
    found = [e.strip("`") for e in _examples(guide)]
    assert len(found) > 20
    for example in found:
        assert parsed(example).data, example


@every
def test_every_rule_and_every_word_of_a_mapping_is_explained(guide) -> None:
    from importlib import import_module

    from salesanalysis.data.mapping import columns
    from salesanalysis.data.mapping.rules import UNITS

    read = import_module("salesanalysis.data.mapping.read")

    text = (ROOT / "docs" / guide).read_text("utf-8")
    words = {*RULES, *read._TOP, *read._TABLE, *columns._KEYS}
    missing = {w for w in words if f"`{w}`" not in text and f"{w}:" not in text}
    assert not missing
    assert all(unit in text for unit in UNITS)


@every
def test_the_guides_link_what_is_there(guide) -> None:
    text = (ROOT / "docs" / guide).read_text("utf-8")
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links
    assert all((ROOT / "docs" / link).exists() for link in links)
