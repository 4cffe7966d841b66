# ruff: noqa: PD003  Ibis calls them isnull and notnull
"""Rows that are not what they seem: merged cells, sums between lines, returns."""

from functools import reduce
from operator import and_, or_
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import in_engine, is_total
from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import LEVELS
from salesanalysis.data.propose.credits import negated
from salesanalysis.data.propose.deals import FEW, ask_won, has_word, keep_won
from salesanalysis.data.propose.doubts import doubts
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.headed import headed
from salesanalysis.data.propose.headlines import headlines
from salesanalysis.data.propose.kinds import kinds
from salesanalysis.data.propose.matching import note
from salesanalysis.data.propose.merged import merged
from salesanalysis.data.propose.moneyless import moneyless
from salesanalysis.data.propose.parts import parts
from salesanalysis.data.propose.plans import plans
from salesanalysis.data.propose.related import related
from salesanalysis.data.propose.seen import Seen
from salesanalysis.data.propose.statuses import statuses
from salesanalysis.data.propose.unnamed import leave_out, unnamed
from salesanalysis.data.words.cellwords import MEASURES, RETURNED, SUMS_OF_DAYS


def settle(con: Any, made: Draft) -> dict[str, Any]:
    """Declare what the rows of a draft need; return the cleaning rules they ask for."""
    rules: dict[str, Any] = {}
    groups = made.known.table == "sales" and headed(con, made)
    sums = unnamed(made)
    if not groups:
        merged(con, made, sums)
    # a single one may lack more than its day, which says more
    leave_out(made, sums, least=2)
    if made.known.table in ("sales", "collections") and not groups:
        rules |= _totals(con, made)
    leave_out(made, sums, least=1)
    if made.known.table == "sales":
        parts(con, made)
        headlines(con, made)
        _returns(con, made)
        keep_won(con, made)
        rules |= statuses(con, made)
        plans(con, made)
        negated(con, made)
        moneyless(con, made)
        doubts(con, made)
        kinds(con, made)
        related(made)
        ask_won(con, made)
    return rules


def _totals(con: Any, made: Draft) -> dict[str, Any]:
    """Find rows of sums; leave out those that cannot be lines, drop the others by their word."""
    seen = made.seen
    if seen.opened.remote:
        return {}
    order = made.reads("order_id")
    texts = [c for c in seen.fields if seen.rows[c].type().is_string()]
    levels = [made.reads(ours) for ours in LEVELS]
    seen.counts_of(con, [c for c in levels if c in texts])
    named = {c: seen.is_sum(c, loose=c == order) | _beside(con, made, c) for c in texts}
    counts = _counted(con, seen, named)
    words = {c: named[c] for c in _ranked(made, counts)}
    rules: dict[str, Any] = {}
    if words:
        chosen = _covering(con, seen, words)
        n = _counted(con, seen, {"n": reduce(or_, words.values())})["n"]
        seen.memo["n_totals"] = n
        # without a day or a number of their own they cannot be lines; a rule never sees them
        if _without(con, made, words):
            _left_out(con, made, {c: words[c] for c in chosen}, n)
        else:
            rules = {"total_rows": {"action": "drop", "n": n}}
    if made.known.table == "sales":
        _dayless(con, made, words)
    return rules


def _beside(con: Any, made: Draft, column: str) -> Any:
    """Return the condition that a level names the sum of another of its names: East Total."""
    levels = [made.reads(ours) for ours in LEVELS]
    names = list(made.seen.counts(con, column)) if column in levels else []
    found = pd.Series(names, dtype="str")
    sums = list(found[is_total(found)]) if names else []
    no = False
    return made.seen.texts(column).isin(sums).fill_null(no) if sums else no


def _counted(con: Any, seen: Seen, conditions: dict[str, Any]) -> dict[str, int]:
    """Return how many rows meet each condition."""
    if not conditions:
        return {}
    sums = {f"n{i}": c.sum() for i, c in enumerate(conditions.values())}
    found = fetch(con, seen.rows.aggregate(**sums)).fillna(0)
    return {c: int(found[f"n{i}"].iloc[0]) for i, c in enumerate(conditions)}


def _ranked(made: Draft, counts: dict[str, int]) -> list[str]:
    """Return the columns with words for sums: levels and order numbers first, then by rows."""
    ours = {t: x.ours for x in made.lines for t in x.theirs}
    there = {c: n for c, n in counts.items() if n}
    return sorted(there, key=lambda c: (ours.get(c) not in (*LEVELS, "order_id"), -there[c], c))


def _covering(con: Any, seen: Seen, words: dict[str, Any]) -> list[str]:
    """Return the columns whose words find every row of sums: several where one does not."""
    chosen: list[str] = []
    for column, condition in words.items():
        done = [words[c] for c in chosen]
        new = condition & ~reduce(or_, done) if done else condition
        if _counted(con, seen, {"n": new})["n"]:
            chosen.append(column)
    return chosen


