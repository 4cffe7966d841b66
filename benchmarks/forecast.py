"""Coverage of the forecast's intervals and landings beside the textbook's independent months.

Both on the same series, the same forecast (same month last year) and the same later months:
what the intervals were meant to hold, and what they held.
"""

import math
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

import salesanalysis as sa

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "forecast"
KEPT, TEST, SPAN = 60, 18, 12
LEVELS = (0.80, 0.95)


def run(folder: Path = FOLDER) -> list[str]:
    """Return the rows of the table; one row saying so where the data is not there."""
    if not folder.is_dir():
        return [f"forecast: skipped, no trial data in {folder.name}/"]
    rows = [
        f"{'set, last 60 months':<20} {'intervals':<22} {'n':>5}  months 80/95    {SPAN}-month landing 80/95"
    ]
    for name, read in {"aus_retail": aus_retail, "m3_monthly": m3_monthly}.items():
        train, test = read(folder)
        for method, inside in (("ours (pooled vectors)", ours), ("independent, normal", textbook)):
            months, landing = inside(train, test)
            shown = [f"{a:.3f} / {b:.3f}" for a, b in (months, landing)]
            rows.append(f"{name:<20} {method:<22} {len(test):>5}  {shown[0]}  {shown[1]}")
    return rows


def m3_monthly(folder: Path, kept: int = KEPT) -> tuple[np.ndarray, np.ndarray]:
    """Series of the M3 competition: last 60 training months, 18 test months."""
    table = pd.read_csv(folder / "m3_monthly.csv.gz")
    return _split([g["value"].to_numpy() for _, g in table.groupby("series", sort=True)], kept)


def aus_retail(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Australian retail, 152 series by themselves: last 60 months before the last 18."""
    table = pd.read_csv(folder / "aus_retail.csv.gz")
    groups = table.groupby(["state", "industry"], sort=True)
    return _split([g["value"].to_numpy() for _, g in groups], KEPT)


def _split(series: list[np.ndarray], kept: int) -> tuple[np.ndarray, np.ndarray]:
    """Return training months, right-aligned with gaps in front, and the last 18."""
    train = [s[:-TEST][-kept:] for s in series]
    aligned = [np.r_[np.full(kept - len(t), np.nan), t] for t in train]
    return np.array(aligned), np.array([s[-TEST:] for s in series])


def as_panel(train: np.ndarray) -> sa.Panel:
    """Return a panel whose months all end together."""
    months = pd.date_range("2015-01-01", periods=train.shape[1], freq="MS")
    names = [f"s{i:05d}" for i in range(len(train))]
    wide = pd.DataFrame(train, index=pd.Index(names, name="series"), columns=months)
    long = wide.reset_index().melt("series", var_name="period").dropna()
    return sa.Panel.of(long, by=["series"])


def ours(train: np.ndarray, test: np.ndarray) -> tuple[list[float], list[float]]:
    """Return the coverage of months and of the 12-month landing, leaves only."""
    forecast = sa.forecast.panel(as_panel(train), horizon=TEST, coverage=LEVELS)
    leaves = forecast.to_frame().query("level == 'series' and horizon > 0")
    actual, months, landing = test.ravel(), [], []
    span = leaves["period"].iloc[[0, SPAN - 1]].tolist()
    landed = forecast.landing(span=span).to_frame().query("level == 'series'")
    total = test[:, :SPAN].sum(axis=1)
    for level in LEVELS:
        names = f"lo{100 * level:g}", f"hi{100 * level:g}"
        low, high = (leaves[n].to_numpy() for n in names)
        months.append(float(((actual >= low) & (actual <= high)).mean()))
        low, high = (landed[n].to_numpy() for n in names)
        landing.append(float(((total >= low) & (total <= high)).mean()))
    return months, landing


def textbook(train: np.ndarray, test: np.ndarray) -> tuple[list[float], list[float]]:
    """Return the same for normal errors, sd from the year-on-year changes, months independent."""
    steps = np.arange(TEST)
    point = train[:, -12:][:, steps % 12]
    sd = np.sqrt(np.nanmean((train[:, 12:] - train[:, :-12]) ** 2, axis=1))
    away = np.abs(test - point) / (sd[:, None] * np.sqrt(steps // 12 + 1))
    total = np.abs((test - point)[:, :SPAN].sum(axis=1)) / (sd * math.sqrt(SPAN))
    edges = [NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS]
    return [float((away <= z).mean()) for z in edges], [float((total <= z).mean()) for z in edges]
