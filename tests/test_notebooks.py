"""Notebooks are letters: prose around calls, no logic, no outputs, both languages fresh."""

import ast
import hashlib
import json
from pathlib import Path

import pytest

from salesanalysis import strictyaml

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
#: What a letter may not hold: the moment it is needed, it is a function with a test.
LOGIC = (
    ast.FunctionDef,
    ast.AsyncFunctionDef,
    ast.ClassDef,
    ast.Lambda,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.If,
    ast.Try,
    ast.With,
    ast.ListComp,
    ast.DictComp,
    ast.SetComp,
    ast.GeneratorExp,
    ast.IfExp,
    ast.Delete,
    ast.Global,
)
every = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)


def cells(path: Path, kind: str | None = None) -> list[dict]:
    found = json.loads(path.read_text("utf-8"))["cells"]
    return [c for c in found if kind is None or c["cell_type"] == kind]


def source(cell: dict) -> str:
    return "".join(cell["source"])


def is_parameters(cell: dict) -> bool:
    return "parameters" in cell["metadata"].get("tags", [])


def test_the_six_notebooks_of_this_release_are_there() -> None:
    assert [p.stem for p in NOTEBOOKS] == [
        "00_start_here",
        "01_data_quality",
        "02_targets",
        "03_forecast",
        "04_variance",
        "05_incentives",
    ]


@every
def test_it_opens_with_a_title_and_a_question(path: Path) -> None:
    first = cells(path)[0]
    assert first["cell_type"] == "markdown"
    text = source(first)
    assert text.startswith("# ")
    assert all(word in text for word in ("**Question.**", "**Reads**", "**Writes**", "**Takes**"))


@every
def test_it_has_exactly_one_parameters_cell_of_plain_literals_with_their_meaning(
    path: Path,
) -> None:
    tagged = [c for c in cells(path, "code") if is_parameters(c)]
    assert len(tagged) == 1
    lines = source(tagged[0]).splitlines()
    for node, line in zip(ast.parse(source(tagged[0])).body, lines, strict=True):
        assert isinstance(node, ast.AnnAssign)
        ast.literal_eval(node.value)
        assert "  # " in line, f"say what it means: {line}"


@every
def test_its_code_is_calls_and_no_logic(path: Path) -> None:
    for cell in cells(path, "code"):
        tree = ast.parse(source(cell))  # a magic would not parse
        bad = [type(n).__name__ for n in ast.walk(tree) if isinstance(n, LOGIC)]
        assert not bad, f"cell {cell['id']}: {bad}"


@every
def test_it_is_committed_without_outputs(path: Path) -> None:
    for cell in cells(path, "code"):
        assert cell["outputs"] == []
        assert cell["execution_count"] is None


@every
def test_it_is_half_prose_with_short_cells_and_a_table_of_contents(path: Path) -> None:
    prose, code = cells(path, "markdown"), cells(path, "code")
    assert 0.35 <= len(prose) / (len(prose) + len(code)) <= 0.6
    lengths = sorted(len(source(c).splitlines()) for c in code if not is_parameters(c))
    assert lengths[len(lengths) // 2] <= 4
    assert lengths[-1] <= 10
    headings = [source(c).splitlines()[0] for c in prose if source(c).startswith("## ")]
    assert [h.split(".")[0] for h in headings] == [f"## {i + 1}" for i in range(len(headings))]
    assert len(headings) >= 4


@every
def test_every_text_cell_has_its_fresh_chinese(path: Path) -> None:
    locale = ROOT / "notebooks" / "locale" / "zh" / f"{path.stem}.yaml"
    translated = strictyaml.read(locale).data
    prose = {c["id"]: source(c) for c in cells(path, "markdown")}
    assert set(translated) == set(prose)
    for cell_id, text in prose.items():
        digest = hashlib.sha256(text.encode()).hexdigest()[:12]
        assert translated[cell_id]["source"] == digest, f"{cell_id}: English changed, translate it"
        assert any("一" <= char <= "鿿" for char in translated[cell_id]["text"])


def test_the_readme_of_the_notebooks_names_each() -> None:
    text = (ROOT / "notebooks" / "README.md").read_text("utf-8")
    assert all(p.name in text for p in NOTEBOOKS)
