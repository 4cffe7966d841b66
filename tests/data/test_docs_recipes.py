"""The recipes of the user guide on data are read as they stand."""

import re
from pathlib import Path

import pytest

from salesanalysis import strictyaml
from salesanalysis.data.cleaning import settings
from salesanalysis.data.mapping import build

ROOT = Path(__file__).resolve().parents[2]
every = pytest.mark.parametrize("guide", ["data.md", "data.zh.md"])


def block(guide: str, kind: str) -> str:
    text = (ROOT / "docs" / guide).read_text("utf-8")
    (found,) = re.findall(rf"^```yaml recipe-{kind}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    return found


def indented(text: str, by: int) -> str:
    return "".join(" " * by + line for line in text.splitlines(keepends=True))


@every
def test_the_recipe_for_rows_of_sums_drops_both_kinds(guide: str) -> None:
    data = strictyaml.parse(block(guide, "cleaning"), name="guide").data
    assert settings(data, where="guide").drops == ("total_rows", "sum_of_rows")


@every
def test_the_recipe_for_footers_and_rows_without_a_day_is_a_table(guide: str) -> None:
    text = f"name: x\ntables:\n  sales:\n{indented(block(guide, 'table'), 4)}"
    (rule,) = build(strictyaml.parse(text, name="guide")).tables["sales"]
    assert (rule.source.footer, rule.where_not["Day"]) == (3, ("",))


@every
def test_the_recipe_for_sheets_gives_each_its_region(guide: str) -> None:
    text = f"name: x\ntables:\n{indented(block(guide, 'tables'), 2)}"
    rules = build(strictyaml.parse(text, name="guide")).tables["sales"]
    assert [r.columns["region"].constant for r in rules] == ["North", "South"]
