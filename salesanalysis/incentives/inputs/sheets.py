"""From deals and people to one sheet a person: credited, split, prorated (steps 1 to 5)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.components import Component, KpiWeighted, Matrix, Pool
from salesanalysis.incentives.exact.limits import capped_credit
from salesanalysis.incentives.inputs.book import Book, Exact, Sheet
from salesanalysis.incentives.inputs.deals import Credits, first_of
from salesanalysis.incentives.inputs.people import Person, Wanted
from salesanalysis.incentives.inputs.period import (
    Span,
    has_left,
    present_share,
)
from salesanalysis.incentives.inputs.registers import Registers
from salesanalysis.incentives.inputs.together import shares_of, team_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Kinds of measures that only a person's own row tells.
PERSONAL = ("ratio", "number")
Order = tuple[pd.Timestamp, int]  # first day and net cents of one order
Amounts = dict[str, dict[str, list[Order]]]  # measure -> person -> its orders


@dataclass(frozen=True)
class Given:
    """Everything one period is paid from.

    Attributes
    ----------
    people : tuple of Person, by name
    credits : dict, measure -> deals of the period
    first, last : Timestamp, first and last month of the period
    span : Span, its days as the plan counts them
    pieces : dict, person -> pieces of a split period, of everybody with several
    """

    people: tuple[Person, ...]
    credits: dict[str, Credits]
    main: str
    registers: Registers
    span: Span
    pieces: dict[str, tuple[Person, ...]]

    @property
    def deals(self) -> Credits:
        """Return the deals of the main measure."""
        return self.credits[self.main]

    @property
    def n_outside(self) -> int:
        """Return how many rows lie outside the period, over all measures."""
        return sum(c.n_outside for c in self.credits.values())

    @cached_property
    def _sums(self) -> dict[str, dict[str, int]]:
        """Credit by measure and person; deals without people are everybody's, under ``""``."""
        return {name: _sum_by_person(part.frame) for name, part in self.credits.items()}

    def credited(self, who: Person, measure: str) -> int:
        """Return what a person is credited with of a measure, in cents."""
        sums = self._sums.get(measure, {})
        return sums.get(who.name, sums.get("", 0))


def _sum_by_person(frame: pd.DataFrame) -> dict[str, int]:
    if "salesperson" not in frame.columns:
        return {"": int(frame["cents"].sum())}
    sums = frame.groupby(frame["salesperson"].astype("str"))["cents"].sum()
    return {str(name): int(cents) for name, cents in sums.items()}


def wanted_of(plan: "Plan", columns: Sequence[str]) -> Wanted:
    """Return what the plan needs to know of people, given the columns of the deals."""
    used, kinds = used_measures(plan), plan.head.measures
    results = [
        name
        for name, measure in kinds.items()
        if measure.kind in PERSONAL or (measure.kind == "count" and name not in columns)
    ]
    return Wanted(
        main=plan.head.measure,
        measures=tuple(kinds),
        results=tuple(name for name in results if name in used),
        needs_quota=tuple(m for m in kinds if m in quota_measures(plan)),
        needs_credited=plan.is_cumulative,
    )


def scales_of(part: Component) -> list[Any]:
    """Return every scale a component reads."""
    if isinstance(part, KpiWeighted):
        return [kpi.scale for kpi in part.kpis]
    if isinstance(part, Matrix):
        return list(part.axes)
    scale = getattr(part, "scale", None)
    return [] if scale is None else [scale]


def quota_measures(plan: "Plan") -> set[str]:
    """Return the measures that some edge compares with a quota."""
    scales = [scale for part in plan.components for scale in scales_of(part)]
    return {scale.tier for scale in scales if scale.unit == "attainment"}


def used_measures(plan: "Plan") -> set[str]:
    """Return the measures that anything in the plan reads."""
    used = {plan.head.measure}
    for part in plan.components:
        used |= {getattr(part, "measure", plan.head.measure)}
        for scale in scales_of(part):
            used |= {scale.tier, scale.pay}
    return used | {p.when.measure for p in plan.rules.penalties if p.when.measure}


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


