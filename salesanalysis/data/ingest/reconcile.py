"""Looking for what in a mapping would make a sum come out."""

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salesanalysis.data.engine import arrow, drop, fetch_exact, keep
from salesanalysis.data.ingest.raw import MANY_TYPED, Raw, shaped
from salesanalysis.data.ingest.reader import SAMPLE, Reader
from salesanalysis.data.ingest.spelled import Spelled
from salesanalysis.data.ingest.waysout import Part, differs, of_some, units
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
    Each takes the place of the same key of the mapping, and says again what stands there.
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
    try:
        if fetch_exact(con, raw.table.aggregate(n=raw.table.count()))["n"] > MANY_TYPED:
            return None
        return _found(
            Reader(con, raw, rule.columns, ""), _spelled(builder, rule, ours), ours, wanted
        )
    finally:
        if raw.room:
            drop(con, raw.room)


def _found(reader: Reader, spelled: Spelled, ours: str, wanted: Decimal) -> list[str]:
    """Return the ways found in the rows of a reader."""
    reader.settle()
    rule, free = reader.rules[ours], _free(reader, ours)
    others = _like(reader, ours, free)
    # words tell kinds of rows sooner than numbers do
    kinds = [*(c for c in free if c not in others), *others]
    whole, parts = _summed(reader, {ours: reader.value(ours), **others}, kinds)
    found = [spelled.column(ours, c) for c in others if not differs(whole[c], wanted)]
    if rule.kind == "number" and rule.theirs:
        found += units(whole[ours], rule.unit, wanted)
    if rule.negative_where and not differs(_unturned(reader, ours), wanted):
        found.append("negative_where: {}")
    for c in whole:
        # a sign is turned in our column alone
        said = spelled if c == ours else replace(spelled, signed=False)
        beside = "" if c == ours else f" with {spelled.column(ours, c)}"
        for kind, some in parts[c].items():
            found += [way + beside for way in of_some(kind, some, wanted, said)]
    return found[:_SHOWN]


def _spelled(builder: "Builder", rule: TableRule, ours: str) -> Spelled:
    """Return how a way is written beside what the mapping says."""
    written: Any = builder.mapping.doc.data
    for key in (*rule.place, "columns", ours):
        written = written[key]
    return Spelled.of(rule, ours, written)


def _whole(builder: "Builder", rule: TableRule) -> Raw:
    """Return the rows a rule keeps, with every column of theirs."""
    opened = builder.opened[rule.source]
    others = {f"_{i}": ColumnRule("text", c) for i, c in enumerate(opened.theirs)}
    whole = replace(rule, columns={**rule.columns, **others})
    return shaped(builder.con, opened, whole, builder.mapping.doc)


def _free(reader: Reader, ours: str) -> list[str]:
    """Return their columns of plain values beside that of ours, the key and the day of a line."""
    fixed = (reader.rules[c] for c in (ours, "order_id", "date", "period") if c in reader.rules)
    taken = {theirs for rule in fixed for theirs in rule.theirs}
    free = [c for c in reader.raw.opened.theirs if c not in taken]
    return [c for c in free if _is_plain(reader.raw.table[c].type())]


def _is_plain(kind: Any) -> bool:
    """Tell whether a column of a type holds texts, numbers, days or flags: no lists, no bytes."""
    return bool(kind.is_string() or kind.is_numeric() or kind.is_temporal() or kind.is_boolean())


def _like(reader: Reader, ours: str, free: list[str]) -> dict[str, Any]:
    """Return their other columns that hold numbers throughout, read as ours is."""
    types = reader.raw.table.schema()
    found = [c for c in free if types[c].is_string() or types[c].is_numeric()]
    # the first rows tell most columns of words
    first = replace(reader.raw, table=reader.raw.table.limit(SAMPLE))
    for raw, least in ((first, 0), (reader.raw, 1)):
        found = _readable(replace(reader, raw=raw), ours, found, least)
    return {c: _as_ours(reader, ours, c).value(ours) for c in found}


