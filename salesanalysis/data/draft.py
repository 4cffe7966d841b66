# ruff: noqa: PD003  Ibis calls it isnull
"""A table on its way in: every value is of its kind, or refused with file, row and column."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any

import pandas as pd

from salesanalysis.data.engine import fetch, fetch_exact, keep
from salesanalysis.data.kinds import AMOUNT, FACTS, LEVELS, NONE, TYPES, Origin
from salesanalysis.data.mapping import ColumnRule
from salesanalysis.errors import ContractError
from salesanalysis.schema import TABLES, Column

#: Faulty rows that travel with an error, per column.
MAX_ROWS = 1000
#: Faulty rows a message names before it says how many more there are.
MAX_NAMED = 5
#: First and last day a dated line may have: one typo would move `as_of` by centuries.
DAYS = (date(1980, 1, 1), date(2100, 12, 31))
#: Days of employment, with 9999-12-31 for "until further notice", move nothing.
UNDATED = ("people",)
_THOUSANDS = r"[-+]?\d{1,3}([,' \u00a0\u2009]\d{3})+(\.\d+)?"
#: Finer than any amount: shows what rounding to four decimals leaves out.
_FINE = "decimal(38, 12)"


@dataclass(frozen=True, eq=False)
class Draft:
    """Our columns, still as they lie, and the rule of each.

    Attributes
    ----------
    con : the engine
    name : str
        Which of our tables it becomes.
    wide : Ibis table
        Our column names, their values, and ``_row`` from 0.
    rules : dict, our column -> ColumnRule
    file : str
        For messages; empty for a table made in memory.
    """

    con: Any
    name: str
    wide: Any
    rules: dict[str, ColumnRule]
    file: str = ""
    contract: dict[str, Column] = field(init=False)

    def __post_init__(self) -> None:
        """Look up the contract of the table."""
        object.__setattr__(self, "contract", {c.name: c for c in TABLES[self.name]})

    @cached_property
    def cast(self) -> dict[str, Any]:
        """Our columns of their kinds, those of the contract first."""
        ours = [c for c in self.contract if c in self.rules]
        ours += [c for c in self.rules if c not in self.contract]
        return {c: cast(self.wide[c], self.rules[c]) for c in ours}

    @cached_property
    def checks(self) -> dict[str, Any]:
        """Counts of rows and of everything that could be wrong, and the amount, exactly."""
        return fetch_exact(self.con, self._checks())

    def finish(self) -> tuple[Any, Origin]:
        """Return the table kept in the engine, and what it came from.

        Raises
        ------
        ContractError
            No rows, or values that are not of their kind, empty or too small.
        """
        checks = self.checks
        wrong = {k.rpartition("|")[0] for k, n in checks.items() if n and _is_fault(k)}
        if not checks["rows"]:
            raise ContractError(
                f"{self.file} is empty: there is no row below the header."
                if self.file
                else f"{self.name} has no rows.",
                where=f"table {self.name}",
                fix="check the export" if self.file else "check the filter or the file",
                code="empty-table",
            )
        if wrong:
            raise self._refusal([c for c in self.cast if c in wrong])
        table = keep(self.con, self.name, self.wide.select(**self._named()))
        rounded = sum(int(n or 0) for k, n in checks.items() if k.endswith("|rounded"))
        amount = float(checks.get("amount") or 0)
        return table, Origin(self.file, int(checks["rows"]), amount, rounded)

    def _named(self) -> dict[str, Any]:
        """Call a level without a value "(none)" in the dated tables: a line is never lost."""
        if self.name not in FACTS:
            return self.cast
        return {c: e.fill_null(NONE) if c in LEVELS else e for c, e in self.cast.items()}

    def _checks(self) -> Any:
        """Return one row that counts everything that could be wrong, in a single pass."""
        counts: dict[str, Any] = {"rows": self.wide.count()}
        for c, column in self.cast.items():
            counts |= {f"{c}|{rule}": bad.sum() for rule, bad in self._bad(c).items()}
            if self.rules[c].kind == "number" and self.wide[c].type().is_string():
                counts[f"{c}|rounded"] = (self.wide[c].try_cast(_FINE) != column).sum()
        if AMOUNT.get(self.name) in self.cast:
            counts["amount"] = self.cast[AMOUNT[self.name]].sum()
        return self.wide.aggregate(**counts)

    def _bad(self, c: str) -> dict[str, Any]:
        """Return what can be wrong with column `c`, as conditions on a row."""
        declared, column = self.contract.get(c), self.cast[c]
        # any text is a text: nothing to count there
        checked = self.rules[c].kind != "text"
        bad = {"kind": column.isnull() & ~_blank(self.wide[c])} if checked else {}
        if declared is not None and not declared.empty and not self._is_level(c):
            bad["empty"] = _blank(self.wide[c])
        if declared is not None and declared.kind == "date" and self.name not in UNDATED:
            bad["range"] = (column < DAYS[0]) | (column > DAYS[1])
        if self.rules[c].kind == "share":
            bad["low"] = (column < 0) | (column > 1)
        elif declared is not None and declared.minimum is not None:
            bad["low"] = column < declared.minimum
        return bad

    def _is_level(self, c: str) -> bool:
        return self.name in FACTS and c in LEVELS

    def _refusal(self, faulty: list[str]) -> ContractError:
        """Fetch the faulty rows and say what is wrong with them, all columns at once."""
        place = self.file or self.name
        found = pd.concat([self._faults(c) for c in faulty])
        found = found.sort_values(["row", "column"], kind="stable", ignore_index=True)
        first, n = found.iloc[0], len(found)
        every = found["row"].drop_duplicates()
        shown = ", ".join(str(r) for r in every.head(MAX_NAMED))
        if len(every) > MAX_NAMED:
            shown += f" and {len(every) - MAX_NAMED:,}{'+' if n >= MAX_ROWS else ''} more"
        theirs = ", ".join(f"{self.rules[c].column or c!r} (our {c})" for c in faulty)
        unread = all(self.rules[c].kind == "date" for c in faulty) and not found["range"].all()
        return ContractError(
            f"{n}{'+' if n >= MAX_ROWS else ''} value{'s' if n > 1 else ''} of {place} cannot be "
            f"used for {self.name}; first: row {first['row']}, {first['column']!r} is "
            f"{first['value']!r}, but must be {first['rule']}.",
            where=f"{place}, rows {shown} (1 is the first below the header), column {theirs}; "
            "see .rows",
            fix="mend these cells, or map another column"
            + ('; where dates look like 31/12/2024, add format: "%d/%m/%Y"' if unread else ""),
            rows=found.drop(columns="range"),
        )

    def _faults(self, c: str) -> pd.DataFrame:
        """Return the faulty rows of one column: ``row``, ``column``, ``value``, ``rule``.

        ``range`` tells a date that can be read and lies too far away.
        """
        import ibis  # noqa: PLC0415

        no = False
        anything = reduce(or_, (bad.fill_null(no) for bad in self._bad(c).values()))
        rows = self.wide.filter(anything).select(
            row=self.wide["_row"] + 1,
            value=self.wide[c].cast("string"),
            range=self._bad(c).get("range", ibis.literal(no)).fill_null(no),
        )
        found = fetch(self.con, rows.order_by("row").limit(MAX_ROWS))
        found = found.assign(value=found["value"].fillna(""), rule=self._words(c))
        found["range"] = found["range"].astype("bool")
        found.loc[found["range"], "rule"] = f"a date from {DAYS[0]} to {DAYS[1]}"
        if self.rules[c].kind in ("number", "count"):
            split = found["value"].str.strip().str.fullmatch(_THOUSANDS)
            found.loc[split, "rule"] += ", without thousands separators"
        found["column"] = self.rules[c].column or c
        return found[["row", "column", "value", "rule", "range"]]

    def _words(self, c: str) -> str:
        """Say in words what a value of column `c` must be."""
        declared, words = self.contract.get(c), TYPES[self.rules[c].kind][1]
        if declared is not None and declared.minimum is not None and declared.kind != "share":
            words += f" of at least {declared.minimum:g}"
        return words + ", not empty" if "empty" in self._bad(c) else words


def _is_fault(key: str) -> bool:
    return key.endswith(("|kind", "|empty", "|low", "|range"))


def cast(column: Any, rule: ColumnRule) -> Any:
    """Read a column as its kind; what cannot be read becomes missing, and is then refused."""
    is_text = column.type().is_string()
    if rule.kind == "text":
        text = column if is_text else column.cast("string")
        return (text.strip() == "").ifelse(None, text)
    if rule.kind == "date" and is_text and rule.format:
        return _strptime()(column, rule.format).cast("date")
    # through a moment: an hour is cut, a day that does not exist stays missing
    moment = column.try_cast("timestamp") if rule.kind == "date" and is_text else column
    return moment.try_cast(TYPES[rule.kind][0])


def _strptime() -> Any:
    """Return the engine's own reader of dates in a given format."""
    import ibis  # noqa: PLC0415

    def try_strptime(text: str, pattern: str) -> Any: ...

    signature = (("string", "string"), "timestamp")
    return ibis.udf.scalar.builtin(try_strptime, signature=signature)


def _blank(column: Any) -> Any:
    """Tell where nothing was written."""
    empty = column.isnull()
    return empty | (column.strip() == "") if column.type().is_string() else empty
