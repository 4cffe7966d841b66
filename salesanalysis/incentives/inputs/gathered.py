"""Everything one period is paid from, as it was read and checked."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.incentives.inputs.deals import Credits
from salesanalysis.incentives.inputs.people import Person
from salesanalysis.incentives.inputs.period import Span
from salesanalysis.incentives.inputs.registers import Registers

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


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
    whole : Span, the days quotas are given for: the period, or the year or quarter it is part of
    length : Fraction, the part of such a quota the period has
    """

    people: tuple[Person, ...]
    credits: dict[str, Credits]
    main: str
    registers: Registers
    span: Span
    pieces: dict[str, tuple[Person, ...]]
    whole: Span
    length: Fraction = Fraction(1)

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

    @property
    def n_rounded(self) -> int:
        """Return how many deals had digits beyond the cent, over all measures."""
        return sum(c.n_rounded for c in self.credits.values())

    @property
    def n_repeated(self) -> int:
        """Return how many repeats of a row were left out, over all measures."""
        return sum(c.n_repeated for c in self.credits.values())

    def credited(self, who: Person, measure: str) -> int:
        """Return what a person is credited with of a measure, in cents."""
        sums = self._sums.get(measure, {})
        return sums.get(who.name, sums.get("", 0))


def large_deals(plan: "Plan", given: Given, who: Person) -> list[str]:
    """Return a person's deals above the limit of the plan for very large ones, by name."""
    windfall = plan.rules.credit.windfall
    if windfall is None:
        return []
    frame = given.deals.frame
    if "salesperson" in frame.columns:
        frame = frame[frame["salesperson"].astype("str") == who.name]
    orders = frame.groupby(frame["order_id"].astype("str"))
    sums = orders["whole"].first() if "whole" in frame.columns else orders["cents"].sum()
    return [str(order) for order, cents in sums.items() if windfall.hits(int(cents))]


def below_cost(given: Given, name: str | None = None) -> list[str]:
    """Return the orders that count 0 because they cost more than they brought, of one or all."""
    out: list[str] = []
    for part in given.credits.values():
        if "below_cost" in part.frame.columns:
            frame = part.frame[part.frame["below_cost"]]
            if name is not None and "salesperson" in frame.columns:
                frame = frame[frame["salesperson"].astype("str") == name]
            out += frame["order_id"].astype("str").to_list()
    return list(dict.fromkeys(out))


def _sum_by_person(frame: pd.DataFrame) -> dict[str, int]:
    if "salesperson" not in frame.columns:
        return {"": int(frame["cents"].sum())}
    sums = frame.groupby(frame["salesperson"].astype("str"))["cents"].sum()
    return {str(name): int(cents) for name, cents in sums.items()}