def _readable(reader: Reader, ours: str, columns: list[str], least: int) -> list[str]:
    """Return the columns whose every filled cell is a number, and that have so many of them."""
    table = reader.raw.table
    read = {c: _as_ours(reader, ours, c).value(ours) for c in columns}
    asked: dict[str, Any] = {}
    for i, (c, number) in enumerate(read.items()):
        asked[f"u{i}"] = (_filled(reader, table[c]) & number.isnull()).sum().fill_null(0)
        asked[f"n{i}"] = number.count()
    found = fetch_exact(reader.con, table.aggregate(**asked)) if asked else {}
    return [c for i, c in enumerate(read) if not found[f"u{i}"] and found[f"n{i}"] >= least]


def _as_ours(reader: Reader, ours: str, theirs: str) -> Reader:
    """Return a reader of ours from another column of theirs, in the style ours is written in."""
    rule = reader.rules[ours]
    other = replace(rule, column=theirs, multiply=(), difference=(), constant=None)
    style = reader.styles.get((ours, len(rule.theirs) - 1))
    styles = {} if style is None else {(ours, 0): style}
    return replace(reader, rules={ours: other}, styles=styles)


def _unturned(reader: Reader, ours: str) -> Decimal:
    """Return the sum of our column with the signs it is written with."""
    rule = replace(reader.rules[ours], negative_where={})
    numbers = reader.raw.table.select(n=replace(reader, rules={ours: rule}).value(ours))
    found = numbers.aggregate(n=numbers["n"].sum().fill_null(0))
    return _exact(fetch_exact(reader.con, found)["n"])


def _filled(reader: Reader, column: Any) -> Any:
    if reader.raw.opened.remote or not column.type().is_string():
        return typed.filled(column)
    return ~is_none(column)


def _summed(
    reader: Reader, sums: dict[str, Any], columns: list[str]
) -> tuple[dict[str, Decimal], dict[str, dict[str, dict[str, Part]]]]:
    """Return number -> its sum, and number -> their column -> value -> sum, and without signs."""
    con, raw = reader.con, reader.raw
    numbers = {f"n{i}": number.fill_null(0) for i, number in enumerate(sums.values())}
    texts = {f"k{i}": raw.table[c].cast("string").strip() for i, c in enumerate(columns)}
    kinds = {k: text.fill_null("") for k, text in texts.items()}
    table = raw.table.select(**numbers, **kinds)
    if raw.opened.remote:
        asked, rows = _asked(con, table, [*numbers], [*kinds])
    else:
        # a file is read once
        kept = keep(con, _ROOM, table)
        try:
            asked, rows = _asked(con, kept, [*numbers], [*kinds])
        finally:
            drop(con, _ROOM)
    names = dict(zip(numbers, sums, strict=True))
    theirs = dict(zip(kinds, columns, strict=True))
    parts: dict[str, dict[str, dict[str, Part]]] = {c: {} for c in sums}
    for k, found in rows.items():
        values = found[k].to_pylist()
        for n, c in names.items():
            added, sizes = (map(_exact, found[f].to_pylist()) for f in (n, f"size_{n}"))
            parts[c][theirs[k]] = dict(zip(values, zip(added, sizes, strict=True), strict=True))
    return {c: _exact(asked[n]) for n, c in names.items()}, parts


def _asked(
    con: Any, table: Any, numbers: list[str], kinds: list[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the sums, and kind -> Arrow table of the sums by its values, where they are few."""
    added = {n: table[n].sum().fill_null(0) for n in numbers}
    sizes = {f"size_{n}": table[n].abs().sum().fill_null(0) for n in numbers}
    counts = {k: table[k].nunique() for k in kinds}
    asked = fetch_exact(con, table.aggregate(rows=table.count(), **added, **counts))
    few = [k for k in kinds if 1 < asked[k] <= min(_KINDS, asked["rows"] / 2)]
    grouped = {k: table.group_by(k).aggregate(**added, **sizes).order_by(k) for k in few}
    return asked, {k: arrow(con, rows) for k, rows in grouped.items()}


def _exact(number: Any) -> Decimal:
    return Decimal(str(number))
