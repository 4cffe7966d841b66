"""Part of a bridge, or the same bridge by other members: the rows there are, summed or kept."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge


def by_levels(bridge: "Bridge", level: str | Sequence[str]) -> "Bridge":
    """Return the same effects summed to the members of these levels."""
    columns = [level] if isinstance(level, str) else list(level)
    for column in columns:
        _known(column, bridge.by, "level")
    keys = [*columns, "effect"]
    rows = bridge.effects.groupby(keys, sort=True, as_index=False)["amount"].sum()
    # what stands beside base and actual (numerators of a rate) adds up as well
    figures = [c for c in bridge.items.columns if c not in bridge.by]
    items = (
        bridge.items.groupby(columns, sort=True, as_index=False)[figures].sum()
        if columns
        else bridge.items[figures].sum().to_frame().T.astype(bridge.items[figures].dtypes)
    )
    return _again(bridge, rows.assign(note=""), items, columns)


def part(bridge: "Bridge", where: Mapping[str, Any]) -> "Bridge":
    """Return the bridge of the items with these names."""
    keep_rows, keep_items = np.ones(len(bridge.effects), bool), np.ones(len(bridge.items), bool)
    for column, member in where.items():
        _known(column, bridge.by, "level")
        _known(member, sorted(bridge.items[column].unique()), column)
        keep_rows &= (bridge.effects[column] == member).to_numpy()
        keep_items &= (bridge.items[column] == member).to_numpy()
    rows, items = bridge.effects[keep_rows], bridge.items[keep_items]
    if "moved" in items:
        # what the reference moves to this member from others is a row of its own here
        moved = items[list(bridge.by)].assign(
            effect="reference", amount=items["moved"], note="", step=0
        )
        rows = pd.concat([rows, moved[moved["amount"] != 0]], ignore_index=True)
        items = items.drop(columns="moved")
    return _again(bridge, rows, items, list(bridge.by))


def _again(bridge: "Bridge", rows: pd.DataFrame, items: pd.DataFrame, by: list[str]) -> "Bridge":
    """Build a bridge of the same method from part of the rows."""
    return type(bridge).of(
        rows[[*by, "effect", "amount", "note"]],
        items,
        by=by,
        meta=bridge.meta,
        currency=bridge.currency,
        terms=bridge.terms,
    )


def _known(name: Any, known: Sequence[Any], kind: str) -> None:
    if name not in known:
        raise unknown_name(name, known, kind=kind, where="Bridge.drill", error=ContractError)
