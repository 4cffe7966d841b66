"""Seasonal indices that trust themselves as far as the months behind them allow."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.members.block import Block, Counts
from salesanalysis.forecast.tree import Flags, Floats

#: Weight of a year against the one after it.
DECAY = 0.85
#: Months to either side that shape the trend under the season, and how often it is redrawn.
REACH, ROUNDS = 13, 2
#: Noise counted on top of what is measured: the trend has taken some of it for itself.
CAUTION = 1.4


@dataclass(frozen=True)
class Season:
    """Seasonal indices of every node, phases counted back from the last month.

    Attributes
    ----------
    index : array, shape (season, nodes)
        Factors with mean 1 where `factor`, else amounts with mean 0.
    factor : array of bool, shape (nodes,)
    trust : array, shape (nodes,)
        0 no season can be told from noise (or fewer than two years), 1 the season stands as
        measured.
    """

    index: Floats
    factor: Flags
    trust: Floats

    def months(self, first: int, last: int) -> Floats:
        """Return the indices of months `first` to `last` - 1, 0 being the first after history."""
        season = len(self.index)
        picked: Floats = self.index[(-1 - np.arange(first, last)) % season]
        return picked

    def without(self, value: Floats) -> Floats:
        """Return history, shape (months, nodes), with the season taken out."""
        index = self.months(-len(value), 0)
        return np.where(self.factor, value / np.where(self.factor, index, 1.0), value - index)

    def put_back(self, forecast: Floats) -> Floats:
        """Return forecasts, shape (horizon, nodes), with the season put back."""
        index = self.months(0, len(forecast))
        return np.where(self.factor, forecast * index, forecast + index)


def season_of(
    block: Block,
    factor: Flags,
    *,
    season: int = 12,
    decay: float = DECAY,
    parent: Counts | None = None,
) -> Season:
    r"""Measure the season of every node and shrink it towards none.

    Parameters
    ----------
    block : Block
        Values above 0 where `factor`.
    factor : array of bool, shape (nodes,)
        Season as factors (in logarithms) or as amounts.
    season : int
        Months of a year.
    decay : float
        Weight of a year against the one after it.
    parent : array of int, shape (nodes,), optional
        The row whose season a node with fewer than two years borrows; -1 for none.

    Notes
    -----
    First the ratios to the centred moving average; then twice: a local line (tricube weights, 13
    months to either side, asymmetric at the ends) through the months without their season, and
    the season measured again from what is left, so that the first and the last half year count
    as well: with two years of history this doubles the months behind each index.

    :math:`\ln S_p = \mu_p B / (B + v)`: :math:`\mu_p` the weighted mean of phase p, v the
    variance of that mean (1.4 times the measured one), :math:`B = \max(\sum \mu_p^2 / (m - 1) -
    v, 0)` what the spread of the phases exceeds it by.

    References
    ----------
    Shrinkage: Miller, D. M. and Williams, D. (2003). International Journal of Forecasting 19,
    669-684; here years are weighted and the shrinkage is one number per node. Redrawing the
    trend: Shiskin, J., Young, A. H. and Musgrave, J. C. (1967), X-11; here the trend is a local
    line (Cleveland, W. S. 1979, Journal of the American Statistical Association 74, 829-836).
    """
    size = _size(block)
    value = _logs(block, factor, size)
    ratio, known = _to_average(block, value, size, factor, season)
    profile, trust = _profiles(ratio, known, block.n, season, decay, lost=0.0, caution=1.0)
    long = block.known & (block.n >= 2 * season)
    for _ in range(ROUNDS):
        phase = _phases(len(value), season)
        plain = np.where(long, value - (profile * trust)[phase], 0.0)
        rest = np.where(long, value - _local_line(plain, long), 0.0)
        lost = block.n / REACH + 1
        profile, trust = _profiles(rest, long, block.n, season, decay, lost=lost, caution=CAUTION)
    profile *= trust
    if parent is not None:
        borrows = (block.n < 2 * season) & (parent >= 0)
        same = borrows & (factor == factor[parent])
        profile = np.where(same, profile[:, parent], profile)
    return Season(_index(profile, factor, size), factor, trust)


def _phases(months: int, season: int) -> Counts:
    """Return how far each month's place in the year lies before that of the last month."""
    phases: Counts = (months - 1 - np.arange(months)) % season
    return phases


