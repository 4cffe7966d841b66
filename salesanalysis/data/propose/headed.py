"""Names of groups on lines of their own, above the lines they belong to: QuickBooks' customers."""

import re
from functools import reduce
from operator import and_
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import is_total
from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import LEVELS
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.matching import note
from salesanalysis.data.words.headings import plain
from salesanalysis.data.words.synonyms import names

#: Headings from which on a habit of the file can be told.
_LEAST = 2
#: What titles say: Sales by Customer Detail, Umsatz nach Kunde.
_BY = re.compile(r"(?:\b(?:by|per|nach|par|por)[\s_-]+|按|各)(\w+)", re.IGNORECASE)


def headed(con: Any, made: Draft) -> bool:
    """Give each line the name of the group that stands above it on a line of its own.

    The column of those names is empty in every line, and lines alone have a day. Nothing but a
    name stands in a heading; a sum below its lines repeats the name or has a word for sums. A
    single row of any other kind, and the file stays as it is.

    Returns
    -------
    bool
        True where headings and sums are left out: no other step has to look for them.
    """
    seen, day = made.seen, made.reads("date")
    if seen.opened.remote or seen.opened.typed or day not in seen.fields or day in made.where:
        return False
    column = next((c for c in seen.fields if c != day and _may_head(made, c, day)), "")
    rows = _rows(con, made, column, day) if column else pd.DataFrame()
    if rows.empty or not _is_regular(rows):
        return False
    heading = rows["name"].notna() & rows["bare"] & ~is_total(rows["name"].astype("str"))
    deep = (heading & heading.shift(-1, fill_value=False)).any()
    if not deep and not heading.where(rows["name"].notna()).ffill()[rows["dated"]].all():
        # a line below a sum has no group: it must not take the word for the sum
        return False
    made.where[day] = {"not": [""]}
    if deep:
        # groups within groups: the nearest name says too little
        made.notes.append(note("remark.headed_deep", column=column, day=day))
        return True
    made.fill_down.append(column)
    made.notes.append(note("remark.headed", column=column, day=day))
    _told(made, column, str(rows["name"][heading].iloc[0]))
    return True


def _may_head(made: Draft, column: str, day: str) -> bool:
    """Tell whether a column of the sample has names in rows without a day, and in those alone."""
    name, dated = made.seen.fields[column].cells, made.seen.fields[day].cells.notna()
    return bool(
        name.notna().sum() > _LEAST
        and not (name.notna() & dated).any()
        and name.notna().iloc[0]
        and dated.sum() >= _LEAST
    )


def _rows(con: Any, made: Draft, column: str, day: str) -> pd.DataFrame:
    """Return all rows in their order: a name, a day, nothing but perhaps a name."""
    seen = made.seen
    blank = {c: seen.texts(c).nullif("").isnull() for c in seen.fields}  # noqa: PD003
    bare = reduce(and_, [empty for c, empty in blank.items() if c != column])
    asked = seen.rows.select(
        at=seen.rows.rowid(), name=seen.texts(column).nullif(""), dated=~blank[day], bare=bare
    )
    return fetch(con, asked.order_by("at"))


def _is_regular(rows: pd.DataFrame) -> bool:
    """Tell whether every row is a heading, a line below one, a sum of a group, or empty."""
    name, bare, dated = rows["name"], rows["bare"], rows["dated"]
    word = is_total(name.astype("str"))
    heading = name.notna() & bare & ~word
    if heading.sum() < _LEAST or not heading.cummax()[dated].all():
        return False
    above = name.where(heading).ffill()
    both = zip(name[~bare & ~dated], above[~bare & ~dated], strict=True)
    repeats = pd.Series([str(a) != str(b) and str(b) in str(a) for a, b in both], dtype="bool")
    repeats.index = name.index[~bare & ~dated]
    is_sum = name.notna() & (word | repeats.reindex(name.index, fill_value=False))
    line = dated & name.isna()
    return bool((heading | is_sum | line | (bare & name.isna())).all())


def _told(made: Draft, column: str, example: str) -> None:
    """Map the names where the title or the file says what they are: sales by customer."""
    texts = f"{made.seen.title} {made.seen.place.sheet} {made.seen.file.split('.')[0]}"
    said = {plain(word) for word in _BY.findall(texts)}
    known = names("sales")
    for ours in LEVELS:
        line = made.line(ours)
        if not line.theirs and said & {*known[ours]}:
            line.theirs, line.spec = (column,), {"column": column}
            line.confidence, line.reason = 0.7, "values"
            return
    made.notes.append(note("remark.headed_unsure", column=column, example=example))
