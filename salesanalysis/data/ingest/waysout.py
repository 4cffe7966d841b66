"""Which one step would turn a sum into a total: arithmetic on sums of kinds of rows."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from itertools import combinations

from salesanalysis.data.ingest.spelled import Spelled

#: Kinds of rows up to which two of them together are tried.
_PAIRS = 12
#: How many of ours one of theirs may be.
_UNITS = ("1", "0.01", "100", "1000", "10000", "1000000", "100000000")
#: Decimals of money.
_PLACES = 4
#: What a kind of rows adds up to, and the same without signs.
Part = tuple[Decimal, Decimal]


def differs(found: Decimal, wanted: Decimal) -> bool:
    """Tell whether a sum, rounded to the decimals of a total, is another one.

    Examples
    --------
    >>> differs(Decimal("69957.1499"), Decimal("69957.15"))
    False
    >>> differs(Decimal("69957.16"), Decimal("69957.15"))
    True
    """
    places = -int(wanted.as_tuple().exponent)
    return abs(found - wanted) * 2 > Decimal(1).scaleb(-min(max(places, 0), _PLACES))


def units(total: Decimal, unit: Decimal, wanted: Decimal) -> list[str]:
    """Return the units in which every row gives the total.

    Parameters
    ----------
    total : Decimal
        The sum in the unit of now.
    unit : Decimal
        That unit: how many of ours one of theirs is.
    wanted : Decimal

    Examples
    --------
    >>> units(Decimal(50_000), Decimal(1000), Decimal(50))
    ['unit: 1']
    """
    fit = (u for u in _UNITS if total and not differs(total * Decimal(u) / unit, wanted))
    return [f"unit: {u}" for u in fit]


def of_some(column: str, parts: Mapping[str, Part], wanted: Decimal, spelled: Spelled) -> list[str]:
    """Return what gives the total with some rows: without a kind of them, or with its sign turned.

    Parameters
    ----------
    column : str
        Theirs, whose values are the kinds.
    parts : dict, value -> its sum, and the sum of its amounts without signs
        Of every kind of rows.
    wanted : Decimal
    spelled : Spelled
        How it is written into the mapping.

    Examples
    --------
    >>> sums = {"Paid": Decimal(50), "Cancelled": Decimal(7), "Credit": Decimal(3)}
    >>> parts = {kind: (n, n) for kind, n in sums.items()}
    >>> of_some("Status", parts, Decimal(53), Spelled())
    ['where: {"Status": {not: ["Cancelled"]}}']
    >>> of_some("Status", parts, Decimal(50), Spelled())
    ['where: {"Status": ["Paid"]}']
    >>> of_some("Status", parts, Decimal(54), Spelled())
    ['negative_where: {"Status": ["Credit"]}']
    """
    total = sum((some for some, _ in parts.values()), Decimal(0))
    named = [v for v in parts if not _catches(v, parts)]
    pairs = combinations(named, 2) if len(parts) <= _PAIRS else ()
    found: dict[frozenset[str], str] = {frozenset(parts): ""}
    turned = []
    for values in [*((v,) for v in named), *pairs]:
        some, size = (sum((parts[v][i] for v in values), Decimal(0)) for i in (0, 1))
        others = [v for v in parts if v not in values]
        if not differs(some, wanted):
            found.setdefault(frozenset(values), spelled.kept(column, values))
        if others and some and not differs(total - some, wanted):
            found.setdefault(frozenset(others), spelled.left_out(column, values, others))
        # whatever sign an amount has, it is below zero then
        if spelled.signed and len(values) == 1 and not differs(total - some - size, wanted):
            turned.append(spelled.negative(column, values[0]))
    return [*(way for way in found.values() if way), *turned]


def _catches(value: str, others: Iterable[str]) -> bool:
    """Tell whether a value with stars would be a pattern that fits another one."""
    pattern = ".*".join(re.escape(part) for part in value.split("*"))
    return "*" in value and any(re.fullmatch(pattern, o, re.S) for o in others if o != value)
