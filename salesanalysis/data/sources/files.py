"""Files by kind: which are tables, who reads them, and what is said of one nobody reads."""

import re
import shutil
import tempfile
import weakref
from functools import partial
from pathlib import Path
from typing import Any

from salesanalysis.credentials import hide
from salesanalysis.data.engine import quiet
from salesanalysis.data.sources import footer
from salesanalysis.data.sources.packing import first_bytes
from salesanalysis.data.sources.patterns import is_pattern, open_all
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.data.sources.text import is_tabular, open_text
from salesanalysis.data.sources.unreadable import literal, unreadable
from salesanalysis.data.sources.workbook import ENDINGS as WORKBOOK
from salesanalysis.data.sources.workbook import open_workbook
from salesanalysis.data.sources.zonednanos import microseconds
from salesanalysis.errors import ContractError, nearest

__all__ = [
    "is_table_file",
    "open_file",
    "open_files",
    "require_exists",
    "require_kind",
    "unreadable",
]

PACKED = ("", ".gz", ".xz", ".bz2", ".zst")
TEXT = tuple(kind + packed for kind in (".csv", ".tsv", ".txt") for packed in PACKED)
PARQUET = (".parquet",)
DUCKDB = (".duckdb", ".ddb", ".db")
#: First bytes of real workbooks: a text or a web page may be called .xls as well.
_WORKBOOK_MAGIC = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
#: How files begin that are no tables, whatever their names say.
_NO_TABLES = {
    rb"%PDF-": "a PDF document",
    rb"\{\s*\"|\[\s*[\[{]": "JSON",
    rb"\{\\rtf": "a text document",
    rb"\x89PNG|\xff\xd8\xff|GIF8": "a picture",
}
_READ = (
    "CSV, TSV or TXT (also .gz, .xz, .bz2, .zst), Excel (.xlsx, .xlsm, .xls, .xlsb), .ods, Parquet"
)


def is_table_file(path: Path) -> bool:
    """Tell whether `path` is a table we read, by its name; a .txt also by its rows.

    A licence or a note that lies beside the tables is none of them.
    """
    if not _is_read(path):
        return False
    return ".txt" not in path.name.casefold() or not path.is_file() or is_tabular(path)


def is_text(path: Path) -> bool:
    """Tell whether `path` is read as text: neither Parquet nor a real workbook."""
    name = path.name.casefold()
    book = name.endswith(WORKBOOK) and first_bytes(path).startswith(_WORKBOOK_MAGIC)
    return not (book or name.endswith(PARQUET))


def _is_read(path: Path) -> bool:
    name = path.name.casefold()
    # what an open program leaves beside the workbook
    return name.endswith((*TEXT, *PARQUET, *WORKBOOK)) and not name.startswith(("~$", ".~"))


def require_exists(path: Path) -> Path:
    """Return `path`, or refuse one that is not there with the nearest that is.

    Raises
    ------
    ContractError
    """
    if path.exists():
        return path
    parent = path.parent
    there = sorted(p.name for p in parent.iterdir()) if parent.is_dir() else []
    close = nearest(path.name, there)
    # an address with a slash too few is taken for a path, its password with it
    where = f"folder {hide(str(parent))}"
    raise ContractError(
        f"{hide(str(path))} does not exist.",
        where=where if parent.is_dir() else f"{where} does not exist either",
        fix=f"write {str(parent / close)!r}" if close else "check the path",
        code="no-input",
    )


def require_kind(path: Path) -> Path:
    """Return `path`, or refuse a kind of file nobody reads here."""
    if not _is_read(path):
        archive = path.name.casefold().endswith((".zip", ".7z", ".rar", ".tar", ".tgz"))
        first = "unpack it first" if archive else "save it as CSV (UTF-8) or Parquet"
        raise ContractError(
            f"{path.name} is not a kind of file that can be read.",
            where=str(path),
            fix=f"{first}; read are {_READ}",
            code="bad-choice",
        )
    return path


def open_files(con: Any, place: Place, room: Path) -> Opened:
    """Open the file of a place, or all files its pattern stands for."""
    if place.path is not None and is_pattern(place.path):
        return open_all(place, partial(_open_one, con, room=room))
    return _open_one(con, place, room)


def _open_one(con: Any, place: Place, room: Path) -> Opened:
    """Open one file as what its bytes and its name say it is."""
    path = require_kind(require_exists(Path(str(place.path))))
    name = path.name.casefold()
    if name.endswith(PARQUET):
        return _open_parquet(con, path)
    if not is_text(path):
        return open_workbook(con, place, room)
    _require_text(path)
    return footer.without(place, room, lambda cut: open_text(con, cut, room))


def _require_text(path: Path) -> None:
    """Refuse a web page or a workbook under the name of a text file."""
    start = first_bytes(path, 64).lstrip(b"\xef\xbb\xbf\r\n\t ")
    if start.startswith(_WORKBOOK_MAGIC):
        raise ContractError(
            f"{path.name} is a workbook or an archive, not a text file.",
            where=str(path),
            fix="give a workbook its own ending, such as .xlsx; unpack an archive first",
            code="bad-choice",
        )
    if start.lower().startswith((b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<style")):
        raise ContractError(
            f"{path.name} is a web page or XML under the name of a table.",
            where=str(path),
            fix="open it in a spreadsheet program and save it as .xlsx",
            code="bad-choice",
        )
    for begins, kind in _NO_TABLES.items():
        if re.match(begins, start):
            raise ContractError(
                f"{path.name} is {kind}, not a table.",
                where=str(path),
                fix="export the table itself, as CSV or a workbook, from the program that made it",
                code="bad-choice",
            )


def _open_parquet(con: Any, path: Path) -> Opened:
    import duckdb  # noqa: PLC0415

    try:
        with quiet():
            table = microseconds(con, con.read_parquet(literal(path)))
            return Opened(table, path.name, typed=True, zones=_zones(path, table))
    except duckdb.Error as error:
        raise unreadable(path, error) from None


def _zones(path: Path, table: Any) -> dict[str, str]:
    """Return the time zones of moments as whoever wrote the file noted them."""
    if not any(t.is_timestamp() and t.timezone for t in table.schema().values()):
        return {}
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    # without this note every zone reads as UTC
    if b"ARROW:schema" not in (pq.read_metadata(path).metadata or {}):
        return {}
    fields = pq.read_schema(path)
    return {f.name: f.type.tz for f in fields if pa.types.is_timestamp(f.type) and f.type.tz}


def open_file(con: Any, path: Path) -> Any:
    """Return a file as an Ibis table; copies that are needed live as long as the engine.

    Raises
    ------
    ContractError
        As `open_files`.
    """
    room = Path(tempfile.mkdtemp(prefix="salesanalysis-"))
    weakref.finalize(con, shutil.rmtree, room, ignore_errors=True)
    return open_files(con, Place(path=path), room).table
