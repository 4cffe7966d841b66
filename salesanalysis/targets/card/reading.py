"""Edits read back from the workbook of a card: changed months, and nothing else."""

import io
import re
from datetime import datetime
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import LANGUAGES
from salesanalysis.targets.card.cells import Cell, Sheet, place
from salesanalysis.targets.card.sheets import layout
from salesanalysis.targets.card.table import TargetCard
from salesanalysis.targets.steps import Step


def read_edits(content: bytes, card: TargetCard, *, step: Any = None) -> pd.DataFrame:
    """Return what somebody changed in the workbook of a card, as a table of edits.

    Parameters
    ----------
    content : bytes of the .xlsx file
    card : TargetCard the workbook was written from
    step : amount, optional
        Smallest amount a target moves by; every edit has to be a multiple of it.

    Returns
    -------
    DataFrame, one row per changed month
        The levels of the card, ``period``, ``old_amount``, ``new_amount``, ``change_amount`` and
        ``cell`` (its address). No rows: nothing was changed.

    Raises
    ------
    ContractError
        Not the workbook of this card; a name, total, heading or other grey cell that was changed
        (with its address); a month that is empty, text, negative or no multiple of `step`; rows
        or sheets that were added, moved or removed.

    Notes
    -----
    Values of formulas are not looked at: a program calculates them anew after an edit. What they
    say is compared, in the form every program writes.
    """
    book = _open(content)
    sheets = _sheets_of(book, card)
    changed, locked = _compare(book, sheets)
    if locked:
        raise _refuse(locked)
    return _edits(changed, card, step)


def _open(content: bytes) -> Any:
    import zipfile  # noqa: PLC0415

    from openpyxl import load_workbook  # noqa: PLC0415
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    try:
        return load_workbook(io.BytesIO(content), data_only=False)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError, InvalidFileException) as error:
        raise ContractError(
            "The file is no workbook.",
            where=f"{type(error).__name__} while opening it",
            fix="save it as .xlsx",
            code="bad-value",
        ) from None


def _sheets_of(book: Any, card: TargetCard) -> list[Sheet]:
    """Return the layout in the language of the workbook."""
    for lang in LANGUAGES:
        sheets = layout(card, lang)
        if [s.name for s in sheets] == book.sheetnames:
            return sheets
    wanted = ", ".join(s.name for s in layout(card, "en"))
    raise ContractError(
        f"The workbook has the sheets {', '.join(book.sheetnames)}.",
        where="names of the sheets",
        fix=f"keep the sheets of the card: {wanted}",
        code="unknown-name",
    )


def _compare(
    book: Any, sheets: list[Sheet]
) -> tuple[list[tuple[str, Cell, int, Any]], list[tuple[str, Any, Any]]]:
    """Return changed months, and changed cells that may not be."""
    changed: list[tuple[str, Cell, int, Any]] = []
    locked: list[tuple[str, Any, Any]] = []
    for sheet in sheets:
        there = {
            (cell.row - 1, cell.column - 1): cell.value
            for line in book[sheet.name].iter_rows()
            for cell in line
            if cell.value is not None
        }
        for at in sorted(sheet.cells.keys() | there.keys()):
            cell, found = sheet.cells.get(at), there.get(at)
            if cell is not None and _same(cell, found):
                continue
            address = f"{sheet.name}!{place(*at)}"
            if cell is not None and cell.leaf >= 0:
                changed.append((address, cell, at[1], found))
            else:
                wanted = None if cell is None else (cell.formula or cell.value)
                locked.append((address, wanted, found))
    return changed, locked


def _same(cell: Cell, found: Any) -> bool:
    """Tell whether a cell is what was written; formulas by what they say."""
    if cell.formula:
        return isinstance(found, str) and _plain(found) == _plain(cell.formula)
    if isinstance(cell.value, str):
        return str(found if found is not None else "") == cell.value
    if isinstance(cell.value, datetime) or isinstance(found, str | bool | datetime):
        return bool(found == cell.value)
    # a program may write sixteen digits
    return found is not None and abs(found - cell.value) <= 1e-12 * max(abs(cell.value), 1.0)


def _plain(formula: str) -> str:
    """Return a formula without blanks, quotes of sheet names and marks of fixed cells."""
    return re.sub(r"[\s'$]", "", formula).upper()


def _refuse(locked: list[tuple[str, Any, Any]]) -> ContractError:
    """Name the cells that may not be changed."""
    rows = pd.DataFrame(
        [
            (a, str(w) if w is not None else "", str(f) if f is not None else "")
            for a, w, f in locked
        ],
        columns=["cell", "was", "found"],
    )
    address, wanted, found = locked[0]
    more = f" and {len(locked) - 1} more" if len(locked) > 1 else ""
    return ContractError(
        f"Cell {address} may not be changed: it was {_tell(wanted)} and is {_tell(found)}{more}.",
        where=f"workbook, {', '.join(a for a, _, _ in locked[:5])}, see .rows",
        fix="change white cells of the months only; totals follow by themselves",
        rows=rows,
    )


def _tell(value: Any) -> str:
    return "empty" if value is None or value == "" else repr(value)


def _edits(changed: list[tuple[str, Cell, int, Any]], card: TargetCard, step: Any) -> pd.DataFrame:
    """Return the changed months as a table, or refuse what is no target."""
    keys = list(card.levels)
    leaves = card.month_table()[keys]
    months = card.calendar.months(card.year)
    bad = [(a, v) for a, _, _, v in changed if not _is_amount(v)]
    if bad:
        raise ContractError(
            f"Cell {bad[0][0]} is {_tell(bad[0][1])}, not an amount of zero or more.",
            where=f"workbook, {', '.join(a for a, _ in bad[:5])}",
            fix="write a number; 0 for no target",
            rows=pd.DataFrame(bad, columns=["cell", "found"]),
        )
    if step is not None:
        size = Step.of(step)
        for address, _, _, value in changed:
            size.count(value, name="target", where=f"workbook, {address}")
    first = max(len(keys), 1)
    rows = [
        (*leaves.iloc[c.leaf].tolist(), months[column - first], c.value, float(v),
         float(v) - c.value, address)
        for address, c, column, v in changed
    ]  # fmt: skip
    columns = [*keys, "period", "old_amount", "new_amount", "change_amount", "cell"]
    types = {**dict.fromkeys([*keys, "cell"], "str"), "period": "datetime64[us]"}
    types |= dict.fromkeys(columns[len(keys) + 1 : -1], "float64")
    return pd.DataFrame(rows, columns=columns).astype(types)


def _is_amount(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and 0 <= value < float("inf")
