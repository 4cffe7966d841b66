"""The steps of a bridge as rows: kinds of effect or members, between both totals."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge

_TOLD = ("effect", "amount", "running_total", "base_share", "gap_share", "origin", "status")


def members(bridge: "Bridge") -> pd.DataFrame:
    """Return one row per member, largest change first, ties by name.

    Beside a plain difference, open months or a plan that was off are one row for all members.
    """
    rows = bridge.effects
    aside = (bridge.meta.method == "gap") & (rows["effect"] != "difference")
    if aside.any():
        kinds = bridge.by_effect().query("effect != 'difference'")
        names = {key: as_text(rows[key]) for key in bridge.by}
        empty = dict.fromkeys(bridge.by, "")
        rows = pd.concat([rows.assign(**names)[~aside], kinds.assign(**empty)])
    rows = rows.reset_index(drop=True)
    order = rows.assign(**{"(size)": -rows["amount"].abs()}).sort_values(
        ["step", "(size)", *bridge.by], kind="stable"
    )
    return order.drop(columns="(size)").reset_index(drop=True)


def with_totals(bridge: "Bridge", steps: pd.DataFrame, *, by_member: bool) -> pd.DataFrame:
    """Put start before and end after the steps, with the running total."""
    keys = list(bridge.by) if by_member else []
    shown = [*keys, *_TOLD]
    running = bridge.start + steps["amount"].cumsum()
    middle = steps.assign(running_total=running, **{k: as_text(steps[k]) for k in keys})
    ends = pd.DataFrame(
        {
            "effect": list(bridge.meta.names),
            "amount": [bridge.start, bridge.end],
            "running_total": [bridge.start, bridge.end],
            "status": "total",
            "origin": "",
            **dict.fromkeys(keys, ""),
        }
    ).reindex(columns=shown)
    ends[["gap_share", "base_share"]] = np.nan
    return pd.concat([ends.iloc[:1], middle[shown], ends.iloc[1:]], ignore_index=True)


def as_text(column: pd.Series) -> pd.Series:
    """Return names as text; months as 2024-03."""
    if column.dtype.kind == "M":
        return column.dt.strftime("%Y-%m")
    return column.astype("str")
