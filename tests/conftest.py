"""Shared fixtures: no display, deterministic hypothesis, and the real data where it is present."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("PYTHONHASHSEED", "0")

from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


@pytest.fixture(autouse=True)
def _close_figures():
    """Leave no figure open between tests."""
    yield
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def adventureworks() -> Path:
    """Folder of the AdventureWorks trial data; skips, saying so, where it is absent."""
    folder = SHARED_DATA / "adventureworks"
    if not folder.is_dir():
        pytest.skip(f"trial data is not there: {folder}")
    return folder
