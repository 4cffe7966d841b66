"""The plan of a run: every task, whether it has to run, and why. Nothing runs before it stands.

Imports the standard library and PyYAML only, so that planning a thousand tasks stays cheap.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from pathlib import Path
from typing import Any

from salesanalysis.batch import depends, keys, prose, slug
from salesanalysis.batch import regions as places
from salesanalysis.batch.choosing import read_notebooks, select
from salesanalysis.batch.manifest import History, read_history
from salesanalysis.batch.notebooks import Notebook
from salesanalysis.credentials import PREFIX
from salesanalysis.params import ParamSet, Problem, check_values, raise_all, read_files

LANGUAGES = ("en", "zh")
FORCED = "forced"
#: Region of a notebook that has no `region` parameter: one page for all of them.
COMPANY = "company"


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


def plan(
    notebooks: Sequence[str | Path],
    params: Sequence[str | Path],
    *,
    regions: Sequence[str] | None = None,
    langs: Sequence[str] | None = None,
    out: str | Path = "outputs",
    run: str | None = None,
    force: bool = False,
) -> Plan:
    """Read and check notebooks and params files, and compare with what was rendered before.

    Parameters
    ----------
    notebooks : sequence of path
    params : sequence of path
        Flat files, batch files, or folders of them.
    regions : sequence of str, optional
        Names or globs such as ``EU-*``; all of them by default.
    langs : sequence of {"en", "zh"}, optional
        One task for each; by default the ``lang`` of file or notebook.
    out : path
    run : str, optional
        Name of the folder below `out`; by default that of the params file or its folder.
    force : bool
        Run also what is up to date.

    Raises
    ------
    ParamError
        Listing every problem of every file at once; nothing has run.
    """
    sets, problems = read_files(params)
    books, wrong = read_notebooks(notebooks)
    problems += wrong
    sets, wrong = select(sets, regions, source=", ".join(str(p) for p in params))
    problems += wrong
    name = run or (
        Path(params[0]).stem if len(params) == 1 else Path(params[0]).resolve().parent.name
    )
    for given in sets:
        for book in books:
            problems += check_values(given, book.parameters, notebook=book.path.name)
    raise_all(problems)
    folder = Path(out) / slug.slug(name)
    history = read_history(folder)
    history.notices.extend(_passwords(sets))
    facts, wrong = places.check(books, sets, places.remembered(history.lines))
    raise_all(wrong)
    return build(
        books,
        sets,
        folder=folder,
        langs=langs,
        force=force,
        about=places.about(facts.values()),
        facts=lambda book, given: facts.get(places.question(book, given) or ("", "", ""), {}),
        history=history,
    )


def _passwords(sets: Sequence[ParamSet]) -> list[str]:
    """Say once for every place that a file holds a password."""
    places = {
        s.places.get(name, f"{s.source}: {name}"): None
        for s in sets
        for name, value in s.values.items()
        if f"${{{PREFIX}" in str(value)
    }
    say = "holds a password; nothing that is written shows it, but the file does: write ${NAME}"
    return [f"{place} {say} and set the environment variable NAME" for place in places]


def build(
    books: Sequence[Notebook],
    sets: Sequence[ParamSet],
    *,
    folder: Path,
    langs: Sequence[str] | None,
    force: bool,
    about: Mapping[str, Any] | None = None,
    per_region: Callable[[Notebook], bool] = lambda _: True,
    facts: Callable[[Notebook, ParamSet], Mapping[str, Any]] = lambda *_: {},
    hashes: Mapping[str, Mapping[str, str]] | None = None,
    history: History | None = None,
) -> Plan:
    """Cross notebooks, regions and languages, and give every task its key and reason.

    `facts` says ``as_of`` and ``key`` of a task's data; `hashes` are those of inputs that are not
    written yet, input -> file -> hash.
    """
    problems: list[Problem] = []
    tasks: list[Task] = []
    seen = dict(hashes or {})
    shipped = depends.shipped()
    sets = [replace(s, inputs=(*s.inputs, *shipped)) for s in sets]
    for book in books:
        texts, wrong = _all_prose(book, langs or _own_langs(book, sets))
        problems += wrong
        named = [_named(book, s) for s in sets]
        mine = named if per_region(book) else [replace(s, region=COMPANY) for s in sets[:1]]
        pairs = [(given, lang) for given in mine for lang in langs or (_own_lang(book, given),)]
        tasks += [
            _task(
                book,
                given,
                lang,
                texts=texts[lang],
                folder=folder,
                hashes=seen,
                facts=facts(book, given),
            )
            for given, lang in pairs
            if lang in texts
        ]
    problems += slug.clashes((s.region, s.source) for s in sets)
    problems += _doubles(tasks)
    raise_all(problems)
    history = history or read_history(folder)
    last = history.last()
    tasks = [replace(t, reason=_reason(t, last.get(t.id), folder, force=force)) for t in tasks]
    days = {t.as_of for t in tasks}
    day = {"as_of": days.pop()} if len(days) == 1 else {}
    return Plan(folder, tuple(tasks), tuple(history.notices), {**day, **(about or {})})


def _own_lang(book: Notebook, given: ParamSet) -> str:
    return str(given.values.get("lang") or book.defaults().get("lang") or "en")


def _own_langs(book: Notebook, sets: Sequence[ParamSet]) -> list[str]:
    return sorted({_own_lang(book, s) for s in sets})


def _all_prose(
    book: Notebook, langs: Iterable[str]
) -> tuple[dict[str, dict[str, str]], list[Problem]]:
    texts: dict[str, dict[str, str]] = {}
    problems: list[Problem] = []
    for lang in langs:
        if lang not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            what = f"{lang!r} is not a language here; known: {known}."
            problems.append(Problem("--lang", what, f"use one of: {known}", code="unknown-name"))
            continue
        texts[lang], wrong = prose.translations(book.path, book.cells, lang)
        problems += wrong
    return texts, problems


def _named(book: Notebook, given: ParamSet) -> ParamSet:
    """Name a set that says no region by the one its notebook shows then: the default."""
    default = book.defaults().get("region")
    if not isinstance(default, str) or not default or given.region in given.values.values():
        return given
    return replace(given, region=default)


def _task(
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


def _doubles(tasks: Sequence[Task]) -> list[Problem]:
    seen: set[str] = set()
    problems = []
    for task in tasks:
        if task.id in seen:
            what = f"two sets of parameters would write {task.id}."
            fix = "give each its own region, or run them one after the other with --run"
            problems.append(Problem(task.notebook, what, fix, code="duplicate-key"))
        seen.add(task.id)
    return problems


def _reason(task: Task, last: Mapping[str, Any] | None, folder: Path, *, force: bool) -> str:
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
