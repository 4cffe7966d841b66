# ruff: noqa: PD003  Ibis calls it isnull
"""Rules that judge a line by itself, each as a condition on the row."""

from collections.abc import Callable, Sequence
from functools import reduce
from operator import or_
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.look import (
    RULE,
    Look,
    distinct,
    is_return,
    money,
    nameless,
    remember_names,
    yes,
)
from salesanalysis.data.cleaning.names import proposals
from salesanalysis.data.cleaning.outliers import bounds
from salesanalysis.data.cleaning.totals import WORDS, in_engine, is_total, plain
from salesanalysis.data.engine import MONEY, fetch
from salesanalysis.data.kinds import ABOVE, LEVELS, WORD

#: Names of accounts nobody sells to. A word stands alone: "Testo AG" is a company.
TEST_WORDS = ("test", "testing", "test account", "test customer", "demo account", "dummy")
TEST_PART = "测试|測試|演示账|演示賬|演示客户|演示用户|体验账[号户]|试用账[号户]|テスト|デモ"
#: Amounts of this many currency units and half a cent per piece are rounding of a unit price.
TOLERANCE = 0.01
#: A column that travels along with the order lines: what was taken off quantity x unit price.
DISCOUNT = "discount_amount"
#: Before this day nobody kept orders in a system: a typo, or a default of the export.
FIRST_DAY = "1990-01-01"
#: Days a month may lack at its end before it counts as unfinished, where no month before tells.
OPEN_DAYS = 5


def needs(rule: str, look: Look) -> str:
    """Return what is missing for `rule` to be judged, as a word for its status; or nothing."""
    if rule in ("unknown_people", "before_hire", "after_leave"):
        column = {"before_hire": "hire_date", "after_leave": "leave_date"}.get(rule)
        there = look.people is not None and (not column or column in look.people)
        return "" if there and look.has("salesperson") else "no_list"
    if rule == "unknown_regions":
        return "" if look.known_regions else "no_list"
    if rule == "listed":
        return "" if look.settings[rule].option("where") else "nothing_listed"
    columns = {
        "missing_customer": ("customer",),
        "missing_salesperson": ("salesperson",),
        "missing_region": ("region",),
        "missing_product": ("product",),
        "zero_price": ("unit_price",) if look.has("unit_price") else ("quantity",),
        "negative_price": ("unit_price",),
        "wrong_sign": ("quantity",),
        "revenue_differs": ("quantity", "unit_price"),
        "below_cost": ("cost",),
        "returned_pairs": ("customer", "product"),
        "unpaired_returns": ("customer", "product"),
    }
    return "" if look.has(*columns.get(rule, ())) else "no_column"


def condition(rule: str, look: Look, table: Any) -> Any:
    """Return the condition of `rule` on the rows of `table`, never missing."""
    hit = yes(_RULES[rule](look, table))
    return hit & table[RULE].isnull() if look.stays(rule) else hit


def widened(look: Look, rules: list[str]) -> Any:
    """Return the rows with the columns that the conditions of `rules` are held against."""
    table = look.rows
    for rule in rules:
        if rule in _LOOKUPS:
            table = _LOOKUPS[rule](look, table)
    return table


def _called(look: Look, t: Any, columns: Sequence[str], chosen: Callable[[pd.Series], Any]) -> Any:
    """Return the condition that a level of a row has a name that `chosen` picks."""
    found = []
    for column in columns:
        if look.has(column):
            names = distinct(look, column)["name"]
            wanted = sorted(names[chosen(names)])
            found += [yes(t[column].isin(wanted))] if wanted else []
    return reduce(or_, found) if found else _never(t)


def _never(t: Any) -> Any:
    """Return a condition that no row meets."""
    return t["date"] < t["date"]


def _total_rows(look: Look, t: Any) -> Any:
    words = look.settings["total_rows"].option("words", ())
    found = [_by_order(look, t, words)]
    levels = [c for c in LEVELS if look.has(c)]
    remember_names(look, levels)
    known = {name for c in levels for name in distinct(look, c)["name"]}
    found.append(_called(look, t, LEVELS, lambda names: is_total(names, words, among=known)))
    if look.is_local:
        # a word may stand in any column: those that travel along, and those nobody mapped
        more = [c for c in look.columns if c not in (*LEVELS, "order_id")]
        found += [in_engine(t[c], words) for c in more if t[c].type().is_string()]
        found += [yes(t[WORD])] if look.has(WORD) else []
    return reduce(or_, found)


