"""What stands around texts, in the words of the engine, and the names a mapping gives them."""

import re
from typing import Any

from salesanalysis.data.engine import engine_function
from salesanalysis.data.mapping import ColumnRule
from salesanalysis.data.values.texts import DASHES, EDGES


def _escaped(signs: str) -> str:
    """Write a class of characters in ASCII: the engine is slow with texts that are none."""
    return "".join(c if c.isascii() else rf"\x{{{ord(c):04x}}}" for c in signs)


_EDGED = f"^[{_escaped(EDGES)}]|[{_escaped(EDGES)}]$|^[{_escaped(DASHES)}]$"


def edge(text: Any) -> Any:
    """Tell whether a blank stands around a text, or it is a dash that means nothing."""
    return text.re_search(_EDGED).fill_null(False)  # noqa: FBT003


def maybe_edge(text: Any) -> Any:
    """Tell the same quickly, and of some texts wrongly: any but plain ASCII at both ends.

    Worth it for a column of so many values that telling them apart costs more than reading all.
    """
    last = engine_function("array_extract", "string", "int64")(text, -1)
    return (~(text.between("!", "~") & last.between(".", "~"))).fill_null(False)  # noqa: FBT003


def renamed(text: Any, rule: ColumnRule) -> Any:
    """Give values the names the mapping gives them."""
    import ibis  # noqa: PLC0415

    branches = [
        (text.re_search(_pattern(theirs)) if "*" in theirs else text == theirs, ibis.literal(ours))
        for theirs, ours in rule.values.items()
    ]
    return ibis.cases(*branches, else_=text if rule.other is None else ibis.literal(rule.other))


def _pattern(value: str) -> str:
    """Return a value with stars as a pattern of the engine."""
    return "^" + ".*".join(re.escape(part) for part in value.split("*")) + "$"
