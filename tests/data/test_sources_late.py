"""The last moments of a day in a workbook, and refusals that name the user's own file."""

import zipfile
from datetime import datetime

import openpyxl
from shoptools import days, error, load, put

SHEET = "xl/worksheets/sheet1.xml"


def workbook(path, cells: list[str]) -> None:
    """Write a workbook whose moments have these day numbers, to the last digit."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["o", "d", "r", "a"])
    for i in range(len(cells)):
        sheet.append([f"{i}", datetime(2024, 1, 1, 12, i), "N", 4.999999999999])
    book.save(path)
    with zipfile.ZipFile(path) as archive:
        parts = {n: archive.read(n) for n in archive.namelist()}
    text = parts[SHEET].decode()
    found = [piece.partition("<")[0] for piece in text.split("<v>") if piece.startswith("45292.")]
    for old, new in zip(found, cells, strict=True):
        text = text.replace(f"<v>{old}</v>", f"<v>{new}</v>")
    parts[SHEET] = text.encode()
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in parts.items():
            archive.writestr(name, part)


def test_a_moment_in_the_last_microsecond_of_a_day_stays_on_that_day(tmp_path) -> None:
    path = put(tmp_path, b"", "f.xlsx")
    numbers = ["45322.99999999999", "45322.99999999537", "45322.99999996528", "45323", "45322.5"]
    workbook(path, numbers)
    data = load(path)
    assert days(data) == ["2024-01-31"] * 4 + ["2024-02-01"]
    assert set(data.frame("sales")["revenue"]) == {5.0}


def test_what_is_wrong_with_a_file_above_its_footer_is_said_of_the_file_itself(tmp_path) -> None:
    lines = "o,d,r,a\n1,2024-01-05,N,1\n2,2024-01-06,N,2,3\nReport of Anna\n"
    path = put(tmp_path, lines, more="    footer: 1\n")
    found = str(error(path))
    assert found.startswith("f.csv cannot be read: line 3 has 5 cells, the header 4: ")
    assert f"  where: {path}\n" in found
