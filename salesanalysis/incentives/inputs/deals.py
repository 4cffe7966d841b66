"""Deals and people as the engine needs them: whole cents, one period, nothing dropped unsaid."""

from dataclasses import dataclass, replace

import pandas as pd

from salesanalysis.errors import ContractError, nearest, require_columns, require_named
from salesanalysis.incentives.inputs.values import (
    ENTER,
    day_column,
    exact_cents,
    finer,
    first_of,
    names_of,
    require_numbers,
)
from salesanalysis.incentives.inputs.when import LENGTHS, period_start
from salesanalysis.money import cents_of
from salesanalysis.periods import FiscalCalendar

__all__ = ["AMOUNTS", "LENGTHS", "Credits", "deals_of", "exact_cents", "first_of", "read_deals"]

AMOUNTS = ("amount", "revenue")
#: What stands after a measure's name in columns the engine adds beside a margin: amount and cost in
#: cents, and whether one of them had digits beyond the cent.
SOLD, COST, FINE = "/sold", "/cost", "/fine"


@dataclass(frozen=True)
class Credits:
    """Deals of one period in whole cents.

    Attributes
    ----------
    frame : DataFrame, one row per row of the input inside the period
        ``order_id``, ``date``, ``cents`` and, where it was there, ``salesperson``; ordered by
        date and order. Of deals that were split also ``whole``: the cents of the order, net of
        its returns, of everybody together. Of a margin also ``sold`` and ``cost``, in cents as
        they were entered, and ``below_cost``: whether the order counts 0.
    first, last : Timestamp
        First and last month of the period.
    n_outside : int
        Rows before or after the period asked for.
    n_rounded, n_repeated : int
        Rows inside it whose digits beyond the cent were rounded, and repeats of another row that
        were left out, each only where this was asked for.
    """

    frame: pd.DataFrame
    first: pd.Timestamp
    last: pd.Timestamp
    n_outside: int
    n_rounded: int = 0
    n_repeated: int = 0

    def with_frame(self, frame: pd.DataFrame) -> "Credits":
        """Return these deals with other columns."""
        return replace(self, frame=frame)


