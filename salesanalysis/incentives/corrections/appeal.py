"""An appeal: a claimed value instead of a recorded one, and everybody it touches."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, nearest, require_columns
from salesanalysis.incentives.corrections.difference import Correction, compare_pay
from salesanalysis.incentives.inputs.deals import AMOUNTS, first_of
from salesanalysis.incentives.inputs.given import Extras
from salesanalysis.incentives.inputs.margin import without_margins
from salesanalysis.incentives.inputs.values import day_text, exact_of, names_of
from salesanalysis.labels import LANGUAGES, Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import column_label

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

ITEM = ["order_id", "field", "claimed"]
#: Fields of a claim as they are written in Chinese.
_WORDS = {
    "归属人": "owner",
    "业务员": "owner",
    "金额": "amount",
    "日期": "date",
    "分成比例": "split",
}


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
        optional ``salesperson`` (whose row of a shared deal, whose KPI) and ``note``. Orders and
        names are the same as number, text or with blanks around: ``1``, ``1.0`` and ``"1 "``.
        Without a row nothing changes.
    people, deals : DataFrame, as recorded; never overwritten
    period : date, month or text such as 2024年3月: the first period concerned
    through : the same, optional, of the last period whose balances depend on it; default `period`

    Returns
    -------
    Correction
        One row per person and period touched, before and after, also where the change is 0.

    Raises
    ------
    ContractError
        Two claims on one field of one deal, orders or fields that do not exist, a claimed number
        or day that is none.
    """
    require_columns(items, ITEM, name="items")
    deals = without_margins(plan, deals)
    items = _tidy(plan, items, list(deals.columns))
    _refuse_twice(items)
    claimed_people, claimed_deals = people.copy(), deals.copy()
    for item in items.to_dict("records"):
        if not item["order_id"]:
            claimed_people = _person_claim(claimed_people, item)
        else:
            claimed_deals = _deal_claim(claimed_deals, item)
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


def _tidy(plan: "Plan", items: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return claims with orders and people as texts, and fields of deals as their columns."""
    if "salesperson" not in items.columns:
        items = items.assign(salesperson=None)
    orders, people = (names_of(items[c]).fillna("") for c in ("order_id", "salesperson"))
    fields = [
        _column(plan, field, columns) if order else field
        for field, order in zip(names_of(items["field"]).fillna(""), orders, strict=True)
    ]
    return items.assign(order_id=orders, salesperson=people, written=items["field"], field=fields)


def _refuse_twice(items: pd.DataFrame) -> None:
    """Refuse two claims on one field: which one holds is for people to say."""
    groups = items.groupby(["order_id", "field"])
    # a claim that names nobody is about every row of the deal
    everybody = groups["salesperson"].transform(lambda names: (names == "").any())
    several = groups["field"].transform("size") > 1
    twice = items[
        items.duplicated(["order_id", "field", "salesperson"], keep=False)
        | (several & everybody & (items["order_id"] != ""))
    ]
    if len(twice):
        first = twice.iloc[0]
        raise ContractError(
            f"{len(twice)} items claim {first['written']!r} of deal {first['order_id']!r}.",
            where=f"items, rows {first_of(twice.index)}, see .rows",
            fix="settle one after the other: give one claim on a field at a time",
            code="duplicate-key",
            rows=twice,
        )


def _column(plan: "Plan", field: str, columns: list[str]) -> str:
    """Return the column a field stands for."""
    margin = plan.head.measures[plan.head.measure].margin
    main = plan.head.measure if margin is None else margin.amount
    names = {"owner": ["salesperson"], "amount": [main, *AMOUNTS]}
    names["date"] = [plan.head.date_column]
    names["split"] = ["share"]
    for name in names.get(_WORDS.get(field, field), [field]):
        if name in columns:
            return name
    spoken = {column_label(c, lang).casefold(): c for c in columns for lang in LANGUAGES}
    if field.casefold() in spoken:
        return spoken[field.casefold()]
    close = nearest(field, [*names, *columns])
    raise ContractError(
        f"deals have no field {field!r}.",
        where=f"items, column 'field'; deals have {columns}",
        fix=f"write {close!r}" if close else "name owner, amount, date or a column of the deals",
        code="unknown-name",
    )


def _deal_claim(deals: pd.DataFrame, item: dict[str, Any]) -> pd.DataFrame:
    """Return the deals with one claim accepted."""
    column, order, who = item["field"], item["order_id"], item["salesperson"]
    hit = names_of(deals["order_id"]) == order
    if who:
        hit &= names_of(deals["salesperson"]) == who
    if not hit.any():
        raise ContractError(
            f"there is no deal {order!r}" + (f" of {who!r}." if who else "."),
            where="items, column 'order_id'",
            fix="write the order as it stands in the deals",
            code="unknown-name",
        )
    if int(hit.sum()) > 1 and column in ("salesperson", "share"):
        raise ContractError(
            f"deal {order!r} has {int(hit.sum())} rows.",
            where="items, column 'salesperson'",
            fix="name whose row of the deal is meant",
            code="ambiguous",
            rows=deals[hit],
        )
    out = deals.copy()
    out[column] = out[column].astype("object")
    out.loc[hit, column] = _claimed(item, deals[column])
    if pd.api.types.is_numeric_dtype(deals[column]):
        out[column] = pd.to_numeric(out[column])
    elif pd.api.types.is_datetime64_any_dtype(deals[column]):
        out[column] = pd.to_datetime(out[column])
    return out


def _claimed(item: dict[str, Any], column: pd.Series) -> Any:
    """Return a claimed value as its column holds it: a number, a day, or the text."""
    value, wanted = item["claimed"], ""
    if pd.api.types.is_numeric_dtype(column) and item["field"] not in ("salesperson", "order_id"):
        number = exact_of(str(value).strip())
        value, wanted = (None if number is None else float(number)), 'a number, such as "1000.50"'
    elif pd.api.types.is_datetime64_any_dtype(column):
        value, wanted = day_text(value), 'a day, such as "2024-03-31"'
        value = None if value is None else pd.Timestamp(value)
    if value is None:
        raise ContractError(
            f"{item['claimed']!r} is claimed as {item['field']!r} of deal {item['order_id']!r}.",
            where="items, column 'claimed'",
            fix=f"write {wanted}",
        )
    return value


def _person_claim(people: pd.DataFrame, item: dict[str, Any]) -> pd.DataFrame:
    """Return the people with one claimed result accepted."""
    field, who = item["field"], item["salesperson"]
    if field not in people.columns:
        close = nearest(field, list(people.columns))
        raise ContractError(
            f"people have no column {field!r}.",
            where="items, column 'field', a claim without an order",
            fix=f"write {close!r}" if close else "name the result that is contested",
            code="unknown-name",
        )
    hit = names_of(people["salesperson"]) == who
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
