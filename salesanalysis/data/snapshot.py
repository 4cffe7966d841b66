"""Snapshots: a folder of Parquet files and one YAML-free JSON, written whole or not at all."""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.atomic import not_writable
from salesanalysis.data.dataset import Dataset, ordered
from salesanalysis.data.engine import connect, quiet
from salesanalysis.data.kinds import Origin
from salesanalysis.errors import ContractError
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar

CARD = "dataset.json"
FORMAT = 1


def is_snapshot(path: Path) -> bool:
    """Tell whether `path` is the folder of a snapshot."""
    return (path / CARD).is_file()


def save(data: Dataset, folder: Path) -> Path:
    """Write every table with the lines after `as_of`, and the card that describes them.

    Equal data give equal bytes. The folder appears complete, or stays as it was.

    Raises
    ------
    ContractError
        The folder exists and is no snapshot.
    RenderError
        The folder cannot be written.
    """
    if folder.exists() and not is_snapshot(folder) and (folder.is_file() or any(folder.iterdir())):
        raise ContractError(
            f"{folder} is there already and is no snapshot.",
            where=str(folder),
            fix="choose another folder: this one would be overwritten",
            code="bad-choice",
        )
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(
            prefix=f".{folder.name}-", dir=folder.parent, ignore_cleanup_errors=True
        ) as room:
            fresh = Path(room) / "new"
            fresh.mkdir()
            _write(data, fresh)
            _swap(fresh, folder, Path(room) / "old")
    except OSError as error:
        raise not_writable(folder, error) from None
    return folder


def _swap(fresh: Path, folder: Path, old: Path) -> None:
    """Put `fresh` in the place of `folder`; where that fails, what was there comes back."""
    if folder.exists():
        folder.rename(old)
    try:
        fresh.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise


def _write(data: Dataset, folder: Path) -> None:
    """Write the tables and the card into an empty folder."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    for name in data.tables:
        with quiet():
            rows = data.con.to_pyarrow(ordered(data.whole(name)))
        # nothing of the machine or the moment goes into the file
        pq.write_table(rows.replace_schema_metadata(None), folder / f"{name}.parquet")
    text = json.dumps(_card(data), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / CARD).write_text(text + "\n", encoding="utf-8")


def _card(data: Dataset) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "name": data.name,
        "titles": data.titles,
        "as_of": f"{data.as_of:%Y-%m-%d}",
        "currency": data.currency,
        "fiscal_start": data.calendar.start_month,
        "terms": data.terms.to_dict(),
        "order": {c: list(v) for c, v in data.order.items()},
        "mapping": data.mapping,
        "tables": {name: asdict(data.origins[name]) for name in data.tables},
    }


def load_snapshot(folder: Path) -> Dataset:
    """Open a snapshot; Parquet is read when a table is asked for.

    Raises
    ------
    ContractError
        A card of another format, or a file that is missing.
    """
    from salesanalysis.data.files import open_table  # noqa: PLC0415

    card = _read_card(folder / CARD)
    if card.get("format") != FORMAT:
        raise ContractError(
            f"The snapshot has format {card.get('format')!r}, but {FORMAT} is read here.",
            where=str(folder / CARD),
            fix="save it again with this version",
            code="bad-choice",
        )
    con = connect()
    origins = {name: Origin(**origin) for name, origin in card["tables"].items()}
    return Dataset(
        name=card["name"],
        titles=card["titles"],
        as_of=pd.Timestamp(card["as_of"]),
        con=con,
        sources={name: open_table(con, folder / f"{name}.parquet") for name in origins},
        origins=origins,
        currency=card["currency"],
        calendar=FiscalCalendar(card["fiscal_start"]),
        terms=Terms(card["terms"]),
        order={c: tuple(v) for c, v in card["order"].items()},
        mapping=card["mapping"],
        home=str(folder),
    )


def _read_card(path: Path) -> dict[str, Any]:
    """Read the card, or refuse one that is not whole."""
    try:
        card = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, OSError):
        card = None
    if isinstance(card, dict):
        return card
    raise ContractError(
        f"{path.name} is no card of a snapshot.",
        where=str(path),
        fix="save the snapshot again",
        code="bad-value",
    )
