"""What the pay scheme will cost in a region until the year ends, and what would serve it better."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from salesanalysis.book.given import quarter_quotas
from salesanalysis.book.note import Note
from salesanalysis.book.paying import Payroll
from salesanalysis.errors import ContractError
from salesanalysis.incentives import (
    ForecastDraws,
    Optimum,
    Shape,
    World,
    draw_world,
    from_draws,
    optimise,
    simulate,
)
from salesanalysis.incentives import Plan as Scheme
from salesanalysis.incentives.inputs.asked import counts_whole
from salesanalysis.incentives.outlook import (
    Convexity,
    CostDistribution,
    Coverage,
    Outlook,
    Tornado,
    outlook,
    pay_at_quota,
)

if TYPE_CHECKING:
    from salesanalysis.book.ahead import Ahead

#: Futures of pay on a page; those of the forecast are used again with people's own noise.
DRAWS = 2_000
SEED = 1
#: How far a coefficient proposed on a page may lie from today's.
WITHIN = 0.2
PARTS = ("cost", "coverage", "convexity", "tornado")


@dataclass(frozen=True, eq=False)
class Prospect:
    """A scheme until the end of the plan year, on the futures of the forecast.

    Attributes
    ----------
    payroll : Payroll, the people of the region
    ahead : Ahead, the company's forecast and its futures
    scheme : Scheme
    """

    payroll: Payroll
    ahead: "Ahead"
    scheme: Scheme

    @cached_property
    def periods(self) -> list[pd.Timestamp]:
        """Whole periods of the scheme between the last closed month and the end of the year."""
        data = self.payroll.data
        months = data.calendar.months(data.year)
        size = {"month": 1, "quarter": 3, "year": 12}[self.scheme.head.per]
        starts = [m for m in months[::size] if m > data.closed_through]
        return list(starts)

    @property
    def _last(self) -> pd.Timestamp:
        """The last month of the plan year."""
        data = self.payroll.data
        return data.calendar.months(data.year)[-1]

    @cached_property
    def people(self) -> pd.DataFrame:
        """Everybody of the register with the mean quota of a period ahead, and the region."""
        plan, size = self.payroll.plan.frame, 12 // self._per_year
        open_months = plan[plan["period"] >= self.periods[0]]
        sums = open_months.groupby("salesperson")["value"].sum() / len(self.periods)
        people = self.payroll.people
        # quotas of a quarter or year are spread over its periods
        people = people.assign(quota=people["quota"] / self.scheme.head.periods)
        own = people["salesperson"].map(sums)
        # a company with quotas of its own keeps the last ones
        quota = people["quota"] if self._has_own or size == 12 else own.fillna(people["quota"])
        return people.assign(region=self.payroll.region, quota=np.round(quota, 2))

    @property
    def _per_year(self) -> int:
        return {"month": 12, "quarter": 4, "year": 1}[self.scheme.head.per]

    @property
    def _has_own(self) -> bool:
        return quarter_quotas(self.payroll.data) is not None

    def refusal(self) -> Note | None:
        """Say why nothing can be said of what lies ahead, where that is so."""
        if reason := self.payroll.refusal():
            return reason
        if counts_whole(self.scheme):
            return Note.of("counts_whole", "note.counts_whole")
        if not self.periods:
            return Note.of("year_over", "note.year_over")
        if not (self.people["quota"] > 0).any():
            return Note.of("no_quota", "note.no_quota_ahead")
        return None

    def attainment(self) -> ForecastDraws | str:
        """Return the futures of the region against its plan; a common shape without a target."""
        region, starts = self.payroll.region, pd.DatetimeIndex(self.periods)
        asked = self.payroll.plan.frame
        targets = _by_period(asked[asked["region"] == region], starts, self._last)
        if len(targets) < len(starts) or not (targets > 0).all():
            return "normal"
        drawn = self.ahead.draws.to_frame()
        drawn = drawn[(drawn["level"] == "region") & (drawn["region"] == region)]
        wide = drawn.pivot(index="period", columns="draw", values="value")
        wide = wide.loc[starts[0] : self._last]
        futures = wide.groupby(_starts_of(wide.index, starts)).sum().rename_axis("period")
        long = futures.reset_index().melt("period", var_name="draw", value_name="value")
        asked_for = targets.rename("value").rename_axis("period").reset_index()
        return from_draws(long.assign(region=region), asked_for.assign(region=region))

    @cached_property
    def world(self) -> World:
        """The sales of everybody until the end of the year, drawn once."""
        return draw_world(
            self.people,
            self.attainment(),
            periods=len(self.periods),
            per_year=self._per_year,
            draws=DRAWS,
            seed=SEED,
            zero_quota="exclude_with_report",
            terms=self.payroll.data.terms,
            quota_periods=1,  # the book's people have those of one period
            incentive_periods=1,
        )

    @cached_property
    def budget(self) -> float:
        """What the scheme pays when everybody sells exactly the quota, in currency."""
        return float(pay_at_quota(self.scheme, self.world).sum())

    @cached_property
    def _outlook(self) -> Outlook:
        """All parts on one world."""
        return outlook(self.scheme, self.people, world=self.world, budget=self.budget, parts=PARTS)

    def _part(self, name: str) -> Any:
        """Return one part, or why nothing can be said."""
        return self.refusal() or getattr(self._outlook, name)

    @property
    def cost(self) -> CostDistribution | Note:
        """What the scheme costs until the year ends, against pay with everybody at quota."""
        return cast("CostDistribution | Note", self._part("cost"))

    @property
    def coverage(self) -> Coverage | Note:
        """How many reach their quota, come near it, or stay below the first step."""
        return cast("Coverage | Note", self._part("coverage"))

    @property
    def convexity(self) -> Convexity | Note:
        """What the spread of results alone costs."""
        return cast("Convexity | Note", self._part("convexity"))

    @property
    def tornado(self) -> Tornado | Note:
        """What moves the cost most, each number of the plan by a tenth."""
        return cast("Tornado | Note", self._part("tornado"))

    @cached_property
    def best(self) -> Optimum | Note:
        """The coefficients that set good years apart most at the cost of today; rates stay."""
        if reason := self.refusal():
            return reason
        years = simulate(self.scheme, self.world).sample["attainment"].to_numpy()
        asked = self.people[self.people["quota"] > 0]
        try:
            return optimise(
                self.scheme,
                years,
                people=asked,
                draws=self.world,
                free="coefficient",
                shape=Shape(within=WITHIN),
            )
        except ContractError as error:
            return Note.of("no_choice", "note.no_choice", {"code": error.code})

    def explain(self, lang: str = "en") -> str:
        """Return what lies ahead in plain sentences, the assumptions first."""
        if reason := self.refusal():
            return reason.explain(lang)
        parts = [self.cost, self.coverage, self.convexity]
        return "\n".join([self.world.model.explain(lang), *(p.explain(lang) for p in parts)])


def _by_period(table: pd.DataFrame, starts: pd.DatetimeIndex, last: pd.Timestamp) -> pd.Series:
    """Return sums of ``value`` by the period each month lies in; months after `last` stay out."""
    table = table[(table["period"] >= starts[0]) & (table["period"] <= last)]
    return table["value"].groupby(_starts_of(pd.DatetimeIndex(table["period"]), starts)).sum()


def _starts_of(months: pd.DatetimeIndex, starts: pd.DatetimeIndex) -> pd.DatetimeIndex:
    """Return the start of the period each month lies in."""
    first, each = starts.to_numpy("datetime64[us]"), months.to_numpy("datetime64[us]")
    return starts[np.searchsorted(first, each, side="right") - 1]
