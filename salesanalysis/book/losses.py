"""What was lost and where: deals as good as won, customers and people gone silent, lines."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from salesanalysis.book import reasons
from salesanalysis.data import Dataset
from salesanalysis.targets import Plan
from salesanalysis.variance import Bridge, Meta, read_origins
from salesanalysis.variance.origins import checked_origins

#: A deal is late that was due by now, or falls due within so many days after the last month.
DAYS_LATE = 30
#: An ordinary open deal is no cause; one as good as won that is not signed is.
LIKELY = 0.8
#: Months without a purchase after which a customer of last year counts as lost.
SILENT = 2


def late_deals(
    data: Dataset, months: pd.DatetimeIndex
) -> tuple[Bridge | None, pd.DataFrame | None]:
    """Return deals as good as won that are due by now, or soon after the months, but not signed."""
    needed = {
        "opened", "closed", "expected_close", "amount", "region", "customer", "stage",
        "probability",
    }  # fmt: skip
    if "opportunities" not in data.tables:
        return None, None
    deals = data.frame("opportunities")
    if not needed <= set(deals.columns) or not len(months):
        return None, None
    end = months[-1] + pd.offsets.MonthEnd(0)
    due = pd.to_datetime(deals["expected_close"])
    likely = deals["probability"].fillna(0.0) >= LIKELY
    open_now = deals["closed"].isna() & ~deals["stage"].isin(["Won", "Lost"])
    late = open_now & likely & (pd.to_datetime(deals["opened"]) <= end) & (deals["amount"] > 0)
    late &= due <= end + pd.Timedelta(days=DAYS_LATE)
    deals = deals[late].rename(columns={"owner": "salesperson"})
    by = [c for c in ("region", "customer", "salesperson") if c in deals.columns]
    deals = deals.dropna(subset=by).assign(due=due)
    deals = deals[~_booked(data, months, deals)]
    if not len(deals):
        return None, None
    sums = deals.groupby(by, as_index=False).agg(
        base=("amount", "sum"), due=("due", "max"), probability=("probability", "min")
    )
    sums = sums.assign(effect="late_deal", amount=-sums["base"])
    places = {"late_deal": (115, "gap", "unassigned")}
    return _bridge(data, months, by, sums, "open_deals", places), sums[[*by, "due", "probability"]]


def _booked(data: Dataset, months: pd.DatetimeIndex, deals: pd.DataFrame) -> pd.Series:
    """Tell which deals are open on paper only: their customer bought as much in these months."""
    if "customer" not in data.table("sales").columns or not len(deals):
        return pd.Series(data=False, index=deals.index)
    sold = reasons.cells(data, ["region", "customer"], months)
    sold = sold.set_index(["region", "customer"])["revenue"]
    bought = sold.reindex(pd.MultiIndex.from_frame(deals[["region", "customer"]])).fillna(0.0)
    return pd.Series(bought.to_numpy() >= deals["amount"].to_numpy(), index=deals.index)


def lost_customers(
    data: Dataset, months: pd.DatetimeIndex
) -> tuple[Bridge | None, pd.DataFrame | None]:
    """Return customers of the same months last year; lost are those who have gone silent."""
    if "customer" not in data.table("sales").columns or not len(months):
        return None, None
    by = ["region", "customer"]
    last = pd.DatetimeIndex([months[-1] - pd.DateOffset(months=k) for k in range(SILENT)][::-1])
    now, before, recent, ever = (
        reasons.cells(data, by, window).groupby(by)["revenue"].sum()
        for window in (months, months - pd.DateOffset(years=1), last, _year_to(months[-1]))
    )
    table = pd.concat([before, now], axis=1, keys=["base", "actual"]).fillna(0.0)
    if not len(table) or not table["base"].any():
        return None, None
    silent = recent.reindex(table.index).fillna(0.0) <= 0
    gone = silent & (table["base"] > 0) & (ever.reindex(table.index).fillna(0.0) > 0)
    table = table.assign(amount=table["actual"] - table["base"]).reset_index()
    table["effect"] = gone.map({True: "lost", False: "difference"}).to_numpy()
    since = data.panel(by=by).frame
    since = since[since["value"] > 0].groupby(by, as_index=False)["period"].max()
    table = table.merge(since.rename(columns={"period": "since"}), on=by, how="left")
    return _bridge(data, months, by, table, "last_year", None), table[[*by, "since"]]


def idle_people(data: Dataset, plan: Plan, months: pd.DatetimeIndex) -> Bridge | None:
    """Return people's targets and sales by region; idle are those who sold nothing there.

    A person with nothing but returns sold nothing, nor one whose sales all came back.
    """
    by = ["region", "salesperson"]
    if not {*by} <= {*plan.levels} & {*data.table("sales").columns} or not len(months):
        return None
    asked = plan.to_frame()
    base = asked[asked["period"].isin(months)].groupby(by)["value"].sum()
    sold = reasons.cells(data, by, months).groupby(by)["revenue"].sum()
    table = pd.concat([base, sold], axis=1, keys=["base", "actual"]).fillna(0.0)
    if not table["base"].any():
        return None
    idle = (table["base"] > 0) & (table["actual"] <= 0)
    table = table.assign(amount=table["actual"] - table["base"]).reset_index()
    table["effect"] = idle.map({True: "idle", False: "difference"}).to_numpy()
    places = {"idle": (115, "gap", "unassigned"), "difference": (10, "gap", "unassigned")}
    return _bridge(data, months, by, table, "target", places)


def _year_to(last: pd.Timestamp) -> pd.DatetimeIndex:
    return pd.date_range(end=last, periods=12, freq="MS")


def lines(whole: Bridge) -> Bridge:
    """Return target to actual as one plain difference per region and product line."""
    by = list(whole.by)
    table = whole.items.assign(amount=whole.items["actual"] - whole.items["base"])
    meta = Meta("gap", ("target", "actual"), "target", tuple(by), whole.meta.measure,
                window=whole.meta.window, fiscal_start=whole.meta.fiscal_start,
                overrides=checked_origins(read_origins()))  # fmt: skip
    rows = table[[*by, "amount"]].assign(effect="difference", note="")
    return Bridge.of(
        rows, whole.items, by=by, meta=meta, currency=whole.currency, terms=whole.terms
    )


def _bridge(  # noqa: PLR0917  what a bridge is made of
    data: Dataset, months: pd.DatetimeIndex, by: Sequence[str], table: pd.DataFrame, base: str,
    places: Any,
) -> Bridge:  # fmt: skip
    """Build the bridge of plain differences behind a list of candidates."""
    actual = table.get("actual", pd.Series(0.0, index=table.index))
    both = (table["base"] != 0) & (actual != 0)
    items = table[list(by)].assign(
        base=table["base"], actual=actual, n_matched=both.astype("int64"),
        n_new=((table["base"] == 0) & (actual != 0)).astype("int64"),
        n_lost=((table["base"] != 0) & (actual == 0)).astype("int64"),
    )  # fmt: skip
    names = (base, "actual")
    meta = Meta("gap", names, base, tuple(by), "revenue", window=(months[0], months[-1]),
                fiscal_start=data.calendar.start_month,
                overrides=checked_origins(read_origins(), places))  # fmt: skip
    rows = table[[*by, "effect", "amount"]].assign(note="")
    return Bridge.of(
        rows, items, by=list(by), meta=meta, places=places, currency=data.currency,
        terms=data.terms,
    )  # fmt: skip
