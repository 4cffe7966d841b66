"""A small shop to break: its lines, its mapping, and the error that loading it gives."""

from pathlib import Path

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
