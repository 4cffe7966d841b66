"""The bars of a waterfall: which steps are drawn, which are merged, and what they are called."""

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import count, label
from salesanalysis.variance.bridge import Bridge
from salesanalysis.variance.effects import NEVER_MERGED
from salesanalysis.variance.names import effect_name
from salesanalysis.variance.text import rounded_steps

#: Totals included.
MAX_EFFECTS, MAX_MEMBERS = 8, 12
ORDERS = ("cause", "size")


def bars(
    bridge: Bridge, lang: str = "en", max_bars: int | None = None, *, order: str = "cause"
) -> tuple[pd.DataFrame, list[str]]:
    """Return what a waterfall shows, from the first total to the last.

    Parameters
    ----------
    bridge : Bridge
    lang : {"en", "zh"}
    max_bars : int, optional
        Totals included; default 8 for kinds of effect, 12 for members.
    order : {"cause", "size"}
        Steps as they cause each other (members by size), or the largest first.

    Returns
    -------
    DataFrame, one row per bar
        ``kind`` (total, step, other), ``label``, ``amount``, ``from_amount``, ``to_amount``
        (currency), ``whole`` (the amount in steps of the unit of `rounded_steps`) and
        ``base_share``.
    list of str
        Names merged into "other", for the caption.

    Raises
    ------
    ContractError
        Where the bars that may not be merged do not fit; an order that does not exist.
    """
    limit = max_bars or (MAX_MEMBERS if bridge.by_member else MAX_EFFECTS)
    _, steps = rounded_steps(bridge, lang)
    if not bridge.by_member:
        steps["name"] = [effect_name(e, lang, terms=bridge.terms) for e in steps["effect"]]
    steps = steps.rename(columns={"name": "label"})
    if order not in ORDERS:
        raise unknown_name(
            order, ORDERS, kind="order", where="Bridge.plot(order=...)", error=ContractError
        )
    if order == "size":
        largest = (-steps["amount"].abs()).sort_values(kind="stable").index
        steps = steps.loc[largest].reset_index(drop=True)
    totals = 1 if bridge.start == 0 else 2
    apart = not bridge.by_member or bridge.meta.method == "gap"
    shown, merged = _merge(steps, limit, totals, lang, keep_apart=apart)
    shown["to_amount"] = bridge.start + shown["amount"].cumsum()
    shown["from_amount"] = shown["to_amount"] - shown["amount"]
    ends = pd.DataFrame(
        {
            "kind": "total",
            "label": [effect_name(name, lang, terms=bridge.terms) for name in bridge.meta.names],
            "amount": [bridge.start, bridge.end],
            "from_amount": 0.0,
            "to_amount": [bridge.start, bridge.end],
            "whole": 0,
            "base_share": float("nan"),
        }
    )
    columns = list(ends.columns)
    first = ends.iloc[: totals - 1]
    framed = [part for part in (first, shown[columns], ends.iloc[1:]) if len(part)]
    return pd.concat(framed, ignore_index=True), merged


def _merge(
    steps: pd.DataFrame, limit: int, totals: int, lang: str, *, keep_apart: bool
) -> tuple[pd.DataFrame, list[str]]:
    """Merge the smallest steps into one until they fit."""
    steps, room = steps.assign(kind="step"), limit - totals
    if len(steps) <= room:
        return steps, []
    apart = (
        steps["effect"].isin(NEVER_MERGED)
        if keep_apart
        else pd.Series(data=False, index=steps.index)
    )
    free = room - 1 - int(apart.sum())
    if free < 0:
        raise ContractError(
            f"{len(steps)} steps do not fit into {room} bars beside the totals.",
            where="Bridge.plot(max_bars=...)",
            fix=f"allow max_bars={limit - free} or more",
            code="bad-choice",
        )
    order = (-steps.loc[~apart, "amount"].abs()).sort_values(kind="stable").index
    small = steps.loc[sorted(order[free:])]
    other = pd.DataFrame(
        {
            "kind": ["other"],
            "label": [label("word.other_n", lang, n=count(len(small)))],
            "amount": [small["amount"].sum()],
            "whole": [small["whole"].sum()],
            "base_share": [small["base_share"].sum(min_count=1)],
        }
    )
    kept = steps.drop(index=small.index)
    return pd.concat([kept, other], ignore_index=True), small["label"].tolist()
