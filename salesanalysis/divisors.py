"""Whole units by divisors: a larger total lowers nobody."""

import heapq
from collections.abc import Hashable, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def sainte_lague(
    total: int, weights: Floats | Sequence[Fraction], keys: Sequence[Hashable]
) -> list[int]:
    """Split whole units by the divisors 1, 3, 5, ...; ties go to the smaller key.

    Parameters
    ----------
    total : int, zero or more
    weights : array of float or exact fractions, shape (n,), zero or more, some above zero
    keys : sequence, shape (n,), unique

    References
    ----------
    Balinski, M. L. and Young, H. P. (1982). Fair Representation. Yale University Press.

    Notes
    -----
    Floats are read as what they are in binary; weights are compared exactly. Every share is
    rounded to the nearest unit first; what is missing or too much follows the quotients.

    Examples
    --------
    >>> sainte_lague(5, np.array([88.0, 12, 12, 12, 12, 12]), list("abcdef"))
    [4, 1, 0, 0, 0, 0]
    """
    exact = [w if isinstance(w, Fraction) else Fraction(float(w)) for w in weights]
    whole = sum(exact)
    parts = [int((2 * total * w + whole) // (2 * whole)) for w in exact]
    rank = {i: k for k, i in enumerate(sorted(range(len(keys)), key=lambda i: str(keys[i])))}
    left = total - sum(parts)
    sign = 1 if left > 0 else -1
    # up: the largest quotient next, ties to the smaller key; down: the smallest, to the larger
    queue = [
        (-sign * w / (2 * n + sign), sign * rank[i], i)
        for i, (w, n) in enumerate(zip(exact, parts, strict=True))
        if w and 2 * n + sign > 0
    ]
    heapq.heapify(queue)
    for _ in range(abs(left)):
        _, place, i = heapq.heappop(queue)
        parts[i] += sign
        if 2 * parts[i] + sign > 0:
            heapq.heappush(queue, (-sign * exact[i] / (2 * parts[i] + sign), place, i))
    return parts
