"""The plan of a run: every task, whether it has to run, and why. Nothing runs before it stands.

Imports the standard library and PyYAML only, so that planning a thousand tasks stays cheap.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from salesanalysis.batch import depends, prose, slug
from salesanalysis.batch import regions as places
from salesanalysis.batch.choosing import read_notebooks, select
from salesanalysis.batch.manifest import History, read_history
from salesanalysis.batch.notebooks import Notebook
from salesanalysis.batch.tasks import Plan, Task, make_task, why_run
from salesanalysis.credentials import PREFIX
from salesanalysis.params import ParamSet, Problem, check_values, raise_all, read_files

LANGUAGES = ("en", "zh")
#: Region of a notebook that has no `region` parameter: one page for all of them.
COMPANY = "company"


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
            make_task(
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
    tasks = [replace(t, reason=why_run(t, last.get(t.id), folder, force=force)) for t in tasks]
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
