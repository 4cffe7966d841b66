"""Everything one period is paid from, read and checked once: deals, people, registers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.exact.cents import allocate
from salesanalysis.incentives.inputs.deals import (
    AMOUNTS,
    Credits,
    first_of,
    read_deals,
    require_one_period,
)
from salesanalysis.incentives.inputs.people import read_people, require_known
from salesanalysis.incentives.inputs.period import counted_span
from salesanalysis.incentives.inputs.pieces import one_row_each, pieces_of
from salesanalysis.incentives.inputs.registers import Past, read_registers
from salesanalysis.incentives.inputs.sheets import Given, require_results, wanted_of
from salesanalysis.money import cents_of
from salesanalysis.periods import FiscalCalendar

if TYPE_CHECKING:
    from salesanalysis.incentives.language.place import Measure
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
    """

    penalties: pd.DataFrame | None = None
    clawbacks: pd.DataFrame | None = None
    fx: dict[str, Fraction] = field(default_factory=dict)
    past: Past | None = None
    workdays: pd.DataFrame | None = None

    @classmethod
    def of(
        cls,
        penalties: pd.DataFrame | None,
        clawbacks: pd.DataFrame | None,
        fx: Mapping[str, Any] | None,
        workdays: pd.DataFrame | None = None,
    ) -> "Extras":
        """Return the extras with exact rates; a rate is read by its shortest text."""
        rates = {str(k): Fraction(str(v)) for k, v in (fx or {}).items()}
        return cls(penalties, clawbacks, rates, workdays=workdays)


def read_given(
    plan: "Plan", people: pd.DataFrame, deals: pd.DataFrame, period: Period, extras: Extras
) -> Given:
    """Read deals, people and registers of one period; the people are ordered by name."""
    _refuse_uncovered(plan, people)
    wanted = wanted_of(plan, list(deals.columns))
    credits_ = read_credits(plan, deals, wanted.results, period, extras.fx)
    main = credits_[plan.head.measure]
    rules = plan.rules.quota
    span = counted_span(main.first, main.last, rules, extras.workdays)
    one_row = one_row_each(people, wanted, rules.mid_period_change, span)
    everybody = sorted(read_people(one_row, wanted), key=lambda p: p.name)
    names = [p.name for p in everybody]
    for part in credits_.values():
        require_known(part.frame, names)
    require_results(plan, everybody, wanted)
    registers = read_registers(plan, names, main.first, extras)
    pieces = pieces_of(people, wanted, rules.mid_period_change, span)
    return Given(tuple(everybody), credits_, plan.head.measure, registers, span, pieces)


def read_credits(
    plan: "Plan",
    deals: pd.DataFrame,
    of_people: tuple[str, ...],
    period: Period,
    fx: dict[str, Fraction],
) -> dict[str, Credits]:
    """Return the deals of every measure that is counted from deals."""
    head = plan.head
    names = [m for m in head.measures if m not in of_people and _from_deals(head.measures[m])]
    names = [head.measure, *(n for n in names if n != head.measure)]
    if len(names) > 1:
        require_columns(deals, names, name="deals")
        _refuse_empty(deals, names)
    out: dict[str, Credits] = {}
    for name in names:
        measure = head.measures[name]
        rows = deals if len(names) == 1 else deals[deals[name].notna()]
        columns = tuple(dict.fromkeys((name, *AMOUNTS))) if len(names) == 1 else (name,)
        part = read_deals(
            _converted(plan, rows, columns, fx),
            columns=columns,
            date=measure.date,
            per=head.per,
            days=(head.first_day, head.last_day),
            period=period.day if period.day is not None or not out else out[head.measure].first,
            calendar=period.calendar,
        )
        if period.day is None and name == head.measure:
            require_one_period(part, head.per)
        out[name] = _split(plan, part) if measure.credit == "splits" else part
    return out


