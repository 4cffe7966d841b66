"""The front door: the demo, a saved snapshot, files or a database through a mapping."""

import shutil
import tempfile
import weakref
from collections.abc import Mapping as Named
from pathlib import Path
from typing import Any

from salesanalysis.data import mapping as mappings
from salesanalysis.data import snapshot
from salesanalysis.data.assembling import built, of_frames
from salesanalysis.data.dataset import Dataset
from salesanalysis.data.mapping import Mapping
from salesanalysis.data.sources.database import is_duckdb
from salesanalysis.data.sources.files import is_table_file, require_exists, require_kind
from salesanalysis.data.sources.url import is_url, safe_url
from salesanalysis.errors import ContractError, unknown_name


def load(
    source: Any = "demo",
    mapping: str | Path | None = None,
    *,
    as_of: object = None,
    cleaning: Any = None,
    **demo_options: Any,
) -> Dataset:
    """Load a company's tables.

    Parameters
    ----------
    source : str, Path, Ibis table, DataFrame, or dict of name -> table
        ``"demo"``; a file (CSV in any encoding, Excel, Parquet, DuckDB) or a folder of them;
        the folder of a saved snapshot; ``postgresql://user@host/database``; or tables of an
        Ibis connection, which stay where they are: only sums travel.
    mapping : str or Path, optional
        A mapping file, or the name of a shipped one. Left out, ``mapping.yaml`` in the folder
        or a shipped mapping that recognises it is used; `Dataset.quality` says which.
    as_of : date, optional
        The evening to look from; later lines are kept but not seen. An empty text, here and
        for `mapping`, means left out.
    cleaning : dict or str, optional
        Rules that take the place of those of the mapping, such as ``{"duplicates": "drop"}``,
        or the path of a YAML file with them.
    **demo_options
        Options of the demo company, such as ``seed``.

    Returns
    -------
    Dataset

    Raises
    ------
    ContractError
        Files that are missing, unknown, empty or hold values that are not what they must be;
        a folder nobody described yet (the message carries a proposed mapping); more lost than
        the budget allows.

    Examples
    --------
    >>> load("no such folder")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ContractError: no such folder does not exist.
      where: folder .
      fix:   check the path
    """
    # an empty text is how a notebook parameter says "not given"
    mapping, as_of = mapping or None, None if as_of == "" else as_of
    if not isinstance(source, str | Path):
        _refuse_options(demo_options)
        return _of_connected(source, mapping, as_of, cleaning)
    if str(source) == "demo":
        return _demo(mapping, as_of, cleaning, demo_options)
    _refuse_options(demo_options)
    if is_url(str(source)):
        return _of_address(str(source), mapping, as_of, cleaning)
    return _from_path(require_exists(Path(source)), mapping, as_of, cleaning)


def _demo(mapping: object, as_of: object, cleaning: Any, options: dict[str, Any]) -> Dataset:
    """Load the generated company."""
    if mapping is not None:
        raise ContractError(
            "The demo company needs no mapping.",
            where="load('demo', mapping=...)",
            fix="leave mapping out",
            code="bad-choice",
        )
    from salesanalysis.data import demo  # noqa: PLC0415

    if any(options.get(name) for name in demo.FOLDERS):
        return _demo_folder(as_of, cleaning, dict(options))
    made = demo.generate(**{k: v for k, v in options.items() if k not in demo.FOLDERS})
    return of_frames(
        made.tables,
        name=made.name,
        titles=dict(made.title),
        as_of=made.as_of if as_of is None else as_of,
        currency=made.currency,
        terms=made.terms,
        regions=tuple(made.regions),
        cleaning=cleaning,
    )


def _demo_folder(as_of: object, cleaning: Any, options: dict[str, Any]) -> Dataset:
    """Write the company as ugly exports or N times larger, and load what was written."""
    from salesanalysis.data.demo import command  # noqa: PLC0415

    given = options.pop("folder", None)
    room = Path(given) if given else Path(tempfile.mkdtemp()) / "demo"
    command.make(room, **options)
    data = _from_path(room, None, as_of, cleaning)
    if not given:
        # large tables are read where they lie: they go with the engine that reads them
        weakref.finalize(data.con, shutil.rmtree, room.parent, ignore_errors=True)
    return data


