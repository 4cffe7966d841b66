"""Tiny notebooks in a folder of their own, and a library that does not change meanwhile."""

import shutil
from pathlib import Path

import pytest

from salesanalysis.batch import keys

NOTEBOOKS = Path(__file__).parent / "notebooks"


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A project folder with the tiny notebooks; the working directory of the test."""
    shutil.copytree(NOTEBOOKS, tmp_path / "notebooks")
    monkeypatch.chdir(tmp_path)
    # somebody may be editing the package while this suite runs
    monkeypatch.setattr(keys, "hash_of_library", lambda: "library")
    return tmp_path
