"""The two READMEs: one set of commands, links that lead somewhere, every notebook named."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
READMES = ("README.md", "README.zh.md")
both = pytest.mark.parametrize("name", READMES)


def code(name: str) -> list[str]:
    """Every code block of a README, with its language."""
    text = (ROOT / name).read_text("utf-8")
    return re.findall(r"^```(\w+\n.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def test_a_reader_of_either_language_types_the_same_commands() -> None:
    english, chinese = map(code, READMES)
    assert len(english) == len(chinese) >= 10
    assert sorted(english) == sorted(chinese)


@both
def test_every_link_leads_to_a_file_or_a_heading_of_the_page(name) -> None:
    text = (ROOT / name).read_text("utf-8")
    heads = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    plain = (re.sub(r"[^\w -]", "", head).strip().lower() for head in heads)
    anchors = {"#" + head.replace(" ", "-") for head in plain}
    links = re.findall(r"\]\(([^)\s]+)\)", text)
    assert len(links) > 5
    lost = [x for x in links if x not in anchors and not (ROOT / x).is_file()]
    assert lost == []


@both
def test_the_table_of_questions_names_every_notebook_but_the_first(name) -> None:
    notebooks = sorted(p.stem for p in (ROOT / "notebooks").glob("0*.ipynb"))
    text = (ROOT / name).read_text("utf-8")
    assert re.findall(r"\| `(\w+)` \|$", text, re.MULTILINE) == notebooks[1:]
