# ruff: noqa: PD003  Ibis calls them isnull and notnull
"""Rows that are not what they seem: merged cells, sums between lines, returns, cancelled orders."""

from functools import reduce
from operator import or_
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.flags import TOTAL_ENDS, TOTAL_WORDS, is_total, plain
from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import LEVELS
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.propose.seen import Seen
from salesanalysis.data.propose.synonyms import CANCELLED, RETURNED, WON

#: A column of names with more different values than this is not listed value by value.
FEW = 30


def settle(con: Any, made: Draft) -> dict[str, Any]:
    """Declare what the rows of a draft need; return the cleaning rules they ask for."""
    _merged(made)
    rules: dict[str, Any] = {}
    if made.known.table in ("sales", "collections"):
        rules |= _totals(con, made)
    if made.known.table == "sales":
        _returns(con, made)
        rules |= _statuses(con, made)
    return rules


def _merged(made: Draft) -> None:
    """Fill columns whose cells are empty below the first of a group, as merged cells leave them."""
    if made.seen.opened.remote:
        return
    body = _body(made.seen)
    theirs = [t for x in made.lines for t in x.theirs if x.ours in (*LEVELS, "order_id", "date")]
    order = made.reads("order_id")
    pattern = body[order].isna() if order in body else None
    for column in dict.fromkeys(theirs):
        if column in body and _is_merged(
            body[column], pattern, own=column in (order, made.reads("date"))
        ):
            made.fill_down.append(column)
    if made.fill_down:
        made.notes.append(note("remark.fill_down", columns=", ".join(made.fill_down)))


def _body(seen: Seen) -> pd.DataFrame:
    """Return the sample without rows of sums."""
    frame = pd.DataFrame({c: f.cells for c, f in seen.fields.items()})
    text = frame.astype("str")
    is_sum = pd.DataFrame({c: is_total(text[c]) for c in frame.columns}).any(axis=1)
    return frame[~is_sum]


def _is_merged(values: pd.Series, order: pd.Series | None, *, own: bool) -> bool:
    """Tell whether empty cells mean the one above."""
    blank = values.isna()
    if blank.empty or blank.iloc[0] or not blank.any():
        return False
    filled = values.dropna()
    changes = (filled != filled.shift()).mean()
    same = order is not None and bool(order.any()) and bool((order == blank).all())
    return bool(same or (changes >= 0.9 and blank.mean() >= (0.05 if own else 0.3)))


def _totals(con: Any, made: Draft) -> dict[str, Any]:
    """Find rows of sums; make them readable where they lack a date, and drop them by name."""
    seen = made.seen
    if seen.opened.remote:
        return {}
    columns = [c for c, f in seen.fields.items() if seen.rows[c].type().is_string()]
    found = fetch(
        con, seen.rows.aggregate(**{f"n{i}": seen.is_sum(c).sum() for i, c in enumerate(columns)})
    )
    counts = {c: int(found[f"n{i}"].iloc[0] or 0) for i, c in enumerate(columns)}
    words = {c: n for c, n in counts.items() if n}
    if not words:
        return {}
    seen.memo["n_totals"] = n = max(words.values())
    best = _best_column(made, words)
    lost = _without(con, made, list(words))
    if lost:
        return _undated(con, made, best, lost, n)
    return _by_name(con, made, best, n)


def _best_column(made: Draft, words: dict[str, int]) -> str:
    """Return the column by whose words a rule finds the rows: a level, an order number."""
    ours = {t: x.ours for x in made.lines for t in x.theirs}
    rank = {c: (ours.get(c) not in (*LEVELS, "order_id"), -n, c) for c, n in words.items()}
    return min(rank, key=lambda c: rank[c])


def _without(con: Any, made: Draft, words: list[str]) -> list[str]:
    """Return the columns a line needs that rows of sums leave empty or fill with their name."""
    seen, need = made.seen, [made.reads("date"), made.reads("order_id")]
    is_sum = reduce(or_, (seen.is_sum(c) for c in words))
    out = []
    for column in need:
        if column and (column in words or column not in made.fill_down):
            blank = seen.rows[column].isnull() | (seen.texts(column) == "")
            bad = blank | (seen.is_sum(column) if column == need[0] else blank)
            n = fetch(con, seen.rows.aggregate(n=(bad & is_sum).sum().fill_null(0)))["n"].iloc[0]
            out += [column] if n else []
    return out


def _undated(con: Any, made: Draft, best: str, lost: list[str], n: int) -> dict[str, Any]:
    """Give rows of sums the day of the row above so that they can be read and dropped."""
    seen, date = made.seen, made.reads("date")
    in_date = date and int(
        fetch(con, seen.rows.aggregate(n=seen.is_sum(date).sum()))["n"].iloc[0] or 0
    )
    ours = {t: x.ours for x in made.lines for t in x.theirs}
    if best in ours and best != date and not in_date and ours[best] not in ("date", "revenue"):
        made.fill_down += [c for c in lost if c not in made.fill_down and c != best]
        made.notes.append(note("remark.totals_filled", n=n, columns=", ".join(lost)))
        return _by_name(con, made, best, n)
    column = _telling(con, made)
    if column:
        made.where[column] = [v for v in sorted(seen.counts(con, column)) if not _sums(v)]
        made.notes.append(note("remark.totals_where", n=n, column=column))
    else:
        made.notes.append(note("remark.totals_stuck", n=n, column=best))
    return {}


