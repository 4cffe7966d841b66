"""Looking for what in a mapping would make a sum come out."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salesanalysis.data.engine import arrow, drop, fetch_exact, keep
from salesanalysis.data.ingest.cells import FINE
from salesanalysis.data.ingest.raw import MANY_TYPED, Raw, shaped
from salesanalysis.data.ingest.reader import Reader
from salesanalysis.data.ingest.waysout import of_all, of_some
from salesanalysis.data.mapping import ColumnRule, TableRule
from salesanalysis.data.sources import typed
from salesanalysis.data.values import is_none

if TYPE_CHECKING:
    from salesanalysis.data.ingest.build import Builder

#: Different values up to which a column tells kinds of rows, each of them twice or more.
_KINDS = 50
#: Ways shown.
_SHOWN = 3
#: What the rows are kept under while they are looked at.
_ROOM = "_reconciled"


def ways_out(builder: "Builder", name: str, ours: str, wanted: Decimal) -> list[str] | None:
    """Return what in the mapping would make the sum of a column the total, the simplest first.

    Every way was computed on all rows: another of their columns, a unit, one value (or two) of a
    column left out, kept alone or taken with the other sign, and rows so chosen of another column.
    None: nothing was looked for, because the table is put together of several sources, months or
    lookups, or is very long.

    Parameters
    ----------
    builder : Builder
        What read the table.
    name, ours : str
        Our table and column.
    wanted : Decimal
        The total.
    """
    rule, *more = builder.mapping.tables[name]
    if more or rule.unpivot or rule.joins:
        return None
    con, raw = builder.con, _whole(builder, rule)
    if fetch_exact(con, raw.table.aggregate(n=raw.table.count()))["n"] > MANY_TYPED:
        return None
    reader = Reader(con, raw, rule.columns, "")
    reader.settle()
    sums = {ours: reader.value(ours), **_like(reader, ours)}
    whole, parts = _summed(con, raw, sums, _free(reader, ours))
    found = of_all(ours, whole, wanted)
    for column in sums:
        other = "" if column == ours else f' with {ours}: "{column}"'
        for kind, some in parts[column].items():
            found += [way + other for way in of_some(kind, some, wanted)]
    return found[:_SHOWN]


def _whole(builder: "Builder", rule: TableRule) -> Raw:
    """Return the rows a rule keeps, with every column of theirs."""
    opened = builder.opened[rule.source]
    others = {f"_{i}": ColumnRule("text", c) for i, c in enumerate(opened.theirs)}
    whole = replace(rule, columns={**rule.columns, **others})
    return shaped(builder.con, opened, whole, builder.mapping.doc)


def _free(reader: Reader, ours: str) -> list[str]:
    """Return their columns beside that of ours, the key and the day of a line."""
    fixed = (reader.rules[c] for c in (ours, "order_id", "date", "period") if c in reader.rules)
    taken = {theirs for rule in fixed for theirs in rule.theirs}
    return [c for c in reader.raw.opened.theirs if c not in taken]


def _like(reader: Reader, ours: str) -> dict[str, Any]:
    """Return their other columns that hold numbers throughout, read as ours is."""
    table, rule = reader.raw.table, reader.rules[ours]
    read = {c: _read(reader, ours, c) for c in _free(reader, ours)}
    asked = {
        f"u{i}": (_filled(reader, table[c]) & number.isnull()).sum().fill_null(0)
        + (number.count() == 0).cast("int64")
        for i, (c, number) in enumerate(read.items())
    }
    unread = fetch_exact(reader.con, table.aggregate(**asked)) if asked else {}
    return {
        c: number * rule.unit
        for (c, number), n in zip(read.items(), unread.values(), strict=True)
        if not n
    }


def _read(reader: Reader, ours: str, theirs: str) -> Any:
    """Return one of their columns as numbers, in the style ours is written in."""
    column, rule = reader.raw.table[theirs], reader.rules[ours]
    if reader.raw.opened.remote or not column.type().is_string():
        return typed.read(column, "number")
    style = reader.styles.get((ours, len(rule.theirs) - 1))
    return typed.read(column, "number") if style is None else style.read(column, FINE)


def _filled(reader: Reader, column: Any) -> Any:
    if reader.raw.opened.remote or not column.type().is_string():
        return typed.filled(column)
    return ~is_none(column)


def _summed(
    con: Any, raw: Raw, sums: dict[str, Any], columns: list[str]
) -> tuple[dict[str, Decimal], dict[str, dict[str, dict[str, Decimal]]]]:
    """Return number -> its sum, and number -> their column -> value -> sum."""
    numbers = {f"n{i}": number.fill_null(0) for i, number in enumerate(sums.values())}
    texts = {f"k{i}": raw.table[c].cast("string").strip() for i, c in enumerate(columns)}
    kinds = {k: text.fill_null("") for k, text in texts.items()}
    table = raw.table.select(**numbers, **kinds)
    if raw.opened.remote:
        asked, rows = _asked(con, table, [*numbers], [*kinds])
    else:
        # a file is read once
        asked, rows = _asked(con, keep(con, _ROOM, table), [*numbers], [*kinds])
        drop(con, _ROOM)
    names = dict(zip(numbers, sums, strict=True))
    theirs = dict(zip(kinds, columns, strict=True))
    parts: dict[str, dict[str, dict[str, Decimal]]] = {c: {} for c in sums}
    for k, found in rows.items():
        values = found[k].to_pylist()
        for n, c in names.items():
            added_up = map(_exact, found[n].to_pylist())
            parts[c][theirs[k]] = dict(zip(values, added_up, strict=True))
    return {c: _exact(asked[n]) for n, c in names.items()}, parts


def _asked(
    con: Any, table: Any, numbers: list[str], kinds: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the sums, and kind -> Arrow table of the sums by its values, where they are few."""
    added = {n: table[n].sum().fill_null(0) for n in numbers}
    counts = {k: table[k].nunique() for k in kinds}
    asked = fetch_exact(con, table.aggregate(rows=table.count(), **added, **counts))
    few = [k for k in kinds if 1 < asked[k] <= min(_KINDS, asked["rows"] / 2)]
    grouped = {k: table.group_by(k).aggregate(**added).order_by(k) for k in few}
    return asked, {k: arrow(con, rows) for k, rows in grouped.items()}


def _exact(number: Any) -> Decimal:
    return Decimal(str(number))
