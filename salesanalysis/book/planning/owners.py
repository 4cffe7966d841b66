"""Who answers for a target, by when, where the figures come from, and what is done about it."""

from collections.abc import Sequence

import pandas as pd

from salesanalysis.data import Dataset
from salesanalysis.targets.plan import Plan

_WHO = "salesperson"
TOLD = ("owner", "due", "data_source", "actions", "reason")


def details(
    plan: Plan, *, written: pd.DataFrame | None, people: pd.DataFrame | None, source: str
) -> pd.DataFrame:
    """Return one row per unit with what a card says about it.

    Parameters
    ----------
    plan : Plan
    written : DataFrame, optional
        The planner's table: level columns (empty below the unit's own) and any of `TOLD`. It
        wins over what people and data say.
    people : DataFrame, optional
        ``salesperson``, ``manager`` and levels: who is the only head of a unit owns its target.
    source : str
        Where sales come from.

    Returns
    -------
    DataFrame
        Level columns and `TOLD`; ``due`` empty where nobody said, the last day of the year then.
    """
    keys = list(plan.levels)
    nodes = plan.nodes()[["level", *keys]]
    table = nodes.assign(owner=_owners(nodes, keys, people), data_source=source)
    table = table.assign(due=pd.NaT, actions="", reason="")
    table["due"] = table["due"].astype("datetime64[us]")
    if written is None or not len(written):
        return table[[*keys, *TOLD]]
    own = written.assign(**{k: "" for k in keys if k not in written.columns})
    told = [c for c in TOLD if c in own.columns]
    both = table.merge(own[[*keys, *told]], on=keys, how="left", suffixes=("", "_own"))
    for column in told:
        mine = both[f"{column}_own"]
        there = mine.notna() & (mine.astype("object") != "")
        both[column] = mine.where(there, both[column])
    return both[[*keys, *TOLD]]


def _owners(nodes: pd.DataFrame, keys: Sequence[str], people: pd.DataFrame | None) -> pd.Series:
    """Return the person of a leaf, and the one head of each unit above."""
    none = pd.Series("", index=nodes.index, dtype="str")
    owner = nodes[_WHO].astype("str") if _WHO in nodes else none
    if people is None or "manager" not in people.columns:
        return owner
    for level in ("region", "team"):
        if level not in keys or level not in people.columns:
            continue
        heads = _heads(people, level)
        mine = (nodes["level"] == level) & (owner == "")
        owner = owner.mask(mine, nodes[level].map(heads).fillna("").astype("str"))
    return owner


def _heads(people: pd.DataFrame, level: str) -> pd.Series:
    """Return the head of each unit: named as manager inside it, and under nobody inside it."""
    table = people[[_WHO, "manager", level]].dropna(subset=[level]).drop_duplicates()
    bosses = table[["manager", level]].dropna().rename(columns={"manager": _WHO}).drop_duplicates()
    inside = table.merge(bosses, on=[_WHO, level])
    members = table[[_WHO, level]].drop_duplicates().rename(columns={_WHO: "manager"})
    under = inside.merge(members, on=["manager", level])
    under_here = set(zip(under[_WHO], under[level], strict=True))
    pairs = list(zip(inside[_WHO], inside[level], strict=True))
    top = inside[[pair not in under_here for pair in pairs]][[_WHO, level]].drop_duplicates()
    alone: pd.Series = top[~top.duplicated(level, keep=False)].set_index(level)[_WHO]
    return alone


def unknown_units(plan: Plan, written: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table that name no unit of the plan."""
    keys = list(plan.levels)
    own = written.assign(**{k: "" for k in keys if k not in written.columns})
    known = pd.MultiIndex.from_frame(plan.nodes()[keys])
    return written[~pd.MultiIndex.from_frame(own[keys].fillna("")).isin(known)]


def data_share(plan: Plan, data: Dataset) -> pd.DataFrame:
    """Return the share of the last twelve closed months in which each unit sold anything."""
    keys = list(plan.levels)
    sold = data.panel(by=keys).frame
    since = data.closed_through - pd.DateOffset(months=11)
    sold = sold[(sold["period"] >= since) & (sold["value"] != 0)]
    parts = []
    for depth in range(len(keys) + 1):
        own, below = keys[:depth], dict.fromkeys(keys[depth:], "")
        months = sold[[*own, "period"]].drop_duplicates()
        counts = months.groupby(own).size().reset_index() if own else pd.DataFrame([len(months)])
        counts.columns = [*own, "n"]
        parts.append(counts.assign(**below))
    table = pd.concat(parts, ignore_index=True)
    return table[keys].assign(data_share=table["n"] / 12)
