"""Snapshots: a folder of Parquet files and one YAML-free JSON, written whole or not at all."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis import store
from salesanalysis.credentials import hide
from salesanalysis.data.cleaning.settings import settings
from salesanalysis.data.dataset import Dataset, ordered
from salesanalysis.data.engine import connect, home, quiet
from salesanalysis.data.folder import fresh_folder
from salesanalysis.data.kinds import FILE, ROW, Origin
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar

CARD = "dataset.json"
FORMAT = 2
#: The lines that were left out, kept beside the tables; no table of ours has this name.
LOST = "lost"
#: Folder of what was converted and compared, and of the files it was compared with.
CHECKED = "checked"
#: Rows in a piece of a file: what the engine reads in one thread.
GROUP_ROWS = 122_880


def is_snapshot(path: Path) -> bool:
    """Tell whether `path` is the folder of a snapshot."""
    return (path / CARD).is_file()


def save(data: Dataset, folder: Path) -> Path:
    """Write every table with the lines after `as_of`, and the card that describes them.

    Equal data give equal bytes. The folder appears complete, or stays as it was. The engine
    orders the rows and hands them over piece by piece, so a table need not fit into memory here.

    Raises
    ------
    ContractError
        The folder exists and is no snapshot.
    RenderError
        The folder cannot be written.
    """
    with fresh_folder(folder, CARD, kind="snapshot") as room:
        for name in data.tables:
            _write_rows(data.con, _stored(data, name), room / f"{name}.parquet")
        if data.lost is not None:
            _write_rows(data.con, _unnumbered(data.lost), room / f"{LOST}.parquet")
        if data.conversions or data.checks:
            _write_checked(data, room / CHECKED)
        write_card(room, **_card(data))
    return folder


def _write_checked(data: Dataset, room: Path) -> None:
    """Write what was converted and compared; files of the other side come along."""
    store.write(Checked(data.conversions, data.checks), room)
    for check in data.checks:
        source, target = Path(data.folder or ".") / check.file, room / check.file
        # a file that is missing is refused by the comparison, not here
        if source.is_file() and target.resolve().is_relative_to(room.resolve()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)


@dataclass(frozen=True, eq=False)
class Checked:
    """What a snapshot keeps about conversions and comparisons."""

    conversions: tuple[Any, ...]
    checks: tuple[Any, ...]


def _stored(data: Dataset, name: str) -> Any:
    """Return a table with what tells copies of a line; numbers of rows change with their order."""
    return _unnumbered(data.sources[name])


def _unnumbered(table: Any) -> Any:
    return table.drop(*(c for c in (ROW, FILE) if c in table.columns))


def _write_rows(con: Any, table: Any, path: Path) -> None:
    """Write a table in its own order, in row groups of one size whatever the engine hands over."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    with quiet(), _local(con, table) as near:
        batches = _batches(con, ordered(near))
        # nothing of the machine or the moment goes into the file
        schema = batches.schema.remove_metadata()
        with pq.ParquetWriter(path, schema) as writer:
            for group in row_groups(batches, schema):
                writer.write_table(group, row_group_size=GROUP_ROWS)


def _batches(backend: Any, expression: Any) -> Any:
    """Return the rows of `expression` as a stream of Arrow batches."""
    if backend.name != "duckdb":
        return backend.to_pyarrow_batches(expression, chunk_size=GROUP_ROWS)
    # Ibis 12 calls a name that DuckDB 2.0 took away
    relation = backend.con.sql(backend.compile(expression))
    stream = getattr(relation, "to_arrow_reader", None) or relation.fetch_arrow_reader
    return stream(GROUP_ROWS)


def row_groups(parts: Iterable[Any], schema: Any) -> Iterator[Any]:
    """Cut tables or batches into tables of `GROUP_ROWS` rows; the last one is shorter.

    Examples
    --------
    >>> import pyarrow as pa
    >>> parts = [pa.table({"n": range(100_000)}) for _ in range(2)]
    >>> [len(group) for group in row_groups(parts, parts[0].schema)]
    [122880, 77120]
    """
    import pyarrow as pa  # noqa: PLC0415

    waiting = schema.empty_table()
    for part in parts:
        table = pa.Table.from_batches([part]) if isinstance(part, pa.RecordBatch) else part
        waiting = pa.concat_tables([waiting, table.replace_schema_metadata(None)])
        while len(waiting) >= GROUP_ROWS:
            yield waiting.slice(0, GROUP_ROWS)
            waiting = waiting.slice(GROUP_ROWS)
    if len(waiting):
        yield waiting


class _local:  # noqa: N801  reads as a verb in a with statement
    """A table of somebody's database, copied into our engine while its rows are ordered.

    A database sorts names by the rules of its language; files must not depend on it.
    """

    def __init__(self, con: Any, table: Any) -> None:
        self.con, self.table, self.there = con, table, home(con, table)

    def __enter__(self) -> Any:
        """Return a table of our engine."""
        if self.there is self.con:
            return self.table
        rows = _batches(self.there, self.table)
        self.con.con.register("_arriving", rows)
        self.con.raw_sql('CREATE TEMP TABLE "_arrived" AS SELECT * FROM "_arriving"')
        self.con.con.unregister("_arriving")
        return self.con.table("_arrived", database=("temp", "main"))

    def __exit__(self, *_: object) -> None:
        """Forget the copy."""
        if self.there is not self.con:
            self.con.raw_sql('DROP TABLE "_arrived"')


