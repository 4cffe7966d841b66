"""What is asked of every metric, and what is fixed by hand: read once and checked."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique, unknown_name
from salesanalysis.targets.metrics.kinds import Ask, Metric

Floats = npt.NDArray[np.float64]


def read_asks(asks: Mapping[str, float | Ask], known: Mapping[str, Metric]) -> dict[str, Ask]:
    """Return every ask as an `Ask`; an unknown metric is refused."""
    if not asks:
        raise ContractError(
            "Nothing is asked.",
            where="metric_card(asks={})",
            fix='write asks={"sales": 130_000_000}',
            code="empty-table",
        )
    for name in asks:
        if name not in known:
            raise unknown_name(
                name, sorted(known), kind="metric", where="metric_card(asks=...)",
                error=ContractError,
            )  # fmt: skip
    return {n: a if isinstance(a, Ask) else Ask(a) for n, a in asks.items()}


def read_pins(
    pins: pd.DataFrame | None, units: pd.DataFrame, keys: list[str], asked: list[str]
) -> dict[str, Floats]:
    """Return the fixed values per metric, empty where nothing is fixed."""
    if pins is None or not len(pins):
        return {}
    require_columns(pins, [*keys, "metric", "value"], name="pins")
    require_unique(pins, [*keys, "metric"], name="pins", what="fix the same unit and metric")
    place = pd.MultiIndex.from_frame(units[keys]).get_indexer(pd.MultiIndex.from_frame(pins[keys]))
    bad = pins[(place < 0) | ~pins["metric"].isin(asked) | ~(pins["value"] >= 0).to_numpy()]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(pins)} pins name no unit or metric of the card, or no amount.",
            where=f"pins, first rows {bad.index[:3].tolist()}, see .rows",
            fix="use the names of units and asks, and a value of zero or more",
            code="unknown-name",
            rows=bad,
        )
    out = {}
    for name in sorted(set(pins["metric"])):
        here = (pins["metric"] == name).to_numpy()
        out[name] = np.full(len(units), np.nan)
        out[name][place[here]] = pins.loc[here, "value"].astype("float64")
    return out