def _refuse_uncovered(plan: "Plan", people: pd.DataFrame) -> None:
    """Refuse people a plan does not apply to, where `people` has the column it names."""
    for column, values in plan.head.applies_to.items():
        if column not in people.columns:
            continue
        strange = people[~people[column].astype("str").isin(values)]
        if len(strange):
            raise ContractError(
                f"plan {plan.head.id!r} is for {column} {', '.join(values)}; {len(strange)} of "
                f"{len(people)} people have another: {first_of(strange[column].unique())}.",
                where=f"people, column {column!r}, rows {first_of(strange.index)}, see .rows",
                fix="pay them with their own plan, or widen plan.applies_to",
                rows=strange,
            )


def _from_deals(measure: "Measure") -> bool:
    return measure.kind in ("money", "count")


def _refuse_empty(deals: pd.DataFrame, names: list[str]) -> None:
    """Refuse rows that count for no measure."""
    none = deals[deals[names].isna().all(axis=1)]
    if len(none):
        raise ContractError(
            f"{len(none)} of {len(deals)} rows of deals are empty in every measure: "
            f"{', '.join(names)}.",
            where=f"rows {first_of(none.index)}, see .rows",
            fix="write the amount; 0 is an amount, empty is none",
            rows=none,
        )


def _converted(
    plan: "Plan", deals: pd.DataFrame, columns: tuple[str, ...], rates: dict[str, Fraction]
) -> pd.DataFrame:
    """Return deals in the plan's currency; another one needs a rate, each deal is rounded."""
    if "currency" not in deals.columns:
        return deals
    own = plan.head.currency
    foreign = deals[deals["currency"].astype("str") != own]
    if foreign.empty:
        return deals
    unknown = sorted(set(foreign["currency"].astype("str")) - set(rates))
    if unknown or plan.rules.credit.fx == "none":
        raise ContractError(
            f"{len(foreign)} of {len(deals)} deals are not in {own}: "
            f"{', '.join(sorted(set(foreign['currency'].astype('str'))))}.",
            where="deals, column 'currency', see .rows",
            fix="write credit: {fx: plan_rate} in the plan"
            if plan.rules.credit.fx == "none"
            else f'give the rates: fx={{"{unknown[0]}": "7.10"}}',
            rows=foreign,
        )
    column = next(c for c in columns if c in deals.columns)
    rate = deals["currency"].astype("str").map({**rates, own: Fraction(1)})
    exact = [Fraction(str(v)) * r for v, r in zip(deals[column], rate, strict=True)]
    cents = cents_of(pd.Series([float(v) for v in exact], index=deals.index), name=column)
    return deals.assign(**{column: cents / 100})


def _split(plan: "Plan", credits_: Credits) -> Credits:
    """Give every person of a deal a share of it; the shares add up to the deal to the cent."""
    frame = credits_.frame
    if "share" not in frame.columns:
        return credits_
    try:
        shares = [Fraction(str(v)) for v in frame["share"]]
    except ValueError:
        bad = frame[pd.to_numeric(frame["share"], errors="coerce").isna()]
        raise ContractError(
            f"{len(bad)} of {len(frame)} shares of deals are no numbers.",
            where=f"deals, column 'share', first {first_of(bad['order_id'])}, see .rows",
            fix='write shares such as "0.5"',
            rows=bad,
        ) from None
    total = plan.rules.credit.splits_total
    cents = frame["cents"].to_list()
    people = frame["salesperson"].astype("str").to_list()
    for (deal, _, whole), rows in frame.groupby(["order_id", "date", "cents"]).indices.items():
        order = sorted((int(i) for i in rows), key=people.__getitem__)
        given = sum((shares[i] for i in order), Fraction(0))
        if total is not None and given != total:
            raise ContractError(
                f"the shares of deal {deal!r} sum to {float(given):g}, not {float(total):g}.",
                where="deals, column 'share', see .rows",
                fix="make them sum to it, or write splits_total: overlay in the plan",
                rows=frame.iloc[order],
            )
        exact = [shares[i] * int(whole) for i in order]
        credit = allocate(exact, int(sum(exact)))
        for i, part in zip(order, credit, strict=True):
            cents[i] = part
    split = frame.assign(cents=pd.Series(cents, index=frame.index, dtype="int64"))
    return Credits(split, credits_.first, credits_.last, credits_.n_outside)
