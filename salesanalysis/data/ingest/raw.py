"""A table of theirs before its values are read: rows chosen, cells filled, months made rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from salesanalysis.data.cleaning.totals import any_in_engine
from salesanalysis.data.engine import fetch_exact, row_hash
from salesanalysis.data.ingest import chosen, months
from salesanalysis.data.ingest.numbering import numbered, own_file
from salesanalysis.data.kinds import FILE, LINE, MARKS, ROW, WORD
from salesanalysis.data.mapping import TableRule, Unpivot
from salesanalysis.data.sources import Opened, without_value
from salesanalysis.data.values import is_none
from salesanalysis.errors import ContractError, nearest
from salesanalysis.strictyaml import Document

#: Rows of a typed table up to which texts nobody mapped are looked at as well.
MANY_TYPED = 1_000_000


@dataclass(frozen=True, eq=False)
class Raw:
    """Their columns, lazily, and what was set aside on the way.

    Attributes
    ----------
    table : Ibis table
        With the column `ROW` where rows cannot be counted later.
    opened : Opened
    n_left_out : int
        Rows the mapping's ``where`` leaves out, and empty cells of months made rows.
    room : str
        Name of the table the rows were numbered in; to be dropped in the end.
    more : bool
        The table has columns that nobody mapped.
    left : Ibis table or None
        The rows that ``where`` leaves out, as they lie.
    chosen_by : tuple of str
        The columns that ``where`` looks at.
    """

    table: Any
    opened: Opened
    n_left_out: int = 0
    room: str = ""
    more: bool = False
    left: Any = None
    chosen_by: tuple[str, ...] = ()


def shaped(con: Any, opened: Opened, rule: TableRule, doc: Document) -> Raw:
    """Take the columns a rule needs, in the shape it declares.

    Raises
    ------
    ContractError
        A column the table does not have, with the nearest.
    """
    from ibis.util import gen_name  # noqa: PLC0415  the engine comes with the first table

    table = opened.table
    kept = [c for c in (opened.row, FILE) if c and c in table.columns]
    _require(doc, opened, rule, kept)
    choosing = (
        rule.fill_down
        or rule.unpivot
        or (rule.source.footer and not opened.delimiter)
        or ((rule.where or rule.where_not) and not opened.typed)
    )
    room = ""
    if choosing and not opened.row and not opened.remote:
        room = gen_name("numbered")
        table = numbered(con, room, table)
    if opened.row and opened.row != ROW:
        table = table.rename({ROW: opened.row})
    if rule.fill_down:
        table = _filled_down(table, rule, opened, doc)
    left = None
    n_left_out = sum(int(n) for key, _, n in opened.notes if key == "quality.footer")
    below = rule.source.footer and not opened.delimiter
    if rule.where or rule.where_not or below:
        table, left = chosen.split(con, table, rule, opened, doc)
        n_left_out += fetch_exact(con, left.aggregate(n=left.count()))["n"]
        chosen.require_some(con, table, rule, n_left_out, opened=opened, doc=doc)
    if rule.unpivot:
        columns = _months(table, rule)
        months.require_year(rule, columns, doc)
        table = months.with_year(con, table, opened, rule, doc)
        names = months.days_of(
            table, rule.unpivot, columns, doc.where(*rule.place, "unpivot", "columns")
        )
        table, n_empty = _unpivoted(con, table, rule.unpivot, names)
        n_left_out += n_empty
    if rule.place[1:2] == ("sales",) and not (rule.unpivot or opened.remote):
        # two lines are the same only where the file says the same in every column
        whole = [c for c in opened.theirs if c in table.columns]
        table = table.mutate(**{LINE: row_hash(table, whole)})
        table = _worded(con, table, rule, opened)
    needed = [*_needed(rule), *(c for c in MARKS if c in table.columns)]
    by = (*rule.where, *rule.where_not)
    unread = set(opened.theirs) - {*_needed(rule), *by}
    table = table.select(*dict.fromkeys(needed))
    return Raw(table, opened, n_left_out, room, bool(unread), left, by)


def _worded(con: Any, table: Any, rule: TableRule, opened: Opened) -> Any:
    """Mark the rows that a column nobody mapped calls a sum: once it is unread, no rule sees it."""
    texts = [
        table[c]
        for c in opened.theirs
        if c not in _read(rule) and c in table.columns and table[c].type().is_string()
    ]
    if not texts or (opened.typed and _is_long(con, table)):
        return table
    return table.mutate(**{WORD: any_in_engine(texts)})


def _read(rule: TableRule) -> set[str]:
    """Return their columns where a word for a sum is seen later, or refused as no number or day."""
    seen = [r for r in rule.columns.values() if r.kind != "text" or not (r.values or r.none)]
    return {c for r in seen for c in r.theirs}


def _is_long(con: Any, table: Any) -> bool:
    """Tell whether a table that stays where it is has more rows than may be read twice."""
    return bool(fetch_exact(con, table.aggregate(n=table.count()))["n"] > MANY_TYPED)


def _needed(rule: TableRule) -> list[str]:
    """Return their columns that are read in the end."""
    columns = [c for r in rule.columns.values() for c in (*r.theirs, *r.negative_where)]
    return list(dict.fromkeys([*columns, *(j.key for j in rule.joins)]))


def _require(doc: Document, opened: Opened, rule: TableRule, own: Sequence[str]) -> None:
    """Refuse rules that name a column the table does not have."""
    have = [c for c in opened.table.columns if c not in own]
    made = (rule.unpivot.names_to, rule.unpivot.values_to) if rule.unpivot else ()
    named: list[tuple[tuple[str | int, ...], str]] = [
        (("columns", ours), c)
        for ours, r in rule.columns.items()
        for c in (*r.theirs, *r.negative_where)
    ]
    named += [(("joins", i), join.key) for i, join in enumerate(rule.joins)]
    named += [(("where",), c) for c in (*rule.where, *rule.where_not)] + [
        (("fill_down",), c) for c in rule.fill_down
    ]
    for part, column in named:
        if column not in have and column not in made:
            raise no_column(column, have, opened.name, doc.where(*rule.place, *part))
    if rule.unpivot:
        year = months.year_column(opened, rule.unpivot)
        if year and year not in opened.table.columns:
            place = doc.where(*rule.place, "unpivot", "year")
            raise no_column(year, have, opened.name, place)
        for pattern in rule.unpivot.columns:
            if not any(fnmatchcase(c, pattern) for c in have):
                place = doc.where(*rule.place, "unpivot", "columns")
                raise no_column(pattern, have, opened.name, place)


def no_column(column: str, have: Sequence[str], name: str, where: str) -> ContractError:
    """Build the refusal of a column that is not there."""
    close = nearest(column, have)
    return ContractError(
        f"{name} has no column {column!r}.",
        where=f"{where}; columns of the file are {list(have)}",
        fix=f"write {close!r} in the mapping" if close else "map another column",
        code="missing-column",
    )


def _filled_down(table: Any, rule: TableRule, opened: Opened, doc: Document) -> Any:
    """Give an empty cell the value above it, as a merged cell shows it."""
    import ibis  # noqa: PLC0415

    if opened.remote:
        raise ContractError(
            "fill_down needs an order of rows, and a database has none.",
            where=doc.where(*rule.place, "fill_down"),
            fix="fill the column in a view",
            code="bad-choice",
        )
    own = own_file(table)
    above = ibis.window(group_by=own, order_by=ROW, preceding=(None, 0))
    # a row that holds nothing is an empty line, to be counted as one
    columns = [table[c] for c in table.columns if c not in MARKS]
    table = table.mutate(_nothing=without_value(columns))
    for column in rule.fill_down:
        value = is_none(table[column]).ifelse(None, table[column])
        group = table.mutate(_value=value)
        group = group.mutate(_group=group["_value"].count().over(above))
        filled = group["_value"].max().over(ibis.window(group_by=["_group", *own]))
        filled = group["_nothing"].ifelse(None, filled)
        table = group.mutate(**{column: filled}).drop("_value", "_group")
    return table.drop("_nothing")


def _months(table: Any, rule: TableRule) -> list[str]:
    """Return their columns that become rows, in the order of the mapping, then of the table.

    A column that is read as it stands is none of them, even where it fits a pattern.
    """
    patterns = rule.unpivot.columns if rule.unpivot else ()
    own = {*_needed(rule), *rule.where, *rule.where_not, *rule.fill_down, ROW, FILE}
    own |= {rule.unpivot.year} if rule.unpivot else set()
    found = [
        c for p in patterns for c in table.columns if c == p or (fnmatchcase(c, p) and c not in own)
    ]
    return list(dict.fromkeys(found))


def _unpivoted(con: Any, table: Any, unpivot: Unpivot, names: Mapping[str, Any]) -> tuple[Any, int]:
    """Turn columns into rows; a cell that holds nothing becomes no row and is counted."""
    import ibis  # noqa: PLC0415

    others = [c for c in table.columns if c not in names]
    parts = [
        table.select(*others, **{unpivot.names_to: name, unpivot.values_to: table[c]})
        for c, name in names.items()
    ]
    long = ibis.union(*parts) if len(parts) > 1 else parts[0]
    value = long[unpivot.values_to]
    empty = is_none(value) if value.type().is_string() else value.isnull()
    n_empty = fetch_exact(con, long.aggregate(n=empty.sum().fill_null(0)))["n"]
    return long.filter(~empty), int(n_empty)
