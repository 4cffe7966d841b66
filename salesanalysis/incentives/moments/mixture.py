"""Vacancies among those who sell, and the distribution of whatever is given as attainment."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.moments.bounds import ZERO_TO_NINE, check_values
from salesanalysis.incentives.moments.distributions import (
    Central,
    Distribution,
    Empirical,
    LogNormal,
    Normal,
    Side,
    ends_of,
)

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Mixture(Distribution):
    """With probability `p0` nothing is sold (a vacancy); else attainment as `inner`.

    Examples
    --------
    >>> vacant = Mixture(0.1, Normal(1.0, 0.2))
    >>> round(float(vacant.mean), 6), round(float(vacant.probability(0, 0, high_in=True)), 6)
    (0.9, 0.1)
    """

    p0: Any
    inner: Distribution

    def __post_init__(self) -> None:
        """Refuse a share outside 0 to 1."""
        object.__setattr__(self, "p0", check_values(self.p0, "p0", "Mixture"))
        if not ((self.p0 >= 0) & (self.p0 <= 1)).all():
            raise ContractError(
                f"the share of vacancies is {float(np.max(np.abs(self.p0))):g}.",
                where="Mixture(p0)",
                fix="give a share from 0 to 1",
                code="bad-choice",
            )

    @property
    def mean(self) -> Any:
        """Return (1 - p0) times the mean of those who sell."""
        return (1 - self.p0) * self.inner.mean

    def central(self, lo: Any, hi: Any, *, low_in: Side = True, high_in: Side = False) -> Central:
        """Return the moments of a piece, the vacancies at exactly 0 among them."""
        low, high = ends_of(lo, hi)
        above = (low < 0) | (np.asarray(low_in) & (low == 0))
        holds = self.p0 * (above & ((high > 0) | (np.asarray(high_in) & (high == 0))))
        p, c1, c2 = self.inner.central(low, high, low_in=low_in, high_in=high_in)
        mean, rest = self.mean, 1 - self.p0
        off = self.inner.mean - mean
        return (
            holds + rest * p,
            rest * (c1 + off * p) - holds * mean,
            rest * (c2 + 2 * off * c1 + off**2 * p) + holds * mean**2,
        )

    def quantile(self, q: Any) -> Floats:
        """Return the smallest attainment that at least a share `q` stay at or below."""
        share = np.asarray(q, np.float64)
        below = (1 - self.p0) * self.inner.probability(-np.inf, 0.0)
        rest = np.where(self.p0 < 1, 1 - self.p0, 1.0)
        lower = self.inner.quantile(np.clip(share / rest, *ZERO_TO_NINE))
        upper = self.inner.quantile(np.clip((share - self.p0) / rest, *ZERO_TO_NINE))
        at_zero = (share > below) & (share <= below + self.p0)
        return np.asarray(
            np.where(share <= below, lower, np.where(at_zero | (self.p0 == 1), 0.0, upper))
        )


def distribution_of(given: Any) -> Distribution:
    """Return the distribution of an attainment model, or of attainments as they were seen.

    Parameters
    ----------
    given : Distribution, Attainment, Series or sequence of ratios

    Examples
    --------
    >>> distribution_of([1.2, 0.8]).mean
    1.0
    """
    if isinstance(given, Distribution):
        return given
    kind = getattr(given, "kind", None)
    if kind is None:
        if isinstance(given, str) or not isinstance(given, Iterable):
            raise ContractError(
                f"{given!r} is no distribution of attainments.",
                where="distribution_of(...)",
                fix="give Normal(m, s), LogNormal(m, s), an attainment model or past attainments",
                code="bad-choice",
            )
        return Empirical(given)
    kinds = {"normal": Normal, "lognormal": LogNormal}
    inner = kinds[kind](given.m, given.s) if kind in kinds else Empirical(given.values)
    vacancy = float(getattr(given, "vacancy", 0.0))
    return Mixture(vacancy, inner) if vacancy else inner
