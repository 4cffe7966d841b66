"""How the dates of one column are written, and reading them so."""

import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from salesanalysis.data.values.calendars import (
    numbered,
    written_buddhist,
    written_era,
    written_korean,
    written_roc,
    written_week,
)
from salesanalysis.data.values.texts import plain

#: Day 0 of a spreadsheet's day numbers, from March 1900 on.
EXCEL_START = date(1899, 12, 30)
#: Day numbers taken for dates: 1954-10-03 to 2119-01-10.
SERIAL = (20_000, 80_000)
#: Digits behind the second of a moment that the engine would round, and one day of them.
NANO, _DAY = 9, 86_400 * 10**9
#: A year below this was read from two digits by a format of four.
FIRST = date(1000, 1, 1)
#: A time behind the date, and what may stand before it.
TIME = r"(?:T|,? )* ?[0-9]{1,2}:[0-9]{2}.*$"


#: A time that carries an offset from UTC: the offset.
ZONE = r":[0-9.,]+ ?(Z|z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)\s*$"
#: Formats beyond strptime: months by name in many languages, eras, years of Taiwan and of
#: Thailand, dates as Korean programs write them, the Monday of a week.
NAMED, ERA, ROC, BE, KOREAN, WEEK = "named ", "era", "roc ", "be ", "korean", "week"
#: At the end of a format: what stands behind the date is left out.
REST = "*"


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
    offsets : tuple of str
        Spellings of the one offset from UTC all times carry: the day is the local one. A time
        with another offset is not read.
    zone : str
        The time zone in which days are counted; times carry different offsets.
    months : bool
        The values are months without a day, read as their first day.
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
    offsets: tuple[str, ...] = ()
    zone: str = ""
    months: bool = False
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
        if self.zone:
            moment = local(text.try_cast("timestamp('UTC')"), self.zone)
            day = is_zoned(text).ifelse(moment.cast("date"), day)
        elif self.offsets:
            day = text.re_search(_ending(self.offsets)).ifelse(day, ibis.null("date"))
        return (day >= ibis.literal(FIRST)).ifelse(day, ibis.null("date"))

    def words(self) -> str:
        """Say how the dates look, for a message.

        Examples
        --------
        >>> DateStyle(("%d/%m/%Y",)).words()
        'dates such as 31/12/2024'
        """
        shown = dict.fromkeys(_SAMPLE.get(f) or _sample(f) for f in self.formats or ("%Y-%m-%d",))
        return "dates such as " + " or ".join(shown)


#: 31 December 2024, part by part.
_PARTS = {"%Y": "2024", "%y": "24", "%m": "12", "%d": "31", "%b": "Dec", "%B": "December"}
_SAMPLE = {"serial": "45657", ERA: "令和6年12月31日", KOREAN: "2024. 12. 31.", WEEK: "2024-W05"}


def _sample(pattern: str) -> str:
    if pattern.startswith(ROC):
        return (
            pattern.removeprefix(ROC).replace("%Y", "113").replace("%m", "12").replace("%d", "31")
        )
    if pattern.startswith(BE):
        pattern = pattern.removeprefix(BE).replace("%Y", "2567")
    if pattern.startswith(NAMED):
        pattern = pattern.removeprefix(NAMED).replace("%m", "%b")
    for part, text in _PARTS.items():
        pattern = pattern.replace(part, text)
    return pattern


def bare(text: Any, odd: str) -> Any:
    """Return plain text without a time of day and without blanks around 年月日."""
    # most cells need none of it, and a refused attempt to read costs more than a look
    loose = text.re_search(f"[: '\\x{{3000}}{odd}]")
    clean = (
        plain(text, odd)
        .re_replace("^'", "")
        .re_replace(TIME, "")
        .re_replace(" *([年月日]) *", r"\1")
    )
    return loose.ifelse(clean, text)


def _one(text: Any, pattern: str) -> Any:  # noqa: PLR0911  one line per kind of format
    """Read one format; a format without separators needs its full length."""
    import ibis  # noqa: PLC0415

    whole = {"serial": _serial, WEEK: _monday, ERA: _of_era, KOREAN: _korean}
    if pattern in whole:
        return whole[pattern](text)
    for calendar, ours in ((ROC, written_roc), (BE, written_buddhist)):
        if pattern.startswith(calendar):
            return _one(ours(text), pattern.removeprefix(calendar))
    if pattern.endswith(REST):
        return _one(_beginning(text, pattern[:-1]), pattern[:-1])
    if pattern.startswith(NAMED):
        return _strptime()(numbered(text), pattern.removeprefix(NAMED)).cast("date")
    if re.search("%[bB]", pattern):
        # as English writes it, then in other languages
        named = re.sub("%[bB]", "%m", re.sub(" *[.,] *", " ", pattern)).strip()
        return ibis.coalesce(_day(text, pattern), _one(text, NAMED + named))
    fixed = _length(pattern)
    found = _day(text, pattern)
    if not fixed:
        return found
    return (text.strip().length() == fixed).ifelse(found, ibis.null("date"))


