"""One pass over the whole tree: base forecasts, what the past says about them, sums that agree."""

from salesanalysis.forecast.run.company import Run, run

__all__ = ["Run", "run"]
