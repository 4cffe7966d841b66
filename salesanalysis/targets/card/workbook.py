"""The workbook of a card: formulas written with their values, and edits read back from it."""

import io
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from salesanalysis.labels import check_lang, exact
from salesanalysis.spreadsheet import is_risky
from salesanalysis.targets.card.cells import HEAD, Cell, Sheet
from salesanalysis.targets.card.sheets import layout
from salesanalysis.targets.card.table import TargetCard

Look = dict[str, Any]
_MADE = datetime(2024, 1, 1)
_LONGEST = 32_767
#: Widest column, in characters.
_WIDE = 60
#: Letters a page of A4 across holds legibly.
_A4 = 190


def workbook(card: TargetCard, *, lang: str = "en") -> bytes:
    """Return the workbook of a card: a sheet per subject, and a page to sign for one person.

    Parameters
    ----------
    card : TargetCard
    lang : {"en", "zh"}

    Returns
    -------
    bytes
        An .xlsx file; the same bytes for the same card. Every sum is a live formula written with
        its value, so that programs that do not calculate show the right figure. Text a program
        would run stays text. Sheets are protected without a password; months may be changed.

    Examples
    --------
    >>> import pandas as pd
    >>> from salesanalysis.targets import cascade
    >>> from salesanalysis.targets.card.build import card
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> content = workbook(card(cascade(1_200, shares, levels=["region"], year=2024)))
    >>> content[:2]
    b'PK'
    """
    import xlsxwriter  # noqa: PLC0415

    check_lang(lang)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _MADE, "author": "salesanalysis", "subject": card.plan_id})
    looks = _looks(book)
    for sheet in layout(card, lang):
        _write(book.add_worksheet(sheet.name), sheet, looks)
    book.close()
    return out.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    """Return the formats of the workbook."""
    grey: Look = {"bg_color": "#F3F4F6"}
    line: Look = {"bottom": 4, "bottom_color": "#D1D5DB"}
    amount: Look = {"num_format": "#,##0"}
    found: dict[str, Look] = {
        "title": {"bold": True, "font_size": 14},
        "note": {"font_color": "#4B5563"},
        "head": {"bold": True, "bg_color": "#E5E7EB", "bottom": 1, "text_wrap": True,
                 "valign": "top", "align": "left", "indent": 1},
        "key": {**grey, **line, "align": "left", "indent": 1},
        "text": {**grey, **line, "text_wrap": True, "valign": "top", "align": "left",
                 "indent": 1},
        "amount": {**grey, **line, **amount, "valign": "top"},
        "total": {**grey, **line, **amount, "bold": True, "valign": "top"},
        "edit": {**line, **amount, "locked": False},
        "share": {**grey, **line, "num_format": "0.0%", "valign": "top"},
        "growth": {**grey, **line, "num_format": "+0.0%;-0.0%;0.0%", "valign": "top"},
        "count": {**grey, **line, "num_format": "#,##0", "valign": "top"},
        "date": {**grey, **line, "num_format": "yyyy-mm-dd", "valign": "top"},
    }  # fmt: skip
    made = {name: book.add_format(look) for name, look in found.items()}
    cents: Look = {"num_format": "#,##0.00"}
    for name in ("amount", "total", "edit"):
        made[f"{name}.cents"] = book.add_format({**found[name], **cents})
    for name in ("title", "note", "head", "key", "text"):
        # a text cell never runs, but without this mark it would after somebody edits it
        made[f"{name}.risky"] = book.add_format({**found[name], "quote_prefix": True})
    return made


def _write(target: Any, sheet: Sheet, looks: Mapping[str, Any]) -> None:
    """Write one sheet; panes frozen, widths fitted, ready for a page across."""
    for (row, column), cell in sheet.cells.items():
        _write_cell(target, row, column, cell, looks)
    widths = _widths(sheet)
    for column, wide in widths.items():
        target.set_column(column, column, wide)
    for row, lines in _tall(sheet).items():
        target.set_row(row, 15 * lines)
    has_table = any(row == HEAD for row, _ in sheet.cells)
    if has_table:
        target.set_row(HEAD, 32)
        target.freeze_panes(HEAD + 1, 0)
        target.repeat_rows(HEAD)
    target.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
    target.set_landscape()
    # A4 would shrink more than some two hundred letters to specks: A3
    target.set_paper(8 if sum(widths.values()) > _A4 else 9)
    target.fit_to_pages(1, 0)


def _write_cell(target: Any, row: int, column: int, cell: Cell, looks: Mapping[str, Any]) -> None:
    value, look = cell.value, cell.look
    has_cents = isinstance(value, float) and f"{look}.cents" in looks and value % 1 != 0
    style = looks[f"{look}.cents" if has_cents else look]
    if cell.formula:
        target.write_formula(row, column, cell.formula, style, value)
    elif isinstance(value, str):
        text = value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
        target.write_string(row, column, text, looks[f"{look}.risky"] if is_risky(text) else style)
    elif isinstance(value, datetime):
        target.write_datetime(row, column, value, style)
    else:
        target.write_number(row, column, value, style)


def _widths(sheet: Sheet) -> dict[int, float]:
    """Return the width of every column that its own table needs."""
    wide: dict[int, float] = {}
    for (row, column), cell in sheet.cells.items():
        if row < HEAD or cell.look == "note":
            continue
        text = cell.value if isinstance(cell.value, str) else _number_text(cell)
        size = _room(text)
        if cell.look == "head" and column:
            # headings may take two lines, their bold words none
            size = max(size / 2 + 2, 8, *(1.1 * _room(word) for word in text.split()))
        wide[column] = max(wide.get(column, 9.0), min(size + 2, _WIDE))
    return wide


def _tall(sheet: Sheet) -> dict[int, int]:
    """Return how many lines rows with long texts need: not every program finds out itself."""
    tall: dict[int, int] = {}
    for (row, _), cell in sheet.cells.items():
        if row > HEAD and cell.look == "text" and isinstance(cell.value, str):
            tall[row] = max(tall.get(row, 1), -(-int(_room(cell.value)) // (_WIDE - 4)))
    return {row: lines for row, lines in tall.items() if lines > 1}


def _room(text: str) -> float:
    """Return how many letters wide a text is; Chinese signs take two."""
    return sum(2 if c > "⺀" else 1.05 for c in text)


def _number_text(cell: Cell) -> str:
    if isinstance(cell.value, datetime):
        return "2024-12-31"
    return "+100.0%" if cell.look in ("share", "growth") else exact(float(cell.value), 0)
