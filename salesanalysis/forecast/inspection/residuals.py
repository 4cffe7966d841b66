"""What a model leaves over: a pattern, or chance; shaped like chance, or not."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.forecast.tree import Floats

#: Below this probability a finding is not put down to chance.
ALPHA = 0.05
#: Strength from which a trend or season is called strong (there the R package forecast takes a
#: seasonal difference), and moderate.
STRONG, MODERATE = 0.64, 0.3
_COLUMNS = ("check", "statistic", "p_value", "n", "lags", "verdict")


def check_residuals(residuals: Floats, *, season: int, seasonal: bool) -> pd.DataFrame:
    """Return one row per check: ``ljung_box`` (a pattern left) and ``shapiro`` (bell-shaped).

    References
    ----------
    Ljung, G. M. and Box, G. E. P. (1978). On a measure of lack of fit in time series models.
    Biometrika 65. Shapiro, S. S. and Wilk, M. B. (1965). An analysis of variance test for
    normality. Biometrika 52.
    """
    from scipy.stats import shapiro  # noqa: PLC0415
    from statsmodels.stats.diagnostic import acorr_ljungbox  # noqa: PLC0415

    n = len(residuals)
    lags = max(1, min(2 * season if seasonal else 10, n // 5))
    box = acorr_ljungbox(residuals, lags=[lags]).iloc[0]
    bell = shapiro(residuals)
    p_box, p_bell = float(box["lb_pvalue"]), float(bell.pvalue)
    rows = [
        ("ljung_box", float(box["lb_stat"]), p_box, n, lags,
         "pattern_left" if p_box < ALPHA else "no_pattern"),
        ("shapiro", float(bell.statistic), p_bell, n, 0,
         "not_bell" if p_bell < ALPHA else "bell"),
    ]  # fmt: skip
    return as_checks(rows)


def strength_row(check: str, value: float, n: int) -> tuple[Any, ...]:
    """Return the row of a strength, with its word."""
    word = "strong" if value >= STRONG else "moderate" if value >= MODERATE else "weak"
    return (check, value, np.nan, n, 0, word)


def as_checks(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    """Return rows of checks as a table; ``p_value`` is empty where a check has none."""
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    kinds = {"check": "str", "statistic": "float64", "p_value": "float64", "n": "int64"}
    return table.astype({**kinds, "lags": "int64", "verdict": "str"})
