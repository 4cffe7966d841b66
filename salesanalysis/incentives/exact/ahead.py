"""What is still missing to the nearest edge of the main measure."""

from collections.abc import Sequence
from fractions import Fraction
from math import ceil, floor

from salesanalysis.incentives.components import Component
from salesanalysis.incentives.inputs.book import Sheet, reached


def next_edge(parts: Sequence[Component], sheet: Sheet) -> tuple[int, Component, Fraction] | None:
    """Return the cents still missing to the nearest edge ahead, its component and the edge.

    Parts that look at each deal alone, or at another measure, have no edge ahead.
    """
    sheet = sheet.now
    ahead: list[tuple[int, Component, Fraction]] = []
    for part in parts:
        scale = None if part.id in sheet.skip else getattr(part, "scale", None)
        if scale is None or getattr(part, "basis", "") == "deal" or scale.tier != sheet.main:
            continue
        book = scale.book(sheet)
        counted = book.credited if getattr(part, "basis", "") == "cumulative" else 0
        if getattr(part, "negative", "") == "carry":
            counted += book.carried
        unit = scale.cents(sheet)
        for edge in (e for e in part.edges if e > 0):
            missing = edge * unit - book.total - counted
            if not reached(book.total + counted, edge, unit, scale.closed):
                tie_pays = scale.closed == "lower"
                ahead.append((ceil(missing) if tie_pays else floor(missing) + 1, part, edge))
    return min(ahead, key=lambda a: a[0], default=None)
