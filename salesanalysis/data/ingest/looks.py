"""A close look at cells: what rounding took from them, and which are not of their kind."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from salesanalysis.data.engine import fetch_exact
from salesanalysis.data.ingest.reader import Reader
from salesanalysis.data.kinds import AMOUNT

#: Finer than any amount: shows what rounding to four decimals leaves out.
_FINE = "decimal(38, 12)"
#: Differences below this are no decimals of an amount; the name of what an amount lost.
_NOISE, _LOST = Decimal("0.000001"), "_lost"


class Rounded(NamedTuple):
    """Values with more than four decimals, and what their rounding took from the amount."""

    n: int = 0
    amount: float = 0.0


def rounded_of(counts: Mapping[str, Any]) -> Rounded:
    """Return what the counts and sums of `roundings` come to."""
    n = sum(int(n) for c, n in counts.items() if c != _LOST)
    return Rounded(n, float(counts.get(_LOST) or 0))


def rounded(reader: Reader, name: str) -> Rounded:
    """Count the values that rounding to four decimals changed, and by how much in all."""
    sums = roundings(reader, name)
    return rounded_of(fetch_exact(reader.con, reader.raw.table.aggregate(**sums)) if sums else {})


def roundings(reader: Reader, name: str) -> dict[str, Any]:
    """Return counts of values with more than four decimals, and what their amounts lose."""
    sums: dict[str, Any] = {}
    for ours, value in reader.values().items():
        fine = reader.fine(ours)
        if fine is not None:
            lost = fine - value.cast(_FINE)
            # what a float carries behind its fifteenth digit was never written
            lost = (lost.abs() > _NOISE).ifelse(lost, 0)
            sums[f"{ours}|n"] = (lost != 0).sum().fill_null(0)
            if ours == AMOUNT.get(name):
                sums[_LOST] = lost.sum()
    return sums


def unread(reader: Reader) -> list[str]:
    """Return our columns in which a cell is not of its kind."""
    sums = failures(reader)
    counts = fetch_exact(reader.con, reader.raw.table.aggregate(**sums)) if sums else {}
    return [ours for ours, n in counts.items() if n]


def failures(reader: Reader) -> dict[str, Any]:
    """Return counts of the cells that are not of their kind."""
    return {
        ours: reader.unread(ours, value).sum().fill_null(0)
        for ours, value in reader.values().items()
        if reader.may_fail(ours)
    }
