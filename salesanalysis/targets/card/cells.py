"""The cells of a workbook: values, formulas with their values, and what may be changed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.labels import label, unit_of
from salesanalysis.results import column_label, show_value
from salesanalysis.targets.card.table import TargetCard

#: Rows above the headings: title, sentence, version, hint.
HEAD = 4
#: Cells of one formula: a program takes 255 arguments and 8,192 signs.
_PARTS = 200


@dataclass(frozen=True)
class Cell:
    """One cell: its value, the formula it comes from, its look, the target it holds.

    Attributes
    ----------
    value : text, number, date or None
    formula : str
        Empty where the value stands alone.
    look : str
        ``amount``, ``share``, ``count``, ``date``, ``text``, ``head``, ``title``, ``note``,
        ``edit`` (an amount that may be changed) or ``total``.
    leaf : int
        Row of the leaf whose month this is, -1 for every other cell.
    """

    value: Any
    formula: str = ""
    look: str = "text"
    leaf: int = -1


@dataclass
class Sheet:
    """The cells of one sheet, by row and column from 0."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)

    def put(self, row: int, column: int, value: Any, look: str = "text", **more: Any) -> None:
        """Write one cell; an empty one is not written."""
        if value is None or (isinstance(value, float) and not np.isfinite(value)):
            return
        self.cells[row, column] = Cell(value, look=look, **more)


def place(row: int, column: int) -> str:
    """Return the address of a cell.

    Examples
    --------
    >>> place(0, 0), place(4, 27)
    ('A1', 'AB5')
    """
    letters, n = "", column + 1
    while n:
        n, left = divmod(n - 1, 26)
        letters = chr(65 + left) + letters
    return f"{letters}{row + 1}"


def sum_of(sheet: str, rows: Sequence[int], column: int) -> str:
    """Return the formula that adds cells of one column, neighbours as one range.

    Examples
    --------
    >>> sum_of("Months", [4, 5, 6, 9], 2)
    "=SUM('Months'!C5:C7,'Months'!C10)"
    """
    at = np.sort(np.asarray(rows, dtype="int64"))
    if not len(at):
        return "=0"
    cuts = np.flatnonzero(np.diff(at) != 1) + 1
    runs = [(int(r[0]), int(r[-1])) for r in np.split(at, cuts)]
    mark = f"'{sheet}'!" if sheet else ""
    texts = [
        f"{mark}{place(a, column)}" + (f":{place(b, column)}" if b > a else "") for a, b in runs
    ]
    groups = [texts[i : i + _PARTS] for i in range(0, len(texts), _PARTS)]
    return "=" + "+".join(f"SUM({','.join(group)})" for group in groups)


def put_head(sheet: Sheet, card: TargetCard, title: str, lang: str) -> None:
    """Write title, sentence, version and unit above the table."""
    unit = label("card.unit", lang, unit=unit_of(card.currency, lang))
    sheet.put(0, 0, label(title, lang), "title")
    sheet.put(1, 0, card.headline(lang), "note")
    state = show_value("status", card.status, lang, card.terms)
    version = label("card.version", lang, plan=card.plan_id, status=state)
    sheet.put(2, 0, f"{version} {unit}", "note")


def shown(column: str, value: Any, card: TargetCard, lang: str) -> Any:
    """Return what stands in a cell: numbers as they are, words in the reader's language."""
    if value is None or value is pd.NaT or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, bool | np.bool_):
        return show_value(column, value, lang, card.terms)
    if isinstance(value, int | float):
        return value
    return show_value(column, str(value), lang, card.terms) if value != "" else ""


def heading(column: str, lang: str) -> str:
    """Return how a column of the card is called."""
    return label("column.target_value", lang) if column == "value" else column_label(column, lang)


def year_column(card: TargetCard) -> int:
    """Return the column of the months sheet that holds the year."""
    return max(len(card.levels), 1) + 12
