"""Finding how the dates of a column are written, from all of its values; or refusing."""

import re
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.values.datelooks import (
    DAY_FIRST,
    ISO,
    MONTH_FIRST,
    SERIAL,
    SHORT_YEAR,
    YEAR_FIRST,
    Look,
    looks_of,
)
from salesanalysis.data.values.daterefusals import Refusals
from salesanalysis.data.values.dates import ISO_DATE, ZONE, DateStyle
from salesanalysis.data.values.shapes import Counted, odd_of
from salesanalysis.data.values.texts import is_none


def date_style(
    con: Any,
    column: Any,
    *,
    name: str,
    where: str,
    format: str = "",  # noqa: A002  the word of the mapping
    months: bool = False,
    timezone: str = "",
    seen: Counted | None = None,
) -> DateStyle:
    """Return the one style in which all values of a text column are dates.

    Nothing is decided cell by cell: 5/1/2024 is in January or in May by what the other values of
    the column are, and where they do not say, the mapping must.

    Parameters
    ----------
    con : Ibis backend
    column : Ibis text column
        A sample, or the whole column.
    name : str
        The column's heading in the file.
    where : str
        The file, for the message.
    format : str
        What the mapping says, as for strptime; then the values are not looked at.
    months : bool
        A month without a day is read as its first day, also beside days. Without it a column is,
        where all its values are months; its ``months`` says so.
    timezone : str
        In which days are counted where times carry different offsets from UTC.
    seen : list, optional
        What `counted_together` found in the column, where it was asked already.

    Returns
    -------
    DateStyle
        `ISO_DATE` where the engine's own cast reads every value; its ``settled`` says whether
        the values seen exclude the other order of day and month.

    Raises
    ------
    ContractError
        ``ambiguous``: two orders fit and give different dates, times carry several offsets from
        UTC, or years have three digits. ``bad-value``: no order fits all
        values. The values and their counts travel as `rows`.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect
    >>> column = ibis.memtable(pa.table({"Datum": ["5.1.2024", "31.1.2024"]}))["Datum"]
    >>> date_style(connect(), column, name="Datum", where="sales.csv").formats
    ('%d.%m.%Y',)
    """
    if format:
        # as written, and once more without blanks at the edges or a time behind it
        tidy = not re.search("%[HIMS]", format)
        return DateStyle((format,), tidy, odd_of(["９－　／"]), zone=timezone)
    looks = looks_of(con, column, seen)
    if not looks:
        return replace(ISO_DATE, settled=False)
    return _Search(con, column, looks, name, where, months=months, timezone=timezone).chosen()


class _Search(Refusals):
    """The looks of one column, and the one style that reads them all."""

    def __init__(self, *column: Any, **options: Any) -> None:
        super().__init__(*column, **options)
        # orders of which every value was read already
        self.proven: set[str] = set()

    def chosen(self) -> DateStyle:
        """Return the style that reads every value."""
        self.require_days()
        offsets = self._offsets()
        styles = {order: self._style(order) for order in self._orders()}
        if not styles:
            raise self.no_order()
        counts = dict.fromkeys(styles, 0) if {*styles} == self.proven else self._counts(styles)
        fitting = [order for order in styles if not counts[order]]
        if not fitting:
            raise self.unread(styles, counts)
        if len(fitting) > 1 and counts["differ"]:
            raise self.ambiguous({order: styles[order] for order in fitting})
        return replace(
            styles[fitting[0]], settled=len(fitting) == 1, offsets=offsets, months=self.whole
        )

    def _offsets(self) -> tuple[str, ...]:
        """Return the spellings of the one offset from UTC that all times carry, or refuse two."""
        if not any(_is_zoned(look) for look in self.looks):
            return ()
        table = self.column.name("value").as_table()
        offset = table["value"].re_extract(ZONE, 1)
        filled = table.mutate(offset=offset).filter(~is_none(table["value"]))
        counts = filled.group_by("offset").aggregate(
            count=filled.count(), value=filled["value"].min()
        )
        rows = fetch(self.con, counts.order_by([counts["count"].desc(), "offset"]))
        found = rows["offset"].map(_plain_offset)
        if len(set(found)) > 1 and not self.timezone:
            raise self.two_offsets(rows.assign(offset=found))
        return tuple(sorted(rows["offset"])) if not self.timezone else ()

    def _orders(self) -> list[str]:
        """Return the orders every look may have; a month counts as year first where allowed."""
        sets = [set(self.meanings(look)) for look in self.looks]
        shared = set.intersection(*sets)
        return [o for o in (YEAR_FIRST, DAY_FIRST, MONTH_FIRST, SHORT_YEAR, SERIAL) if o in shared]

    def _style(self, order: str) -> DateStyle:
        """Return the style of one order, the engine's own cast where that is enough."""
        means = [self.meanings(look)[order] for look in self.looks]
        formats = tuple(dict.fromkeys(f for formats in means for f in formats))
        zoned = any(_is_zoned(look) for look in self.looks)
        odd = odd_of([look.raw for look in self.looks])
        if set(formats) <= set(ISO) and not zoned and not odd:
            found = replace(ISO_DATE, example=self.looks[0].example)
            if not self._counts({order: found})[order]:
                self.proven.add(order)
                return found
        tidy = not all(look.simple for look in self.looks)
        zone = self.timezone if zoned else ""
        return DateStyle(formats, tidy, odd, zone=zone, example=self.looks[0].example)

    def _counts(self, styles: dict[str, DateStyle]) -> dict[str, int]:
        """Count the values each style cannot read, and those two styles read differently."""
        table = self.column.name("value").as_table()
        value = table["value"]
        read = {order: style.read(value) for order, style in styles.items()}
        wanted = {o: (day.isnull() & ~is_none(value)).sum() for o, day in read.items()}
        first, *others = read.values()
        differs = [(first != other) for other in others]
        if differs:
            wanted["differ"] = reduce(or_, differs).sum()
        found = fetch_exact(self.con, table.aggregate(**wanted))
        return {key: int(n or 0) for key, n in found.items()}


def _is_zoned(look: Look) -> bool:
    return bool(re.search(r":99.*(Z|UTC|GMT|[+-]99)", look.text))


def _plain_offset(offset: str) -> str:
    """Write an offset from UTC in one way; an empty one where there is none.

    Examples
    --------
    >>> [_plain_offset(o) for o in ("Z", "+0800", "-05", "")]
    ['+00:00', '+08:00', '-05:00', '']
    """
    if offset.upper() in ("Z", "UTC", "GMT"):
        return "+00:00"
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return f"{offset[0]}{digits[:2]}:{digits[2:]}" if offset else ""
