"""Keys: what a page depends on, in parts, so that the reason for a new run is exact."""

import hashlib
import json
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from salesanalysis.credentials import hide

SCHEMA = 1
PACKAGE = Path(__file__).resolve().parents[1]
VERSIONED = (
    "numpy",
    "pandas",
    "scipy",
    "statsmodels",
    "matplotlib",
    "seaborn",
    "pyarrow",
    "duckdb",
)


def digest(value: Any) -> str:
    """Return SHA-256 over canonical JSON: sorted keys, UTF-8.

    Examples
    --------
    >>> digest({"b": 1, "a": 2.5}) == digest({"a": 2.5, "b": 1})
    True
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


def file_hash(path: Path) -> str:
    """Return SHA-256 of the content of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hash_inputs(paths: Iterable[str]) -> dict[str, str]:
    """Return path -> content hash; a folder stands for every file in it."""
    found = {}
    for path in sorted(set(paths)):
        place = Path(path)
        files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
        found.update({f.as_posix(): file_hash(f) for f in files if f.is_file()})
    return found


@cache
def hash_of_library() -> str:
    """Return a hash over our own code and words."""
    files = sorted(p for p in PACKAGE.rglob("*") if p.suffix in (".py", ".yaml"))
    return digest([[p.relative_to(PACKAGE).as_posix(), file_hash(p)] for p in files])


@cache
def template_hash() -> str:
    """Return a hash over what only the look of a page depends on."""
    files = sorted(p for p in (PACKAGE / "report").rglob("*") if p.suffix in (".html", ".css"))
    return digest([[p.name, file_hash(p)] for p in files])


@cache
def versions() -> dict[str, str]:
    """Return the versions results depend on, from package metadata, without importing."""
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in VERSIONED:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = "absent"
    return found


def reason(parts: Mapping[str, Any], before: Mapping[str, Any] | None) -> str:
    """Return why a task has to run, or "" where nothing it depends on has changed.

    Examples
    --------
    >>> old = {"code": ["a", "b"], "params": {"horizon": 12}, "inputs": {}, "library": "x",
    ...        "versions": {"pandas": "3.1.0"}, "schema": 1, "page": "p"}
    >>> reason({**old, "params": {"horizon": 6}}, old)
    'params: horizon 12 -> 6'
    >>> reason({**old, "versions": {"pandas": "3.1.1"}}, old)
    'version: pandas 3.1.0 -> 3.1.1'
    >>> reason({**old, "page": "q"}, old), reason(old, old), reason(old, None)
    ('page: text or template', '', 'new')
    """
    if not before:
        return "new"
    if parts["schema"] != before.get("schema"):
        return "format"
    for key, word in (("params", "params"), ("inputs", "input"), ("versions", "version")):
        change = _change(parts[key], before.get(key, {}))
        if change:
            return f"{word}: {change.split(' ')[0] if key == 'inputs' else change}"
    if parts["code"] != before.get("code"):
        return f"code: cell {_first_difference(parts['code'], before.get('code', []))}"
    if parts["library"] != before.get("library"):
        return "library"
    return PAGE_ONLY if parts["page"] != before.get("page") else ""


PAGE_ONLY = "page: text or template"


def _change(new: Mapping[str, Any], old: Mapping[str, Any]) -> str:
    for name in sorted({*new, *old}):
        if new.get(name) != old.get(name):
            return str(hide(f"{name} {old.get(name)!s} -> {new.get(name)!s}"))
    return ""


def _first_difference(new: list[str], old: list[str]) -> int:
    for i, (a, b) in enumerate(zip(new, old, strict=False), 1):
        if a != b:
            return i
    return min(len(new), len(old)) + 1
