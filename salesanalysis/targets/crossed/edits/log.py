"""What every edit found and what it left: one row each, with reason, author and time."""

from typing import Any

import pandas as pd

from salesanalysis.targets.crossed.edits.cells import Cells, name_of
from salesanalysis.targets.crossed.edits.structure import members
from salesanalysis.targets.plan import Plan


def log_of(
    table: pd.DataFrame, original: Plan, calculated: Plan, plan: Plan, over: Any
) -> pd.DataFrame:
    """Return one row per edit with the value it found and the value it left.

    Parameters
    ----------
    table : DataFrame, as `read_edits` returns it; undone edits stay on record
    original, calculated, plan : Plan
        Before any edit, after splits, merges and freezes, and after all of them.
    over : OverAssigned or None
        What pins of layer ``assigned`` are read from.
    """
    found = {"": Cells.of(calculated), "to_": Cells.of(original)}
    left = Cells.of(plan)
    rows = []
    for _, row in table.iterrows():
        other = "to_" if row["edit"] in ("split", "merge") else ""
        names = {level: row[level] for level in plan.levels}
        rows.append(
            {
                "row": int(row["row"]),
                "edit": row["edit"],
                **names,
                "to_node": name_of(row, plan.levels, "to_"),
                **{f"to_{level}": row[f"to_{level}"] for level in plan.levels},
                "period": row["period"],
                "layer": row["layer"] or "plan",
                "calculated": found[other].amount(row),
                "value": _after(row, left, over, other),
                "reason": row["reason"],
                "author": row["author"],
                "time": row["time"],
                "status": "undone" if row["undone"] else "automatic" if row["rule"] else "applied",
                "undone": row["undone"],
            }
        )
    return pd.DataFrame(rows)


def _after(row: pd.Series, left: Cells, over: Any, other: str) -> float:
    if row["layer"] == "assigned" and over is not None:
        units = over.units[members(over.units, row, left.levels)]
        return float(units["assigned_value"].iloc[0])
    return left.amount(row, other)
