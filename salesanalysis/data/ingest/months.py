"""Columns of months that name no year: it is declared, and every row gets the day of its month."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from salesanalysis.data.engine import fetch
from salesanalysis.data.ingest.faults import MAX_ROWS
from salesanalysis.data.kinds import FILE, ROW
from salesanalysis.data.mapping import TableRule, Unpivot
from salesanalysis.data.mapping.months import month_alone
from salesanalysis.data.sources import Opened
from salesanalysis.data.values import is_none
from salesanalysis.errors import ContractError
from salesanalysis.strictyaml import Document

_YEAR = r"(?:19|20)\d{2}"
#: Column the year of a row stands in while columns become rows.
OWN = "_year"


def year_column(opened: Opened, unpivot: Unpivot) -> str:
    """Return their column that holds the year; nothing where a number or the one file says it."""
    known = is_year(unpivot.year) or unpivot.year == FILE
    return "" if known and unpivot.year not in opened.table.columns else unpivot.year


def is_year(text: str) -> bool:
    """Tell whether a text is a year."""
    return bool(re.fullmatch(_YEAR, text))


def with_year(con: Any, table: Any, opened: Opened, rule: TableRule, doc: Document) -> Any:
    """Return the table with the year of every row, as text, in a column of its own.

    Raises
    ------
    ContractError
        Cells, or a name of a file, without a year.
    """
    import ibis  # noqa: PLC0415

    unpivot = rule.unpivot
    if unpivot is None or not unpivot.year:
        return table
    column = year_column(opened, unpivot)
    if not column:
        year = unpivot.year if is_year(unpivot.year) else _year_of(opened, rule, doc)
        return table.mutate(**{OWN: ibis.literal(year)})
    text = table[column].cast("string")
    found = table.mutate(**{OWN: text.re_extract(f"({_YEAR})", 1).nullif("")})
    bad = found[OWN].isnull()
    if text.type().is_string() and not opened.remote:
        # a row of nothing is no row
        bad = bad & ~_nothing(found, [c for c in opened.theirs if c in found.columns])
    shown = {"row": found[ROW]} if ROW in found.columns else {}
    rows = fetch(con, found.filter(bad).select(**shown, value=found[column]).limit(MAX_ROWS))
    if len(rows):
        raise _no_year_in(column, opened, rows, doc.where(*rule.place, "unpivot", "year"))
    return found


def _year_of(opened: Opened, rule: TableRule, doc: Document) -> str:
    """Return the year in the name of the one file that is read."""
    found = re.search(_YEAR, opened.name)
    if found is None:
        raise ContractError(
            f"No year stands in the name {opened.name!r}.",
            where=doc.where(*rule.place, "unpivot", "year"),
            fix="write the year itself, such as year: 2024, or the column that holds it",
            code="bad-value",
        )
    return found[0]


def _nothing(table: Any, columns: Sequence[str]) -> Any:
    from functools import reduce  # noqa: PLC0415
    from operator import and_  # noqa: PLC0415

    texts = (table[c] for c in columns)
    return reduce(and_, (is_none(t) if t.type().is_string() else t.isnull() for t in texts))


def _no_year_in(column: str, opened: Opened, rows: Any, where: str) -> ContractError:
    n, first = len(rows), rows.iloc[0]
    at = f"; first: row {first['row']} ({opened.counting})" if "row" in rows else ""
    value = "" if first.isna()["value"] else first["value"]
    return ContractError(
        f"{n:,}{'+' if n >= MAX_ROWS else ''} row{'s' if n > 1 else ''} of {opened.name} "
        f"{'have' if n > 1 else 'has'} no year in {column!r}, such as {value!r}{at}.",
        where=where,
        fix="name a column with a year such as 2024 in every row, fill it down, or write the "
        "year itself",
        code="bad-value",
        rows=rows,
    )


def days_of(table: Any, unpivot: Unpivot, columns: Sequence[str], where: str) -> Mapping[str, Any]:
    """Return column of theirs -> what stands for its name in a row: the name, or the first day.

    Raises
    ------
    ContractError
        A year is declared for a column that names no month, or a year of its own.
    """
    import ibis  # noqa: PLC0415

    if not unpivot.year:
        return {c: ibis.literal(c) for c in columns}
    for c in columns:
        if not month_alone(c):
            raise ContractError(
                f"{c!r} is no month without a year, such as M01, 1月 or Jan.",
                where=where,
                fix="leave it out of columns:, or take year: away where the names hold a year",
                code="bad-choice",
            )
    return {c: table[OWN] + f"-{month_alone(c):02d}-01" for c in columns}


def require_year(rule: TableRule, columns: Sequence[str], doc: Document) -> None:
    """Refuse days read from names of months that no year stands beside.

    Raises
    ------
    ContractError
    """
    unpivot = rule.unpivot
    if unpivot is None or unpivot.year:
        return
    alone = [c for c in columns if month_alone(c)]
    for ours, read in rule.columns.items():
        if read.kind == "date" and read.column == unpivot.names_to and alone:
            more = ", ..." if len(alone) > 3 else ""
            raise ContractError(
                f"The columns {', '.join(alone[:3])}{more} name months, but no year is known for "
                f"{ours}.",
                where=doc.where(*rule.place, "unpivot"),
                fix="add year: to unpivot: a year such as year: 2024, the column that holds it, "
                f"or year: {FILE} where it stands in the name of each file",
                code="missing-column",
            )
