"""One writer a run folder: the second runner stops at once and names the first."""

import json
import os
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from salesanalysis.atomic import not_writable
from salesanalysis.errors import RenderError

_FAR = 1 << 30


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
        file = (folder / ".lock").open("a+", encoding="utf-8")
    except OSError as error:
        raise not_writable(folder / ".lock", error) from None
    with file:
        try:
            _hold(file)
        except OSError:
            raise _owned(folder, _text(file)) from None
        file.seek(0)
        file.truncate()
        json.dump({"host": socket.gethostname(), "pid": os.getpid()}, file)
        file.flush()
        yield


def _hold(file: TextIO) -> None:
    """Take the lock or raise OSError; closing the file, or the end of the process, releases it."""
    if sys.platform != "win32":
        system: Any = import_module("fcntl")
        system.flock(file, system.LOCK_EX | system.LOCK_NB)
        return
    system = import_module("msvcrt")
    # a byte far behind the text: what is locked there cannot be read by anybody else
    os.lseek(file.fileno(), _FAR, os.SEEK_SET)
    system.locking(file.fileno(), system.LK_NBLCK, 1)


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
