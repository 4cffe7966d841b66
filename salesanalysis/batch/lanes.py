"""The runner's end of a lane: start it, give it a task, notice when it dies or is too late."""

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic
from typing import IO, Any, cast

from salesanalysis.batch.processes import end_tree

#: One thread a lane: small matrices gain nothing from more, and lanes would fight for cores.
ENVIRONMENT = {
    "PYTHONHASHSEED": "0",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    # a figure has to end up in the notebook, whatever the shell asks for
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONIOENCODING": "utf-8",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}

#: Windows: Ctrl-C in the terminal is the runner's business; 0 elsewhere.
_OWN_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)

#: Seconds a process may take to import everything.
START_LIMIT = 120.0


class Lane:
    """One lane; its process is started when first needed and again after it died."""

    def __init__(self, number: int, log: Path) -> None:
        self.number, self.log = number, log
        self.process: subprocess.Popen[bytes] | None = None
        self.abandon = threading.Event()
        self._buffer = b""
        self._heard: queue.Queue[bytes] = queue.Queue()
        self._ear: threading.Thread | None = None
        self._ready = False
        self._limit = self._deadline = float("inf")

    def start(self) -> subprocess.Popen[bytes]:
        """Return the running process."""
        if self.process is None or self.process.poll() is not None:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            self._buffer, self._ready = b"", False
            with self.log.open("ab") as errors:
                self.process = subprocess.Popen(
                    [sys.executable, "-m", "salesanalysis.batch.lane"],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=errors,
                    env={**os.environ, **ENVIRONMENT},
                    # the same as `_OWN_GROUP`, where there are sessions
                    start_new_session=True,
                    creationflags=_OWN_GROUP,
                )
            # a thread: pipes cannot be waited for with a time limit on Windows
            self._heard = queue.Queue()
            outlet = cast("IO[bytes]", self.process.stdout)
            self._ear = threading.Thread(
                target=_listen, args=(outlet.fileno(), self._heard), daemon=True
            )
            self._ear.start()
        return self.process

    def run(
        self, job: Mapping[str, Any], *, timeout: float, on_cell: Callable[[int, int], None]
    ) -> dict[str, Any]:
        """Give a task to the lane and wait for its answer, its death or the deadline.

        Returns
        -------
        dict
            The answer; or ``status`` crashed, timeout or interrupted with a ``reason``.
        """
        process = self.start()
        inlet = cast("IO[bytes]", process.stdin)
        self._limit = timeout or float("inf")
        # the time a fresh process needs for its imports is not the task's
        self._deadline = monotonic() + (self._limit if self._ready else START_LIMIT)
        try:
            inlet.write(json.dumps(job, ensure_ascii=False).encode("utf-8") + b"\n")
            inlet.flush()
        except OSError:
            return self._died()
        while True:
            if self.abandon.is_set():
                self.end()
                return {"status": "interrupted", "reason": "stopped by the user"}
            if monotonic() > self._deadline:
                self.end()
                return {"status": "timeout", "reason": f"not finished after {timeout:g} s"}
            answer = self._read(on_cell)
            if answer is not None:
                return answer if answer else self._died()

    def _read(self, on_cell: Callable[[int, int], None]) -> dict[str, Any] | None:
        """Read what is there: the answer, {} at the end of the pipe, None while it runs."""
        try:
            chunk = self._heard.get(timeout=min(0.2, max(0.01, self._deadline - monotonic())))
        except queue.Empty:
            return None
        if not chunk:
            return {}
        self._buffer += chunk
        while b"\n" in self._buffer:
            row, self._buffer = self._buffer.split(b"\n", 1)
            line: dict[str, Any] = json.loads(row)
            if "ready" in line:
                self._ready = True
                self._deadline = monotonic() + self._limit
            elif "status" in line:
                return line
            else:
                on_cell(line["cell"], line["of"])
        return None

    def _died(self) -> dict[str, Any]:
        process = self.process
        code = process.wait() if process else 0
        self.end()
        if code < 0:
            name = signal.Signals(-code).name
            hint = " (out of memory?)" if name == "SIGKILL" else ""
            return {"status": "crashed", "reason": f"the process was ended by {name}{hint}"}
        said = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        words = "".join(f": {line[:200]}" for line in said)
        return {"status": "crashed", "reason": f"the process ended with code {code}{words}"}

    def end(self) -> None:
        """End the process and all it started; it starts again with the next task."""
        if self.process is not None:
            end_tree(self.process.pid)
            self.process.wait()
            self._deaf()
            for pipe in (self.process.stdin, self.process.stdout):
                if pipe:
                    pipe.close()
            self.process = None

    def close(self) -> None:
        """Let an idle lane go: it ends when its input closes."""
        if self.process is not None and self.process.stdin:
            self.process.stdin.close()
            try:
                self.process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self.end()
            self._deaf()
            if self.process is not None and self.process.stdout:
                self.process.stdout.close()
            self.process = None

    def _deaf(self) -> None:
        """Wait for the listening thread: its pipe is at its end when the process is."""
        if self._ear is not None:
            self._ear.join(timeout=5)
            self._ear = None


def _listen(handle: int, heard: "queue.Queue[bytes]") -> None:
    """Hand on what a process says; an empty piece is the end."""
    with contextlib.suppress(OSError):
        while chunk := os.read(handle, 1 << 16):
            heard.put(chunk)
    heard.put(b"")
