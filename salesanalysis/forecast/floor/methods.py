"""Point forecasts of leaves from their closed months; each method is one function in `METHODS`."""

from collections.abc import Callable

import numpy as np

from salesanalysis.forecast.tree import Floats, Words

#: Months of the season, and the closed months a node needs to have one.
SEASON = 12
#: Up to this many closed months say next to nothing about a node.
TINY = 2


def seasonal_naive(history: Floats, horizon: int, season: int = SEASON) -> Floats:
    """Repeat the same month of the last year; the floor every other method has to beat.

    Parameters
    ----------
    history : array, shape (leaves, months)
        Values in currency, oldest first; empty where a leaf was not active.
    horizon : int, months
    season : int
        Months of a year; 4 where the history came in quarters.

    Returns
    -------
    array, shape (leaves, horizon), currency
        A leaf with fewer than 12 closed months repeats its own mean; a leaf whose rows stop
        before the last closed month, or without a sale in the last 12 months, is 0.

    References
    ----------
    Hyndman, R. J. and Athanasopoulos, G. (2021). Forecasting: Principles and Practice,
    3rd ed., section 5.2.

    Examples
    --------
    >>> year = np.arange(1.0, 13.0)[None, :]
    >>> seasonal_naive(year, 14)[0, [0, 11, 12]].tolist()
    [1.0, 12.0, 1.0]
    >>> seasonal_naive(np.array([[2.0, 4.0]]), 1).tolist()
    [[3.0]]
    """
    n_months = np.isfinite(history).sum(axis=1)
    mean = np.nan_to_num(history).sum(axis=1) / np.maximum(n_months, 1)
    last = last_year(history, season)[:, np.arange(horizon) % season]
    points = np.where((n_months < season)[:, None], mean[:, None], np.nan_to_num(last))
    return np.where(
        np.isin(status_of(history, season), ("ended", "zero", "no_history"))[:, None], 0.0, points
    )


#: States in which a leaf repeats its own mean.
AT_MEAN = ("tiny", "young")

#: Name -> function from (leaves x months, horizon, season) to (leaves x horizon).
METHODS: dict[str, Callable[[Floats, int, int], Floats]] = {"seasonal_naive": seasonal_naive}


def last_year(history: Floats, season: int = SEASON) -> Floats:
    """Return the last twelve months, empty where history is shorter."""
    missing = max(0, season - history.shape[1])
    return np.pad(history, ((0, 0), (missing, 0)), constant_values=np.nan)[:, -season:]


def status_of(history: Floats, season: int = SEASON) -> Words:
    """Say in one word what is special about each row, shape (rows, months).

    ``no_history`` no closed month; ``zero`` never a sale; ``ended`` rows stop, or no sale in 12
    months; ``tiny`` 1 or 2 closed months; ``young`` 3 to 11; ``constant`` equals last year in
    every month; ``negative`` has months below 0; else ``ok``. Of quarters one to three are
    ``young``.
    """
    active, filled = np.isfinite(history), np.nan_to_num(history)
    n_months = active.sum(axis=1)
    change = np.abs(history[:, season:] - history[:, :-season])
    ended = ~active[:, -1] | (filled[:, -season:] == 0).all(axis=1)
    rules = {
        "no_history": n_months == 0,
        "zero": (filled == 0).all(axis=1),
        "ended": ended,
        "tiny": n_months <= (TINY if season == SEASON else 0),
        "young": n_months < season,
        "constant": np.isfinite(change).any(axis=1) & (np.nan_to_num(change) == 0).all(axis=1),
        "negative": (filled < 0).any(axis=1),
    }
    words: Words = np.select(list(rules.values()), list(rules), default="ok")
    return words
