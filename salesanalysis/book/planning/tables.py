"""Small tables a planner writes: a CSV beside the file of choices, or rows inside it."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.book.planning.headings import as_elsewhere, as_read
from salesanalysis.errors import ContractError, nearest, require_columns
from salesanalysis.hierarchy import LEVELS
from salesanalysis.spreadsheet import plain_text

_NUMBER = re.compile(r"[-+]?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
_ENCODINGS = ("utf-8-sig", "gb18030")
_DATES = ("due", "period", "time", "valid_from", "valid_to", "ramp_start")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True)
class Form:
    """What a table may hold.

    Attributes
    ----------
    needed, more : tuple of str
        Columns it must have, and may have, beside the levels.
    numbers : tuple of str
        Columns of numbers; an empty cell stays empty.
    is_open : bool
        Other columns are figures of the planner's own.
    has_levels : bool
        Level columns belong to it.
    """

    needed: tuple[str, ...]
    more: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    is_open: bool = False
    has_levels: bool = True


_TO = tuple(f"to_{level}" for level in LEVELS)
#: Every table a file of choices can name.
FORMS: dict[str, Form] = {
    "potential": Form((), is_open=True),
    "assumptions": Form(
        ("factor", "effect_growth", "source", "owner", "date"), numbers=("effect_growth",)
    ),
    "proposals": Form(
        ("proposer", "value"), ("round", "reason", "decision"), numbers=("value", "round")
    ),
    "pins": Form(("value",), ("reason", "author", "time"), numbers=("value",)),
    "edits": Form(
        ("edit", "reason", "author", "time"),
        ("period", "layer", "mode", "value", "share", "undone", *_TO),
        numbers=("value", "share"),
    ),
    "people": Form(
        ("valid_from",),
        ("valid_to", "share", "ramp", "ramp_start", "reason"),
        numbers=("share",),
    ),
    "responsibility": Form((), ("owner", "due", "data_source", "actions", "reason")),
    "requests": Form(("department", "item", "amount", "due", "status"), numbers=("amount",)),
    "calendar": Form(("date", "is_workday"), has_levels=False),
    "margins": Form(("value",), numbers=("value",)),
    "metric_units": Form((), is_open=True),
    "metric_pins": Form(("metric", "value"), numbers=("value",)),
    "asks": Form(
        ("metric", "value"),
        ("rule", "over", "step", "lo", "hi"),
        numbers=("value", "over", "lo", "hi"),
        has_levels=False,
    ),
}


def read_table(given: Any, kind: str, *, folder: Path, where: str) -> pd.DataFrame:
    """Read a table a file of choices names, or holds as rows.

    Parameters
    ----------
    given : str or list of mappings
        Name of a CSV file (UTF-8 or GB 18030), seen from `folder`, or the rows themselves.
    kind : str, a key of `FORMS`
    folder : Path
    where : str, the place in the file of choices, for messages

    Raises
    ------
    ContractError
        No such file, no table, a column nobody knows (with the nearest), text for a number or a
        date.

    Examples
    --------
    >>> rows = [{"region": "East", "owner": "Chen Guoping", "due": "2024-12-31"}]
    >>> read_table(rows, "responsibility", folder=Path("."), where="x.yaml:3").columns.tolist()
    ['region', 'owner', 'due']
    """
    form = FORMS[kind]
    if isinstance(given, str):
        table, name = _csv(folder / given, where), given
    else:
        table, name = _rows(given, where), where
    levels = (*LEVELS, *_TO) if form.has_levels else ()
    ours = (*levels, *form.needed, *form.more)
    table = table.rename(columns=as_read(ours))
    if not form.is_open:  # beside the planner's own figures a market is no region
        table = table.rename(columns=as_elsewhere(list(table.columns), ours))
    _check_columns(table, form, name)
    texts = [c for c in table.columns if c not in (*form.numbers, *_DATES, "is_workday")]
    for column in table.columns:
        if column in form.numbers or (form.is_open and column not in LEVELS):
            table[column] = _numbers(table[column], column, name)
        elif column in _DATES or (kind == "calendar" and column == "date"):
            table[column] = _days(table[column], column, name)
    if "is_workday" in table.columns:
        table["is_workday"] = _flags(table["is_workday"], name)
    kept = [c for c in texts if c not in table.select_dtypes("number").columns and c != "date"]
    return table.astype(dict.fromkeys(kept, "str"))


def _csv(path: Path, where: str) -> pd.DataFrame:
    """Read a CSV file as text, in the encodings spreadsheets write."""
    if not path.is_file():
        raise ContractError(
            f"There is no file {path}.",
            where=where,
            fix="check the name; it is looked for beside the file of choices",
            code="no-input",
        )
    content = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            table = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False)
        except (pd.errors.ParserError, pd.errors.EmptyDataError):
            break
        # our own tables come back without the marks that keep text from running
        table = table.map(lambda v: plain_text(v) if isinstance(v, str) else "")
        return table.rename(columns=lambda c: str(c).strip())
    raise ContractError(
        f"{path} is no CSV table.",
        where=where,
        fix="save it as UTF-8 CSV with a row of headings",
        code="bad-value",
    )


def _rows(given: Any, where: str) -> pd.DataFrame:
    if not isinstance(given, list) or not all(isinstance(row, dict) for row in given) or not given:
        raise ContractError(
            f"A table is a CSV file or a list of rows, got {given!r}.",
            where=where,
            fix="write owners.csv, or rows such as - {region: East, owner: Li}",
            code="bad-value",
        )
    texts = [{k: "" if v is None else _text(v) for k, v in row.items()} for row in given]
    return pd.DataFrame(texts, dtype="str").fillna("")


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _check_columns(table: pd.DataFrame, form: Form, name: str) -> None:
    require_columns(table, form.needed, name=name)
    twice = table.columns[table.columns.duplicated()]
    if len(twice):
        raise ContractError(
            f"{name} has {twice[0]!r} twice, under two headings.",
            where=name,
            fix="keep one of the two columns",
            code="duplicate-key",
        )
    known = [*(LEVELS if form.has_levels else ()), *form.needed, *form.more]
    odd = [c for c in table.columns if c not in known]
    if odd and not form.is_open:
        close = nearest(odd[0], known)
        raise ContractError(
            f"{name} has a column nobody knows: {odd[0]!r}.",
            where=f"{name}, known: {', '.join(known)}",
            fix=f"did you mean {close!r}?" if close else f"remove {odd[0]!r}",
            code="unknown-name",
        )


def _numbers(column: pd.Series, name: str, table: str) -> pd.Series:
    text = column.str.strip()
    empty = text == ""
    bad = ~(text.str.fullmatch(_NUMBER.pattern) | empty)
    _refuse(column, bad, name, table, what="no number", fix="write plain numbers, 5 % as 0.05")
    return pd.to_numeric(text.str.replace(",", "").where(~empty)).astype("float64")


def _days(column: pd.Series, name: str, table: str) -> pd.Series:
    text = column.str.strip()
    # 2024-03 is the month
    days = pd.to_datetime(text.where(text != ""), format="ISO8601", errors="coerce")
    _refuse(
        column,
        days.isna() & (text != ""),
        name,
        table,
        what="no date",
        fix="write days as 2024-03-31",
    )
    return days.astype("datetime64[us]")


def _flags(column: pd.Series, table: str) -> pd.Series:
    found = column.str.strip().str.lower().map(_FLAGS)
    odd = found.isna()
    _refuse(
        column, odd, "is_workday", table, what="neither true nor false", fix="write true or false"
    )
    return found.astype("bool")


def _refuse(
    column: pd.Series, bad: pd.Series, name: str, table: str, *, what: str, fix: str
) -> None:
    if bad.any():
        lines = [int(i) + 2 for i in column.index[bad]]
        raise ContractError(
            f"Column {name!r} of {table} is {what} in {int(bad.sum())} of {len(column)} rows: "
            f"{column[bad].iloc[0]!r}.",
            where=f"{table}, lines {lines[:5]}, see .rows",
            fix=fix,
            rows=column[bad].to_frame(),
        )


def plain(data: Mapping[str, Any], above: str = "") -> dict[str, Any]:
    """Return nested settings as one flat mapping of plain values.

    Examples
    --------
    >>> plain({"growth": {"method": "cagr", "weights": [0.6, 0.4]}})
    {'growth.method': 'cagr', 'growth.weights': '0.6, 0.4'}
    """
    out: dict[str, Any] = {}
    for key, value in data.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            out |= plain(value, f"{name}.")
        elif isinstance(value, list):
            rows = any(isinstance(v, dict) for v in value)
            out[name] = f"{len(value)} rows" if rows else ", ".join(map(str, value))
        else:
            out[name] = value
    return out
