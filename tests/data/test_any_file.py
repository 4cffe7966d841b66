"""The same order lines come out of whatever file they were written to, each with its row."""

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from shoptools import put

import salesanalysis as sa
from salesanalysis.data.engine import arrow
from salesanalysis.data.kinds import ROW

_TEXTS = [
    "博通",
    "上海，总部",
    "a,b",
    'say "hi"',
    "x;y",
    "NA",
    "None",
    "007",
    "line\nbreak",
    "a\n\nb",
]
_COLUMNS = '{order_id: 单号, date: Day, region: Area, revenue: {column: Net, decimal: "%s"}}'
Line = tuple[str, date, str, Decimal]

lines = st.lists(
    st.tuples(
        st.from_regex("[A-Z][0-9]{1,6}", fullmatch=True),
        st.integers(0, 700).map(lambda n: date(2023, 1, 1) + timedelta(n)),
        st.sampled_from(_TEXTS),
        st.decimals(-(10**9), 10**9, places=4),
    ),
    min_size=1,
    max_size=12,
)


def grouped(amount: Decimal) -> str:
    return f"{amount:,.4f}"


def german(amount: Decimal) -> str:
    return grouped(amount).translate(str.maketrans(",.", ".,"))


def bracketed(amount: Decimal) -> str:
    return f"({-amount:,.4f})" if amount < 0 else grouped(amount)


def behind(amount: Decimal) -> str:
    return f"{-amount}-" if amount < 0 else str(amount)


def wide(amount: Decimal) -> str:
    return str(amount).translate(str.maketrans("0123456789", "０１２３４５６７８９"))


AMOUNTS: list[Callable[[Decimal], str]] = [str, grouped, german, bracketed, behind, wide]


def written(table: list[Line], draw: Callable, amount: Callable, sep: str, end: str):
    """Lines as a text, with what an export puts between them; and the number of each row."""
    header = ["单号", "Day", "Area", "Net", "Status"]
    rows: list[list[str]] = [header]
    at = []
    for order, day, area, net in table:
        kind = draw(st.sampled_from(["", "", "blank", "header", "void"]))
        if kind:
            void = [order, day.isoformat(), area, amount(net), "void"]
            rows.append({"blank": [], "header": header, "void": void}[kind])
        rows.append([order, day.isoformat(), area, amount(net), "sold"])
        at.append(len(rows) - 1)
    nothing = st.sampled_from(["", sep * 4])
    return "".join((cells(row, sep) if row else draw(nothing)) + end for row in rows), at


def cells(row: list[str], sep: str) -> str:
    # with both ends of lines named, a cell that holds either is put in quotes
    out = io.StringIO()
    csv.writer(out, delimiter=sep, lineterminator="\r\n").writerow(row)
    return out.getvalue()[:-2]


def read(mapping: Path) -> list[tuple[int, ...]]:
    data = sa.load(mapping.parent, mapping=mapping)
    sales = data.sources["sales"]
    table = arrow(data.con, sales.select(ROW, "order_id", "date", "region", "revenue"))
    return sorted(tuple(row.values()) for row in table.to_pylist())


@settings(max_examples=12, phases=(Phase.explicit, Phase.generate))
@given(
    table=lines,
    data=st.data(),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-be"]),
    amount=st.sampled_from(AMOUNTS),
    sep=st.sampled_from(",;\t|"),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
    notes=st.integers(0, 2),
)
def test_lines_come_back_from_any_text_with_their_rows(
    tmp_path_factory: pytest.TempPathFactory, *, table, data, encoding, amount, sep, end, notes
) -> None:
    text, at = written(table, data.draw, amount, sep, end)
    text += f"制表人：上海{end}" * notes + data.draw(st.sampled_from(["", "\x1a"]))
    more = f'    encoding: {encoding}\n    delimiter: "{sep}"\n    where: {{Status: [sold]}}\n'
    more = more.replace("\t", "\\t") + (f"    footer: {notes}\n" if notes else "")
    room = tmp_path_factory.mktemp("any")
    columns = _COLUMNS % ("," if amount is german else ".")
    put(room, text.encode(encoding), columns=columns, more=more)
    assert read(room / "m.yaml") == sorted(
        (row, *line) for row, line in zip(at, table, strict=True)
    )
