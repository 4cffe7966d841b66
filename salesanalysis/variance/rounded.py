"""Amounts in one common unit, rounded so that parts add up to their rounded total."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from salesanalysis.labels import percent
from salesanalysis.rounding import round_half_up

#: language -> (from this amount on, size of the unit, letter, decimals); below: whole units
_UNITS = {
    "en": ((1e9, 1e9, "B", 2), (1e6, 1e6, "M", 2), (1e5, 1e3, "k", 1)),
    "zh": ((1e8, 1e8, "亿", 2), (1e6, 1e4, "万", 1), (1e5, 1e4, "万", 2)),
}

_POINTS = {"en": " pp", "zh": "个百分点"}
#: Decimals of a percentage: as few as these, and no more than these.
_COARSEST, _FINEST = 1, 4


@dataclass(frozen=True)
class Scale:
    """A unit and a number of decimals that all amounts of one sentence or picture share.

    Examples
    --------
    >>> scale = Scale.of([-1_900_000.0, -1_204_000.0], "en")
    >>> [scale.text(w, signed=True) for w in scale.split([-1_204_000, -695_900], -1_899_900)]
    ['-1.20M', '-0.70M']
    """

    size: float
    letter: str
    decimals: int

    @classmethod
    def of(cls, amounts: Sequence[float], lang: str, kind: str = "money") -> "Scale":
        """Return the unit that suits the largest of `amounts`; shares in percentage points.

        Examples
        --------
        >>> points = Scale.of([0.07, -0.02], "en", "share")
        >>> points.text(points.steps(0.07), signed=True)
        '+7.0 pp'
        """
        largest = float(np.max(np.abs(np.asarray(amounts, dtype="float64")), initial=0.0))
        if kind == "share":
            return cls(0.01, _POINTS[lang], 1 if largest >= 0.01 else 2)
        for edge, size, letter, decimals in _UNITS[lang]:
            if largest >= edge:
                return cls(size, letter, decimals)
        return cls(1.0, "", 0 if largest >= 100 else 2)

    def steps(self, amount: float) -> int:
        """Return `amount` as a whole number of the smallest shown step, half away from zero."""
        # float noise: a gap of rates that ends in exactly half a step must stay one
        shown = Decimal(repr(round(float(amount) / self.size, 9))).scaleb(self.decimals)
        return int(round_half_up(shown, "1"))

    def split(self, amounts: Sequence[float], total: float) -> list[int]:
        """Round parts down, then give what is missing to the largest fractions, ties to the first.

        Returns
        -------
        list of int
            Whole steps that add up to ``steps(total)``; each less than one step off.
        """
        exact = np.asarray(amounts, dtype="float64") / self.size * 10**self.decimals
        # float noise: a whole number of steps must stay one
        floor = np.floor(np.round(exact, 6))
        fraction = np.round(exact - floor, 6)
        left = self.steps(total) - int(floor.sum())
        order = np.lexsort((np.arange(len(exact)), -fraction))
        floor[order[: max(left, 0)]] += 1
        return [int(v) for v in floor]

    def text(self, steps: int, *, signed: bool = False) -> str:
        """Write a number of steps; what is 0 carries no sign."""
        sign = "-" if steps < 0 else "+" if signed and steps else ""
        return f"{sign}{abs(steps) / 10**self.decimals:,.{self.decimals}f}{self.letter}"

    def mark(self, steps: int, amount: float) -> str:
        """Write a number of steps beside a bar: what is too small for the unit as about 0.

        Examples
        --------
        >>> scale = Scale.of([-1_900_000.0], "en")
        >>> scale.mark(-120, -1_200_000.0), scale.mark(0, 900.0), scale.mark(0, 0.0)
        ('-1.20M', '≈0', '0')
        """
        if steps:
            return self.text(steps, signed=True)
        return "≈0" if amount else "0"

    def tick(self, value: float, gap: float) -> str:
        """Write `value` on an axis of this unit, as finely as ticks a `gap` apart need.

        Examples
        --------
        >>> scale = Scale.of([350_000.0], "en")
        >>> scale.tick(200_000.0, 200_000.0), scale.tick(1_500.0, 500.0), scale.tick(0.0, 500.0)
        ('200k', '1.5k', '0')
        """
        if abs(value) < gap * 1e-6:
            return "0"
        fine = Decimal(repr(gap / self.size)).normalize().as_tuple().exponent if gap else 0
        decimals = min(max(-int(fine), 0), 6)
        return f"{value / self.size:,.{decimals}f}{self.letter}"


def percents_apart(shares: Sequence[float]) -> list[str]:
    """Write shares as percent, with more decimals where two that differ would read the same.

    Examples
    --------
    >>> percents_apart([0.15, 0.1504]), percents_apart([0.15, 0.18]), percents_apart([0.15, 0.15])
    (['15.00%', '15.04%'], ['15.0%', '18.0%'], ['15.0%', '15.0%'])
    """
    texts = [[percent(s, d) for s in shares] for d in range(_COARSEST, _FINEST + 1)]
    most = len(set(texts[-1]))
    return next(written for written in texts if len(set(written)) == most)
