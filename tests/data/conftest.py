"""A small shop in a folder, and a real PostgreSQL server for the whole session."""

from collections.abc import Iterator
from pathlib import Path

import pgtools
import pytest
from enginetools import engine
from shoptools import LINES, PLAIN


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Folder of the lines of a small shop and their mapping."""
    (tmp_path / "lines.csv").write_text(LINES, encoding="utf-8")
    (tmp_path / "shop.yaml").write_text(PLAIN, encoding="utf-8")
    return tmp_path


@pytest.fixture(scope="session")
def con():
    """The engine of this process, one for all tests."""
    return engine()


@pytest.fixture
def room(tmp_path: Path) -> Path:
    """An empty folder called ``room``."""
    folder = tmp_path / "room"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[pgtools.Server]:
    """A server; its user ``anna`` needs a password. Skips, saying so, where none can be started."""
    pytest.importorskip("psycopg", reason="PostgreSQL tests need psycopg")
    try:
        running = pgtools.server()
        server = running.__enter__()
    except pgtools.NoServerError as error:
        pytest.skip(f"no PostgreSQL server: {error}")
    try:
        yield server
    finally:
        running.__exit__(None, None, None)
