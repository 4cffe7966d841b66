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
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from salesanalysis.batch import index, keys
from salesanalysis.batch.atomic import probe, publish, publish_folder
from salesanalysis.batch.lanes import Lane
from salesanalysis.batch.lock import locked
from salesanalysis.batch.manifest import Manifest
from salesanalysis.batch.planning import Plan, Task
from salesanalysis.errors import ParamError, RenderError, SalesAnalysisError, nearest

#: Engines by the name a user types. One entry and one class is all another engine needs.
ENGINES = ("papermill",)
GRACE = 5.0  # seconds running tasks get after the first Ctrl-C
BAD = ("failed", "crashed", "timeout", "interrupted", "not_run")


@dataclass(frozen=True)
class RunReport:
    """What a run came to, one row a task.

    Attributes
    ----------
    folder : Path
    rows : tuple of dict
        ``task, notebook, region, lang, status, reason, seconds``.
    stopped_by : int
        The signal that stopped the run, 0 for none.
    """

    folder: Path
    rows: tuple[Mapping[str, Any], ...]
    stopped_by: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Status -> number of tasks."""
        return dict(Counter(row["status"] for row in self.rows))

    @property
    def exit_code(self) -> int:
        """0 where every task is ok or skipped, 1 where one is not, 130 or 143 when stopped."""
        if self.stopped_by:
            return 128 + self.stopped_by
        return int(any(row["status"] in BAD for row in self.rows))

    def raise_for_status(self) -> None:
        """Raise `RenderError` where a task is not good."""
        bad = [row for row in self.rows if row["status"] in BAD]
        if bad:
            raise RenderError(
                f"{len(bad)} of {len(self.rows)} pages are not good.",
                where="; ".join(f"{r['task']} ({r['status']})" for r in bad[:5]),
                fix=f"see the reasons in {self.folder / 'index.html'}",
                code="bad-value",
            )

    def frame(self) -> Any:
        """Return a DataFrame, one row a task."""
        import pandas as pd  # noqa: PLC0415

        return pd.DataFrame(list(self.rows))


@dataclass
class _Run:
    """The state of one run that its lanes share."""

    plan: Plan
    engine: str
    timeout: float
    retries: int
    scratch: Path
    todo: "queue.Queue[Task]" = field(default_factory=queue.Queue)
    done: "queue.Queue[tuple[str, Task, dict[str, Any]]]" = field(default_factory=queue.Queue)
    stop: threading.Event = field(default_factory=threading.Event)
    signal: int = 0


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
        ``start``, ``cell``, ``end``, ``skipped``; called in the main thread but for ``cell``.

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
    with locked(plan.folder):
        return _render(plan, jobs, engine, timeout, retries, on_event or (lambda *_: None), command)


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


def _render(
    plan: Plan,
    jobs: int | None,
    engine: str,
    timeout: float,
    retries: int,
    on_event: Event,
    command: str,
) -> RunReport:
    todo = [t for t in plan.tasks if t.reason]
    manifest = Manifest(plan.folder)
    scratch = plan.folder / ".work"
    run = _Run(plan, engine, timeout, retries, scratch)
    rows: dict[str, dict[str, Any]] = {}
    manifest.write(
        "run_start",
        plan_id=plan.plan_id,
        command=command,
        engine=engine,
        at=_now(),
        versions=keys.versions(),
        about=plan.about,
        tasks=len(plan.tasks),
    )
    for task in plan.tasks:
        if not task.reason:
            rows[task.id] = _row(task, {"status": "skipped", "reason": "up to date"})
            on_event("skipped", task, rows[task.id])
    manifest.write("skipped", tasks=[t.id for t in plan.tasks if not t.reason])
    for task in todo:
        run.todo.put(task)
    n_lanes = max(1, min(jobs or usable_cores(), len(todo)))
    lanes = [Lane(i + 1, scratch / f"lane-{i + 1}.log") for i in range(n_lanes if todo else 0)]
    threads = [threading.Thread(target=_work, args=(run, lane), daemon=True) for lane in lanes]
    try:
        with _stop_on_signal(run):
            for thread in threads:
                thread.start()
            _collect(run, lanes, threads, manifest, rows, on_event)
    finally:
        run.stop.set()
        for lane in lanes:
            lane.abandon.set()
        for thread in threads:
            thread.join(timeout=10)
        for task in todo:
            if task.id not in rows:
                rows[task.id] = _row(task, {"status": "not_run", "reason": "the run was stopped"})
        counts = Counter(r["status"] for r in rows.values())
        manifest.write(
            "run_end",
            at=_now(),
            counts=dict(counts),
            signal=run.signal,
            not_run=[t for t, r in rows.items() if r["status"] == "not_run"],
        )
        manifest.close()
        shutil.rmtree(scratch, ignore_errors=True)
        index.write(plan.folder)
    ordered = tuple(rows[t.id] for t in plan.tasks)
    return RunReport(plan.folder, ordered, run.signal)


def usable_cores() -> int:
    """Return the cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _stop_on_signal(run: _Run) -> Iterator[None]:
    """First Ctrl-C or SIGTERM: nothing new starts; second: end now."""

    def handle(number: int, _: Any) -> None:
        if run.signal:
            run.done.put(("abandon", run.plan.tasks[0], {}))
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


