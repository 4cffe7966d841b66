"""A real PostgreSQL server for tests: the binaries of the wheel `pgserver`, thrown away after."""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

#: Distinct enough to be searched for in everything a message could show.
PASSWORD = "Geheim#7&密码?/@x"


class NoServerError(RuntimeError):
    """No server can be started here, and why."""


@dataclass(frozen=True)
class Server:
    """A running server; every user needs a password."""

    port: int
    log: Path

    def url(self, database: str = "shop", user: str = "anna", password: str | None = None) -> str:
        """Return the address, with the password in it."""
        word = quote(PASSWORD if password is None else password, safe="")
        return f"postgresql://{user}:{word}@localhost:{self.port}/{database}"

    def bare_url(self, database: str = "shop", user: str = "anna") -> str:
        """Return the address without a password."""
        return f"postgresql://{user}@localhost:{self.port}/{database}"


def binaries() -> Path:
    """Return the folder of the server's programs."""
    found = importlib.util.find_spec("pgserver")
    if found is None or found.origin is None:
        raise NoServerError("the wheel pgserver is not installed (pip install -e '.[test]')")
    # not imported: on import it locks files, and as root it would add a user and open folders
    return Path(found.origin).parent / "pginstall" / "bin"


def _as_user() -> dict[str, object]:
    """Return what makes a program run as nobody: PostgreSQL refuses to run as root."""
    return {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(*command: object) -> None:
    try:
        subprocess.run(
            [str(c) for c in command],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=60,
            cwd="/",
            **_as_user(),
        )
    except (OSError, subprocess.SubprocessError, KeyError) as error:
        said = getattr(error, "stderr", b"") or b""
        raise NoServerError(f"{error} {said.decode(errors='replace')}".strip()) from None


@contextlib.contextmanager
def server() -> Iterator[Server]:
    """Start a server with the user ``anna``; stop and remove it after.

    Raises
    ------
    NoServerError
    """
    programs = binaries()
    # not in pytest's folder, which only its owner may enter
    home = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
    data, port, secret = home / "data", _free_port(), home / "secret"
    secret.write_text(PASSWORD, encoding="utf-8")
    try:
        if os.geteuid() == 0:
            for path in (home, secret):
                shutil.chown(path, "nobody", "nogroup")
        _run(
            programs / "initdb", "-D", data, "-U", "anna", "--pwfile", secret,
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync",
        )  # fmt: skip
        options = (
            f"-p {port} -h 127.0.0.1 -k {home} -c fsync=off -c log_statement=all -c timezone=UTC"
        )
        _run(
            programs / "pg_ctl", "-D", data, "-w", "-t", "30", "-l", home / "log",
            "-o", options, "start",
        )  # fmt: skip
        try:
            made = Server(port, home / "log")
            yield made
        finally:
            with contextlib.suppress(NoServerError):
                _run(programs / "pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(home, ignore_errors=True)


def make(made: Server, database: str) -> Server:
    """Create a database of this name, empty; one that was there is gone."""
    execute(
        made,
        f"DROP DATABASE IF EXISTS {database} WITH (FORCE)",
        f"CREATE DATABASE {database}",
        database="postgres",
    )
    return made


def execute(made: Server, *statements: str, database: str = "shop") -> None:
    """Run statements in a database."""
    import psycopg

    with psycopg.connect(made.url(database), autocommit=True) as con:
        for statement in statements:
            con.execute(statement)
