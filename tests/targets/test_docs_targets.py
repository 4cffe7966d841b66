"""The planner's guide: every command, table and snippet on it is executed, on a small company."""

import re
import shlex
from pathlib import Path

import pandas as pd
import pytest
from cardtools import edited
from pumptools import write_shop

from salesanalysis import cli
from salesanalysis.book.planning.choices import ALONE, SECTIONS, Choices
from salesanalysis.targets.card.typed import PAYERS
from salesanalysis.targets.crossed.edits.read import KINDS
from salesanalysis.targets.growth_methods.choices import METHODS

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("targets.md", "targets.zh.md")
every = pytest.mark.parametrize("guide", GUIDES)
#: The demo's amounts, in the size of the small company.
SMALLER = (("52000000", "200000"), ("1200000", "12000"), ("40000,", "400,"))


def text(guide: str) -> str:
    return (ROOT / "docs" / guide).read_text("utf-8")


def blocks(guide: str, info: str) -> list[str]:
    """Code blocks of a guide by what stands behind the fence."""
    found = re.findall(
        rf"^```{re.escape(info)}\n(.*?)^```", text(guide), flags=re.DOTALL | re.MULTILINE
    )
    for large, small in SMALLER:
        found = [block.replace(large, small) for block in found]
    return found


def test_both_languages_show_the_same_code() -> None:
    for info in ("sh", "yaml choices", "yaml margins", "csv edits.csv", "python"):
        assert blocks("targets.md", info) == blocks("targets.zh.md", info), info


def typed(name: str) -> None:
    """Change a white cell of the months, as the guide tells people to."""
    path = Path(name)
    path.write_bytes(edited(path.read_bytes(), {("Months", "G6"): 5}))


@pytest.mark.slow
def test_every_command_of_the_guide_runs(tmp_path, monkeypatch, capsys) -> None:
    write_shop(tmp_path / "demo")
    monkeypatch.chdir(tmp_path)
    (edits,) = blocks("targets.md", "csv edits.csv")
    Path("edits.csv").write_text(edits, "utf-8")
    (chosen,) = blocks("targets.md", "yaml choices")
    lines = [line for block in blocks("targets.md", "sh") for line in block.splitlines()]
    assert [line.split()[2] for line in lines] == [
        "start", "build", "card", "check", "edit", "diff", "edit", "diff",
    ]  # fmt: skip
    for line in lines:
        words = shlex.split(line.replace(".venv/bin/salesanalysis ", ""), comments=True)
        if words[1:3] == ["edit", "plan1"] and words[3] == "card.xlsx":
            typed("card.xlsx")
        code = cli.main([w if w != "demo" else "./demo" for w in words])
        said = capsys.readouterr()
        assert code == (1 if words[1] == "check" else 0), said.err
        if words[1] == "start":
            # the choices the guide shows, after the file of `start` has been read as well
            assert Choices.read("choices.yaml").section("growth")["cap"] == 0.5
            Path("choices.yaml").write_text(chosen, "utf-8")
    totals = [pd.read_csv(f"plan{k}/plan.csv")["value"].sum() for k in (1, 2, 3)]
    assert totals[0] == totals[1] == totals[2]
    plan = pd.read_csv("plan3/plan.csv")
    may = plan[(plan["region"] == "West") & (plan["period"] == "2024-05-01")]
    assert may["value"].sum() == 12_000
    reasons = pd.read_csv("moved.csv")["change_reason"]
    assert "depot opens in March (Li)" in set(reasons)


def test_the_python_of_the_guide_runs(tmp_path, capsys) -> None:
    (code,) = blocks("targets.md", "python")
    shop = write_shop(tmp_path / "shop")
    exec(compile(code.replace('"demo"', repr(str(shop))), "guide", "exec"), {})
    said = capsys.readouterr().out
    assert "customer moved (Zhou): " in said


@every
def test_the_choices_of_the_guide_are_read(guide) -> None:
    (chosen,) = blocks(guide, "yaml choices")
    assert set(Choices.parse(chosen).tables) == {"pins", "responsibility", "requests"}
    (more,) = blocks(guide, "yaml margins")
    assert set(Choices.parse(more).tables) == {"margins", "asks"}


@every
def test_every_method_every_edit_and_every_section_is_explained(guide) -> None:
    words = text(guide)
    for name in (*METHODS, *KINDS):
        assert f"`{name}`" in words, name
    named = {*SECTIONS, *ALONE} - {"total", "note"}
    assert {n for n in named if f"{n}:" not in words} == set()
    assert PAYERS[1] in words


@every
def test_the_guides_link_what_is_there(guide) -> None:
    links = re.findall(r"\]\(([^)#]+)\)", text(guide))
    assert links
    assert all((ROOT / "docs" / link).exists() for link in links)


def test_the_chinese_guide_has_no_english_sentence() -> None:
    prose = re.sub(r"^```.*?^```|`[^`]*`|\]\([^)]*\)", "", text("targets.zh.md"), flags=re.S | re.M)
    assert not re.findall(r"[A-Za-z]+ [a-z]+ [a-z]+", prose)
