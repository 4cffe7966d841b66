"""Rules that look at several lines at once: copies of a line, returns and their sales."""

from functools import reduce
from operator import and_
from typing import Any

from salesanalysis.data.cleaning.look import (
    ID,
    RULE,
    Look,
    early,
    is_return,
    money,
    nameless,
    yes,
)
from salesanalysis.data.cleaning.settings import TOGETHER
from salesanalysis.data.engine import MONEY, keep, row_hash
from salesanalysis.data.kinds import LINE

#: How often a row stands for a line: engines without row numbers give each copy once.
TIMES = "_times"
#: Columns in which few lines of one order agree: enough to find candidates.
TELLING = ("order_id", "product", "quantity", "revenue")
#: Small tables that the rules keep in the engine on their way.
HELPERS = ("twice", "returned", "paired")
_SIGN, _LEVEL, _SUM = "_sign", "_level", "_sum"


def found(rule: str, look: Look) -> Any:
    """Return the rows that `rule` finds, with the columns of `Look.rows`; computed once."""
    if rule not in look.memo:
        rows = _found(rule, look)
        if look.stays(rule):
            rows = rows.filter(rows[RULE].isnull())
        look.memo[rule] = _kept(look, rule, rows) if look.is_local else rows
    return look.memo[rule]


def forget(look: Look) -> None:
    """Take away what `found` keeps in the engine."""
    for name in (*TOGETHER, *HELPERS):
        look.memo.pop(name, None)
        if look.is_local:
            look.con.raw_sql(f'DROP TABLE IF EXISTS "{_name(look, name)}"')


def _kept(look: Look, rule: str, rows: Any) -> Any:
    name = _name(look, rule)
    look.con.raw_sql(f'DROP TABLE IF EXISTS "{name}"')
    return keep(look.con, name, rows)


def _is_empty(look: Look, rule: str) -> bool:
    """Tell whether a table that `_kept` made has no row: what builds on it need not be asked."""
    rows = look.con.raw_sql(f'SELECT count(*) FROM "{_name(look, rule)}"')
    return not rows.fetchall()[0][0]


def _name(look: Look, rule: str) -> str:
    return f"_found_{rule}_{id(look)}"


def _found(rule: str, look: Look) -> Any:
    if rule == "duplicates":
        return copies(look)
    if "paired" not in look.memo:
        marked = paired(look)
        look.memo["paired"] = _kept(look, "paired", marked) if look.is_local else marked
    marked = look.memo["paired"]
    if rule == "returned_pairs":
        return marked.filter(marked["_partner"]).drop("_partner", "_back")
    alone = marked.filter(~marked["_partner"] & marked["_back"]).drop("_partner", "_back")
    return _with_nameless(look, alone)


def compared(look: Look) -> list[str]:
    """Return the columns in which copies of a line agree: all but row numbers."""
    own = set(look.settings["duplicates"].option("ignore", ()))
    # what the file says in columns that nobody mapped tells lines apart, unless some are ignored
    marks = [LINE] if look.has(LINE) and not own else []
    if look.numbered:
        own.add("order_id")
    return [*marks, *(c for c in look.columns if c not in own)]


def copies(look: Look) -> Any:
    """Return the lines that repeat an earlier one in every column, beyond the first.

    Candidates are the lines whose hash stands more than once: one pass that keeps one number
    per line. Only they are compared column by column.
    """
    import ibis  # noqa: PLC0415

    keys = compared(look)
    if not look.is_local:
        return _copies_anywhere(look, keys)
    telling = [c for c in TELLING if c in keys] if "order_id" in keys else keys
    telling = [LINE] if LINE in keys else telling
    hashed = look.rows.mutate(_hash=row_hash(look.rows, telling))
    twice = hashed.group_by("_hash").aggregate(_n=hashed.count())
    # two steps: a column that is computed cannot be joined under its own name
    twice = twice.filter(twice["_n"] > 1).select(_twice="_hash")
    # kept, because the engine would expect it to be long, and hold all lines in memory instead
    twice = _kept(look, "twice", twice)
    if _is_empty(look, "twice"):
        return look.rows.limit(0)
    candidates = hashed.semi_join(twice, hashed["_hash"] == twice["_twice"])
    order = [c for c in (ID,) if c in candidates.columns]
    window = ibis.window(group_by=keys, order_by=order or keys)
    numbered = candidates.mutate(_copy=ibis.row_number().over(window))
    return numbered.filter(numbered["_copy"] > 0).drop("_copy", "_hash")


