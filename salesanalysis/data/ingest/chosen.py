"""Which rows of a file are lines: those a mapping keeps, above what stands below the last one."""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import and_
from typing import Any

from salesanalysis.data.cleaning.patterns import like
from salesanalysis.data.cleaning.totals import any_in_engine
from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.ingest.numbering import own_file
from salesanalysis.data.kinds import FILE, ROW
from salesanalysis.data.mapping import TableRule
from salesanalysis.data.sources import Opened, without_value
from salesanalysis.data.sources.footer import cuts_lines
from salesanalysis.errors import ContractError
from salesanalysis.strictyaml import Document


def split(con: Any, table: Any, rule: TableRule, opened: Opened, doc: Document) -> tuple[Any, Any]:
    """Return the rows whose cells have the declared values, above the footer, and the others."""
    import ibis  # noqa: PLC0415

    kept = ibis.literal(True)  # noqa: FBT003
    for column, values in rule.where.items():
        kept = kept & has(table[column], values)
    for column, values in rule.where_not.items():
        kept = kept & ~has(table[column], values)
    if rule.source.footer and not opened.delimiter:
        kept = kept & _above(con, table, rule, opened, doc)
    return table.filter(kept), table.filter(~kept)


def has(cells: Any, values: Sequence[str]) -> Any:
    """Return the condition that a cell has one of several values or patterns, never missing."""
    no = False
    text = cells.cast("string").strip()
    found = text.isin([v for v in values if v])
    for pattern in (v for v in values if "*" in v):
        found = found | like(text, pattern)
    found = found.fill_null(no)
    # as a spreadsheet filters for blanks
    return found | text.isnull() | (text == "") if "" in values else found


def _above(con: Any, table: Any, rule: TableRule, opened: Opened, doc: Document) -> Any:
    """Return the condition that a row stands above the last filled rows of its file."""
    import ibis  # noqa: PLC0415

    if opened.remote or ROW not in table.columns:
        raise ContractError(
            "footer needs an order of rows, and this table has none.",
            where=doc.where(*rule.place, "footer"),
            fix="leave the rows out by where:, or in a view",
            code="bad-choice",
        )
    blank = without_value([table[c] for c in opened.theirs if c in table.columns])
    own = own_file(table)
    upwards = ibis.window(group_by=own, order_by=table[ROW].desc())
    filled = table.filter(~blank).mutate(_place=ibis.row_number().over(upwards))
    last = filled.filter(filled["_place"] < rule.source.footer)
    _require_no_lines(con, last, rule, opened, doc)
    files = last.group_by(own) if own else last
    firsts = fetch(con, files.aggregate(first=last[ROW].min())).dropna()
    cut = (_is_above(table, row) for row in firsts.to_dict("records"))
    return reduce(and_, cut, ibis.literal(True))  # noqa: FBT003


def _require_no_lines(con: Any, last: Any, rule: TableRule, opened: Opened, doc: Document) -> None:
    """Refuse to cut rows of a sheet that hold a day and all else a line needs."""
    need = [rule.columns[c].column for c in ("order_id", "date", "revenue") if c in rule.columns]
    theirs = [c for c in need if c and c in last.columns]
    day = rule.columns["date"].column if "date" in rule.columns else ""
    if day not in theirs or len(theirs) < 2 or set(theirs) & set(rule.fill_down):
        return
    filled = [last[c].cast("string").strip().length() > 0 for c in theirs]
    dated = last[day].cast("string").re_search("[0-9]")
    texts = [last[c].cast("string") for c in opened.theirs if c in last.columns]
    hit = last.filter(*filled, dated, ~any_in_engine(texts))
    found = fetch(con, hit.aggregate(n=hit.count(), rest=hit["_place"].min())).iloc[0]
    if found["n"]:
        where, rest = doc.where(*rule.place, "footer"), int(found["rest"])
        n = int(found["n"])
        raise cuts_lines(opened.name, rule.source.footer, where=where, n=n, rest=rest)


def _is_above(table: Any, last: Mapping[str, Any]) -> Any:
    """Return the condition that a row is of another file, or stands above the first one cut."""
    above = table[ROW] < int(last["first"])
    return above | (table[FILE] != last[FILE]) if FILE in last else above


def require_some(
    con: Any, table: Any, rule: TableRule, n_left: int, *, opened: Opened, doc: Document
) -> None:
    """Refuse conditions that no row meets: the file is not empty."""
    if not n_left or fetch_exact(con, table.limit(1).aggregate(n=table.limit(1).count()))["n"]:
        return
    column = next(iter((*rule.where, *rule.where_not)), "")
    if not column:
        raise ContractError(
            f"footer: {rule.source.footer} leaves out every row of {opened.name}, all {n_left:,}.",
            where=doc.where(*rule.place, "footer"),
            fix="write how many rows at the end are no lines",
            code="empty-table",
        )
    texts = opened.table.select(v=opened.table[column].cast("string")).distinct()
    found = fetch(con, texts.order_by("v").limit(4))["v"].dropna().tolist()
    shown = ", ".join(repr(v) for v in found[:3]) + (" ..." if len(found) > 3 else "")
    raise ContractError(
        f"where keeps none of the {n_left:,} rows of {opened.name}.",
        where=doc.where(*rule.place, "where"),
        fix=f"{column!r} holds {shown or 'nothing'}: write one of these values, a pattern such "
        'as "2024*", or {not: [""]} to leave out rows where it is empty',
        code="empty-table",
    )
