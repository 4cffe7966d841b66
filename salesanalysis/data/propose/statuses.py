"""What the words of a status mean: deals that were won, cancelled orders, returns."""

import re
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import plain
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.words.cellwords import CANCELLED, NOT_YET, PERHAPS_UNDONE, RETURNED, WON

#: A column of names with more different values than this is not listed value by value.
FEW = 30
#: Headings of what became of an order, an approval or a claim, beside the one that is its status.
_FATE = re.compile(
    r"status|approval|outcome|状态|狀態|审批结果|审核结果|审批|售后|ステータス|状態|承認|상태|클레임"
    r"|สถานะ|trạng thái|الحالة",
    re.IGNORECASE,
)
_CODE = re.compile(r"\d{1,4}")


def has_word(value: str, words: tuple[str, ...] | list[str]) -> bool:
    """Tell whether a value is one of these words, whatever its case and the brackets around it."""
    return value.strip(" ()（）[]【】").casefold() in words


def _is_undone(value: str) -> bool:
    """Tell whether a status of several parts ends an order: 已发货，退款成功."""
    parts = re.split(r"[,，;；/]", value)
    return len(parts) > 1 and any(has_word(p, (*CANCELLED, *RETURNED)) for p in parts)


def statuses(con: Any, made: Draft) -> dict[str, Any]:
    """Keep deals that were won; list cancelled orders; mark returns, by their status."""
    line = made.line("status")
    stages = [*_stages(made), *_outcomes(con, made)]
    theirs = list(dict.fromkeys([*line.theirs, *stages]))
    rules: dict[str, Any] = {}
    chosen = False
    for column in theirs:
        counts = made.seen.counts(con, column, FEW)
        won = [v for v in counts if is_won(v)]
        if won and len(won) < len(counts) and column not in made.where:
            made.where[column], chosen = won, True
            left = sum(counts.values()) - sum(counts[v] for v in won)
            made.notes.append(note("remark.won", column=column, values=", ".join(won), n=left))
        elif len(counts) > 1 and not (won or chosen) and column not in line.theirs:
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
        if column in taken or not _FATE.search(column) or field.kinds != {"text"}:
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


def _stages(made: Draft) -> list[str]:
    return [
        c
        for c in made.seen.fields
        if plain(pd.Series([c])).iloc[0].replace("_", " ")
        in (
            "stage",
            "stage name",
            "sales stage",
            "deal stage",
            "阶段",
            "商机阶段",
            "销售阶段",
            "フェーズ",
            "階段",
            "단계",
        )
    ]


def _outcomes(con: Any, made: Draft) -> list[str]:
    """Return further columns of what became of a deal that call some of them won."""
    fields = made.seen.fields.items()
    named = [c for c, f in fields if _FATE.search(c) and f.kinds == {"text"}]
    return [c for c in named if any(is_won(v) for v in made.seen.counts(con, c, FEW))]


def is_won(value: str) -> bool:
    """Tell whether a status or stage says that a deal was won."""
    # stages are numbered in front, and name their pipeline behind
    bare = re.sub(r"\s*\([^()]*\)$", "", value.strip()).casefold().lstrip("0123456789-. ")
    return bare in WON
