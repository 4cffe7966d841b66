"""Two groups differ: in what they have, or in what it brings them."""

from salesanalysis.variance.groups.arithmetic import Split, split_means
from salesanalysis.variance.groups.entry import oaxaca

__all__ = ["Split", "oaxaca", "split_means"]
