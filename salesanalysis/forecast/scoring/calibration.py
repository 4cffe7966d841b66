"""Whether chances come true as often as they say: reliability and the place among the draws."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.tree import Flags, Floats


def reliability(chance: Floats, reached: Flags, n_bins: int = 10) -> pd.DataFrame:
    """Compare chances with what came, in bins of equal width.

    Returns
    -------
    DataFrame, one row per bin
        ``low``, ``high``, ``n``, ``chance`` (mean of the bin) and ``reached`` (share); the
        last two empty where ``n`` is 0.

    Examples
    --------
    >>> table = reliability(np.array([0.15, 0.12, 1.0]), np.array([True, False, True]))
    >>> table.loc[table["n"] > 0, ["n", "reached"]].to_numpy().tolist()
    [[2.0, 0.5], [1.0, 1.0]]
    """
    # a hair for 0.3 * 10 = 3.0000000000000004 and its kind; a chance of 1 is in the last bin
    place = np.clip(np.floor(chance * n_bins + 1e-9).astype("int64"), 0, n_bins - 1)
    n = np.bincount(place, minlength=n_bins)
    edges = np.arange(n_bins + 1) / n_bins
    sums = [np.bincount(place, weights=w, minlength=n_bins) for w in (chance, reached * 1.0)]
    means = [np.divide(s, n, out=np.full(n_bins, np.nan), where=n > 0) for s in sums]
    return pd.DataFrame(
        {"low": edges[:-1], "high": edges[1:], "n": n, "chance": means[0], "reached": means[1]}
    )


def pit(draws: Floats, actual: Floats) -> Floats:
    """Return where each actual lies among its draws, 0 to 1; ties count half.

    Parameters
    ----------
    draws : array, shape (K, N)
    actual : array, shape (N,)

    Examples
    --------
    >>> pit(np.array([[1.0], [2.0], [3.0], [4.0]]), np.array([2.0])).tolist()
    [0.375]
    """
    out: Floats = (draws < actual).mean(axis=0) + (draws == actual).mean(axis=0) / 2
    return out


def pit_deciles(places: Floats) -> Floats:
    """Return the share of places in each tenth of 0 to 1; 0.1 everywhere is calibrated.

    References
    ----------
    Dawid, A. P. (1984). J. Royal Statistical Society A 147(2), 278-292.

    Examples
    --------
    >>> pit_deciles(np.array([0.05, 0.95, 1.0, 0.01])).tolist()
    [0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.5]
    """
    table = reliability(places, np.ones(len(places), dtype=bool))
    shares: Floats = table["n"].to_numpy() / max(len(places), 1)
    return shares