def _telling(con: Any, made: Draft) -> str:
    """Return a column with few values that only real lines have."""
    seen = made.seen
    is_sum = reduce(or_, (seen.is_sum(c) for c in seen.fields if seen.rows[c].type().is_string()))
    for column, field in seen.fields.items():
        if field.kinds != {"text"} or column in made.fill_down or not seen.counts(con, column, FEW):
            continue
        blank = seen.rows[column].isnull() | seen.is_sum(column)
        row = fetch(con, seen.rows.aggregate(a=(blank != is_sum).sum().fill_null(0)))
        if not int(row["a"].iloc[0]):
            return column
    return ""


def _by_name(con: Any, made: Draft, column: str, n: int) -> dict[str, Any]:
    """Return the rule that drops rows of sums by the word in `column`."""
    ours = {t: x.ours for x in made.lines for t in x.theirs}.get(column, "")
    if ours in (*LEVELS, "order_id"):
        return {"total_rows": {"action": "drop", "n": n}}
    if ours and ours in ("order_line", "status"):
        values = made.seen.counts(con, column, 5000)
        hit = [v for v in values if _sums(v)]
        return {"listed": {"action": "drop", "where": {ours: hit}, "n": n}} if hit else {}
    made.notes.append(note("remark.totals_unseen", n=n, column=column))
    return {}


def _returns(con: Any, made: Draft) -> None:
    """Mark returns by the first letters of their order number."""
    line, order, seen = made.line("is_return"), made.reads("order_id"), made.seen
    if line.theirs:
        _flag(con, made)
        return
    amount = next((c for c in (made.reads("revenue"), made.reads("quantity")) if c), "")
    product = made.line("revenue").spec.get("multiply")
    amount = product[0] if product else amount
    if not order or not amount or seen.opened.remote:
        return
    prefix = seen.texts(order).re_extract(r"^[A-Za-z]+[-_]?", 0).upper()
    text = seen.texts(amount)
    minus = text.re_search(r"^[¥￥$€£]?\s*[-(（−－]|-$").fill_null(False)  # noqa: FBT003
    table = seen.rows.select(prefix=prefix, minus=minus.cast("int64"))
    found = fetch(
        con, table.group_by("prefix").aggregate(n=table.count(), minus=table["minus"].sum())
    )
    found = found[found["prefix"].fillna("") != ""].sort_values(
        ["n", "prefix"], ascending=[False, True]
    )
    total = int(fetch(con, seen.rows.aggregate(n=seen.rows.count()))["n"].iloc[0])
    hits = found[
        (found["minus"] >= 0.8 * found["n"]) & (found["n"] < 0.5 * total) & (found["n"] >= 2)
    ]
    clean = [
        p for p in hits["prefix"] if not any(o.startswith(p) and o != p for o in found["prefix"])
    ]
    if clean:
        n = int(found.set_index("prefix").loc[clean[0], "n"])
        line.theirs, line.spec = (order,), {"column": order, "starts_with": clean[0]}
        line.confidence, line.reason = 0.9, "prefix"
        line.notes.append(note("remark.prefix", prefix=clean[0], n=n))


def _flag(con: Any, made: Draft) -> None:
    """Give the words of a column of returns a meaning where the engine knows none."""
    line = made.line("is_return")
    counts = made.seen.counts(con, line.theirs[0], FEW)
    known = {"true", "false", "yes", "no", "y", "n", "0", "1", "t", "f", "是", "否"}
    strange = [v for v in counts if v.casefold() not in known]
    if strange:
        line.spec["values"] = {v: str(_has(v, RETURNED)).lower() for v in counts}
        line.notes.append(note("remark.words", values=", ".join(strange[:4])))


def _has(value: str, words: tuple[str, ...] | list[str]) -> bool:
    return value.strip().casefold() in words


def _statuses(con: Any, made: Draft) -> dict[str, Any]:
    """Keep deals that were won; list cancelled orders; mark returns, by their status."""
    line = made.line("status")
    theirs = [*line.theirs, *(c for c in _stages(made) if c not in line.theirs)]
    rules: dict[str, Any] = {}
    for column in theirs:
        counts = made.seen.counts(con, column, FEW)
        won = [v for v in counts if _won(v)]
        if won and len(won) < len(counts) and not made.where:
            made.where[column] = won
            left = sum(counts.values()) - sum(counts[v] for v in won)
            made.notes.append(note("remark.won", column=column, values=", ".join(won), n=left))
        cancelled = [v for v in counts if _has(v, CANCELLED)]
        if cancelled and column in line.theirs:
            n = sum(counts[v] for v in cancelled)
            rules["listed"] = {"action": "flag", "where": {"status": cancelled}, "n": n}
        returned = [v for v in counts if _has(v, RETURNED)]
        if returned and not made.line("is_return").theirs:
            flag = made.line("is_return")
            flag.theirs, flag.confidence, flag.reason = (column,), 0.9, "words"
            flag.spec = {
                "column": column,
                "values": {v: str(v in returned).lower() for v in counts},
            }
            n = sum(counts[v] for v in returned)
            flag.notes.append(note("remark.returned", values=", ".join(returned), n=n))
    if not line.theirs:
        made.lines.remove(line)
    return rules


def _stages(made: Draft) -> list[str]:
    return [
        c
        for c in made.seen.fields
        if plain(pd.Series([c])).iloc[0].replace("_", " ")
        in ("stage", "stage name", "sales stage", "deal stage", "阶段", "商机阶段", "销售阶段")
    ]


def _won(value: str) -> bool:
    bare = value.strip().casefold().lstrip("0123456789-. ")
    return bare in WON


def _sums(name: str) -> bool:
    """Tell whether a name calls a row of sums."""
    return name.casefold() in TOTAL_WORDS or name.endswith(TOTAL_ENDS)
