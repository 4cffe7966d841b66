"""The best rates and coefficients of a plan under a budget, and what a budget can buy."""

from salesanalysis.incentives.optimum.budgets import frontier
from salesanalysis.incentives.optimum.door import optimise
from salesanalysis.incentives.optimum.effort import optimise_effort
from salesanalysis.incentives.optimum.effort_result import EffortOptimum
from salesanalysis.incentives.optimum.frontier import Frontier
from salesanalysis.incentives.optimum.result import Optimum
from salesanalysis.incentives.optimum.shape import Shape

__all__ = [
    "EffortOptimum", "Frontier", "Optimum", "Shape", "frontier", "optimise", "optimise_effort"
]  # fmt: skip
