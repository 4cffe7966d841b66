"""Columns that are months: which they are, and how their names are read as days."""

import re
from dataclasses import dataclass

from salesanalysis.data.propose.seen import Seen

_SHORT = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_LONG = "January|February|March|April|May|June|July|August|September|October|November|December"
_YEAR, _NUMBER = r"(?:19|20)\d{2}", r"(?:0?[1-9]|1[0-2])"
#: How the name of a month column is written -> format; with the year, or a month alone.
_WITH_YEAR = {
    rf"{_YEAR}-{_NUMBER}": "%Y-%m",
    rf"{_YEAR}/{_NUMBER}": "%Y/%m",
    rf"{_YEAR}\.{_NUMBER}": "%Y.%m",
    rf"{_YEAR}_{_NUMBER}": "%Y_%m",
    rf"{_YEAR}(?:0[1-9]|1[0-2])": "%Y%m",
    rf"{_YEAR}年{_NUMBER}月": "%Y年%m月",
    rf"{_NUMBER}/{_YEAR}": "%m/%Y",
    rf"{_NUMBER}\.{_YEAR}": "%m.%Y",
    rf"(?:{_SHORT}) {_YEAR}": "%b %Y",
    rf"(?:{_SHORT})-{_YEAR}": "%b-%Y",
    rf"(?:{_SHORT})-\d\d": "%b-%y",
    rf"(?:{_SHORT}) \d\d": "%b %y",
    rf"(?:{_LONG}) {_YEAR}": "%B %Y",
    rf"{_YEAR}-{_NUMBER}-01(?: 00:00:00)?": "%Y-%m-%d",
}
_ALONE = {
    rf"M{_NUMBER}": "M%m",
    rf"P{_NUMBER}": "P%m",
    rf"{_NUMBER}月": "%m月",
    rf"{_NUMBER}月份": "%m月份",
    rf"(?:{_SHORT})": "%b",
    rf"(?:{_LONG})": "%B",
    rf"Month {_NUMBER}": "Month %m",
    rf"{_NUMBER}": "%m",
}


@dataclass(frozen=True)
class Wide:
    """Columns that are months.

    Attributes
    ----------
    columns : tuple of str
        In the order of the table.
    format : str
        How their names are written, as for strptime.
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
    """Return the columns of a table that are months, or None where there are fewer than three.

    Examples
    --------
    >>> month_format("M01"), month_format("2024年3月"), month_format("Total")
    ('M%m', '%Y年%m月', '')
    """
    found: dict[str, list[str]] = {}
    for name, field in seen.fields.items():
        written = month_format(name)
        if written and field.kinds & {"number", "empty"}:
            found.setdefault(written, []).append(name)
    best = max(found.items(), key=lambda kv: (len(kv[1]), kv[0]), default=("", []))
    # May is short and long
    if best[0] in ("%b", "%B") and {"%b", "%B"} <= set(found):
        best = (best[0], [c for c in seen.fields if c in (*found["%b"], *found["%B"])])
    least = 12 if best[0] == "%m" else 3
    if len(best[1]) < least:
        return None
    return Wide(tuple(best[1]), best[0], best[0] in _WITH_YEAR.values())


def month_format(name: str) -> str:
    """Return how a heading writes a month, or nothing where it is none."""
    for pattern, written in {**_WITH_YEAR, **_ALONE}.items():
        if re.fullmatch(pattern, name.strip(), re.IGNORECASE):
            return written
    return ""


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
    return found.pop() if len(found) == 1 else ""
