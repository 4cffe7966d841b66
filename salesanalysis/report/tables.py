"""Write results as CSV and one workbook: the same bytes for the same results."""

import io
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.atomic import write_atomic
from salesanalysis.errors import ContractError
from salesanalysis.labels import check_lang, count, has_label, label
from salesanalysis.results import Result, column_label
from salesanalysis.spreadsheet import csv_text, is_risky

#: Names of files one system or another refuses, or that lead somewhere else.
_BAD_NAME = re.compile(
    r"""[<>:"/\\|?*\x00-\x1f]|^[.=+@~-]|[. ]$|^$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)""",
    re.IGNORECASE,
)
#: Excel's own limits: characters of a cell, rows of a sheet.
_LONGEST, _ROWS = 32_767, 1_048_576
_MADE = datetime(2024, 1, 1)


def save(out: str | Path, *, lang: str = "en", **results: Any) -> list[Path]:
    """Write each result as ``<name>.csv`` and all of them into ``tables.xlsx``.

    Parameters
    ----------
    out : str or Path
        The folder; made where it is not there yet.
    lang : {"en", "zh"}
        Language of the workbook. The CSV files keep the names of the columns in the code, so
        that programs can read them in either language.
    **results : Result or DataFrame
        What to write, by file name.

    Returns
    -------
    list of Path
        The files written, the workbook last.

    Raises
    ------
    ContractError
        Nothing to write, something that is no table, a name no file can have.
    RenderError
        The folder cannot be written.

    Notes
    -----
    Text a spreadsheet would run as a formula stays text: with an apostrophe before it in CSV, as a
    cell marked as text in the workbook (`salesanalysis.spreadsheet`). Numbers stay numbers. Every
    file is complete or absent: it is written beside its place and then moved there.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> [p.name for p in save(folder, sales=pd.DataFrame({"region": ["N"], "revenue": [1.5]}))]
    ['sales.csv', 'tables.xlsx']
    """
    frames = {_name(name): _frame(name, result) for name, result in results.items()}
    if not frames:
        raise ContractError(
            "There is nothing to save.",
            where="save(...)",
            fix="name at least one result: save(out, plan=plan)",
            code="empty-table",
        )
    folder = Path(out)
    check_lang(lang)
    written = []
    for name, frame in frames.items():
        written.append(write_atomic(folder / f"{name}.csv", _csv_bytes(frame)))
    written.append(
        write_atomic(folder / "tables.xlsx", workbook_bytes(frames, lang=lang, source=results))
    )
    return written


def _name(name: str) -> str:
    """Return the name of a file, or refuse one that leads out of the folder."""
    if not _BAD_NAME.search(name):
        return name
    raise ContractError(
        f"{name!r} cannot be the name of a file.",
        where=f"save({name}=...)",
        fix="use letters, digits and _",
        code="bad-choice",
    )


def _frame(name: str, result: Any) -> pd.DataFrame:
    """Return the table of a result, or refuse what has none."""
    if isinstance(result, Result):
        return result.to_frame()
    if isinstance(result, pd.DataFrame):
        return result.copy()
    raise ContractError(
        f"{name!r} is a {type(result).__name__}, not a result or a table.",
        where=f"save({name}=...)",
        fix="pass a result of this package or a DataFrame",
    )


def _csv_bytes(frame: pd.DataFrame) -> bytes:
    """Write a table as UTF-8 CSV with a byte-order mark, which Excel needs for Chinese."""
    columns = [_csv_column(frame.iloc[:, j]) for j in range(frame.shape[1])]
    text = csv_text([str(c) for c in frame.columns], zip(*columns, strict=True))
    return text.encode("utf-8-sig", "backslashreplace")


def _csv_column(column: pd.Series) -> list[str]:
    """Write a column as text: months as dates, floats shortest, empty as nothing."""
    if column.dtype.kind == "M":
        return list(column.dt.strftime("%Y-%m-%d").fillna(""))
    if column.dtype.kind in "iufb":
        return ["" if pd.isna(v) else repr(v) for v in column.tolist()]
    return ["" if v is None or v is pd.NaT or v != v else str(v) for v in column.tolist()]  # noqa: PLR0124


def workbook_bytes(
    frames: Mapping[str, pd.DataFrame], *, lang: str, source: Mapping[str, Any] | None = None
) -> bytes:
    """Return a workbook with one formatted sheet per table, headings in `lang`."""
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _MADE, "author": "salesanalysis"})
    head = {"bg_color": "#E5E7EB", "bottom": 1, "text_wrap": True}
    formats = {
        "head": book.add_format(head),
        "risky_head": book.add_format({**head, "quote_prefix": True}),
        # a text cell never runs, but without this mark it would after somebody edits it
        "risky": book.add_format({"quote_prefix": True, "num_format": "@"}),
        "text": None,
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "number": book.add_format({"num_format": "#,##0.00"}),
        "year": book.add_format({"num_format": "0"}),
    }
    titles = _titles(frames, lang)
    for name, frame in frames.items():
        result = (source or {}).get(name)
        _sheet(book, formats, titles[name], frame, result=result, lang=lang)
    book.close()
    return out.getvalue()