def _by_order(look: Look, t: Any, words: Sequence[str]) -> Any:
    """Return the condition that an order number is a word for a sum."""
    if look.is_local:
        return in_engine(t["order_id"], words, loose=not words)
    # patterns are written in other ways elsewhere
    own = [w.casefold() for w in words or WORDS]
    return yes(
        t["order_id"].strip().lower().isin([w + end for w in own for end in ("", ":", "：")])
    )


def _sum_of_rows(look: Look, t: Any) -> Any:
    return yes(t[ABOVE]) if look.has(ABOVE) else _never(t)


def _test_accounts(look: Look, t: Any) -> Any:
    own = look.settings["test_accounts"].option("words")
    # names are compared in plain characters: so are the words of the mapping
    words = plain(pd.Series(list(own or TEST_WORDS), dtype="str")).tolist()

    def chosen(names: pd.Series) -> Any:
        # "Test 1", "test-02" and "TEST_A1" are tests; "Test Valley Ltd" is a customer
        whole = plain(names)
        bare = whole.str.replace(r"[\s_\-#]*[a-z]?\d+$", "", regex=True)
        hit = bare.isin(words) | whole.isin(words)
        return hit if own else hit | names.str.contains(TEST_PART)

    return _called(look, t, ("customer", "salesperson", "product"), chosen)


def _listed(look: Look, t: Any) -> Any:
    from salesanalysis.data.cleaning.patterns import matches  # noqa: PLC0415

    where = look.settings["listed"].option("where")
    return reduce(or_, (yes(matches(t, column, patterns)) for column, patterns in where))


def _missing(column: str) -> Callable[[Look, Any], Any]:
    return lambda look, t: nameless(look, t, column)


def _zero_price(look: Look, t: Any) -> Any:
    return (
        t["unit_price"] == 0 if look.has("unit_price") else (t["quantity"] != 0) & (money(t) == 0)
    )


def _negative_price(_: Look, t: Any) -> Any:
    return t["unit_price"] < 0


def _wrong_sign(look: Look, t: Any) -> Any:
    against = (t["quantity"] < 0) & (money(t) > 0)
    back = (t["quantity"] > 0) & (money(t) < 0)
    # a price below 0 says why: that is a rule of its own
    return against | (back & ~yes(t["unit_price"] < 0) if look.has("unit_price") else back)


def expected(t: Any) -> Any:
    """Return what quantity x unit price gives, less the discount where the table has one."""
    gross = (t["quantity"].cast(MONEY) * t["unit_price"].cast(MONEY)).cast(MONEY)
    if DISCOUNT not in t.columns:
        return gross
    return gross - t[DISCOUNT].cast(MONEY).fill_null(0)


def _revenue_differs(look: Look, t: Any) -> Any:
    given = look.settings["revenue_differs"].option("tolerance", TOLERANCE)
    # a unit price in whole cents is off by up to half a cent a piece
    room = t["quantity"].abs().cast("float64") * 0.005 + float(given)
    return (money(t) - expected(t)).abs().cast("float64") > room + 1e-9


def _below_cost(_: Look, t: Any) -> Any:
    return (money(t) < t["cost"].cast(MONEY)) & (money(t) >= 0) & ~is_return(t)


def _unlike_names(look: Look, t: Any) -> Any:
    table = proposals(look)
    conditions = [
        t[column].isin(names["from_name"].tolist()) for column, names in table.groupby("column")
    ]
    return reduce(or_, conditions) if conditions else _never(t)


def _outliers(_: Look, t: Any) -> Any:
    amount = money(t).cast("float64")
    return (amount > 0) & ((amount < t["_low"]) | (amount > t["_high"]))


def _unknown_people(look: Look, t: Any) -> Any:
    return _called(look, t, ("salesperson",), lambda names: ~names.isin(look.known_people))


def _unknown_regions(look: Look, t: Any) -> Any:
    return _called(look, t, ("region",), lambda names: ~names.isin(look.known_regions))


