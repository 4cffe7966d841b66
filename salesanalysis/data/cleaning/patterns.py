"""Rows listed by a pattern: the lines a company knows it does not want to count."""

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from salesanalysis.errors import ContractError, unknown_name


def matches(table: Any, column: str, patterns: Iterable[str]) -> Any:
    """Return the condition that `column` is, or begins or ends with, what a pattern says.

    A star stands for any text; a pattern without one is the whole value.

    Raises
    ------
    ContractError
        A column the table does not have, with the nearest; a column that holds no text.
    """
    if column not in table.columns:
        raise unknown_name(
            column,
            [c for c in table.columns if not c.startswith("_")],
            kind="column of sales",
            where="cleaning.listed.where",
            error=ContractError,
        )
    if not table[column].type().is_string():
        raise ContractError(
            f"{column!r} holds no text, so no pattern can list its lines.",
            where=f"cleaning.listed.where.{column}",
            fix="list the lines by a column of text, such as order_id",
            code="bad-choice",
        )
    return reduce(or_, (like(table[column], pattern) for pattern in patterns))


def like(column: Any, pattern: str) -> Any:
    """Return the condition that a text is what a pattern says; a star stands for any text."""
    if "*" not in pattern:
        return column == pattern
    if pattern.index("*") == len(pattern) - 1:
        return column.startswith(pattern[:-1])
    body = ".*".join(re.escape(part) for part in pattern.split("*"))
    return column.re_search(f"^{body}$")
