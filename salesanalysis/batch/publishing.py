"""Put what a task made into its place, whole, and say in one line what it came to."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from salesanalysis.atomic import publish, publish_folder
from salesanalysis.batch import keys
from salesanalysis.batch.tasks import Task
from salesanalysis.batch.work import Run, blame, now
from salesanalysis.credentials import hide
from salesanalysis.errors import RenderError


def end_of(run: Run, task: Task, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Publish what a task made and return its ``end`` line, the commit point of the task."""
    status, error = answer["status"], answer.get("error")
    try:
        files = _publish(run, task, good=status == "ok", wanted=status != "interrupted")
    except RenderError as wrong:
        status, error, files = "failed", blame(wrong.what), []
        run.full = True
        run.stop.set()  # what fails here fails for every further task
    end: dict[str, Any] = {
        "task": task.id,
        "notebook": task.name,
        "region": task.region,
        "lang": task.lang,
        "as_of": task.as_of,
        "data_key": task.data_key,
        "status": status,
        "reason": answer.get("reason") or _why(error) or answer.get("early_exit") or "",
        "because": task.reason,
        "engine": run.engine,
        "attempt": answer.get("attempt", 1),
        "title": answer.get("title", ""),
        "parts": task.parts,
        "exec_key": keys.digest({k: v for k, v in task.parts.items() if k != "page"}),
        "page_key": keys.digest(task.parts),
        "outputs": {p.relative_to(run.plan.folder).as_posix(): _stat(p) for p in files},
        "started": answer.get("started", ""),
        "ended": now(),
        "seconds": answer.get("seconds"),
        "cells": answer.get("cells", []),
        "warnings": answer.get("warnings", 0),
        "early_exit": answer.get("early_exit", ""),
        "error": error,
        "figures": answer.get("figures", []),
    }
    return dict(hide(end))


def _why(error: Mapping[str, Any] | None) -> str:
    """Return the error in one line."""
    if not error:
        return ""
    return ": ".join(x for x in (error.get("exception"), error.get("message")) if x)


def _publish(run: Run, task: Task, *, good: bool, wanted: bool) -> list[Path]:
    """Move files, page, notebook into place; a bad run never touches the last good page."""
    scratch, final = run.place(task), run.plan.folder / task.id
    stem = final.with_name(final.name if good else f"{final.name}.failed")
    moved: list[Path] = []
    if good and task.reason == keys.PAGE_ONLY:
        moved += sorted(p for p in final.rglob("*") if p.is_file())
    elif good:
        moved += publish_folder(scratch / "files", final)
    pairs = {
        "page.html": stem.with_name(f"{stem.name}.html"),
        "notebook.ipynb": stem.with_name(f"{stem.name}.ipynb"),
        "page.log": stem.with_name(f"{stem.name}.log"),
    }
    if good:
        pairs["thumb.png"] = run.plan.folder / "thumbs" / f"{task.name}.{final.name}.png"
    for name, target in pairs.items():
        if wanted and (scratch / name).is_file():
            publish(scratch / name, target)
            moved.append(target)
    if good:
        for ending in ("html", "ipynb", "log"):
            final.with_name(f"{final.name}.failed.{ending}").unlink(missing_ok=True)
    shutil.rmtree(scratch, ignore_errors=True)
    return moved


def _stat(path: Path) -> dict[str, Any]:
    seen = path.stat()
    return {"size": seen.st_size, "mtime_ns": seen.st_mtime_ns, "sha256": keys.file_hash(path)}
