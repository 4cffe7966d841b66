"""Regions of params files against the data they name, before any kernel starts."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from salesanalysis.batch import depends
from salesanalysis.batch.notebooks import Notebook
from salesanalysis.errors import SalesAnalysisError, nearest
from salesanalysis.params import ParamSet, Problem

#: Key of a loaded data set -> its ``regions``, ``as_of`` and ``key``.
Known = Mapping[str, Mapping[str, Any]]


def question(book: Notebook, given: ParamSet) -> tuple[str, str, str] | None:
    """Return source, mapping and day of a task, or None where it names no data and region."""
    values = {**book.defaults(), **given.values}
    if not (values.get("source") and "region" in book.declares):
        return None
    return str(values["source"]), str(values.get("mapping") or ""), str(values.get("as_of") or "")


def check(
    books: Sequence[Notebook], sets: Sequence[ParamSet], known: Known
) -> tuple[dict[tuple[str, str, str], Mapping[str, Any]], list[Problem]]:
    """Look every region up in its data; data nobody has loaded before are loaded once.

    Parameters
    ----------
    books : sequence of Notebook
    sets : sequence of ParamSet
    known : mapping
        What earlier runs found, by `depends.data_key`.

    Returns
    -------
    dict of (source, mapping, day) -> facts
        ``regions``, ``as_of`` and ``key`` of every data set asked for.
    list of Problem
        Regions the data do not have, with the nearest; data that cannot be loaded.
    """
    facts: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    problems: dict[tuple[str, str], Problem] = {}
    for book in books:
        for given in sets:
            asked = question(book, given)
            if asked is None:
                continue
            if asked not in facts:
                facts[asked] = _facts(asked, known)
            wrong = _problem(book, given, facts[asked])
            if wrong:
                problems[wrong.where, wrong.what] = wrong
    return facts, list(problems.values())


def _facts(asked: tuple[str, str, str], known: Known) -> Mapping[str, Any]:
    """Return what is known of a data set, else load it; ``error`` where it cannot be."""
    key = depends.data_key(*asked)
    if key in known:
        return known[key]
    import salesanalysis as sa  # noqa: PLC0415

    try:
        data = sa.load(asked[0], asked[1] or None, as_of=asked[2] or None)
    except SalesAnalysisError as error:
        return {"error": error}
    return {"regions": shown(data), "as_of": f"{data.as_of:%Y-%m-%d}", "key": key}


def shown(data: Any) -> dict[str, dict[str, str]]:
    """Return region -> language -> its name, in display order."""
    return {r: {x: data.terms.show("region", r, x) for x in ("en", "zh")} for r in data.regions}


def _problem(book: Notebook, given: ParamSet, facts: Mapping[str, Any]) -> Problem | None:
    if "error" in facts:
        error: SalesAnalysisError = facts["error"]
        place = given.places.get("source", f"{given.source}: source")
        return Problem(f"{place} ({error.where})", error.what, error.fix, code=error.code)
    region = str(given.values.get("region", book.defaults()["region"]))
    if region in facts["regions"]:
        return None
    names = list(facts["regions"])
    what = f"{region!r} is not a region of the data, which have {len(names)}: {_some(names)}."
    close = nearest(region, names)
    fix = f"did you mean {close!r}?" if close else "use one of them"
    place = given.places.get("region", f"{given.source}: region")
    return Problem(place, what, fix, code="unknown-name")


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")


def about(facts: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what the manifest keeps of the data: names of regions, and facts by key."""
    known = {f["key"]: dict(f) for f in facts}
    names = {r: n for f in known.values() for r, n in f["regions"].items()}
    return {"known": known, "regions": names} if known else {}


def remembered(lines: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Return the data sets the runs of a folder have seen, from its manifest."""
    starts = (x.get("about") or {} for x in lines if x.get("kind") == "run_start")
    return {key: facts for about in starts for key, facts in about.get("known", {}).items()}
