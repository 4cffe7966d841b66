"""What is special about a node, in one word, and who may lend it a season."""

from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.forecast.tree import Flags, Floats, Words

Whole = npt.NDArray[np.int64]
#: Closed months up to which a node says next to nothing, and from which it has members.
TINY, MEMBERS = 2, 12
#: Share of months without a sale from which a node is forecast as size times chance.
OFTEN_ZERO = 0.4
#: Share of months sold in this year or the last that were sold in both, and how many of those at
#: least, from which months without a sale are a season and not chance.
REPEATS, LEAST_REPEATS = 0.9, 3
#: Share of months sold before it from which half a year without a sale is an end: of 582 units of a
#: public ledger that sold so often, none came back within the next half year, 9 later.
NEARLY_ALWAYS = 0.85
#: Nodes that are forecast by the members of the combination.
COMBINED = ("ok", "negative", "short")
#: Nodes that lend season, share and error to younger ones below them.
LENDING = ("ok", "negative")
#: Nodes without a forecast of their own.
SILENT = ("ended", "zero", "no_history")


def states(history: Floats, *, season: int = 12, leaving: bool = True) -> Words:
    """Return the state of each node, history of shape (nodes, months).

    ``no_history`` no closed month; ``zero`` never a sale; ``ended`` rows stop, no sale in
    a year, or in half a year after one in nearly every month; ``tiny`` 1 or 2 closed months;
    ``by_share`` 3 to 11; ``constant`` one value in every month; ``intermittent`` 40 % of months
    or more without a sale, unless they are the same months every year; ``short`` 12 to 23;
    ``negative`` has months below 0; else ``ok``. Without `leaving` half a year is no end.

    Examples
    --------
    >>> states(np.array([[1.0, 2.0, 3.0], [np.nan, np.nan, 1.0], [0.0, 0.0, 0.0]])).tolist()
    ['by_share', 'tiny', 'zero']
    """
    active, filled = np.isfinite(history), np.nan_to_num(history)
    n = active.sum(axis=1)
    high = np.where(active, filled, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(active, filled, np.inf).min(axis=1, initial=np.inf)
    recent = filled[:, -season:]
    # a season of quarters: 1 to 3 of them are 3 to 9 months
    tiny, members = (TINY, MEMBERS) if season == MEMBERS else (0, season)
    ended = ~active[:, -1] | ((recent == 0).all(axis=1) & (n >= season))
    if leaving:
        ended |= _left(filled, n, season)
    rules = {
        "no_history": n == 0,
        "zero": (filled == 0).all(axis=1),
        "ended": ended,
        "tiny": n <= tiny,
        "by_share": n < members,
        "constant": high == low,
        "intermittent": ((active & (filled == 0)).sum(axis=1) >= OFTEN_ZERO * n)
        & ~_same_months(history, season),
        "short": n < 2 * season,
        "negative": low < 0,
    }
    words: Words = np.select(list(rules.values()), list(rules), default="ok")
    return words


def states_of_tree(history: Floats, pairs: list[Whole], *, season: int = 12) -> Words:
    """Return the state of each node of a tree: a sum has not left while something in it sells on.

    Units that sell now and then are forecast after half a year without a sale; their sum, which
    sold nearly every month, would be put at 0 above them.

    Parameters
    ----------
    history : array, shape (nodes, months)
    pairs : see `lenders`
    """
    words = states(history, season=season)
    node, above = pairs
    lives = np.zeros(len(history), dtype=bool)
    lives[above[~np.isin(words[node], SILENT)]] = True
    early = lives & (words == "ended")
    if early.any():
        words[early] = states(history[early], season=season, leaving=False)
    return words


def _left(filled: Floats, n: Whole, season: int) -> Flags:
    """Tell whether a node sold nearly every month of a year or more, then half a year nothing."""
    sold = filled != 0
    silent = np.argmax(sold[:, ::-1], axis=1)
    lived = n - silent
    often = sold.sum(axis=1) >= NEARLY_ALWAYS * lived
    gone: Flags = sold.any(axis=1) & (silent >= season // 2) & (lived >= season) & often
    return gone


def _same_months(history: Floats, season: int) -> Flags:
    """Tell whether a node sells in the same months of every year: ice cream, mooncakes."""
    if history.shape[1] < 2 * season:
        return np.zeros(len(history), dtype=bool)
    now, before = history[:, season:], history[:, :-season]
    known = np.isfinite(now) & np.isfinite(before)
    sold, sold_before = known & (now != 0), known & (before != 0)
    both = (sold & sold_before).sum(axis=1)
    either = (sold | sold_before).sum(axis=1)
    same: Flags = (both >= LEAST_REPEATS) & (both >= REPEATS * either)
    return same


def lenders(matrix: Any, n_nodes: int) -> list[Whole]:
    """Return pairs (node, ancestor) as two arrays, ancestors of a node from the smallest up.

    Parameters
    ----------
    matrix : scipy sparse array, shape (aggregates, leaves)
        1 where a leaf belongs to an aggregate; aggregates come first among the nodes.
    n_nodes : int
    """
    from scipy import sparse  # noqa: PLC0415

    top = matrix.shape[0]
    if not top:
        return [np.zeros(0, dtype="int64"), np.zeros(0, dtype="int64")]
    every = sparse.vstack([matrix, sparse.identity(n_nodes - top)], format="csr")
    shared = (every @ matrix.T).tocoo()
    leaves = np.asarray(every.sum(axis=1)).ravel()
    node, above = shared.coords
    inside = (shared.data == leaves[node]) & (node != above) & (leaves[above] > leaves[node])
    node, above = node[inside], above[inside]
    order = np.lexsort((above, leaves[above], node))
    return [node[order].astype("int64"), above[order].astype("int64")]


def nearest(pairs: list[Whole], able: Flags, n_nodes: int) -> Whole:
    """Return the smallest ancestor of each node that is `able`, -1 where none is."""
    node, above = pairs
    keep = able[above]
    out = np.full(n_nodes, -1, dtype="int64")
    # the first pair of each node is the smallest ancestor: written last, it stays
    out[node[keep][::-1]] = above[keep][::-1]
    return out
