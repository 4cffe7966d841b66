"""Segments as arrays: where each starts, and its line by what it is paid on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.inputs.book import ZERO

if TYPE_CHECKING:
    from salesanalysis.incentives.compiled.form import Segment

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Ladder:
    """A plan as arrays: where every segment starts, and its line by scale.

    Attributes
    ----------
    starts : tuple of (edge, whether the edge itself belongs to the segment), upwards
        Of every segment but the first, which has no lower limit.
    lines : dict, scale -> array, shape (2, segments): pay / scale = lines[0, k] + lines[1, k] x
    """

    starts: tuple[tuple[float, bool], ...]
    lines: dict[str, Floats]

    def without_returns(self) -> "Ladder":
        """Return the part for sales of 0 and more, which never lie below the edges up to 0."""
        n = sum(edge < 0 or (edge == 0 and closed) for edge, closed in self.starts)
        return Ladder(self.starts[n:], {name: line[:, n:] for name, line in self.lines.items()})


def ladder_of(segments: Sequence["Segment"], scales: Sequence[str]) -> Ladder:
    """Return the segments as arrays; a scale nothing is paid by is left out.

    A segment that is a single point has a line of its own between its two neighbours.
    """
    none = (ZERO, ZERO)
    lines = {}
    for scale in scales:
        found = [s.lines.get(scale, none) for s in segments]
        if any(line != none for line in found):
            # amounts come in cents, pay goes out in currency
            per = 1 if scale == "fixed" else 100
            lines[scale] = np.array([[float(line[k]) / per for line in found] for k in (0, 1)])
    starts = [(float(s.lo or 0), s.closed == "lower") for s in segments[1:]]
    return Ladder(tuple(starts), lines)
