"""Reading files as they lie: every CSV cell is text until a rule says what it must be."""

import csv
import gzip
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from salesanalysis.data.engine import quiet
from salesanalysis.errors import ContractError, nearest

CSV = (".csv", ".csv.gz", ".tsv", ".tsv.gz")
PARQUET = (".parquet",)
_DELIMITERS = ",;\t|"
_GZIP = b"\x1f\x8b"


def is_table_file(path: Path) -> bool:
    """Tell whether `path` is a kind of file we read, by its name."""
    return path.name.casefold().endswith((*CSV, *PARQUET))


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
    raise ContractError(
        f"{path} does not exist.",
        where=f"folder {parent}" if parent.is_dir() else f"folder {parent} does not exist either",
        fix=f"write {str(parent / close)!r}" if close else "check the path",
        code="no-input",
    )


def require_kind(path: Path) -> Path:
    """Return `path`, or refuse a kind of file nobody reads here."""
    if not is_table_file(path):
        raise ContractError(
            f"{path.name} is not a kind of file that can be read.",
            where=str(path),
            fix=f"save it as CSV (UTF-8) or Parquet; read are {', '.join((*CSV, *PARQUET))}",
            code="bad-choice",
        )
    return path


def open_table(con: Any, path: Path) -> Any:
    """Return the file as an Ibis table; CSV cells are text, an empty cell is missing.

    The words NA, N/A, NULL and None stay text. Nothing is guessed from a sample: a guess would
    depend on the rows it saw.

    Raises
    ------
    ContractError
        Missing, of an unknown kind, empty, not UTF-8, or rows longer than the header.
    """
    import duckdb  # noqa: PLC0415

    require_kind(require_exists(path))
    try:
        with quiet():
            if path.name.casefold().endswith(PARQUET):
                return con.read_parquet(_literal(path))
            names, delimiter = header(path)
            return con.read_csv(
                _literal(path),
                columns=dict.fromkeys(names, "VARCHAR"),
                auto_detect=False,
                header=True,
                delim=delimiter,
                quote='"',
                escape='"',
                nullstr="",
                compression="gzip" if _is_gzip(path) else "none",
            )
    except duckdb.Error as error:
        raise unreadable(path, error) from None


def unreadable(path: Path, error: Exception) -> ContractError:
    """Say in one line why the engine could not read a file."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return ContractError(
        f"{path.name} cannot be read: {' '.join(lines[:2]).rstrip('.')}.",
        where=str(path),
        fix="every row needs the columns of the header; save the file as CSV in UTF-8",
        code="bad-value",
    )


def _literal(path: Path) -> str:
    """Return the path as the engine must get it: brackets and stars are no patterns here."""
    return "".join(f"[{c}]" if c in "*?[" else c for c in str(path))


def _is_gzip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == _GZIP


def header(path: Path) -> tuple[list[str], str]:
    """Return the column names of a CSV file and what stands between them.

    Raises
    ------
    ContractError
        An empty file, a byte that is not UTF-8, a name that stands twice.
    """
    raw = path.read_bytes() if not _is_gzip(path) else b""
    with gzip.open(path) if _is_gzip(path) else io.BytesIO(raw) as file:
        head = file.read(1 << 20)
    text = _decode(head, path)
    first = text.splitlines()[0] if text.strip() else ""
    if not first.strip():
        raise ContractError(
            f"{path.name} is empty.", where=str(path), fix="check the export", code="empty-table"
        )
    delimiter = max(_DELIMITERS, key=lambda d: (first.count(d), -_DELIMITERS.index(d)))
    names = next(csv.reader(io.StringIO(text), delimiter=delimiter))
    # a name that is missing gets its place, so that the cells below can still be mapped
    named = [n.strip() or f"column {i}" for i, n in enumerate(names, start=1)]
    _require_unique(named, path)
    return named, delimiter


def _decode(head: bytes, path: Path) -> str:
    """Read the start of a file as UTF-8, whole characters only."""
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # the piece may end inside a character
        if error.start >= len(head) - 3 and len(head) == 1 << 20:
            return head[: error.start].decode("utf-8-sig")
        raise ContractError(
            f"{path.name} is not UTF-8: byte {error.start} belongs to no character.",
            where=str(path),
            fix="save the file as CSV in UTF-8 (a Chinese Excel writes GBK unless asked)",
            code="bad-value",
        ) from None


def _require_unique(names: Sequence[str], path: Path) -> None:
    twice = sorted({n for n in names if list(names).count(n) > 1})
    if twice:
        raise ContractError(
            f"{path.name} has the column {twice[0]!r} {list(names).count(twice[0])} times.",
            where=f"{path}, header",
            fix="give every column its own name",
            code="duplicate-key",
        )
