"""Counts and amounts of what each rule finds, in as few passes as there are kinds of rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from salesanalysis.data.cleaning import flags, together
from salesanalysis.data.cleaning.look import Look, money
from salesanalysis.data.cleaning.settings import TOGETHER
from salesanalysis.data.engine import fetch_exact

#: Parts of a currency unit that amounts are counted in: DECIMAL(18, 4) has no finer one.
UNITS = 10_000


@dataclass(frozen=True)
class Found:
    """What a rule found: lines, their amounts in ten-thousandths, without signs, as it should be.

    ``status`` is empty where the rule was looked at, else the word that says why not.
    """

    n: int = 0
    units: int = 0
    units_abs: int = 0
    expected: int | None = None
    orders: int | None = None
    status: str = ""


def counted(look: Look, rules: Sequence[str]) -> dict[str, Found]:
    """Count what each of `rules` finds."""
    out = {r: Found(status=flags.needs(r, look)) for r in rules}
    able = [r for r in rules if not out[r].status]
    single = [r for r in able if r not in TOGETHER]
    if single:
        out |= _single(look, single)
    for rule in able:
        if rule in TOGETHER:
            out[rule] = total(look, together.found(rule, look), orders=rule != "duplicates")
    return out


def _single(look: Look, rules: list[str]) -> dict[str, Found]:
    """Count the rules that judge a line by itself, all in one pass."""
    table = flags.widened(look, rules)
    hits = {rule: flags.condition(rule, look, table) for rule in rules}
    more = {}
    if "revenue_differs" in hits:
        asked = flags.expected(table).sum(where=hits["revenue_differs"])
        more["revenue_differs|expected"] = asked
    return parted(look, table, hits, **more)


def parted(look: Look, rows: Any, parts: dict[str, Any], **more: Any) -> dict[str, Found]:
    """Count the rows that meet each of several conditions, in one pass."""
    if not parts:
        return {}
    amount = money(rows)
    wanted: dict[str, Any] = dict(more)
    for part, hit in parts.items():
        wanted |= {
            f"{part}|n": hit.sum(),
            f"{part}|sum": amount.sum(where=hit),
            f"{part}|abs": amount.abs().sum(where=hit),
        }
    row = fetch_exact(look.con, rows.aggregate(**wanted))
    return {part: _found(row, f"{part}|") for part in parts}


def total(look: Look, rows: Any, *, orders: bool = False) -> Found:
    """Count rows and their amounts; a row may stand for several copies."""
    amount = money(rows)
    wanted = {"n": rows.count(), "sum": amount.sum(), "abs": amount.abs().sum()}
    if together.TIMES in rows.columns:
        times = rows[together.TIMES]
        wanted = {"n": times.sum(), "sum": (amount * times).sum()}
        wanted["abs"] = (amount.abs() * times).sum()
    if orders:
        wanted["orders"] = rows["order_id"].nunique()
    return _found(fetch_exact(look.con, rows.aggregate(**wanted)), "")


def _found(row: dict[str, Any], prefix: str) -> Found:
    expected, orders = row.get(f"{prefix}expected"), row.get(f"{prefix}orders")
    return Found(
        int(row[f"{prefix}n"] or 0),
        units(row[f"{prefix}sum"]),
        units(row[f"{prefix}abs"]),
        None if expected is None else units(expected),
        None if orders is None else int(orders),
    )


def units(amount: Any) -> int:
    """Turn an exact amount into ten-thousandths of a currency unit.

    Examples
    --------
    >>> units(Decimal("9747747.934")), units(None)
    (97477479340, 0)
    """
    return int((Decimal(str(amount or 0)) * UNITS).to_integral_value())
