"""Level, slope and season with their uncertainty, from a structural model that takes gaps."""

import warnings
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.forecast.tree import Floats


@dataclass(frozen=True, eq=False)
class Structure:
    """Where the series stands: slope per month with its standard error, and the two parts."""

    slope: float
    slope_se: float
    trend: Floats
    season: Floats
    converged: bool


def structure(values: pd.Series, season: int) -> Structure:
    """Fit a local linear trend with season; empty months are skipped, not filled.

    Parameters
    ----------
    values : Series on a monthly PeriodIndex
        At least two seasons of known months; empty ones allowed.
    season : int, months

    Notes
    -----
    The standard error takes the estimated variances as known, as is usual: it is a little small.

    References
    ----------
    Harvey, A. C. (1989). Forecasting, Structural Time Series Models and the Kalman Filter.
    """
    from statsmodels.tsa.statespace.structural import UnobservedComponents  # noqa: PLC0415

    scale = float(values.abs().mean()) or 1.0
    with warnings.catch_warnings():
        # non-convergence is read from the result below
        warnings.simplefilter("ignore")
        model = UnobservedComponents(values / scale, level="local linear trend", seasonal=season)
        result = model.fit(disp=False, maxiter=300)
        slope = result.trend.smoothed[-1], np.sqrt(max(result.trend.smoothed_cov[-1], 0.0))
        parts = result.level.smoothed, result.seasonal.smoothed
    return Structure(
        float(slope[0]) * scale,
        float(slope[1]) * scale,
        np.asarray(parts[0], dtype="float64") * scale,
        np.asarray(parts[1], dtype="float64") * scale,
        bool(result.mle_retvals["converged"]),
    )
