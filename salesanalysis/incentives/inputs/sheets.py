"""From deals and people to one sheet a person: credited, split, prorated (steps 1 to 5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
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
    active_share,
    has_left,
    ramp_share,
    span_of,
)
from salesanalysis.incentives.inputs.registers import Registers
from salesanalysis.incentives.inputs.together import shares_of, team_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Kinds of measures that only a person's own row tells.
PERSONAL = ("ratio", "number")
Amounts = dict[str, dict[str, tuple[int, ...]]]  # measure -> person -> one amount per order


@dataclass(frozen=True)
class Given:
    """Everything one period is paid from.

    Attributes
    ----------
    people : tuple of Person, by name
    credits : dict, measure -> deals of the period
    first, last : Timestamp, first and last month of the period
    """

    people: tuple[Person, ...]
    credits: dict[str, Credits]
    main: str
    registers: Registers

    @property
    def deals(self) -> Credits:
        """Return the deals of the main measure."""
        return self.credits[self.main]

    @property
    def n_outside(self) -> int:
        """Return how many rows lie outside the period, over all measures."""
        return sum(c.n_outside for c in self.credits.values())


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
    span = span_of(given.deals.first, given.deals.last)
    amounts = {m: _by_person(credits_) for m, credits_ in given.credits.items()}
    sheets = [_sheet(plan, given, who, span, amounts) for who in given.people]
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


def _by_person(credits_: Credits) -> dict[str, tuple[int, ...]]:
    """Return one amount per order and person, in cents: a return reduces its own deal."""
    frame = credits_.frame
    if "salesperson" not in frame.columns:
        return {"": tuple(int(v) for v in frame.groupby("order_id", sort=False)["cents"].sum())}
    netted = frame.groupby(["salesperson", "order_id"], sort=False)["cents"].sum()
    out: dict[str, list[int]] = {}
    for (name, _), cents in zip(netted.index, netted.to_numpy(), strict=True):
        out.setdefault(str(name), []).append(int(cents))
    return {name: tuple(values) for name, values in out.items()}


def _sheet(plan: "Plan", given: Given, who: Person, span: Span, amounts: Amounts) -> Sheet | None:
    """Return the sheet of one person before the team has its say."""
    rules, leaver = plan.rules, plan.rules.settlement.leaver
    active = active_share(who, span, leaver=leaver)
    ramp = ramp_share(who, span, rules.quota, "quota")
    quotas = {m: _scaled(who.quota(m), active * ramp) for m in plan.head.measures}
    if any(not quotas[m] for m in quota_measures(plan) - _team_measures(plan)):
        return None
    books = {m: _book(plan, m, who, amounts) for m in plan.head.measures}
    incentive = who.target_incentive
    if incentive is None and plan.head.target_incentive is not None:
        incentive = int(plan.head.target_incentive * 100)
    ramped = ramp_share(who, span, rules.quota, "target_incentive")
    return Sheet(
        books={m: replace(book, quota=quotas[m]) for m, book in books.items()},
        main=given.main,
        target_incentive=_scaled(incentive, active * ramped),
        register=given.registers.penalties.get(who.name),
        reversals=given.registers.reversals.get(who.name),
        released=who.released,
        forfeited=leaver == "forfeit" and has_left(who, span),
        day=f"{span.last:%Y-%m-%d}",
        balances=who.balances,
    )


def _book(plan: "Plan", name: str, who: Person, amounts: Amounts) -> Book:
    """Return what one person has of one measure, its quota still to be set."""
    deals: tuple[Exact, ...]
    if name not in amounts:
        result = who.results.get(name)
        deals = () if result is None else (result,)
    else:
        own = amounts[name]
        deals = own.get(who.name, own.get("", ()))
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
