"""The period that is paid, and how much of it a person is in the plan."""

from dataclasses import dataclass
from fractions import Fraction

import pandas as pd

from salesanalysis.incentives.inputs.people import Person
from salesanalysis.incentives.rules import QuotaRules


@dataclass(frozen=True)
class Span:
    """First and last day of a period."""

    first: pd.Timestamp
    last: pd.Timestamp

    @property
    def days(self) -> int:
        """Return how many days it has."""
        return int((self.last - self.first).days) + 1


def span_of(first: pd.Timestamp, last: pd.Timestamp) -> Span:
    """Return the days from the first month to the end of the last."""
    return Span(first, last + pd.offsets.MonthEnd(0))


def active_share(who: Person, span: Span, *, leaver: str) -> Fraction:
    """Return active days over days of the period, 1 for somebody who is there throughout.

    The last day counts; whoever left is active to the last day only where the plan prorates.
    """
    first = max([span.first, *_days(who.active_from), *_days(who.hired)])
    ends = [span.last, *_days(who.active_to)]
    if leaver == "prorata_to_last_day":
        ends += _days(who.left)
    days = (min(ends) - first).days + 1
    return Fraction(max(days, 0), span.days)


def ramp_share(who: Person, span: Span, rules: QuotaRules, what: str) -> Fraction:
    """Return the share of quota or target incentive in the person's month of the ramp."""
    if rules.ramp is None or what not in rules.ramp.of or not who.hired:
        return Fraction(1)
    hired = pd.Timestamp(who.hired)
    month = (span.first.year - hired.year) * 12 + span.first.month - hired.month
    return rules.ramp.share(max(month, 0))


def has_left(who: Person, span: Span) -> bool:
    """Tell whether the person left on or before the last day of the period."""
    return bool(who.left) and pd.Timestamp(who.left) <= span.last


def _days(day: str) -> list[pd.Timestamp]:
    return [pd.Timestamp(day)] if day else []
