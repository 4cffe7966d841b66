"""Refusing values: which cells, where they stand, what they must be, how to mend them."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.engine import fetch
from salesanalysis.data.ingest.numbering import counted, own_file
from salesanalysis.data.kinds import FILE, ROW, TYPES
from salesanalysis.data.values.dates import ZONE
from salesanalysis.data.values.numbers import WHOLE
from salesanalysis.data.values.texts import is_nothing
from salesanalysis.errors import ContractError

if TYPE_CHECKING:
    from salesanalysis.data.ingest.draft import Draft

RULES = ("empty", "low", "range")
#: First and last day a dated line may have: one typo would move `as_of` by centuries.
DAYS = (date(1980, 1, 1), date(2100, 12, 31))
#: Faulty rows that travel with an error, per column.
MAX_ROWS = 1000
#: Faulty rows a message names before it says how many more there are.
MAX_NAMED = 5


def no_rows(draft: "Draft") -> ContractError:
    """Build the refusal of a table without rows."""
    file = draft.reader.raw.opened.name
    return ContractError(
        f"{file} is empty: there is no row below the header."
        if file
        else f"{draft.name} has no rows.",
        where=f"table {draft.name}",
        fix="check the export" if file else "check the filter or the file",
        code="empty-table",
    )


def no_order(draft: "Draft") -> ContractError:
    """Build the refusal of row numbers where rows have no order."""
    return ContractError(
        f"Rows of {draft.reader.raw.opened.name} have no number that could be a key.",
        where=f"table {draft.name}, row: true",
        fix="map a column that is a key",
        code="bad-choice",
    )


def refusal(draft: "Draft", table: Any, faulty: list[str]) -> ContractError:
    """Fetch the faulty rows and say what is wrong with them, all columns at once."""
    opened = draft.reader.raw.opened
    place = opened.name or draft.name
    found = pd.concat([_faults(draft, table, c) for c in faulty])
    place_of = [c for c in ("file", "row") if c in found]
    found = found.sort_values([*place_of, "column"], kind="stable", ignore_index=True)
    first, n = found.iloc[0], len(found)
    every = found[place_of].drop_duplicates()
    shown = ", ".join(_numbered(row) for row in every.head(MAX_NAMED).to_dict("records"))
    if len(every) > MAX_NAMED:
        shown += f" and {len(every) - MAX_NAMED:,}{'+' if n >= MAX_ROWS else ''} more"
    theirs = ", ".join(f"{draft.rules[c].written or c!r} (our {c})" for c in faulty)
    unread = all(draft.rules[c].kind == "date" for c in faulty) and not found["range"].all()
    return ContractError(
        f"{n}{'+' if n >= MAX_ROWS else ''} value{'s' if n > 1 else ''} of {place} cannot be "
        f"used for {draft.name}; first: row {_numbered(first)}, {first['column']!r} is "
        f"{first['value']!r}, but must be {first['rule']}.",
        where=f"{place}, rows {shown} ({opened.counting}), column {theirs}; see .rows",
        fix="mend these cells, or map another column"
        + _left_out(draft, found, faulty)
        + ('; where dates look like 31/12/2024, add format: "%d/%m/%Y"' if unread else ""),
        rows=found.drop(columns="range"),
    )


def _numbered(place: Mapping[str, Any]) -> str:
    """Return the number of a row, with its file where several are one table."""
    return f"{place['row']} of {place['file']}" if "file" in place else str(place["row"])


def _left_out(draft: "Draft", found: pd.DataFrame, faulty: list[str]) -> str:
    """Offer to leave out the rows in which one column is empty: deals without an amount yet."""
    rule = draft.rules[faulty[0]]
    # a dash says nothing as well
    written = sorted({text.strip() for text in found["value"].fillna("").astype("str")})
    remote = draft.reader.raw.opened.remote
    if len(faulty) > 1 or not rule.column or remote or not all(map(is_nothing, written)):
        return ""
    key, texts = (json.dumps(x, ensure_ascii=False) for x in (rule.column, written))
    return f", or add {key}: {{not: {texts}}} to where: beside file:, to leave out and count them"


def _faults(draft: "Draft", table: Any, c: str) -> pd.DataFrame:
    """Return the faulty rows of one column: ``row``, ``column``, ``value``, ``rule``.

    And ``file`` where several are one table. ``range`` tells a date that can be read and lies
    too far away.
    """
    import ibis  # noqa: PLC0415

    no = False
    rows, value, bad = _placed(draft, table, c)
    anything = reduce(or_, (b.fill_null(no) for b in bad.values()))
    chosen = rows.mutate(
        row=rows[ROW],
        value=value.cast("string"),
        range=bad.get("range", ibis.literal(no)).fill_null(no),
        bad=anything,
    ).filter(lambda t: t["bad"])
    files = {"file": chosen[FILE]} if FILE in chosen.columns else {}
    placed = chosen.select("row", "value", "range", **files)
    query = placed.order_by([*files, "row"]).limit(MAX_ROWS)
    found = fetch(draft.con, query)
    found = found.assign(value=found["value"].fillna(""), rule=_words(draft, c))
    if draft.rules[c].kind in ("number", "count"):
        large = found["value"].map(_is_large)
        found.loc[large, "rule"] = f"a number with at most {WHOLE} digits before the point"
    if draft.rules[c].kind == "date":
        zoned = found["value"].map(_is_zoned)
        found.loc[zoned, "rule"] = "a date with the same offset from UTC as the others"
    found["range"] = found["range"].astype("bool")
    found.loc[found["range"], "rule"] = f"a date from {DAYS[0]} to {DAYS[1]}"
    found["column"] = draft.rules[c].written or c
    return found[[*files, "row", "column", "value", "rule", "range"]]


def _is_zoned(value: str) -> bool:
    return bool(re.search(ZONE, value))


def _is_large(value: str) -> bool:
    """Tell whether a cell is a number of more digits than money has.

    Examples
    --------
    >>> [_is_large(v) for v in ("99999999999999999999", "1e400", "12", "twelve", "nan")]
    [True, True, False, False, False]
    """
    text = re.sub(r"[,' ]", "", value)
    if not re.fullmatch(r"[-+]?[0-9]+\.?[0-9]*([eE][+-]?[0-9]+)?", text):
        return False
    number = Decimal(text)
    return not number.is_zero() and number.adjusted() >= WHOLE


def _placed(draft: "Draft", table: Any, c: str) -> tuple[Any, Any, dict[str, Any]]:
    """Return rows with their numbers, what stands in column `c`, and what is wrong there."""
    reader = draft.reader
    if c not in reader.rules or reader.rules[c].row:
        return table, table[c], draft.bad(table, c)
    raw = reader.raw.table
    if ROW not in raw.columns:
        raw = counted(draft.con, raw)
    raw = draft.without_blanks(raw)
    again = replace(reader, raw=type(reader.raw)(raw, reader.raw.opened), where="")
    value = again.value(c)
    wide = raw.mutate(_value=value, _unread=again.unread(c, value), _written=again.written(c))
    typed = wide.select(ROW, *own_file(wide), "_unread", "_written", **{c: wide["_value"]})
    bad = {"kind": typed["_unread"], **draft.bad(typed, c)}
    return typed, typed["_written"], bad


def _words(draft: "Draft", c: str) -> str:
    """Say in words what a value of column `c` must be."""
    declared, words = draft.contract.get(c), TYPES[draft.rules[c].kind][1]
    if declared is not None and declared.minimum is not None and declared.kind != "share":
        words += f" of at least {declared.minimum:g}"
    must = declared is not None and not declared.empty and not draft.is_level(c)
    return words + ", not empty" if must else words
