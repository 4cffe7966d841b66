"""Which notebooks and which regions a run is about."""

import fnmatch
from collections.abc import Sequence
from pathlib import Path

from salesanalysis.batch import slug
from salesanalysis.batch.notebooks import Notebook, read_notebook
from salesanalysis.errors import nearest
from salesanalysis.params import ParamSet, Problem


def read_notebooks(paths: Sequence[str | Path]) -> tuple[list[Notebook], list[Problem]]:
    """Read notebooks, each file once; two files of the same name would share their pages."""
    books: list[Notebook] = []
    problems: list[Problem] = []
    for path in {p.resolve(): p for p in map(Path, paths)}.values():
        book, wrong = read_notebook(path)
        problems += wrong
        if book and (bad := slug.refused_file(book.name)):
            problems.append(Problem(str(path), bad, "rename it", code="bad-notebook"))
        twin = next((b.path for b in books if book and b.name == book.name), None)
        if twin:
            what = f"{twin} has the same name, and their pages would share a place."
            problems.append(Problem(str(path), what, "rename one of them", code="duplicate-key"))
        elif book:
            books.append(book)
    if not books and not problems:
        what = "no notebook is named."
        problems.append(Problem("notebooks", what, "name a .ipynb file", code="bad-notebook"))
    return books, problems


def select(
    sets: Sequence[ParamSet], wanted: Sequence[str] | None, *, source: str
) -> tuple[list[ParamSet], list[Problem]]:
    """Return the sets whose region is wanted; a name or glob that matches nothing is a problem."""
    problems = [
        Problem(f"{s.source}: regions", *bad, code="bad-value")
        for s in sets
        if (bad := slug.refusal(s.region))
    ]
    if not wanted or list(wanted) == ["all"]:
        return list(sets), problems
    names = list(dict.fromkeys(s.region for s in sets))
    chosen: set[str] = set()
    for pattern in wanted:
        hits = {n for n in names if n == pattern} or set(fnmatch.filter(names, pattern))
        if not hits:
            problems.append(_no_region(pattern, names, source))
        chosen |= hits
    return [s for s in sets if s.region in chosen], problems


def _no_region(pattern: str, names: Sequence[str], source: str) -> Problem:
    shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
    what = f"{pattern!r} is not a region of {source}, which has {len(names)}: {shown}."
    close = nearest(pattern, names)
    fix = f"did you mean {close!r}?" if close else "use one of them, a glob such as 'EU-*', or all"
    return Problem("--regions", what, fix, code="unknown-name")
