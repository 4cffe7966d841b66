"""Who is paid in a region, for which months, by which quota."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from salesanalysis.book import given
from salesanalysis.book.note import Note
from salesanalysis.data import Dataset
from salesanalysis.data.kinds import NONE
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Lint, PayRegister, Statement, deals_of, lint
from salesanalysis.incentives import Plan as Scheme
from salesanalysis.labels import LANGUAGES, day, money, month
from salesanalysis.periods import month_range
from salesanalysis.targets import Plan


@dataclass(frozen=True, eq=False)
class Payroll:
    """The people of a region, their quotas and deals of the pay period.

    Attributes
    ----------
    data : Dataset
    plan : Plan
        Quotas come from it where the company has no quota table of its own.
    region : str
    scheme : Scheme, optional
        The pay plan whose period is paid, whose length quotas have, and whose columns people get.
    """

    data: Dataset
    plan: Plan
    region: str
    scheme: Scheme | None = None

    def under(self, scheme: Scheme) -> "Payroll":
        """Return the payroll of a pay plan: its period, its quotas, its columns of people.

        Raises
        ------
        ContractError
            A plan that pays by the year or in another currency than the data's, or whose quotas
            are of another length than the company's.
        """
        own, head = given.quarter_quotas(self.data), scheme.head
        if head.per == "year" or (own is not None and head.quota_per != "quarter"):
            asked = "quarter" if own is not None else "month, quarter or year"
            raise ContractError(
                f"plan {head.id!r} pays per {head.per} on quotas per {head.quota_per}; here a "
                f"month or quarter is paid, on quotas per {asked}.",
                where=f"scheme={scheme.document.name!r}",
                fix=f"write quota: {{per: {asked.split(',', maxsplit=1)[0]}}} in the plan",
                code="bad-choice",
            )
        if head.currency != self.data.currency:
            raise ContractError(
                f"plan {head.id!r} pays in {head.currency}, the data are in {self.data.currency}.",
                where=f"scheme={scheme.document.name!r}; data set {self.data.name!r}",
                fix=f"write currency: {self.data.currency} into the plan, and its amounts in it, "
                f"or currency: {head.currency} into the mapping where that is what was sold in",
                code="bad-choice",
            )
        return replace(self, scheme=scheme)

    @cached_property
    def months(self) -> pd.DatetimeIndex:
        """The last month that is over, or the last quarter where quarters are paid."""
        per = "" if self.scheme is None else self.scheme.head.per
        quarterly = given.quarter_quotas(self.data) is not None
        if per == "quarter" or (quarterly and not per):
            return given.closed_quarter(self.data)
        last = given.closed_quarter(self.data)[-1] if quarterly else self.data.closed_through
        return month_range(last, last)

    @cached_property
    def span(self) -> pd.DatetimeIndex:
        """The months that quotas are of: those paid, or the quarter or year around them."""
        head = None if self.scheme is None else self.scheme.head
        calendar, first = self.data.calendar, self.months[0]
        if head is None or head.quota_per == head.per:
            return self.months
        if head.quota_per == "quarter":
            return calendar.quarter_months(first)
        return calendar.months(calendar.year_of(first))

    @cached_property
    def lines(self) -> pd.DataFrame:
        """Order lines of the pay period, everywhere."""
        lines = self.data.frame("sales")
        over = self.months[-1] + pd.DateOffset(months=1)
        return lines[(lines["date"] >= self.months[0]) & (lines["date"] < over)]

    @cached_property
    def people(self) -> pd.DataFrame:
        """Everybody who sold in the region or has a target there: salesperson and quota.

        A quota of 0 is none: the scheme lists such people and pays them nothing.
        """
        here = self.lines.loc[self.lines["region"] == self.region, "salesperson"]
        asked = self.plan.frame[
            (self.plan.frame["region"] == self.region) & (self.plan.frame["value"] > 0)
        ]["salesperson"]
        quotas = self._quotas()
        asked = asked[asked.isin(quotas["salesperson"])]
        names = sorted(set(here) | set(asked) - {NONE})
        people = pd.DataFrame({"salesperson": [n for n in names if n != NONE]}, dtype="str")
        people = people.merge(quotas, on="salesperson", how="left")
        return self._asked_for(people.fillna({"quota": 0.0}))

    def _asked_for(self, people: pd.DataFrame) -> pd.DataFrame:
        """Add what a pay plan asks of people beside their quota: where they stand, what counts."""
        scheme = self.scheme
        if scheme is None:
            return people
        columns = sorted({c for only in scheme.rules.only.values() for c in only})
        columns = [c for c in columns if c not in people.columns]
        placed = given.placed(self.data, self.months[-1], columns) if columns else None
        if placed is not None:
            people = people.merge(placed, on="salesperson", how="left")
        if scheme.is_cumulative:
            lines = self.data.frame("sales")
            before = lines[(lines["date"] >= self.span[0]) & (lines["date"] < self.months[0])]
            sold = before.groupby("salesperson")["revenue"].sum().round(2)
            people = people.assign(credited=people["salesperson"].map(sold).fillna(0.0))
        return people

    def _quotas(self) -> pd.DataFrame:
        own = given.quarter_quotas(self.data)
        if own is not None:
            return own
        part = self.plan.frame[self.plan.frame["period"].isin(self.span)]
        sums = part.groupby("salesperson", as_index=False)["value"].sum()
        return sums.rename(columns={"value": "quota"})

    @cached_property
    def deals(self) -> pd.DataFrame:
        """The deals of these people, in whatever region."""
        own = self.lines[self.lines["salesperson"].isin(self.people["salesperson"])]
        measures = {} if self.scheme is None else self.scheme.head.measures
        costs = {m.margin.cost for m in measures.values() if m.margin is not None}
        # a plan that counts amount less cost needs both
        return deals_of(own, cost="cost" if costs & set(own.columns) == {"cost"} else None)

    @property
    def _context(self) -> dict[str, Any]:
        data = self.data
        return {"period": self.months[0], "calendar": data.calendar, "terms": data.terms}

    def register(self, scheme: Scheme) -> PayRegister | Note:
        """Return what everybody is paid, or why nobody is."""
        return self.under(scheme)._register(scheme)

    def _register(self, scheme: Scheme) -> PayRegister | Note:
        if reason := self.refusal():
            return reason
        return scheme.pay(self.people, self.deals, **self._context)

    def statement(self, scheme: Scheme) -> Statement | Note:
        """Return the statement with the largest pay, or why there is none."""
        return self.under(scheme)._statement(scheme)

    def _statement(self, scheme: Scheme) -> Statement | Note:
        if reason := self.refusal():
            return reason
        paid = scheme.pay(self.people, self.deals, **self._context).to_frame()
        paid = paid.sort_values(["pay", "salesperson"], ascending=[False, True], kind="stable")
        person = self.people[self.people["salesperson"] == paid["salesperson"].iloc[0]].iloc[0]
        own = self.deals[self.deals["salesperson"] == person["salesperson"]]
        return scheme.statement(person, own, **self._context)

    def findings(self, scheme: Scheme) -> Lint | Note:
        """Return what the scheme provokes at the completions and quotas of this region.

        Sizes are for the median quota; without anybody measured against a quota, completions and
        a quota of the common shape are assumed, and the result says so.
        """
        return self.under(scheme)._findings(scheme)

    def _findings(self, scheme: Scheme) -> Lint | Note:
        if reason := self.refusal():
            return reason
        paid = scheme.pay(self.people, self.deals, **self._context).frame
        measured = paid[paid["completion"].notna()]
        if measured.empty:
            return lint(scheme)
        quota = f"{measured['quota'].median():.2f}"
        return lint(scheme, measured["completion"].to_numpy(), quota=quota)

    def refusal(self) -> Note | None:
        """Say why nobody can be paid here, where that is so."""
        if "salesperson" not in self.plan.levels:
            return Note.of("no_people", "note.no_people")
        if self.people.empty:
            names = {
                lang: self.data.terms.show("region", self.region, lang) for lang in ("en", "zh")
            }
            return Note.of("no_sales", "note.nobody_paid", {"region": names})
        return self._out_of_force()

    def _out_of_force(self) -> Note | None:
        """Say that the scheme does not hold on the days paid, where that is so."""
        if self.scheme is None:
            return None
        head = self.scheme.head
        first, over = self.months[0], self.months[-1] + pd.DateOffset(months=1)
        starts = pd.Timestamp(head.first_day)
        ends = pd.Timestamp(head.last_day) + pd.Timedelta(days=1) if head.last_day else over
        late = (self.deals["date"] < starts) | (self.deals["date"] >= ends)
        if starts < over and ends > first and not late.any():
            return None
        held = {"first": head.first_day, "last": head.last_day}
        said = {k: {x: day(d, x) if d else "" for x in LANGUAGES} for k, d in held.items()}
        said["month"] = {x: month(self.months[-1], x) for x in LANGUAGES}
        key = "note.out_of_force_to" if head.last_day else "note.out_of_force"
        return Note.of("out_of_force", key, {"plan": head.id, **said})

    def unowned(self) -> Note:
        """Say how much was sold in the region without a person to credit."""
        here = self.lines[self.lines["region"] == self.region]
        if "salesperson" in here.columns:
            here = here[here["salesperson"] == NONE]
        if here.empty:
            return Note.of("ok", "note.all_owned")
        amount = {x: money(here["revenue"].sum(), x, self.data.currency) for x in LANGUAGES}
        return Note.of("unowned", "note.unowned", {"n": f"{len(here):,}", "amount": amount})
