"""A bridge as ratios: what each effect multiplied the total by."""

from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.variance.drivers.logmean import ratio_form

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge


def as_ratios(bridge: "Bridge") -> pd.DataFrame:
    """Return what each effect multiplied the base total by; the ratios multiply to actual / base.

    Parameters
    ----------
    bridge : Bridge
        Of any method, with both totals above 0.

    Returns
    -------
    DataFrame, one row per kind of effect in causal order
        ``effect``, ``amount`` (currency), ``ratio``: exp(amount / L(actual, base)), which under
        LMDI is the multiplicative form of the method; 1.10 raised the total by 10 %.

    Raises
    ------
    ContractError
        A total that is not above 0.

    References
    ----------
    Ang, B. W. (2015). LMDI decomposition approach: a guide for implementation. Energy Policy
    86:233-238.

    Examples
    --------
    >>> from salesanalysis.variance.drivers import explain_chain
    >>> plan = pd.DataFrame({"visits": [100], "deals": [10], "revenue": [1000.0]})
    >>> done = pd.DataFrame({"visits": [110], "deals": [22], "revenue": [2200.0]})
    >>> bridge = explain_chain(done, plan, by=[], chain=["visits", "deals", "revenue"])
    >>> as_ratios(bridge)[["effect", "ratio"]].round(9).to_numpy().tolist()
    [['visits', 1.1], ['deals/visits', 2.0], ['revenue/deals', 1.0]]
    """
    found = bridge.by_effect()[["effect", "amount"]]
    ratios = ratio_form(found["amount"].to_numpy(), bridge.start, bridge.end)
    return found.assign(ratio=ratios)
