"""Columns of a database read as our kinds, in words that every engine understands.

``try_cast`` is a plain cast in PostgreSQL, which stops at the first bad cell, and is unknown to
SQLite: here a pattern decides what may be cast at all.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from salesanalysis.data.engine import MONEY, engine_function, fetch_exact
from salesanalysis.data.values.texts import DASHES, EDGES, FALSE, TRUE

#: Larger amounts fit no DECIMAL(18, 4); NaN and infinity of PostgreSQL are larger than all.
_LARGEST = 10**14
_NUMBER = r"^\s*[-+]?([0-9]{1,14}([.][0-9]*)?|[.][0-9]+)\s*$"
_WHOLE = r"^\s*[-+]?[0-9]{1,18}\s*$"
_DAY = r"^\s*[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])($|\s|T)"
#: Days no month has, except 29 February, which the year decides.
_NO_DAY = r"^\s*[0-9]{4}-(02-3[01]|(04|06|09|11)-31)"
_LEAP_DAY = r"^\s*[0-9]{4}-02-29"
_TYPES = {
    "text": "string",
    "date": "date",
    "number": MONEY,
    "count": "int64",
    "share": "float64",
    "flag": "boolean",
}
#: Texts that mean nothing was written: as a name, and as anything else.
_NO_NAME = ("", *DASHES)
_NOTHING = (*_NO_NAME, "--", "---")
#: Engine -> its function that takes given characters off both ends of a text.
_TRIMS = {"duckdb": "trim", "sqlite": "trim", "postgres": "btrim"}


def read(column: Any, kind: str, *, trusted: bool = False, to: str = "") -> Any:
    """Read a column of a database as one of our kinds; what cannot be read becomes missing.

    Parameters
    ----------
    column : Ibis column of any type
    kind : {"text", "date", "number", "count", "share", "flag"}
        Numbers in text are plain (``-1234.50``), dates ISO; a moment becomes its day, with a
        time zone the day in that of the session.
    trusted : bool
        Taken as it lies, see `trusted`: a database can use its indexes and all its processors.
    to : str
        Another type of decimals for a column of numbers.

    Returns
    -------
    Ibis column
        Runs on DuckDB, PostgreSQL and SQLite.
    """
    if trusted:
        return column.cast(_TYPES[kind])
    if to:
        return _where(_is_amount(column), column.cast(to))
    readers = {
        "text": _text,
        "date": _date,
        "number": _number,
        "count": _count,
        "share": _share,
        "flag": _flag,
    }
    return readers[kind](column)


def trusted(con: Any, table: Any, kinds: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which columns need no care, by one question to the database.

    Parameters
    ----------
    con : the engine
    table : Ibis table
    kinds : (column, kind) pairs

    Returns
    -------
    set of (column, kind)
        All values of the column are of the type of the kind and within its bounds; texts have no
        blanks around them and no dash for nothing.
    """
    signs = {(c, kind): _doubt(table[c], kind) for c, kind in kinds}
    asked = {pair: sign for pair, sign in signs.items() if sign is not None}
    if not asked:
        return set()
    sums = {f"doubt{i}": s.sum().fill_null(0) for i, s in enumerate(asked.values())}
    found = fetch_exact(con, table.aggregate(**sums))
    return {pair for pair, n in zip(asked, found.values(), strict=True) if not n}


def _doubt(column: Any, kind: str) -> Any:
    """Return where a column cannot be taken as it lies; None: it never can."""
    kinds = column.type()
    if kind == "text" and kinds.is_string():
        return (column != _bare(column)) | column.isin(_NO_NAME)
    if kind in ("number", "share") and kinds.is_numeric():
        return ~_is_amount(column)
    if kind == "date" and (kinds.is_date() or kinds.is_timestamp()):
        return ~_is_known(column.cast("date"))
    plain = {"count": kinds.is_integer(), "flag": kinds.is_boolean(), "text": True}
    return column.isnull() & column.notnull() if plain.get(kind) else None


def _is_amount(column: Any) -> Any:
    return (column < _LARGEST) & (column > -_LARGEST)


def _is_known(day: Any) -> Any:
    """Tell whether a day is one: PostgreSQL knows the day "infinity", which nobody else does."""
    return (day >= date(1, 1, 1)) & (day <= date(9999, 12, 31))


def filled(column: Any) -> Any:
    """Tell where something was written: no blanks and no dash that stands for none.

    Returns
    -------
    Ibis boolean column, never missing
    """
    there = column.notnull()
    if column.type().is_string():
        there = there & ~_bare(column).isin(_NOTHING)
    return there


def unread(column: Any, kind: str) -> Any:
    """Tell where a cell holds something that is not of the kind: it must not vanish unseen.

    Returns
    -------
    Ibis boolean column, never missing
    """
    return filled(column) & read(column, kind).isnull()


def _where(test: Any, value: Any) -> Any:
    """Return `value` where `test` holds; elsewhere it is never even computed."""
    import ibis  # noqa: PLC0415

    return ibis.cases((test, value), else_=ibis.null(value.type()))


def _nothing(column: Any, kind: str) -> Any:
    """Return a column without a value: nothing of this type can be read as the kind."""
    text = column.cast("string")
    return text.nullif(text).cast(kind)


def _text(column: Any) -> Any:
    import ibis  # noqa: PLC0415

    if not column.type().is_string():
        return column.cast("string")
    text = _bare(column)
    return ibis.cases((text.isin(_NO_NAME), ibis.null("string")), else_=text)


def _bare(text: Any) -> Any:
    """Return a text without blanks around it, which CHAR columns are filled up with.

    Also without those nobody sees, as in files: with one, a name would stand beside itself.
    """
    trim = _TRIMS.get(text.get_backend().name)
    return engine_function(trim, "string", "string")(text, EDGES) if trim else text.strip()


def _number(column: Any) -> Any:
    if column.type().is_string():
        return _where(column.re_search(_NUMBER), column.strip().cast(MONEY))
    if column.type().is_numeric():
        return _where(_is_amount(column), column.cast(MONEY))
    return _nothing(column, MONEY)


def _count(column: Any) -> Any:
    if column.type().is_string():
        return _where(column.re_search(_WHOLE), column.strip().cast("int64"))
    if column.type().is_integer():
        return column.cast("int64")
    exact = _number(column)
    return _where(exact == exact.round(0), exact.cast("int64"))


def _share(column: Any) -> Any:
    if column.type().is_string():
        return _where(column.re_search(_NUMBER), column.strip().cast("float64"))
    if column.type().is_numeric():
        return _where(_is_amount(column), column.cast("float64"))
    return _nothing(column, "float64")


def _flag(column: Any) -> Any:
    import ibis  # noqa: PLC0415

    if column.type().is_boolean():
        return column
    text = column.cast("string").strip().upper()
    return ibis.cases((text.isin(TRUE), True), (text.isin(FALSE), False), else_=None)


def _date(column: Any) -> Any:
    if column.type().is_string():
        text = column.strip().substr(0, 10)
        return _where(_is_day(column, text), text.cast("date"))
    if not (column.type().is_date() or column.type().is_timestamp()):
        return _nothing(column, "date")
    day = column.cast("date")
    return _where(_is_known(day), day)


def _is_day(column: Any, text: Any) -> Any:
    """Tell whether a text begins with a day that exists."""
    year = _where(column.re_search(_DAY), text.substr(0, 4).cast("int64"))
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    return (
        column.re_search(_DAY) & ~column.re_search(_NO_DAY) & (~column.re_search(_LEAP_DAY) | leap)
    )
