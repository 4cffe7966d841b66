# ruff: noqa: PD003, PD004  Ibis calls them isnull and notnull
"""Refusing a column of dates: what is wrong with it, where, and what helps."""

import re
from functools import reduce
from operator import or_
from typing import Any

import pandas as pd

from salesanalysis.data.engine import fetch, fetch_exact
from salesanalysis.data.values.datelooks import (
    MONTHS,
    SERIAL,
    WORDS,
    YEAR_FIRST,
    YEARLESS,
    Look,
)
from salesanalysis.data.values.dates import DateStyle
from salesanalysis.data.values.datetries import LONGER, YEARLESS_FORMATS, fitting
from salesanalysis.data.values.notdays import found, refusal
from salesanalysis.data.values.shapes import rows_of, rows_where
from salesanalysis.data.values.texts import cells, is_none
from salesanalysis.errors import ContractError

#: What helps with days that name no year.
_YEARLESS = (
    "no year stands in them: export the column with its year, or, where all are of one year, add "
    "to the column in the mapping that year and how the rest is written, such as year: 2024, "
)


class Refusals:
    """The looks of one column of dates, and every way to refuse them."""

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
        self.total = sum(look.n_rows for look in looks)

    def meanings(self, look: Look) -> dict[str, list[str]]:
        """Return what a look may mean here: order -> formats."""
        found = dict(look.formats)
        month = found.pop(MONTHS, [])
        if self.months and month:
            found.setdefault(YEAR_FIRST, []).extend(month)
        return found

    def require_days(self) -> None:
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

    def no_order(self) -> ContractError:
        """Refuse a column whose values have no order in common."""
        known = [look for look in self.looks if self.meanings(look)]
        strange = [look for look in self.looks if not self.meanings(look)]
        if strange:
            return self._refused(self._of(strange), sum(s.n_rows for s in strange), known)
        return self._mixed()

    def _mixed(self) -> ContractError:
        """Refuse dates that are written in two orders."""

        def rows_in(order: str) -> int:
            return sum(look.n_rows for look in self.looks if order in self.meanings(look))

        orders = {o for look in self.looks for o in self.meanings(look)}
        best = max(sorted(orders), key=rows_in)
        few = [look for look in self.looks if best not in self.meanings(look)]
        rows = self._of(few)
        serial = best == SERIAL or any(SERIAL in self.meanings(look) for look in few)
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
        yearless = fitting(self.looks, self._every, YEARLESS_FORMATS)
        if yearless or self._is_yearless():
            return _YEARLESS + " or ".join(f'format: "{f}"' for f in yearless or ["%d.%m."])
        written = fitting(self.looks, self._every, LONGER) or ["%d/%m/%Y"]
        return (
            "mend these cells, map another column, or say how they are written: "
            f'format: "{written[0]}"'
        )

    def _is_yearless(self) -> bool:
        """Tell whether most values are a day and a month, and no year."""
        hits = [look.n_rows for look in self.looks if re.fullmatch(YEARLESS, look.day)]
        return 2 * sum(hits) > self.total

    def unread(self, styles: dict[str, DateStyle], counts: dict[str, int]) -> ContractError:
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

    def ambiguous(self, styles: dict[str, DateStyle]) -> ContractError:
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

    def two_offsets(self, rows: pd.DataFrame) -> ContractError:
        """Refuse times that carry several offsets from UTC."""
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
