"""The demo company as ugly exports, with every breakage counted to the row and the cent."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.data.demo import DemoCompany, generate
from salesanalysis.data.demo.breakage import broken, exact_rows
from salesanalysis.data.demo.dirtymap import mapping_text
from salesanalysis.data.demo.export import Piece, cells, encoded, parts, text_bytes, write_workbook
from salesanalysis.data.demo.offices import Office
from salesanalysis.data.demo.registers import STAFF, TARGETS, staff_cells, target_cells
from salesanalysis.data.demo.truth import Truth, counted
from salesanalysis.data.folder import fresh_folder
from salesanalysis.errors import ContractError
from salesanalysis.labels import check_lang

MAPPING, TRUTH = "mapping.yaml", "truth.json"


def write_dirty(
    folder: str | Path, *, seed: int = 2024, as_of: object = None, lang: str = "zh"
) -> Truth:
    """Write the demo company as ugly exports, with a mapping that reads them back.

    Order lines come as UTF-16 text, GBK and gzip CSV, and a workbook with a sheet a month; the
    targets as a column for each month. ``mapping.yaml`` reads them all and drops what is no
    sale; ``truth.json`` counts what was broken. Same choices, same bytes.

    Parameters
    ----------
    folder : str or Path
        New, empty, or an older export of this kind.
    seed : int, zero or more
    as_of : date, optional
        The evening of the export; 2024-03-31 unless said.
    lang : {"zh", "en"}
        Language of headers and names.

    Returns
    -------
    Truth

    Raises
    ------
    ContractError
        A folder that holds something else, a day outside the company's life.
    RenderError
        A folder that cannot be written.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as room:
    ...     truth = write_dirty(Path(room) / "exports", lang="en")
    >>> truth.clean_rows, truth.rows("duplicates")
    (49391, 119)
    """
    check_lang(lang)
    company = generate(seed)
    day = _day(company, as_of)
    tables = _in_language(company, lang)
    sales = tables["sales"]
    clean = exact_rows(sales[sales["date"] <= day])
    rows = broken(clean, tables["people"], seed, lang)
    pieces = list(parts(rows, lang))
    truth = counted(pieces, clean, rows, seed=seed, lang=lang, as_of=f"{day:%Y-%m-%d}")
    with fresh_folder(Path(folder), TRUTH, kind="dirty demo company") as room:
        _write_sales(room, pieces, lang, company.title[lang])
        _write_registers(room, tables, lang)
        places = _places(pieces, lang)
        year = company.as_of.year
        text = mapping_text(places, company.terms, lang=lang, as_of=truth.as_of, year=year)
        (room / MAPPING).write_text(text, encoding="utf-8")
        told = json.dumps(truth.to_dict(), ensure_ascii=False, indent=1)
        (room / TRUTH).write_text(told + "\n", encoding="utf-8")
    return truth


def dirty_folder(folder: str | Path, **options: Any) -> Path:
    """Write the ugly exports into `folder`; return the mapping that reads them back.

    Parameters
    ----------
    **options
        Those of `write_dirty`.
    """
    write_dirty(folder, **options)
    return Path(folder) / MAPPING


def _day(company: DemoCompany, as_of: object) -> pd.Timestamp:
    """Return the day of the export, or refuse one outside the company's life."""
    day = company.as_of if as_of is None else pd.Timestamp(str(as_of)).normalize()
    dates = company.tables["sales"]["date"]
    if not dates.min() <= day <= dates.max():
        raise ContractError(
            f"as_of {day:%Y-%m-%d} lies outside the demo company's life.",
            where="write_dirty(as_of=...)",
            fix=f"choose a day from {dates.min():%Y-%m-%d} to {dates.max():%Y-%m-%d}",
            code="bad-choice",
        )
    return day


def _in_language(company: DemoCompany, lang: str) -> dict[str, pd.DataFrame]:
    """Return the tables with every name as an export in `lang` writes it."""
    names: Mapping[str, Mapping[str, Mapping[str, str]]] = company.terms.to_dict()
    out = {}
    for name in ("sales", "people", "targets"):
        table = company.tables[name]
        for column in [c for c in table.columns if c in names and lang == "zh"]:
            chinese = table[column].map({v: text["zh"] for v, text in names[column].items()})
            table = table.assign(**{column: chinese.where(chinese.notna(), table[column])})
        out[name] = table
    return out


def _write_sales(room: Path, pieces: list[Piece], lang: str, title: str) -> None:
    """Write the files of order lines."""
    books: dict[str, dict[str, pd.DataFrame]] = {}
    for office, file, sheet, part in pieces:
        table = cells(part, office, lang)
        if office.workbook:
            books.setdefault(file, {})[sheet] = table
        else:
            (room / file).write_bytes(text_bytes(table, office))
    for file, sheets in books.items():
        write_workbook(room / file, title, sheets)


def _write_registers(room: Path, tables: Mapping[str, pd.DataFrame], lang: str) -> None:
    """Write the staff list and the targets."""
    at = 0 if lang == "zh" else 1
    staff = encoded(staff_cells(tables["people"], lang), "utf-8-sig")
    (room / STAFF["file"][at]).write_bytes(staff)
    targets = encoded(target_cells(tables["targets"], lang), "gbk" if lang == "zh" else "utf-8")
    (room / TARGETS["file"][at]).write_bytes(targets)


def _places(pieces: list[Piece], lang: str) -> list[tuple[Office, str]]:
    """Return every file pattern and sheet once, in order."""
    found = {(o.pattern[lang], sheet): (o, sheet) for o, _, sheet, _ in pieces}
    return list(found.values())