def _team_measures(plan: "Plan") -> set[str]:
    """Return the measures whose quota only a pool asks for."""
    own = {
        s.tier
        for p in plan.components
        if not isinstance(p, Pool)
        for s in scales_of(p)
        if s.unit == "attainment"
    }
    return quota_measures(plan) - own


def _by_person(credits_: Credits) -> dict[str, list[Order]]:
    """Return one amount per order and person, in cents: a return reduces its own deal."""
    frame = credits_.frame
    if "salesperson" not in frame.columns:
        frame = frame.assign(salesperson="")
    keys = ["salesperson", "order_id"]
    netted = frame.groupby(keys, sort=False).agg(cents=("cents", "sum"), date=("date", "min"))
    out: dict[str, list[Order]] = {}
    for (name, _), cents, day in zip(netted.index, netted["cents"], netted["date"], strict=True):
        out.setdefault(str(name), []).append((day, int(cents)))
    return out


def _sheet(plan: "Plan", given: Given, who: Person, amounts: Amounts) -> Sheet | None:
    """Return the sheet of one person before the team has its say."""
    rules, leaver, span = plan.rules, plan.rules.settlement.leaver, given.span
    parts = _parts(plan, given, who, amounts)
    if parts:
        quotas = {m: _added(s.books[m].quota for _, s in parts) for m in plan.head.measures}
        target = _added(s.target_incentive for _, s in parts)
    else:
        quotas = {
            m: _scaled(who.quota(m), present_share(who, span, rules.quota, "quota", leaver=leaver))
            for m in plan.head.measures
        }
        share = present_share(who, span, rules.quota, "target_incentive", leaver=leaver)
        target = _scaled(_incentive(plan, who), share)
    if any(not quotas[m] for m in quota_measures(plan) - _team_measures(plan)):
        return None
    books = {m: _book(plan, m, who, amounts) for m in plan.head.measures}
    return Sheet(
        books={m: replace(book, quota=quotas[m]) for m, book in books.items()},
        main=given.main,
        target_incentive=target,
        register=given.registers.penalties.get(who.name),
        reversals=given.registers.reversals.get(who.name),
        released=who.released,
        forfeited=leaver == "forfeit" and has_left(who, span),
        day=f"{span.last:%Y-%m-%d}",
        balances=who.balances,
        parts=parts,
    )


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
                m: replace(b, quota=_scaled(piece.quota(m), shares["quota"]))
                for m, b in books.items()
            },
            main=given.main,
            target_incentive=_scaled(_incentive(plan, piece), shares["target_incentive"]),
            share=shares[""],
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
                (day, cents)
                for day, cents in orders
                if (first is None or day >= first) and (end is None or day < end)
            ]
        }
    return out


def _days_text(piece: Person, span: Span) -> str:
    """Write the days of a piece inside the period."""
    first, last = pd.Timestamp(piece.active_from), pd.Timestamp(piece.active_to)
    return f"{max(first, span.first):%Y-%m-%d} / {min(last, span.last):%Y-%m-%d}"


def _incentive(plan: "Plan", who: Person) -> int | None:
    """Return the target incentive of a full period in cents: the person's, else the plan's."""
    if who.target_incentive is None and plan.head.target_incentive is not None:
        return int(plan.head.target_incentive * 100)
    return who.target_incentive


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
        deals = tuple(cents for _, cents in own.get(who.name, own.get("", [])))
        if name == plan.head.measure:
            windfall = plan.rules.credit.windfall
            deals = tuple(windfall.credit(d) for d in deals) if windfall else deals
            deals = capped_credit(plan.rules.limits.cap, deals)
    credited, carried = who.credited.get(name, 0), who.carried.get(name, 0)
    return Book(deals, None, credited, carried, who.to_date.get(name))


def _scaled(cents: int | None, share: Fraction) -> Exact | None:
    """Return a share of an amount, whole where it stays whole."""
    if cents is None:
        return None
    exact = cents * share
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
