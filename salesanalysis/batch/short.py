"""The short form: from a data source to a plan over its regions, loading the data once."""

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from salesanalysis.atomic import not_writable, write_atomic
from salesanalysis.batch import depends, slug
from salesanalysis.batch.choosing import read_notebooks, select
from salesanalysis.batch.lock import locked
from salesanalysis.batch.notebooks import Notebook
from salesanalysis.batch.planning import COMPANY, build
from salesanalysis.batch.regions import shown
from salesanalysis.batch.tasks import Plan
from salesanalysis.credentials import sealed
from salesanalysis.errors import ParamError, nearest
from salesanalysis.params import ParamSet, Problem, raise_all

#: What a notebook may call the place of its data; it must declare one of them.
SOURCES = ("source", "data")
FOLDER = ".data"
_ABOUT = "about.json"


@dataclass(frozen=True)
class Snapshot:
    """The data of a run as every task reads them.

    Attributes
    ----------
    folder : Path
        ``outputs/<run>/.data``.
    about : dict
        ``name``, ``title`` and region names per language, ``as_of``, ``key``.
    fresh : bool
        It was there already, made from the same source by the same library.
    saved : bool
        It is in its folder; a dry run leaves none.
    """

    folder: Path
    about: dict[str, Any]
    fresh: bool
    saved: bool = True


def short_plan(
    source: str,
    *,
    mapping: str | None = None,
    regions: Sequence[str] | None = None,
    langs: Sequence[str] = ("en",),
    notebooks: Sequence[str] | None = None,
    out: str | Path = "outputs",
    as_of: str | None = None,
    force: bool = False,
    home: str | Path = "notebooks",
    save: bool = True,
) -> Plan:
    """Plan every notebook for every region of a data source.

    Parameters
    ----------
    source : str
        ``demo``, a folder or a file, as for `salesanalysis.load`.
    mapping : str, optional
    regions, langs : sequence of str
    notebooks : sequence of str, optional
        Names (``02_targets``) or paths; by default all of `home`.
    out : path
        The run goes below it, into a folder named after the data.
    as_of : str, optional
        YYYY-MM-DD, the evening to look from.
    save : bool
        False for a plan nobody will run: nothing is written.

    Raises
    ------
    ParamError, ContractError
        Before anything is written.
    """
    source = sealed(source)
    books, problems = read_notebooks(find_notebooks(notebooks, Path(home)))
    raise_all([*problems, *_blind(books), *_no_day(as_of)])
    snapshot = take(source, mapping=mapping, as_of=as_of, out=Path(out), regions=regions, save=save)
    about = snapshot.about
    folder = snapshot.folder.parent
    place = snapshot.folder.as_posix()
    values = {**dict.fromkeys(SOURCES, place), "as_of": about["as_of"]}
    sets = [
        ParamSet(source, region, {**values, "region": region}, {}, (place,))
        for region in about["regions"]
        if region != COMPANY
    ]
    chosen, problems = select(sets, regions, source=source)
    raise_all(problems)
    return build(
        books,
        chosen,
        folder=folder,
        langs=langs,
        force=force,
        about=about,
        per_region=_by_region,
        facts=lambda *_: about,
        # what is not saved has a new card: every page over it has to run
        hashes={} if snapshot.saved else {place: {f"{place}/{_ABOUT}": about["key"]}},
    )


def _no_day(as_of: str | None) -> list[Problem]:
    try:
        date.fromisoformat(as_of or "2024-03-31")
    except ValueError:
        fix = "write a day such as 2024-03-31"
        return [Problem("--as-of", f"{as_of!r} is not a date.", fix, code="bad-value")]
    return []


def _blind(books: Sequence[Notebook]) -> list[Problem]:
    """Refuse notebooks that would show their own default data instead of the run's."""
    what = "the notebook has no parameter 'source': it would not read the data of the run."
    fix = 'add source: str = "demo" to its parameters cell, and load from it'
    return [
        Problem(str(book.path), what, fix, code="bad-notebook")
        for book in books
        if not set(SOURCES) & set(book.declares)
    ]


def _by_region(book: Notebook) -> bool:
    return "region" in book.declares


def find_notebooks(wanted: Sequence[str] | None, home: Path) -> list[Path]:
    """Return paths of notebooks given by name, by path, or not at all (all of them)."""
    known = {p.stem: p for p in sorted(home.glob("*.ipynb"))}
    if not known and not all(Path(name).suffix == ".ipynb" for name in wanted or [""]):
        raise ParamError(
            f"there are no notebooks in {home.resolve()}.",
            where=str(home),
            fix="work in a folder that `salesanalysis start FOLDER` made, or name a .ipynb file",
            code="no-input",
        )
    problems, found = [], []
    for name in wanted or known:
        path = Path(name)
        if path.suffix == ".ipynb":
            found.append(path)
        elif name in known:
            found.append(known[name])
        else:
            close = nearest(name, known)
            what = f"{name!r} is not a notebook of {home}, which has: {', '.join(known)}."
            fix = f"did you mean {close!r}?" if close else "use one of them, or a path to a .ipynb"
            problems.append(Problem("--notebooks", what, fix, code="unknown-name"))
    raise_all(problems)
    return found


def take(
    source: str,
    *,
    mapping: str | None,
    as_of: str | None,
    out: Path,
    regions: Sequence[str] | None = None,
    save: bool = True,
) -> Snapshot:
    """Return the snapshot of a source; loaded only when source, library or day have changed."""
    key = depends.data_key(source, mapping, as_of)
    for path in sorted(out.glob(f"*/{FOLDER}/{_ABOUT}")):
        about = json.loads(path.read_text(encoding="utf-8"))
        if about.get("key") == key:
            return Snapshot(path.parent, about, fresh=True)
    import salesanalysis as sa  # noqa: PLC0415

    data = sa.load(source, mapping, as_of=as_of)
    about = {**_about(data), "key": key}
    trial = [ParamSet(source, r, {}, {}) for r in data.regions]
    # a misspelt region must not cost a snapshot
    raise_all(select(trial, regions, source=source)[1])
    home = _home(data, out)
    if save:
        _save(data, about, home)
    return Snapshot(home / FOLDER, about, fresh=False, saved=save)


def _about(data: Any) -> dict[str, Any]:
    return {
        "name": data.name,
        "title": {x: data.title(x) for x in ("en", "zh")},
        "as_of": f"{data.as_of:%Y-%m-%d}",
        "regions": {**shown(data), COMPANY: {"en": "Company", "zh": "公司"}},
    }


def _home(data: Any, out: Path) -> Path:
    """Return the run folder of a data set."""
    if bad := slug.refusal(data.name):
        raise ParamError(bad[0].replace("region", "data set", 1), where="--data", fix=bad[1])
    return out / slug.slug(data.name)


def _save(data: Any, about: dict[str, Any], folder: Path) -> None:
    """Save the data and the company's results beside their place, then move them in."""
    fresh = folder / f"{FOLDER}.new"
    with locked(folder):
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            fresh.mkdir(parents=True)
            data.save(fresh)
            _prepare_company(data, fresh)
            write_atomic(fresh / _ABOUT, json.dumps(about, ensure_ascii=False, sort_keys=True))
            shutil.rmtree(folder / FOLDER, ignore_errors=True)
            fresh.rename(folder / FOLDER)
        except OSError as error:
            raise not_writable(folder, error) from None


def _prepare_company(data: Any, folder: Path) -> None:
    """Save the company's plan and forecast once, so that no two pages differ."""
    from salesanalysis.book import prepare  # noqa: PLC0415

    prepare(data, folder)
