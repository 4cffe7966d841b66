"""How intervals held at earlier origins, 18 months apart, all inside the training parts.

One origin shows how calm or wild its months were for all series at once; the mean over origins shows
whether intervals are right, the spread between them how far one period may lie from that by itself.
Per set: origins, mean share of months and of sums inside the 80 and 95 % ranges, standard deviation
between origins, mean distance of one origin from 80 and 95, in points.
"""

from pathlib import Path

import numpy as np

from benchmarks._harness import LEVELS, score_set
from benchmarks._sets import FOLDER, TEST, inner
from benchmarks.forecast import OURS, ours

#: Last origin in months before the end of the training part, by panel, and series it must have.
FURTHEST, LEAST = {"m3": 72, "retail": 324}, 100
SETS = (
    "m3_all", "m3_60", "m3_48", "m3_36", "m3_24", "retail_60", "retail_48", "retail_36", "retail_24",
)  # fmt: skip


def run(folder: Path = FOLDER, sets: tuple[str, ...] = SETS) -> list[str]:
    """Return one line per set."""
    if not folder.is_dir():
        return [f"forecast_past: skipped, no trial data in {folder.name}/"]
    return [_line(name, *_shares(name, folder)) for name in sets]


def _shares(name: str, folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Return shares of months and of sums inside, shape (origins, 2) each."""
    months, sums = [], []
    for cut in range(TEST, FURTHEST[name.partition("_")[0]] + 1, TEST):
        train, test = inner(name, cut, folder=folder)
        whole = np.isfinite(test).all(axis=1)
        if whole.sum() < LEAST:
            continue
        (found,) = score_set(name, train[whole], test[whole], {OURS: ours})
        months.append(found.cov)
        sums.append(found.land)
    return np.array(months), np.array(sums)


def _line(name: str, months: np.ndarray, sums: np.ndarray) -> str:
    """Write one set."""
    said = [
        f"{word} {_pair(x.mean(axis=0))}, one origin +- {_pair(x.std(axis=0, ddof=1))}, off by "
        + " / ".join(f"{v:.1f}" for v in 100 * np.abs(x - LEVELS).mean(axis=0))
        for word, x in (("months", months), ("sums", sums))
    ]
    return f"{name:<10} {len(months):>3} origins: " + "; ".join(said)


def _pair(values: np.ndarray) -> str:
    return " / ".join(f"{v:.3f}".lstrip("0") for v in values)
