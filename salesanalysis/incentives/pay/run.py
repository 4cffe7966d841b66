"""Several periods one after the other: what one hands to the next is carried along."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.components import Tiers
from salesanalysis.incentives.exact.settle import Settled, exact_gross, settle
from salesanalysis.incentives.inputs.book import Balances, Sheet
from salesanalysis.incentives.inputs.given import Extras, Period, read_given
from salesanalysis.incentives.inputs.people import Person
from salesanalysis.incentives.inputs.registers import Past
from salesanalysis.incentives.inputs.sheets import Given, counts_whole, sheets_of
from salesanalysis.incentives.inputs.when import LENGTHS, period_start
from salesanalysis.incentives.pay.paying import check_quotas, row_of, titles
from salesanalysis.incentives.pay.payrun import BALANCES, COLUMNS, PayRun
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

__all__ = ["BALANCES", "Dated", "Paid", "PayRun", "run_periods", "walk"]


@dataclass(frozen=True)
class _State:
    """What a person carries between periods, in cents."""

    balances: Balances
    carried: dict[str, Any]
    credited: dict[str, Any]
    quota: dict[str, Any]  # of the year so far, as they counted


@dataclass(frozen=True)
class Paid:
    """One person in one period: what went in, what came out, what is carried on."""

    start: pd.Timestamp
    given: Given
    who: Person
    sheet: Sheet | None
    settled: Settled | None
    after: _State


def walk(
    plan: "Plan",
    people: pd.DataFrame,
    deals: pd.DataFrame,
    *,
    first: object,
    last: object,
    extras: Extras,
    calendar: FiscalCalendar,
) -> Iterator[Paid]:
    """Pay every period from `first` to `last`, each with the balances of the one before."""
    states: dict[str, _State] = {}
    sheets: dict[str, dict[pd.Timestamp, Sheet]] = {}
    months = _periods(plan, first, last, calendar)
    dated = Dated(plan.head.per, calendar)
    people, extras = dated.people(people), dated.extras(extras)
    _check_period_column(people, months)
    for start in months:
        here = _people_of(people, start)
        entries = replace(_extras_of(extras, start), past=_past(plan, sheets))
        given = read_given(plan, here, deals, Period(start, calendar), entries)
        new = _starts_anew(plan, start, calendar)
        given = replace(
            given, people=tuple(_resumed(plan, p, states.get(p.name), new) for p in given.people)
        )
        check_quotas(plan, given.people)
        for who, sheet in zip(given.people, sheets_of(plan, given), strict=True):
            settled = None if sheet is None else settle(plan, sheet)
            after = _after(plan, who, sheet, settled, given)
            states[who.name] = after
            if sheet is not None:
                sheets.setdefault(who.name, {})[start] = sheet
            yield Paid(start, given, who, sheet, settled, after)


def run_periods(
    plan: "Plan",
    people: pd.DataFrame,
    deals: pd.DataFrame,
    *,
    first: object,
    last: object,
    extras: Extras,
    calendar: FiscalCalendar,
    terms: Terms,
) -> PayRun:
    """Return the pay of every person and period as one result."""
    paid = list(walk(plan, people, deals, first=first, last=last, extras=extras, calendar=calendar))
    rows = [_row(p, plan) for p in paid]
    return PayRun(
        pd.DataFrame(rows),
        sum(p.settled.cents for p in paid if p.settled) / 100,
        min(p.start for p in paid),
        max(p.start for p in paid),
        titles(plan),
        plan.head.currency,
        terms,
    )


def _past(plan: "Plan", sheets: dict[str, dict[pd.Timestamp, Sheet]]) -> Past:
    """Return what a deal was worth: its period paid with it less the same without it."""

    def worth(name: str, day: pd.Timestamp, cents: int) -> Fraction | None:
        starts = [start for start in sheets.get(name, {}) if start <= day]
        if not starts:
            return None
        sheet = sheets[name][max(starts)]
        without = exact_gross(plan, sheet.further(-cents))[0].total
        return exact_gross(plan, sheet)[0].total - without

    return worth


def _periods(
    plan: "Plan", first: object, last: object, calendar: FiscalCalendar
) -> list[pd.Timestamp]:
    """Return the first month of every period."""
    per = plan.head.per
    start = period_start(first, per, calendar, where="first")
    end = period_start(last, per, calendar, where="last")
    if end < start:
        raise ContractError(
            f"the run ends in {end:%Y-%m}, before it starts in {start:%Y-%m}.",
            where="run(first=..., last=...)",
            fix="swap them",
            code="bad-choice",
        )
    return list(pd.date_range(start, end, freq=f"{LENGTHS[per]}MS"))


@dataclass(frozen=True)
class Dated:
    """Reads the column ``period`` of tables as the first month of a period."""

    per: str
    calendar: FiscalCalendar

    def people(self, people: pd.DataFrame) -> pd.DataFrame:
        """Return people with the first month of their periods, where they have any."""
        return self._read(people, "people") if "period" in people.columns else people

    def extras(self, extras: Extras) -> Extras:
        """Return registers with the first month of their entries' periods."""
        entries = {n: getattr(extras, n) for n in ("penalties", "clawbacks")}
        for name, frame in entries.items():
            if frame is not None:
                require_columns(frame, ["period"], name="register entries of a run")
                entries[name] = self._read(frame, name)
        return replace(extras, **entries)

    def _read(self, frame: pd.DataFrame, name: str) -> pd.DataFrame:
        where = f"{name}, column 'period'"
        starts = {
            when: period_start(when, self.per, self.calendar, where=where)
            for when in frame["period"].unique()
        }
        return frame.assign(period=frame["period"].map(starts))


