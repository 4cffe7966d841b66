"""One engine for all tests that read files, and columns of values to read with it."""

from functools import cache

import pytest

from salesanalysis.data.engine import connect, quiet
from salesanalysis.errors import ContractError


@cache
def engine():
    """The engine of this process."""
    return connect()


def column(values):
    """A column of texts."""
    import ibis

    return ibis.memtable({"x": list(values)}, schema={"x": "string"})["x"]


def read(con, style, values):
    """What a style makes of texts."""
    with quiet():
        return con.to_pyarrow(style.read(column(values)).name("x").as_table())["x"].to_pylist()


def error_of(find, *args, **said):
    """The error with which a call ends."""
    with pytest.raises(ContractError) as caught:
        find(*args, **said)
    return caught.value
