"""Distributions of attainment: probability, first and second moment of any piece, quantiles.

Every moment of a piece is kept about the mean of the whole distribution: a spread of 1e-9 around
1 loses no digit that way, which the raw second moment would.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.moments.bounds import (
    check_ratios,
    check_spread,
    check_values,
)

Floats = npt.NDArray[np.float64]
#: Whether a piece holds an end of its own; one answer, or one per person.
Side = bool | npt.NDArray[np.bool_]
#: Probability, and first and second moment about the mean, of a piece.
Central = tuple[Floats, Floats, Floats]
_ROOT_2_PI = float(np.sqrt(2 * np.pi))


class Distribution:
    """What every distribution of attainment answers; pieces hold their low end, not their high."""

    @property
    def mean(self) -> Any:
        """Return the expected attainment, a ratio."""
        raise NotImplementedError

    def central(self, lo: Any, hi: Any, *, low_in: Side = True, high_in: Side = False) -> Central:
        """Return P, E[A - mean; piece] and E[(A - mean)^2; piece] of the piece from lo to hi."""
        raise NotImplementedError

    def quantile(self, q: Any) -> Floats:
        """Return the attainment that a share `q` of people stay at or below."""
        raise NotImplementedError

    @property
    def sd(self) -> Any:
        """Return the standard deviation of attainment."""
        return np.sqrt(self.central(-np.inf, np.inf)[2])

    def probability(
        self, lo: Any, hi: Any, *, low_in: Side = True, high_in: Side = False
    ) -> Floats:
        """Return P(A in the piece)."""
        return self.central(lo, hi, low_in=low_in, high_in=high_in)[0]

    def first(self, lo: Any, hi: Any, *, low_in: Side = True, high_in: Side = False) -> Floats:
        """Return E[A; A in the piece]."""
        p, c1, _ = self.central(lo, hi, low_in=low_in, high_in=high_in)
        return np.asarray(self.mean * p + c1)

    def second(self, lo: Any, hi: Any, *, low_in: Side = True, high_in: Side = False) -> Floats:
        """Return E[A^2; A in the piece]."""
        p, c1, c2 = self.central(lo, hi, low_in=low_in, high_in=high_in)
        return np.asarray(self.mean**2 * p + 2 * self.mean * c1 + c2)

    def above(self, edge: Any, *, closed: str = "lower") -> Floats:
        """Return P(A >= edge), or P(A > edge) where the edge belongs below (``upper``)."""
        return self.probability(edge, np.inf, low_in=closed == "lower")


def _gap(lo: Floats, hi: Floats) -> Floats:
    """Return Phi(hi) - Phi(lo) from the tail that keeps its digits."""
    from scipy.special import ndtr  # noqa: PLC0415

    right = lo > 0
    gap: Floats = np.where(right, ndtr(-lo) - ndtr(-hi), ndtr(hi) - ndtr(lo))
    return gap


def _density(z: Floats) -> Floats:
    """Return the standard normal density; 0 at both infinities."""
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(-0.5 * z * z) / _ROOT_2_PI)


def _tilted(z: Floats) -> Floats:
    """Return z times the density at z; 0 at both infinities."""
    return np.asarray(np.where(np.isfinite(z), z, 0.0) * _density(z))


def ends_of(lo: Any, hi: Any) -> tuple[Floats, Floats]:
    """Return both ends of pieces as arrays of one shape."""
    low, high = np.broadcast_arrays(np.asarray(lo, np.float64), np.asarray(hi, np.float64))
    return low, high


@dataclass(frozen=True)
class Normal(Distribution):
    """Attainment ~ N(m, s).

    Attributes
    ----------
    m, s : float or array-like, ratios; one pair for everybody, or one per person

    Examples
    --------
    >>> round(float(Normal(1.0, 0.2).probability(0.8, 1.2)), 6)
    0.682689
    """

    m: Any
    s: Any

    def __post_init__(self) -> None:
        """Hold arrays; refuse a spread that is none."""
        object.__setattr__(self, "m", check_values(self.m, "m", "Normal"))
        object.__setattr__(self, "s", check_spread(self.s, "Normal"))

    @property
    def mean(self) -> Any:
        """Return the expected attainment."""
        return self.m

    def central(self, lo: Any, hi: Any, *, low_in: Side = True, high_in: Side = False) -> Central:
        """Return the moments of a piece; a single point has none.

        P = Phi(z_hi) - Phi(z_lo); the first s (phi(z_lo) - phi(z_hi)); the second
        s^2 (P + z_lo phi(z_lo) - z_hi phi(z_hi)), z = (edge - m) / s.
        """
        del low_in, high_in  # one point of a smooth distribution weighs nothing
        low, high = ends_of(lo, hi)
        with np.errstate(over="ignore"):
            a, b = (low - self.m) / self.s, (high - self.m) / self.s
        p = _gap(a, b)
        return (
            p,
            self.s * (_density(a) - _density(b)),
            self.s**2 * (p + _tilted(a) - _tilted(b)),
        )

    def quantile(self, q: Any) -> Floats:
        """Return m + s z_q."""
        from scipy.special import ndtri  # noqa: PLC0415

        return np.asarray(self.m + self.s * ndtri(np.asarray(q, np.float64)))


@dataclass(frozen=True)
class LogNormal(Distribution):
    """Attainment whose logarithm is N(m, s): never negative, skewed to the right.

    Attributes
    ----------
    m, s : float or array-like, mean and standard deviation of log attainment

    Examples
    --------
    >>> round(float(LogNormal(0.043305, 0.170933).above(1.0)), 4)
    0.6
    """

    m: Any
    s: Any

    def __post_init__(self) -> None:
        """Hold arrays; refuse spreads whose second moment no number holds."""
        object.__setattr__(self, "m", check_values(self.m, "m", "LogNormal", limit=50.0))
        object.__setattr__(self, "s", check_spread(self.s, "LogNormal", limit=10.0))

    @property
    def mean(self) -> Any:
        """Return exp(m + s^2 / 2)."""
        return np.exp(self.m + self.s**2 / 2)

    def central(self, lo: Any, hi: Any, *, low_in: Side = True, high_in: Side = False) -> Central:
        """Return the moments of a piece; a single point has none.

        E[A^j; piece] = exp(j m + j^2 s^2 / 2) (Phi(z_hi - j s) - Phi(z_lo - j s)), z = (ln edge
        - m) / s.
        """
        del low_in, high_in
        low, high = (np.maximum(end, 0.0) for end in ends_of(lo, hi))
        with np.errstate(divide="ignore", over="ignore"):
            a, b = ((np.log(end) - self.m) / self.s for end in (low, high))
        p, share1, share2 = (_gap(a - j * self.s, b - j * self.s) for j in (0, 1, 2))
        mean = self.mean
        c1 = mean * (share1 - p)
        c2 = mean**2 * (np.expm1(self.s**2) * share2 + share2 - 2 * share1 + p)
        return p, c1, c2

    def quantile(self, q: Any) -> Floats:
        """Return exp(m + s z_q)."""
        from scipy.special import ndtri  # noqa: PLC0415

        return np.asarray(np.exp(self.m + self.s * ndtri(np.asarray(q, np.float64))))


@dataclass(frozen=True)
class Empirical(Distribution):
    """Attainments as they were seen, each as likely as the others.

    Attributes
    ----------
    values : array-like, ratios; kept sorted, with sums over everything below each

    Examples
    --------
    >>> seen = Empirical([0.8, 1.0, 1.0, 1.2])
    >>> float(seen.above(1.0)), float(seen.above(1.0, closed="upper"))
    (0.75, 0.25)
    """

    values: Any
    _sums: tuple[Floats, Floats] = field(init=False, repr=False)
    _mean: float = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort and sum once."""
        values = np.sort(check_values(self.values, "values", "Empirical").reshape(-1))
        if not values.size:
            raise ContractError(
                "there is not one attainment.",
                where="Empirical(values)",
                fix="give one ratio per person and period, 1 for exactly the quota",
                code="empty-table",
            )
        check_ratios(values)
        mean = float(values.mean())
        off = values - mean
        sums = tuple(np.concatenate([[0.0], np.cumsum(x)]) for x in (off, off * off))
        for name, value in (("values", values), ("_sums", sums), ("_mean", mean)):
            object.__setattr__(self, name, value)

    @property
    def mean(self) -> Any:
        """Return the mean of the values."""
        return self._mean

    def central(self, lo: Any, hi: Any, *, low_in: Side = True, high_in: Side = False) -> Central:
        """Return the moments of a piece by two look-ups; values on an edge are on its side."""
        low, high = ends_of(lo, hi)
        start = np.where(low_in, self._before(low), self._through(low))
        end = np.maximum(start, np.where(high_in, self._through(high), self._before(high)))
        n = self.values.size
        one, two = ((s[end] - s[start]) / n for s in self._sums)
        return (end - start) / n, one, two

    def _before(self, edge: Floats) -> npt.NDArray[np.intp]:
        return np.searchsorted(self.values, edge, side="left")

    def _through(self, edge: Floats) -> npt.NDArray[np.intp]:
        return np.searchsorted(self.values, edge, side="right")

    def quantile(self, q: Any) -> Floats:
        """Return the smallest value that at least a share `q` stay at or below."""
        return np.asarray(np.quantile(self.values, q, method="inverted_cdf"))
