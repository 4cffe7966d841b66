"""Tables of our own that are read again: the apostrophes they were written with are taken off."""

from dataclasses import replace
from typing import Any

from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.spreadsheet import UNDO, plain_text


def unescaped(opened: Opened, place: Place) -> Opened:
    """Return texts and names of columns as they were before `spreadsheet.safe_text`.

    Only where the mapping says so: in other people's files an apostrophe is theirs.
    """
    if not place.escaped:
        return opened
    table = opened.table
    texts = [c for c in opened.theirs if table[c].type().is_string()]
    table = table.mutate(**{c: _plain(table[c]) for c in texts})
    names = {plain_text(c): c for c in opened.theirs if plain_text(c) != c}
    return replace(opened, table=table.rename(names) if names else table, bare=False)


def _plain(text: Any) -> Any:
    for pattern, kept in UNDO:
        text = text.re_replace(pattern, kept)
    return text
