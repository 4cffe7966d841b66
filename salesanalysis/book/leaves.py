"""From growth per business unit to weights per person."""

import pandas as pd

from salesanalysis import targets
from salesanalysis.panel import Panel


def leaf_weights(
    panel: Panel, basis: targets.Basis, not_here: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Share each business unit's proposal over its people by their sales of the base year.

    Parameters
    ----------
    panel : Panel
        Sales of every leaf.
    basis : Basis
        Proposals by fewer levels than the panel has.
    not_here : DataFrame, optional
        Level columns that name leaves nobody works in any more: people who left, or moved to
        another region. Their share goes to those who stay in the same business unit; where
        nobody stays it is kept under the old name rather than lost.

    Returns
    -------
    DataFrame, one row per leaf
        The level columns, ``base`` and ``value``. The values of a first-level unit add up to
        its whole proposal: what newcomers among its parts would grow to is carried by the
        parts that have a base.
    """
    years = panel.years()
    base = years[years["year"] == basis.year - 1]
    leaves = panel.nodes().merge(base, on=list(panel.by), how="left", validate="1:1")
    leaves["base"] = leaves.pop("value").fillna(0.0).clip(lower=0.0)
    share = _shares(leaves["base"], _here(leaves, not_here), [leaves[c] for c in basis.by])
    unit = list(basis.by)
    proposed = leaves[unit].merge(basis.to_frame()[[*unit, "value"]], on=unit, how="left")
    leaves["value"] = share * proposed["value"].to_numpy()
    first = panel.by[0]
    whole = basis.roll_up([first]).set_index(first)["value"]
    own = leaves.groupby(first)["value"].sum()
    scale = (whole / own.where(own > 0)).fillna(0.0)
    leaves["value"] *= leaves[first].map(scale).to_numpy()
    # a part of a year is no base: a region without one is new business down to its people
    leaves["base"] = leaves["base"].where(leaves[first].map(whole) > 0, 0.0)
    return leaves[[*panel.by, "base", "value"]]


def _here(leaves: pd.DataFrame, not_here: pd.DataFrame | None) -> pd.Series:
    """Return whether somebody still works in each leaf."""
    if not_here is None or not len(not_here) or not set(not_here.columns) <= set(leaves.columns):
        return pd.Series(data=True, index=leaves.index)
    keys = list(not_here.columns)
    gone = pd.MultiIndex.from_frame(not_here)
    return ~pd.Series(pd.MultiIndex.from_frame(leaves[keys]).isin(gone), index=leaves.index)


def _shares(base: pd.Series, here: pd.Series, family: list[pd.Series]) -> pd.Series:
    """Return each leaf's share of its family, those who are here first."""
    weight = base.where(here, 0.0)
    weight = weight.where(weight.groupby(family).transform("sum") > 0, base)
    sums = weight.groupby(family).transform("sum")
    return (weight / sums.where(sums > 0)).fillna(0.0)
