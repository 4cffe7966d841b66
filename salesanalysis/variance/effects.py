"""What effects there are: their causal order, their place in the tree, where they come from."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name

#: effect -> (step in causal order, parent in the tree of the gap, origin)
EFFECTS: dict[str, tuple[int, str, str]] = {
    "difference": (10, "gap", "unassigned"),
    "market_size": (30, "quantity", "external"),
    "market_share": (40, "quantity", "internal"),
    "quantity": (50, "volume", "unassigned"),
    "mix": (60, "volume", "internal"),
    "price": (70, "gap", "internal"),
    "cross": (80, "gap", "unassigned"),
    "cost": (90, "gap", "internal"),
    "new": (110, "gap", "internal"),
    "lost": (120, "gap", "unassigned"),
    "returns": (130, "gap", "unassigned"),
    "no_units": (140, "gap", "unassigned"),
}
ORIGINS = ("external", "internal", "plan", "unassigned", "open")
#: Shown as bars and lines of their own, whatever their size.
NEVER_MERGED = ("new", "lost", "open")
#: Below this part of the base a share of the gap says more about rounding than about sales.
SMALL_GAP = 0.005


def share_columns(
    rows: pd.DataFrame, start: float, end: float, overrides: Mapping[str, str]
) -> pd.DataFrame:
    """Add shares, origin, parent, step and status to rows of ``effect`` and ``amount``.

    Returns
    -------
    DataFrame
        ``gap_share`` and ``base_share`` are empty, and ``status`` says why, where the base
        total is negative or 0 or the gap is below 0.5 % of it.
    """
    gap = end - start
    place = {name: EFFECTS[name] for name in rows["effect"].unique()}
    status = share_status(start, gap)
    amount = rows["amount"]
    of_gap = status == "ok" or (status == "no_base" and gap != 0)
    return rows.assign(
        gap_share=amount / gap if of_gap else np.nan,
        base_share=amount / start if start > 0 else np.nan,
        origin=rows["effect"].map({n: overrides.get(n, p[2]) for n, p in place.items()}),
        parent=rows["effect"].map({n: p[1] for n, p in place.items()}),
        step=rows["effect"].map({n: p[0] for n, p in place.items()}).astype("int64"),
        status=status,
    )


def share_status(start: float, gap: float) -> str:
    """Say which shares can be read: ok, small_gap, no_base or negative_base."""
    if start == 0:
        return "no_base"
    if start < 0:
        return "negative_base"
    return "small_gap" if abs(gap) < SMALL_GAP * start else "ok"


def checked_origins(origin: Mapping[str, str] | None) -> tuple[str, ...]:
    """Return changed origins as ``effect=origin``, refusing names that do not exist."""
    for effect, place in (origin or {}).items():
        for name, known, kind in ((effect, tuple(EFFECTS), "effect"), (place, ORIGINS, "origin")):
            if name not in known:
                raise unknown_name(
                    name, known, kind=kind, where="explain(origin=...)", error=ContractError
                )
    return tuple(f"{effect}={place}" for effect, place in sorted((origin or {}).items()))
