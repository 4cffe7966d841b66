"""Shared fixtures: no display, deterministic hypothesis, and the real data where it is present."""

import gc
import os
from pathlib import Path

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("PYTHONHASHSEED", "0")
# two workers on two cores: threads of their own would only wait for each other
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("MKL_NUM_THREADS", "1")

from hypothesis import HealthCheck, settings
from realdata import SHARED_DATA

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


#: Files of few but long tests, begun first: begun last, the other worker would wait for them.
LONG = ("test_rendered.py", "test_batch_run.py", "test_check_remote.py", "test_book_checks.py")


def pytest_configure(config: pytest.Config) -> None:
    """Look for no garbage while the tests are collected: what is made then stays.

    The process that hands the tests out collects none.
    """
    if config.getoption("dist", "no") == "no":
        gc.disable()


def pytest_collection_finish() -> None:
    """Look for it from here on, less often, and not among the many things that stay."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)
    gc.enable()


def pytest_unconfigure() -> None:
    """Let what stayed be freed at the end: else the engine complains of leaks that are none."""
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first; the order of all others stays."""
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture(autouse=True)
def _close_figures():
    """Leave no figure open between tests."""
    yield
    import sys

    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="session")
def demo_data():
    """The demo company, loaded once: a data set cannot be changed, and hands out copies."""
    import salesanalysis as sa  # not in the process that hands the tests out

    return sa.load("demo")


@pytest.fixture(scope="session")
def demo_company(demo_data):
    """The results of the demo company, each computed when the first test asks for it."""
    import salesanalysis as sa

    return sa.company(demo_data)


@pytest.fixture(scope="session")
def adventureworks() -> Path:
    """Folder of the AdventureWorks trial data; skips, saying so, where it is absent."""
    folder = SHARED_DATA / "adventureworks"
    if not folder.is_dir():
        pytest.skip(f"trial data is not there: {folder}")
    return folder
