"""Small pieces of HTML: pictures with words for those who do not see them, tables, lists."""

import base64
from collections.abc import Iterable
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels.catalogue import entries
from salesanalysis.report.fontsubset import font_css, is_wide

_CSS = Path(__file__).with_name("planner.css")
_SCRIPT = Path(__file__).with_name("planner.js")


def image(png: bytes, words: str) -> str:
    """Return a picture with its finding as the text for screen readers.

    Examples
    --------
    >>> image(b"x", 'a "b"')
    '<img alt="a &quot;b&quot;" src="data:image/png;base64,eA==">'
    """
    data = base64.b64encode(png).decode("ascii")
    return f'<img alt="{escape(words)}" src="data:image/png;base64,{data}">'


def table(frame: pd.DataFrame, kind: str = "", *, words: int = 1) -> str:
    """Return a table of texts; every column but the first `words` stands right.

    Examples
    --------
    >>> table(pd.DataFrame({"a": ["<"], "b": ["1"]}))[:60]
    '<table><thead><tr><th>a</th><th class="n">b</th></tr></thead'
    """
    head = "".join(
        f"<th{_side(j, words)}>{escape(str(c))}</th>" for j, c in enumerate(frame.columns)
    )
    rows = "".join(
        "<tr>"
        + "".join(f"<td{_side(j, words)}>{escape(str(v))}</td>" for j, v in enumerate(row))
        + "</tr>"
        for row in frame.itertuples(index=False, name=None)
    )
    mark = f' class="{kind}"' if kind else ""
    return f"<table{mark}><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _side(column: int, words: int) -> str:
    return ' class="n"' if column >= words else ""


def paragraphs(lines: Iterable[str], *, first: str = "finding") -> str:
    """Return sentences as paragraphs, the first one larger."""
    marked = [
        f'<p class="{first if i == 0 else "muted"}">{escape(line)}</p>'
        for i, line in enumerate(lines)
    ]
    return "".join(marked)


def listed(lines: Iterable[str]) -> str:
    """Return sentences as a list."""
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def line(widgets: list[Any]) -> Any:
    """Return widgets beside each other, in a second line where there is no room."""
    import ipywidgets as w  # noqa: PLC0415

    box = w.HBox(widgets)
    box.add_class("sa-line")
    return box


def bad(text: str) -> str:
    """Return a sentence that something is wrong."""
    return f'<div class="bad" role="alert">{escape(text)}</div>'


def style(lang: str, more: str = "") -> str:
    """Return the style sheet; in Chinese with the characters of every word we know.

    Parameters
    ----------
    more : str, text besides our own words: the plan's, names of people
    """
    css = _CSS.read_text(encoding="utf-8")
    # widgets take no attributes for screen readers: a few lines of script set them on arrival
    script = escape(_SCRIPT.read_text(encoding="utf-8"))
    known = _known() if lang == "zh" else frozenset()
    # most plans need no character beside our own words: one font serves them all
    beside = "".join(sorted({c for c in more if is_wide(c)} - known))
    return f'<style lang="{lang}" onload="{script}">{_font(lang, beside)}{css}</style>'


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Return the characters of every word we know in Chinese."""
    return frozenset(c for texts in entries().values() for c in texts["zh"])


@lru_cache(maxsize=8)
def _font(lang: str, beside: str) -> str:
    if lang != "zh":
        return _or_nothing(beside) if beside else ""
    known = "".join(sorted(_known()))
    full = "".join(sorted({*known, *beside}))
    return _or_nothing(full, whole=True) or font_css(known, whole=True)


def _or_nothing(text: str, *, whole: bool = False) -> str:
    """Return the font of a text; nothing where a character of a plan is not in it."""
    try:
        return font_css(text, whole=whole)
    except ContractError:
        return ""
