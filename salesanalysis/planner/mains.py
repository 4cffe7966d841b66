"""What a plan is on, of a data set's people: its sales, their margin, or the cash received."""

from dataclasses import replace

import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import Plan
from salesanalysis.incentives.inputs.margin import sounds_like_margin
from salesanalysis.labels import LANGUAGES, label
from salesanalysis.planner.crowd import Crowd
from salesanalysis.planner.refusals import pair_of, refusal

#: How plans call cash received, and what is left of sales after cost.
CASH = ("cash", "collected", "collection", "collections")
MARGIN = ("margin", "profit", "gross_margin", "gross_profit")
#: Columns of deals that are no amounts.
_KEYS = ("salesperson", "order_id", "date")


def of_main(crowd: Crowd, plan: Plan) -> Crowd:
    """Return people with deals of the measure a plan is on."""
    head, told = plan.head, crowd.told
    main, measure, deals = head.measure, head.measures[head.measure], crowd.deals
    if costs_of(plan) == {"cost"} and told.costed is not None and "cost" not in deals.columns:
        deals = _with_costs(deals, told.costed)
    if not crowd.source:
        return replace(crowd, deals=_assumed(plan, deals, crowd.people))
    if measure.margin is None and main not in deals.columns and main in told.results:
        deals = _below(deals, told.results[main], main)
    return replace(crowd, deals=deals)


def main_said(crowd: Crowd, plan: Plan, lang: str) -> list[str]:
    """Say what a plan on margin or cash is compared with: a data set's quotas are of sales."""
    main, measure = plan.head.measure, plan.head.measures[plan.head.measure]
    told = measure.margin is not None or main in crowd.told.results or sounds_like_margin(measure)
    if not crowd.source or not (told or main in CASH):
        return []
    names = (measure.title or _called(main))[LANGUAGES.index(lang)]
    key = "planner.main.quota" if told else "planner.main.sales"
    return [label(key, lang, names=names, data=crowd.source)]


def counted(plan: Plan, crowd: Crowd) -> SalesAnalysisError | None:
    """Return why a plan on something counted cannot be tried on quotas of sales, else None."""
    main, measure = plan.head.measure, plan.head.measures[plan.head.measure]
    if measure.kind == "money" or main in crowd.people.columns:
        return None
    where = f"plan {plan.head.id!r}"
    names = measure.title or (main, main)
    return refusal("counted", where=where, code="missing-column", names=names, column=main)


def _called(main: str) -> tuple[str, str]:
    """Return what a measure without a title is called, (English, Chinese)."""
    kinds = {**dict.fromkeys(CASH, "cash"), **dict.fromkeys(MARGIN, "margin")}
    return pair_of(f"planner.measure.{kinds.get(main, '')}", main)


def costs_of(plan: Plan) -> set[str]:
    """Return the columns of costs a plan takes off an amount."""
    return {m.margin.cost for m in plan.head.measures.values() if m.margin is not None}


def _assumed(plan: Plan, deals: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return deals that are assumed, of a plan on margin assumed of that."""
    main, measure = plan.head.measure, plan.head.measures[plan.head.measure]
    if measure.kind == "count" and main in people.columns:
        # one deal a person: what somebody counted, not an amount, is what is paid
        return deals.assign(**{main: people[main].to_numpy()})
    if measure.margin is not None:
        cost = measure.margin.cost
        return deals if cost in deals.columns else deals.assign(**{cost: 0.0})
    if main in deals.columns or not sounds_like_margin(measure):
        return deals
    return deals.assign(**{main: deals["amount"]})


def _below(deals: pd.DataFrame, rows: pd.DataFrame, main: str) -> pd.DataFrame:
    """Return deals with the rows of a measure below them; each counts for its own alone.

    A plan on sales, side by side with this one, goes on reading the sales.
    """
    nothing = {c: 0.0 for c in deals.columns if c not in _KEYS}
    below = rows.rename(columns={"amount": main}).assign(**nothing)
    return pd.concat([deals.assign(**{main: 0.0}), below], ignore_index=True)


def _with_costs(deals: pd.DataFrame, costed: pd.DataFrame) -> pd.DataFrame:
    """Return deals with their costs; rows below them are of other measures and cost nothing."""
    own = costed[costed["salesperson"].isin(deals["salesperson"])].reset_index(drop=True)
    keys = ["salesperson", "order_id", "amount"]
    if not deals[keys].head(len(own)).reset_index(drop=True).equals(own[keys]):
        return deals
    return deals.assign(cost=own["cost"].reindex(range(len(deals)), fill_value=0.0).to_numpy())
