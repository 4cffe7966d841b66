"""What the words of a status mean: cancelled orders, returns."""

import re
from typing import Any

from salesanalysis.data.propose.deals import FATE, FEW, has_word, told_won
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.words.cellwords import CANCELLED, NOT_YET, PERHAPS_UNDONE, RETURNED

_CODE = re.compile(r"\d{1,4}")


def _is_undone(value: str) -> bool:
    """Tell whether a status of several parts ends an order: 已发货，退款成功."""
    parts = re.split(r"[,，;；/]", value)
    return len(parts) > 1 and any(has_word(p, (*CANCELLED, *RETURNED)) for p in parts)


def statuses(con: Any, made: Draft) -> dict[str, Any]:
    """List cancelled orders; mark returns, by their status."""
    line = made.line("status")
    theirs = list(dict.fromkeys([*line.theirs, *told_won(con, made)]))
    rules: dict[str, Any] = {}
    for column in theirs:
        counts = made.seen.counts(con, column, FEW)
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
    _other_fates(con, made, theirs)
    if not line.theirs:
        made.lines.remove(line)
    return rules


def _other_fates(con: Any, made: Draft, seen: list[str]) -> None:
    """Name words of an end in the further columns that say what became of an order.

    A status read as an approval may stand beside a claim of its own: both speak of the line.
    """
    taken = {*seen, *made.where, *(t for x in made.lines for t in x.theirs)}
    for column, field in made.seen.fields.items():
        if column in taken or not FATE.search(column) or field.kinds != {"text"}:
            continue
        counts = made.seen.counts(con, column, FEW)
        ends = {v: n for v, n in counts.items() if has_word(v, (*CANCELLED, *RETURNED))}
        _doubtful(made, column, ends, sure=True)
        _doubtful(made, column, {v: n for v, n in counts.items() if v not in ends})


def _doubtful(made: Draft, column: str, counts: dict[str, int], *, sure: bool = False) -> None:
    """Name the statuses that sound as if no sale came of it but are counted as sales."""
    undone = [v for v in counts if sure or any(word in v.casefold() for word in PERHAPS_UNDONE)]
    early = [v for v in counts if v not in undone and any(word in v.casefold() for word in NOT_YET)]
    codes = [v for v in counts if _CODE.fullmatch(v.strip())]
    unread = codes if len(codes) == len(counts) > 1 else []
    for key, found in (("undone", undone), ("not_yet", early), ("codes", unread)):
        if found:
            n = sum(counts[v] for v in found)
            values = {"values": ", ".join(found[:4]), "n": n}
            made.notes.append(note(f"remark.perhaps_{key}", column=column, **values))
