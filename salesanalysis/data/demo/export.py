"""Writing the offices' files: bytes of text files and workbooks, the same every time."""

import csv
import gzip
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pandas as pd

from salesanalysis.data.demo.breakage import BARE_TOTAL, TOTAL
from salesanalysis.data.demo.offices import HEADER_ROW, OFFICES, SUMMED, TOTAL_NAME, Office

#: A workbook names the moment it was made; ours were all made then.
CREATED = datetime(2024, 4, 1, 9)
#: An office, the file and sheet it writes, and the lines in it.
Piece = tuple[Office, str, str, pd.DataFrame]


def parts(rows: pd.DataFrame, lang: str) -> Iterator[Piece]:
    """Split the order lines over the offices.

    Yields
    ------
    office : Office
    file, sheet : str
        Names; no sheet in a text file.
    part : DataFrame
        Its lines, in the order of the file; a total row last where the office writes one.
    """
    for office in OFFICES:
        for year in office.years:
            found = rows[rows["date"].dt.year == year]
            file = office.file[lang].format(year=year)
            for sheet, part in _sheets(found, office, lang):
                yield office, file, sheet, _with_total(part, office) if office.totals else part


def _sheets(rows: pd.DataFrame, office: Office, lang: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Split the lines of a year by month, where the office keeps a workbook."""
    if not office.workbook:
        if len(rows):
            yield "", rows
        return
    for month, part in rows.groupby(rows["date"].dt.month):
        name = f"{month}月" if lang == "zh" else f"M{month:02d}"
        yield name, part.sort_values("region", kind="stable")


def _with_total(part: pd.DataFrame, office: Office) -> pd.DataFrame:
    """Add the row of sums a reader must not count as a sale."""
    sums = {c: part[c].sum() for c in SUMMED}
    total = part.iloc[[-1]].assign(**sums, rule=_total_rule(office), extra=True, meant="")
    return pd.concat([part, total], ignore_index=True)


def _total_rule(office: Office) -> str:
    return BARE_TOTAL if office.workbook else TOTAL


def cells(part: pd.DataFrame, office: Office, lang: str) -> pd.DataFrame:
    """Return the cells of a file or sheet, with the headers of the office."""
    out = pd.DataFrame({cell.name[lang]: cell.write(part[cell.ours]) for cell in office.cells})
    names = {cell.ours: cell.name[lang] for cell in office.cells}
    if office.workbook:
        region = out[names["region"]]
        out[names["region"]] = region.where(region != region.shift(), "")
    total = (part["rule"] == _total_rule(office)).to_numpy()
    if total.any():
        filled = SUMMED if office.workbook else (*SUMMED, "date")
        empty = [header for ours, header in names.items() if ours not in filled]
        out[empty] = out[empty].astype(object)
        out.loc[total, empty] = ""
        out.loc[total, names["order_id"]] = TOTAL_NAME[lang]
    return out


def text_bytes(table: pd.DataFrame, office: Office) -> bytes:
    """Return a text file as the office's program writes it: CRLF, its encoding, its mark."""
    return encoded(table, office.encoding, office.delimiter, packed=office.packed)


def encoded(
    table: pd.DataFrame, encoding: str, delimiter: str = ",", *, packed: bool = False
) -> bytes:
    r"""Return a table as the bytes of a text file.

    Examples
    --------
    >>> encoded(pd.DataFrame({"区域": ["华东"]}), "gbk")
    b'\xc7\xf8\xd3\xf2\r\n\xbb\xaa\xb6\xab\r\n'
    """
    text = table.to_csv(
        index=False, sep=delimiter, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL
    )
    mark = "\ufeff" if encoding == "utf-16-le" else ""
    raw: bytes = (mark + text).encode(encoding)
    if not packed:
        return raw
    out = io.BytesIO()
    # neither a name nor the moment goes into the file
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as file:
        file.write(raw)
    return out.getvalue()


def write_workbook(path: Path, title: str, sheets: dict[str, pd.DataFrame]) -> None:
    """Write a workbook: a title, the header below it, the cells; no formula, no style of ours."""
    import xlsxwriter  # noqa: PLC0415

    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": CREATED})
        bold = book.add_format({"bold": True})
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.write_string(0, 0, f"{title} {name}", bold)
            sheet.write_row(HEADER_ROW - 1, 0, list(table.columns), bold)
            for number, column in enumerate(table.columns):
                # an empty text leaves the cell empty, as a merged one is
                sheet.write_column(HEADER_ROW, number, table[column].tolist())
