"""From growth per business unit to weights per person."""

from collections.abc import Sequence

import pandas as pd

from salesanalysis import targets
from salesanalysis.panel import Panel


def leaf_weights(panel: Panel, basis: targets.Basis, gone: Sequence[str] = ()) -> pd.DataFrame:
    """Share each business unit's proposal over its people by their sales of the base year.

    Parameters
    ----------
    panel : Panel
        Sales of every leaf.
    basis : Basis
        Proposals by fewer levels than the panel has.
    gone : sequence of str
        People who have left: their share goes to those who stay in the same business unit;
        where nobody stays it is kept under the old name rather than lost.

    Returns
    -------
    DataFrame, one row per leaf
        The level columns, ``base`` and ``value``; the values of a unit add up to its proposal.
    """
    years = panel.years()
    base = years[years["year"] == basis.year - 1]
    leaves = panel.nodes().merge(base, on=list(panel.by), how="left", validate="1:1")
    leaves["base"] = leaves.pop("value").fillna(0.0).clip(lower=0.0)
    unit = list(basis.by)
    weight = (
        leaves["base"].where(~leaves["salesperson"].isin(list(gone)), 0.0)
        if gone
        else leaves["base"]
    )
    sums = weight.groupby([leaves[c] for c in unit]).transform("sum")
    weight = weight.where(sums > 0, leaves["base"])
    sums = weight.groupby([leaves[c] for c in unit]).transform("sum")
    share = (weight / sums.where(sums > 0)).fillna(0.0)
    proposed = leaves[unit].merge(basis.to_frame()[[*unit, "value"]], on=unit, how="left")["value"]
    leaves["value"] = share * proposed.to_numpy()
    return leaves[[*panel.by, "base", "value"]]
