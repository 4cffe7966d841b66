"""What is measured: kinds of the usual outcomes, and how they come from sales lines and people."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, unknown_name
from salesanalysis.periods import month_range, month_start

#: What an outcome is by the name of its column.
OUTCOMES = {
    "value": "money", "revenue": "money", "sales": "money", "amount": "money", "actual": "money",
    "margin": "money", "pay": "money", "attainment": "share", "discount_share": "share",
    "late_share": "share", "cost_of_sales_share": "share", "margin_share": "share",
    "new_customers": "number", "receivable_days": "number", "leavers": "number",
}  # fmt: skip
#: Working days at the end of a month that count as late.
LATE_DAYS = 5


def kind_of(outcome: str) -> str:
    """Return what an outcome is: money, a share, or a number.

    Examples
    --------
    >>> kind_of("revenue"), kind_of("discount_share"), kind_of("visits")
    ('money', 'share', 'number')
    """
    if outcome.endswith(("_share", "_rate")):
        return "share"
    return OUTCOMES.get(outcome, "number")


def outcome_frame(
    outcome: str,
    sales: pd.DataFrame,
    people: pd.DataFrame,
    *,
    first: object,
    last: object,
    beside: pd.DataFrame | None = None,
    holidays: Sequence[object] = (),
) -> pd.DataFrame:
    """Return one row per person and month active, ready for `evaluate_change`.

    Parameters
    ----------
    outcome : str
        ``revenue``, ``margin`` (revenue less cost), ``new_customers`` (first line of a customer in
        `sales`), ``discount_share`` (discount over revenue before it), ``late_share`` (of the
        month's revenue, in its last 5 working days), ``attainment`` or ``cost_of_sales_share``
        (revenue over, or under, what `beside` holds), ``leavers`` (1 in the month somebody leaves).
    sales : DataFrame, one row per line
        ``date``, ``salesperson``, ``revenue``, and ``cost``, ``customer`` or ``discount_amount``
        where the outcome needs it.
    people : DataFrame, ``salesperson``, ``region``, ``hire_date``, ``leave_date`` (empty: there)
    first, last : date, months wanted
    beside : DataFrame, ``salesperson``, ``period``, ``quota`` or ``pay``
    holidays : sequence of dates, taken off Monday to Friday

    Returns
    -------
    DataFrame, ``salesperson``, ``region``, ``period``, ``n_days`` (active weekdays) and `outcome`
        A month without sales is 0; of a share it is left out, for nothing is divided by 0.

    Raises
    ------
    ContractError
        An outcome that is not known, missing columns, people without a hire date, lines by
        somebody who was not there in that month.

    Examples
    --------
    >>> people = pd.DataFrame({"salesperson": ["Li"], "region": ["North"],
    ...                        "hire_date": ["2024-01-15"], "leave_date": [None]})
    >>> sales = pd.DataFrame({"date": ["2024-01-31"], "salesperson": ["Li"], "revenue": [500.0]})
    >>> found = outcome_frame("revenue", sales, people, first="2024-01", last="2024-02")
    >>> found[["n_days", "revenue"]].values.tolist()
    [[13.0, 500.0], [21.0, 0.0]]
    """
    if outcome not in _RECIPES:
        raise unknown_name(
            outcome, list(_RECIPES), kind="outcome", where="outcome_frame(outcome=...)",
            error=ContractError,
        )  # fmt: skip
    off = np.array([np.datetime64(pd.Timestamp(d).date()) for d in holidays], dtype="datetime64[D]")
    roster = active_days(people, first, last, off)
    lines = _lines(sales, outcome)
    _require_active(lines, roster, month_range(first, last))
    values = _RECIPES[outcome](lines, roster, beside, off)
    keys = ["salesperson", "period"]
    frame = roster.merge(values.rename(outcome).reset_index(), on=keys, how="left")
    if kind_of(outcome) == "share":
        frame = frame.dropna(subset=outcome)
    return frame.fillna({outcome: 0.0}).drop(columns="leave_date").reset_index(drop=True)


def active_days(
    people: pd.DataFrame, first: object, last: object, holidays: np.ndarray | None = None
) -> pd.DataFrame:
    """Return weekdays each person was there, by month; months without a day are left out."""
    require_columns(people, ["salesperson", "region", "hire_date", "leave_date"], name="people")
    require_rows(people, name="people")
    hired = pd.to_datetime(people["hire_date"])
    left = pd.to_datetime(people["leave_date"])
    if hired.isna().any():
        bad = people[hired.isna()]
        raise ContractError(
            f"{len(bad)} of {len(people)} people have no hire date.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="give the day from which somebody was active",
            rows=bad,
        )
    # several spells of one person: from the first day to the last, the region of the first
    whole = people.assign(hire_date=hired, leave_date=left.fillna(pd.Timestamp.max.normalize()))
    one = whole.sort_values("hire_date").groupby("salesperson", as_index=False, sort=True)
    spells = one.agg(
        region=("region", "first"), hire_date=("hire_date", "min"), leave_date=("leave_date", "max")
    )
    grid = spells.merge(pd.DataFrame({"period": month_range(first, last)}), how="cross")
    ends = grid["period"] + pd.offsets.MonthEnd(0)
    start = np.maximum(grid["hire_date"].to_numpy(), grid["period"].to_numpy())
    stop = np.minimum(grid["leave_date"].to_numpy(), ends.to_numpy())
    days = np.busday_count(
        start.astype("datetime64[D]"), stop.astype("datetime64[D]") + 1,
        holidays=holidays if holidays is not None else [],
    )  # fmt: skip
    grid["n_days"] = np.maximum(days, 0).astype("float64")
    columns = ["salesperson", "region", "period", "n_days", "leave_date"]
    return grid.loc[grid["n_days"] > 0, columns].reset_index(drop=True)


#: Columns of the lines an outcome needs beside date, salesperson and revenue.
_NEEDS = {"margin": ["cost"], "new_customers": ["customer"], "discount_share": ["discount_amount"]}


def _lines(sales: pd.DataFrame, outcome: str) -> pd.DataFrame:
    """Return the lines with their month."""
    needed = ["date", "salesperson", "revenue", *_NEEDS.get(outcome, [])]
    require_columns(sales, needed, name="sales")
    dates = pd.to_datetime(sales["date"])
    months = dates.dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")
    return sales[needed].assign(date=dates, period=months)


def _require_active(lines: pd.DataFrame, roster: pd.DataFrame, months: pd.DatetimeIndex) -> None:
    """Refuse lines of somebody who was not there that month: they would be lost."""
    inside = lines[lines["period"].isin(months) & (lines["revenue"] != 0)]
    keys = pd.MultiIndex.from_frame(roster[["salesperson", "period"]])
    there = pd.MultiIndex.from_frame(inside[["salesperson", "period"]]).isin(keys)
    bad = inside[~there]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(inside)} lines are by somebody who is not among the people of "
            f"that month, such as {bad['salesperson'].iloc[0]!r} in {bad['period'].iloc[0]:%Y-%m}.",
            where="outcome_frame(sales, people), see .rows",
            fix="put them into people with their days, or give their lines to who took over",
            rows=bad,
        )


def _sums(lines: pd.DataFrame, values: pd.Series) -> pd.Series:
    return values.groupby([lines["salesperson"], lines["period"]]).sum()


def _new_customers(lines: pd.DataFrame, *_: object) -> pd.Series:
    """Count customers in the month of their first line."""
    first = lines.sort_values("date", kind="stable").drop_duplicates("customer")
    return first.groupby(["salesperson", "period"]).size().astype("float64")


def _discount(lines: pd.DataFrame, *_: object) -> pd.Series:
    """Return discount over revenue before discount."""
    discount, revenue = (_sums(lines, lines[c]) for c in ("discount_amount", "revenue"))
    return _share(discount, revenue + discount)


def _late(lines: pd.DataFrame, _r: object, _b: object, holidays: np.ndarray) -> pd.Series:
    """Return the share of the month's revenue in its last working days."""
    ends = (lines["period"] + pd.offsets.MonthEnd(0)).to_numpy().astype("datetime64[D]")
    start = np.busday_offset(ends, 1 - LATE_DAYS, roll="backward", holidays=holidays)
    late = lines["revenue"].where(lines["date"].to_numpy() >= start, 0.0)
    return _share(_sums(lines, late), _sums(lines, lines["revenue"]))


def _beside(column: str) -> Callable[..., pd.Series]:
    """Return the recipe of a ratio with a table beside: attainment, or pay over sales."""

    def recipe(
        lines: pd.DataFrame, _r: object, beside: pd.DataFrame | None, _h: object
    ) -> pd.Series:
        table = beside if beside is not None else pd.DataFrame()
        require_columns(table, ["salesperson", "period", column], name="beside")
        months = [month_start(p) for p in table["period"]]
        known = table.assign(period=pd.Series(months, index=table.index, dtype="datetime64[us]"))
        other = known.groupby(["salesperson", "period"])[column].sum()
        sold = _sums(lines, lines["revenue"]).reindex(other.index, fill_value=0.0)
        return _share(sold, other) if column == "quota" else _share(other, sold)

    return recipe


def _share(part: pd.Series, whole: pd.Series) -> pd.Series:
    """Divide where there is something to divide by; other months are left out."""
    return part[whole > 0] / whole[whole > 0]


def _leavers(_l: object, roster: pd.DataFrame, *_: object) -> pd.Series:
    """Return 1 in the month of somebody's last day."""
    gone = roster["leave_date"].dt.to_period("M") == roster["period"].dt.to_period("M")
    return gone.astype("float64").set_axis(
        pd.MultiIndex.from_frame(roster[["salesperson", "period"]])
    )


_RECIPES: dict[str, Callable[..., pd.Series]] = {
    "revenue": lambda lines, *_: _sums(lines, lines["revenue"]),
    "margin": lambda lines, *_: _sums(lines, lines["revenue"] - lines["cost"]),
    "new_customers": _new_customers,
    "discount_share": _discount,
    "late_share": _late,
    "attainment": _beside("quota"),
    "cost_of_sales_share": _beside("pay"),
    "leavers": _leavers,
}
