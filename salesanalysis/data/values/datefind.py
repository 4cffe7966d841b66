# ruff: noqa: PD003, PD004  Ibis calls them isnull and notnull
"""Finding how the dates of a column are written, from all of its values; or refusing."""

import re
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

import pandas as pd

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.values.datelooks import (
    DAY_FIRST,
    ISO,
    MONTH_FIRST,
    MONTHS,
    SERIAL,
    SHORT_YEAR,
    WORDS,
    YEAR_FIRST,
    YEARLESS,
    Look,
    looks_of,
)
from salesanalysis.data.values.dates import ISO_DATE, ZONE, DateStyle
from salesanalysis.data.values.notdays import found, refusal
from salesanalysis.data.values.shapes import Counted, odd_of, rows_of, rows_where
from salesanalysis.data.values.texts import cells, is_none
from salesanalysis.errors import ContractError


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


#: What helps with days that name no year.
_YEARLESS = (
    "no year stands in them: export the column with its year, or, where all are of one year, add "
    "to the column in the mapping that year and how the rest is written, such as year: 2024, "
    'format: "%d.%m."'
)


#: A day and a month without anything between them, and what helps with them.
_GLUED = r"^\s*(?:0?[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])\s*$"
_GLUED_YEARLESS = _YEARLESS.replace("%d.%m.", "%d%m")


