"""An appeal: a claimed value instead of a recorded one, and everybody it touches."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, nearest, require_columns, require_rows
from salesanalysis.incentives.corrections.difference import Correction, compare_pay
from salesanalysis.incentives.inputs.deals import AMOUNTS, first_of
from salesanalysis.incentives.inputs.given import Extras
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

ITEM = ["order_id", "field", "claimed"]


def appeal(
    plan: "Plan",
    items: pd.DataFrame,
    people: pd.DataFrame,
    deals: pd.DataFrame,
    *,
    period: object,
    through: object = None,
    extras: Extras | None = None,
    calendar: FiscalCalendar | None = None,
    terms: Terms | None = None,
) -> Correction:
    """Pay the periods again with the claims accepted, and list everybody touched.

    Parameters
    ----------
    plan : Plan
    items : DataFrame, one row per claim
        ``order_id``, ``field`` (``owner``, ``amount``, ``date``, ``share`` or any column of the
        deals; with an empty order, a column of the people such as ``training``), ``claimed``,
        optional ``salesperson`` (whose row of a shared deal, whose KPI) and ``note``.
    people, deals : DataFrame, as recorded; never overwritten
    period : date, any day of the first period concerned
    through : date, optional, of the last period whose balances depend on it; default `period`

    Returns
    -------
    Correction
        One row per person and period touched, before and after, also where the change is 0.

    Raises
    ------
    ContractError
        Two claims on one field of one deal, orders or fields that do not exist.
    """
    require_columns(items, ITEM, name="items")
    require_rows(items, name="items")
    _refuse_twice(items)
    claimed_people, claimed_deals = people.copy(), deals.copy()
    for item in items.to_dict("records"):
        if pd.isna(item["order_id"]) or not str(item["order_id"]).strip():
            claimed_people = _person_claim(claimed_people, item)
        else:
            claimed_deals = _deal_claim(plan, claimed_deals, item)
    return compare_pay(
        plan,
        (people, deals),
        (claimed_people, claimed_deals),
        first=period,
        last=period if through is None else through,
        extras=extras,
        calendar=calendar,
        terms=terms,
    )


def _refuse_twice(items: pd.DataFrame) -> None:
    """Refuse two claims on one field: which one holds is for people to say."""
    keys = ["order_id", "field", *(["salesperson"] if "salesperson" in items.columns else [])]
    twice = items[items.duplicated(keys, keep=False)]
    if len(twice):
        first = twice.iloc[0]
        raise ContractError(
            f"{len(twice)} items claim {first['field']!r} of deal {first['order_id']!r}.",
            where=f"items, rows {first_of(twice.index)}, see .rows",
            fix="settle one after the other: give one claim on a field at a time",
            code="duplicate-key",
            rows=twice,
        )


def _column(plan: "Plan", field: str, columns: list[str]) -> str:
    """Return the column a field stands for."""
    names = {"owner": ["salesperson"], "amount": [plan.head.measure, *AMOUNTS]}
    names["date"] = [plan.head.date_column]
    names["split"] = ["share"]
    for name in names.get(field, [field]):
        if name in columns:
            return name
    close = nearest(field, [*names, *columns])
    raise ContractError(
        f"deals have no field {field!r}.",
        where=f"items, column 'field'; deals have {columns}",
        fix=f"write {close!r}" if close else "name owner, amount, date or a column of the deals",
        code="unknown-name",
    )


def _deal_claim(plan: "Plan", deals: pd.DataFrame, item: dict[str, Any]) -> pd.DataFrame:
    """Return the deals with one claim accepted."""
    column = _column(plan, str(item["field"]), list(deals.columns))
    hit = deals["order_id"].astype("str") == str(item["order_id"])
    who = item.get("salesperson")
    if who is not None and not pd.isna(who):
        hit &= deals["salesperson"].astype("str") == str(who)
    if not hit.any():
        raise ContractError(
            f"there is no deal {item['order_id']!r}"
            + (f" of {who!r}." if who is not None and not pd.isna(who) else "."),
            where="items, column 'order_id'",
            fix="write the order as it stands in the deals",
            code="unknown-name",
        )
    if int(hit.sum()) > 1 and column in ("salesperson", "share"):
        raise ContractError(
            f"deal {item['order_id']!r} has {int(hit.sum())} rows.",
            where="items, column 'salesperson'",
            fix="name whose row of the deal is meant",
            code="ambiguous",
            rows=deals[hit],
        )
    out = deals.copy()
    out[column] = out[column].astype("object")
    out.loc[hit, column] = item["claimed"]
    numeric = pd.api.types.is_numeric_dtype(deals[column])
    if numeric:
        out[column] = pd.to_numeric(out[column])
    elif pd.api.types.is_datetime64_any_dtype(deals[column]):
        out[column] = pd.to_datetime(out[column])
    return out


def _person_claim(people: pd.DataFrame, item: dict[str, Any]) -> pd.DataFrame:
    """Return the people with one claimed result accepted."""
    field, who = str(item["field"]), str(item.get("salesperson"))
    if field not in people.columns:
        close = nearest(field, list(people.columns))
        raise ContractError(
            f"people have no column {field!r}.",
            where="items, column 'field', a claim without an order",
            fix=f"write {close!r}" if close else "name the result that is contested",
            code="unknown-name",
        )
    hit = people["salesperson"].astype("str") == who
    if not hit.any():
        raise ContractError(
            f"{who!r} is not among the people.",
            where="items, column 'salesperson'",
            fix="write the name as it stands in people",
            code="unknown-name",
        )
    out = people.copy()
    out[field] = out[field].astype("object")
    out.loc[hit, field] = item["claimed"]
    return out
