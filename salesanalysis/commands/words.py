"""Tables as text for a terminal."""

import re
import unicodedata
from typing import TYPE_CHECKING

from salesanalysis.labels import Terms
from salesanalysis.results import Table

if TYPE_CHECKING:
    import pandas as pd

_NUMBER = re.compile(r"(–|[-+]?[0-9][0-9,]*(\.[0-9]+)?%?)")


def width(text: str) -> int:
    """Return how many places a text takes on a terminal: Chinese signs take two.

    Examples
    --------
    >>> width("East"), width("华东")
    (4, 4)
    """
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def table_text(
    frame: "pd.DataFrame", lang: str, terms: Terms | None = None, *, rows: int = 30
) -> str:
    """Return a table as aligned text with the headings of `lang`; numbers stand right.

    Examples
    --------
    >>> import pandas as pd
    >>> print(table_text(pd.DataFrame({"region": ["East"], "n_rows": [3]}), "en"))
    Region  Rows
    East       3
    """
    table = Table(frame, lang=lang, terms=terms, rows=rows)
    shown = table.shown()
    body = list(shown.itertuples(index=False, name=None))
    numeric = [
        bool(body) and all(map(_NUMBER.fullmatch, column)) for column in zip(*body, strict=True)
    ]
    lines = [tuple(shown.columns), *body]
    wide = [max(map(width, column)) for column in zip(*lines, strict=True)]
    numeric = numeric or [False] * len(wide)
    return "\n".join(
        "  ".join(_cell(*cell) for cell in zip(line, wide, numeric, strict=True)).rstrip()
        for line in lines
    )


def _cell(text: str, wide: int, numeric: bool) -> str:  # noqa: FBT001
    room = " " * (wide - width(text))
    return room + text if numeric else text + room
