"""What actual figures are compared with: last year, an earlier window, the mean of peers.

`baseline` builds the base of `explain` from the same table of sales; `split_scenario` takes both
sides out of one table that names them in a column; `rank_bases` says which earlier window sales
repeat best.
"""

from salesanalysis.variance.baseline.build import baseline
from salesanalysis.variance.baseline.ranking import BaseRanking, rank_bases
from salesanalysis.variance.baseline.scenario import split_scenario

__all__ = ["BaseRanking", "baseline", "rank_bases", "split_scenario"]
