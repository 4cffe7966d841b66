"""One way in: a place, wherever it is, becomes a table of theirs."""

from pathlib import Path
from typing import Any

from salesanalysis.data.sources import footer
from salesanalysis.data.sources.escaped import unescaped
from salesanalysis.data.sources.files import DUCKDB, is_table_file, is_text, open_files
from salesanalysis.data.sources.patterns import is_pattern, open_all
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.data.sources.text import reopened
from salesanalysis.data.sources.unreadable import unreadable
from salesanalysis.data.sources.workbook import ENDINGS, book_of, filled_sheets
from salesanalysis.errors import ContractError


def open_table(con: Any, place: Place, room: Path) -> Opened:
    """Open a table of theirs; a text file of any size is open at once.

    Parameters
    ----------
    con : the engine
    place : Place
    room : Path
        A temporary folder that lives as long as the table is read; copies go there.

    Raises
    ------
    ContractError
        A place that is not there, a file nobody reads, a header that is not plain.
    """
    if place.backend is not None or _is_database(place.path):
        from salesanalysis.data.sources import database  # noqa: PLC0415

        return database.open_table(con, place, room)
    return unescaped(open_files(con, place, room), place)


def open_table_again(con: Any, place: Place, room: Path, error: Exception) -> Opened:
    """Open a file again after the engine refused its rows, or say what is wrong with it.

    Bytes that are no UTF-8 may stand far below the part that was looked at, and lines may end in
    two ways. Call it once: what the engine refuses again is wrong.

    Raises
    ------
    ContractError
    """
    path = Path(str(place.path))
    if place.path is not None and is_pattern(path):
        # which of the files it was does not matter: the others are read the same way
        return unescaped(open_all(place, lambda one: _again(con, one, room, error)), place)
    return unescaped(_again(con, place, room, error), place)


def _again(con: Any, place: Place, room: Path, error: Exception) -> Opened:
    path = Path(str(place.path))
    if place.path is None or not path.is_file() or not is_text(path):
        raise unreadable(path, error) from None
    return footer.without(place, room, lambda cut: reopened(con, cut, room, error))


def _is_database(path: Path | None) -> bool:
    if path is None or not path.is_file():
        return False
    from salesanalysis.data.sources import database  # noqa: PLC0415

    return path.name.casefold().endswith(DUCKDB) or database.is_duckdb(path)


def list_tables(path: Path) -> list[Place]:
    """Return every table that can be read at `path`, in the order of names.

    Parameters
    ----------
    path : Path
        A file or a folder; sheets of workbooks and tables of DuckDB files count one by one.
    """
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and _counts(p))
        return [place for file in files for place in list_tables(file)]
    if _is_database(path):
        return [Place(path=path, table=table) for table in _tables_in(path)]
    return _sheets_of(path)


def _counts(path: Path) -> bool:
    return is_table_file(path) or _is_database(path)


def _tables_in(path: Path) -> list[str]:
    """Return the tables and views of a DuckDB file, those outside ``main`` with their schema."""
    import duckdb  # noqa: PLC0415

    try:
        with duckdb.connect(str(path), read_only=True) as file:
            rows = file.execute(
                "SELECT table_schema, table_name FROM information_schema.tables ORDER BY 1, 2"
            ).fetchall()
    except duckdb.Error:
        # what is wrong with it is said when it is opened
        return [""]
    return [name if schema == "main" else f"{schema}.{name}" for schema, name in rows]


def _sheets_of(path: Path) -> list[Place]:
    if not path.name.casefold().endswith(ENDINGS):
        return [Place(path=path)]
    try:
        with book_of(path) as book:
            return [Place(path=path, sheet=sheet) for sheet in filled_sheets(book)]
    except ContractError:
        # a text under the name of a workbook, or a broken one: it says so when it is opened
        return [Place(path=path)]
