"""One condition on the numbers of a plan: rows between two bounds."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.optimum.rows import Linear


@dataclass(frozen=True)
class Condition:
    """Rows that lie between two bounds.

    Attributes
    ----------
    name : str, what the condition is called, such as ``budget``
    rows : Linear
    low, high : float, -inf and inf where there is none
    size : float, what rows are measured against, above 0: currency, or 1 for rates
    """

    name: str
    rows: Linear
    low: float = -np.inf
    high: float = np.inf
    size: float = 1.0

    def misses(self, values: npt.ArrayLike) -> float:
        """Return by how much of its size the worst row lies outside, 0 where all lie inside."""
        found = self.rows.at(values)
        over = np.maximum(found - self.high, self.low - found)
        return max(float(over.max(initial=0.0)) / self.size, 0.0)