def _collect(
    run: _Run,
    lanes: list[Lane],
    threads: list[threading.Thread],
    manifest: Manifest,
    rows: dict[str, dict[str, Any]],
    on_event: Event,
) -> None:
    """Take results as they come, publish them, write them down, until every lane is idle."""
    ends_at = float("inf")
    while any(t.is_alive() for t in threads) or not run.done.empty():
        if run.stop.is_set() and ends_at == float("inf"):
            ends_at = time.monotonic() + GRACE
        if time.monotonic() > ends_at:
            for lane in lanes:
                lane.abandon.set()
        try:
            what, task, facts = run.done.get(timeout=0.2)
        except queue.Empty:
            continue
        if what == "abandon":
            ends_at = 0.0
        elif what == "start":
            manifest.write("start", task=task.id, at=_now(), reason=task.reason)
            on_event("start", task, facts)
        elif what == "cell":
            on_event("cell", task, facts)
        else:
            end = _end(run, task, facts)
            manifest.write("end", **end)
            rows[task.id] = _row(task, end)
            on_event("end", task, rows[task.id])


def _work(run: _Run, lane: Lane) -> None:
    """Take tasks until none is left or the run stops."""
    while not run.stop.is_set():
        try:
            task = run.todo.get_nowait()
        except queue.Empty:
            break
        run.done.put(("start", task, {}))
        try:
            answer = _attempts(run, lane, task)
        except Exception as error:  # noqa: BLE001  one task must never end the run
            message = f"{type(error).__name__}: {error}"
            answer = {"status": "failed", "error": _blame(message), "reason": message}
        run.done.put(("end", task, answer))
    lane.close()


def _attempts(run: _Run, lane: Lane, task: Task) -> dict[str, Any]:
    """Run a task, again when its process died or was too late, and save what was reached."""
    for attempt in range(1, run.retries + 2):
        job = _job(run, task)
        cells = {"cell": 0, "of": 0}

        def watch(cell: int, of: int, cells: dict[str, int] = cells) -> None:
            cells.update(cell=cell, of=of)
            run.done.put(("cell", task, {"cell": cell, "of": of}))

        started, began = _now(), time.monotonic()
        answer = lane.run(job, timeout=run.timeout, on_cell=watch)
        answer = {**answer, "attempt": attempt, "started": started}
        answer.setdefault("seconds", round(time.monotonic() - began, 3))
        if (
            answer["status"] not in ("crashed", "timeout")
            or attempt > run.retries
            or run.stop.is_set()
        ):
            break
    if "error" not in answer and answer["status"] in ("crashed", "timeout"):
        if cells["cell"]:
            answer["reason"] += f", in cell {cells['cell']} of {cells['of']}"
        answer = _rescued(lane, job, answer)
    return answer


