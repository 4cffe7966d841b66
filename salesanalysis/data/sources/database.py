"""Tables that lie in a database: PostgreSQL by its address, DuckDB files, connected Ibis tables."""

from pathlib import Path
from typing import Any

from salesanalysis.data.engine import MONEY, called, quiet
from salesanalysis.data.engine import connect as connect_engine
from salesanalysis.data.sources.connection import connect
from salesanalysis.data.sources.place import Opened, Place
from salesanalysis.data.sources.url import DUCKDB, resolved, scheme
from salesanalysis.errors import ContractError, SalesAnalysisError, nearest, unknown_name

#: Bytes 8 to 12 of every DuckDB file.
_MAGIC = b"DUCK"
_TABLES = """
SELECT n.nspname, c.relname, pg_catalog.pg_table_is_visible(c.oid),
       pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p')
  AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
  AND pg_catalog.has_schema_privilege(n.oid, 'USAGE')
ORDER BY 1, 2"""
_DUCKDB_TABLES = """
SELECT table_schema, table_name, table_schema = 'main', true
FROM information_schema.tables WHERE table_catalog = {} ORDER BY 1, 2"""
#: Columns of types Ibis takes for others: enums, domains, money, texts filled up with blanks.
_ODD_COLUMNS = """
SELECT a.attname, t.typtype, t.typname = 'money', pg_catalog.format_type(t.typbasetype, t.typtypmod)
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0
  AND (t.typtype IN ('e', 'd') OR t.typname IN ('money', 'bpchar'))"""


def place_of(url: str) -> Place:
    """Return where the tables of an address lie; a server is connected to.

    Parameters
    ----------
    url : str
        ``postgresql://user@host:5432/database`` or ``duckdb:///folder/file.duckdb``. The
        password is best left out: PGPASSWORD and ``~/.pgpass`` are read, and ``${NAME}``
        anywhere in the address is taken from the environment.

    Raises
    ------
    ContractError
        As `connect`.
    """
    address = resolved(url)
    if scheme(address) == DUCKDB:
        return Place(path=Path(address.partition("://")[2].partition("?")[0].replace("//", "/")))
    return Place(backend=connect(url))