def _check_period_column(people: pd.DataFrame, months: list[pd.Timestamp]) -> None:
    """Refuse quotas by period that miss a period of the run."""
    if "period" not in people.columns:
        return
    have = set(people["period"])
    missing = [f"{m:%Y-%m}" for m in months if m not in have]
    if missing:
        raise ContractError(
            f"people have no rows for {len(missing)} of {len(months)} periods: "
            f"{', '.join(missing[:4])}.",
            where="people, column 'period'",
            fix="give a row per person and period, or leave the column out for one quota in all",
            code="empty-table",
        )


def _people_of(people: pd.DataFrame, start: pd.Timestamp) -> pd.DataFrame:
    """Return the people of one period."""
    if "period" not in people.columns:
        return people
    return people[people["period"] == start].drop(columns="period")


def _extras_of(extras: Extras, start: pd.Timestamp) -> Extras:
    """Return the register entries of one period; without a column ``period`` none is dated."""

    def here(frame: pd.DataFrame | None) -> pd.DataFrame | None:
        if frame is None:
            return None
        part = frame[frame["period"] == start].drop(columns="period")
        return part if len(part) else None

    return replace(extras, penalties=here(extras.penalties), clawbacks=here(extras.clawbacks))


def _starts_anew(plan: "Plan", start: pd.Timestamp, calendar: FiscalCalendar) -> bool:
    """Tell whether what counts on over the year, or the quarter of a quota, starts at `start`."""
    if plan.rules.settlement.true_up == "none" and not counts_whole(plan):
        return False
    if counts_whole(plan) and plan.head.quota_per == "quarter":
        return bool(start == calendar.quarter_months(start)[0])
    return bool(start == calendar.months(calendar.year_of(start))[0])


def _resumed(plan: "Plan", who: Person, state: _State | None, new: bool) -> Person:  # noqa: FBT001
    """Return a person with the balances of the period before; `new`: the counter starts again."""
    if state is None:
        return who
    if not plan.is_cumulative:
        return replace(who, balances=state.balances, carried=state.carried)
    return replace(
        who,
        balances=state.balances._replace(paid=0) if new else state.balances,
        carried=state.carried,
        credited={} if new else state.credited,
        before={} if new else state.quota,
        to_date={},
    )


def _after(
    plan: "Plan", who: Person, sheet: Sheet | None, settled: Settled | None, given: Given
) -> _State:
    """Return what a person carries out of a period."""
    sums = {m: given.credited(who, m) for m in plan.head.measures}
    carries = {
        p.scale.pay
        for p in plan.components
        if isinstance(p, Tiers) and (p.negative, p.basis) == ("carry", "period")
    }
    carried = {}
    for measure in carries:
        book = sheet.now.book(measure) if sheet else None
        total = sums[measure] + who.carried.get(measure, 0)
        carried[measure] = min(total if book is None else book.total + book.carried, 0)
    # what counted goes on, not what was sold: very large deals and caps have had their say
    counted = {
        m: sheet.book(m).total if sheet else v
        for m, v in sums.items()
        if plan.head.measures[m].kind in ("money", "count")
    }
    credited = {m: who.credited.get(m, 0) + v for m, v in counted.items()}
    quota = dict(who.before)
    for measure, book in sheet.books.items() if sheet else ():
        if book.quota is not None:
            quota[measure] = book.quota_to_date or book.quota
    balances = settled.balances if settled else who.balances
    return _State(balances, carried, credited, quota)


def _row(paid: Paid, plan: "Plan") -> dict[str, Any]:
    """Return one row of the run."""
    row = row_of(plan, paid.given, paid.who, paid.sheet, paid.settled)
    state = paid.after.balances
    return {
        **{name: row[name] for name in COLUMNS if name in row},
        "period": paid.given.deals.first,
        "gross": paid.settled.gross / 100 if paid.settled else float("nan"),
        **{name: getattr(state, name) / 100 for name in BALANCES if name != "carried"},
        "carried": float(paid.after.carried.get(plan.head.measure, 0)) / 100,
    }
