"""What stands out in a history: odd months, unknown months, units that stopped selling."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.run import Run
from salesanalysis.forecast.tree import Flags, Floats


def odd_months(
    nodes: pd.DataFrame, months: pd.DatetimeIndex, history: Floats, done: Run
) -> pd.DataFrame:
    """Return the months the fit took at another value: names, ``period``, ``value``, ``fitted_as``.

    Parameters
    ----------
    nodes : DataFrame
        ``level``, level columns, ``node``.
    months : DatetimeIndex
        Of `history`.
    history : array, shape (nodes, months), currency
        What `done` was fitted on, unknown months empty.
    """
    fitted = done.tree.base.tamed.copy()
    if done.tree.whole is not None:
        fitted[done.tree.changed] = done.tree.whole.tamed[done.tree.changed]
    row, column = np.nonzero(np.isfinite(history) & (fitted != history))
    return (
        nodes.iloc[row]
        .reset_index(drop=True)
        .assign(period=months[column], value=history[row, column], fitted_as=fitted[row, column])
    )


def unknown_months(
    nodes: pd.DataFrame, months: pd.DatetimeIndex, gaps: Flags | None
) -> pd.DataFrame:
    """Return the months nobody knows, the sums' ones too: names and ``period``."""
    if gaps is None:
        return pd.DataFrame()
    row, column = np.nonzero(gaps)
    return nodes.iloc[row].reset_index(drop=True).assign(period=months[column])


def months_silent(history: Floats) -> np.ndarray:
    """Return the closed months of each node since its last sale, all of them if it never sold.

    Parameters
    ----------
    history : array, shape (nodes, months)
        Up to the last closed month; empty before a node's first row and where unknown.

    Examples
    --------
    >>> months_silent(np.array([[5.0, 0.0, 0.0], [np.nan, 0.0, 0.0], [0.0, 0.0, 7.0]])).tolist()
    [2, 2, 0]
    """
    n = history.shape[1]
    sold = np.isfinite(history) & (history != 0)
    started = np.isfinite(history)
    since_sale = np.argmax(sold[:, ::-1], axis=1)
    since_start = n - np.argmax(started, axis=1)
    since = np.where(sold.any(axis=1), since_sale, since_start)
    return np.where(started.any(axis=1), since, 0)
