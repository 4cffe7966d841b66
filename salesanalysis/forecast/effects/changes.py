"""Year-on-year changes of a panel and of its calendar, and their sums of squares per node."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.tree import Flags, Floats


@dataclass(frozen=True, eq=False)
class Changes:
    """Year-on-year changes, each node's mean over its own months removed.

    Attributes
    ----------
    sales : array, shape (nodes, months), 0 where a change is not known
    known : flags, shape (nodes, months)
    calendar : array, shape (nodes, months, effects), 0 where a change is not known
    """

    sales: Floats
    known: Flags
    calendar: Floats

    @classmethod
    def of(cls, history: Floats, calendar: Floats, season: int) -> "Changes":
        """Return the changes of log sales (sales over their mean size where any is <= 0).

        Parameters
        ----------
        history : array, shape (nodes, T), currency, empty before a node's start
        calendar : array, shape (T, effects)
        season : int, months of a year

        Examples
        --------
        >>> sales = np.array([[10.0, 10.0, 20.0, 10.0]])
        >>> Changes.of(sales, np.zeros((4, 1)), season=2).sales.round(3).tolist()
        [[0.347, -0.347]]
        """
        relative = relative_values(history)
        raw = relative[:, season:] - relative[:, :-season]
        known = np.isfinite(raw)
        moved = calendar[season:] - calendar[:-season]
        moves = np.broadcast_to(moved, (*raw.shape, calendar.shape[1]))
        return cls(_centre(raw, known), known, _centre(moves, known[..., None]))

    @property
    def n_months(self) -> Floats:
        """Months with a known change, per node."""
        n_months: Floats = self.known.sum(axis=1).astype("float64")
        return n_months

    def squares(self) -> Floats:
        """Return X'X of each node, shape (nodes, effects, effects)."""
        squares: Floats = np.swapaxes(self.calendar, 1, 2) @ self.calendar
        return squares

    def products(self) -> Floats:
        """Return X'r of each node, shape (nodes, effects)."""
        products: Floats = np.einsum("itr,it->ir", self.calendar, self.sales)
        return products


def relative_values(history: Floats) -> Floats:
    """Return ln y, or y / mean |y| for nodes with a value at or below 0.

    Examples
    --------
    >>> relative_values(np.array([[1.0, 1.0], [0.0, 4.0]])).tolist()
    [[0.0, 0.0], [0.0, 2.0]]
    """
    logged = all_positive(history)[:, None]
    scaled = history / np.where(sizes(history) > 0, sizes(history), 1.0)[:, None]
    return np.where(logged, np.log(np.where(logged, history, 1.0)), scaled)


def all_positive(history: Floats) -> Flags:
    """Tell which nodes have values above 0 only."""
    positive: Flags = np.all(~(history <= 0), axis=1)
    return positive


def sizes(history: Floats) -> Floats:
    """Return the mean size of each node's values, 0 where it has none."""
    n_known = np.maximum(np.isfinite(history).sum(axis=1), 1)
    size: Floats = np.abs(np.nan_to_num(history)).sum(axis=1) / n_known
    return size


def _centre(values: Floats, known: Flags) -> Floats:
    """Remove each node's mean over its known months; 0 elsewhere."""
    kept = np.where(known, values, 0.0)
    mean = kept.sum(axis=1, keepdims=True) / np.maximum(known.sum(axis=1, keepdims=True), 1)
    return np.where(known, kept - mean, 0.0)
