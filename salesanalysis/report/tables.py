"""Write results as CSV and one workbook: the same bytes for the same results."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.atomic import write_atomic
from salesanalysis.errors import ContractError
from salesanalysis.labels import check_lang, has_label, label
from salesanalysis.results import Result, column_label

# what a spreadsheet would take for a formula
_FORMULA = ("=", "+", "-", "@")
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
        Nothing to write, or something that is no table.
    RenderError
        The folder cannot be written.

    Notes
    -----
    Text that starts with ``= + - @`` is written as text, so that no spreadsheet runs it. Every
    file is complete or absent: it is written beside its place and then moved there.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.mkdtemp()
    >>> [p.name for p in save(folder, sales=pd.DataFrame({"region": ["N"], "revenue": [1.5]}))]
    ['sales.csv', 'tables.xlsx']
    """
    frames = {name: _frame(name, result) for name, result in results.items()}
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
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([str(c) for c in frame.columns])
    columns = [_csv_column(frame[c]) for c in frame.columns]
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8-sig")


def _csv_column(column: pd.Series) -> list[str]:
    """Write a column as text: months as dates, floats shortest, empty as nothing."""
    if column.dtype.kind == "M":
        return list(column.dt.strftime("%Y-%m-%d").fillna(""))
    if column.dtype.kind in "iufb":
        return ["" if pd.isna(v) else repr(v) for v in column.tolist()]
    texts = ["" if v is None or v is pd.NaT or v != v else str(v) for v in column.tolist()]  # noqa: PLR0124
    return [f"'{t}" if t.startswith(_FORMULA) else t for t in texts]


def workbook_bytes(
    frames: Mapping[str, pd.DataFrame], *, lang: str, source: Mapping[str, Any] | None = None
) -> bytes:
    """Return a workbook with one formatted sheet per table, headings in `lang`."""
    import xlsxwriter  # noqa: PLC0415

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False})
    book.set_properties({"created": _MADE, "author": "salesanalysis"})
    formats = {
        "head": book.add_format({"bg_color": "#E5E7EB", "bottom": 1, "text_wrap": True}),
        "date": book.add_format({"num_format": "yyyy-mm-dd"}),
        "share": book.add_format({"num_format": "0.0%"}),
        "count": book.add_format({"num_format": "#,##0"}),
        "number": book.add_format({"num_format": "#,##0.00"}),
        "year": book.add_format({"num_format": "0"}),
    }
    for name, frame in frames.items():
        result = (source or {}).get(name)
        _sheet(book, formats, sheet_name(name, lang), frame, result=result, lang=lang)
    book.close()
    return out.getvalue()


def sheet_name(name: str, lang: str) -> str:
    """Return how a sheet is called: at most 31 characters, none that Excel refuses."""
    key = f"sheet.{name}"
    text = label(key, lang) if has_label(key) else name
    return "".join("_" if c in "[]:*?/\\" else c for c in text)[:31]


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
    sheet.write_string(0, 0, result.headline(lang) if isinstance(result, Result) else title)
    terms = result.terms if isinstance(result, Result) else None
    for j, column in enumerate(frame.columns):
        heading = column_label(str(column), lang)
        sheet.write_string(2, j, heading, formats["head"])
        style = _format_of(str(column), frame[column])
        width = max(len(heading) * (2 if lang == "zh" else 1), 12)
        for i, value in enumerate(frame[column].tolist()):
            shown = _cell(str(column), value, lang, terms)
            if isinstance(shown, str):
                sheet.write_string(i + 3, j, shown)
                width = max(width, min(len(shown) * (2 if shown[:1] > "⺀" else 1), 40))
            elif isinstance(shown, bool):
                sheet.write_boolean(i + 3, j, shown)
            elif isinstance(shown, datetime):
                sheet.write_datetime(i + 3, j, shown, formats["date"])
            elif shown is not None:
                sheet.write_number(i + 3, j, shown, formats[style])
        sheet.set_column(j, j, width + 2)
    sheet.freeze_panes(3, 0)


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
