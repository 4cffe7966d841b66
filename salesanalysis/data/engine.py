"""The engine: one DuckDB in process per data set, spoken to through Ibis."""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from inspect import Parameter, Signature
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError

#: Money as DECIMAL: float sums change from run to run with the number of threads.
MONEY = "decimal(18, 4)"


@contextmanager
def quiet() -> Iterator[None]:
    """Keep Ibis's own deprecation warnings from our readers."""
    with warnings.catch_warnings():
        # Ibis 12 calls names that DuckDB 2.0 and pandas 3.1 announce to remove
        warnings.filterwarnings("ignore", category=DeprecationWarning, module=r"ibis\.")
        yield


def connect() -> Any:
    """Return a new DuckDB in memory: no progress bar, nothing fetched from the network."""
    import ibis  # noqa: PLC0415  loaded when the first table is, not with the package

    with quiet():
        con = ibis.duckdb.connect(
            autoinstall_known_extensions=False, autoload_known_extensions=False
        )
        con.raw_sql("SET enable_progress_bar = false")
    return con


def home(con: Any, expression: Any) -> Any:
    """Return the engine `expression` runs in: `con`, or the database its rows live in.

    Raises
    ------
    ContractError
        Tables of two engines in one expression.
    """
    import ibis.expr.operations as ops  # noqa: PLC0415

    found = {id(node.source): node.source for node in expression.op().find(ops.DatabaseTable)}
    if len(found) > 1:
        raise ContractError(
            "Tables that lie in different databases cannot be read together.",
            where=f"tables of {', '.join(sorted(called(b) for b in found.values()))}",
            fix="put the smaller one into the database of the larger, or export both to files",
            code="bad-choice",
        )
    return next(iter(found.values()), con)


def called(backend: Any) -> str:
    """Return how messages call an engine: never by a password."""
    return str(backend._con_kwargs.get("address") or backend.name)


def fetch(con: Any, expression: Any) -> pd.DataFrame:
    """Run `expression` where its rows live; return them with our types.

    Returns
    -------
    DataFrame
        Dates as datetime64[us], text as str, DECIMAL as float64 (after any sum was taken). Rows
        that were ordered stand in the order of the characters, whatever the database's own.

    Raises
    ------
    ContractError
        A database that does not answer, or cannot compute it.
    """
    there = home(con, expression)
    with quiet(), _answering(there):
        arrow = there.to_pyarrow(_floats(expression, exact=there.name != "sqlite"))
    frame = arrow.to_pandas(date_as_object=False)
    for column in frame.columns[[dtype.kind == "M" for dtype in frame.dtypes]]:
        # the moment in UTC: our types know no time zone
        moments = frame[column].dt.tz_convert(None) if frame[column].dt.tz else frame[column]
        frame[column] = moments.astype("datetime64[us]")
    # a column without a single value comes back as object
    texts = [c for c, t in expression.schema().items() if t.is_string()]
    typed: pd.DataFrame = frame.astype(dict.fromkeys(texts, "str"))
    return typed if there.name == "duckdb" else _sorted(typed, expression)


def _sorted(frame: pd.DataFrame, expression: Any) -> pd.DataFrame:
    """Order rows as our own engine would: a database may sort by the rules of a language."""
    keys = _keys(expression)
    if not keys or not len(frame):
        return frame
    by, ascending = [c for c, _ in keys], [up for _, up in keys]
    return frame.sort_values(by, ascending=ascending, kind="stable", ignore_index=True)


def _keys(expression: Any) -> list[tuple[str, bool]]:
    """Return the columns a table is ordered by at its very end, and whether upwards."""
    import ibis.expr.operations as ops  # noqa: PLC0415

    top = expression.op()
    return [(k.arg.name, k.ascending) for k in top.keys] if isinstance(top, ops.Sort) else []


def _floats(expression: Any, *, exact: bool) -> Any:
    """Turn DECIMAL columns into float64 at the very end.

    An engine without decimals, such as SQLite, summed floats: what they carry behind the fourth
    decimal is no money.
    """
    amounts = [c for c, t in expression.schema().items() if t.is_decimal()]
    if not amounts:
        return expression
    floats = {c: expression[c].cast("float64") for c in amounts}
    return expression.mutate(**(floats if exact else {c: f.round(4) for c, f in floats.items()}))


