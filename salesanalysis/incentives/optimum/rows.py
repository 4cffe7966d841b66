"""Numbers that are linear in the free numbers of a plan, and what pay grows with."""

from collections.abc import Sequence
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


def stacked(parts: Sequence[Linear]) -> Linear:
    """Return all rows of several, one below the other."""
    return Linear(
        np.concatenate([p.constant for p in parts]), np.concatenate([p.matrix for p in parts])
    )


#: The scales of a compiled plan, and sales that managers above are paid an override on.
SCALES = ("quota", "incentive", "fixed", "led")


@dataclass(frozen=True)
class Scales:
    """What pay grows with, per person: quota and target incentive (currency), managers above."""

    quota: Floats
    incentive: Floats
    led: Floats | float = 0.0

    def of(self, scale: str, unit: str = "attainment") -> Floats:
        """Return the size of a scale per person; `unit` is that of the plan's edges."""
        if scale == "quota":
            return self.quota
        if scale == "led":
            return self.led * (self.quota if unit == "attainment" else np.ones(self.quota.shape))
        return self.incentive if scale == "incentive" else np.ones(self.quota.shape)
