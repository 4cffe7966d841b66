"""Where in the cube it is: slices that account for a gap, dimensions ranked, a map of two."""

from salesanalysis.variance.places.causes import root_causes
from salesanalysis.variance.places.heat import Heat, heat
from salesanalysis.variance.places.ranking import DimRanking, rank_dims

__all__ = ["DimRanking", "Heat", "heat", "rank_dims", "root_causes"]