def _out_of_period(look: Look, t: Any) -> Any:
    own = look.settings["out_of_period"]
    first, last = own.option("first", FIRST_DAY), own.option("last")
    before = t["date"] < pd.Timestamp(first).date()
    return before if last is None else before | (t["date"] > pd.Timestamp(last).date())


def _open_month(look: Look, t: Any) -> Any:
    start = open_month(look)
    if start is None:
        return _never(t)
    after = (start + pd.DateOffset(months=1)).date()
    return (t["date"] >= start.date()) & (t["date"] < after)


def open_month(look: Look) -> pd.Timestamp | None:
    """Return the last month of the data where it is not over, or None.

    It is not over where `as_of` lies before its last day, or where the last line lies further
    from the end of the month than in any month before.
    """
    date = look.rows.filter(look.rows["date"] <= look.as_of.date()).select("date")
    months = date.mutate(month=date["date"].truncate("M"))
    ends = fetch(look.con, months.group_by("month").aggregate(last=months["date"].max()))
    if ends.empty:
        return None
    ends = ends.sort_values("month", ignore_index=True)
    short = (ends["month"] + pd.offsets.MonthEnd(1) - ends["last"]).dt.days
    month: pd.Timestamp = ends["month"].iloc[-1]
    usual = look.settings["open_month"].option("days")
    if usual is None:
        usual = max(OPEN_DAYS, short.iloc[-25:-1].max() if len(short) > 1 else 0)
    seen_to_end = look.as_of >= month + pd.offsets.MonthEnd(1)
    return None if seen_to_end and short.iloc[-1] <= usual else month


def _joined_day(rule: str) -> Callable[[Look, Any], Any]:
    """Return a lookup of the day somebody was hired or left."""
    column = {"before_hire": "hire_date", "after_leave": "leave_date"}[rule]

    def lookup(look: Look, table: Any) -> Any:
        import ibis  # noqa: PLC0415

        spans = look.spans(column)
        days = ibis.memtable(spans, schema=ibis.schema({"who": "string", "day": "date"})).rename(
            **{f"_who_{rule}": "who", f"_{rule}": "day"}
        )
        return table.left_join(days, table["salesperson"] == days[f"_who_{rule}"])

    return lookup


def _limits(look: Look, table: Any) -> Any:
    """Add the amounts beyond which a deal of its product line stands out."""
    import ibis  # noqa: PLC0415

    edges = bounds(look)
    if "product_line" not in table.columns:
        # no line with an amount above 0: none stands out
        low, high = edges[["low", "high"]].iloc[0] if len(edges) else (0.0, float("inf"))
        return table.mutate(_low=ibis.literal(low), _high=ibis.literal(high))
    schema = ibis.schema({"product_line": "string", "low": "float64", "high": "float64"})
    known = ibis.memtable(edges[["product_line", "low", "high"]], schema=schema)
    known = known.rename(_line="product_line", _low="low", _high="high")
    return table.left_join(known, table["product_line"] == known["_line"])


_LOOKUPS: dict[str, Callable[[Look, Any], Any]] = {
    "before_hire": _joined_day("before_hire"),
    "after_leave": _joined_day("after_leave"),
    "outliers": _limits,
}
_RULES: dict[str, Callable[[Look, Any], Any]] = {
    "total_rows": _total_rows,
    "sum_of_rows": _sum_of_rows,
    "test_accounts": _test_accounts,
    "listed": _listed,
    "missing_customer": _missing("customer"),
    "missing_salesperson": _missing("salesperson"),
    "missing_region": _missing("region"),
    "missing_product": _missing("product"),
    "zero_price": _zero_price,
    "negative_price": _negative_price,
    "wrong_sign": _wrong_sign,
    "revenue_differs": _revenue_differs,
    "below_cost": _below_cost,
    "unlike_names": _unlike_names,
    "outliers": _outliers,
    "unknown_people": _unknown_people,
    "unknown_regions": _unknown_regions,
    "before_hire": lambda _, t: t["date"] < t["_before_hire"],
    "after_leave": lambda _, t: t["date"] > t["_after_leave"],
    "out_of_period": _out_of_period,
    "open_month": _open_month,
}
