"""How dates and numbers of a proposed column are written; both ways where nobody can tell."""

import re
from typing import Any

from salesanalysis.data.engine import fetch
from salesanalysis.data.propose.matching import Line, note
from salesanalysis.data.propose.seen import Seen
from salesanalysis.data.values import date_style, number_style
from salesanalysis.data.values.datelooks import MONTHS, looks_of
from salesanalysis.errors import ContractError

_CHOICE = re.compile(r'(format|decimal): "([^"]+)" for ([^\s,]+)')
_TOTAL = re.compile("合计|小计|总计|total|subtotal|sum", re.IGNORECASE)


def checked_date(con: Any, seen: Seen, line: Line, *, months: bool, strict: bool) -> None:
    """Find out how the days of a line are written; add the choices where there are two.

    Parameters
    ----------
    months : bool
        A month without a day is read as its first day.
    strict : bool
        Such a month needs its format in the mapping.
    """
    column = seen.rows.select(x=seen.texts(line.theirs[0]))["x"]
    try:
        date_style(con, column, name=line.theirs[0], where=seen.called, months=months)
    except ContractError as error:
        _chosen(line, error, "date")
        return
    if months and strict:
        looks = [x for x in looks_of(con, column) if x.formats]
        if looks and all(set(x.formats) == {MONTHS} for x in looks):
            line.spec["format"] = looks[0].formats[MONTHS][0]
            line.notes.append(note("note.first_of_month"))


def checked_number(con: Any, seen: Seen, line: Line) -> None:
    """Find out how the numbers of a line are written; remember the sign of a currency."""
    column = seen.rows.select(x=seen.texts(line.theirs[0]))["x"]
    try:
        style = number_style(con, column, name=line.theirs[0], where=seen.called)
    except ContractError as error:
        _chosen(line, error, "number")
        return
    if style.currency:
        seen.memo.setdefault("currencies", set()).add(style.currency)
    if style.decimal == "," and style.settled:
        seen.memo["decimal"] = ","


def _chosen(line: Line, error: ContractError, kind: str) -> None:
    """Write what a refusal says beside the line, with both choices where it names them."""
    what = str(error).splitlines()[0]
    choices = _CHOICE.findall(str(error)) if error.code == "ambiguous" else []
    for option, value, example in choices:
        line.choices.append(({**line.spec, option: value}, example))
    key = f"note.ambiguous_{kind}" if choices else "note.unreadable"
    line.notes.append(note(key, what=what))


def settle_decimals(seen: Seen, lines: list[Line]) -> None:
    """Read doubtful numbers as the other columns of the file are written, and say so."""
    if seen.memo.get("decimal") != ",":
        return
    for line in lines:
        if any("decimal" in spec for spec, _ in line.choices):
            line.spec["decimal"] = ","
            line.choices = [c for c in line.choices if c[0].get("decimal") != ","]
            line.notes = [n for n in line.notes if n.key != "note.ambiguous_number"]
            line.notes.append(note("note.decimal_beside"))


def empty_rows(con: Any, seen: Seen, column: str) -> int:
    """Return in how many rows a column is empty."""
    text = seen.texts(column)
    missing = text.isnull() | (text == "")  # noqa: PD003
    found = fetch(con, seen.rows.aggregate(n=missing.sum().fill_null(0)))
    return int(found["n"].iloc[0])
