"""Run a plan: lanes work, results are published whole, and the manifest says what is true."""

import os
import queue
import shutil
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from salesanalysis.atomic import probe
from salesanalysis.batch import index, keys
from salesanalysis.batch.lanes import Lane
from salesanalysis.batch.lock import locked
from salesanalysis.batch.manifest import Manifest
from salesanalysis.batch.publishing import end_of
from salesanalysis.batch.runreport import RunReport
from salesanalysis.batch.tasks import Plan, Task
from salesanalysis.batch.work import Run, now, work
from salesanalysis.errors import ParamError, nearest

#: Engines by the name a user types; `execute.ENGINES` says what papermill calls each.
ENGINES = ("papermill",)
GRACE = 5.0  # seconds running tasks get after the first Ctrl-C

Event = Callable[[str, Task, Mapping[str, Any]], None]


def render(
    plan: Plan,
    *,
    jobs: int | None = None,
    engine: str = "papermill",
    timeout: float = 900,
    retries: int = 1,
    on_event: Event | None = None,
    command: str = "",
) -> RunReport:
    """Run what is not up to date; one bad task never stops the others.

    Parameters
    ----------
    plan : Plan
    jobs : int, optional
        Lanes; by default one for each usable core, at most one for each task.
    engine : {"papermill"}
    timeout : float, seconds for a notebook, 0 = none
    retries : int
        How often a crashed task or one out of time is tried again.
    on_event : callable of (what, task, facts), optional
        ``start``, ``cell``, ``end``, ``skipped``; called from the thread that called `render`.
    command : str
        For the manifest.

    Returns
    -------
    RunReport

    Raises
    ------
    ParamError
        For an engine there is none of.
    RenderError
        Where the output folder cannot be written; `OutputLocked` where another run holds it.
    """
    check_engine(engine)
    probe(plan.folder)
    run = Run(plan, engine, timeout, retries)
    with locked(plan.folder):
        book = _Book(run, Manifest(plan.folder), on_event or (lambda *_: None))
        book.open(command)
        try:
            _run_lanes(run, book, jobs or usable_cores())
        finally:
            book.close()
            shutil.rmtree(run.scratch, ignore_errors=True)
            index.write(plan.folder)
    rows = tuple(book.rows[t.id] for t in plan.tasks)
    return RunReport(plan.folder, rows, run.signal, run.full)


def check_engine(engine: str) -> None:
    """Refuse an engine there is none of."""
    if engine in ENGINES:
        return
    known = ", ".join(ENGINES)
    if engine == "warm":
        what, fix = "The engine 'warm' comes later.", "use --engine papermill"
    else:
        close = nearest(engine, ENGINES) or "papermill"
        what, fix = f"{engine!r} is not an engine here; known: {known}.", f"use --engine {close}"
    raise ParamError(what, where="--engine", fix=fix, code="no-engine")


def usable_cores() -> int:
    """Return the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@dataclass
class _Book:
    """Writes down what happens: the manifest, the rows of the report, the events."""

    run: Run
    manifest: Manifest
    on_event: Event
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)

    def open(self, command: str) -> None:
        """Begin the run; what is up to date is skipped at once."""
        plan = self.run.plan
        skipped = [t for t in plan.tasks if not t.reason]
        self.manifest.write(
            "run_start",
            plan_id=plan.plan_id,
            command=command,
            engine=self.run.engine,
            at=now(),
            versions=keys.versions(),
            about=plan.about,
            tasks=len(plan.tasks),
        )
        self.manifest.write("skipped", tasks=[t.id for t in skipped])
        for task in skipped:
            self.row(task, {"status": "skipped", "reason": "up to date"})
            self.on_event("skipped", task, self.rows[task.id])

    def take(self, what: str, task: Task, facts: dict[str, Any]) -> None:
        """Take one event of a lane."""
        if what == "start":
            self.manifest.write("start", task=task.id, at=now(), reason=task.reason)
        elif what == "end":
            end = end_of(self.run, task, facts)
            self.manifest.write("end", **end)
            facts = self.row(task, end)
        self.on_event(what, task, facts)

    def row(self, task: Task, end: Mapping[str, Any]) -> dict[str, Any]:
        """Note what a task came to."""
        facts = {k: end.get(k) for k in ("status", "reason", "seconds")}
        who = {"task": task.id, "notebook": task.name, "region": task.region, "lang": task.lang}
        self.rows[task.id] = {**who, **facts}
        return self.rows[task.id]

    def close(self) -> None:
        """End the run; what never started is called so."""
        for task in self.run.plan.tasks:
            if task.id not in self.rows:
                self.row(task, {"status": "not_run", "reason": "the run was stopped"})
        left = [t for t, row in self.rows.items() if row["status"] == "not_run"]
        counts = dict(Counter(row["status"] for row in self.rows.values()))
        self.manifest.write(
            "run_end", at=now(), counts=counts, signal=self.run.signal, not_run=left
        )
        self.manifest.close()


def _run_lanes(run: Run, book: _Book, jobs: int) -> None:
    """Start the lanes, take what they report, and leave no process behind."""
    todo = [t for t in run.plan.tasks if t.reason]
    for task in todo:
        run.todo.put(task)
    lanes = [Lane(i + 1, run.scratch / f"lane-{i + 1}.log") for i in range(min(jobs, len(todo)))]
    threads = [threading.Thread(target=work, args=(run, lane), daemon=True) for lane in lanes]
    try:
        with _stop_on_signal(run):
            for thread in threads:
                thread.start()
            _collect(run, book, lanes, threads)
    finally:
        run.stop.set()
        for lane in lanes:
            lane.abandon.set()
        for thread in threads:
            thread.join(timeout=10)


def _collect(run: Run, book: _Book, lanes: list[Lane], threads: list[threading.Thread]) -> None:
    """Take events as they come until every lane is idle; after a stop they get a last grace."""
    ends_at = float("inf")
    while any(t.is_alive() for t in threads) or not run.done.empty():
        if run.signal and ends_at == float("inf"):
            ends_at = time.monotonic() + GRACE
        if run.hurry.is_set() or time.monotonic() > ends_at:
            for lane in lanes:
                lane.abandon.set()
        try:
            book.take(*run.done.get(timeout=0.2))
        except queue.Empty:
            continue


@contextmanager
def _stop_on_signal(run: Run) -> Iterator[None]:
    """First Ctrl-C or SIGTERM: nothing new starts; second: end now."""

    def handle(number: int, _: Any) -> None:
        if run.signal:
            run.hurry.set()
        run.signal = run.signal or number
        run.stop.set()

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {s: signal.signal(s, handle) for s in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
