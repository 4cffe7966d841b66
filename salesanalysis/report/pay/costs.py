"""What pay costs: of everybody, by region and team, period by period or all of them together."""

import pandas as pd

#: Columns of people that cost is shown by, where they are there.
GROUPS = ("region", "team")


def cost_of(register: pd.DataFrame, *, whole: bool = False) -> pd.DataFrame:
    """Return pay and sales by period and region or team, and of everybody.

    Parameters
    ----------
    register : DataFrame, one row per person and period, as of `Payday`
    whole : bool
        All periods together, dated by the first of them, instead of each by itself.

    Returns
    -------
    DataFrame
        ``period``, ``group`` (all, region, team), ``unit``, ``n_people`` (paid), ``actual``,
        ``pay`` (currency), ``cost_share`` (pay / sales, empty beside sales of 0 or below).

    Examples
    --------
    >>> days = pd.to_datetime(["2024-01-01", "2024-02-01"])
    >>> register = pd.DataFrame({"salesperson": "Li", "period": days, "actual": [100.0, 300.0],
    ...                          "pay": [2.0, 6.0], "status": "paid"})
    >>> cost_of(register, whole=True)[["unit", "n_people", "actual", "pay", "cost_share"]]
      unit  n_people  actual  pay  cost_share
    0  all         1   400.0  8.0        0.02
    """
    paid = register[register["status"] != "no_quota"]
    if whole:
        paid = paid.assign(period=register["period"].min())
    parts = [_cost(paid.assign(unit="all"), "all")]
    parts += [
        _cost(paid.assign(unit=paid[g].where(paid[g] != "", "none")), g)
        for g in GROUPS
        if g in paid.columns
    ]
    return pd.concat(parts, ignore_index=True)


def _cost(paid: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return what one kind of unit costs; sums over whole cents."""
    cents = paid.assign(actual=(paid["actual"] * 100).round(), pay=(paid["pay"] * 100).round())
    sums = cents.groupby(["period", "unit"], as_index=False).agg(
        n_people=("salesperson", "nunique"), actual=("actual", "sum"), pay=("pay", "sum")
    )
    sums[["actual", "pay"]] = sums[["actual", "pay"]] / 100
    share = sums["pay"] / sums["actual"].where(sums["actual"] > 0)
    sums.insert(1, "group", group)
    return sums.assign(cost_share=share)
