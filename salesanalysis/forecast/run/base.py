"""Base forecasts of every node by itself, whatever its history looks like."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.festivals import Regressors
from salesanalysis.forecast.effects import Lift, taken_out
from salesanalysis.forecast.members import NAMES, members
from salesanalysis.forecast.members.intermittent import size_times_chance
from salesanalysis.forecast.run.odd import tamed
from salesanalysis.forecast.run.opening import settled
from salesanalysis.forecast.run.states import (
    COMBINED,
    LENDING,
    SILENT,
    Whole,
    nearest,
    states_of_tree,
)
from salesanalysis.forecast.tree import Flags, Floats, Words

#: Members whose disagreement counts as uncertainty: all but the flat, the pooled, the naive one.
DIFFERING = slice(1, 7)
#: Up to this many times the largest month of two years a forecast is believed as it is; what goes
#: beyond is bent towards the second number and never reaches it.
BELIEVED, EXPLODES = 2.0, 3.0
#: Relative size of an error where a node shows none and nobody lends it one.
UNKNOWN = 0.5


@dataclass(frozen=True)
class Base:
    """What is known at one origin, nodes in the order of the tree.

    Attributes
    ----------
    member : array, shape (members, nodes, horizon)
        0 for nodes that are not combined.
    rule : array, shape (nodes, horizon)
        The forecast of nodes that are not combined; empty for the others.
    noise : array, shape (nodes, horizon)
        Size of an error before it is calibrated; empty where it is lent.
    share : array, shape (nodes,)
        Part of its lender's sales a node of 3 to 11 months had; empty for the others.
    size : array, shape (nodes,)
        Mean size of a month over the last two years.
    state : array of str, shape (nodes,)
    lender : array of int, shape (nodes,)
        The node a season, a share or an error is borrowed from; -1 for none.
    floor, ceiling : array, shape (nodes,)
        Which no forecast leaves.
    naive : array, shape (nodes, horizon)
    tamed : array, shape (nodes, months)
        What was fitted, calendar effects put back: the history with odd months moved to the edge
        of what is usual.
    lift : Lift
        What the calendar does to combined forecasts.
    index : array, shape (nodes, horizon)
    factor : array of bool, shape (nodes,)
        Season ahead, see `Members`.
    """

    member: Floats
    rule: Floats
    noise: Floats
    share: Floats
    size: Floats
    state: Words
    lender: Whole
    floor: Floats
    ceiling: Floats
    naive: Floats
    tamed: Floats
    lift: Lift
    index: Floats
    factor: Flags

    def point(self, weights: Floats) -> tuple[Floats, Flags]:
        """Return forecasts, shape (nodes, horizon), and which nodes a guard held back."""
        out = np.einsum("kh,knh->nh", weights[:, : self.rule.shape[1]], self.member)
        out = np.where(np.isnan(self.rule), out, self.rule)
        out, off = self._guarded(out)
        young = np.flatnonzero(np.isfinite(self.share))
        out[young] = self.share[young, None] * out[self.lender[young]]
        out, beyond = self._guarded(out)
        off[young] = beyond[young]
        guarded: Flags = np.logical_or.reduce(off, axis=1)
        return out, guarded

    def _guarded(self, point: Floats) -> tuple[Floats, Flags]:
        """Return forecasts bent back into what is believed, and where they were."""
        out = bent(np.where(np.isfinite(point), point, self.naive), self.floor, self.ceiling)
        return out, ~(out == point)

    def calendar(self, point: Floats) -> Floats:
        """Return how much of base forecasts the calendar is, shape (nodes, horizon)."""
        return np.where(np.isin(self.state, COMBINED)[:, None], self.lift.part_of(point), 0.0)

    def raw_error(self, point: Floats) -> Floats:
        """Return the size of an error before it is calibrated, shape (nodes, horizon).

        A node without errors of its own takes its lender's relative one, larger by the root of
        how much smaller it is (independent buyers), or the panel's usual one.
        """
        known = np.isfinite(self.noise[:, 0]) & (self.size > 0)
        relative = np.divide(
            self.noise, self.size[:, None], out=np.zeros_like(self.noise), where=known[:, None]
        )
        seen = known & (self.noise[:, 0] > 0)
        usual = (
            np.median(relative[seen], axis=0) if seen.any() else np.full(point.shape[1], UNKNOWN)
        )
        lent = np.where((self.lender >= 0)[:, None], relative[self.lender], usual)
        ratio = self.size[self.lender] / np.where(self.size > 0, self.size, 1.0)
        larger = np.sqrt(np.where(self.lender >= 0, np.maximum(ratio, 1.0), 1.0))
        borrowed = np.minimum(lent * larger[:, None], 1.0) * self.size[:, None]
        out = np.where(known[:, None], self.noise, borrowed)
        out[np.isin(self.state, SILENT)] = 0.0
        return out


def base_forecasts(
    history: Floats,
    pairs: list[Whole],
    horizon: int,
    *,
    season: int = 12,
    calendar: Regressors | None = None,
    state: Words | None = None,
) -> Base:
    """Forecast every node by itself.

    Parameters
    ----------
    history : array, shape (nodes, months)
        Right-aligned, empty before a node's first month.
    pairs : see `lenders`
    horizon : int, months
    season : int
        Months of a year.
    calendar : Regressors, optional
        Of the history and the months ahead; the effects are estimated on this history alone.
    state : array of str, shape (nodes,), optional
        Of sums without their leaves; found here where not given.
    """
    plain, lift = taken_out(history, horizon, calendar, season=season)
    state = states_of_tree(history, pairs, season=season) if state is None else state
    shape = (len(history), horizon)
    lender = nearest(pairs, np.isin(state, LENDING), len(history))
    member, noise = np.zeros((len(NAMES), *shape)), np.full(shape, np.nan)
    index, factor = np.ones(shape), np.ones(len(history), dtype=bool)
    rows = np.flatnonzero(np.isin(state, COMBINED))
    calm = history
    if len(rows):
        fitted = tamed(plain[rows], season=season)
        calm = history.copy()
        calm[rows] += np.nan_to_num(fitted - plain[rows])
        place = np.full(len(history) + 1, -1, dtype="int64")
        place[rows] = np.arange(len(rows))
        said = members(fitted, horizon, season=season, parent=place[lender[rows]])
        member[:, rows] = Lift(lift.factor[rows], lift.amount[rows])(said.point)
        noise[rows] = np.sqrt(said.variance + said.point[DIFFERING].std(axis=0) ** 2)
        index[rows], factor[rows] = said.index, said.factor
    rare = state == "intermittent"
    noise[rare] = np.nanstd(history[rare], axis=1)[:, None] if rare.any() else 0.0
    low, high = _limits(calm, 2 * season)
    return Base(
        member=member, rule=_rules(history, state, horizon),
        # members that disagree beyond what is believed say no more than that
        noise=np.minimum(noise, (high - low)[:, None]),
        share=_shares(history, state, lender), size=_recent(calm, 2 * season), state=state,
        lender=lender, floor=low, ceiling=high, naive=_naive(history, horizon, season),
        tamed=calm, lift=lift, index=index, factor=factor,
    )  # fmt: skip


def _rules(history: Floats, state: Words, horizon: int) -> Floats:
    """Return the forecasts of nodes that are not combined; a share comes on top of the mean."""
    rule, filled = np.full((len(history), horizon), np.nan), np.nan_to_num(history)
    n = np.maximum(np.isfinite(history).sum(axis=1), 1)
    plain = np.isin(state, ("tiny", "constant"))
    rule[plain] = (filled.sum(axis=1) / n)[plain, None]
    young = state == "by_share"
    if young.any():
        kept = settled(history[young], np.ones_like(history[young]))
        own = np.where(kept, filled[young], 0.0).sum(axis=1) / kept.sum(axis=1)
        rule[young] = own[:, None]
    rule[np.isin(state, SILENT)] = 0.0
    rare = state == "intermittent"
    if rare.any():
        rule[rare] = size_times_chance(history[rare], horizon)
    return rule


def _shares(history: Floats, state: Words, lender: Whole) -> Floats:
    """Return the part of its lender's sales each young node had, since it settled."""
    share = np.full(len(history), np.nan)
    young = np.flatnonzero((state == "by_share") & (lender >= 0))
    both = settled(history[young], history[lender[young]])
    own = np.where(both, history[young], 0.0).sum(axis=1)
    whole = np.where(both, history[lender[young]], 0.0).sum(axis=1)
    fits = (whole > 0) & (own >= 0) & (own <= whole)
    share[young[fits]] = own[fits] / whole[fits]
    return share


