"""The guide for analysts works as it stands, in both languages."""

import re
from pathlib import Path

import matplotlib.pyplot as plt
import pytest

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("variance.md", "variance.zh.md")


def blocks(page: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.S)


def test_both_pages_hold_the_same_examples_under_as_many_headings() -> None:
    assert blocks(PAGES[0]) == blocks(PAGES[1])
    heads = [(DOCS / page).read_text("utf-8").count("\n## ") for page in PAGES]
    assert heads[0] == heads[1] == 12


def test_every_example_runs_one_after_the_other_and_says_what_it_is_there_for(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names: dict = {}
    for block in blocks(PAGES[0]):
        exec(block, names)
        plt.close("all")
    told = capsys.readouterr().out
    for sentence in (
        "Sales 265 CNY below last year (-8.5%)",
        "E / B -1,200",
        "Places that carry most of the company's gap: East / Haorun Energy Group",
    ):
        assert sentence in told
    assert names["bridge"].gap == pytest.approx(-265)
    assert names["by_region"].gap == names["bridge"].gap
    assert names["merged"].counts()["n_new"] == names["bridge"].counts()["n_new"]
    assert set(names["draft"].missing) == {"what", "when", "who", "how"}
    assert names["split"].by_origin()["amount"].sum() == pytest.approx(-265)
