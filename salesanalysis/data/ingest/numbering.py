"""Numbers of rows, as messages name them: 1 is the first below the header, in every file."""

from typing import Any

from salesanalysis.data.engine import fetch, keep
from salesanalysis.data.kinds import FILE, ROW


def counted(con: Any, table: Any) -> Any:
    """Return a table that stays where it is with the number of every row."""
    return _in_files(con, _in_all(table))


def numbered(con: Any, name: str, table: Any) -> Any:
    """Keep the same as `name`: before rows are chosen or multiplied."""
    return _in_files(con, keep(con, name, _in_all(table)))


def _in_all(table: Any) -> Any:
    import ibis  # noqa: PLC0415  the engine comes with the first table

    return table.mutate(**{ROW: ibis.row_number() + 1})


def _in_files(con: Any, table: Any) -> Any:
    return table.mutate(**{ROW: table[ROW] - before(con, table, table[ROW] - 1)})


def before(con: Any, table: Any, above: Any) -> Any:
    """Return how many rows stand before the file of a row: each file counts from 1.

    Parameters
    ----------
    above : Ibis column
        How many rows stand above each, in all files together.
    """
    import ibis  # noqa: PLC0415

    if FILE not in table.columns:
        return 0
    firsts = fetch(con, table.group_by(FILE).aggregate(first=above.min()))
    pairs = zip(firsts[FILE], firsts["first"], strict=True)
    return ibis.cases(*((table[FILE] == file, int(first)) for file, first in pairs), else_=0)


def own_file(table: Any) -> tuple[str, ...]:
    """Return the column in which one file ends and the next begins, where there are several."""
    return (FILE,) if FILE in table.columns else ()
