"""Several files as one table: each has its own first row, its own cells to fill, its own footer."""

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl import Workbook
from shoptools import SHORT, refused

import salesanalysis as sa

HEAD = ["o", "d", "r", "a"]
JANUARY = [
    HEAD,
    ["a1", "2024-01-01", "East", 1],
    ["a2", "2024-01-02", None, 2],
    ["a3", "2024-01-03", "West", 4],
]
FEBRUARY = [HEAD, ["b1", "2024-02-01", "North", 8], ["b2", "2024-02-02", None, 16]]
NOTES = [["printed by Anna", None, None, None], ["page 1", None, None, None]]


def csv_of(rows: list[list]) -> bytes:
    return "".join(",".join("" if c is None else str(c) for c in r) + "\n" for r in rows).encode()


def book_of(rows: list[list]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def parquet_of(rows: list[list]) -> bytes:
    head, *lines = rows
    columns = [pa.array(c) for c in zip(*lines, strict=True)]
    out = io.BytesIO()
    pq.write_table(pa.table(columns, names=head), out)
    return out.getvalue()


WRITE = {"csv": csv_of, "xlsx": book_of, "parquet": parquet_of}


def folder_of(room: Path, kind: str, *files: list[list], more: str = "") -> Path:
    for month, rows in enumerate(files, 1):
        (room / f"2024-{month:02}.{kind}").write_bytes(WRITE[kind](rows))
    text = f'name: m\ntables:\n  sales:\n    file: "2024-*.{kind}"\n{more}    columns: {SHORT}\n'
    (room / "m.yaml").write_text(text, encoding="utf-8")
    return room / "m.yaml"


def regions(mapping: Path) -> dict[str, str]:
    lines = sa.load(mapping.parent, mapping=mapping).frame("sales")
    return dict(zip(lines["order_id"], lines["region"], strict=True))


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_an_empty_cell_means_the_one_above_it_in_its_own_file(tmp_path: Path, kind: str) -> None:
    late = [FEBRUARY[0], ["b0", "2024-02-01", None, 32], *FEBRUARY[1:]]
    mapping = folder_of(tmp_path, kind, JANUARY, late, more="    fill_down: [r]\n")
    assert regions(mapping) == {
        **{"a1": "East", "a2": "East", "a3": "West"},
        **{"b0": "(none)", "b1": "North", "b2": "North"},
    }


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_every_file_ends_with_its_own_footer(tmp_path: Path, kind: str) -> None:
    files = [JANUARY + NOTES, FEBRUARY + NOTES]
    mapping = folder_of(tmp_path, kind, *files, more="    footer: 2\n")
    data = sa.load(tmp_path, mapping=mapping)
    assert data.frame("sales")["revenue"].sum() == 31
    assert data.origins["sales"].n_left_out == 4


def test_rows_of_sums_of_the_longer_and_the_shorter_workbook_are_cut(tmp_path: Path) -> None:
    notes = [["合计", None, None, 99], *NOTES]
    files = [[*JANUARY, *notes], [*FEBRUARY, *notes]]
    mapping = folder_of(tmp_path, "xlsx", *files, more="    footer: 3\n")
    data = sa.load(tmp_path, mapping=mapping)
    assert data.frame("sales")["revenue"].sum() == 31
    assert (data.origins["sales"].n_left_out, data.origins["sales"].amount_left_out) == (6, 198.0)


@pytest.mark.parametrize(
    ("kind", "more", "row", "counting"),
    [
        ("csv", "", 2, "1 is the first below the header"),
        ("csv", "    fill_down: [r]\n", 2, "1 is the first below the header"),
        ("csv", "    where: {o: {not: [zzz]}}\n", 2, "1 is the first below the header"),
        ("parquet", "", 2, "1 is the first below the header"),
        ("xlsx", "", 3, "as the workbook numbers them"),
    ],
)
def test_a_refusal_names_the_file_of_a_row_and_its_number_there(
    tmp_path: Path, kind: str, more: str, row: int, counting: str
) -> None:
    bad = [HEAD, ["b1", "2024-02-01", "North", "8"], ["b2", "2024-02-02", "North", "void"]]
    files = [[HEAD, *([o, d, r, str(a)] for o, d, r, a in JANUARY[1:])], bad]
    mapping = folder_of(tmp_path, kind, *files, more=more)
    caught = refused(tmp_path, mapping=mapping)
    assert str(caught) == (
        f"1 value of 2024-*.{kind} (2 files) cannot be used for sales; first: row {row} of "
        f"2024-02.{kind}, 'a' is 'void', but must be a number, not empty.\n"
        f"  where: 2024-*.{kind} (2 files), rows {row} of 2024-02.{kind} ({counting}), "
        "column 'a' (our revenue); see .rows\n"
        "  fix:   mend these cells, or map another column"
    )
    assert caught.rows[["file", "row"]].to_numpy().tolist() == [[f"2024-02.{kind}", row]]


@pytest.mark.parametrize(
    ("more", "january", "february"),
    [
        ("", [1, 2, 3], [1, 2]),
        ("    where: {o: {not: [a1]}}\n", [2, 3], [1, 2]),
        ("    fill_down: [r]\n", [1, 2, 3], [1, 2]),
    ],
)
def test_the_lines_of_a_rule_have_the_row_of_their_own_file(
    tmp_path: Path, more: str, january: list[int], february: list[int]
) -> None:
    mapping = folder_of(tmp_path, "csv", JANUARY, FEBRUARY, more=more)
    with mapping.open("a", encoding="utf-8") as file:
        file.write('cleaning:\n  listed: {where: {order_id: "*"}}\n')
    rows = sa.load(tmp_path, mapping=mapping).quality.rows("listed")
    found = rows.groupby("file")["row"].agg(sorted).to_dict()
    assert found == {"2024-01.csv": january, "2024-02.csv": february}


def test_headers_in_the_middle_of_several_files_leave_their_rows_as_they_are_numbered(
    tmp_path: Path,
) -> None:
    files = [[*JANUARY, *FEBRUARY], [*FEBRUARY, HEAD, ["b9", "2024-02-09", "East", "void"]]]
    caught = refused(tmp_path, mapping=folder_of(tmp_path, "csv", *files))
    assert "first: row 4 of 2024-02.csv, 'a' is 'void'" in str(caught)
