"""What actual figures are compared with: last year, the window before, the mean of peers.

`baseline` builds the base of `explain` from the same table of sales; `split_scenario` takes both
sides out of one table that names them in a column.
"""

from salesanalysis.variance.baseline.build import baseline
from salesanalysis.variance.baseline.scenario import split_scenario

__all__ = ["baseline", "split_scenario"]
