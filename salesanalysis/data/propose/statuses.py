"""What the words of a status mean: deals that were won, cancelled orders, returns."""

import re
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import plain
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.words.cellwords import CANCELLED, PERHAPS_UNDONE, RETURNED, WON

#: A column of names with more different values than this is not listed value by value.
FEW = 30


def has_word(value: str, words: tuple[str, ...] | list[str]) -> bool:
    """Tell whether a value is one of these words, whatever its case."""
    return value.strip().casefold() in words


def _is_undone(value: str) -> bool:
    """Tell whether a status of several parts ends an order: 已发货，退款成功."""
    parts = re.split(r"[,，;；/]", value)
    return len(parts) > 1 and any(has_word(p, (*CANCELLED, *RETURNED)) for p in parts)


def statuses(con: Any, made: Draft) -> dict[str, Any]:
    """Keep deals that were won; list cancelled orders; mark returns, by their status."""
    line = made.line("status")
    theirs = [*line.theirs, *(c for c in _stages(made) if c not in line.theirs)]
    rules: dict[str, Any] = {}
    for column in theirs:
        counts = made.seen.counts(con, column, FEW)
        won = [v for v in counts if _won(v)]
        if won and len(won) < len(counts) and column not in made.where:
            made.where[column] = won
            left = sum(counts.values()) - sum(counts[v] for v in won)
            made.notes.append(note("remark.won", column=column, values=", ".join(won), n=left))
        elif len(counts) > 1 and not won and column not in line.theirs:
            shown = ", ".join(list(counts)[:4])
            made.notes.append(note("remark.no_won", column=column, values=shown))
        cancelled = [v for v in counts if has_word(v, CANCELLED) or _is_undone(v)]
        if cancelled and column in line.theirs:
            n = sum(counts[v] for v in cancelled)
            rules["listed"] = {"action": "flag", "where": {"status": cancelled}, "n": n}
        returned = [v for v in counts if has_word(v, RETURNED)]
        if returned and not made.line("is_return").theirs:
            flag = made.line("is_return")
            flag.theirs, flag.confidence, flag.reason = (column,), 0.9, "words"
            flag.spec = {
                "column": column,
                "values": {v: str(v in returned).lower() for v in counts},
            }
            n = sum(counts[v] for v in returned)
            flag.notes.append(note("remark.returned", values=", ".join(returned), n=n))
        if column in line.theirs:
            _doubtful(
                made, column, {v: counts[v] for v in counts if v not in (*cancelled, *returned)}
            )
    if not line.theirs:
        made.lines.remove(line)
    return rules


def _doubtful(made: Draft, column: str, counts: dict[str, int]) -> None:
    """Name the statuses that sound like a return or a cancelled order but are counted as sales."""
    found = [v for v in counts if any(word in v.casefold() for word in PERHAPS_UNDONE)]
    if found:
        values = {"values": ", ".join(found[:4]), "n": sum(counts[v] for v in found)}
        made.notes.append(note("remark.perhaps_undone", column=column, **values))


def _stages(made: Draft) -> list[str]:
    return [
        c
        for c in made.seen.fields
        if plain(pd.Series([c])).iloc[0].replace("_", " ")
        in ("stage", "stage name", "sales stage", "deal stage", "阶段", "商机阶段", "销售阶段")
    ]


def _won(value: str) -> bool:
    # stages are numbered in front, and name their pipeline behind
    bare = re.sub(r"\s*\([^()]*\)$", "", value.strip()).casefold().lstrip("0123456789-. ")
    return bare in WON
