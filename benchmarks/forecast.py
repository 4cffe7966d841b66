"""Accuracy, coverage and cost of the forecast on public series, beside simple methods.

Every method sees the same series and is scored on the same later months: OWA (1 = Naive2), sMAPE,
MASE, share of months inside the 80 and 95 % intervals, scaled interval score, the same for the sum of
12 months (6 where 36 or fewer are kept), processor time per series and as a multiple of Theta's; below
them what was aimed at, met or missed.

Choices by environment: ``FORECAST_SETS=m3_all,m3_36`` the sets; ``FORECAST_PAIRS=folder`` more of
them, as ``<set>-train.csv`` and ``<set>-test.csv`` (id, v1, v2, ...); ``FORECAST_METHODS=module:name``
more methods, ``(train, horizon, *, season, levels, coverage, span) -> Predicted``.
"""

import os
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

import salesanalysis as sa
from benchmarks._aims import aims
from benchmarks._harness import HEAD, Line, Method, difference, mean_line, plain, score_set
from benchmarks._sets import FOLDER, STANDARD, load_set, pairs_in
from salesanalysis.forecast.predicted import Predicted
from salesanalysis.forecast.scoring import reference

OURS = "engine"


def run(
    folder: Path = FOLDER,
    sets: Sequence[str] | None = None,
    pairs: Path | None = None,
    engines: dict[str, Method] | None = None,
) -> list[str]:
    """Return the table; one row saying so where the data is not there."""
    names = sets or _listed("FORECAST_SETS") or list(STANDARD)
    pairs = pairs or (
        Path(os.environ["FORECAST_PAIRS"]) if "FORECAST_PAIRS" in os.environ else None
    )
    places = [(name, folder) for name in names] if folder.is_dir() else []
    places += [(name, pairs) for name in pairs_in(pairs)] if pairs else []
    rows = [] if folder.is_dir() else [f"forecast: skipped, no trial data in {folder.name}/"]
    if not places:
        return rows
    methods = {**everyone(), **(engines or {}), **_named(_listed("FORECAST_METHODS"))}
    rows.append(HEAD)
    lines: list[Line] = []
    for name, place in places:
        found = score_set(name, *load_set(name, place), methods)
        rows += [line.text() for line in found]
        lines += found
    rows += _differences(lines) + [mean_line(lines, method) for method in methods]
    return rows + aims([line for line in lines if line.method == OURS])


def everyone() -> dict[str, Method]:
    """Return the methods of every table."""
    return {
        "naive2": plain(reference.naive2),
        "seasonal_naive": plain(reference.seasonal_naive),
        "sums of normal months": textbook,
        "theta": plain(reference.theta),
        OURS: ours,
    }


def _differences(lines: list[Line]) -> list[str]:
    """Compare ours with Theta and with the same month of last year, set by set."""
    by_key = {(line.set_name, line.method): line for line in lines}
    return [
        difference(line, by_key[line.set_name, other])
        for line in lines
        if line.method == OURS
        for other in ("theta", "seasonal_naive")
    ]


def ours(
    train: np.ndarray, horizon: int, *, season: int, levels: object, coverage: Sequence[float],
    span: int,
) -> Predicted:  # fmt: skip
    """Forecast through the front door, each series a node of its own; its parent is not scored."""
    del season, levels
    forecast = sa.forecast.panel(as_panel(train), horizon=horizon, coverage=coverage)
    frame = forecast.to_frame()
    ahead = frame[(frame["level"] == "series") & (frame["horizon"] > 0)]
    landed = forecast.landing(span=ahead["period"].iloc[[0, span - 1]].tolist()).to_frame()
    landed = landed[landed["level"] == "series"]
    names = [[f"{side}{100 * c:g}" for c in coverage] for side in ("lo", "hi")]
    shape = (len(train), horizon)
    return Predicted(
        ahead["value"].to_numpy().reshape(shape),
        *(np.stack([ahead[n].to_numpy().reshape(shape) for n in side]) for side in names),
        *(np.stack([landed[n].to_numpy() for n in side]) for side in names),
        span,
    )


def as_panel(train: np.ndarray) -> sa.Panel:
    """Return a panel whose months all end together."""
    months = pd.date_range("2015-01-01", periods=train.shape[1], freq="MS")
    names = [f"s{i:05d}" for i in range(len(train))]
    wide = pd.DataFrame(train, index=pd.Index(names, name="series"), columns=months)
    long = wide.reset_index().melt("series", var_name="period").dropna()
    return sa.Panel.of(long, by=["series"])


def textbook(
    train: np.ndarray, horizon: int, *, season: int, levels: object, coverage: Sequence[float],
    span: int,
) -> Predicted:  # fmt: skip
    """Repeat last year, errors normal and months independent: the usual mistake about sums."""
    del levels
    told = reference.seasonal_naive(train, horizon, season=season, coverage=coverage)
    one = NormalDist().inv_cdf((1 + coverage[0]) / 2)
    sd = (told.upper[0] - told.point)[:, :span] / one
    total, whole = told.point[:, :span].sum(axis=1), np.sqrt((sd**2).sum(axis=1))
    z = np.array([NormalDist().inv_cdf((1 + c) / 2) for c in coverage])[:, None]
    return Predicted(told.point, told.lower, told.upper, total - z * whole, total + z * whole, span)


def _listed(variable: str) -> list[str]:
    return [name for name in os.environ.get(variable, "").split(",") if name]


def _named(paths: list[str]) -> dict[str, Method]:
    """Load methods written module:name."""
    split = [path.partition(":") for path in paths]
    return {name: getattr(import_module(module), name) for module, _, name in split}