def _length(pattern: str) -> int:
    """Return how many characters a day without separators has; 0 where it has some.

    Examples
    --------
    >>> _length("%Y%m%d"), _length("%Y %d%m"), _length("%d.%m.%Y")
    (8, 9, 0)
    """
    parts = pattern.removeprefix("%Y ")
    if len(parts) < 2 * 2 or not re.fullmatch("(?:%[Yymd])+", parts):
        return 0
    return len(parts) + 2 * parts.count("Y") + len("2024 ") * (parts != pattern)


def _day(text: Any, pattern: str) -> Any:
    return _strptime()(text, pattern).cast("date")


def _iso(text: Any) -> Any:
    return _day(text, "%Y-%m-%d")


def _of_era(text: Any) -> Any:
    return _iso(written_era(text))


def _korean(text: Any) -> Any:
    return _iso(written_korean(text))


def _monday(text: Any) -> Any:
    """Read weeks as their Monday; missing where the year has no such week."""
    import ibis  # noqa: PLC0415

    written = written_week(text)
    day = _strptime()(written, "%G-%V-%u").cast("date")
    week = written.re_extract("-([0-9]+)-1$", 1).try_cast("int64")
    return (day.week_of_year() == week).ifelse(day, ibis.null("date"))


#: How many digits the parts of a day have.
_WIDTH = {"Y": "{4}", "y": "{2}", "m": "{1,2}", "d": "{1,2}"}


def _beginning(text: Any, pattern: str) -> Any:
    """Return the part of each cell that is written as a format; no digit follows it at once."""
    parts = re.split("%-?(.)", pattern)
    marks, letters = parts[::2], parts[1::2]
    digits = [f"[0-9]{_WIDTH[c]}" if c in _WIDTH else "[A-Za-z]+" for c in letters]
    body = "".join(m + d for m, d in zip(map(re.escape, marks), [*digits, ""], strict=True))
    return text.re_extract(rf"^\s*({body})(?:[^0-9].*)?$", 1)


def is_zoned(text: Any) -> Any:
    """Tell where a time carries an offset from UTC."""
    return (text.contains(":") & text.re_search(ZONE)).fill_null(False)  # noqa: FBT003


def _ending(offsets: tuple[str, ...]) -> str:
    return f"(?:{'|'.join(map(re.escape, offsets))})\\s*$"


def local(moment: Any, zone: str) -> Any:
    """Return moments as the clock of a time zone shows them; `zone` is a name or ``+08:00``."""
    import ibis  # noqa: PLC0415

    fixed = re.fullmatch(r"([+-])(\d\d):?(\d\d)", zone)
    if not fixed:
        return _at_zone()(ibis.literal(zone), moment)
    minutes = int(f"{fixed[1]}{int(fixed[2]) * 60 + int(fixed[3])}")
    return _at_zone()(ibis.literal("UTC"), moment) + ibis.interval(minutes=minutes)


def day_of(moment: Any) -> Any:
    """Return the day of moments without a time zone; nanoseconds are cut, never rounded."""
    import ibis  # noqa: PLC0415

    if moment.type().scale != NANO:
        return moment.cast("date")
    ns = _nanoseconds()(moment)
    midnight = ns - ((ns % _DAY) + _DAY) % _DAY
    return _add_days()(ibis.literal(date(1970, 1, 1)), (midnight / _DAY).round(0).cast("int32"))


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
def _at_zone() -> Any:
    """Return the engine's own reading of a moment in a time zone, PostgreSQL's as well."""
    import ibis  # noqa: PLC0415

    def timezone(zone: str, moment: Any) -> Any: ...

    signature = (("string", "timestamp('UTC')"), "timestamp")
    return ibis.udf.scalar.builtin(timezone, signature=signature)


@cache
def _nanoseconds() -> Any:
    """Return the engine's own count of nanoseconds since 1970."""
    import ibis  # noqa: PLC0415

    def epoch_ns(moment: Any) -> Any: ...

    return ibis.udf.scalar.builtin(epoch_ns, signature=(("timestamp(9)",), "int64"))


@cache
def _add_days() -> Any:
    """Return the engine's own sum of a date and a number of days."""
    import ibis  # noqa: PLC0415

    def add(start: date, days: int) -> Any: ...

    return ibis.udf.scalar.builtin(add, signature=(("date", "int32"), "date"))


#: The engine's own cast: year, month, day, perhaps a time.
ISO_DATE = DateStyle()
