"""Trend, season and the rest of one series, with odd months and one lasting change of level."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.forecast.tree import Flags, Floats

#: A month is odd beyond this many usual scatters; a level breaks beyond the second.
ODD, JUMP = 4.0, 3.0
#: Months on either side whose medians a level break compares.
SPAN = 6
#: Seasons needed to tell an odd month, or a break, from the season itself.
SEARCH_SEASONS = 3
#: Scatter below this share of a typical month is nothing a reader needs to hear of.
FLOOR = 0.005
#: How much of a jump must happen at once, and how much of it must stay.
AT_ONCE, STAYS = 0.67, 0.5
#: Scale factor that makes the MAD of normal values their standard deviation.
MAD_SCALE = 1.4826


@dataclass(frozen=True, eq=False)
class Parts:
    """A series as a sum.

    Attributes
    ----------
    trend, season, remainder : array, shape (months,), currency
    odd : array of bool, shape (months,)
    spread : float, currency
        The usual scatter: MAD of the remainder, scaled to a standard deviation and corrected
        for what trend and season take up.
    break_at : int
        First month of the new level; -1 for none.
    step : float, currency
    """

    trend: Floats
    season: Floats
    remainder: Floats
    odd: Flags
    spread: float
    break_at: int = -1
    step: float = 0.0


def split(values: Floats, season: int) -> Parts:
    """Split a whole series of at least two seasons into its parts.

    Robust STL finds the months that do not fit; they are then set aside and the others split
    again, so that an odd month bends neither trend nor season. A lasting jump of the level goes
    into the trend as the jump it is.

    Parameters
    ----------
    values : array, shape (months,)
        No empty value, at least ``2 * season`` months.
    season : int, months

    References
    ----------
    Cleveland, R. B., Cleveland, W. S., McRae, J. E. and Terpenning, I. (1990). STL: a
    seasonal-trend decomposition procedure based on loess. Journal of Official Statistics 6.

    Examples
    --------
    >>> month = np.arange(48)
    >>> sales = 100.0 + month + 10 * np.sin(month / 6 * np.pi) + (month == 30) * 50
    >>> np.flatnonzero(split(sales, 12).odd).tolist()
    [30]
    """
    n = len(values)
    searched = n >= SEARCH_SEASONS * season
    at, step = -1, 0.0
    if searched:
        _, seasonal = _stl(values, season, robust=True)
        at, step = find_break(values - seasonal, floor=FLOOR * float(np.abs(values).mean()))
    jump = np.where((np.arange(n) >= at) & (at >= 0), step, 0.0)
    flat = values - jump
    trend, seasonal = _stl(flat, season, robust=searched)
    odd = np.zeros(n, dtype=bool)
    if searched:
        odd, trend, seasonal = _set_aside(flat, trend, seasonal, season)
    rest = flat - trend - seasonal
    spread = _spread(rest[~odd], n, season, float(np.abs(values).mean()))
    return Parts(trend + jump, seasonal, rest, odd, spread, at, step)


def _stl(values: Floats, season: int, *, robust: bool) -> tuple[Floats, Floats]:
    """Return trend and season by STL with a steady season."""
    from statsmodels.tsa.seasonal import STL  # noqa: PLC0415

    # degree 0 over 13 years: with three to five years a free season swallows odd months
    fit = STL(values, period=season, seasonal=13, seasonal_deg=0, robust=robust).fit()
    return fit.trend, fit.seasonal


def _set_aside(
    values: Floats, trend: Floats, seasonal: Floats, season: int
) -> tuple[Flags, Floats, Floats]:
    """Split again without the months that do not fit, twice; return them and the parts."""
    size, n = float(np.abs(values).mean()), len(values)
    rest = values - trend - seasonal
    odd = np.abs(rest) > ODD * _spread(rest, n, season, size)
    for _ in range(2):
        trend, seasonal = _stl(np.where(odd, trend + seasonal, values), season, robust=False)
        rest = values - trend - seasonal
        # a month that was left out lies further off than one that was fitted
        limit = ODD * _spread(rest[~odd], n, season, size) * _taken_up(n, season)
        odd &= np.abs(rest) > limit
    return odd, trend, seasonal


def _spread(rest: Floats, n: int, season: int, size: float) -> float:
    """Return the usual scatter of what is left over; never less than `FLOOR` of the size."""
    mad = float(np.median(np.abs(rest - np.median(rest))))
    return max(MAD_SCALE * _taken_up(n, season) * mad, FLOOR * size)


def _taken_up(n: int, season: int) -> float:
    """Return how much trend and season shrink what is left over, as a factor above 1."""
    return float(np.sqrt(n / max(n - season - 2 - n / season, 1.0)))


def find_break(values: Floats, *, floor: float) -> tuple[int, float]:
    """Return month and size of the largest lasting jump of a series without season.

    A jump counts where the medians of six months before and after it, the slope taken out,
    differ by more than three usual scatters, most of it within one month, and every later
    half-year keeps half of it. (-1, 0.0) where there is none.

    Parameters
    ----------
    values : array, shape (months,)
    floor : float
        Scatter that is assumed at least.

    Examples
    --------
    >>> find_break(np.r_[np.full(20, 10.0), np.full(16, 15.0)], floor=0.1)
    (20, 5.0)
    """
    n = len(values)
    at, slope = _best_step(_smooth(values))
    flat = values - slope * np.arange(n)
    before = float(np.median(flat[at - SPAN : at]))
    jump = float(np.median(flat[at : at + SPAN])) - before
    level = np.where(np.arange(n) < at, np.median(flat[:at]), np.median(flat[at:]))
    scatter = max(MAD_SCALE * float(np.median(np.abs(flat - level))), floor)
    at_once = float(np.median(values[at : at + 3]) - np.median(values[at - 3 : at]))
    later = np.median(np.lib.stride_tricks.sliding_window_view(flat[at:], SPAN), axis=1)
    lasts = ((later - before) * np.sign(jump) >= STAYS * abs(jump)).all()
    if abs(jump) > JUMP * scatter and lasts and at_once * np.sign(jump) >= AT_ONCE * abs(jump):
        return at, jump
    return -1, 0.0


def _smooth(values: Floats) -> Floats:
    """Return medians of three months: single odd months vanish, a jump stays where it is."""
    padded = np.r_[values[0], values, values[-1]]
    smooth: Floats = np.median(np.lib.stride_tricks.sliding_window_view(padded, 3), axis=1)
    return smooth


def _best_step(values: Floats) -> tuple[int, float]:
    """Return the month of the step that explains most beside a straight line, and its slope."""
    n = len(values)
    month = np.arange(n)
    line = np.stack([np.ones(n), month], axis=1)
    q = np.linalg.qr(line)[0]
    places = np.arange(SPAN, n - SPAN + 1)
    steps = (month >= places[:, None]).astype("float64")
    steps_left, left = steps - (steps @ q) @ q.T, values - q @ (q.T @ values)
    gain = (steps_left @ left) ** 2 / (steps_left**2).sum(axis=1)
    best = int(gain.argmax())
    slope = np.linalg.lstsq(np.c_[line, steps[best]], values, rcond=None)[0][1]
    return int(places[best]), float(slope)


def strength(part: Floats, remainder: Floats) -> float:
    r"""Return how much of `part` and the remainder together the part explains, 0 to 1.

    Notes
    -----
    :math:`F = \max(0, 1 - Var(R) / Var(P + R))`, P the trend or the season, R the remainder.

    References
    ----------
    Hyndman, R. J. and Athanasopoulos, G. (2021). Forecasting: Principles and Practice, 3rd ed.,
    section 4.3.

    Examples
    --------
    >>> strength(np.array([1.0, 2.0, 3.0]), np.zeros(3)), strength(np.zeros(3), np.arange(3.0))
    (1.0, 0.0)
    """
    both = float(np.var(part + remainder))
    return max(0.0, 1.0 - float(np.var(remainder)) / both) if both > 0 else 0.0