def _copies_anywhere(look: Look, keys: list[str]) -> Any:
    """Return one row per line with copies, and how many: any engine can count groups."""
    other = {c: look.rows[c].min() for c in look.rows.columns if c not in keys}
    counted = look.rows.group_by(keys).aggregate(**{TIMES: look.rows.count() - 1}, **other)
    return counted.filter(counted[TIMES] > 0)


def paired(look: Look) -> Any:
    """Return the lines that may belong together, with ``_back`` and ``_partner``.

    A return belongs to the last sale before it, on the same day or earlier, of the same customer
    and product at the same unit price and in the same quantity, that no other return belongs to.
    Read in the order of days a sale is an opening bracket and a return a closing one: every
    level of the nesting holds a sale, its return, the next sale and so on. ``_partner`` says
    whether the line has one.
    """
    import ibis  # noqa: PLC0415

    lines, keys = _candidates(look)
    if look.is_local and _is_empty(look, "returned"):
        no = ibis.literal(False)  # noqa: FBT003
        return look.rows.limit(0).mutate(_back=no, _partner=no)
    tie = [c for c in look.columns if c not in ("date", *keys)]
    # within a day sales come first; equal lines are told apart by their number
    order = ["date", lines[_SIGN].desc(), *tie, *([ID] if ID in lines.columns else [])]
    running = ibis.window(group_by=keys, order_by=order, preceding=None, following=0)
    level = lines.mutate(**{_SUM: lines[_SIGN].sum().over(running)})
    level = level.mutate(**{_LEVEL: level[_SUM] + (level[_SIGN] < 0).ifelse(1, 0)})
    steps = ibis.window(group_by=[*keys, _LEVEL], order_by=order)
    marked = level.mutate(
        _before=level[_SIGN].lag().over(steps), _after=level[_SIGN].lead().over(steps)
    )
    back = marked[_SIGN] < 0
    partner = back.ifelse(yes(marked["_before"] > 0), yes(marked["_after"] < 0))
    kept = list(look.rows.columns)
    return marked.mutate(_back=back, _partner=partner).select(*kept, "_back", "_partner")


def _candidates(look: Look) -> tuple[Any, list[str]]:
    """Return sales and returns that agree in the keys of a pair, where there is a return."""
    rows = before_pairs(look)
    rows = rows.filter(~nameless(look, rows, "customer") & ~nameless(look, rows, "product"))
    back = is_return(rows)
    sale = ~back & (money(rows) > 0)
    lines = rows.mutate(**{_SIGN: back.ifelse(-1, sale.ifelse(1, 0)), **_sizes(rows)})
    keys = ["customer", "product", *(c for c in ("_size", "_pieces") if c in lines.columns)]
    lines = lines.filter(lines[_SIGN] != 0)
    returns = lines.filter(lines[_SIGN] < 0).select(**{f"_r_{k}": k for k in keys}).distinct()
    returns = _kept(look, "returned", returns) if look.is_local else returns
    same = reduce(and_, (lines[k] == returns[f"_r_{k}"] for k in keys))
    return lines.semi_join(returns, same), keys


def _sizes(rows: Any) -> dict[str, Any]:
    """Return what a sale and its return have alike but for the sign."""
    sizes = {}
    if "quantity" in rows.columns:
        sizes["_pieces"] = rows["quantity"].abs()
    price = rows["unit_price"].cast(MONEY).abs() if "unit_price" in rows.columns else None
    # a price nobody wrote down: the amounts must be opposite instead
    sizes["_size"] = money(rows).abs() if price is None else price.fill_null(money(rows).abs())
    return sizes


def before_pairs(look: Look) -> Any:
    """Return the rows that no earlier rule has dropped: a copy must not take a return's sale."""
    from salesanalysis.data.cleaning.flags import condition, needs  # noqa: PLC0415

    first = early("returned_pairs")
    if look.decided:
        return look.rows.filter(look.rows[RULE].isnull() | ~look.rows[RULE].isin(first))
    drops = [r for r in first if r in look.settings.drops and not needs(r, look)]
    rows = look.rows
    for rule in drops:
        if rule == "duplicates":
            gone = found("duplicates", look).select(_gone=ID)
            rows = rows.anti_join(gone, rows[ID] == gone["_gone"])
        else:
            rows = rows.filter(~condition(rule, look, rows))
    return rows


def _with_nameless(look: Look, rows: Any) -> Any:
    """Add the returns without customer or product: no sale of theirs can be named."""
    rest = before_pairs(look)
    alone = is_return(rest) & (nameless(look, rest, "customer") | nameless(look, rest, "product"))
    return rows.union(rest.filter(alone).select(*rows.columns))
