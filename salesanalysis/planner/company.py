"""The people of a data set: quotas and deals of the period that is over, teams and cash beside."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from salesanalysis.book import company
from salesanalysis.book.given import closed_quarter, placed, quarter_quotas
from salesanalysis.book.paying import Payroll
from salesanalysis.data import Dataset, load
from salesanalysis.errors import ContractError
from salesanalysis.incentives import Plan, deals_of
from salesanalysis.planner.crowd import Crowd, Told
from salesanalysis.planner.mains import CASH, MARGIN
from salesanalysis.planner.refusals import pair_of, refusal

#: What a table of people says of where they stand.
_PLACES = ("team", "manager", "region", "role", "level")


@dataclass(frozen=True, eq=False)
class _Roll(Payroll):
    """A payroll of the lengths a plan asks for: of what is paid, and of quotas."""

    per: str = "month"
    quota_per: str = "month"

    @cached_property
    def months(self) -> pd.DatetimeIndex:
        """The last quarter that is over, or its last month, or the last month that is."""
        if self.per == "quarter":
            return closed_quarter(self.data)
        if quarter_quotas(self.data) is not None:
            return closed_quarter(self.data)[-1:]
        return pd.DatetimeIndex([self.data.closed_through])

    def _quotas(self) -> pd.DataFrame:
        own = quarter_quotas(self.data)
        if own is not None:
            return own
        calendar, first = self.data.calendar, self.months[0]
        of = {
            self.per: self.months,
            "quarter": calendar.quarter_months(first),
            "year": calendar.months(calendar.year_of(first)),
        }[self.quota_per]
        part = self.plan.frame[self.plan.frame["period"].isin(of)]
        sums = part.groupby("salesperson", as_index=False)["value"].sum()
        return sums.rename(columns={"value": "quota"})


def crowd_of_data(plan: Plan, data: Any) -> Crowd:
    """Return everybody of a data set: quotas and deals of the last closed period.

    Raises
    ------
    ContractError
        Nobody can be paid from the data set, or its quotas are of another length than the plan's.
    """
    data = load(data) if isinstance(data, str) else data
    _require_lengths(plan, data)
    book, head = company(data), plan.head
    rolls = [
        _Roll(data, book.plan, region, per=head.per, quota_per=head.quota_per)
        for region in data.regions
    ]
    paid = [roll for roll in rolls if roll.refusal() is None]
    if not paid:
        raise _nobody(rolls[0], data)
    people = pd.concat([roll.people.assign(region=roll.region) for roll in paid])
    # who sells in two regions stands in the first
    people = people.drop_duplicates("salesperson", ignore_index=True)
    people = people.sort_values("salesperson", kind="stable", ignore_index=True)
    months, lines = paid[0].months, paid[0].lines
    own = lines[lines["salesperson"].isin(people["salesperson"])]
    results = _results(data, months, own, people["salesperson"])
    costed = deals_of(own, cost="cost") if _has_cost(own) else None
    told = Told(_placed(data, months), results, costed)
    return Crowd(
        people,
        deals_of(own),
        months[0],
        calendar=data.calendar,
        terms=data.terms,
        currency=data.currency,
        source=data.name,
        per=head.per,
        quota_per=head.quota_per,
        told=told,
    )


def _nobody(roll: Payroll, data: Dataset) -> ContractError:
    reason = roll.refusal()
    return ContractError(
        reason.explain("en") if reason is not None else "",
        where=f"planner.open(data={data.name!r})",
        fix="give people=, a table with salesperson and quota, or no data",
    )


def _require_lengths(plan: Plan, data: Dataset) -> None:
    """Refuse a plan whose period or quotas have another length than the data set's."""
    own = "quarter" if quarter_quotas(data) is not None else ""
    wrong = plan.head.per == "year" or (own and plan.head.quota_per != own)
    if wrong:
        words = {"data": data.name, "own": pair_of(f"planner.per.{own or 'month'}")}
        words["per"] = pair_of(f"planner.per.{plan.head.quota_per}")
        raise refusal("lengths", where=plan.document.name, code="bad-choice", **words)


def _has_cost(lines: pd.DataFrame) -> bool:
    """Tell whether every order line says what it cost."""
    return "cost" in lines.columns and bool(lines["cost"].notna().all())


def _placed(data: Dataset, months: pd.DatetimeIndex) -> pd.DataFrame | None:
    """Return where everybody stood at the end of the period, base pay for all its months."""
    found = placed(data, months[-1], [*_PLACES, "base_pay"])
    if found is None or "base_pay" not in found.columns:
        return found
    return found.assign(base_pay=(found["base_pay"] * len(months)).round(2))


def _results(
    data: Dataset, months: pd.DatetimeIndex, lines: pd.DataFrame, names: pd.Series
) -> dict[str, pd.DataFrame]:
    """Return cash received and margin of the period as deals, where the data set tells them."""
    found: dict[str, pd.DataFrame] = {}
    if _has_cost(lines):
        margin = deals_of(lines.assign(margin=lines["revenue"] - lines["cost"]), amount="margin")
        found |= dict.fromkeys(MARGIN, margin)
    if "collections" not in data.tables:
        return found
    cash, over = data.frame("collections"), months[-1] + pd.DateOffset(months=1)
    if not {"salesperson", "order_id"} <= set(cash.columns):
        return found
    cash = cash[(cash["date"] >= months[0]) & (cash["date"] < over)]
    cash = cash[cash["salesperson"].isin(names)]
    if len(cash):
        found |= dict.fromkeys(CASH, deals_of(cash, amount="collected_amount"))
    return found