def arrow(con: Any, expression: Any) -> Any:
    """Run `expression` where its rows live; return an Arrow table of its own exact types."""
    import pyarrow.compute as pc  # noqa: PLC0415

    there = home(con, expression)
    with quiet(), _answering(there):
        table = there.to_pyarrow(expression)
    keys = _keys(expression)
    if there.name == "duckdb" or not keys:
        return table
    signs = [(c, "ascending" if up else "descending") for c, up in keys]
    return table.take(pc.sort_indices(table, sort_keys=signs))


def fetch_exact(con: Any, expression: Any) -> dict[str, Any]:
    """Run an expression of one row; return its values, DECIMAL as `decimal.Decimal`."""
    there = home(con, expression)
    with quiet(), _answering(there):
        rows: list[dict[str, Any]] = there.to_pyarrow(expression).to_pylist()
    return rows[0]


@contextmanager
def _answering(backend: Any) -> Iterator[None]:
    """Say in our words why a database did not answer a question."""
    if backend.name != "postgres":
        yield
        return
    import psycopg  # noqa: PLC0415  there already, the database speaks through it

    try:
        yield
    except psycopg.Error as error:
        refusal = _unanswered(error, called(backend))
    else:
        return
    raise refusal


def _unanswered(error: Any, where: str) -> ContractError:
    """Build the error of a question that was not answered."""
    said = str(error).strip().partition("\n")[0].rstrip(".")
    fixes = {
        "42501": "ask its administrator for the right to read it",
        "57014": "ask its administrator for more time (statement_timeout), or make a smaller view",
    }
    lost = error.sqlstate is None or error.sqlstate.startswith(("08", "57P"))
    fix = "load the data again" if lost else fixes.get(error.sqlstate, "check the view or table")
    return ContractError(
        f"The database did not answer: {said}.", where=where, fix=fix, code="no-connection"
    )


def keep(con: Any, name: str, expression: Any) -> Any:
    """Compute `expression` once and keep it in the engine as table `name`.

    Ibis makes an empty table and fills it; the engine is quicker with a table made of a query.
    Its types are those of `expression`, also where the engine's own are wider.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> pieces = ibis.memtable(pa.table({"n": [1, 2]}))
    >>> str(keep(connect(), "total", pieces.aggregate(n=pieces["n"].sum()))["n"].type())
    'int64'
    """
    with quiet():
        view = con.create_view(f"_kept_{name}", expression, overwrite=True).get_name()
        made = [
            f"CAST({column.this.sql('duckdb')} AS {column.kind.sql('duckdb')}) AS "
            f"{column.this.sql('duckdb')}"
            for column in expression.schema().to_sqlglot_column_defs("duckdb")
        ]
        try:
            con.raw_sql(f'CREATE TABLE "{name}" AS SELECT {", ".join(made)} FROM "{view}"')
        finally:
            unsee(con, view)
        return con.table(name)


def see(con: Any, name: str, expression: Any) -> Any:
    """Return `expression` as view `name`: what builds on it takes its columns as they are.

    Ibis writes one SELECT of two, with the inner expression wherever the outer one names it.
    """
    with quiet():
        return con.create_view(name, expression, overwrite=True)


def unsee(con: Any, name: str) -> None:
    """Forget view `name`."""
    con.raw_sql(f'DROP VIEW "{name}"')


def engine_function(function: str, *types: Any, gives: str = "string") -> Any:
    """Return a function of an engine that Ibis has no word for.

    Parameters
    ----------
    function : str
        Its name in SQL.
    types, gives : Ibis types, or their names
        What it takes, in order, and what it returns.
    """
    import ibis  # noqa: PLC0415

    def called() -> None: ...

    called.__signature__ = Signature(  # type: ignore[attr-defined]
        [Parameter(f"a{i}", Parameter.POSITIONAL_OR_KEYWORD) for i in range(len(types))]
    )
    return ibis.udf.scalar.builtin(called, name=function, signature=(types, gives))


def row_hash(table: Any, columns: Sequence[str]) -> Any:
    """Return the engine's own hash of several columns together."""
    types = [table[c].type() for c in columns]
    return engine_function("hash", *types, gives="uint64")(*(table[c] for c in columns))


def kept_tables(con: Any) -> list[str]:
    """Return the names of the tables kept in the engine."""
    # Ibis 12 lists them through a call DuckDB 2.0 no longer has
    found = con.raw_sql("SELECT table_name FROM duckdb_tables() ORDER BY table_name").fetchall()
    return [str(name) for (name,) in found]


def drop(con: Any, name: str) -> None:
    """Forget table `name`."""
    # Ibis 12 with the newest sqlglot writes a DROP without its table
    con.raw_sql(f'DROP TABLE "{name}"')
