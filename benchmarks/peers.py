"""Methods of statsforecast on fixed samples of the public series, beside ours in one run.

Times are multiples of DynamicOptimizedTheta's. Where the package is not there, it says so and how to
get it: its release asks for an older pandas than ours, so it belongs into an environment of its own.
``PEERS_SETS=m3_all:100,retail_60:100`` chooses sets and sample sizes; ``PEERS_ARIMA=1`` adds AutoARIMA
and SCUM, the median of four methods, at most of a second a series.
"""

import os
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks._aims import at_most
from benchmarks._harness import HEAD, Line, Method, difference, mean_line, plain, score_set
from benchmarks._sets import FOLDER, load_set, sample
from benchmarks.forecast import OURS, ours
from salesanalysis.forecast.predicted import Predicted
from salesanalysis.forecast.scoring import reference

SETS = "m3_all:100,m3_36:100,retail_60:100"
BASE = "sf DynamicOptTheta"
#: Time of ours over the base's, at most.
RATIO = 0.4
SCUM = ("sf AutoETS", "sf AutoCES", "sf AutoARIMA", BASE)
MISSING = (
    "peers: skipped, statsforecast is not installed; in an environment of its own: "
    "pip install --no-deps statsforecast, then the packages it asks for"
)


def run(folder: Path = FOLDER, wanted: str | None = None) -> list[str]:
    """Return the table; a sentence where package or data is not there."""
    if find_spec("statsforecast") is None:
        return [MISSING]
    if not folder.is_dir():
        return [f"peers: skipped, no trial data in {folder.name}/"]
    rows, lines = [HEAD], []
    for part in (wanted or os.environ.get("PEERS_SETS", SETS)).split(","):
        name, _, n = part.partition(":")
        train, test = load_set(name, folder)
        kept = sample(len(test), int(n or len(test)))
        found = score_set(name, train[kept], test[kept], _everyone(), base=BASE)
        rows += (
            [line.text() for line in found] + _differences(found) + [_times(found), _cost(found)]
        )
        lines += found
    return rows + [mean_line(lines, method) for method in dict.fromkeys(x.method for x in lines)]


def _differences(found: list[Line]) -> list[str]:
    mine = next(line for line in found if line.method == OURS)
    return [difference(mine, line) for line in found if line.method.startswith(("sf", "median"))]


def _times(found: list[Line]) -> str:
    """Compare the time of the peers' combination, that is of its members, with ours."""
    mine = next(line for line in found if line.method == OURS)
    members = [line for line in found if line.method.startswith("sf")]
    times = sum(line.cpu_ms for line in members) / mine.cpu_ms
    aimed = " (>= 400 is aimed at)" if len(members) == len(SCUM) else ""
    return (
        f"{mine.set_name:<12} CPU of the {len(members)} combined peers / ours: {times:.0f}{aimed}"
    )


def _cost(found: list[Line]) -> str:
    """Compare our time per series, calibrated, with one peer's without calibration."""
    mine = next(line for line in found if line.method == OURS)
    return at_most(f"CPU per series / {BASE}, {mine.set_name}", mine.ratio, RATIO, digits=2)


def _everyone() -> dict[str, Method]:
    """Return the peers; the combination takes what its members said in the same run."""
    from statsforecast import models

    said: dict[str, Predicted] = {}
    kinds = {
        BASE: models.DynamicOptimizedTheta,
        "sf AutoETS": models.AutoETS,
        "sf AutoCES": models.AutoCES,
    }
    if os.environ.get("PEERS_ARIMA"):
        kinds["sf AutoARIMA"] = models.AutoARIMA
    models.DynamicOptimizedTheta(season_length=12).forecast(y=np.arange(1.0, 60.0), h=2)
    peers = {name: _peer(kind(season_length=12), said, name) for name, kind in kinds.items()}
    joined = [name for name in SCUM if name in kinds]
    name = "median of four (SCUM)" if len(joined) == 4 else f"median of {len(joined)}"
    return {
        "naive2": plain(reference.naive2),
        "theta": plain(reference.theta),
        **peers,
        name: _median(said, joined),
        OURS: ours,
    }


def _peer(model: object, said: dict[str, Predicted], name: str) -> Method:
    def call(
        train: np.ndarray, horizon: int, *, coverage: Sequence[float], **_: object
    ) -> Predicted:
        found = [_one(model, row[np.isfinite(row)], horizon, coverage) for row in train]
        point = np.stack([f["mean"] for f in found])
        sides = [
            np.stack([[f[f"{side}-{100 * c:g}"] for f in found] for c in coverage])
            for side in ("lo", "hi")
        ]
        said[name] = Predicted(point, *sides)
        return said[name]

    return call


def _one(model: object, series: np.ndarray, horizon: int, coverage: Sequence[float]) -> dict:
    """Forecast one series; last year's months where the peer fails."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            level = [round(100 * c) for c in coverage]
            found = model.forecast(y=series, h=horizon, level=level)
        if all(np.isfinite(v).all() for v in found.values()):
            return found
    except Exception:
        pass
    told = reference.seasonal_naive(series[None], horizon, coverage=coverage)
    sides = {"lo": told.lower, "hi": told.upper}
    bounds = {
        f"{side}-{100 * c:g}": values[i, 0]
        for side, values in sides.items()
        for i, c in enumerate(coverage)
    }
    return {"mean": told.point[0], **bounds}


def _median(said: dict[str, Predicted], names: list[str]) -> Method:
    """Combine figures and bounds by their median; its time is that of the members, not counted."""

    def call(train: np.ndarray, horizon: int, **_: object) -> Predicted:
        del train, horizon
        parts = [said[name] for name in names]
        return Predicted(
            *(
                np.median([getattr(p, f) for p in parts], axis=0)
                for f in ("point", "lower", "upper")
            )
        )

    return call
