"""From deals and people to one sheet a person: credited, split, prorated (steps 1 to 5)."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.exact.limits import capped_credit
from salesanalysis.incentives.inputs.asked import (
    counts_whole,
    quota_measures,
    quotas_needed,
    scales_of,
    skipped,
    used_measures,
    wanted_of,
)
from salesanalysis.incentives.inputs.book import Book, Exact, Sheet
from salesanalysis.incentives.inputs.deals import Credits, first_of
from salesanalysis.incentives.inputs.gathered import Given, below_cost, large_deals
from salesanalysis.incentives.inputs.people import Person, Wanted
from salesanalysis.incentives.inputs.period import (
    Span,
    has_left,
    present_share,
)
from salesanalysis.incentives.inputs.together import shares_of, team_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

__all__ = [
    "Given",
    "below_cost",
    "counts_whole",
    "large_deals",
    "quota_measures",
    "quotas_needed",
    "require_results",
    "scales_of",
    "sheets_of",
    "used_measures",
    "wanted_of",
]
Order = tuple[pd.Timestamp, int, int]  # first day, net cents, and those of all who share it
Amounts = dict[str, dict[str, list[Order]]]  # measure -> person -> its orders


def sheets_of(plan: "Plan", given: Given) -> list[Sheet | None]:
    """Return one sheet a person, None for somebody the plan cannot measure (no quota)."""
    amounts = {m: _by_person(credits_) for m, credits_ in given.credits.items()}
    sheets = [_sheet(plan, given, who, amounts) for who in given.people]
    team = team_of(plan, given.people, sheets)
    shares = shares_of(plan, given.people, sheets)
    return [
        None if sheet is None else replace(sheet, team=team.get(n), shares=shares.get(n))
        for n, sheet in zip((who.name for who in given.people), sheets, strict=True)
    ]


def _by_person(credits_: Credits) -> dict[str, list[Order]]:
    """Return one amount per order and person, in cents: a return reduces its own deal."""
    frame = credits_.frame
    if "salesperson" not in frame.columns:
        frame = frame.assign(salesperson="")
    keys = ["salesperson", "order_id"]
    netted = frame.groupby(keys, sort=False).agg(cents=("cents", "sum"), date=("date", "min"))
    wholes = netted["cents"]
    if "whole" in frame.columns:
        wholes = frame.groupby(keys, sort=False)["whole"].first()
    out: dict[str, list[Order]] = {}
    rows = zip(netted.index, netted["cents"], netted["date"], wholes, strict=True)
    for (name, _), cents, day, whole in rows:
        out.setdefault(str(name), []).append((day, int(cents), int(whole)))
    return out


def _sheet(plan: "Plan", given: Given, who: Person, amounts: Amounts) -> Sheet | None:
    """Return the sheet of one person before the team has its say."""
    rules, leaver, span = plan.rules, plan.rules.settlement.leaver, given.span
    parts = _parts(plan, given, who, amounts)
    if parts:
        quotas = {m: _added(s.books[m].quota for _, s in parts) for m in plan.head.measures}
        target = _added(s.target_incentive for _, s in parts)
    else:
        part = present_share(who, span, rules.quota, "quota", leaver=leaver)
        quotas = {m: _scaled(who.quota(m), part * given.length) for m in plan.head.measures}
        share = present_share(who, span, rules.quota, "target_incentive", leaver=leaver)
        target = _scaled(_incentive(plan, who), share)
    if any(not quotas[m] for m in quotas_needed(plan, who)):
        return None
    full: dict[str, Exact | None] = {}
    if given.whole is not span:
        part = present_share(who, given.whole, rules.quota, "quota", leaver=leaver)
        full = {m: _scaled(who.quota(m), part) for m in plan.head.measures}
    books = {
        m: replace(
            _book(plan, m, who, amounts),
            quota=quotas[m],
            quota_to_date=_to_date(who, m, quotas[m]),
            quota_full=full.get(m),
        )
        for m in plan.head.measures
    }
    return Sheet(
        books=books,
        main=given.main,
        target_incentive=target,
        register=given.registers.penalties.get(who.name),
        reversals=given.registers.reversals.get(who.name),
        released=who.released,
        forfeited=leaver == "forfeit" and has_left(who, span),
        day=f"{span.last:%Y-%m-%d}",
        balances=who.balances,
        parts=parts,
        skip=skipped(plan, who),
        incentive_full=_of_whole(plan, given, who),
    )


def _of_whole(plan: "Plan", given: Given, who: Person) -> Exact | None:
    """Return the target incentive of the year or quarter that quotas are given for."""
    usual = None if plan.head.periods == 1 else _incentive(plan, who)
    if usual is None:
        return None
    rules, leaver = plan.rules.quota, plan.rules.settlement.leaver
    share = present_share(who, given.whole, rules, "target_incentive", leaver=leaver)
    return _scaled(usual * plan.head.periods, share)


def _to_date(who: Person, measure: str, quota: Exact | None) -> Exact | None:
    """Return the quotas of the year up to and with this period: as told, or as they counted."""
    told = who.to_date.get(measure)
    if told is not None or measure not in who.before or quota is None:
        return told
    return Fraction(who.before[measure]) + quota


def _parts(
    plan: "Plan", given: Given, who: Person, amounts: Amounts
) -> tuple[tuple[str, Sheet], ...]:
    """Return the pieces of a split period: quota, target incentive and deals of their own days.

    Returns carried in lie in the first piece; what one piece carries goes on to the next.
    """
    pieces, rules, leaver = given.pieces.get(who.name, ()), plan.rules, plan.rules.settlement.leaver
    starts = [pd.Timestamp(p.active_from) for p in pieces]
    out: list[tuple[str, Sheet]] = []
    carried: dict[str, Any] = dict(who.carried)
    for k, piece in enumerate(pieces):
        ends = starts[k + 1] if k + 1 < len(pieces) else None
        inside = _between(amounts, who.name, starts[k] if k else None, ends)
        own = replace(piece, name=who.name, carried=carried)
        books = {m: _book(plan, m, own, inside) for m in plan.head.measures}
        shares = {
            what: present_share(piece, given.span, rules.quota, what, leaver=leaver)
            for what in ("quota", "target_incentive", "")
        }
        sheet = Sheet(
            books={
                m: replace(b, quota=_scaled(piece.quota(m), shares["quota"] * given.length))
                for m, b in books.items()
            },
            main=given.main,
            target_incentive=_scaled(_incentive(plan, piece), shares["target_incentive"]),
            share=shares[""],
            skip=skipped(plan, piece),
        )
        out.append((_days_text(piece, given.span), sheet))
        carried = {m: min(b.total + b.carried, 0) for m, b in books.items()}
    return tuple(out)


def _between(
    amounts: Amounts, name: str, first: pd.Timestamp | None, end: pd.Timestamp | None
) -> Amounts:
    """Return one person's orders from `first` on and before `end`."""
    out: Amounts = {}
    for measure, own in amounts.items():
        orders = own.get(name, own.get("", []))
        out[measure] = {
            name: [
                (day, cents, whole)
                for day, cents, whole in orders
                if (first is None or day >= first) and (end is None or day < end)
            ]
        }
    return out