def _rescued(lane: Lane, job: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    """Let a fresh process write the page of what was reached; without it the status stands."""
    answer = {**answer, "error": _blame(answer["reason"])}
    if not (Path(job["scratch"]) / "notebook.ipynb").is_file():
        return answer
    saved = lane.run(
        {**job, "op": "rescue", "status": answer["status"], "reason": answer["reason"]},
        timeout=60,
        on_cell=lambda *_: None,
    )
    error = saved.get("error") or {}
    return {
        **saved,
        **answer,
        "error": {**error, "message": answer["reason"]} if error else answer["error"],
    }


def _blame(message: str) -> dict[str, Any]:
    return {"section": "", "cell": 0, "exception": "", "message": message}


def _job(run: _Run, task: Task) -> dict[str, Any]:
    """Return the message a lane gets."""
    scratch = run.scratch / keys.digest(task.id)[:16]
    shutil.rmtree(scratch, ignore_errors=True)
    (scratch / "files").mkdir(parents=True)
    about = run.plan.about
    shown = about.get("regions", {}).get(task.region, {}).get(task.lang, task.region)
    final = run.plan.folder / task.id
    as_of = task.parts["params"].get("as_of") or about.get("as_of") or ""
    return {
        "op": "page" if task.reason == keys.PAGE_ONLY else "run",
        "engine": run.engine,
        "notebook": task.notebook,
        "name": task.name,
        "region": task.region,
        "region_shown": shown,
        "lang": task.lang,
        "as_of": as_of,
        "params": dict(task.params),
        "all_params": dict(task.parts["params"]),
        "prose": dict(task.prose),
        "scratch": str(scratch),
        "staged": (scratch / "files").as_posix(),
        "final": final.as_posix(),
        "stored": f"{final}.ipynb",
    }


def _end(run: _Run, task: Task, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Publish what a task made and return its ``end`` line."""
    status, error = answer["status"], answer.get("error")
    try:
        files = _publish(run, task, status)
    except SalesAnalysisError as wrong:
        status, error, files = "failed", _blame(wrong.what), []
        run.stop.set()  # a full disk fails every task the same way
    reason = answer.get("reason") or _why(error) or answer.get("early_exit") or ""
    return {
        "task": task.id,
        "notebook": task.name,
        "region": task.region,
        "lang": task.lang,
        "status": status,
        "reason": reason,
        "because": task.reason,
        "engine": run.engine,
        "attempt": answer.get("attempt", 1),
        "title": answer.get("title", ""),
        "parts": task.parts,
        "exec_key": keys.digest({k: v for k, v in task.parts.items() if k != "page"}),
        "page_key": keys.digest(task.parts),
        "outputs": {p.relative_to(run.plan.folder).as_posix(): _stat(p) for p in files},
        "started": answer.get("started", ""),
        "ended": _now(),
        "seconds": answer.get("seconds"),
        "cells": answer.get("cells", []),
        "warnings": answer.get("warnings", 0),
        "early_exit": answer.get("early_exit", ""),
        "error": error,
        "figures": answer.get("figures", []),
    }


def _why(error: Mapping[str, Any] | None) -> str:
    if not error:
        return ""
    return ": ".join(x for x in (error.get("exception"), error.get("message")) if x)


def _publish(run: _Run, task: Task, status: str) -> list[Path]:
    """Move what a task made into place: files, page, notebook; the old page stays if it is bad."""
    scratch = run.scratch / keys.digest(task.id)[:16]
    final = run.plan.folder / task.id
    good = status == "ok"
    stem = final.name if good else f"{final.name}.failed"
    moved = []
    if good and task.reason != keys.PAGE_ONLY:
        moved = publish_folder(scratch / "files", final)
    elif good:
        moved = sorted(p for p in final.rglob("*") if p.is_file())
    pairs = [
        (scratch / "page.html", final.parent / f"{stem}.html"),
        (scratch / "notebook.ipynb", final.parent / f"{stem}.ipynb"),
        (scratch / "page.log", final.parent / f"{stem}.log"),
    ]
    if good:
        thumb = run.plan.folder / "thumbs" / f"{task.name}.{final.name}.png"
        pairs.append((scratch / "thumb.png", thumb))
    for staged, target in pairs:
        if staged.is_file() and status != "interrupted":
            publish(staged, target)
            moved.append(target)
    if good:
        for ending in ("html", "ipynb", "log"):
            (final.parent / f"{final.name}.failed.{ending}").unlink(missing_ok=True)
    shutil.rmtree(scratch, ignore_errors=True)
    return moved


def _stat(path: Path) -> dict[str, Any]:
    seen = path.stat()
    return {"size": seen.st_size, "mtime_ns": seen.st_mtime_ns, "sha256": keys.file_hash(path)}


def _row(task: Task, end: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "task": task.id,
        "notebook": task.name,
        "region": task.region,
        "lang": task.lang,
        "status": end["status"],
        "reason": end.get("reason", ""),
        "seconds": end.get("seconds"),
    }


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="seconds")
