"""Rows that are no sales by a word of their own: plans beside actual figures, money paid out."""

import re
from typing import Any

from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note

#: More values than this are no kinds of rows.
FEW = 12
_ACTUAL = ("actual", "actuals", "act", "ist", "réel", "réalisé", "real", "实际", "实绩", "实际数",
           "実績", "實際", "실적")  # fmt: skip
_PLAN = ("budget", "budgeted", "plan", "planned", "forecast", "target", "goal", "soll", "prévu",
         "outlook", "预算", "预算数", "计划", "目标", "预测", "予算", "計画", "目標", "預算",
         "예산", "계획", "목표")  # fmt: skip
#: Headings of names: a shop or a brand may be called Target.
_NAMES = re.compile("brand|store|shop|retailer|customer|品牌|门店|店铺|客户|商户", re.IGNORECASE)
#: Another year beside this one: for comparison where the days are the same, else its own sales.
_BEFORE = ("prior year", "last year", "ly", "py", "去年", "上年", "同期", "上年同期", "前年")
#: Money that comes in and money that goes out, as books of cash call them.
_IN = ("收入", "収入", "income", "money in", "einnahme", "einnahmen", "recette", "ingreso", "수입")
_OUT = ("支出", "expense", "expenses", "money out", "ausgabe", "ausgaben", "dépense", "gasto",
        "지출", "不计收支")  # fmt: skip


def plans(con: Any, made: Draft) -> None:
    """Leave out the rows of a plan, and what was paid out, where a column holds nothing else.

    Every value of such a column is a word of one of the two kinds, and both kinds are there:
    beside any other value the words are names, of a fare or a shelf.
    """
    if made.seen.opened.remote:
        return
    taken = {t for x in made.lines for t in x.theirs if x.ours not in ("status", "product_line")}
    for column, field in made.seen.fields.items():
        if column in {*taken, *made.where} or _NAMES.search(column):
            continue
        if field.n_unique > FEW or "text" not in field.kinds:
            continue
        counts = made.seen.counts(con, column, FEW)
        for key, words in (("plan_rows", _compared(made, column)), ("paid_out", (_IN, _OUT))):
            _set_apart(made, column, counts, words, key)


def _compared(made: Draft, column: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words for actual figures and for others; another year is one where its days are.

    Rows of another year that lie on days of that year are its sales.
    """
    day = made.reads("date")
    if day not in made.seen.fields:
        return (*_ACTUAL, *_BEFORE), _PLAN
    days = made.seen.fields[day].cells
    old = made.seen.fields[column].cells.str.strip().str.casefold().isin(_BEFORE)
    # where the sample has none they lie below the actual rows: left out, and said
    shared = not old.any() or days[old].isin(days[~old]).any()
    return (_ACTUAL, (*_PLAN, *_BEFORE)) if shared else ((*_ACTUAL, *_BEFORE), _PLAN)


def _set_apart(
    made: Draft,
    column: str,
    counts: dict[str, int],
    words: tuple[tuple[str, ...], tuple[str, ...]],
    key: str,
) -> None:
    """Leave out the rows with words of the second kind, and say so."""
    kept, left = words
    out = [v for v in counts if v.strip().casefold() in left]
    others = [v for v in counts if v not in out]
    if out and others and all(v.strip().casefold() in kept for v in others):
        made.where[column] = {"not": out}
        n = sum(counts[v] for v in out)
        made.notes.append(note(f"remark.{key}", column=column, values=", ".join(out), n=n))
