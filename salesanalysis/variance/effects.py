"""What effects there are: their causal order, their place in the tree, where they come from."""

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name

#: (step in causal order, parent in the tree of the gap, origin)
Place: TypeAlias = tuple[int, str, str]
#: Effects every method may use; a method with effects of its own passes their places.
EFFECTS: dict[str, Place] = {
    "plan": (5, "gap", "plan"),
    "difference": (10, "gap", "unassigned"),
    "calendar": (20, "quantity", "external"),
    "market_size": (30, "quantity", "external"),
    "market_share": (40, "quantity", "internal"),
    "quantity": (50, "volume", "unassigned"),
    "mix": (60, "volume", "internal"),
    "mix_between": (61, "mix", "internal"),
    "mix_within": (62, "mix", "internal"),
    "price": (70, "gap", "internal"),
    "cross": (80, "gap", "unassigned"),
    "cost": (90, "gap", "internal"),
    "fixed_cost": (95, "gap", "internal"),
    "fx": (100, "gap", "external"),
    "new": (110, "gap", "internal"),
    "lost": (120, "gap", "unassigned"),
    "returns": (130, "gap", "unassigned"),
    "no_units": (140, "gap", "unassigned"),
    "reference": (160, "gap", "unassigned"),
    "open": (170, "gap", "open"),
}
ORIGINS = ("external", "internal", "plan", "unassigned", "open")
#: Shown as bars and lines of their own, whatever their size.
NEVER_MERGED = ("new", "lost", "open")
#: Below this part of the base a share of the gap says more about rounding than about sales.
SMALL_GAP = 0.005


def places_of(extra: Iterable[tuple[str, int, str, str]]) -> dict[str, Place]:
    """Return every effect that has a place: those all methods share, and `extra` ones."""
    return EFFECTS | {effect: (step, parent, origin) for effect, step, parent, origin in extra}


def located(
    rows: pd.DataFrame, places: Mapping[str, Place], overrides: Mapping[str, str]
) -> pd.DataFrame:
    """Add origin, parent and step to rows of ``effect``."""
    names = rows["effect"].unique()
    for name in names:
        if name not in places:
            raise unknown_name(
                name, tuple(places), kind="effect", where="Bridge.of(places=...)",
                error=ContractError,
            )  # fmt: skip
    place = {name: places[name] for name in names}
    return rows.assign(
        origin=rows["effect"].map({n: overrides.get(n, p[2]) for n, p in place.items()}),
        parent=rows["effect"].map({n: p[1] for n, p in place.items()}),
        step=rows["effect"].map({n: p[0] for n, p in place.items()}).astype("int64"),
    )


def with_shares(rows: pd.DataFrame, start: float, end: float) -> pd.DataFrame:
    """Add shares of the gap and of the base to rows of ``amount``, and what they are worth.

    Returns
    -------
    DataFrame
        ``gap_share`` and ``base_share`` are empty, and ``status`` says why, where the base
        total is negative or 0 or the gap is below 0.5 % of it.
    """
    gap, amount = end - start, rows["amount"]
    status = share_status(start, gap)
    of_gap = status == "ok" or (status == "no_base" and gap != 0)
    return rows.assign(
        gap_share=amount / gap if of_gap else np.nan,
        base_share=amount / start if start > 0 else np.nan,
        status=status,
    )


def share_status(start: float, gap: float) -> str:
    """Say which shares can be read: ok, small_gap, no_base or negative_base."""
    if start == 0:
        return "no_base"
    if start < 0:
        return "negative_base"
    return "small_gap" if abs(gap) < SMALL_GAP * start else "ok"
