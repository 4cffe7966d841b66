"""Everything one period is paid from, read and checked once: deals, people, registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.inputs.credits import read_credits
from salesanalysis.incentives.inputs.deals import LENGTHS
from salesanalysis.incentives.inputs.known import require_known
from salesanalysis.incentives.inputs.people import read_people
from salesanalysis.incentives.inputs.period import Span, counted_span
from salesanalysis.incentives.inputs.pieces import one_row_each, pieces_of
from salesanalysis.incentives.inputs.registers import Past, read_registers
from salesanalysis.incentives.inputs.sheets import Given, counts_whole, require_results, wanted_of
from salesanalysis.incentives.inputs.values import first_of, names_of, rate_of
from salesanalysis.incentives.inputs.when import period_start
from salesanalysis.periods import FiscalCalendar, month_start

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True)
class Period:
    """Which period is paid: any day of it (None = the one all deals lie in), and the calendar."""

    day: object
    calendar: FiscalCalendar


@dataclass(frozen=True)
class Extras:
    """What is given beside people and deals.

    Attributes
    ----------
    penalties, clawbacks : DataFrame or None, as in `Plan.statement`
    fx : dict, rate by currency
    past : function or None, what a deal of an earlier period was worth, for clawbacks that pay
        that period again
    workdays : DataFrame or None, the working days where the plan counts these
    closed_through : date or None, any day of the last closed month
    dedupe : bool, keep one of rows of deals that are the same
    """

    penalties: pd.DataFrame | None = None
    clawbacks: pd.DataFrame | None = None
    fx: dict[str, Fraction] = field(default_factory=dict)
    past: Past | None = None
    workdays: pd.DataFrame | None = None
    closed_through: object = None
    dedupe: bool = False

    @classmethod
    def of(
        cls,
        penalties: pd.DataFrame | None,
        clawbacks: pd.DataFrame | None,
        fx: Mapping[str, Any] | None,
        workdays: pd.DataFrame | None = None,
        **rest: Any,
    ) -> "Extras":
        """Return the extras with exact rates; a rate is read by its shortest text."""
        names = {str(k).strip().upper(): v for k, v in (fx or {}).items()}
        rates = {name: rate_of(name, v) for name, v in names.items()}
        return cls(penalties, clawbacks, rates, workdays=workdays, **rest)


def read_given(
    plan: "Plan", people: pd.DataFrame, deals: pd.DataFrame, period: Period, extras: Extras
) -> Given:
    """Read deals, people and registers of one period; the people are ordered by name."""
    _refuse_uncovered(plan, people)
    wanted = wanted_of(plan, list(deals.columns))
    credits_ = read_credits(plan, deals, wanted.results, period, extras)
    main = credits_[plan.head.measure]
    rules = plan.rules.quota
    span = counted_span(main.first, main.last, rules, extras.workdays)
    _refuse_out_of_force(plan, span)
    if extras.closed_through is not None:
        _refuse_open(span, extras.closed_through, period.calendar)
    one_row = one_row_each(people, wanted, rules.mid_period_change, span)
    everybody = sorted(read_people(one_row, wanted), key=lambda p: p.name)
    names = [p.name for p in everybody]
    for part in credits_.values():
        require_known(part.frame, names)
    require_results(plan, everybody, wanted)
    registers = read_registers(plan, names, main.first, extras)
    pieces = pieces_of(people, wanted, rules.mid_period_change, span)
    whole, length = _quota_span(plan, span, period.calendar, extras.workdays)
    return Given(
        tuple(everybody), credits_, plan.head.measure, registers, span, pieces, whole, length
    )


def _quota_span(
    plan: "Plan", span: Span, calendar: FiscalCalendar, workdays: pd.DataFrame | None
) -> tuple[Span, Fraction]:
    """Return the days quotas are given for, and the part of such a quota that `span` has."""
    rules = plan.rules.quota
    if rules.period == rules.per:
        return span, Fraction(1)
    part = Fraction(LENGTHS[rules.period], LENGTHS[rules.per])
    if rules.spread == "even" and not counts_whole(plan):
        return span, part
    months = calendar.quarter_months(span.first)
    if rules.per == "year":
        months = calendar.months(calendar.year_of(span.first))
    whole = counted_span(months[0], months[-1], rules, workdays)
    if rules.spread == "days":
        part = Fraction(whole.between(span.first, span.last), whole.days)
    return whole, part


def _refuse_out_of_force(plan: "Plan", span: Span) -> None:
    """Refuse a period in which the plan is not in force on any day."""
    first, last = plan.head.first_day, plan.head.last_day
    if span.last >= pd.Timestamp(first) and (not last or span.first <= pd.Timestamp(last)):
        return
    until = f"to {last}" if last else "on"
    raise ContractError(
        f"plan {plan.head.id!r} is in force from {first} {until}, not {span.first:%Y-%m-%d} to "
        f"{span.last:%Y-%m-%d}.",
        where="period",
        fix="pay the period with the plan of its days, or change plan.effective",
    )


def _refuse_open(span: Span, closed_through: object, calendar: FiscalCalendar) -> None:
    """Refuse a period whose last month is not closed."""
    closed = period_start(closed_through, "month", calendar, where="closed_through")
    if month_start(span.last) > closed:
        raise ContractError(
            f"{span.last:%Y-%m} is not closed: the last closed month is {closed:%Y-%m}.",
            where="closed_through",
            fix=f"close {span.last:%Y-%m} first, or pay a period up to {closed:%Y-%m}",
        )


def _refuse_uncovered(plan: "Plan", people: pd.DataFrame) -> None:
    """Refuse people a plan does not apply to, where `people` has the column it names."""
    for column, values in plan.head.applies_to.items():
        if column not in people.columns:
            continue
        strange = people[~names_of(people[column]).isin(values)]
        if len(strange):
            raise ContractError(
                f"plan {plan.head.id!r} is for {column} {', '.join(values)}; {len(strange)} of "
                f"{len(people)} people have another: {first_of(strange[column].unique())}.",
                where=f"people, column {column!r}, rows {first_of(strange.index)}, see .rows",
                fix="pay them with their own plan, or widen plan.applies_to",
                rows=strange,
            )
