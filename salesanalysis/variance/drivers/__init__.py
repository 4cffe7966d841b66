"""Driver trees: a total as a product of factors, its change shared among them.

`explain_chain` takes tables and returns a bridge. Beneath it, for arrays: `lmdi` (LMDI-I with the
limits at zero), `shapley` (any function), `shapley_product`, `sequential`, `log_mean`, and
`ratio_form`, which turns amounts into ratios (`as_ratios` those of a bridge).
"""

from salesanalysis.variance.drivers.chain import explain_chain
from salesanalysis.variance.drivers.logmean import lmdi, log_mean, ratio_form
from salesanalysis.variance.drivers.orderings import sequential, shapley, shapley_product
from salesanalysis.variance.drivers.ratios import as_ratios

__all__ = [
    "as_ratios", "explain_chain", "lmdi", "log_mean", "ratio_form", "sequential", "shapley",
    "shapley_product",
]  # fmt: skip
