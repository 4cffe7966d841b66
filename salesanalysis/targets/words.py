"""How the targets room writes years, units and lists of units."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from salesanalysis.labels import Terms, count, label
from salesanalysis.periods import FiscalCalendar

#: Names written out in one sentence.
MOST_NAMES = 5


def year_text(calendar: FiscalCalendar, year: int, lang: str) -> str:
    """Write a fiscal year in words.

    Examples
    --------
    >>> year_text(FiscalCalendar(7), 2020, "en"), year_text(FiscalCalendar(7), 2020, "zh")
    ('FY2020', '2020财年')
    """
    kind = "calendar" if calendar.start_month == 1 else "fiscal"
    return label(f"targets.year.{kind}", lang, year=year)


def node_text(row: Mapping[str, Any], levels: Sequence[str], terms: Terms, lang: str) -> str:
    """Write the name of a unit: its levels from the top down, the company where there are none.

    Examples
    --------
    >>> node_text({"region": "East", "team": ""}, ["region", "team"], Terms(), "en")
    'East'
    """
    parts = [terms.show(level, row[level], lang) for level in levels if row[level] != ""]
    return " / ".join(parts) if parts else label("word.company", lang)


def node_texts(table: pd.DataFrame, levels: Sequence[str], terms: Terms, lang: str) -> list[str]:
    """Write the names of several units."""
    if not levels:
        return [label("word.company", lang)] * len(table)
    rows = table[list(levels)].to_dict("records")
    return [node_text(row, levels, terms, lang) for row in rows]


def listing(names: Sequence[str], lang: str, *, n: int | None = None) -> str:
    """Write a list of names, those from the sixth on as a number.

    Parameters
    ----------
    names : sequence of str, the first `MOST_NAMES` are written
    n : int, optional
        How many there are, where `names` holds the first only.

    Examples
    --------
    >>> listing(["a", "b"], "en"), listing(["a", "b"], "en", n=3)
    ('a, b', 'a, b and 1 more')
    """
    shown = names[:MOST_NAMES]
    text = label("targets.comma", lang).join(shown)
    left = (len(names) if n is None else n) - len(shown)
    return text + (label("targets.more", lang, n=count(left)) if left > 0 else "")


def telling_level(table: pd.DataFrame, levels: Sequence[str]) -> str:
    """Return the first level on which `table` has more than one unit: what a picture shows."""
    several = [level for level in levels if len(table[level].unique()) > 1]
    return several[0] if several else (levels[-1] if levels else "")