def _without(con: Any, made: Draft, words: dict[str, Any]) -> bool:
    """Tell whether rows of sums leave empty, or fill with their name, what a line needs."""
    seen, order = made.seen, made.reads("order_id")
    days = made.line("date").theirs
    is_sum = reduce(or_, words.values())
    for column in (*days, order):
        there = column in seen.fields
        if there and (column in words or column not in made.fill_down):
            blank = _blank(seen, column)
            bad = blank | (words[column] if column in days and column in words else blank)
            if _counted(con, seen, {"n": bad & is_sum})["n"]:
                return True
    return False


def _blank(seen: Seen, column: str) -> Any:
    return seen.rows[column].isnull() | (seen.texts(column) == "")


def _head(seen: Seen, column: str) -> Any:
    """Return the condition that a cell heads a group of lines, with their number: East (8)."""
    return seen.texts(column).re_search(r" \([0-9]+\)$").fill_null(False)  # noqa: FBT003


def _stars(seen: Seen, column: str) -> Any:
    """Return the condition that a cell marks the level of a sum, as SAP does: *, **."""
    return seen.texts(column).re_search(r"^\*+$").fill_null(False)  # noqa: FBT003


def _measure(seen: Seen, column: str) -> Any:
    """Return the condition that a cell names a measure over the lines: Average, 计数."""
    words = "|".join(MEASURES)
    return seen.texts(column).lower().re_search(f"^(?:{words}) ?[:：]?$").fill_null(False)  # noqa: FBT003


def _left_out(con: Any, made: Draft, words: dict[str, Any], n: int) -> None:
    """Leave out rows of sums by the words that call them so: they cannot be read as lines."""
    seen = made.seen
    for column, condition in words.items():
        found = seen.rows.filter(condition).select(word=seen.texts(column)).distinct()
        made.where[column] = {"not": fetch(con, found.order_by("word"))["word"].tolist()}
    made.notes.append(note("remark.totals_where", n=n, columns=", ".join(words)))


def _dayless(con: Any, made: Draft, words: dict[str, Any]) -> None:
    """Leave out the few rows without a day and a number of their own: sums nobody named.

    A word for a sum stands for no day either: 월계, that of a month.
    """
    seen, day = made.seen, made.reads("date")
    done = made.where.get(made.reads("order_id")) == {"not": [""]}
    left = made.where.get(day, {"not": []})
    if done or day not in seen.fields or day in made.fill_down or not isinstance(left, dict):
        return
    named, no = [c for c in (*LEVELS, "order_id") if made.reads(c) in seen.fields], False
    others = [
        _blank(seen, made.reads(c))
        | _stars(seen, made.reads(c))
        | _measure(seen, made.reads(c))
        | (_head(seen, made.reads(c)) if c == "order_id" else no)
        for c in named
        if made.reads(c) not in made.fill_down
    ]
    empty = reduce(and_, [_blank(seen, c) for c in seen.fields])
    hit = reduce(
        and_, [_blank(seen, day) | in_engine(seen.texts(day), SUMS_OF_DAYS), *others, ~empty]
    )
    hit = hit & ~reduce(or_, words.values()) if words else hit
    starred = [hit & _stars(seen, made.reads(c)) for c in named]
    asked = {"n": hit, "all": ~empty} | ({"starred": reduce(or_, starred)} if starred else {})
    counts = _counted(con, seen, asked)
    # marked as sums there may be one below every few lines
    most = 0.5 if counts.get("starred") == counts["n"] else 0.2
    if others and 0 < counts["n"] <= most * counts["all"]:
        found = fetch(con, seen.rows.filter(hit).select(x=seen.texts(day)).distinct())
        texts = sorted({*found["x"].fillna("")})
        made.where[day] = {"not": [*left["not"], *texts]}
        names = ", ".join(filter(None, texts[:4]))
        key = "remark.dayless_word" if names else "remark.dayless"
        made.notes.append(
            note(key, n=counts["n"], column=day, **({"values": names} if names else {}))
        )


def _returns(con: Any, made: Draft) -> None:
    """Mark returns by the first letters of their order number."""
    line, order, seen = made.line("is_return"), made.reads("order_id"), made.seen
    if line.theirs:
        _flag(con, made)
        return
    amount = next((c for c in (made.reads("revenue"), made.reads("quantity")) if c), "")
    spec = made.line("revenue").spec
    product = spec.get("multiply") or spec.get("difference")
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
        line.spec["values"] = {v: str(has_word(v, RETURNED)).lower() for v in counts}
        line.notes.append(note("remark.words", values=", ".join(strange[:4])))
