"""The tables of an inspection."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.inspection import parts as splitting
from salesanalysis.forecast.inspection import residuals
from salesanalysis.forecast.inspection.parts import Parts
from salesanalysis.forecast.inspection.seasonal import repeat_season
from salesanalysis.forecast.inspection.smoothing import Fit
from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.wording import bound_name

_FIT_COLUMNS = {
    "model": "str",
    "n_settings": "int64",
    "aicc": "float64",
    "level_weight": "float64",
    "trend_weight": "float64",
    "season_weight": "float64",
    "damping": "float64",
    "status": "str",
}


def months(values: pd.Series, pieces: Parts | None) -> pd.DataFrame:
    """Return the months with their parts and states."""
    empty = np.full(len(values), np.nan)
    table = pd.DataFrame(
        {
            "period": values.index.to_timestamp().as_unit("us"),
            "value": values.to_numpy(),
            "trend": pieces.trend if pieces else empty,
            "season": pieces.season if pieces else empty,
            "remainder": pieces.remainder if pieces else empty,
        }
    )
    place = np.arange(len(table))
    rules = {
        "unknown_month": table["value"].isna().to_numpy(),
        "not_split": np.full(len(table), pieces is None),
        "level_break": place == (pieces.break_at if pieces else -1),
        "odd_month": pieces.odd if pieces else np.zeros(len(table), dtype=bool),
    }
    table["status"] = np.select(list(rules.values()), list(rules), default="ok")
    return table.astype({"status": "str"})


def ahead(
    values: pd.Series, points: Floats, season: int, levels: tuple[float, ...], status: str
) -> pd.DataFrame:
    """Return the months ahead: the model's figures where there is one, the naive ones beside."""
    horizon = points.shape[1]
    naive = repeat_season(values.to_numpy(dtype="float64"), horizon, season)
    later = pd.period_range(values.index[-1] + 1, periods=horizon, freq="M")
    table = pd.DataFrame({"period": later.to_timestamp().as_unit("us")})
    table["horizon"] = np.arange(1, horizon + 1)
    table["value"] = points[0] if len(points) else naive
    empty = np.full(horizon, np.nan)
    for i, share in enumerate(levels):
        table[bound_name("lo", share)] = points[1 + 2 * i] if len(points) else empty
        table[bound_name("hi", share)] = points[2 + 2 * i] if len(points) else empty
    return table.assign(naive=naive, status=status).astype({"status": "str"})


def fit_table(fits: list[tuple[Fit, str]], best: Fit | None) -> pd.DataFrame:
    """Return the forms with their settings, the chosen one first, then by AICc."""
    weights = ("smoothing_level", "smoothing_trend", "smoothing_seasonal", "damping_trend")
    ordered = sorted(fits, key=lambda f: f[0] is not best)
    rows = []
    for one, state in ordered:
        found = dict(zip(one.result.param_names, np.asarray(one.result.params), strict=True))
        settings = [float(found.get(w, np.nan)) for w in weights]
        rows.append((f"ETS({one.form})", len(found), one.aicc, *settings, state))
    return pd.DataFrame(rows, columns=list(_FIT_COLUMNS)).astype(_FIT_COLUMNS)


def checks(pieces: Parts | None, best: Fit | None, season: int) -> pd.DataFrame:
    """Return strength of trend and season, and what the model leaves over."""
    rows = []
    if pieces:
        known = np.isfinite(pieces.remainder) & ~pieces.odd
        for check, part in (("trend_strength", pieces.trend), ("season_strength", pieces.season)):
            size = splitting.strength(part[known], pieces.remainder[known])
            rows.append(residuals.strength_row(check, size, int(known.sum())))
    table = residuals.as_checks(rows)
    if best is None:
        return table
    left = np.asarray(best.result.resid, dtype="float64")
    found = residuals.check_residuals(left, season=season, seasonal=not best.form.endswith("N"))
    return pd.concat([table, found], ignore_index=True)


def break_month(values: pd.Series, pieces: Parts | None) -> pd.Timestamp | None:
    """Return the first month of the new level, or None."""
    if pieces is None or pieces.break_at < 0:
        return None
    return pd.Timestamp(values.index[pieces.break_at].to_timestamp()).as_unit("us")
