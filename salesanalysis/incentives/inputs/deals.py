"""Deals and people as the engine needs them: whole cents, one period, nothing dropped unsaid."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, nearest, require_columns, require_named
from salesanalysis.money import cents_of
from salesanalysis.periods import FiscalCalendar, month_start

AMOUNTS = ("amount", "revenue")
#: A number whose digits stand in groups of three.
THOUSANDS = r"[-+]?\d{1,3}([,' \u00a0\u2009]\d{3})+(\.\d+)?"


@dataclass(frozen=True)
class Credits:
    """Deals of one period in whole cents.

    Attributes
    ----------
    frame : DataFrame, one row per row of the input inside the period
        ``order_id``, ``date``, ``cents`` and, where it was there, ``salesperson``; ordered by
        date and order.
    first, last : Timestamp
        First and last month of the period.
    n_outside : int
        Rows before or after the period asked for.
    """

    frame: pd.DataFrame
    first: pd.Timestamp
    last: pd.Timestamp
    n_outside: int


def deals_of(lines: pd.DataFrame, *, amount: str = "revenue") -> pd.DataFrame:
    """Sum order lines to deals: one row per person and order, returns on rows of their own.

    An order's positive lines become one deal on its first date; its negative lines are summed by
    date. Every sum is rounded half up to whole cents.

    Parameters
    ----------
    lines : DataFrame, one row per order line
        ``salesperson``, ``order_id``, ``date`` and the column named by `amount` (currency).

    Returns
    -------
    DataFrame, one row per deal: ``salesperson``, ``order_id``, ``date``, ``amount``

    Raises
    ------
    ContractError
        Missing columns, rows without a person, an order or a date, or amounts that are empty or
        infinite.

    Examples
    --------
    >>> lines = pd.DataFrame({"salesperson": "Li", "order_id": ["A", "A"],
    ...                       "date": ["2024-03-01"] * 2, "revenue": [10.005, 5.0]})
    >>> deals_of(lines)["amount"].tolist()
    [15.01]
    """
    keys = ["salesperson", "order_id"]
    require_columns(lines, [*keys, "date", amount], name="lines")
    # a group-by would drop rows without a name or a date, and their money with them
    require_named(lines, keys, name="lines", fix="give every line its order and its person")
    _require_numbers(lines, amount, name="lines")
    cents_of(lines[amount], name=amount)  # refuses empty and infinite
    tidy = lines[[*keys, "date"]].assign(
        date=_dates(lines, "date", name="lines"), amount=lines[amount].astype("float64")
    )
    # sorted first: a float sum must not depend on the order of the rows
    tidy = tidy.sort_values([*keys, "date", "amount"], kind="stable")
    sales, returns = tidy[tidy["amount"] >= 0], tidy[tidy["amount"] < 0]
    parts = [
        sales.groupby(keys, as_index=False, sort=True).agg(
            date=("date", "min"), amount=("amount", "sum")
        ),
        returns.groupby([*keys, "date"], as_index=False, sort=True)["amount"].sum(),
    ]
    deals = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    deals["amount"] = cents_of(deals["amount"]) / 100
    return deals.sort_values([*keys, "date"], kind="stable", ignore_index=True)


def read_deals(
    deals: pd.DataFrame,
    *,
    columns: tuple[str, ...],
    date: str,
    per: str,
    days: tuple[str, str],
    period: object,
    calendar: FiscalCalendar,
) -> Credits:
    """Check a table of deals and cut it to one period of the plan.

    Parameters
    ----------
    columns : tuple of str
        Names the amount may have, the first present one is used.
    date : str
        The column that dates a deal.
    per : {"month", "quarter", "year"}
    days : tuple of str
        First and last day of the plan, the last one may be empty.
    period : date, optional
        Any day of the period; without it, all deals must lie in one.
    """
    amount = _amount_column(deals, columns, ["order_id", "salesperson", date])
    require_columns(deals, ["order_id", date, amount], name="deals")
    frame = pd.DataFrame(
        {
            "order_id": deals["order_id"].astype("object"),
            "date": _dates(deals, date, name="deals"),
            "cents": exact_cents(deals, amount, name="deals"),
        }
    )
    keys = ["order_id"]
    if "salesperson" in deals.columns:
        frame["salesperson"] = deals["salesperson"].astype("object")
        keys = ["salesperson", "order_id"]
    if "share" in deals.columns:
        frame["share"] = deals["share"].astype("object")
    require_named(frame, keys, name="deals", fix="give every deal its order and its person")
    _check_twice(frame, keys)
    first, last = _period(frame, per, period, calendar)
    month = frame["date"].dt.to_period("M").dt.to_timestamp()
    inside = frame[(month >= first) & (month <= last)]
    _check_days(inside, days)
    order = inside.assign(name=inside["order_id"].astype("str"))
    order = order.sort_values(["date", "name", "cents"], kind="stable").drop(columns="name")
    return Credits(order.reset_index(drop=True), first, last, len(frame) - len(inside))


def _amount_column(deals: pd.DataFrame, columns: tuple[str, ...], others: list[str]) -> str:
    """Return the column that holds the amount; where none does, the name nearest to one there."""
    there = [c for c in columns if c in deals.columns]
    if there:
        return there[0]
    have = [str(c) for c in deals.columns if c not in others]
    close = [c for c in (*AMOUNTS, *columns) if nearest(c, have)]
    return close[0] if close else AMOUNTS[0]


def first_of(names: Iterable[object], n: int = 3) -> str:
    """Join the first names and say how many more there are.

    Examples
    --------
    >>> first_of("abcde")
    'a, b, c and 2 more'
    """
    texts = [str(name) for name in names]
    return ", ".join(texts[:n]) + (f" and {len(texts) - n:,} more" if len(texts) > n else "")


def _require_numbers(table: pd.DataFrame, column: str, *, name: str) -> None:
    """Refuse texts that are no numbers, and say so where thousands separators are the reason."""
    texts = table[column].map(lambda v: isinstance(v, str) and v.strip() != "").astype("bool")
    wrong = texts & pd.to_numeric(table[column], errors="coerce").isna()
    if wrong.any():
        bad = table.loc[wrong, column].astype("str")
        split = bad.str.strip().str.fullmatch(THOUSANDS).any()
        raise ContractError(
            f"{len(bad)} of {len(table)} values of {column!r} in {name} are texts and no numbers, "
            f"first {bad.iloc[0]!r}.",
            where=f"rows {first_of(bad.index)}, see .rows",
            fix='remove the thousands separators: write "1000.50", not "1,000.50"'
            if split
            else 'write plain numbers such as "1000.50"',
            rows=table[wrong],
        )


def exact_cents(table: pd.DataFrame, column: str, *, name: str) -> npt.NDArray[np.int64]:
    """Return a column as whole cents; digits beyond the cent are refused, not rounded."""
    _require_numbers(table, column, name=name)
    values = pd.to_numeric(table[column], errors="coerce").astype("float64")
    cents = cents_of(values.rename(column), name=column)
    # half a ten-thousandth of a cent is noise of adding floats, more is a real digit
    fine = np.abs(values.to_numpy() * 100 - cents) > np.maximum(1e-4, np.abs(cents) * 1e-12)
    if fine.any():
        rows = table[fine]
        raise ContractError(
            f"{int(fine.sum())} of {len(table)} rows of {name}: {column!r} has digits beyond the "
            f"cent, first {float(values[fine].iloc[0])!r}.",
            where=f"first rows {rows.index[:3].tolist()}, see .rows",
            fix="round each deal to cents; incentives.deals_of(lines) sums order lines and does so",
            rows=rows,
        )
    return cents


def _dates(table: pd.DataFrame, column: str, *, name: str) -> pd.Series:
    """Return the date column as dates; what is none is refused with its rows."""
    dates = pd.to_datetime(table[column], errors="coerce")
    bad = table[dates.isna()]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(table)} rows of {name}: {column!r} is no date.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix='write dates as "2024-03-31"',
            rows=bad,
        )
    return dates


def _check_twice(frame: pd.DataFrame, keys: list[str]) -> None:
    """Refuse a deal that stands twice; a return may share its order's name."""
    sold = frame["cents"] > 0
    twice = frame[
        sold & frame[sold].duplicated(keys, keep=False).reindex(frame.index, fill_value=False)
    ]
    returned = frame[~sold]
    again = returned[returned.duplicated([*keys, "date", "cents"], keep=False)]
    again = again[again["cents"] < 0]
    bad = pd.concat([twice, again]) if len(again) else twice
    if len(bad):
        same = bad.duplicated(keep=False).all()
        raise ContractError(
            f"{len(bad)} rows of deals share an order: {bad['order_id'].iloc[0]!r}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="the rows are the same: keep one of each with deals.drop_duplicates()"
            if same
            else "sum order lines to deals with incentives.deals_of(lines), or drop the repeat",
            code="duplicate-key",
            rows=bad,
        )


