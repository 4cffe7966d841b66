"""What cannot be split into whole units, refused with the rows."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError

Floats = npt.NDArray[np.float64]


def check_lengths(parent: pd.Series, weight: pd.Series, key: pd.Series) -> None:
    """Refuse columns of different length."""
    sizes = {"parents": len(parent), "weights": len(weight), "keys": len(key)}
    if len(set(sizes.values())) > 1:
        raise ContractError(
            f"Columns differ in length: {sizes}.",
            where="parent, weight, key",
            fix="give one parent, weight and key per row",
        )


def check_totals(totals: pd.Series, parent: pd.Series) -> None:
    """Refuse totals that are no whole number of units, negative, or missing."""
    amounts = totals.to_numpy(dtype="float64")
    broken = totals[~(np.isfinite(amounts) & (amounts % 1 == 0) & (np.abs(amounts) < 2.0**62))]
    if len(broken):
        raise ContractError(
            f"Total to hand down is not a whole number of units: {broken.iloc[0]}.",
            where=f"parent {broken.index[0]!r}",
            fix="round it first, or count in a smaller unit such as cents",
            rows=broken.to_frame("total"),
        )
    negative = totals[totals < 0]
    if len(negative):
        raise ContractError(
            f"Total to hand down is negative: {int(negative.iloc[0]):,}.",
            where=f"parent {negative.index[0]!r}",
            fix="hand down zero or more; book a cut as a transfer",
            rows=negative.to_frame("total"),
        )
    known = totals.index
    orphans = parent[~parent.isin(known)]
    if len(orphans) or not known.is_unique:
        name = orphans.iloc[0] if len(orphans) else known[known.duplicated()][0]
        raise ContractError(
            f"Parent {name!r} has {'no' if len(orphans) else 'more than one'} total.",
            where="totals",
            fix="give each parent one total",
            code="duplicate-key" if not len(orphans) else "unknown-name",
            rows=orphans.to_frame("parent"),
        )


def check_rows(parent: pd.Series, w: Floats, key: pd.Series) -> None:
    """Refuse weights and keys that cannot be split by."""
    rows = pd.DataFrame({"parent": parent, "weight": w, "key": key})
    bad = rows[~((rows["weight"] >= 0) & np.isfinite(rows["weight"]))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(rows)} weights are negative, empty or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="net returns against sales first, or give a floor",
            rows=bad,
        )
    nameless = rows[rows["key"].isna()]
    if len(nameless):
        raise ContractError(
            f"{len(nameless)} of {len(rows)} rows have no key to break ties by.",
            where=f"first rows {nameless.index[:3].tolist()}, see .rows",
            fix="name every row",
            rows=nameless,
        )
    twice = rows[rows.duplicated(["parent", "key"], keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows share a key inside one family: {twice['key'].iloc[0]!r}.",
            where=f"rows {twice.index[:3].tolist()}, see .rows",
            fix="sum them first, or add the level that tells them apart",
            code="duplicate-key",
            rows=twice,
        )


def check_families(totals: pd.Series, parent: pd.Series, w: Floats) -> None:
    """Refuse a total that has nobody to go to."""
    rows = pd.DataFrame({"parent": parent, "weight": w})
    heaviest = rows.groupby("parent")["weight"].max()
    empty = totals[(totals > 0) & (totals.index.map(heaviest).fillna(0.0) <= 0)]
    if len(empty):
        raise ContractError(
            f"All weights below {empty.index[0]!r} are 0, so its total cannot be handed down.",
            where=f"parent {empty.index[0]!r}, total {int(empty.iloc[0]):,}",
            fix="give the children a floor, or drop the branch",
            rows=rows[rows["parent"].isin(empty.index)],
        )
