"""The front door: the demo, a saved snapshot, or somebody's files through a mapping."""

from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.data import mapping as mappings
from salesanalysis.data import snapshot
from salesanalysis.data.build import Builder, from_frame
from salesanalysis.data.dataset import Dataset, _checked_day
from salesanalysis.data.engine import connect
from salesanalysis.data.files import is_table_file, require_exists, require_kind
from salesanalysis.data.kinds import Origin
from salesanalysis.data.mapping import Mapping
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.schema import TABLES


def load(
    source: str | Path = "demo",
    mapping: str | Path | None = None,
    *,
    as_of: object = None,
    **demo_options: Any,
) -> Dataset:
    """Load a company's tables.

    Parameters
    ----------
    source : str or Path
        ``"demo"``, a folder or file of CSV, gzip CSV or Parquet, or the folder of a saved
        snapshot.
    mapping : str or Path, optional
        A mapping file, or the name of a shipped one. Left out, a shipped mapping that
        recognises the folder is used; `Dataset.quality` says which.
    as_of : date, optional
        The evening to look from; later lines are kept but not seen. An empty text, here and
        for `mapping`, means left out.
    **demo_options
        Options of the demo company, such as ``seed``.

    Returns
    -------
    Dataset

    Raises
    ------
    ContractError
        Files that are missing, unknown, empty or hold values that are not what they must be;
        a folder nobody described yet (the message carries a proposed mapping).

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
    if str(source) == "demo":
        return _demo(mapping, as_of, demo_options)
    _refuse_options(demo_options)
    return _from_path(_path(source), mapping, as_of)


def _demo(mapping: object, as_of: object, options: dict[str, Any]) -> Dataset:
    """Load the generated company."""
    if mapping is not None:
        raise ContractError(
            "The demo company needs no mapping.",
            where="load('demo', mapping=...)",
            fix="leave mapping out",
            code="bad-choice",
        )
    from salesanalysis.data import demo  # noqa: PLC0415

    made = demo.generate(**options)
    return of_frames(
        made.tables,
        name=made.name,
        titles=dict(made.title),
        as_of=made.as_of if as_of is None else as_of,
        currency=made.currency,
        terms=made.terms,
        regions=tuple(made.regions),
    )


def _refuse_options(options: dict[str, Any]) -> None:
    if options:
        raise unknown_name(
            next(iter(options)),
            ["as_of", "mapping", "source"],
            kind="option",
            where="load(...)",
            error=ContractError,
        )


def _path(source: str | Path) -> Path:
    if "://" in str(source):
        raise ContractError(
            f"{str(source).split('://', maxsplit=1)[0]}:// is not a source that can be read.",
            where="load(source)",
            fix="export the tables to CSV or Parquet and load the folder",
            code="bad-choice",
        )
    return require_exists(Path(source))


def _from_path(path: Path, mapping: str | Path | None, as_of: object) -> Dataset:
    """Load a snapshot, or files through a mapping."""
    if snapshot.is_snapshot(path):
        opened = snapshot.load_snapshot(path)
        return opened if as_of is None else opened.at(as_of)
    if path.is_file():
        require_kind(path)
    if mapping is not None:
        return of_files(path, mappings.read(mappings.find(mapping)), as_of)
    found = mappings.recognised(path) if path.is_dir() else None
    if found is None:
        raise _undescribed(path)
    return of_files(path, found, as_of)


def _undescribed(path: Path) -> ContractError:
    """Say how to describe files nobody described yet, with a proposal for them."""
    if path.is_dir() and not any(is_table_file(p) for p in path.iterdir()):
        return ContractError(
            f"{path} holds no table that can be read.",
            where=f"folder {path}",
            fix="put CSV (UTF-8) or Parquet files there, or load another folder",
            code="empty-table",
        )
    from salesanalysis.data.propose import propose  # noqa: PLC0415

    proposal = propose(path)
    return ContractError(
        f"No mapping says which columns of {path.name} are ours.",
        where=f"{path}; {proposal.headline()}",
        fix=f"run: salesanalysis map {path}, check the mapping it writes, then load(..., "
        f"mapping=that file). Proposed: {proposal.short()}",
        code="missing-column",
        rows=proposal.to_frame(),
    )


def of_files(path: Path, mapping: Mapping, as_of: object = None) -> Dataset:
    """Load the tables of `mapping` from a folder, or from the one file it describes."""
    con = connect()
    sources, origins = {}, {}
    folder = path if path.is_dir() else path.parent
    for name, rule in mapping.tables.items():
        # the same export of another month has another name: a file that was given is the file
        given = path.is_file() and len(mapping.tables) == 1
        file = path if given else folder / rule.file
        sources[name], origins[name] = Builder(con, mapping).table(name, file)
    return _assembled(
        con,
        sources,
        origins,
        name=mapping.name,
        titles=mapping.title,
        as_of=mapping.as_of if as_of is None else as_of,
        currency=mapping.currency,
        calendar=mapping.calendar,
        terms=mapping.terms,
        order=mapping.order,
        mapping=mapping.name,
    )


def of_frames(
    tables: dict[str, pd.DataFrame],
    *,
    name: str,
    titles: dict[str, str] | None = None,
    as_of: object = None,
    currency: str = "CNY",
    calendar: FiscalCalendar | None = None,
    terms: Terms | None = None,
    regions: tuple[str, ...] = (),
) -> Dataset:
    """Make a data set of frames that have our columns already.

    Raises
    ------
    ContractError
        A table nobody knows, columns that are missing, values that break the contract.
    """
    con = connect()
    sources, origins = {}, {}
    for table, frame in tables.items():
        if table not in TABLES:
            raise unknown_name(
                table, list(TABLES), kind="table", where=f"data set {name}", error=ContractError
            )
        sources[table], origins[table] = from_frame(con, table, frame)
    return _assembled(
        con,
        sources,
        origins,
        name=name,
        titles=titles or {"en": name, "zh": name},
        as_of=as_of,
        currency=currency,
        calendar=calendar or FiscalCalendar(),
        terms=terms or Terms(),
        order={"region": regions} if regions else {},
        mapping="",
    )


def _assembled(
    con: Any, sources: dict[str, Any], origins: dict[str, Origin], *, as_of: object, **context: Any
) -> Dataset:
    """Put a data set together and look at it from `as_of`, or from its last line."""
    if "sales" not in sources:
        raise ContractError(
            f"{context['name']} has no table 'sales'.",
            where=f"tables are {sorted(sources)}",
            fix="map the order lines as the table sales",
            code="missing-column",
        )
    data = Dataset(as_of=pd.Timestamp(0), con=con, sources=sources, origins=origins, **context)
    day = data._span[1] if as_of is None else _checked_day(data, as_of)
    return data.at(day)
