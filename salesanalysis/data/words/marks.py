"""Headings of a mark that a line was called off: Is Void, 作废状态, 取消フラグ."""

import re

from salesanalysis.data.words.cellwords import CANCELLED

_WORDS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![a-z])")
_EAST = re.compile(
    r"作废|作廢|取消|删除|刪除|キャンセル|취소|ยกเลิก|\bhủy\b|\bhuỷ\b|\bbatal\b", re.IGNORECASE
)
#: What more in such a heading makes it none: that it may be called off, when and why it was.
_ELSE = re.compile(
    r"可|能|未|无|無|原因|理由|事由|사유|日|时间|時間|시간|数|人|金|费|費|lý do|ngày|alasan"
)


def is_mark(heading: str) -> bool:
    """Tell whether yes in a column of this heading says that a line was called off.

    Examples
    --------
    >>> [is_mark(h) for h in ("IsVoid", "作废状态", "是否取消", "可取消", "取消原因", "Devoid")]
    [True, True, True, False, False, False]
    """
    words = _WORDS.findall(heading)
    western = bool(words) and words[-1].casefold() in CANCELLED
    return western or bool(_EAST.search(heading) and not _ELSE.search(heading))
