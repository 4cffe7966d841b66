"""Sets of monthly series to score forecasts on: long public files, and ragged pairs dropped in.

A name is ``<set>`` for the whole training part or ``<set>_<K>`` for its last K months. Arrays:
training N x T right-aligned, empty before a series starts; test N x h without gaps.
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "forecast"
TEST = 18
#: Development sets of the protocol, and how many last training months each keeps.
STANDARD = ("m3_all", "m3_60", "m3_48", "m3_36", "m3_24", "retail_60", "retail_36")
Arrays = tuple[np.ndarray, np.ndarray]


def load_set(name: str, folder: Path = FOLDER) -> Arrays:
    """Return training and test part of a set; "m3_36" keeps the last 36 training months."""
    base, _, kept = name.rpartition("_")
    if not (kept == "all" or kept.isdigit()):
        base, kept = name, "all"
    train, test = (value.copy() for value in _whole(base, folder))
    if kept == "all":
        return train, test
    train = train[:, -int(kept) :]
    return train, test


def inner(name: str, cut: int, horizon: int = 18, folder: Path = FOLDER) -> Arrays:
    """Return an origin inside the training part: without its last `cut` months, the next as test.

    The kept months are counted back from the cut, so "m3_36" has 36 there too wherever the
    series is long enough; series with fewer than 24 months before the cut are left out.
    """
    base, _, kept = name.rpartition("_")
    whole, _ = load_set(f"{base}_all", folder)
    cut, horizon = int(cut), min(horizon, cut)
    train = whole[:, : whole.shape[1] - cut]
    train = train if kept == "all" else train[:, -int(kept) :]
    test = whole[:, whole.shape[1] - cut :][:, :horizon]
    long = np.isfinite(train).sum(axis=1) >= 24
    return train[long], test[long]


def sample(n_series: int, n: int) -> np.ndarray:
    """Return the rows of the fixed sample of `n` series, the same for every method and run."""
    return np.random.default_rng(20240).permutation(n_series)[:n]


def published(folder: Path = FOLDER) -> dict[str, np.ndarray]:
    """Return the forecasts of the published M3 entries, N x 18 each, in the order of m3_all."""
    table = pd.read_csv(folder / "m3_monthly_published.csv.gz")
    table = table.sort_values(["series", "horizon"], kind="stable")
    names = [c for c in table.columns if c not in ("series", "horizon")]
    return {name: table[name].to_numpy(dtype="float64").reshape(-1, TEST) for name in names}


@cache
def _whole(base: str, folder: Path) -> Arrays:
    if base == "m3":
        return _long(folder / "m3_monthly.csv.gz", ["series"])
    if base == "retail":
        return _long(folder / "aus_retail.csv.gz", ["state", "industry"])
    return _pair(base, folder)


def _long(path: Path, keys: list[str]) -> Arrays:
    """Read a long file; the test part is the last 18 months of each series."""
    table = pd.read_csv(path)
    # texts: one set has years before any timestamp; ISO months sort as text
    table = table.sort_values([*keys, "period"], kind="stable")
    ends = np.flatnonzero(np.diff(table.groupby(keys, sort=True).ngroup().to_numpy())) + 1
    series = np.split(table["value"].to_numpy(dtype="float64"), ends)
    return right_aligned([s[:-TEST] for s in series]), np.array([s[-TEST:] for s in series])


def _pair(base: str, folder: Path) -> Arrays:
    """Read ``<set>-train.csv`` and ``<set>-test.csv``: id, v1, v2, ... of any length."""
    train, test = (_ragged(folder / f"{base}-{part}.csv") for part in ("train", "test"))
    if list(train) != list(test):
        raise ValueError(f"{base}: the two files do not name the same series in the same order")
    if len({len(v) for v in test.values()}) != 1:
        raise ValueError(f"{base}: the test parts differ in length")
    return right_aligned(list(train.values())), np.array(list(test.values()))


def _ragged(path: Path) -> dict[str, np.ndarray]:
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, *cells = line.split(",")
        cells = [c for c in cells if c.strip()]
        try:
            found[name] = np.array(cells, dtype="float64")
        except ValueError:
            if found:  # only the first line may be a heading
                raise
    return found


def pairs_in(folder: Path) -> list[str]:
    """Return the names of the ragged pairs in `folder`."""
    names = (p.name.removesuffix("-train.csv") for p in folder.glob("*-train.csv"))
    return sorted(n for n in names if (folder / f"{n}-test.csv").is_file())


def right_aligned(series: list[np.ndarray]) -> np.ndarray:
    """Return one row per series, all ending together, empty before their start."""
    longest = max(len(s) for s in series)
    return np.array([np.r_[np.full(longest - len(s), np.nan), s] for s in series])