def _period(
    frame: pd.DataFrame, per: str, period: object, calendar: FiscalCalendar
) -> tuple[pd.Timestamp, pd.Timestamp]:
    """Return first and last month of the period asked for, or of the one all deals lie in."""
    if period is None:
        if frame.empty:
            raise ContractError(
                "There are no deals and no period.",
                where="statement(person, deals) or pay(people, deals)",
                fix='name the period: period="2024-03"',
                code="empty-table",
            )
        period = frame["date"].min()
    if per == "month":
        return month_start(period), month_start(period)
    year = calendar.year_of(period)
    months = calendar.quarter_months(period) if per == "quarter" else calendar.months(year)
    return months[0], months[-1]


def require_one_period(credits_: Credits, per: str) -> None:
    """Refuse deals of several periods where none was asked for."""
    if credits_.n_outside:
        raise ContractError(
            f"deals lie in more than one {per}: {credits_.n_outside} of "
            f"{credits_.n_outside + len(credits_.frame)} rows are not of the first.",
            where=f"first {per} starts {credits_.first:%Y-%m}",
            fix=f'name the {per} to pay: period="{credits_.first:%Y-%m}"',
        )


def _check_days(frame: pd.DataFrame, days: tuple[str, str]) -> None:
    """Refuse deals before the plan starts or after it ends."""
    first = pd.Timestamp(days[0])
    late = frame["date"] >= pd.Timestamp(days[1]) + pd.Timedelta(days=1) if days[1] else False
    bad = frame[(frame["date"] < first) | late]
    if len(bad):
        ids = first_of(bad["order_id"])
        until = f" to {days[1]}" if days[1] else ""
        raise ContractError(
            f"{len(bad)} of {len(frame)} deals lie outside the plan's days "
            f"{days[0]}{until}: {ids}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="pay them with the plan of their day, or change plan.effective",
            rows=bad,
        )
