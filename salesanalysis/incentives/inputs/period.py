"""The period that is paid, and how much of it a person is in the plan."""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.inputs.people import Person
from salesanalysis.incentives.inputs.values import day_column
from salesanalysis.incentives.rules import QuotaRules

#: How a table may write whether a day is a working day; anything else is refused.
FLAGS = {"true": True, "1": True, "yes": True, "是": True} | {
    "false": False, "0": False, "no": False, "否": False
}  # fmt: skip


@dataclass(frozen=True)
class Span:
    """First and last day of a period; `working` are its working days where only these count."""

    first: pd.Timestamp
    last: pd.Timestamp
    working: tuple[pd.Timestamp, ...] | None = None

    @property
    def days(self) -> int:
        """Return how many days it has that count."""
        return self.between(self.first, self.last)

    def between(self, first: pd.Timestamp, last: pd.Timestamp) -> int:
        """Return how many days count from `first` to `last`, both included, inside the period."""
        first, last = max(first, self.first), min(last, self.last)
        if self.working is not None:
            return max(bisect_right(self.working, last) - bisect_left(self.working, first), 0)
        return max(int((last - first).days) + 1, 0)

    def months(self) -> list["Span"]:
        """Return the months of the period."""
        starts = pd.date_range(self.first, self.last, freq="MS")
        return [Span(m, m + pd.offsets.MonthEnd(0), self.working) for m in starts]


def span_of(first: pd.Timestamp, last: pd.Timestamp) -> Span:
    """Return the days from the first month to the end of the last."""
    return Span(first, last + pd.offsets.MonthEnd(0))


def counted_span(
    first: pd.Timestamp, last: pd.Timestamp, rules: QuotaRules, workdays: pd.DataFrame | None
) -> Span:
    """Return the days of a period as the plan counts them.

    Parameters
    ----------
    workdays : DataFrame, optional
        ``date`` and ``is_workday``, one row a day; without it, the published working days of
        China.

    Raises
    ------
    ContractError
        Days the table or the published holidays do not cover; a period without a working day.
    """
    span = span_of(first, last)
    if rules.days != "working":
        return span
    found = _published(span) if workdays is None else _given(span, workdays)
    if not found:
        raise ContractError(
            f"{span.first:%Y-%m-%d} to {span.last:%Y-%m-%d} has no working day.",
            where="workdays, column 'is_workday'",
            fix="mark the days people work",
        )
    return Span(span.first, span.last, tuple(found))


def _published(span: Span) -> list[pd.Timestamp]:
    """Return the working days of China, make-up days included."""
    from chinese_calendar import is_workday  # noqa: PLC0415  loads its tables only when asked

    day, out = span.first.date(), []
    try:
        while day <= span.last.date():
            out += [pd.Timestamp(day)] if is_workday(day) else []
            day += timedelta(days=1)
    except NotImplementedError:
        raise ContractError(
            f"The holidays of {day.year} are not published in the calendar that is installed.",
            where="quota.days of the plan: working",
            fix="give workdays= with the columns date and is_workday",
            code="empty-table",
        ) from None
    return out


def _given(span: Span, workdays: pd.DataFrame) -> list[pd.Timestamp]:
    """Return the working days of a table, which must have a row for every day of the period."""
    require_columns(workdays, ["date", "is_workday"], name="workdays")
    days = day_column(workdays, "date", name="workdays").dt.normalize()
    flags = workdays["is_workday"].map(lambda v: FLAGS.get(str(v).strip().casefold()))
    rows = dict(zip(days, flags, strict=True))
    whole = pd.date_range(span.first, span.last)
    missing = [f"{d:%Y-%m-%d}" for d in whole if rows.get(d) is None]
    twice = [f"{d:%Y-%m-%d}" for d in days[days.duplicated()]]
    if missing or twice:
        what = "are not in workdays as true or false" if missing else "stand twice in workdays"
        raise ContractError(
            f"{len(missing or twice)} days {what}: {', '.join((missing or twice)[:3])}.",
            where=f"period {span.first:%Y-%m-%d} to {span.last:%Y-%m-%d}",
            fix="give one row for every day of the period",
            code="empty-table",
        )
    return [day for day in whole if rows[day]]


def active_share(who: Person, span: Span, *, leaver: str) -> Fraction:
    """Return active days over days of the period, 1 for somebody who is there throughout.

    The last day counts; whoever left is active to the last day only where the plan prorates.
    """
    return Fraction(span.between(*_active(who, span, leaver)), span.days)


def present_share(
    who: Person, span: Span, rules: QuotaRules, what: str, *, leaver: str
) -> Fraction:
    """Return the share of quota or target incentive that holds: active days, each with its ramp.

    In a period of several months every month's days count with that month's share of the ramp.
    """
    ramp = rules.ramp
    if ramp is None or what not in ramp.of or not who.hired:
        return active_share(who, span, leaver=leaver)
    hired, active = date.fromisoformat(who.hired), _active(who, span, leaver)
    total = Fraction(0)
    for month in span.months():
        n = (month.first.year - hired.year) * 12 + month.first.month - hired.month
        total += month.between(*active) * ramp.share(max(n, 0))
    return total / span.days


def _active(who: Person, span: Span, leaver: str) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return the first and last day a person is in the plan within the period."""
    first = max([span.first, *_days(who.active_from), *_days(who.hired)])
    ends = [span.last, *_days(who.active_to)]
    if leaver == "prorata_to_last_day":
        ends += _days(who.left)
    return first, min(ends)


def has_left(who: Person, span: Span) -> bool:
    """Tell whether the person left on or before the last day of the period."""
    return bool(who.left) and pd.Timestamp(who.left) <= span.last


def _days(day: str) -> list[pd.Timestamp]:
    return [pd.Timestamp(day)] if day else []
