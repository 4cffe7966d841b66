"""Which factors go together with performance, and which only seem to."""

from salesanalysis.variance.screening.entry import screen
from salesanalysis.variance.screening.result import Screen, ScreenMeta

__all__ = ["Screen", "ScreenMeta", "screen"]
