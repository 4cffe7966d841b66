"""Which tables of theirs belong together: files of one shape, lines of other files and months."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from salesanalysis.data.engine import fetch
from salesanalysis.data.propose.checking import cells_of
from salesanalysis.data.propose.drafting import Draft
from salesanalysis.data.propose.seen import Seen
from salesanalysis.data.sources import Place
from salesanalysis.data.values import date_style
from salesanalysis.data.words.cellwords import SUMS_OF_DAYS
from salesanalysis.errors import ContractError


def same_shape(places: list[tuple[Place, Seen]]) -> list[list[Seen]]:
    """Put tables with the same columns, kind of file and sheet together, in order of names."""
    groups: dict[Any, list[Seen]] = {}
    for place, seen in places:
        schema = tuple(sorted((c, str(seen.opened.table[c].type())) for c in seen.fields))
        groups.setdefault(
            (schema, place.sheet, place.table, place.encoding, _ending(place.path)), []
        ).append(seen)
    return list(groups.values())


def _ending(path: Path | None) -> str:
    return "".join(path.suffixes[-2:]) if path else ""


def pattern_of(group: list[Seen], everything: list[str]) -> Place | None:
    """Return the place of a pattern that stands for the files of a group and for no other.

    Parameters
    ----------
    group : list of Seen
    everything : list of str
        Names of all files of the folder.
    """
    names = sorted({s.file for s in group})
    path = group[0].place.path
    if len(names) < 2 or path is None or group[0].place.table:
        return None
    start = _common(names)
    end = _common([n[len(start) :][::-1] for n in names])[::-1]
    if any(c in start + end for c in "[]*?") or len(start + end) < 4:
        return None
    fits = [
        n
        for n in everything
        if n.startswith(start) and n.endswith(end) and len(n) >= len(start) + len(end)
    ]
    if sorted(fits) != names:
        return None
    return replace(group[0].place, path=path.with_name(f"{start}*{end}"))


def _common(names: list[str]) -> str:
    """Return the letters that all names begin with."""
    first, last = min(names), max(names)
    n = next((i for i, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[: min(n, len(last))]


def days(con: Any, made: Draft) -> tuple[Any, Any] | None:
    """Return the first and last day of a draft's lines, or None where they cannot be read."""
    column = made.reads("date")
    if not column or column not in made.seen.fields:
        return None
    # a row of sums stands below the days of many a sheet
    text = cells_of(made.seen, column, SUMS_OF_DAYS)
    try:
        style = date_style(con, text, name=column, where="", months=True, format=_format(made))
    except ContractError:
        return None
    day = style.read(text)
    rows = text.as_table()
    row = fetch(con, rows.aggregate(first=day.min(), last=day.max())).iloc[0]
    return (row["first"], row["last"]) if str(row["first"]) != "NaT" else None


def _format(made: Draft) -> str:
    """Return how a draft says that its days are written, or nothing."""
    return str(made.line("date").spec.get("format", ""))


def overlap(con: Any, first: Draft, other: Draft) -> str:
    """Say why lines of another file may be the same sales: nothing, ``ids``, ``days``.

    ``new`` means that the days overlap, but no order number or no region stands in both;
    ``unread`` that nobody can tell, as the days of one cannot be read.
    """
    a, b = days(con, first), days(con, other)
    if a and b:
        shared = (min(a[1], b[1]) - max(a[0], b[0])).days + 1
        shorter = min((a[1] - a[0]).days, (b[1] - b[0]).days) + 1
        if shared <= 0.2 * shorter:
            return ""
    for ours in ("order_id", "region"):
        mine, theirs = first.reads(ours), other.reads(ours)
        if mine and theirs:
            shared = _shared(con, first.seen, mine, other.seen, theirs)
            if shared == 0:
                return "new"
            if ours == "order_id":
                return "ids"
    return "days" if a and b else "unread"


def _shared(con: Any, a: Seen, mine: str, b: Seen, theirs: str) -> int:
    left = a.rows.select(k=a.texts(mine)).distinct()
    right = b.rows.select(k=b.texts(theirs)).distinct()
    hit = right["k"].isin(left.filter(left["k"].notnull())["k"])
    return int(fetch(con, right.aggregate(n=hit.ifelse(1, 0).sum().fill_null(0)))["n"].iloc[0])
