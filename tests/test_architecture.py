"""Imports run one way, and the front door is light."""

import ast
import json
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sourcetree import walk

import salesanalysis

PACKAGE = Path(salesanalysis.__file__).parent
#: Module -> layer. A module may import only layers below its own; siblings never each other.
RANK = {
    "errors": 0,
    "oldpandas": 0,
    "dates": 0.5,
    "splitchecks": 0.5,
    "yamlnodes": 0.5,
    "yamltraps": 0.5,
    "divisors": 1,
    "doors": 1,
    "project": 1,
    "atomic": 1,
    "credentials": 1,
    "spreadsheet": 1,
    "strictyaml": 1,
    "yamltext": 2,
    "rounding": 1,
    "money": 2,
    "festivals": 2,
    "periods": 1,
    "labels": 3,
    "results": 4,
    "schema": 5,
    "hierarchy": 5,
    "panel": 5,
    "store": 5,
    "data": 6,
    "targets": 7,
    "forecast": 7,
    "variance": 7,
    "incentives": 7,
    "tracking": 7,
    "book": 8,
    "review": 7.5,  # above variance, below the book that opens its forms
    "params": 9,
    "plots": 9,
    "report": 10,
    "planner": 10.5,
    "batch": 11,
    "commands": 12,
    "cli": 13,
    "__main__": 14,
}
HEAVY = {
    "matplotlib",
    "seaborn",
    "scipy.stats",
    "statsmodels",
    "papermill",
    "pandera",
    "ibis",
    "sqlalchemy",
    "yaml",
}
MODULES = [p for p in sorted(PACKAGE.rglob("*.py")) if p != PACKAGE / "__init__.py"]


@dataclass(frozen=True)
class Source:
    """What the tests look for in a module: its imports, on top and anywhere, and error codes."""

    top: list[ast.stmt]
    anywhere: list[ast.stmt]
    codes: set[str]

    @classmethod
    @cache
    def of(cls, path: Path) -> "Source":
        """Read a module once for all tests."""
        tree = ast.parse(path.read_text(encoding="utf-8"))
        nodes = walk(tree)
        codes = {
            inner.value
            for node in nodes
            if isinstance(node, ast.keyword) and node.arg == "code"
            for inner in walk(node.value)
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str)
        }
        top, anywhere = (
            [n for n in some if isinstance(n, ast.Import | ast.ImportFrom)]
            for some in (tree.body, nodes)
        )
        return cls(top, anywhere, codes)


def names_of(imports: list[ast.stmt]) -> set[str]:
    """Dotted names of the modules that are imported."""
    found: set[str] = set()
    for node in imports:
        if isinstance(node, ast.Import):
            found |= {a.name for a in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            if node.module == "salesanalysis":
                found |= {f"salesanalysis.{a.name}" for a in node.names}
    return found


def imported_modules(path: Path, *, anywhere: bool = False) -> set[str]:
    """Modules of ours that `path` imports at top level (type-only imports do not count)."""
    source = Source.of(path)
    found = names_of(source.anywhere if anywhere else source.top)
    return {n.split(".")[1] for n in found if n.startswith("salesanalysis.")}


def home_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downhill(path: Path) -> None:
    home = home_of(path)
    uphill = {m for m in imported_modules(path) - {home} if RANK[m] >= RANK[home]}
    assert not uphill, f"{home} may not import {sorted(uphill)}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_import_inside_a_function_runs_uphill_but_the_picture_of_a_result(path: Path) -> None:
    home = home_of(path)
    allowed = {"plots"} if home == "results" else set()
    uphill = {m for m in imported_modules(path, anywhere=True) - {home} if RANK[m] >= RANK[home]}
    assert uphill <= allowed


def test_the_front_door_loads_no_heavy_library() -> None:
    code = "import sys, json, salesanalysis; print(json.dumps(sorted(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(json.loads(out.stdout))
    assert not loaded & HEAVY


def test_only_batch_knows_papermill_and_nothing_below_plots_draws() -> None:
    for path in MODULES:
        roots = {n.split(".")[0] for n in names_of(Source.of(path).anywhere)}
        if home_of(path) != "batch":
            assert "papermill" not in roots, path
        if RANK[home_of(path)] < RANK["plots"] and home_of(path) != "results":
            assert not roots & {"matplotlib", "seaborn"}, path


def test_every_error_code_is_used_and_registered() -> None:
    from salesanalysis.errors import CODES

    used = {"bad-value"}.union(*(Source.of(path).codes for path in MODULES))
    assert used <= set(CODES), f"not registered: {sorted(used - set(CODES))}"
    assert set(CODES) <= used, f"never raised: {sorted(set(CODES) - used)}"
