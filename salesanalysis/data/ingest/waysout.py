"""Which one step would turn a sum into a total: arithmetic on sums of kinds of rows."""

import json
from collections.abc import Mapping
from decimal import Decimal
from itertools import combinations

#: Kinds of rows up to which two of them together are tried.
_PAIRS = 12
#: How many of ours one of theirs may be.
_UNITS = ("0.01", "100", "1000", "10000", "1000000", "100000000")
#: Decimals of money.
_PLACES = 4


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


def of_all(ours: str, sums: Mapping[str, Decimal], wanted: Decimal) -> list[str]:
    """Return what gives the total with every row: another column, another unit.

    Parameters
    ----------
    ours : str
        Our column; its sum is the first.
    sums : dict, their column -> sum
    wanted : Decimal

    Examples
    --------
    >>> of_all("revenue", {"revenue": Decimal(50), "Gross": Decimal(60)}, Decimal(60))
    ['revenue: "Gross"']
    """
    first = next(iter(sums.values()))
    others = [c for c, n in sums.items() if c != ours and not differs(n, wanted)]
    units = [u for u in _UNITS if first and not differs(first * Decimal(u), wanted)]
    return [*(f"{ours}: {_text(c)}" for c in others), *(f"unit: {u}" for u in units)]


def of_some(column: str, parts: Mapping[str, Decimal], wanted: Decimal) -> list[str]:
    """Return what gives the total with some rows: without a kind of them, or with its sign turned.

    Parameters
    ----------
    column : str
        Theirs, whose values are the kinds.
    parts : dict, value -> sum
        Of every kind of rows.
    wanted : Decimal

    Examples
    --------
    >>> parts = {"Paid": Decimal(50), "Cancelled": Decimal(7), "Credit": Decimal(3)}
    >>> of_some("Status", parts, Decimal(53))
    ['where: {"Status": {not: ["Cancelled"]}}']
    >>> of_some("Status", parts, Decimal(50))
    ['where: {"Status": ["Paid"]}']
    >>> of_some("Status", parts, Decimal(54))
    ['negative_where: {"Status": ["Credit"]}']
    """
    total = sum(parts.values(), Decimal(0))
    pairs = combinations(parts, 2) if len(parts) <= _PAIRS else ()
    found: dict[frozenset[str], str] = {frozenset(parts): ""}
    for values in [*((v,) for v in parts), *pairs]:
        some, kept = sum((parts[v] for v in values), Decimal(0)), frozenset(values)
        names = f"[{', '.join(map(_text, values))}]"
        if not differs(some, wanted):
            found.setdefault(kept, f"where: {{{_text(column)}: {names}}}")
        if some and not differs(total - some, wanted):
            found.setdefault(
                frozenset(parts) - kept, f"where: {{{_text(column)}: {{not: {names}}}}}"
            )
        if some and len(values) == 1 and not differs(total - 2 * some, wanted):
            found[frozenset()] = f"negative_where: {{{_text(column)}: {names}}}"
    return [way for way in found.values() if way]


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
