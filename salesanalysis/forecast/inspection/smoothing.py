"""Exponential smoothing of one series: a small set of forms, chosen by AICc."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.forecast.tree import Floats

#: Error, trend, season: A adds, M multiplies, Ad a trend that levels off, N none.
FORMS = ("A,N,N", "A,Ad,N", "A,N,A", "A,Ad,A", "M,N,M", "M,Ad,M")
#: Fewer months leave AICc nothing to compare with.
LEAST_FOR_ETS = 12
_KINDS = {"A": "add", "M": "mul", "N": None, "Ad": "add"}
#: Simulated futures where no formula for the interval exists.
PATHS = 2000
#: A forecast further outside the range seen than this many ranges is no forecast.
FAR = 3.0


@dataclass(frozen=True, eq=False)
class Fit:
    """One fitted form; `result` is statsmodels' own, of values divided by `scale`."""

    form: str
    scale: float
    aicc: float
    converged: bool
    result: Any


def check_forms(forms: tuple[str, ...], values: Floats, season: int) -> tuple[str, ...]:
    """Return the forms that fit the data; refuse what the caller asked for and cannot have.

    Raises
    ------
    ContractError
        An unknown form, a multiplying one on values that are not all above 0, a seasonal one on
        fewer than two seasons.
    """
    for form in forms:
        if form not in FORMS:
            raise unknown_name(
                form, FORMS, kind="form", where="forecast.inspect(forms=...)", error=ContractError
            )
        if "M" in form and not (values > 0).all():
            raise ContractError(
                f"Form {form!r} multiplies, but {int((values <= 0).sum())} of {len(values)} "
                "months are 0 or below.",
                where="forecast.inspect(forms=...)",
                fix="use forms that add, such as 'A,Ad,A'",
                code="bad-choice",
            )
        if not form.endswith("N") and len(values) < 2 * season:
            raise ContractError(
                f"Form {form!r} has a season and needs {2 * season} months, got {len(values)}.",
                where="forecast.inspect(forms=...)",
                fix="use forms without a season, such as 'A,Ad,N'",
                code="bad-choice",
            )
    return forms


def possible_forms(values: Floats, season: int) -> tuple[str, ...]:
    """Return the forms of the standard set that these values allow.

    Examples
    --------
    >>> possible_forms(np.ones(12), 12), possible_forms(-np.ones(24), 12)
    (('A,N,N', 'A,Ad,N'), ('A,N,N', 'A,Ad,N', 'A,N,A', 'A,Ad,A'))
    """
    seasonal, positive = len(values) >= 2 * season, bool((values > 0).all())
    return tuple(f for f in FORMS if (seasonal or f.endswith("N")) and (positive or "M" not in f))


def fit(values: pd.Series, form: str, season: int, **options: Any) -> Fit:
    """Fit one form to a whole series on a monthly PeriodIndex.

    The AICc is that of the values as given; they are fitted divided by their mean size, so that
    cents and billions end in the same place.
    """
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel  # noqa: PLC0415

    error, trend, seasonal = form.split(",")
    scale = float(values.abs().mean())
    # a Series with months, not an array: get_prediction() of an array has no index and fails
    with warnings.catch_warnings():
        # what they say is in `converged` and in the guard against far-off forecasts
        warnings.simplefilter("ignore")
        model = ETSModel(
            values / scale,
            error=_KINDS[error],
            trend=_KINDS[trend],
            damped_trend=trend == "Ad",
            seasonal=_KINDS[seasonal],
            seasonal_periods=season if seasonal != "N" else None,
            **options,
        )
        result = model.fit(disp=False)
        aicc = float(result.aicc) + 2 * len(values) * float(np.log(scale))
    return Fit(form, scale, aicc, bool(result.mle_retvals["converged"]), result)


def plausible(points: Floats, values: Floats) -> bool:
    """Tell whether forecasts stay within three ranges of what was seen."""
    low, high = float(values.min()), float(values.max())
    far = FAR * (high - low)
    return bool(np.isfinite(points).all() and (abs(points - (low + high) / 2) <= far).all())


def ahead(fitted: Fit, horizon: int, coverage: tuple[float, ...], seed: int) -> Floats:
    """Return forecast and bounds, shape (1 + 2 x coverages, horizon): point, low, high, ...

    Bounds come from the model's own formula where it has one, else from 2,000 simulated
    futures with the seed given.
    """
    points = np.asarray(fitted.result.forecast(horizon), dtype="float64")
    bounds = _exact if "M" not in fitted.form else _simulated
    rows = bounds(fitted, horizon, coverage, seed)
    return np.vstack([points, *rows]) * fitted.scale


def _exact(fitted: Fit, horizon: int, coverage: tuple[float, ...], seed: int) -> list[Floats]:
    """Return the bounds by formula: errors that add and are normal."""
    del seed
    n = len(fitted.result.resid)
    future = fitted.result.get_prediction(start=n, end=n + horizon - 1)
    frames = [future.summary_frame(alpha=1 - share) for share in coverage]
    return [f[c].to_numpy(dtype="float64") for f in frames for c in ("pi_lower", "pi_upper")]


def _simulated(fitted: Fit, horizon: int, coverage: tuple[float, ...], seed: int) -> list[Floats]:
    """Return the bounds as quantiles of simulated futures."""
    sigma = float(np.sqrt(fitted.result.mse))
    errors = np.random.default_rng(seed).normal(0.0, sigma, (horizon, PATHS))
    paths = np.asarray(
        fitted.result.simulate(horizon, anchor="end", repetitions=PATHS, random_errors=errors)
    )
    tails = [q for share in coverage for q in ((1 - share) / 2, (1 + share) / 2)]
    return list(np.quantile(paths, tails, axis=1))