def _days_text(piece: Person, span: Span) -> str:
    """Write the days of a piece inside the period."""
    first, last = pd.Timestamp(piece.active_from), pd.Timestamp(piece.active_to)
    return f"{max(first, span.first):%Y-%m-%d} / {min(last, span.last):%Y-%m-%d}"


def _incentive(plan: "Plan", who: Person) -> Fraction | None:
    """Return the target incentive of a full period in cents: the person's, else the plan's."""
    if who.target_incentive is not None:
        return who.target_incentive * plan.head.incentive_share
    usual = plan.head.target_incentive
    return None if usual is None else usual * 100


def _added(values: Iterable[Exact | None]) -> Exact | None:
    """Return the sum of amounts, None where there are none."""
    there = [v for v in values if v is not None]
    return sum(there) if there else None


def _book(plan: "Plan", name: str, who: Person, amounts: Amounts) -> Book:
    """Return what one person has of one measure, its quota still to be set."""
    deals: tuple[Exact, ...]
    if name not in amounts:
        result = who.results.get(name)
        deals = () if result is None else (result,)
    else:
        own = amounts[name]
        orders = own.get(who.name, own.get("", []))
        deals = tuple(cents for _, cents, _ in orders)
        if name == plan.head.measure:
            deals = tuple(_counted(plan, cents, whole) for _, cents, whole in orders)
            cap = plan.rules.limits.cap
            deals = capped_credit(cap, deals) if cap and cap.of == "credit" else deals
    credited, carried = who.credited.get(name, 0), who.carried.get(name, 0)
    return Book(deals, None, credited, carried)


def _counted(plan: "Plan", cents: int, whole: int) -> Exact:
    """Return what counts of one person's part of a deal: the limits are on the whole of it."""
    windfall, cap = plan.rules.credit.windfall, plan.rules.limits.cap
    credit: Exact = whole if windfall is None else windfall.credit(whole)
    if cap is not None and cap.of == "deal":
        credit = min(credit, cap.amount * 100)
    if credit == whole:
        return cents
    exact = Fraction(cents * credit, whole)
    return int(exact) if exact.denominator == 1 else exact


def _scaled(cents: Exact | None, share: Fraction) -> Exact | None:
    """Return a share of an amount, whole where it stays whole."""
    if cents is None:
        return None
    exact = Fraction(cents * share)
    return int(exact) if exact.denominator == 1 else exact


def require_results(plan: "Plan", people: Sequence[Person], wanted: Wanted) -> None:
    """Refuse people whose results are not entered; 0 is a result, empty is none."""
    for measure in wanted.results:
        empty = [who.name for who in people if who.results.get(measure) is None]
        if empty:
            raise ContractError(
                f"{measure!r} of {len(empty)} of {len(people)} people is not entered: "
                f"{first_of(empty, 5)}.",
                where=f"plan {plan.head.id!r}, column {measure!r} of people",
                fix="enter the result; 0 is a result, empty is none",
                rows=pd.DataFrame({"salesperson": empty}),
            )
