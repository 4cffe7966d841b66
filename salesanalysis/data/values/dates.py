"""How the dates of one column are written, and reading them so."""

from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from salesanalysis.data.values.texts import plain

#: Day 0 of a spreadsheet's day numbers, from March 1900 on.
EXCEL_START = date(1899, 12, 30)
#: Day numbers taken for dates: 1954-10-03 to 2119-01-10.
SERIAL = (20_000, 80_000)
#: A year below this was read from two digits by a format of four.
FIRST = date(1000, 1, 1)
#: A time behind the date, and what may stand before it.
TIME = r"(?:T| )* ?[0-9]{1,2}:[0-9]{2}.*$"


@dataclass(frozen=True)
class DateStyle:
    """How the dates of one column are written.

    Attributes
    ----------
    formats : tuple of str
        Formats of strptime, tried in order; a value fits at most one of them. Empty: ISO dates
        the engine casts by itself. ``serial``: day numbers of a spreadsheet.
    tidy : bool
        Some values need full-width characters, blanks or a time of day removed first.
    odd : str
        The characters beyond ASCII that stand for a plain one, such as full-width digits.
    example : str
        A value of the column.
    settled : bool
        The values seen decide between day and month. Where they do not (01/01/2024 only), look
        at the whole column before reading it.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect, fetch
    >>> cells = ibis.memtable(pa.table({"x": ["5/1/2024", "31/2/2024"]}))
    >>> days = fetch(connect(), cells.select(x=DateStyle(("%d/%m/%Y",)).read(cells["x"])))["x"]
    >>> [str(day)[:10] for day in days]
    ['2024-01-05', 'NaT']
    """

    formats: tuple[str, ...] = ()
    tidy: bool = False
    odd: str = ""
    example: str = field(default="", compare=False)
    settled: bool = field(default=True, compare=False)

    def read(self, text: Any) -> Any:
        """Return `text` as dates; missing where a value is not written in this style.

        Parameters
        ----------
        text : Ibis text column

        Returns
        -------
        Ibis date column
        """
        import ibis  # noqa: PLC0415

        if not self.formats:
            # through a moment: an hour is cut, a day that does not exist stays missing
            return text.try_cast("timestamp").try_cast("date")
        clean = bare(text, self.odd) if self.tidy else text
        day = ibis.coalesce(*(_one(clean, f) for f in self.formats))
        return (day >= ibis.literal(FIRST)).ifelse(day, ibis.null("date"))

    def words(self) -> str:
        """Say how the dates look, for a message.

        Examples
        --------
        >>> DateStyle(("%d/%m/%Y",)).words()
        'dates such as 31/12/2024'
        """
        shown = [_SAMPLE.get(f) or _sample(f) for f in self.formats or ("%Y-%m-%d",)]
        return "dates such as " + " or ".join(shown)


#: 31 December 2024, part by part.
_PARTS = {"%Y": "2024", "%y": "24", "%m": "12", "%d": "31", "%b": "Dec", "%B": "December"}
_SAMPLE = {"serial": "45657"}


def _sample(pattern: str) -> str:
    for part, text in _PARTS.items():
        pattern = pattern.replace(part, text)
    return pattern


def bare(text: Any, odd: str) -> Any:
    """Return plain text without a time of day and without blanks around 年月日."""
    # most cells need none of it, and a refused attempt to read costs more than a look
    loose = text.re_search(f"[: \\x{{3000}}{odd}]")
    clean = plain(text, odd).re_replace(TIME, "").re_replace(" *([年月日]) *", r"\1")
    return loose.ifelse(clean, text)


def _one(text: Any, pattern: str) -> Any:
    """Read one format; a format without separators needs its full length."""
    import ibis  # noqa: PLC0415

    if pattern == "serial":
        return _serial(text)
    fixed = {"%Y%m%d": 8, "%Y%m": 6}.get(pattern)
    found = _strptime()(text, pattern).cast("date")
    if fixed is None:
        return found
    return (text.strip().length() == fixed).ifelse(found, ibis.null("date"))


def _serial(text: Any) -> Any:
    """Read day numbers; the fraction is the time of day."""
    import ibis  # noqa: PLC0415

    number = text.try_cast("decimal(18, 4)").floor().cast("int64")
    days = number.between(*SERIAL).ifelse(number, ibis.null("int64"))
    return _add_days()(ibis.literal(EXCEL_START), days.cast("int32"))


@cache
def _strptime() -> Any:
    """Return the engine's own reader of dates in a given format."""
    import ibis  # noqa: PLC0415

    def try_strptime(text: str, pattern: str) -> Any: ...

    signature = (("string", "string"), "timestamp")
    return ibis.udf.scalar.builtin(try_strptime, signature=signature)


@cache
def _add_days() -> Any:
    """Return the engine's own sum of a date and a number of days."""
    import ibis  # noqa: PLC0415

    def add(start: date, days: int) -> Any: ...

    return ibis.udf.scalar.builtin(add, signature=(("date", "int32"), "date"))


#: The engine's own cast: year, month, day, perhaps a time.
ISO_DATE = DateStyle()