def _refuse_options(options: dict[str, Any]) -> None:
    if options:
        raise unknown_name(
            next(iter(options)),
            ["as_of", "cleaning", "mapping", "source"],
            kind="option",
            where="load(...)",
            error=ContractError,
        )


def _from_path(path: Path, mapping: str | Path | None, as_of: object, cleaning: Any) -> Dataset:
    """Load a snapshot, or files through a mapping."""
    if snapshot.is_snapshot(path):
        _require_no_rules(path, cleaning)
        opened = snapshot.load_snapshot(path)
        return opened if as_of is None else opened.at(as_of)
    if path.is_file() and not is_duckdb(path):
        require_kind(path)
    if mapping is not None:
        return of_files(path, mappings.read(mappings.find(mapping)), as_of, cleaning)
    found = mappings.recognised(path) if path.is_dir() else None
    if found is None:
        raise _undescribed(path)
    return of_files(path, found, as_of, cleaning)


def _require_no_rules(path: Path, cleaning: Any) -> None:
    """Refuse rules for a snapshot: what was left out of it is decided."""
    if cleaning:
        raise ContractError(
            "A snapshot holds what was left when it was saved: rules for it would change nothing.",
            where=f"load({str(path)!r}, cleaning=...)",
            fix="load the source with these rules and save it again",
            code="bad-choice",
        )


def _undescribed(path: Path) -> ContractError:
    """Say how to describe files nobody described yet, with a proposal for them."""
    if path.is_dir() and not any(is_table_file(p) for p in path.iterdir()):
        return ContractError(
            f"{path} holds no table that can be read.",
            where=f"folder {path}",
            fix="put CSV, Excel or Parquet files there, or load another folder",
            code="empty-table",
        )
    from salesanalysis.data.propose import propose  # noqa: PLC0415

    proposal = propose(path, counts=False)
    return ContractError(
        f"No mapping says which columns of {path.name} are ours.",
        where=f"{path}; {proposal.headline()}",
        fix=f"run: salesanalysis map {path}, check the mapping it writes, then load(..., "
        f"mapping=that file). Proposed: {proposal.short()}",
        code="missing-column",
        rows=proposal.to_frame(),
    )


def of_files(path: Path, mapping: Mapping, as_of: object = None, cleaning: Any = None) -> Dataset:
    """Load the tables of `mapping` from a folder, or from the one file it describes."""
    # the same export of another month has another name: a file that was given is the file
    home, given = (path, None) if path.is_dir() else (path.parent, path)
    return built(mapping, as_of, cleaning, home=home, given=given)


def _of_address(url: str, mapping: str | Path | None, as_of: object, cleaning: Any) -> Dataset:
    """Load tables of a database."""
    from salesanalysis.data.sources.database import place_of  # noqa: PLC0415

    place = place_of(url)
    if place.path is not None:
        return _from_path(require_exists(place.path), mapping, as_of, cleaning)
    described = mappings.read(mappings.find(_named(mapping, safe_url(url))))
    return built(described, as_of, cleaning, backend=place.backend)


def _of_connected(source: Any, mapping: Any, as_of: object, cleaning: Any) -> Dataset:
    """Load tables that were handed over: one for the first table of the mapping, or by name."""
    described = mappings.read(mappings.find(_named(mapping, "connected tables")))
    if not isinstance(source, Named):
        first = next(iter(described.tables.values()))[0].source
        source = {first.table or first.file: source}
    return built(described, as_of, cleaning, tables=dict(source))


def _named(mapping: Any, source: str) -> Any:
    """Return the mapping, which tables of a database cannot do without."""
    if mapping is None:
        raise ContractError(
            f"No mapping says which columns of {source} are ours.",
            where=f"load({source!r})",
            fix='write a mapping file with "table: <theirs>" for each of ours, then '
            "load(..., mapping=that file)",
            code="missing-column",
        )
    return mapping
