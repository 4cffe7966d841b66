"""Headings that all begin with the same words: Deal - ID, Deal - Value, Deal - Status."""

import re
from collections.abc import Sequence
from dataclasses import replace

from salesanalysis.data.words.headings import Heading, heading, plain

#: What a CRM or a joined table puts before a heading.
_BEFORE = re.compile(r"([^\W\d_][^.:|–]*?(?: - | – |: ?| \| |\.))\S")


def headings(names: Sequence[str]) -> dict[str, Heading]:
    """Take the headings of a table apart; words that stand before every one of them say nothing.

    Examples
    --------
    >>> [h.plain for h in headings(["Deal - ID", "Deal - Value", "Deal - Status"]).values()]
    ['id', 'value', 'status']
    >>> [h.plain for h in headings(["Order - Date", "Order - Net", "Rep"]).values()]
    ['orderdate', 'ordernet', 'rep']
    """
    found = _BEFORE.match(names[0]) if len(names) >= 3 else None
    before = found[1] if found and all(n.startswith(found[1]) for n in names) else ""
    rests = [n.removeprefix(before) for n in names]
    if len({*map(plain, rests)} - {""}) < len(names):
        rests = list(names)
    found_out = {n: heading(rest) for n, rest in zip(names, rests, strict=True)}
    return {
        n: replace(h, name=n, whole=plain(n) if before else h.whole) for n, h in found_out.items()
    }
