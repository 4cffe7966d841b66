"""Whom another version of the inputs touches, and why."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.incentives.components import Pool, Spif
from salesanalysis.incentives.inputs.book import NO_BALANCES
from salesanalysis.incentives.inputs.deals import first_of
from salesanalysis.incentives.inputs.values import day_column, names_of
from salesanalysis.incentives.pay.run import Paid
from salesanalysis.labels import LANGUAGES, label

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Key = tuple[str, pd.Timestamp]
Side = dict[Key, Paid]


def touched(plan: "Plan", old: Side, new: Side) -> set[Key]:
    """Return whose pay anything goes into that differs, with all who share a pool or ranks.

    What is only carried over from an earlier period moves nobody else in this one.
    """
    keys = set(old) | set(new)
    own = {key for key in keys if _differs(old.get(key), new.get(key))}
    fresh = {key for key in own if _entered(old.get(key)) != _entered(new.get(key))}
    pools = any(isinstance(p, Pool) for p in plan.components)
    ranks = any(isinstance(p, Spif) and p.per_unit is None for p in plan.components)
    teams = {(_teams(old, new, key), key[1]) for key in fresh} if pools else set()
    periods = {start for _, start in fresh} if ranks else set()
    return own | {
        key
        for key in keys
        if key[1] in periods
        or any(team & _teams(old, new, key) for team, start in teams if start == key[1])
    }


def _teams(old: Side, new: Side, key: Key) -> frozenset[str]:
    """Return the teams of a person, before and after."""
    return frozenset(side[key].who.team for side in (old, new) if key in side) - {""}


def _differs(was: Paid | None, now: Paid | None) -> bool:
    """Tell whether anything that goes into the pay differs."""
    if was is None or now is None:
        return True
    return (was.sheet, was.who) != (now.sheet, now.who)


def _entered(paid: Paid | None) -> tuple[Any, ...]:
    """Return what goes into the pay of a person without what earlier periods hand over."""
    if paid is None:
        return ()
    sheet = None if paid.sheet is None else replace(paid.sheet, balances=NO_BALANCES)
    return sheet, _row(paid)


def _row(paid: Paid | None) -> Any:
    """Return what the table of people says, without what earlier periods hand over."""
    if paid is None:
        return None
    return replace(paid.who, balances=NO_BALANCES, credited={}, carried={}, before={}, to_date={})


def _from_others(paid: Paid | None) -> tuple[Any, ...]:
    """Return what others decide: the credit of people led, shares of pools and prizes."""
    return (paid.sheet.team, paid.sheet.shares) if paid and paid.sheet else ()


def changed_orders(
    before: pd.DataFrame, after: pd.DataFrame, date: str
) -> dict[tuple[str, str], list[str]]:
    """Return the orders that differ, by person and month."""
    sides = [_order_rows(frame, date) for frame in (before, after)]
    out: dict[tuple[str, str], list[str]] = {}
    for one, other in (sides, sides[::-1]):
        for row in sorted(one - other):
            order, person, month = row[0], row[1], row[2]
            out.setdefault((person, month), [])
            if order not in out[person, month]:
                out[person, month].append(order)
    return out


def _order_rows(deals: pd.DataFrame, date: str) -> set[tuple[str, ...]]:
    """Return every deal as a tuple: order, person, month, then all of its columns."""
    months = day_column(deals, date, name="deals").dt.strftime("%Y-%m")
    # 100 and 100.0 are one amount: a claim with cents makes a column of whole numbers one of floats
    texts = [names_of(deals[c]).fillna("") for c in sorted(deals.columns)]
    heads = [names_of(deals["order_id"]), names_of(deals["salesperson"]), months]
    return set(zip(*heads, *texts, strict=True))


def why(key: Key, sides: tuple[Side, Side], orders: list[str]) -> tuple[str, str]:
    """Say in both languages what touches a person: deals, the own row, the team, earlier periods.

    `orders` are the deals of the person and period that differ.
    """
    was, now = (side.get(key) for side in sides)
    if orders:
        kind = "orders"
    elif _row(was) != _row(now):
        kind = "person"
    elif _from_others(was) != _from_others(now) or not _differs(was, now):
        kind = "team"
    else:
        kind = "earlier"
    english, chinese = (
        label(f"correction.why.{kind}", lang, orders=first_of(orders)) for lang in LANGUAGES
    )
    return english, chinese


def orders_of(key: Key, changed: dict[tuple[str, str], list[str]], per: str) -> list[str]:
    """Return the changed deals of a person in a period, each once."""
    name, start = key
    months = pd.date_range(start, periods={"month": 1, "quarter": 3, "year": 12}[per], freq="MS")
    found = [order for m in months for order in changed.get((name, f"{m:%Y-%m}"), [])]
    return list(dict.fromkeys(found))
