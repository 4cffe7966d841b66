"""The guide on planning a scheme: its snippets run, both languages show the same, links lead somewhere."""

import re
from pathlib import Path

import pytest

import salesanalysis as sa
from salesanalysis.incentives.outlook.together import PARTS

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("planner.md", "planner.zh.md")
every = pytest.mark.parametrize("guide", GUIDES)


def text(guide: str) -> str:
    return (ROOT / "docs" / guide).read_text("utf-8")


def blocks(guide: str, info: str) -> list[str]:
    """Code blocks of a guide by what stands behind the fence."""
    return re.findall(rf"^```{info}\n(.*?)^```", text(guide), flags=re.DOTALL | re.MULTILINE)


def test_the_python_of_the_guide_runs_in_order(capsys, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    scope: dict = {}
    for block in blocks("planner.md", "python"):
        exec(compile(block, "guide", "exec"), scope)
    said = capsys.readouterr().out
    assert "ledger" in said
    assert scope["better"].to_yaml() != scope["plan"].to_yaml()


def test_both_guides_show_the_same_code() -> None:
    for info in ("sh", "python"):
        assert blocks(GUIDES[0], info) == blocks(GUIDES[1], info)


@every
def test_every_part_of_the_outlook_is_explained(guide) -> None:
    assert [p for p in PARTS if f"`{p}`" not in text(guide)] == []


@every
def test_every_function_the_guide_names_is_there(guide) -> None:
    named = set(re.findall(r"`(?:sa\.incentives\.)?([a-z_]+)\(", text(guide)))
    known = {n for n in named if hasattr(sa.incentives, n)}
    methods = {"to_frame", "plot", "explain"}
    assert named - known - methods - {"open"} == set()


@every
def test_the_links_of_the_guide_lead_somewhere(guide) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text(guide))
    assert links
    assert all((ROOT / "docs" / link).exists() for link in links)
