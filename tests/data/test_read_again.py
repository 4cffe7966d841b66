"""What a second look at a file must not lose: parts read before, empty lines, what was left out."""

from pathlib import Path

import pytest
from shoptools import LINES, put
from shoptools import load as loaded

import salesanalysis as sa

_TWO = """name: m
tables:
  sales:
    - file: a.csv
      columns: {order_id: Order, date: Day, region: Area, revenue: Net}
    - file: b.csv
      columns: {order_id: Order, date: Day, region: Area, revenue: Net}
"""
HEADER = LINES.partition("\n")[0] + "\n"
MIXED = LINES + HEADER + "3,2024-02-01,East,4.00\n"


@pytest.mark.parametrize(
    ("first", "second"), [(LINES, MIXED), (MIXED, LINES), (MIXED, MIXED)], ids=str
)
def test_a_source_with_a_second_header_does_not_take_the_source_above_it_away(
    tmp_path: Path, first: str, second: str
) -> None:
    for name, text in (("a.csv", first), ("b.csv", second)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(_TWO, encoding="utf-8")
    data = sa.load(tmp_path, mapping=tmp_path / "m.yaml")
    assert data.frame("sales")["revenue"].sum() == 6 + 4 * ((first == MIXED) + (second == MIXED))


def test_a_source_with_lookups_and_a_second_header_is_read_beside_another(tmp_path: Path) -> None:
    joins = "      joins: [{file: l.csv, key: Area, take: {region: Name}}]\n"
    text = _TWO.replace("region: Area, ", "")
    text = text.replace("revenue: Net}\n", "revenue: Net}\n" + joins)
    for name, lines in (("a.csv", LINES), ("b.csv", MIXED), ("l.csv", "Area,Name\nEast,Ost\n")):
        (tmp_path / name).write_text(lines, encoding="utf-8")
    (tmp_path / "m.yaml").write_text(text, encoding="utf-8")
    lines = sa.load(tmp_path, mapping=tmp_path / "m.yaml").frame("sales")
    assert lines.groupby("region")["revenue"].sum().to_dict() == {"(none)": 4.0, "Ost": 6.0}


@pytest.mark.parametrize(
    ("header", "column"),
    [("o,d,r,a,", "a"), ("o,d,r,a,a", "a (1)"), ("o,d,r,a,a,", "a (1)")],
    ids=["a delimiter at the end", "a heading twice", "both"],
)
def test_a_header_in_the_middle_is_known_by_what_stands_in_the_file(
    tmp_path: Path, header: str, column: str
) -> None:
    blank = "," * (header.count(",") - 3)
    lines = f"{header}\n1,2024-01-05,East,1{blank}\n{header}\n2,2024-01-06,West,2{blank}\n"
    columns = f"{{order_id: o, date: d, region: r, revenue: {column}}}"
    data = loaded(put(tmp_path, lines, columns=columns))
    assert data.frame("sales")["revenue"].tolist() == [1.0, 2.0]


def test_empty_lines_of_a_file_with_cells_to_fill_are_counted(tmp_path: Path) -> None:
    lines = "o,d,r,a\n1,2024-01-05,East,1\n,,,\n2,2024-01-06,,2\n , ,,\n\n3,2024-01-07,West,4\n"
    data = loaded(put(tmp_path, lines, more="    fill_down: [r]\n"))
    assert data.frame("sales")["region"].tolist() == ["East", "East", "West"]
    assert data.origins["sales"].n_blank == 3


_NOTES = {
    "上海": "制表人：上海\n上海市\n",
    "plain": "printed by Anna\npage 1\n",
    "a letter of two units": "printed by 😀\n上\n",
}


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("note", _NOTES)
def test_a_footer_is_cut_between_lines_whatever_the_encoding(
    tmp_path: Path, encoding: str, end: str, note: str
) -> None:
    lines = "o,d,r,a\n1,2024-01-05,上海,1\n2,2024-01-06,上饶,2\n" + _NOTES[note]
    text = lines.replace("\n", end).encode(encoding)
    data = loaded(put(tmp_path, text, more=f"    footer: 2\n    encoding: {encoding}\n"))
    assert sorted(data.frame("sales")["region"]) == ["上海", "上饶"]


def test_the_mark_behind_the_last_line_of_an_old_system_is_no_footer(tmp_path: Path) -> None:
    lines = "o,d,r,a\n1,2024-01-05,East,1\n2,2024-01-06,West,2\nprinted by Anna\n\x1a"
    data = loaded(put(tmp_path, lines, more="    footer: 1\n"))
    assert data.frame("sales")["revenue"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("written", "amount"),
    [("(7.50)", -7.5), ("7.50-", -7.5), ("¥7.50", 7.5), ("－７．５", -7.5), ('"1,000.50"', 1000.5)],
)
def test_what_is_left_out_is_counted_however_it_is_written(
    tmp_path: Path, written: str, amount: float
) -> None:
    lines = f"o,d,r,a,s\n1,2024-01-05,East,1.25,sold\n2,2024-01-06,East,{written},void\n"
    data = loaded(put(tmp_path, lines, more="    where: {s: [sold]}\n"))
    assert data.origins["sales"].amount_left_out == amount


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_empty_line_right_below_the_header_is_a_row_like_any_other(
    tmp_path: Path, encoding: str, end: str
) -> None:
    lines = "o,d,r,a\n\n1,2024-01-05,East,1\n2,2024-01-06,West,2\n".replace("\n", end)
    data = loaded(put(tmp_path, lines.encode(encoding)))
    assert data.origins["sales"].n_blank == 1
    assert data.frame("sales")["revenue"].tolist() == [1.0, 2.0]
