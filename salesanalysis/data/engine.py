"""The engine: one DuckDB in process per data set, spoken to through Ibis."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pandas as pd

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


def fetch(con: Any, expression: Any) -> pd.DataFrame:
    """Run `expression` in the engine; return its rows with our types.

    Returns
    -------
    DataFrame
        Dates as datetime64[us], text as str, DECIMAL as float64 (after any sum was taken).
    """
    with quiet():
        arrow = con.to_pyarrow(_floats(expression))
    frame = arrow.to_pandas(date_as_object=False)
    for column in frame.columns[[dtype.kind == "M" for dtype in frame.dtypes]]:
        frame[column] = frame[column].astype("datetime64[us]")
    # a column without a single value comes back as object
    texts = [c for c, t in expression.schema().items() if t.is_string()]
    typed: pd.DataFrame = frame.astype(dict.fromkeys(texts, "str"))
    return typed


def _floats(expression: Any) -> Any:
    """Turn DECIMAL columns into float64 at the very end."""
    exact = [c for c, t in expression.schema().items() if t.is_decimal()]
    if not exact:
        return expression
    return expression.mutate(**{c: expression[c].cast("float64") for c in exact})


def fetch_exact(con: Any, expression: Any) -> dict[str, Any]:
    """Run an expression of one row; return its values, DECIMAL as `decimal.Decimal`."""
    with quiet():
        rows: list[dict[str, Any]] = con.to_pyarrow(expression).to_pylist()
    return rows[0]


def keep(con: Any, name: str, expression: Any) -> Any:
    """Compute `expression` once and keep it in the engine as table `name`."""
    with quiet():
        return con.create_table(name, expression)


def drop(con: Any, name: str) -> None:
    """Forget table `name`."""
    # Ibis 12 with the newest sqlglot writes a DROP without its table
    con.raw_sql(f'DROP TABLE "{name}"')
