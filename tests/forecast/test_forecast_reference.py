"""Published scores of the seasonal naive method, and the benchmark that measures coverage."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import forecast as bench
from salesanalysis.forecast.methods import seasonal_naive


@pytest.fixture(scope="module")
def folder() -> Path:
    """Folder of the forecasting trial data; skips, saying so, where it is absent."""
    if not bench.FOLDER.is_dir():
        pytest.skip(f"trial data is not there: {bench.FOLDER}")
    return bench.FOLDER


def scores(train: np.ndarray, test: np.ndarray) -> tuple[float, float]:
    """sMAPE and MASE (Makridakis 1993; Hyndman and Koehler 2006), means over series."""
    forecast = seasonal_naive(train, test.shape[1])
    error = np.abs(test - forecast)
    smape = 200 * (error / (np.abs(test) + np.abs(forecast))).mean(axis=1)
    unit = np.nanmean(np.abs(train[:, 12:] - train[:, :-12]), axis=1)
    return round(float(smape.mean()), 3), round(float((error.mean(axis=1) / unit).mean()), 3)


def test_m3_monthly_all_history_gives_the_published_scores(folder: Path) -> None:
    assert scores(*bench.m3_monthly(folder, kept=126)) == (17.234, 1.146)


def test_m3_monthly_last_60_months_gives_the_published_scores(folder: Path) -> None:
    assert scores(*bench.m3_monthly(folder)) == (17.234, 1.208)


def test_australian_retail_last_60_months_gives_the_published_scores(folder: Path) -> None:
    assert scores(*bench.aus_retail(folder)) == (7.054, 1.006)


def test_retail_intervals_hold_and_independent_months_do_not(folder: Path) -> None:
    train, test = bench.aus_retail(folder)
    months, landing = bench.ours(train, test)
    # 152 series that share the shocks of one origin: a few points are chance
    assert months == pytest.approx([0.80, 0.95], abs=0.06)
    assert landing == pytest.approx([0.80, 0.95], abs=0.10)
    assert bench.textbook(train, test)[1][0] < 0.55


def test_the_benchmark_says_so_where_the_data_is_absent(tmp_path: Path) -> None:
    assert bench.run(tmp_path / "nowhere") == ["forecast: skipped, no trial data in nowhere/"]
