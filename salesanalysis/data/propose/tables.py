"""Which of our tables a table of theirs is."""

from dataclasses import dataclass

from salesanalysis.data.currencies import COMMON
from salesanalysis.data.propose.matching import Pair, assigned, pairs
from salesanalysis.data.propose.seen import Field, Seen
from salesanalysis.data.propose.wide import Wide, wide
from salesanalysis.data.words.headings import currency_of
from salesanalysis.data.words.synonyms import file_table

#: A name that fits this well speaks for a table.
SURE = 0.6
#: Our table -> columns that have to be found by name, one of each group.
_SIGNS: dict[str, tuple[tuple[str, ...], ...]] = {
    "opportunities": (("stage",), ("amount",), ("opened", "closed"), ("id", "owner")),
    "collections": (("due_amount",), ("collected_amount",), ("date",)),
    "market": (("market_size",), ("period",)),
    "surveys": (("score",), ("period",), ("subject",)),
}
_ACTIVE = ("calls", "visits", "leads", "qualified_leads", "proposals", "deals")
_STAFF = ("manager", "role", "level", "hire_date", "leave_date", "base_pay", "ramp")
_GENERIC_TARGET = ("value", "plan value", "goal")


@dataclass(frozen=True, eq=False)
class Known:
    """A table of theirs, recognised.

    Attributes
    ----------
    seen : Seen
    table : str
        Ours; empty where it is none of them.
    chosen : dict, our column -> Pair
    found : list of Pair
    wide : Wide or None
    """

    seen: Seen
    table: str
    chosen: dict[str, Pair]
    found: list[Pair]
    wide: Wide | None = None

    def sure(self, *ours: str) -> bool:
        """Tell whether one of our columns was found by its name."""
        return any(c in self.chosen and self.chosen[c].confidence >= SURE for c in ours)


def known_as(seen: Seen, table: str) -> Known:
    """Look at a table of theirs as `table` of ours."""
    months = wide(seen) if table in ("sales", "targets", "market") else None
    fields = {c: f for c, f in seen.fields.items() if not months or c not in months.columns}
    found = pairs(table, fields)
    chosen = assigned(found)
    if table == "sales" and "currency" not in chosen:
        named = {p.theirs for p in chosen.values() if p.confidence >= SURE and p.reason != "values"}
        found_currency = _currencies(fields, named)
        taken = {p.theirs for p in found_currency.values()}
        chosen = {c: p for c, p in chosen.items() if p.theirs not in taken} | found_currency
    return Known(seen, table, chosen, found, months)


def _currencies(fields: dict[str, Field], named: set[str]) -> dict[str, Pair]:
    """Return the column whose values are all currencies: what it is called says nothing.

    Parameters
    ----------
    named : set of str
        Columns whose names say what else they are: there, words such as cad, php and try are none.
    """
    for theirs, field in fields.items():
        values = field.filled.unique()
        codes = [currency_of(v) for v in values]
        if theirs in named and any(v.islower() for v in values):
            continue
        # ALL and TOP are words of other columns as well
        if codes and all(codes) and any(c in COMMON for c in codes):
            return {"currency": Pair(0.9, "currency", theirs, "values")}
    return {}


def recognise(seen: Seen, *, alone: bool) -> Known:
    """Return which of our tables a table of theirs is, by its columns, then by its name.

    Parameters
    ----------
    alone : bool
        There is no other table: a guess by values is better than nothing.
    """
    word = file_table(seen.place.sheet) or file_table(seen.file) or file_table(seen.place.table)
    for table, groups in _SIGNS.items():
        known = known_as(seen, table)
        if all(known.sure(*group) for group in groups):
            return known
    for test in (_activities, _targets, _people):
        found = test(seen, word)
        if found is not None:
            return found
    lines = _sales(seen, word, alone=alone)
    if lines is not None:
        return lines
    return Known(seen, "", {}, [])


def _activities(seen: Seen, _: str) -> Known | None:
    known = known_as(seen, "activities")
    counts = sum(known.sure(c) for c in _ACTIVE)
    return known if counts >= 2 and known.sure("salesperson") and known.sure("date") else None


def _targets(seen: Seen, word: str) -> Known | None:
    known, lines = known_as(seen, "targets"), known_as(seen, "sales")
    ordered = lines.sure("order_id", "quantity", "unit_price")
    dated = known.sure("period") or (known.sure("_year") and known.sure("_month"))
    if known.wide is not None:
        return known if word == "targets" or known.sure("value") else None
    value = known.chosen.get("value")
    named = value is not None and known.sure("value") and value.reason != "similar"
    spoken = named and value is not None and value.theirs.strip().casefold() not in _GENERIC_TARGET
    return known if dated and named and not ordered and (spoken or word == "targets") else None


def _people(seen: Seen, word: str) -> Known | None:
    known, lines = known_as(seen, "people"), known_as(seen, "sales")
    signs = sum(known.sure(c) for c in _STAFF)
    money = lines.sure("revenue", "quantity", "unit_price", "order_id")
    enough = signs >= (1 if word == "people" else 2)
    return known if known.sure("salesperson") and enough and not money else None


def _sales(seen: Seen, word: str, *, alone: bool) -> Known | None:
    known = known_as(seen, "sales")
    if known.wide is not None and known.chosen.keys() & {
        "region",
        "salesperson",
        "product",
        "product_line",
        "customer",
        "team",
    }:
        return known
    c = known.chosen
    dated = "date" in c or {"_year", "_month"} <= c.keys()
    product = {"quantity", "unit_price"} <= c.keys()
    amount = bool(c.keys() & {"revenue", "_gross"}) or product
    if not (dated and amount):
        return None
    named = known.sure("date", "_year") and (known.sure("revenue", "_gross") or product)
    return known if named or (alone and word in ("sales", "")) else None
