"""One writer a run folder: the second runner stops at once and names the first."""

import fcntl
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from salesanalysis.atomic import not_writable
from salesanalysis.errors import RenderError


class OutputLocked(RenderError):  # noqa: N818  a state of the folder, named as one
    """Another run is writing into the folder."""


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the lock of a run folder.

    Raises
    ------
    OutputLocked
        Naming host, process and start of the run that holds it. The system releases the lock
        when that process ends, however it ends.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / ".lock").open("a+")
    except OSError as error:
        raise not_writable(folder / ".lock", error) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise _owned(folder, _text(file)) from None
        file.seek(0)
        file.truncate()
        json.dump({"host": socket.gethostname(), "pid": os.getpid()}, file)
        file.flush()
        yield


def _text(file: TextIO) -> str:
    file.seek(0)
    return file.read()


def _owned(folder: Path, text: str) -> OutputLocked:
    try:
        owner = json.loads(text)
        who = f"process {owner['pid']} on {owner['host']}"
    except (ValueError, KeyError, TypeError):
        who = "another process"
    return OutputLocked(
        f"{folder} is in use by {who}.",
        where=str(folder / ".lock"),
        fix="wait until it has finished, or write to another folder with --out",
        code="output-locked",
    )
