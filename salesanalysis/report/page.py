"""An executed notebook as one page for readers: no code, one file, nothing fetched."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from salesanalysis.labels import check_lang, has_label, label
from salesanalysis.report.fontsubset import FAMILY, font_css
from salesanalysis.report.outputs import Piece, output_html, prose_html
from salesanalysis.spreadsheet import safe_text

FOLDER = Path(__file__).parent
#: Parameters a reader does not need: places of files, and what the page shows anyway.
_HIDDEN = (
    *("source", "mapping", "data", "out", "lang", "region", "as_of"),
    *("ledger", "ledger_by", "ledger_source"),
)


@dataclass(frozen=True)
class Trouble:
    """Why a page is not good: a red banner at its top.

    Attributes
    ----------
    status : {"failed", "crashed", "timeout", "interrupted"}
    section : str
        The last heading above the cell.
    cell : int
        Number of the cell, 1 = first; 0 where no cell is to blame.
    message : str
    """

    status: str
    section: str = ""
    cell: int = 0
    message: str = ""


@dataclass(frozen=True)
class PageInfo:
    """What stands around the cells of a page.

    Attributes
    ----------
    region : str
        As shown in `lang`.
    as_of : str
        Date of the data, as shown.
    notebook : str
        Relative link to the notebook; "" for none.
    files : sequence of (name, relative link)
    index : str
        Relative link to the index; "" for none.
    parameters : mapping
        What the notebook ran with.
    notes : sequence of str
        Shown above the first cell, such as why the notebook ended early.
    """

    lang: str = "en"
    region: str = ""
    as_of: str = ""
    notebook: str = ""
    index: str = ""
    files: Sequence[tuple[str, str]] = ()
    parameters: Mapping[str, Any] | None = None
    trouble: Trouble | None = None
    notes: Sequence[str] = ()


def page(notebook: Mapping[str, Any], info: PageInfo) -> str:
    """Return the page of an executed notebook.

    Parameters
    ----------
    notebook : mapping
        nbformat 4: ``cells`` with ``cell_type``, ``source``, ``outputs``.
    info : PageInfo

    Returns
    -------
    str
        HTML with its style, pictures and (for Chinese) font inside; no code, no script, no
        reference to anything outside but the links to notebook, files and index.

    Raises
    ------
    ContractError
        A Chinese character the embedded font does not have.

    Examples
    --------
    >>> cells = [{"cell_type": "markdown", "source": "# Targets", "metadata": {}}]
    >>> "<h1>Targets</h1>" in page({"cells": cells}, PageInfo())
    True
    """
    lang = check_lang(info.lang)
    title, rest = split_title(notebook["cells"])
    if info.trouble and info.trouble.cell:
        rest = rest[: info.trouble.cell]  # what follows was not reached
    body = [_piece(piece) for piece in pieces(rest)]
    text: str = template("page.html").render(
        css=style(),
        family=FAMILY,
        info=info,
        title=title,
        body=body,
        parameters=_shown(info.parameters or {}, lang),
        trouble_text=_trouble_text(info.trouble, lang),
        word=lambda key, **values: label(f"page.{key}", lang, **values),
    )
    return text.replace("/*font*/", font_css(text, whole=lang == "zh"), 1)


def split_title(cells: Sequence[Mapping[str, Any]]) -> tuple[str, list[Mapping[str, Any]]]:
    r"""Return the first heading and the cells without it.

    Examples
    --------
    >>> cells = [{"cell_type": "markdown", "source": "# Targets\nWhat is asked?", "metadata": {}}]
    >>> split_title(cells)[0]
    'Targets'
    """
    out = [c for c in cells if "papermill-error-cell-tag" not in _tags(c)]
    for i, cell in enumerate(out):
        lines = source_of(cell).splitlines()
        if cell["cell_type"] == "markdown" and lines and lines[0].startswith("# "):
            out[i] = {**cell, "source": "\n".join(lines[1:])}
            return lines[0][2:].strip(), out
    return "", out


def source_of(cell: Mapping[str, Any]) -> str:
    """Return the text of a cell; nbformat allows a list of lines."""
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def pieces(cells: Sequence[Mapping[str, Any]]) -> Iterator[Piece]:
    """Yield what a reader sees of every cell, in order."""
    heading = ""
    for cell in cells:
        if cell["cell_type"] == "markdown":
            source = source_of(cell)
            heads = [x.lstrip("# ") for x in source.splitlines() if x.startswith("#")]
            heading = heads[-1] if heads else heading
            yield Piece("prose", prose_html(source))
        elif cell["cell_type"] == "code" and not _tags(cell) & {
            "parameters",
            "injected-parameters",
        }:
            for output in cell.get("outputs", ()):
                yield from output_html(output, alt=heading)


def _tags(cell: Mapping[str, Any]) -> set[str]:
    return set(cell.get("metadata", {}).get("tags", ()))


def _piece(piece: Piece) -> str:
    return f'<div class="{piece.kind}">{piece.html}</div>'


def _shown(parameters: Mapping[str, Any], lang: str) -> list[tuple[str, str]]:
    """Return the settings a reader wants to know, in words."""
    rows = []
    for name, value in parameters.items():
        if name in _HIDDEN or value == "":
            continue
        key = f"param.{name}"
        rows.append((label(key, lang) if has_label(key) else name, _setting(name, value, lang)))
    return rows


def _setting(name: str, value: Any, lang: str) -> str:
    if isinstance(value, bool):
        return label("word.yes" if value else "word.no", lang)
    if value is None:
        return "–"
    if isinstance(value, list):
        return ", ".join(_setting(name, v, lang) for v in value)
    key = f"{name}.{value}"
    return label(key, lang) if has_label(key) else safe_text(str(value))


def _trouble_text(trouble: Trouble | None, lang: str) -> str:
    if trouble is None:
        return ""
    status = label(f"task.{trouble.status}", lang)
    if not trouble.cell:
        return label("page.trouble", lang, status=status)
    section = trouble.section or "–"
    return label("page.trouble_cell", lang, status=status, section=section, cell=trouble.cell)


@lru_cache(maxsize=1)
def style() -> str:
    """Return the style sheet of pages and index."""
    return (FOLDER / "page.css").read_text(encoding="utf-8")


@lru_cache(maxsize=8)
def template(name: str) -> Any:
    """Return a template of this folder; everything put into it is escaped unless marked safe."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415

    loader = FileSystemLoader(FOLDER)
    env = Environment(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return env.get_template(name)
