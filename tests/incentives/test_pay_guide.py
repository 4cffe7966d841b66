"""The guide on incentives: every plan, command and snippet on it is executed."""

import re
import shlex
from pathlib import Path

import pytest

from salesanalysis import cli
from salesanalysis.incentives import Plan
from salesanalysis.incentives.language.kinds import FACTOR_TYPES, TYPES

ROOT = Path(__file__).resolve().parents[2]
GUIDES = ("incentives.md", "incentives.zh.md")
every = pytest.mark.parametrize("guide", GUIDES)


def blocks(guide: str, info: str) -> list[str]:
    text = (ROOT / "docs" / guide).read_text("utf-8")
    return re.findall(rf"^```{re.escape(info)}\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)


def indented(block: str) -> str:
    return "".join(f"  {line}\n" for line in block.splitlines())


@every
def test_every_component_of_the_guide_is_a_plan_in_two_lines(guide) -> None:
    (head,) = blocks(guide, "yaml head")
    parts = blocks(guide, "yaml component")
    commission = indented(parts[0])
    seen = []
    for part in parts:
        kind = re.search(r"type: (\w+)", part)[1]
        seen.append(kind)
        assert len(part.splitlines()) == 2
        base = commission if kind in FACTOR_TYPES else ""
        plan = Plan.from_text(head + base + indented(part))
        assert len(plan.text("zh")) > 100
    assert sorted(seen) == sorted(TYPES)


@every
def test_the_snippets_run_and_say_164_to_485(guide, capsys, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    exec("\n".join(blocks(guide, "python")), {})
    said = capsys.readouterr().out
    assert re.search("164.*485", said.splitlines()[0])
    assert said.splitlines()[-1] == "1080.0 3390.1"


@every
def test_every_command_runs(guide, tmp_path, monkeypatch, capsys) -> None:
    (tmp_path / "params").symlink_to(ROOT / "params")
    monkeypatch.chdir(tmp_path)
    Path("people.csv").write_text("salesperson,quota\nLi,100000\n", "utf-8")
    rows = "order_id,salesperson,date,amount\nA,Li,2024-03-05,{}\nB,Li,2024-05-02,5\n"
    Path("deals.csv").write_text(rows.format("90000"), "utf-8")
    Path("later.csv").write_text(rows.format("110000"), "utf-8")
    (commands,) = blocks(guide, "sh")
    codes = [cli.main([*shlex.split(line)[1:], "--lang", "en"]) for line in commands.splitlines()]
    assert codes == [0, 0, 0, 0]
    # 90,000 x 4 % against 110,000 x 4 % x 1.2
    assert "+1,680 CNY" in capsys.readouterr().out


def test_both_guides_have_the_same_plans_and_tables() -> None:
    for info in ("yaml component", "yaml head", "sh"):
        assert blocks(GUIDES[0], info) == blocks(GUIDES[1], info)
    rows = [(ROOT / "docs" / g).read_text("utf-8").count("\n|") for g in GUIDES]
    assert rows[0] == rows[1]