def _recent(history: Floats, months: int) -> Floats:
    """Return the mean size of a month over the last `months`."""
    recent = history[:, -months:]
    n = np.maximum(np.isfinite(recent).sum(axis=1), 1)
    size: Floats = np.abs(np.nan_to_num(recent)).sum(axis=1) / n
    return size


def _naive(history: Floats, horizon: int, season: int) -> Floats:
    """Return the same month of last year; a shorter node's mean."""
    n = np.isfinite(history).sum(axis=1)
    mean = np.nan_to_num(history).sum(axis=1) / np.maximum(n, 1)
    short = max(0, season - history.shape[1])
    year = np.pad(history, ((0, 0), (short, 0)), constant_values=np.nan)[:, -season:]
    year = np.where((n >= season)[:, None], np.nan_to_num(year), mean[:, None])
    return year[:, np.arange(horizon) % season]


def _limits(history: Floats, months: int) -> tuple[Floats, Floats]:
    """Return what no forecast leaves, shape (nodes,), from the last `months`."""
    recent = history[:, -months:]
    active = np.isfinite(recent)
    some = active.any(axis=1)
    high = np.where(active, recent, -np.inf).max(axis=1, initial=-np.inf)
    low = np.where(active, recent, np.inf).min(axis=1, initial=np.inf)
    high, low = np.where(some, high, 0.0), np.where(some, low, 0.0)
    positive = ~(history < 0).any(axis=1)
    middle, reach = (high + low) / 2, EXPLODES * (high - low)
    return (
        np.where(positive, 0.0, middle - reach),
        np.where(positive, EXPLODES * high, middle + reach),
    )


