"""A small shop to break: its lines, its mapping, and the error that loading it gives."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import salesanalysis as sa
from salesanalysis.errors import ContractError

PLAIN = """name: shop
tables:
  sales:
    file: lines.csv
    columns: {order_id: Order, date: Day, region: Area, revenue: Net}
"""
LINES = "Order,Day,Area,Net\n1,2024-01-05,East,1.00\n2,2024-01-31,West,2.00\n"


def refused(*args: object, **kwargs: object) -> ContractError:
    with pytest.raises(ContractError) as caught:
        sa.load(*args, **kwargs)
    return caught.value


def write(shop: Path, lines: str) -> None:
    (shop / "lines.csv").write_text(lines, encoding="utf-8")


#: The columns of a file whose own are called o, d, r and a.
SHORT = "{order_id: o, date: d, region: r, revenue: a}"


def put(folder: Path, content, name="f.csv", columns=SHORT, *, more="", currency="CNY") -> Path:
    """Write a file and the mapping m.yaml beside it; return the file."""
    path = folder / name
    if isinstance(content, pa.Table):
        pq.write_table(content, path)
    elif content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    (folder / "m.yaml").write_text(
        f"name: m\ncurrency: {currency}\ntables:\n  sales:\n    file: {name}\n{more}"
        f"    columns: {columns}\n",
        encoding="utf-8",
    )
    return path


def load(path: Path):
    """Load a file with the mapping beside it."""
    return sa.load(path, mapping=path.parent / "m.yaml")


def error(path: Path) -> ContractError:
    """The error that loading a file with the mapping beside it gives."""
    return refused(path, mapping=path.parent / "m.yaml")


def days(data) -> list[str]:
    """The days of the lines in their order."""
    return sorted(f"{d:%Y-%m-%d}" for d in data.frame("sales")["date"])
