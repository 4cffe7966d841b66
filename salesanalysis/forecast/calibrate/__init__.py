"""What the panel's own past says about its forecasts: weights of the members, sizes of errors."""

from salesanalysis.forecast.calibrate.sizes import ErrorSize, fit_sizes, reference_scores
from salesanalysis.forecast.calibrate.weights import START, fit_weights, start_weights

__all__ = [
    "START",
    "ErrorSize",
    "fit_sizes",
    "fit_weights",
    "reference_scores",
    "start_weights",
]
