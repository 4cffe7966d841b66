"""What every component of a plan shares: points on a line, and the names of its kinds."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

Points = tuple[tuple[Fraction, Fraction], ...]


def on_line(x: Fraction, points: Sequence[tuple[Fraction, Fraction]]) -> Fraction:
    """Return the height at `x` of the line between points; beyond the ends it stays level.

    Examples
    --------
    >>> on_line(Fraction(3, 2), [(Fraction(1), Fraction(0)), (Fraction(2), Fraction(1))])
    Fraction(1, 2)
    """
    if x <= points[0][0]:
        return points[0][1]
    for (x0, y0), (x1, y1) in pairwise(points):
        if x <= x1:
            return y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[-1][1]