def _size(block: Block) -> Floats:
    """Return the mean size of a month, 1 where all are 0."""
    size = np.abs(block.value).sum(axis=0) / block.n
    return np.where(size > 0, size, 1.0)


def _logs(block: Block, factor: Flags, size: Floats) -> Floats:
    """Return logarithms where the season is a factor, else values in units of their size."""
    here = block.known & factor
    return np.where(here, np.log(np.where(here, block.value, 1.0)), block.value / size)


def _to_average(
    block: Block, value: Floats, size: Floats, factor: Flags, season: int
) -> tuple[Floats, Flags]:
    """Return the distance from the centred moving average over a year, and where known."""
    half, odd = season // 2, season % 2
    known, ratio = np.zeros(value.shape, dtype=bool), np.zeros(value.shape)
    middle = np.arange(half, max(len(value) - half, half))
    if not len(middle):
        return ratio, known
    sums = np.concatenate([np.zeros((1, value.shape[1])), block.value.cumsum(axis=0)])
    inner = sums[middle + half + odd] - sums[middle - half + 1 - odd]
    ends = 0.0 if odd else 0.5 * (block.value[middle - half] + block.value[middle + half])
    average = (inner + ends) / season
    here = block.known[middle - half]
    level = np.where(factor, np.log(np.where(here & factor, average, 1.0)), average / size)
    known[middle], ratio[middle] = here, np.where(here, value[middle] - level, 0.0)
    return ratio, known


def _profiles(
    ratio: Floats,
    known: Flags,
    n: Counts,
    season: int,
    decay: float,
    *,
    lost: Floats | float,
    caution: float,
) -> tuple[Floats, Floats]:
    """Return the mean of each phase, shape (season, nodes), and how far it can be trusted."""
    months = np.arange(len(ratio))
    age, phase = (len(ratio) - 1 - months) // season, _phases(len(ratio), season)
    weight = np.where(known, (decay**age)[:, None], 0.0)
    member = (phase[None, :] == np.arange(season)[:, None]).astype("float64")
    total, square = member @ weight, member @ weight**2
    mean = np.divide(member @ (weight * ratio), total, out=np.zeros_like(total), where=total > 0)
    mean -= mean.mean(axis=0)
    rest = np.where(known, ratio - mean[phase], 0.0)
    noise = (rest**2).sum(axis=0) / np.maximum(known.sum(axis=0) - season - lost, 1)
    share = np.divide(square, total**2, out=np.zeros_like(total), where=total > 0).mean(axis=0)
    noise *= caution * share
    signal = np.maximum((mean**2).sum(axis=0) / (season - 1) - noise, 0.0)
    both = signal + noise
    trust = np.divide(signal, both, out=np.ones_like(signal), where=both > 0)
    return mean, np.where((n >= 2 * season) & (total > 0).all(axis=0), trust, 0.0)


def _local_line(value: Floats, known: Flags) -> Floats:
    """Return the value at each month of a line through the months around it, nearer ones first."""
    months = np.arange(len(value))
    apart = (months[None, :] - months[:, None]).astype("float64")
    near = np.maximum(1 - (np.abs(apart) / REACH) ** 3, 0.0) ** 3
    mask = known.astype("float64")
    count, first, second = near @ mask, (near * apart) @ mask, (near * apart**2) @ mask
    total, moment = near @ value, (near * apart) @ value
    spread = count * second - first**2
    line = (second * total - first * moment) / np.where(spread > 1e-9, spread, 1.0)
    drawn: Floats = np.where(spread > 1e-9, line, total / np.maximum(count, 1e-12))
    return drawn


def _index(profile: Floats, factor: Flags, size: Floats) -> Floats:
    """Return factors with mean 1, or amounts with mean 0."""
    factors = np.exp(np.where(factor, profile, 0.0))
    return np.where(factor, factors / factors.mean(axis=0), profile * size)