def bent(point: Floats, floor: Floats, ceiling: Floats) -> Floats:
    r"""Return forecasts bent smoothly towards their limits, without a jump anywhere.

    Parameters
    ----------
    point : array, shape (nodes, horizon)
    floor, ceiling : array, shape (nodes,)
        A floor of 0 is one; another one lies as far below the middle as the ceiling above it.

    Notes
    -----
    With x the distance from the middle (from 0 where the floor is 0), r that of the limit and
    :math:`b = 2 r / 3`: beyond b, :math:`x' = b + (r - b)(1 - e^{-(x - b)/(r - b)})`.

    Examples
    --------
    >>> bent(np.array([[100.0, 250.0, 9e9]]), np.zeros(1), np.array([300.0])).round(1).tolist()
    [[100.0, 239.3, 300.0]]
    """
    middle = np.where(floor == 0, 0.0, (floor + ceiling) / 2)[:, None]
    reach = ceiling[:, None] - middle
    knee = reach * BELIEVED / EXPLODES
    room = np.where(reach > knee, reach - knee, 1.0)
    gap = point - middle
    beyond = np.maximum(np.abs(gap) - knee, 0.0)
    held = middle + np.sign(gap) * (knee + (reach - knee) * -np.expm1(-beyond / room))
    return np.maximum(np.where(beyond > 0, held, point), floor[:, None])
