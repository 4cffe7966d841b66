"""Columns that are months: which they are, and how their names are read as days."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from salesanalysis.data.mapping.months import NAMED_ALONE, NAMED_YEAR, WITH_YEAR, month_format
from salesanalysis.data.propose.seen import Seen

#: Months by name in any language -> how the same looks in English.
_FAMILIES = {
    NAMED_ALONE: ("%b", "%B"),
    NAMED_YEAR: ("%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%b %y"),
}


@dataclass(frozen=True)
class Wide:
    """Columns that are months.

    Attributes
    ----------
    columns : tuple of str
        In the order of the table.
    format : str
        How their names are written, as for strptime; `NAMED_YEAR` where no format says it.
    has_year : bool
    """

    columns: tuple[str, ...]
    format: str
    has_year: bool

    def free(self, seen: Seen, wanted: str) -> str:
        """Return `wanted`, or a longer name where their table has it already."""
        taken = {c.casefold() for c in seen.fields}
        return wanted if wanted not in taken else f"{wanted}_name"


def wide(seen: Seen) -> Wide | None:
    """Return the columns of a table that are months, or None where there are fewer than three."""
    found: dict[str, list[str]] = {}
    for name, field in seen.fields.items():
        written = month_format(name)
        if written and field.kinds & {"number", "empty"}:
            found.setdefault(written, []).append(name)
    for named, like in _FAMILIES.items():
        if named in found:
            # some names of a language are the English ones
            columns = {c for way in (named, *like) for c in found.pop(way, [])}
            found[named] = [c for c in seen.fields if c in columns]
    best = max(found.items(), key=lambda kv: (len(kv[1]), kv[0]), default=("", []))
    # May is short and long
    if best[0] in ("%b", "%B") and {"%b", "%B"} <= set(found):
        best = (best[0], [c for c in seen.fields if c in (*found["%b"], *found["%B"])])
    least = 12 if best[0] == "%m" else 3
    if len(best[1]) < least:
        return None
    return Wide(tuple(best[1]), best[0], best[0] in (NAMED_YEAR, *WITH_YEAR.values()))


def year_in(texts: Iterable[str]) -> str:
    """Return the one year that names speak of, or nothing.

    Examples
    --------
    >>> year_in(["plan_2024.xlsx", "Sheet1"]), year_in(["2023-2024.csv"]), year_in(["n120245"])
    ('2024', '', '')
    """
    found = {y for text in texts for y in re.findall(r"(?<!\d)(?:19|20)\d{2}(?!\d)", text)}
    return found.pop() if len(found) == 1 and not found & {NAMED_ALONE, NAMED_YEAR} else ""


def year_format(values: list[str]) -> str:
    """Return how the cells of a year column are written, or nothing.

    Examples
    --------
    >>> year_format(["2023", "2024"]), year_format(["2024年度"]), year_format(["FY2024"])
    ('%Y', '%Y年度', 'FY%Y')
    """
    shapes = {re.sub(r"(?:19|20)\d{2}", "%Y", v) for v in values}
    return shapes.pop() if len(shapes) == 1 and "%Y" in next(iter(shapes)) else ""


def part_format(values: list[str]) -> str:
    """Return how the cells of a month column without a year are written, or nothing.

    Examples
    --------
    >>> part_format(["1", "12"]), part_format(["1月"]), part_format(["Jan", "May"])
    ('%m', '%m月', '%b')
    """
    found = {month_format(v) for v in values}
    if found <= {"%b", "%B"} and found:
        return "%b" if all(len(v) == 3 for v in values) else "%B"
    return found.pop() if len(found) == 1 and not found & {NAMED_ALONE, NAMED_YEAR} else ""
