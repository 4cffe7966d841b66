"""Kinds of lines beside the sales in a column of kinds: purchases, transfers, presents."""

import re
from typing import Any

from salesanalysis.data.propose.deals import has_word
from salesanalysis.data.propose.doubts import PAPERS
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.figures import numbers_of
from salesanalysis.data.propose.matching import note
from salesanalysis.data.words.cellwords import CANCELLED, RETURNED

#: More values than this are no kinds of lines.
_MOST = 12
_HEADING = re.compile(
    r"类型|類型|类别|類別|性质|方向|区分|種別|구분|유형|\b(?:type|kind|movement|class)\b|^loại",
    re.IGNORECASE,
)
#: The plain word for a sale.
_SALE = ("销售", "銷售", "销售单", "銷售單", "销售出库", "sale", "sales", "売上", "판매", "매출",
         "bán hàng", "penjualan", "verkauf", "vente", "venta")  # fmt: skip
#: How other kinds say that they are sales too, or came back, which is asked elsewhere.
_ALIKE = re.compile(
    r"销售|銷售|零售|批发|批發|sale|売上|販売|판매|매출|bán|penjualan|verkauf|vente|venta"
    r"|退|返|红|折让|折讓|credit|return|refund|반품|환불|trả|retur",
    re.IGNORECASE,
)


def kinds(con: Any, made: Draft) -> None:
    """Name what stands in a column of kinds beside the plain word for a sale.

    A file of what went through a warehouse holds purchases and transfers too. Nothing is left
    out: a kind of sale may have any name.
    """
    if made.seen.opened.remote:
        return
    flag = made.line("is_return").theirs
    taken = {t for x in made.lines for t in x.theirs if t not in flag} | {*made.where}
    # kinds of documents are named with their rows already
    taken |= {dict(x.filling)["column"] for x in made.line("revenue").notes if x.key == PAPERS}
    for column, field in made.seen.fields.items():
        if column in taken or "text" not in field.kinds or not _HEADING.search(column):
            continue
        counts = made.seen.counts(con, column, _MOST)
        found = _others(counts)
        if found and _has_amount(made, column, found):
            values = {"values": ", ".join(found[:4]), "n": sum(counts[v] for v in found)}
            made.notes.append(note("remark.other_kinds", column=column, **values))


def _others(counts: dict[str, int]) -> list[str]:
    """Return the kinds that stand beside the plain word for a sale and do not say they are one."""
    if not any(has_word(v, _SALE) for v in counts):
        return []
    known = (*RETURNED, *CANCELLED)
    return [v for v in counts if not _ALIKE.search(v) and not has_word(v, known)]


def _has_amount(made: Draft, column: str, values: list[str]) -> bool:
    """Tell whether any amount of the sample is at stake: presents have none."""
    amount = made.seen.fields.get(made.reads("revenue"))
    if amount is None:
        return True
    rows = made.seen.fields[column].cells.isin(values)
    return not rows.any() or bool((numbers_of(amount.cells)[rows] != 0).any())
