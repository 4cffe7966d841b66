"""Ending a process together with everything it started."""

import contextlib
import os
import signal
from importlib import import_module
from pathlib import Path

_PROC = Path("/proc")


def end_tree(pid: int, *, itself: bool = True) -> None:
    """Kill a process, its descendants, and what they left behind in their sessions.

    A kernel has a session of its own, so the process group of the lane does not reach it.
    """
    if not _PROC.is_dir():
        _end_elsewhere(pid, itself=itself)
        return
    table = _processes()
    family = {pid}
    while True:
        more = {p for p, (parent, _) in table.items() if parent in family} - family
        if not more:
            break
        family |= more
    # a session that started inside the family holds its orphans too
    sessions = {table[p][1] for p in family if p in table} & family
    family |= {p for p, (_, session) in table.items() if session in sessions}
    for victim in family - {os.getpid()} - (set() if itself else {pid}):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(victim, signal.SIGKILL)


def _end_elsewhere(pid: int, *, itself: bool) -> None:
    """Do the same where there is no /proc: Windows and macOS; psutil comes with ipykernel."""
    psutil = import_module("psutil")
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        family = process.children(recursive=True) + ([process] if itself else [])
        for victim in family:
            with contextlib.suppress(psutil.Error):
                victim.kill()


def is_alive(pid: int) -> bool:
    """Tell whether a process is there."""
    if _PROC.is_dir():
        return (_PROC / str(pid)).is_dir()
    return bool(import_module("psutil").pid_exists(pid))


def _processes() -> dict[int, tuple[int, int]]:
    """Return pid -> (parent, session) of every process one can see."""
    found = {}
    for folder in _PROC.glob("[0-9]*"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            # the name in parentheses may hold anything, so read behind its end
            rest = (folder / "stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1]
            fields = rest.split()
            found[int(folder.name)] = (int(fields[1]), int(fields[3]))
    return found
