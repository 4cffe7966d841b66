"""Headings in two languages: 發票日期 Invoice Date, Amount/金额."""

import re

_EAST = "一-鿿぀-ヿ가-힣"
_LATIN = "A-Za-zÀ-ɏ"
#: A name in one script, a blank, slash, bracket or end of line, and one in the other.
_HALVES = re.compile(
    rf"([^{_LATIN}]*[{_EAST}][^{_LATIN}]*?)[\s/|(（]+([^{_EAST}]*[{_LATIN}][^{_EAST}]*)"
    rf"|([^{_EAST}]*[{_LATIN}][^{_EAST}]*?)[\s/|(（]+([^{_LATIN}]*[{_EAST}][^{_LATIN}]*)"
)


def halves(heading: str) -> tuple[str, str] | None:
    """Return the two names in a heading that says the same in two scripts; None for one name.

    Examples
    --------
    >>> halves("發票日期 Invoice Date"), halves("Amount (金额)"), halves("SKU编码"), halves("金额")
    (('發票日期', 'Invoice Date'), ('Amount', '金额'), None, None)
    """
    match = _HALVES.fullmatch(heading.strip())
    if match is None:
        return None
    first, second = (g.strip(" )）\n") for g in match.groups() if g is not None)
    return first, second
