"""The targets that are given for 2024: the worked example every planner knows."""

import pandas as pd

from salesanalysis.data.demo.staff import MANAGER

PLAN_ID = "demo-2024"
#: Region, team, salesperson, metric, value, unit, span; an empty name stands for all.
GIVEN = (
    ("", "", "", "sales", 130_000_000.00, "CNY", "year"),
    ("", "", "", "collection_rate", 0.95, "share", "year"),
    ("East", "", "", "sales", 52_000_000.00, "CNY", "year"),
    ("Key accounts", "", "", "new_customers", 50.0, "customers", "year"),
    ("East", "Shanghai", MANAGER, "sales", 8_000_000.00, "CNY", "year"),
    ("East", "Shanghai", MANAGER, "new_customers", 8.0, "customers", "year"),
    *(("East", "Shanghai", MANAGER, "visits", 15.0, "visits", "month") for _ in range(12)),
)


def targets_table() -> pd.DataFrame:
    """Return the contract table; ``span`` says whether a value is for the year or the month.

    Year values stand on the first month of the year, month values on their own month. An empty
    text means "all of them" (region, team ...) or "not said" (tier, source ...). ``method`` says
    how a year is divided into months.
    """
    columns = ["region", "team", "salesperson", "metric", "value", "unit", "span"]
    rows = pd.DataFrame(list(GIVEN), columns=columns)
    month = rows.groupby([*columns[:4], "span"]).cumcount() + 1
    period = pd.to_datetime({"year": 2024, "month": month, "day": 1})
    due = period + pd.offsets.MonthEnd(1)
    due = due.where(rows["span"] == "month", pd.Timestamp("2024-12-31"))
    out = rows.assign(
        plan_id=PLAN_ID, version="1", layer="plan", product_line="", tier="base",
        method="working_days", status="released", owner=rows["salesperson"],
        source="strategy 2024", actions="", pinned=True,
        period=period.astype("datetime64[us]"), due=due.astype("datetime64[us]"),
    )[
        [
            "plan_id", "version", "layer", "region", "product_line", "team", "salesperson",
            "period", "span", "metric", "tier", "value", "unit", "method", "pinned", "status",
            "owner", "source", "actions", "due",
        ]
    ]  # fmt: skip
    texts = out.columns.difference(["period", "due", "value", "pinned"])
    return out.astype(dict.fromkeys(texts, "str"))
