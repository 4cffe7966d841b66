"""A real PostgreSQL server for the whole session; skips, saying so, where none can be started."""

from collections.abc import Iterator

import pgtools
import pytest


@pytest.fixture(scope="session")
def postgres() -> Iterator[pgtools.Server]:
    """A server; its user ``anna`` needs a password."""
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
