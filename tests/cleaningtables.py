"""Small order tables for the tests of the cleaning."""

from functools import cache
from itertools import count

import pandas as pd

from salesanalysis.data.cleaning import Look, settings
from salesanalysis.data.cleaning.look import numbered
from salesanalysis.data.engine import MONEY, connect, keep

COLUMNS = {
    "order_id": "string",
    "date": "date",
    "region": "string",
    "salesperson": "string",
    "product_line": "string",
    "product": "string",
    "customer": "string",
    "quantity": MONEY,
    "unit_price": MONEY,
    "revenue": MONEY,
    "cost": MONEY,
    "is_return": "boolean",
}


_NUMBER = count()


@cache
def engine():
    """One engine for all tables: starting one takes longer than a test."""
    return connect()


def line(order_id, day="2024-01-05", **values):
    """One order line: one piece at 10, cost 6, nothing suspicious about it."""
    out = {
        "order_id": str(order_id),
        "date": pd.Timestamp(day),
        "region": "East",
        "salesperson": "Li",
        "product_line": "Tea",
        "product": "Green",
        "customer": "Shop",
        "quantity": 1.0,
        "unit_price": 10.0,
        "cost": 6.0,
        "is_return": False,
        **values,
    }
    if "revenue" not in values:
        out["revenue"] = round(out["quantity"] * out["unit_price"], 4)
    return out


def back(order_id, day="2024-01-20", **values):
    """The return of such a line."""
    pieces = -abs(values.pop("quantity", 1.0))
    return line(order_id, day, quantity=pieces, cost=-6.0, is_return=True, **values)


def table(con, rows, name="sales", columns=None):
    """Keep rows in the engine, with the types of order lines."""
    import ibis
    import pyarrow as pa

    frame = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)
    wanted = [c for c in (columns or COLUMNS) if c in frame] + [
        c for c in frame if c not in COLUMNS
    ]
    memory = ibis.memtable(pa.Table.from_pandas(frame[wanted], preserve_index=False))
    return keep(con, name, memory.cast({c: t for c, t in COLUMNS.items() if c in wanted}))


def look(
    rows, spec=None, *, as_of="2024-01-31", people=None, regions=(), is_numbered=False, con=None
):
    """Look at rows with the settings of `spec`."""
    con = con or engine()
    return Look(
        con,
        numbered(con, table(con, rows, f"sales_{next(_NUMBER)}")),
        pd.Timestamp(as_of),
        settings(spec, where="cleaning"),
        people,
        tuple(regions),
        is_numbered,
    )
