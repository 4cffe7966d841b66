"""Numbers that are linear in the free numbers of a plan, and what pay grows with."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Linear:
    """Numbers that are linear in the knobs: constant + matrix @ values.

    Attributes
    ----------
    constant : ndarray, one value per row
    matrix : ndarray, rows x knobs
    """

    constant: Floats
    matrix: Floats

    def at(self, values: npt.ArrayLike) -> Floats:
        """Return the numbers at values of the knobs."""
        return np.asarray(self.constant + self.matrix @ np.asarray(values, np.float64))

    def __sub__(self, other: "Linear") -> "Linear":
        """Return the difference, row by row."""
        return Linear(self.constant - other.constant, self.matrix - other.matrix)

    def total(self) -> "Linear":
        """Return the sum of all rows, as one row."""
        return Linear(self.constant.sum(keepdims=True), self.matrix.sum(axis=0, keepdims=True))

    def times(self, factor: float) -> "Linear":
        """Return every row times a factor."""
        return Linear(factor * self.constant, factor * self.matrix)


@dataclass(frozen=True)
class Scales:
    """What pay grows with: one quota and target incentive per person, currency."""

    quota: Floats
    incentive: Floats

    def of(self, scale: str) -> Floats:
        """Return the size of a scale per person."""
        if scale == "quota":
            return self.quota
        return self.incentive if scale == "incentive" else np.ones(self.quota.shape)
