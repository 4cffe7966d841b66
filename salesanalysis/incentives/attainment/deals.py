"""How a period's sales come in single deals: for pay per deal, windfalls and caps of a deal."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from salesanalysis.errors import ContractError
from salesanalysis.incentives.exact.cents import allocate
from salesanalysis.incentives.inputs.book import Exact


@dataclass(frozen=True)
class Deals:
    """Number and sizes of deals; together they are the sales of the period, to the cent.

    Parameters
    ----------
    per_period : float
        Mean number of deals of a person in a period; a period with sales has at least one.
    spread : float
        Standard deviation of the logarithm of a deal's size.
    dispersion : float, optional
        Of a negative binomial number: its variance is mean + mean^2 / dispersion. Poisson without.

    Raises
    ------
    ContractError
        Numbers that are not above 0, or above 1,000.

    Examples
    --------
    >>> deals = Deals(per_period=4, spread=0.8)
    >>> found = deals.split(100_000, np.random.default_rng(1))
    >>> sum(found)
    100000
    """

    per_period: float
    spread: float = 1.0
    dispersion: float | None = None

    def __post_init__(self) -> None:
        """Refuse what is no number of deals."""
        given = {"per_period": self.per_period, "spread": self.spread}
        if self.dispersion is not None:
            given["dispersion"] = self.dispersion
        for name, value in given.items():
            if not (math.isfinite(value) and 0 < value <= 1000):
                raise ContractError(
                    f"{name} is {value:g}.",
                    where=f"Deals({name}=...)",
                    fix="give a number above 0, at most 1,000",
                    code="bad-choice",
                )

    def split(self, cents: int, generator: np.random.Generator) -> tuple[Exact, ...]:
        """Return the deals of a period in cents; net returns, and nothing, are one deal."""
        if cents <= 0:
            return (cents,)
        sizes = np.exp(self.spread * generator.standard_normal(self.number(generator)))
        weights = [int(w) for w in np.rint(sizes / sizes.sum() * 1e12)]
        total = sum(weights)
        return tuple(allocate([Fraction(cents * w, total) for w in weights], cents))

    def number(self, generator: np.random.Generator) -> int:
        """Return how many deals a period has, at least one."""
        if self.dispersion is None:
            return max(1, int(generator.poisson(self.per_period)))
        chance = self.dispersion / (self.dispersion + self.per_period)
        return max(1, int(generator.negative_binomial(self.dispersion, chance)))
