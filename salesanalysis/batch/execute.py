"""Run one task inside a lane: notebook, page, log and thumbnail in a scratch folder."""

import json
import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from typing import Any
from urllib.parse import quote

from salesanalysis.batch.engine import register_translator
from salesanalysis.batch.inside import FOLDER_VARIABLE
from salesanalysis.batch.judge import early_exit, figures, log_text, trouble_of, warnings_of
from salesanalysis.batch.thumbs import thumbnail
from salesanalysis.credentials import hide
from salesanalysis.errors import SalesAnalysisError
from salesanalysis.labels import day, label
from salesanalysis.report.page import PageInfo, Trouble, page

#: Engine name -> name papermill knows it by. A faster engine adds itself here.
ENGINES = {"papermill": "salesanalysis-standard"}
Watcher = Callable[[int, int], None]


def run(job: Mapping[str, Any], watcher: Watcher) -> dict[str, Any]:
    """Execute the notebook of `job` and write everything of it into its scratch folder.

    Parameters
    ----------
    job : mapping
        ``notebook, engine, params, prose, lang, scratch, staged, final, name, region, as_of``.
    watcher : callable of (cell index, number of cells)

    Returns
    -------
    dict
        ``status, reason, error, seconds, cells, warnings, figures``; plain JSON.
    """
    from papermill.engines import papermill_engines  # noqa: PLC0415

    started = perf_counter()
    notebook = prepared(job)
    os.environ[FOLDER_VARIABLE] = job["staged"]
    scratch = Path(job["scratch"])
    crash = ""
    try:
        papermill_engines.execute_notebook_with_engine(
            ENGINES[job["engine"]],
            notebook,
            kernel_name=notebook.metadata.kernelspec.name,
            output_path=str(scratch / "notebook.ipynb"),
            progress_bar=False,
            watcher=watcher,
        )
    except Exception as error:
        crash = f"{type(error).__name__}: {error}"
    result = finish(notebook, job, crash=crash)
    return {**result, "seconds": round(perf_counter() - started, 3)}


def prepared(job: Mapping[str, Any]) -> Any:
    """Return the notebook with its prose in the language of the task and its parameters in."""
    from papermill.iorw import load_notebook_node  # noqa: PLC0415
    from papermill.parameterize import parameterize_notebook  # noqa: PLC0415

    register_translator()
    notebook = load_notebook_node(job["notebook"])
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = job["prose"].get(cell.id, cell.source)
    values = dict(job["params"])
    if "out" in values:
        values["out"] = job["staged"]
    notebook = parameterize_notebook(notebook, values, engine_name=ENGINES[job["engine"]])
    for cell in notebook.cells:
        if "injected-parameters" in cell.metadata.get("tags", ()):
            cell.id = "injected-parameters"  # a random id would make two equal renders differ
    return notebook


def finish(notebook: Any, job: Mapping[str, Any], *, crash: str = "") -> dict[str, Any]:
    """Judge an executed notebook and write notebook, page, log and thumbnail."""
    error = trouble_of(notebook)
    status = "crashed" if crash else "failed" if error else "ok"
    error = error or (
        {"section": "", "cell": 0, "exception": "", "message": crash} if crash else None
    )
    if crash and error:
        error = {**error, "message": crash}
    return _write(notebook, job, status, error)


def _write(
    notebook: Any, job: Mapping[str, Any], status: str, error: dict[str, Any] | None
) -> dict[str, Any]:
    # the notebook must name the place its files end up in, not the one they were staged in
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True)
    # together: the parameters in the notebook tell which variables hold passwords
    node, error = hide((json.loads(text.replace(job["staged"], job["final"])), error))
    scratch = Path(job["scratch"])
    try:
        html = page(node, page_info(node, job, status, error))
    except SalesAnalysisError as wrong:
        status, html = ("failed" if status == "ok" else status), ""
        error = error or {
            "section": "",
            "cell": 0,
            "exception": type(wrong).__name__,
            "message": str(wrong),
        }
    (scratch / "notebook.ipynb").write_text(
        json.dumps(node, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )
    if html:
        (scratch / "page.html").write_text(html, encoding="utf-8")
    (scratch / "page.log").write_text(log_text(node, job, status, error), encoding="utf-8")
    small = thumbnail(node)
    if small:
        (scratch / "thumb.png").write_bytes(small)
    return {
        "status": status,
        "error": error,
        "early_exit": early_exit(node),
        "warnings": warnings_of(node),
        "figures": figures(node),
        "title": _title(node),
        "cells": [c["metadata"].get("papermill", {}).get("duration") for c in node["cells"]],
    }


def page_info(
    node: Mapping[str, Any], job: Mapping[str, Any], status: str, error: Mapping[str, Any] | None
) -> PageInfo:
    """Collect what stands around the cells of the page."""
    lang, stem = job["lang"], Path(job["final"]).name
    ending = "" if status == "ok" else ".failed"
    staged = Path(job["staged"])
    names = sorted(p.relative_to(staged).as_posix() for p in staged.rglob("*") if p.is_file())
    trouble = None
    if error:
        message = ": ".join(x for x in (error["exception"], error["message"]) if x)
        trouble = Trouble(status, error["section"], error["cell"], _plain(message))
    early = early_exit(node)
    return PageInfo(
        lang=lang,
        region=job["region_shown"],
        as_of=day(job["as_of"], lang) if job["as_of"] else "",
        notebook=quote(f"{stem}{ending}.ipynb"),
        index=f"../index.{lang}.html",
        # the files of a run that failed are not published
        files=[(n, quote(f"{stem}/{n}")) for n in names] if status == "ok" else (),
        parameters=job["all_params"],
        trouble=trouble,
        notes=[label("page.early_exit", lang, reason=early)] if early else (),
    )


def rescue(job: Mapping[str, Any], _: Watcher) -> dict[str, Any]:
    """Save what a task had reached when its lane was ended: true statuses, page with banner."""
    notebook = _read(Path(job["scratch"]) / "notebook.ipynb")
    for cell in notebook.cells:
        if cell.metadata.get("papermill", {}).get("status") == "running":
            cell.metadata.papermill.update(status="failed", exception=True)
    where = trouble_of(notebook) or {"section": "", "cell": 0, "exception": ""}
    return _write(
        notebook, job, job["status"], {**where, "exception": "", "message": job["reason"]}
    )


def repage(job: Mapping[str, Any], _: Watcher) -> dict[str, Any]:
    """Build notebook text and page anew from the outputs of the last good run."""
    started = perf_counter()
    job = {**job, "staged": job["final"]}  # the files of the last run stay where they are
    source = prepared(job)
    stored = {c.id: c for c in _read(Path(job["stored"])).cells}
    for cell in source.cells:
        if cell.cell_type == "code":
            old = stored[cell.id]
            cell.outputs, cell.execution_count = old.outputs, old.execution_count
        cell.metadata.papermill = stored.get(cell.id, cell).metadata.get("papermill", {})
    return {**finish(source, job), "seconds": round(perf_counter() - started, 3)}


def _read(path: Path) -> Any:
    import nbformat  # noqa: PLC0415

    read: Any = nbformat.read
    return read(path, as_version=4)


OPERATIONS = {"run": run, "rescue": rescue, "page": repage}


def _plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def _title(node: Mapping[str, Any]) -> str:
    from salesanalysis.report.page import split_title  # noqa: PLC0415

    return split_title(node["cells"])[0]
