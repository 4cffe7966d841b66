"""The plainest forecast there is: one season ago, for one row or many."""

import numpy as np

from salesanalysis.forecast.tree import Floats


def repeat_season(values: Floats, horizon: int, season: int) -> Floats:
    """Repeat the last season; with less than one, the mean so far.

    Parameters
    ----------
    values : array, shape (months,)
        Oldest first; of an empty month, the one a season earlier counts.
    horizon, season : int, months

    Returns
    -------
    array, shape (horizon,)

    Examples
    --------
    >>> repeat_season(np.array([1.0, 2.0, 3.0, 4.0]), 3, season=2).tolist()
    [3.0, 4.0, 3.0]
    >>> repeat_season(np.array([1.0, 3.0]), 2, season=12).tolist()
    [2.0, 2.0]
    """
    known = np.isfinite(values)
    if not known.any():
        return np.zeros(horizon)
    mean = float(values[known].mean())
    if len(values) < season:
        return np.full(horizon, mean)
    last = np.full(season, mean)
    at = np.flatnonzero(known)
    # later months overwrite earlier ones of the same place in the season
    last[(at - len(values)) % season] = values[at]
    return last[np.arange(horizon) % season]
