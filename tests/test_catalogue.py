"""Every label the code asks for by name exists, and gets exactly the values it has places for."""

import ast
import re
from pathlib import Path

import pytest
from sourcetree import nodes, nodes_of

import salesanalysis
from salesanalysis.labels.catalogue import LANGUAGES, entries, places

PACKAGE = Path(salesanalysis.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def label_calls(source: str) -> list[tuple[int, str, set[str] | None]]:
    """Line, key and names of values of every `label("...")`; None where values are unpacked."""
    found = []
    for node in nodes(source):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        first = node.args[0]
        if name == "label" and isinstance(first, ast.Constant) and isinstance(first.value, str):
            given = {k.arg for k in node.keywords}
            found.append((node.lineno, first.value, None if None in given else given - {"lang"}))
    return found


def column_literals(source: str) -> list[tuple[int, str]]:
    """Line and text of every literal that is a key of a column, such as "column.region"."""
    return [
        (node.lineno, node.value)
        for node in nodes(source)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.startswith("column.")
        and node.value.removeprefix("column.").isidentifier()
    ]


def faults(source: str) -> list[str]:
    """What is wrong with the labels a module asks for."""
    known = entries()
    wrong = [
        f"{n}: {key!r} is not in the catalogue"
        for n, key in column_literals(source)
        if key not in known
    ]
    for line, key, given in label_calls(source):
        if key not in known:
            wrong.append(f"{line}: {key!r} is not in the catalogue")
            continue
        wanted = {p for lang in LANGUAGES for p in places(known[key][lang])}
        if given is not None and given != wanted:
            wrong.append(f"{line}: {key!r} has places {sorted(wanted)}, got {sorted(given)}")
    return wrong


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_label_a_module_asks_for_exists_and_fits(path):
    # examples in docstrings are run as tests of their own
    assert faults(path.read_text(encoding="utf-8")) == []


def test_the_check_sees_a_label_that_is_missing_or_does_not_fit():
    source = 'label("word.total")\nlabel("word.nothing")\nlabels.label("word.other_n", lang, m=1)\nx = "column.zzz"\n'
    assert faults(source) == [
        "4: 'column.zzz' is not in the catalogue",
        "2: 'word.nothing' is not in the catalogue",
        "3: 'word.other_n' has places ['n'], got ['m']",
    ]
    assert faults('label("word.other_n", lang, **values)\nlabel(f"status.{x}")\n') == []


def test_every_key_of_the_catalogue_is_used_somewhere():
    text = "\n".join(p.read_text(encoding="utf-8") for p in MODULES)
    # seen from every quotation mark, so that none is taken for the end of the word before
    quoted = set(re.findall(r'"(?=([\w.-]+)")', text))
    by_column = {"column", "level"}  # looked up by the name of a column or level
    groups_built = tuple(
        node.values[0].value
        for path in MODULES
        for node in nodes_of(path)
        if isinstance(node, ast.JoinedStr)
        and node.values
        and isinstance(node.values[0], ast.Constant)
        and "." in node.values[0].value
    )
    unused = [
        key
        for key in entries()
        if key.split(".")[0] not in by_column
        and key not in quoted
        and not key.startswith(groups_built)
        and key.split(".")[0] not in quoted  # values of a column of that name
    ]
    assert unused == []