def deals_of(
    lines: pd.DataFrame, *, amount: str = "revenue", cost: str | None = None
) -> pd.DataFrame:
    """Sum order lines to deals: one row per person and order, returns on rows of their own.

    An order's positive lines become one deal on its first date; its negative lines are summed by
    date. Every sum is rounded half up to whole cents.

    Parameters
    ----------
    lines : DataFrame, one row per order line
        ``salesperson``, ``order_id``, ``date`` and the column named by `amount` (currency).
    cost : str, optional
        A column of costs (currency) to be summed beside it, for a plan that pays on margin.

    Returns
    -------
    DataFrame, one row per deal: ``salesperson``, ``order_id``, ``date``, ``amount``; ``cost``
        where it was asked for

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
    named = {"amount": amount} | ({} if cost is None else {"cost": cost})
    require_columns(lines, [*keys, "date", *named.values()], name="lines")
    # a group-by would drop rows without a name or a date, and their money with them
    require_named(lines, keys, name="lines", fix="give every line its order and its person")
    for column in named.values():
        require_numbers(lines, column, name="lines")
        cents_of(lines[column], name=column, fix=ENTER)  # refuses empty and infinite
    tidy = lines[[*keys, "date"]].assign(
        date=day_column(lines, "date", name="lines"),
        **{name: lines[column].astype("float64") for name, column in named.items()},
    )
    # sorted first: a float sum must not depend on the order of the rows
    tidy = tidy.sort_values([*keys, "date", *named], kind="stable")
    sales, returns = tidy[tidy["amount"] >= 0], tidy[tidy["amount"] < 0]
    parts = [
        sales.groupby(keys, as_index=False, sort=True).agg(
            {"date": "min", **dict.fromkeys(named, "sum")}
        ),
        returns.groupby([*keys, "date"], as_index=False, sort=True)[list(named)].sum(),
    ]
    deals = pd.concat([p for p in parts if len(p)] or parts[:1], ignore_index=True)
    for name in named:
        deals[name] = cents_of(deals[name]) / 100
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
    rounds: bool = False,
    dedupe: bool = False,
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
    rounds : bool
        Round digits beyond the cent half up and count such rows; without it they are refused.
    dedupe : bool
        Keep one of rows that are the same in order, person, date and amount, and count the others.
    """
    amount = _amount_column(deals, columns, ["order_id", "salesperson", date])
    needed = [date] if f"{amount}{SOLD}" in deals.columns else [date, amount]
    require_columns(_as_given(deals), ["order_id", *needed], name="deals")
    cents = exact_cents(deals, amount, name="deals", rounds=rounds)
    frame = pd.DataFrame(
        {
            "order_id": names_of(deals["order_id"]),
            "date": day_column(deals, date, name="deals"),
            "cents": cents,
            "rounded": finer(pd.to_numeric(deals[amount], errors="coerce"), cents),
        }
    )
    if f"{amount}{SOLD}" in deals.columns:  # a margin, from with_margins
        frame["sold"], frame["cost"] = deals[f"{amount}{SOLD}"], deals[f"{amount}{COST}"]
        frame["rounded"] |= deals[f"{amount}{FINE}"]
    keys = ["order_id"]
    if "salesperson" in deals.columns:
        frame["salesperson"] = names_of(deals["salesperson"])
        keys = ["salesperson", "order_id"]
    if "share" in deals.columns:
        frame["share"] = deals["share"].astype("object")
    require_named(frame, keys, name="deals", fix="give every deal its order and its person")
    again = frame.duplicated([c for c in frame.columns if c != "rounded"])
    if not dedupe:
        _check_twice(frame, keys)
        again &= False
    first, last = _period(frame, per, period, calendar)
    month = frame["date"].dt.to_period("M").dt.to_timestamp()
    here = (month >= first) & (month <= last)
    inside = frame[here & ~again]
    if dedupe:
        _check_twice(inside, keys)
    _check_days(inside, days)
    order = inside.sort_values(["date", "order_id", "cents"], kind="stable")
    return Credits(
        order.drop(columns="rounded").reset_index(drop=True),
        first,
        last,
        int((~here).sum()),
        int(inside["rounded"].sum()),
        int((here & again).sum()),
    )


def _as_given(deals: pd.DataFrame) -> pd.DataFrame:
    """Return deals without the columns that `with_margins` calculated."""
    made = [c for c in deals.columns if f"{c}{SOLD}" in deals.columns]
    return deals.drop(columns=[f"{c}{mark}" for c in made for mark in ("", SOLD, COST, FINE)])


def _amount_column(deals: pd.DataFrame, columns: tuple[str, ...], others: list[str]) -> str:
    """Return the column that holds the amount; where none does, the name nearest to one there."""
    there = [c for c in columns if c in deals.columns]
    if there:
        return there[0]
    have = [str(c) for c in deals.columns if c not in others]
    close = [c for c in (*AMOUNTS, *columns) if nearest(c, have)]
    return close[0] if close else AMOUNTS[0]


def _check_twice(frame: pd.DataFrame, keys: list[str]) -> None:
    """Refuse a deal that stands twice; a return may share its order's name."""
    sold = frame["cents"] > 0
    twice = frame[sold]
    twice = twice[twice.duplicated(keys, keep=False)]
    returned = frame[~sold]
    again = returned[returned.duplicated([*keys, "date", "cents"], keep=False)]
    again = again[again["cents"] < 0]
    bad = pd.concat([twice, again]) if len(again) else twice
    if len(bad):
        same = bad.duplicated(keep=False).all()
        raise ContractError(
            f"{len(bad)} rows of deals share an order: {bad['order_id'].iloc[0]!r}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="the rows are the same: keep one of each with dedupe=True"
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
    first = period_start(period, per, calendar)
    return first, first + pd.DateOffset(months=LENGTHS[per] - 1)


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
