"""Deals of which some were won: the others are no sales, unless they only went further."""

import json
import re
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import plain
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.words.cellwords import AFTER_WON, CANCELLED, LOST, RETURNED, WON

#: A column of names with more different values than this is not listed value by value.
FEW = 30
#: Headings of what became of an order, an approval or a claim, beside the one that is its status.
FATE = re.compile(
    r"status|approval|outcome|状态|狀態|审批结果|审核结果|审批|售后|ステータス|状態|承認|상태|클레임"
    r"|สถานะ|trạng thái|الحالة",
    re.IGNORECASE,
)
_STAGES = ("stage", "stage name", "sales stage", "deal stage", "阶段", "商机阶段", "销售阶段",
           "フェーズ", "階段", "단계")  # fmt: skip
#: Headings of what became of a customer: an order of a lost one is a sale all the same.
_CUSTOMER = re.compile(r"customer|client\b|kunde|客户|客戶|会员|顧客|고객", re.IGNORECASE)
#: Parts of the outcomes that are shown.
_SHOWN = 4


def has_word(value: str, words: tuple[str, ...] | list[str]) -> bool:
    """Tell whether a value is one of these words, whatever its case and the brackets around it."""
    return value.strip(" ()（）[]【】").casefold() in words


def is_won(value: str) -> bool:
    """Tell whether a status or stage says that a deal was won."""
    return _bare(value) in WON


def keeps_won(made: Draft) -> bool:
    """Tell whether rows are left out by a column of deals that were won."""
    return any(is_won(v) for kept in made.where.values() if isinstance(kept, list) for v in kept)


def keep_won(con: Any, made: Draft) -> None:
    """Leave out what a stage, or a status that calls other rows lost, does not call won."""
    stages, own = _stages(made), _statuses(made)
    for column in dict.fromkeys([*own, *told_won(con, made)]):
        won, rest = _parted(con, made, column)
        if column in made.where or len(won) + len(rest) < 2:
            continue
        if won and _are_deals(column, rest, staged=column in stages):
            made.where[column] = won
            made.notes.append(note("remark.won", **_said(column, won, rest)))
        elif not (won or keeps_won(made)) and column not in own:
            shown = ", ".join(list(rest)[:_SHOWN])
            made.notes.append(note("remark.no_won", column=column, values=shown))


def ask_won(con: Any, made: Draft) -> None:
    """Leave the amount open beside a status of deals won and others that nobody calls lost.

    Contracts are signed, orders placed, and both go further: then all rows are sales.
    """
    line = made.line("revenue")
    for column in dict.fromkeys([*_statuses(made), *told_won(con, made)]):
        won, rest = _parted(con, made, column)
        if column in made.where or not won or all(_went_further(v) for v in rest):
            continue
        entry = f"{json.dumps(column, ensure_ascii=False)}: {json.dumps(won, ensure_ascii=False)}"
        line.notes.append(note("remark.perhaps_won", **_said(column, won, rest), entry=entry))
        line.asleep, line.reason = True, "open"


def _statuses(made: Draft) -> list[str]:
    """Return their column that is our status, if any."""
    return [t for x in made.lines if x.ours == "status" for t in x.theirs]


def _parted(con: Any, made: Draft, column: str) -> tuple[list[str], dict[str, int]]:
    """Return the outcomes that are called won, and the others with their rows."""
    counts = made.seen.counts(con, column, FEW)
    won = [v for v in counts if is_won(v)]
    return won, {v: n for v, n in counts.items() if v not in won}


def _are_deals(column: str, rest: dict[str, int], *, staged: bool) -> bool:
    """Tell whether rows that are not won are no sales: lost or on their way, none gone further."""
    lost = not _CUSTOMER.search(column) and any(LOST.search(_bare(v)) for v in rest)
    return (staged or lost) and not any(has_word(v, AFTER_WON) for v in rest)


def _said(column: str, won: list[str], rest: dict[str, int]) -> dict[str, Any]:
    others = ", ".join([*list(rest)[:_SHOWN], *(["..."] if len(rest) > _SHOWN else [])])
    return {"column": column, "values": ", ".join(won), "n": sum(rest.values()), "others": others}


def _went_further(value: str) -> bool:
    """Tell whether a status comes after an order was placed, or is asked about elsewhere."""
    return has_word(value, AFTER_WON) or has_word(value, (*CANCELLED, *RETURNED))


def _bare(value: str) -> str:
    # stages are numbered in front, and name their pipeline behind
    return re.sub(r"\s*\([^()]*\)$", "", value.strip()).casefold().lstrip("0123456789-. ")


def _stages(made: Draft) -> list[str]:
    names = {c: plain(pd.Series([c])).iloc[0].replace("_", " ") for c in made.seen.fields}
    return [c for c, name in names.items() if name in _STAGES]


def told_won(con: Any, made: Draft) -> list[str]:
    """Return their columns of stages, and of what became of deals that call some of them won."""
    fields = made.seen.fields.items()
    named = [c for c, f in fields if FATE.search(c) and f.kinds == {"text"}]
    called = [c for c in named if any(is_won(v) for v in made.seen.counts(con, c, FEW))]
    return list(dict.fromkeys([*_stages(made), *called]))
