"""What people get from others in many draws at once: pools, prizes by rank, overrides."""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from salesanalysis.incentives.components import Pool
from salesanalysis.incentives.exact.cents import allocate
from salesanalysis.incentives.inputs.book import ZERO, Exact
from salesanalysis.incentives.simulate.led import Pairs
from salesanalysis.incentives.simulate.streams import Floats

#: Sums of floats end this close to the whole or equal numbers they stand for.
NUDGE = 1e-6


def teams_of(names: Sequence[str]) -> list[np.ndarray]:
    """Return the places of the members of every team; an empty name is no team."""
    places: dict[str, list[int]] = {}
    for i, name in enumerate(names):
        places.setdefault(name, []).append(i)
    return [np.array(found) for name, found in sorted(places.items()) if name]


def divided(total: Floats, weights: Floats) -> Floats:
    """Share whole cents by weights to the cent, largest remainders first, ties by order.

    Parameters
    ----------
    total : ndarray, shape (draws,), whole cents
    weights : ndarray, shape (members, draws), 0 and above

    Examples
    --------
    >>> divided(np.array([10.0]), np.array([[6.0], [6.0], [2.0]])).ravel().tolist()
    [4.0, 4.0, 2.0]
    """
    everything = weights.sum(axis=0)
    paid = np.where((total > 0) & (everything != 0), total, 0.0)
    exact = paid * weights / np.where(everything == 0, 1.0, everything)
    out: Floats = np.floor(exact + NUDGE)
    left = np.rint(paid - out.sum(axis=0))
    # equal remainders in any digits of a float are equal
    rest = np.round(exact - out, 6)
    order = np.argsort(-rest, axis=0, kind="stable")
    rank = np.argsort(order, axis=0, kind="stable")
    out += rank < left
    return out


def pool_total(part: Pool, credit: Floats, unit: Floats | float, incentive: float) -> Floats:
    """Return what teams have earned in whole cents, or units of the pool, shape (draws,).

    `credit` in cents, `unit` that of the scale: the quotas of the team, or 100.
    """
    step = 1.0 if part.unit is None else float(part.unit * 100)
    if part.share is not None:
        return np.asarray(np.floor(float(part.share) * np.maximum(credit, 0) / step + NUDGE))
    x = credit / unit
    edges, heights = (np.array([float(p[k]) for p in part.points]) for k in (0, 1))
    reached = x >= edges[0] if part.scale.closed == "lower" else x > edges[0]
    height = np.where(reached, np.interp(x, edges, heights), float(part.below))
    return np.asarray(np.floor(height * incentive / step + NUDGE))


def prizes(amounts: Sequence[Exact], results: Floats) -> Floats:
    """Return prizes by rank in cents, shape of `results` (people, draws), people by name.

    People with one result share the prizes of the ranks they take; nobody wins with nothing.

    Examples
    --------
    >>> prizes([300, 100], np.array([[5.0, 7.0], [9.0, 7.0], [1.0, 2.0]])).tolist()
    [[10000.0, 20000.0], [30000.0, 20000.0], [0.0, 0.0]]
    """
    out = np.zeros(results.shape)
    n = len(results)
    most = min(len(amounts) + 1, n)
    some = np.argpartition(-results, most - 1, axis=0)[:most]
    order = np.argsort(-np.take_along_axis(results, some, axis=0), axis=0, kind="stable")
    best = np.take_along_axis(some, order, axis=0)
    values = np.take_along_axis(results, best, axis=0)
    given = np.zeros((most, 1))
    k = min(len(amounts), most)
    given[:k, 0] = [float(a * 100) for a in amounts[:k]]
    np.put_along_axis(out, best, np.where(values > 0, given, 0.0), axis=0)
    for draw in np.flatnonzero((values[1:] == values[:-1]).any(axis=0)):
        out[:, draw] = _with_ties(amounts, results[:, draw])
    return out


def _with_ties(amounts: Sequence[Exact], results: Floats) -> Floats:
    """Return the prizes of one draw, those of equal results shared to the cent."""
    out = np.zeros(len(results))
    ranked = np.argsort(-results, kind="stable")
    at = 0
    while at < min(len(ranked), len(amounts)) and results[ranked[at]] > 0:
        same = np.flatnonzero(results == results[ranked[at]])
        purse = Fraction(sum(amounts[at : at + len(same)], ZERO) * 100)
        out[same] = allocate([purse / len(same)] * len(same), int(purse))
        at += len(same)
    return out


def override(credit: Floats, pairs: Pairs, rates: Floats) -> Floats:
    """Return what managers get on the credit of everybody led, in the unit of `credit`.

    `rates` : one a pair, what the manager gets of this person's credit.
    """
    out = np.zeros(credit.shape)
    np.add.at(out, pairs[0], rates[:, None] * credit[pairs[1]])
    return out