def is_duckdb(path: Path) -> bool:
    """Tell whether a file is a DuckDB database, by its first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(12)[8:] == _MAGIC


def open_table(con: Any, place: Place, room: Path | None = None) -> Opened:  # noqa: ARG001
    """Open a table or a view of a database; nothing is read yet.

    Parameters
    ----------
    con : the engine
        A DuckDB file is attached to it, to read only.
    place : Place
        With `backend`, or with the `path` of a DuckDB file; `table` is ``name`` or
        ``schema.name``, written as in the database.
    room : Path, optional
        Not needed here.

    Raises
    ------
    ContractError
        No such table (with the nearest), no right to read it, a file that cannot be opened.
    """
    if place.backend is None:
        return _of_file(con, place)
    name, listed = place.table, _listed(place.backend)
    schema, table = _found(name, listed, where=called(place.backend))
    _require_right(place, listed)
    with quiet():
        opened = place.backend.table(table, database=schema or None)
        if place.backend.name == "postgres":
            opened = _plain(place.backend, opened, schema, table)
    return Opened(opened, f"{called(place.backend)}, table {name}", remote=True, typed=True)


def _plain(backend: Any, opened: Any, schema: str, table: str) -> Any:
    """Return the table with enums as text, domains as what they are made of, money as DECIMAL.

    A text that was filled up with blanks loses them.
    """
    import ibis.expr.datatypes as dt  # noqa: PLC0415

    casts = {}
    for column, kind, is_money, base in backend.con.execute(
        _ODD_COLUMNS, (schema, table)
    ).fetchall():
        # Ibis leaves a cast out where it believes the column to be of the type already
        text = dt.String(nullable=not opened[column].type().nullable)
        made = backend.compiler.type_mapper.from_string(base) if kind == "d" else text
        plain = MONEY if is_money else text if made.is_unknown() else made
        casts[column] = opened[column].cast(plain)
    return opened.mutate(**casts) if casts else opened


def of_table(table: Any, name: str = "") -> Opened:
    """Return a connected Ibis table of any engine as it was handed over."""
    import ibis.expr.operations as ops  # noqa: PLC0415

    node = table.op()
    if isinstance(node, ops.DatabaseTable) and node.source.name == "postgres":
        schema = node.namespace.database or node.source.current_database
        table = _plain(node.source, table, schema, node.name)
    return Opened(table, name or f"table {node.name}", remote=True, typed=True)


def tables(backend: Any) -> list[str]:
    """Return the names of the tables and views that can be read, as `Place.table` wants them."""
    return [_shown(*row[:3]) for row in _listed(backend) if row[3]]


def _listed(backend: Any) -> list[tuple[str, str, bool, bool]]:
    """Return schema, name, whether the bare name finds it, and whether it may be read."""
    if backend.name == "postgres":
        return list(backend.con.execute(_TABLES).fetchall())
    if backend.name == "duckdb":
        return list(backend.raw_sql(_DUCKDB_TABLES.format("current_database()")).fetchall())
    with quiet():
        return [("", name, True, True) for name in sorted(backend.list_tables())]


def _shown(schema: str, name: str, visible: bool) -> str:  # noqa: FBT001
    return name if visible or not schema else f"{schema}.{name}"


def _found(
    wanted: str, listed: list[tuple[str, str, bool, bool]], *, where: str
) -> tuple[str, str]:
    """Return schema and name of the table that is meant; names may hold dots themselves."""
    full = {f"{schema}.{name}": (schema, name) for schema, name, *_ in listed if schema}
    bare = {name: (schema, name) for schema, name, visible, _ in listed if visible}
    if wanted in full or wanted in bare:
        return full.get(wanted) or bare[wanted]
    known = [_shown(*row[:3]) for row in listed if row[3]]
    raise _no_table(wanted, known, where)


def _no_table(wanted: str, known: list[str], where: str) -> SalesAnalysisError:
    """Build the error for the name of a table that is not there."""
    if not known:
        return ContractError(
            "The database holds no table that may be read.",
            where=where,
            fix="check the database and the rights of the user",
            code="empty-table",
        )
    # the same name in another schema is nearer than any spelling
    same = [k for k in known if k.rpartition(".")[2].casefold() == wanted.casefold()]
    if same and nearest(wanted, known) not in same:
        known = [*same, *(k for k in known if k not in same)]
    return unknown_name(wanted, known, kind="table", where=where, error=ContractError)


def _require_right(place: Place, listed: list[tuple[str, str, bool, bool]]) -> None:
    """Refuse a table the user may see but not read."""
    chosen = _found(place.table, listed, where="")
    if not next(may for schema, name, _, may in listed if (schema, name) == chosen):
        user = place.backend.con.info.user
        raise ContractError(
            f"The user {user!r} may not read {place.table}.",
            where=called(place.backend),
            fix=f"ask for: GRANT SELECT ON {place.table} TO {user}",
            code="no-connection",
        )


def _of_file(con: Any, place: Place) -> Opened:
    """Open a table of a DuckDB file in the engine itself."""
    path = Path(str(place.path))
    catalog = _attached(con, path)
    rows = list(con.raw_sql(_DUCKDB_TABLES.format(f"'{catalog}'")).fetchall())
    schema, table = _found(place.table, rows, where=str(path))
    with quiet():
        opened = con.table(table, database=(catalog, schema))
    return Opened(opened, f"{path.name}, table {place.table}", typed=True)


def opened_file(path: Path) -> Any:
    """Return an engine of its own that sees a DuckDB file, to look around in it with `tables`."""
    con = connect_engine()
    con.raw_sql(f"USE {_attached(con, path)}")
    return con


def _attached(con: Any, path: Path) -> str:
    """Attach a DuckDB file once, to read only; return what the engine calls it."""
    import duckdb  # noqa: PLC0415

    full = str(path.resolve())
    known = dict(con.raw_sql("SELECT path, database_name FROM duckdb_databases()").fetchall())
    if full in known:
        return str(known[full])
    name = f"file{len(known)}"
    try:
        con.raw_sql("ATTACH '" + full.replace("'", "''") + f"' AS {name} (READ_ONLY)")
    except duckdb.Error as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        raise ContractError(
            f"{path.name} cannot be opened: {' '.join(lines[:1]).rstrip('.')}.",
            where=str(path),
            fix="close the program that writes to it, or save it again with this DuckDB",
            code="no-connection",
        ) from None
    return name
