"""Amounts that add up: one of them is the whole, and one may be before discounts or a part."""

import re
from collections.abc import Iterator
from typing import NamedTuple

import pandas as pd

from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.figures import numbers_of
from salesanalysis.data.propose.matching import Line, is_key, is_other, note
from salesanalysis.data.propose.taxes import TAX
from salesanalysis.labels import percent

#: Columns of numbers among which sums are looked for, and rows that are looked at.
_WIDEST, _ROWS = 24, 400
#: Rows that have to be known, share of them that has to add up, and that has something to add.
_LEAST, _MOST, _SOME = 5, 0.8, 0.2
#: What an amount may be off by rounding.
_CENT = 0.011
#: How sure a name is that is known and not only similar.
_KNOWN = 0.9
_DISCOUNT = re.compile(
    r"优惠|優惠|折扣|折讓|折让|满减|立减|券|discount|rebate|rabatt|remise|descuento|sconto"
    r"|割引|値引|クーポン|ディスカウント|할인|쿠폰|giảm giá|chiết khấu|diskon|ส่วนลด",
    re.IGNORECASE,
)
_FEE = re.compile(
    r"\bfees?\b|commission|gebühr|手续费|手續費|服务费|佣金|수수료|手数料|phí|biaya|ค่าธรรมเนียม",
    re.IGNORECASE,
)
#: What stands beside an amount and makes a sum of it that is no amount of sales.
_BESIDE = re.compile(
    r"成本|毛利|利润|利潤|cost|profit|margin|原価|粗利|利益|원가|이익|giá vốn|lợi nhuận"
    r"|运费|運費|邮资|快递|配送|包装|打包|shipping|freight|delivery|postage|versand|送料|배송"
    r"|vận chuyển|ongkir|pengiriman|ค่าจัดส่ง|退|refund|return|返品|返金|반품|환불|trả lại"
    r"|差|variance|difference|余额|餘額|balance|库存|stock|期初|期末|小费|\btips?\b|点|ポイント|积分",
    re.IGNORECASE,
)


class Sum(NamedTuple):
    """The amount and `other` differ by `by`; `share` is how much larger the other is."""

    other: str
    by: str
    share: float


def related(made: Draft) -> None:
    """Say where the amount taken is before discounts, or only a part of another.

    Of an amount whose name is merely similar nobody knows that it is the one of sales: where it is
    a part of another, both are offered and none is taken. Taxes have remarks of their own.
    """
    line = made.line("revenue")
    amount = line.theirs[0] if len(line.theirs) == 1 else ""
    if (
        made.seen.opened.remote
        or line.asleep
        or amount not in made.seen.fields
        or TAX.search(amount)
    ):
        return
    sums = [s for s in _sums(made, amount) if not _is_beside(s)]
    less = next((s for s in sums if s.share < 0 and _DISCOUNT.search(s.by)), None)
    if less is not None:
        words = {"theirs": amount, "by": less.by, "left": less.other}
        line.notes.append(note("remark.before_discount", share=percent(-less.share, 0), **words))
        line.choices.append((_of(line, less.other), less.other))
        return
    more = next((s for s in sums if s.share > 0 and not _DISCOUNT.search(s.by)), None)
    if more is not None and line.confidence < _KNOWN:
        words = {"theirs": amount, "by": more.by, "whole": more.other}
        line.notes.append(note("remark.part_of", **words))
        line.choices.append((_of(line, more.other), more.other))
        line.asleep, line.reason = True, "open"


def _of(line: Line, column: str) -> dict[str, object]:
    """Return what a line says, of another column."""
    return {**line.spec, "column": column}


def _is_beside(found: Sum) -> bool:
    """Tell whether a sum is of taxes, costs, freight, or of another time: nothing to ask."""
    names = (found.other, found.by)
    return any(TAX.search(n) or is_other(n) or _BESIDE.search(n) for n in names)


def _sums(made: Draft, amount: str) -> Iterator[Sum]:
    """Return the pairs of columns of which one is the amount with, or without, the other."""
    figures = _figures(made, amount)
    mine = figures.pop(amount)
    parts = dict(figures)
    fees = [c for c in figures if _FEE.search(c)]
    if len(fees) > 1:
        parts[" + ".join(fees)] = figures[fees].sum(axis=1)
    for other in figures:
        gap = (figures[other] - mine).abs()
        for by, cells in parts.items():
            rows = _adding_up(gap, cells.abs()) if by != other else figures.index[:0]
            size = mine[rows].abs().sum()
            if size:
                yield Sum(other, by, float(figures[other][rows].abs().sum() / size - 1))


def _adding_up(gap: pd.Series, by: pd.Series) -> pd.Index:
    """Return the rows in which two amounts differ by a third; none where they are few."""
    known = gap.notna() & by.notna()
    rows = known & ((gap - by).abs() <= _CENT)
    enough = known.sum() >= _LEAST and rows.mean() >= _MOST
    some = (by[rows] > _CENT).mean() >= _SOME and by[rows].nunique() > 2
    return gap.index[rows] if enough and some else gap.index[:0]


def _figures(made: Draft, amount: str) -> pd.DataFrame:
    """Return the columns of amounts of the first rows that have one."""
    fields = made.seen.fields
    named = [
        c
        for c, f in fields.items()
        if c == amount or ("number" in f.kinds and not is_key(c) and "empty" not in f.kinds)
    ]
    frame = pd.DataFrame({c: numbers_of(fields[c].cells) for c in named[:_WIDEST] if c != amount})
    frame[amount] = numbers_of(fields[amount].cells)
    return frame[frame[amount].notna()].head(_ROWS)
