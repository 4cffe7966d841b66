"""Moments with a time zone and nanoseconds: kept to the microsecond, never rounded up a day."""

from typing import Any

#: What the engine calls the type; Ibis has no word for it.
_TYPE = "TIMESTAMPTZ_NS"
_CUT = "timezone('UTC', make_timestamp(epoch_ns(timezone('UTC', {c})) // 1000)) AS {c}"


def microseconds(con: Any, table: Any) -> Any:
    """Return a table whose moments have microseconds, digits behind them cut.

    Ibis knows no such type: a cast to days would count them in UTC whatever the zone, and a cast
    to microseconds rounds the last of a day into the next.

    Parameters
    ----------
    con : the engine
    table : Ibis table
        Of a Parquet file, lazily.
    """
    from ibis.util import gen_name  # noqa: PLC0415

    if not any(t.is_unknown() for t in table.schema().values()):
        return table
    source = f'"{table.op().name}"'
    kinds = con.raw_sql(f"DESCRIBE {source}").fetchall()
    cuts = [_CUT.format(c=_quoted(name)) for name, kind, *_ in kinds if kind == _TYPE]
    if not cuts:
        return table
    name = gen_name("moments")
    con.raw_sql(f'CREATE VIEW "{name}" AS SELECT * REPLACE ({", ".join(cuts)}) FROM {source}')
    return con.table(name)


def _quoted(name: str) -> str:
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
