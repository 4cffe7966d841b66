"""One task of a run, the plan that lists them, and why a task has to run."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from salesanalysis.batch import depends, keys, slug
from salesanalysis.batch.notebooks import Notebook
from salesanalysis.params import ParamSet

FORCED = "forced"


@dataclass(frozen=True)
class Task:
    """One notebook for one region in one language.

    Attributes
    ----------
    id : str
        ``<notebook>/<slug>.<lang>``: also the place below the run folder, without its ending.
    params : dict
        What is given; the rest runs with the defaults of the notebook.
    prose : dict of cell id -> text
        Translated text cells; empty in English.
    parts : dict
        The key in parts: code, params, inputs, library, versions, schema, page.
    reason : str
        Why it has to run; "" where it is up to date.
    as_of, data_key : str
        Day and key of its data; "" where the plan does not know them.
    """

    id: str
    notebook: str
    name: str
    region: str
    lang: str
    params: Mapping[str, Any]
    prose: Mapping[str, str] = field(repr=False, default_factory=dict)
    parts: Mapping[str, Any] = field(repr=False, default_factory=dict)
    reason: str = ""
    as_of: str = ""
    data_key: str = ""


@dataclass(frozen=True)
class Plan:
    """Every task of a run, in order of notebook, region and language.

    Attributes
    ----------
    folder : Path
        ``outputs/<run>``.
    notices : tuple of str
        What the history of the folder made us ignore.
    about : dict
        For pages and index: ``title`` and region names per language, ``as_of`` where all tasks
        have one day; ``known``: what was looked up of data sets, for the next plan.
    """

    folder: Path
    tasks: tuple[Task, ...]
    notices: tuple[str, ...] = ()
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reasons(self) -> dict[str, str]:
        """Task id -> why it has to run; "" where it is up to date."""
        return {t.id: t.reason for t in self.tasks}

    @property
    def plan_id(self) -> str:
        """A hash over all tasks and their keys."""
        return keys.digest([[t.id, t.parts] for t in self.tasks])[:16]

    def to_text(self) -> str:
        """Return one line a task: run or skip, and why."""
        rows = [
            f"{'run ' if t.reason else 'skip'}  {t.id}  {t.reason or 'up to date'}"
            for t in self.tasks
        ]
        n = sum(1 for t in self.tasks if t.reason)
        return "\n".join([*rows, f"{len(rows)} tasks, {n} to run, into {self.folder}"])

    def _repr_html_(self) -> str:
        return f"<pre>{escape(self.to_text())}</pre>"


def make_task(
    book: Notebook,
    given: ParamSet,
    lang: str,
    *,
    texts: Mapping[str, str],
    folder: Path,
    hashes: dict[str, Mapping[str, str]],
    facts: Mapping[str, Any],
) -> Task:
    """Build one task with the parameters its notebook declares."""
    place = f"{book.name}/{slug.slug(given.region)}.{lang}"
    known = book.declares
    values = {k: v for k, v in given.values.items() if k in known}
    if "lang" in known:
        values["lang"] = lang
    if "out" in known:
        values["out"] = (folder / place).as_posix()
    settings = {**book.defaults(), **values}
    parts = {
        "code": list(book.code),
        "params": settings,
        "inputs": {
            **_inputs([*given.inputs, *depends.named(settings)], hashes),
            **depends.unseen(settings),
        },
        "library": keys.hash_of_library(),
        "versions": keys.versions(),
        "schema": keys.SCHEMA,
        "page": keys.digest([_prose_of(book, texts), keys.template_hash()]),
    }
    task = Task(place, str(book.path), book.name, given.region, lang, values, texts, parts)
    day = str(settings.get("as_of") or facts.get("as_of", ""))
    return replace(task, as_of=day, data_key=str(facts.get("key", "")))


def _inputs(paths: Iterable[str], hashes: dict[str, Mapping[str, str]]) -> dict[str, str]:
    """Return file -> hash of all inputs of a task; each is read once for all tasks."""
    found: dict[str, str] = {}
    for path in paths:
        if path not in hashes:
            hashes[path] = keys.hash_inputs([path])
        found.update(hashes[path])
    return found


def _prose_of(book: Notebook, texts: Mapping[str, str]) -> list[str]:
    return [
        texts.get(c.get("id", ""), c["source"]) for c in book.cells if c["cell_type"] == "markdown"
    ]


def why_run(task: Task, last: Mapping[str, Any] | None, folder: Path, *, force: bool) -> str:
    """Return why a task runs; never judged from what stands inside a notebook."""
    if force:
        return FORCED
    if last is None:
        return "new"
    if last.get("status") != "ok":
        return f"last run {last.get('status')}"
    why = keys.reason(task.parts, last.get("parts"))
    if why and why != keys.PAGE_ONLY:
        return why
    return _output_changed(last.get("outputs", {}), folder) or why


def _output_changed(outputs: Mapping[str, Mapping[str, int]], folder: Path) -> str:
    for name, seen in outputs.items():
        try:
            now = (folder / name).stat()
        except OSError:
            return f"output missing: {name}"
        if (now.st_size, now.st_mtime_ns) != (seen["size"], seen["mtime_ns"]):
            return f"output changed: {name}"
    return ""
