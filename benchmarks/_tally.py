"""What was looked at how often, and how often it did not hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass
class Tally:
    """How often each invariant was looked at, and how often it did not hold."""

    seen: dict[str, int] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)

    def look(self, name: str, wrong: np.ndarray | pd.Series) -> None:
        """Count one look per value; empty numbers are failures."""
        values = np.asarray(wrong, dtype=bool)
        self.seen[name] = self.seen.get(name, 0) + values.size
        self.failed[name] = self.failed.get(name, 0) + int(values.sum())


def off(first: npt.ArrayLike, second: npt.ArrayLike, size: float) -> np.ndarray:
    """Tell where two results differ by more than 1e-9 of the largest amount."""
    return ~(np.abs(np.asarray(first) - np.asarray(second)) <= 1e-9 * max(size, 1.0))


def lines(tally: Tally) -> Iterator[str]:
    """Write looks and failures, one line an invariant."""
    for name in sorted(tally.seen):
        yield f"  {name:<46} {tally.seen[name]:>12,} looks {tally.failed[name]:>6,} failures"
