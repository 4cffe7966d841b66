"""What happened, one JSON object a line, only ever appended: the memory of a run folder."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from salesanalysis.credentials import hide

NAME = "manifest.jsonl"


@dataclass(frozen=True)
class History:
    """The lines of a manifest.

    Attributes
    ----------
    lines : list of dict
    notices : list of str
        What had to be ignored, in words.
    """

    lines: list[dict[str, Any]] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)

    def last(self) -> dict[str, dict[str, Any]]:
        """Return the last ``end`` line of every task; one that never ended is ``interrupted``."""
        found: dict[str, dict[str, Any]] = {}
        running: dict[str, dict[str, Any]] = {}
        for line in self.lines:
            if line.get("kind") == "start":
                running[line["task"]] = line
            elif line.get("kind") == "end":
                found[line["task"]] = line
                running.pop(line["task"], None)
        cut = {"kind": "end", "status": "interrupted", "reason": "the run stopped without an end"}
        return found | {task: {**line, **cut} for task, line in running.items()}

    def last_good(self) -> dict[str, dict[str, Any]]:
        """Return the last ``end`` line with status ok of every task."""
        ends = [x for x in self.lines if x.get("kind") == "end" and x.get("status") == "ok"]
        return {line["task"]: line for line in ends}


def read_history(folder: Path) -> History:
    """Read the manifest of a run folder; an unreadable line is left out and reported.

    A line without its line end was cut by a crash: it never counted as written.
    """
    path = folder / NAME
    if not path.is_file():
        return History()
    history = History()
    rows = path.read_bytes().split(b"\n")
    if rows[-1]:
        history.notices.append(f"{path}: the last line is torn and was ignored")
    for number, row in enumerate(rows[:-1], 1):
        if not row.strip():
            continue
        try:
            line = json.loads(row)
            history.lines.append(line if isinstance(line, dict) else {})
        except ValueError:
            history.notices.append(f"{path}:{number}: the line is not JSON and was ignored")
    return history


class Manifest:
    """An open manifest; every line is on disk before `write` returns."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / NAME
        folder.mkdir(parents=True, exist_ok=True)
        torn = self.path.is_file() and self.path.read_bytes()[-1:] not in (b"", b"\n")
        self._file = self.path.open("ab")
        if torn:
            # the torn line gets its end, so the next line does not join it
            self._file.write(b"\n")

    def write(self, kind: str, **fields: Any) -> None:
        """Append one line; a password never gets into it."""
        line: Mapping[str, Any] = hide({"kind": kind, **fields})
        text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str)
        self._file.write(text.encode("utf-8", "backslashreplace") + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()
