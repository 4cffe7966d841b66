"""Whole steps: amounts as exact numbers of the smallest coin a target may move by."""

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import exact

Ints = npt.NDArray[np.int64]
#: Above this many steps float64 shows neighbouring amounts as one.
MAX_STEPS = 2**53


@dataclass(frozen=True)
class Step:
    """The smallest amount a target may move by, in currency units.

    Examples
    --------
    >>> step = Step.of("0.01")
    >>> step.count("52000000.5", name="total"), step.amount(3)
    (5200000050, 0.03)
    """

    size: Fraction

    @classmethod
    def of(cls, size: Decimal | int | float | str) -> "Step":
        """Read a step; floats by their shortest text.

        Raises
        ------
        ContractError
            Not a number above 0.
        """
        read = _fraction(size)
        if read is None or read <= 0:
            raise ContractError(
                f"step must be an amount above 0, got {size!r}.",
                where="cascade(step=...)",
                fix='write step=1, step=1000 or step="0.01"',
                code="bad-choice",
            )
        return cls(read)

    def count(self, amount: Decimal | int | float | str, *, name: str, where: str = "") -> int:
        """Return how many steps `amount` is; a message calls it `name` and says `where` it is.

        Raises
        ------
        ContractError
            Not a finite number, below 0, too large, or no whole number of steps.
        """
        where = where or f"cascade({name}=...)"
        read = _fraction(amount)
        if read is None or read < 0:
            raise ContractError(
                f"{name} must be an amount of zero or more, got {amount!r}.",
                where=where,
                fix="write a plain finite number such as 130000000",
            )
        n = read / self.size
        if n > MAX_STEPS:
            raise ContractError(
                f"{name} {self.text(read)} is more than {MAX_STEPS:,} steps of {self}.",
                where=where,
                fix="use a larger step",
            )
        if n.denominator != 1:
            near = (int(n) + (2 * (n - int(n)) >= 1)) * self.size
            raise ContractError(
                f"{name} {self.text(read)} is not a multiple of step {self}.",
                where=where,
                fix=f"use {name}={self.text(near)}, or a smaller step",
            )
        return int(n)

    def amount(self, steps: int) -> float:
        """Return the amount of so many steps, in currency units."""
        return float(steps * self.size)

    def amounts(self, steps: Ints) -> npt.NDArray[np.float64]:
        """Return the amounts of so many steps: the float nearest to each exact amount."""
        top, bottom = self.size.numerator, self.size.denominator
        if top == bottom:
            return steps.astype("float64")
        if float(np.abs(steps).max(initial=0)) * top > MAX_STEPS:
            return np.array([float(int(s) * self.size) for s in steps.ravel()]).reshape(steps.shape)
        amounts: npt.NDArray[np.float64] = steps * top / bottom
        return amounts

    def counts(self, amounts: pd.Series) -> Ints:
        """Return the numbers of steps nearest to `amounts`: the reverse of `amounts`."""
        scaled = amounts.to_numpy("float64")
        if self.size == 1:
            whole: Ints = scaled.astype("int64")
            if (whole == scaled).all():
                return whole
        scaled = scaled * self.size.denominator / self.size.numerator
        steps: Ints = np.rint(scaled).astype("int64")
        return steps

    def whole(self, amounts: pd.Series) -> Ints | None:
        """Return the numbers of steps; None where an amount is empty, below 0 or no whole step."""
        value = amounts.to_numpy("float64")
        # one sum tells whether any is empty or infinite
        if not np.isfinite(value.sum()) or value.min(initial=0.0) < 0:
            return None
        steps = value.astype("int64") if self.size == 1 else self.counts(amounts)
        back = steps if self.size == 1 else self.amounts(steps)
        return steps if (back == value).all() else None

    def count_up(self, amounts: npt.NDArray[np.float64]) -> int:
        """Return the fewest steps that hold the sum of `amounts`; a hair above a step is none."""
        steps = math.fsum(amounts) * self.size.denominator / self.size.numerator
        return math.ceil(steps - 1e-6)

    def text(self, amount: Fraction) -> str:
        """Write an amount with as many decimals as it needs."""
        decimals = 0
        while (amount * 10**decimals).denominator != 1 and decimals < 15:
            decimals += 1
        return exact(float(amount), decimals)

    def __str__(self) -> str:
        return self.text(self.size)


def _fraction(amount: Any) -> Fraction | None:
    """Read an amount exactly; None where it is not a finite number."""
    if isinstance(amount, bool | np.bool_):
        return None
    if isinstance(amount, np.generic):
        amount = amount.item()
    try:
        return Fraction(Decimal(str(amount)))
    except (InvalidOperation, ValueError, OverflowError):
        return None