def write_card(
    folder: Path,
    *,
    name: str,
    titles: Mapping[str, str],
    as_of: pd.Timestamp,
    origins: Mapping[str, Origin],
    currency: str = "CNY",
    fiscal_start: int = 1,
    terms: Terms,
    order: Mapping[str, tuple[str, ...]],
    mapping: str = "",
    lost: bool = False,
    cleaning: Mapping[str, Any] | None = None,
    parts: Mapping[str, tuple[Origin, ...]] | None = None,
    numbered_orders: bool = False,
    renamed: tuple[dict[str, Any], ...] = (),
    remarks: tuple[Any, ...] = (),
) -> None:
    """Write the card of a snapshot: what a `Dataset` is besides its tables; no password."""
    card = {
        "format": FORMAT,
        "name": name,
        "titles": dict(titles),
        "as_of": f"{as_of:%Y-%m-%d}",
        "currency": currency,
        "fiscal_start": fiscal_start,
        "terms": terms.to_dict(),
        "order": {c: list(v) for c, v in order.items()},
        "mapping": mapping,
        "lost": lost,
        "cleaning": dict(cleaning or {}),
        "tables": {table: asdict(origin) for table, origin in origins.items()},
        "parts": {table: [asdict(o) for o in found] for table, found in (parts or {}).items()},
        "numbered_orders": numbered_orders,
        "renamed": list(renamed),
        "remarks": [[key, dict(values)] for key, values in remarks],
    }
    text = json.dumps(hide(card), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def _card(data: Dataset) -> dict[str, Any]:
    """Return what the card says about a data set."""
    return {
        "name": data.name,
        "titles": data.titles,
        "as_of": data.as_of,
        "origins": {name: data.origins[name] for name in data.tables},
        "currency": data.currency,
        "fiscal_start": data.calendar.start_month,
        "terms": data.terms,
        "order": data.order,
        "mapping": data.mapping,
        "lost": data.lost is not None,
        "cleaning": data.cleaning.to_dict(),
        "parts": data.parts,
        "numbered_orders": data.numbered_orders,
        "renamed": data.renamed,
        "remarks": data.remarks,
    }


def load_snapshot(folder: Path) -> Dataset:
    """Open a snapshot; Parquet is read when a table is asked for.

    Raises
    ------
    ContractError
        A card of another format, or a file that is missing.
    """
    card = _read_card(folder / CARD)
    con = connect()
    origins = {name: Origin(**told) for name, told in card["tables"].items()}
    checked = Checked((), ())
    if store.is_stored(folder / CHECKED):
        checked = store.read(folder / CHECKED)
    return Dataset(
        name=card["name"],
        titles=card["titles"],
        as_of=pd.Timestamp(card["as_of"]),
        con=con,
        sources={name: _open(con, folder, name) for name in origins},
        origins=origins,
        currency=card["currency"],
        calendar=FiscalCalendar(card["fiscal_start"]),
        terms=Terms(card["terms"]),
        order={c: tuple(v) for c, v in card["order"].items()},
        mapping=card["mapping"],
        home=str(folder),
        cleaning=settings(card["cleaning"], where=str(folder / CARD)),
        lost=_open(con, folder, LOST) if card["lost"] else None,
        parts={t: tuple(Origin(**o) for o in found) for t, found in card["parts"].items()},
        numbered_orders=card["numbered_orders"],
        renamed=tuple(card["renamed"]),
        remarks=tuple((k, tuple(v.items())) for k, v in card.get("remarks", ())),
        conversions=checked.conversions,
        checks=checked.checks,
        folder=str(folder / CHECKED),
    )


def _open(con: Any, folder: Path, name: str) -> Any:
    """Open the file of one table."""
    from salesanalysis.data.sources.files import require_exists  # noqa: PLC0415

    path = require_exists(folder / f"{name}.parquet")
    # brackets and stars in a path are no patterns here
    literal = "".join(f"[{c}]" if c in "*?[" else c for c in str(path))
    with quiet():
        return con.read_parquet(literal)


def _read_card(path: Path) -> dict[str, Any]:
    """Read the card, or refuse one that is not whole or of another format."""
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        card = None
    if not isinstance(card, dict):
        raise ContractError(
            f"{path.name} is no card of a snapshot.",
            where=str(path),
            fix="save the snapshot again",
            code="bad-value",
        )
    found = card.get("format")
    if found != FORMAT:
        older = isinstance(found, int) and found < FORMAT
        raise ContractError(
            f"The snapshot has format {found!r}, but {FORMAT} is read here.",
            where=str(path),
            fix="load the files it was made from and save them again"
            if older
            else "open it with the version of salesanalysis that wrote it",
            code="bad-choice",
        )
    return card