def _titles(names: Iterable[str], lang: str) -> dict[str, str]:
    """Return the sheet of every table; Excel refuses two that differ in case only."""
    found: dict[str, str] = {}
    for name in names:
        title, taken = sheet_name(name, lang), {t.casefold() for t in found.values()}
        spare = (f"{title[:27]} {n}" for n in range(2, 1000))
        found[name] = (
            title
            if title.casefold() not in taken
            else next(t for t in spare if t.casefold() not in taken)
        )
    return found


def sheet_name(name: str, lang: str) -> str:
    """Return how a sheet is called: at most 31 characters, none that Excel refuses.

    Examples
    --------
    >>> sheet_name("=a/b", "en"), sheet_name("'quoted'", "en"), sheet_name("History", "en")
    ('_a_b', '_quoted_', 'History_')
    """
    key = next((k for k in (f"sheet.{name}", f"rule.{name}") if has_label(k)), "")
    text = label(key, lang) if key else name
    text = re.sub(r"[\[\]:*?/\\\x00-\x1f]|^[='+@|-]|'$", "_", text)[:31]
    # cutting may leave an apostrophe at the end; the other name is Excel's own
    text = f"{text[:-1]}_" if text.endswith("'") else text
    return f"{text}_" if text.casefold() in ("history", "") else text


def _sheet(
    book: Any,
    formats: Mapping[str, Any],
    title: str,
    frame: pd.DataFrame,
    *,
    result: Any,
    lang: str,
) -> None:
    """Fill one sheet: headline, headings, rows; panes frozen, widths fitted."""
    sheet = book.add_worksheet(title)
    _write_text(
        sheet, formats, 0, 0, result.headline(lang) if isinstance(result, Result) else title
    )
    left = len(frame) - (_ROWS - 3)
    if left > 0:  # the CSV file has them all
        sheet.write_string(1, 0, label("table.more", lang, n=count(left)))
        frame = frame.head(_ROWS - 3)
    terms = result.terms if isinstance(result, Result) else None
    for j, column in enumerate(frame.columns):
        heading = column_label(str(column), lang)
        _write_text(sheet, formats, 2, j, heading, style="head")
        values = frame.iloc[:, j]
        style = _format_of(str(column), values)
        width = max(len(heading) * (2 if lang == "zh" else 1), 12)
        for i, value in enumerate(values.tolist()):
            shown = _cell(str(column), value, lang, terms)
            if isinstance(shown, str):
                _write_text(sheet, formats, i + 3, j, shown)
                width = max(width, min(len(shown) * (2 if shown[:1] > "⺀" else 1), 40))
            elif isinstance(shown, bool):
                sheet.write_boolean(i + 3, j, shown)
            elif isinstance(shown, datetime):
                sheet.write_datetime(i + 3, j, shown, formats["date"])
            elif shown is not None:
                sheet.write_number(i + 3, j, shown, formats[style])
        sheet.set_column(j, j, width + 2)
    sheet.freeze_panes(3, 0)


def _write_text(
    sheet: Any, formats: Mapping[str, Any], row: int, column: int, text: str, *, style: str = "text"
) -> None:
    """Write text as text, marked so where a spreadsheet would take it for a formula."""
    if is_risky(text):
        style = "risky_head" if style == "head" else "risky"
    # the library drops a longer text altogether
    short = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    sheet.write_string(row, column, short, formats[style])


def _cell(column: str, value: Any, lang: str, terms: Any) -> Any:
    """Return what stands in a cell: numbers as numbers, words in the language of the reader."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124
        return None
    if isinstance(value, pd.Timestamp):
        return value.to_pydatetime()
    if isinstance(value, (bool, int, float)):
        return value
    text = str(value)
    key = f"{column}.{text}"
    if has_label(key):
        return label(key, lang)
    return terms.show(column, text, lang) if terms is not None else text


def _format_of(column: str, values: pd.Series) -> str:
    """Choose the number format by the suffix of the column."""
    if column == "year":
        return "year"
    if column.endswith(("_share", "_rate", "_growth")) or column in (
        "growth",
        "completion",
        "probability",
    ):
        return "share"
    return "count" if values.dtype.kind in "iu" else "number"
