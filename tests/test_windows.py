"""What Windows does otherwise, as far as reading the code can tell."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from sourcetree import nodes_of

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "salesanalysis").rglob("*.py"))
#: Calls that Windows does not know, or that fail there on a file that exists.
POSIX = {"os.rename", "os.symlink", "os.fork", "os.link", "os.mkfifo", "os.chown", "os.getuid"}
METHODS = {"symlink_to", "hardlink_to", "rename"}


@cache
def calls_and_constants(path: Path) -> tuple[list[ast.Call], list[ast.Constant]]:
    found = nodes_of(path)
    return (
        [n for n in found if isinstance(n, ast.Call)],
        [n for n in found if isinstance(n, ast.Constant)],
    )


def calls(path: Path) -> list[ast.Call]:
    return calls_and_constants(path)[0]


def dotted(called: ast.expr) -> str:
    """What is called, where it is a name of a module such as ``os.fork``."""
    return f"{getattr(getattr(called, 'value', None), 'id', '')}.{getattr(called, 'attr', '')}"


def mode_of(call: ast.Call) -> str:
    """The mode a file is opened in; ``r`` where none is written."""
    place = 1 if isinstance(call.func, ast.Name) else 0
    written = [k.value for k in call.keywords if k.arg == "mode"] + call.args[place : place + 1]
    return str(getattr(written[0], "value", "?")) if written else "r"


def locale_bound(call: ast.Call) -> bool:
    """Whether a call reads or writes text in whatever encoding the machine prefers."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    told = any(k.arg == "encoding" for k in call.keywords)
    if name in ("read_text", "write_text"):
        place = 0 if name == "read_text" else 1
        return not told and len(call.args) <= place
    if name != "open" or told:
        return False
    owner = getattr(getattr(call.func, "value", None), "id", "")
    mode = mode_of(call)
    # os.open, a web page or an archive: no text, or no mode where a file has one
    return owner not in {"os", "webbrowser", "tarfile", "zipfile"} and (
        set(mode) <= set("rwaxt+") and "b" not in mode
    )


def test_no_text_is_read_or_written_in_the_encoding_of_the_machine() -> None:
    found = [f"{p.name}:{c.lineno}" for p in MODULES for c in calls(p) if locale_bound(c)]
    assert found == []


def test_no_call_is_made_that_only_posix_knows() -> None:
    found = [
        f"{p.name}:{c.lineno} {ast.unparse(c.func)}"
        for p in MODULES
        for c in calls(p)
        if dotted(c.func) in POSIX
        or (
            isinstance(c.func, ast.Attribute) and c.func.attr in METHODS and c.func.attr != "rename"
        )
        or any(k.arg == "shell" and getattr(k.value, "value", False) for k in c.keywords)
    ]
    assert found == []


def test_no_folder_of_unix_is_written_into() -> None:
    rooted = re.compile(r"/(?:tmp|var|home|usr|dev)(?:/|$)")
    found = [
        f"{p.name}:{n.lineno} {n.value}"
        for p in MODULES
        for n in calls_and_constants(p)[1]
        if isinstance(n.value, str) and rooted.match(n.value)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("code", "bound"),
    [
        ("open(p)", True),
        ("open(p, 'rb')", False),
        ("p.open('w')", True),
        ("p.open('w', encoding='utf-8')", False),
        ("p.read_text()", True),
        ("p.write_text(t, 'utf-8')", False),
        ("os.open(p, 1)", False),
    ],
)
def test_the_search_for_encodings_would_find_one(code, bound) -> None:
    call = ast.parse(code).body[0].value
    assert locale_bound(call) is bound


def test_the_lines_for_powershell_are_lines_of_powershell() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```powershell\n(.*?)```", readme, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.strip()]
    assert lines[0] == "py -3.11 -m venv .venv"
    for line in lines[1:]:
        assert re.match(r"\.venv\\Scripts\\(?:python|salesanalysis) |start outputs\\", line), line
    for line in lines:
        # two commands in one line, a shell of Unix, a list PowerShell would take for an array
        assert not re.search(r"&&|\|\||\bexport\b|\.venv/|'", line), line
        assert not re.search(r"[\w]+,[\w]+", re.sub(r'"[^"]*"', "", line)), line
