"""Tracking: where every unit stands against its target.

`review` compares sales with a plan over closed months and returns a `Scorecard`; `completion` is
the pure rule beneath it and works on any table of actuals and targets.
"""

from salesanalysis.doors import guard
from salesanalysis.tracking.completion import completion
from salesanalysis.tracking.review import review
from salesanalysis.tracking.scorecard import Scorecard

__all__ = ["Scorecard", "completion", "review"]

guard(globals(), __all__)
