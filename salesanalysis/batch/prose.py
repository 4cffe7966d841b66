"""Chinese prose of a notebook: every markdown cell has a translation that knows its English."""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from salesanalysis.errors import ParamError
from salesanalysis.params import Problem


def source_hash(text: str) -> str:
    """Return the 12 hex digits that tie a translation to its English.

    Examples
    --------
    >>> source_hash("# Targets")
    'c42033a07d0a'
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:12]


def locale_file(notebook: Path, lang: str) -> Path:
    """Return where the translations of a notebook live."""
    return notebook.parent / "locale" / lang / f"{notebook.stem}.yaml"


def translations(
    notebook: Path, cells: Sequence[Mapping[str, Any]], lang: str
) -> tuple[dict[str, str], list[Problem]]:
    """Return cell id -> text in `lang`, and a problem for each cell without a fresh one.

    English is what the notebook holds: nothing to swap.
    """
    prose = {c.get("id", ""): c["source"] for c in cells if c["cell_type"] == "markdown"}
    if lang == "en" or not prose:
        return {}, []
    from salesanalysis.strictyaml import read  # noqa: PLC0415

    path = locale_file(notebook, lang)
    try:
        doc = read(path)
    except ParamError as error:
        fix = f"write it: one entry for each of {len(prose)} text cells"
        problem = Problem(
            str(path),
            f"{notebook.name} has no prose in {lang!r}: {error.what}",
            fix,
            code="stale-translation",
        )
        return {}, [problem]
    texts: dict[str, str] = {}
    problems = []
    for cell, english in prose.items():
        entry: Any = doc.data.get(cell) if isinstance(doc.data, dict) else None
        wrong = _wrong(entry, english)
        if wrong:
            where = f"{doc.where(cell)} ({notebook.name})"
            problems.append(Problem(where, *wrong, code="stale-translation"))
        else:
            texts[cell] = str(entry["text"])
    return texts, problems


def _wrong(entry: Any, english: str) -> tuple[str, str] | None:
    start = english.strip().splitlines()[0][:40] if english.strip() else ""
    fresh = source_hash(english)
    if not isinstance(entry, dict) or "text" not in entry or "source" not in entry:
        return f"the cell {start!r} has no translation.", f'add source: "{fresh}" and text: |'
    if str(entry["source"]) != fresh:
        return (
            f"the English of {start!r} has changed since it was translated.",
            f'check the text, then set source: "{fresh}"',
        )
    return None