class _Search:
    """The looks of one column, and every way to refuse them."""

    def __init__(
        self,
        con: Any,
        column: Any,
        looks: list[Look],
        name: str,
        where: str,
        *,
        months: bool,
        timezone: str,
    ) -> None:
        self.con, self.column, self.looks, self.timezone = con, column, looks, timezone
        self.whole = not months and all(set(look.formats) == {MONTHS} for look in looks)
        self.months = months or self.whole
        self.name, self.where = name, f"{where}, column {name!r}"
        # orders of which every value was read already
        self.proven: set[str] = set()
        self.total = sum(look.n_rows for look in looks)

    def chosen(self) -> DateStyle:
        """Return the style that reads every value."""
        self._require_days()
        offsets = self._offsets()
        styles = {order: self._style(order) for order in self._orders()}
        if not styles:
            raise self._no_order()
        counts = dict.fromkeys(styles, 0) if {*styles} == self.proven else self._counts(styles)
        fitting = [order for order in styles if not counts[order]]
        if not fitting:
            raise self._unread(styles, counts)
        if len(fitting) > 1 and counts["differ"]:
            raise self._ambiguous({order: styles[order] for order in fitting})
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
            raise self._two_offsets(rows.assign(offset=found))
        return tuple(sorted(rows["offset"])) if not self.timezone else ()

    def _two_offsets(self, rows: pd.DataFrame) -> ContractError:
        n = rows.groupby("offset", sort=False)["count"].sum().sort_values(ascending=False)
        shown = ", ".join(
            f"{offset or 'none'} ({count:,} row{'s' if count > 1 else ''})"
            for offset, count in n.items()
        )
        return ContractError(
            f"Times of {self.name!r} carry different offsets from UTC: {shown}.",
            where=f"{self.where}; a moment is on one day here and on another there, such as "
            f"{rows['value'].iloc[0]!r} and {rows['value'].iloc[1]!r}",
            fix="add to the column in the mapping the time zone in which the business counts its "
            "days, such as timezone: Asia/Shanghai, or export local times",
            code="ambiguous",
            rows=rows,
        )

    def _orders(self) -> list[str]:
        """Return the orders every look may have; a month counts as year first where allowed."""
        sets = [set(self._meanings(look)) for look in self.looks]
        shared = set.intersection(*sets)
        return [o for o in (YEAR_FIRST, DAY_FIRST, MONTH_FIRST, SHORT_YEAR, SERIAL) if o in shared]

    def _meanings(self, look: Look) -> dict[str, list[str]]:
        found = dict(look.formats)
        month = found.pop(MONTHS, [])
        if self.months and month:
            found.setdefault(YEAR_FIRST, []).extend(month)
        return found

    def _style(self, order: str) -> DateStyle:
        """Return the style of one order, the engine's own cast where that is enough."""
        means = [self._meanings(look)[order] for look in self.looks]
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

    def _rows(self, condition: Any) -> pd.DataFrame:
        return rows_where(self.con, self.column, lambda v: condition(v) & ~is_none(v))

    def _of(self, looks: list[Look]) -> pd.DataFrame:
        return rows_of(self.con, self.column, [look.raw for look in looks])

    def _every(self, pattern: str) -> bool:
        """Tell whether every value has a place that fits a pattern."""
        table = self.column.name("value").as_table()
        value = table["value"]
        other = ~value.re_search(pattern) & ~is_none(value)
        return not fetch_exact(self.con, table.aggregate(n=other.sum().fill_null(0)))["n"]

    def _require_days(self) -> None:
        """Refuse what is no day of our calendar, and months where a day is needed."""
        none = found(self.looks, self._every)
        if none is not None:
            looks, finding = none
            raise refusal(
                finding,
                name=self.name,
                where=self.where,
                n=sum(look.n_rows for look in looks),
                total=self.total,
                rows=self._of(looks),
            )
        months = [look for look in self.looks if set(look.formats) == {MONTHS}]
        if months and not self.months:
            rows = self._of(months)
            raise ContractError(
                f"{sum(look.n_rows for look in months):,} of {self.total:,} values of "
                f"{self.name!r} name a month without a day: {cells(rows)}.",
                where=f"{self.where}; a day is needed here",
                fix="map a column that holds the day",
                rows=rows,
            )

    def _no_order(self) -> ContractError:
        """Refuse a column whose values have no order in common."""
        known = [look for look in self.looks if self._meanings(look)]
        strange = [look for look in self.looks if not self._meanings(look)]
        if strange:
            return self._refused(self._of(strange), sum(s.n_rows for s in strange), known)
        return self._mixed()

    def _mixed(self) -> ContractError:
        """Refuse dates that are written in two orders."""

        def rows_in(order: str) -> int:
            return sum(look.n_rows for look in self.looks if order in self._meanings(look))

        orders = {o for look in self.looks for o in self._meanings(look)}
        best = max(sorted(orders), key=rows_in)
        few = [look for look in self.looks if best not in self._meanings(look)]
        rows = self._of(few)
        serial = best == SERIAL or any(SERIAL in self._meanings(look) for look in few)
        why = (
            "a spreadsheet turned some dates into day numbers, perhaps with day and month changed"
            if serial
            else "a column needs one order"
        )
        return ContractError(
            f"{len(few) and sum(look.n_rows for look in few):,} of {self.total:,} values of "
            f"{self.name!r} are not written with {WORDS[best]}, as the others are: {cells(rows)}.",
            where=f"{self.where}; {why}",
            fix="export the column in one way, best as 2024-12-31",
            rows=rows,
        )

    def _refused(self, rows: pd.DataFrame, n: int, known: list[Look]) -> ContractError:
        like = f"dates such as {known[0].example}" if known else "dates"
        return ContractError(
            f"{n:,} of {self.total:,} values of {self.name!r} cannot be read as {like}: "
            f"{cells(rows)}.",
            where=f"{self.where}; see .rows",
            fix=self._way_out(),
            rows=rows,
        )

    def _way_out(self) -> str:
        """Say what helps with values that are no days."""
        if all(re.fullmatch("9{3,4}", look.text) for look in self.looks) and self._every(_GLUED):
            return _GLUED_YEARLESS
        if self._is_yearless():
            return _YEARLESS
        return (
            'mend these cells, map another column, or say how they are written: format: "%d/%m/%Y"'
        )

    def _is_yearless(self) -> bool:
        """Tell whether most values are a day and a month, and no year."""
        hits = [look.n_rows for look in self.looks if re.fullmatch(YEARLESS, look.day)]
        return 2 * sum(hits) > self.total

    def _unread(self, styles: dict[str, DateStyle], counts: dict[str, int]) -> ContractError:
        """Refuse values that are no day of the calendar, or stand in another order."""
        best = min(styles, key=lambda order: counts[order])
        rows = self._rows(lambda value: styles[best].read(value).isnull())
        others = [o for o in styles if o != best]
        other = (
            self._rows(
                lambda value: (
                    reduce(or_, [styles[o].read(value).notnull() for o in others])
                    & styles[best].read(value).isnull()
                )
            )
            if others
            else rows[:0]
        )
        if len(other):
            why = f"{WORDS[best]} for most, but not for {cells(other)}"
            fix = "export the column in one way, best as 2024-12-31"
        else:
            why = "no such day in the calendar"
            fix = "mend these cells"
        return ContractError(
            f"{counts[best]:,} of {self.total:,} values of {self.name!r} cannot be read as "
            f"{styles[best].words()}: {cells(rows)}.",
            where=f"{self.where}; {why}",
            fix=fix,
            rows=rows,
        )

    def _ambiguous(self, styles: dict[str, DateStyle]) -> ContractError:
        """Two orders read the column, and not to the same days."""
        import ibis  # noqa: PLC0415
        import pyarrow as pa  # noqa: PLC0415

        first, *others = styles.values()
        rows = self._rows(
            lambda value: reduce(or_, [first.read(value) != o.read(value) for o in others])
        )
        table = pd.DataFrame(rows)
        seen = ibis.memtable(pa.table({"value": table["value"].tolist()}))
        read = fetch(self.con, seen.select(**{o: s.read(seen["value"]) for o, s in styles.items()}))
        for order in styles:
            table[f"{order}_first"] = read[order]
        example = table["value"].iloc[0]
        days = {o: f"{table[f'{o}_first'].iloc[0]:%Y-%m-%d}" for o in styles}
        lines = [f'format: "{s.formats[0]}" for {days[o]}' for o, s in styles.items()]
        return ContractError(
            f"{int(table['count'].sum()):,} of {self.total:,} values of {self.name!r} can be read "
            f"as two days: {example!r} is {' or '.join(days.values())}.",
            where=f"{self.where}; no value of the column decides, see .rows",
            fix=f"add to the column in the mapping {', or '.join(lines)}",
            code="ambiguous",
            rows=table,
        )


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
