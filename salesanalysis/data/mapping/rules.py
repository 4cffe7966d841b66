"""What a mapping says, typed: sources, tables, columns, lookups."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pandas as pd

from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.strictyaml import Document

KINDS = ("text", "date", "number", "count", "share", "flag")
#: Names of units of amounts -> how many of ours one of theirs is.
UNITS: dict[str, Decimal] = {
    "元": Decimal(1),
    "円": Decimal(1),
    "千元": Decimal(1000),
    "千円": Decimal(1000),
    "仟元": Decimal(1000),
    "万元": Decimal(10_000),
    "萬元": Decimal(10_000),
    "万円": Decimal(10_000),
    "万": Decimal(10_000),
    "百万元": Decimal(1_000_000),
    "百万円": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
    "億元": Decimal(100_000_000),
    "億円": Decimal(100_000_000),
    "亿": Decimal(100_000_000),
    "thousands": Decimal(1000),
    "millions": Decimal(1_000_000),
    "cents": Decimal("0.01"),
    "percent": Decimal("0.01"),
}


@dataclass(frozen=True)
class ColumnRule:
    """Where one of our columns comes from, and how its values are written.

    Exactly one of `column`, `paste`, `multiply`, `difference`, `constant` and `row` says where.

    Attributes
    ----------
    kind : str
        One of `KINDS`; a value that is not of the kind is refused.
    column : str, optional
        Their column.
    constant : str, bool or number, optional
        The same value in every row.
    row : bool
        The number of the row, where their table has no key.
    multiply : tuple of str
        Their columns whose product is the value, such as quantity and price.
    difference : tuple of str
        Their columns whose first, less the others, is the value, such as credit and debit; an
        empty cell is 0 where another is filled.
    paste : tuple of str
        Their columns whose texts, with a blank between them, are the value, such as year and
        month.
    format : str
        How a date is written, such as ``%d/%m/%Y``; empty: found out for the whole column.
    decimal, thousands : str
        Signs of a number; empty: found out for the whole column.
    unit : Decimal
        How many of ours one of theirs is: 10,000 for 万元.
    values : dict, their value -> ours
        A pattern with ``*`` fits many; the first that fits wins.
    other : str, optional
        What a value becomes that `values` does not name; None: it stays as it is.
    starts_with : str
        Makes a flag: true where the text starts so.
    none : tuple of str
        Words that stand for nothing in this column.
    negative_where : dict, their column -> values
        Rows whose number is below zero, whatever sign it is written with, such as credit notes.
    minus, plus : tuple of str
        Words behind a number that make it negative, such as CR, and those that do not.
    timezone : str
        In which the days of moments are counted; empty: the one the source names.
    year : int
        Of all days of a column that names none; 0: each day names its own.
    """

    kind: str
    column: str | None = None
    constant: Any = None
    row: bool = False
    multiply: tuple[str, ...] = ()
    difference: tuple[str, ...] = ()
    paste: tuple[str, ...] = ()
    format: str = ""
    decimal: str = ""
    thousands: str = ""
    unit: Decimal = Decimal(1)
    values: dict[str, str] = field(default_factory=dict)
    other: str | None = None
    starts_with: str = ""
    none: tuple[str, ...] = ()
    negative_where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    minus: tuple[str, ...] = ()
    plus: tuple[str, ...] = ()
    timezone: str = ""
    year: int = 0

    @property
    def theirs(self) -> tuple[str, ...]:
        """Their columns that are needed."""
        several = self.multiply or self.difference or self.paste
        return several or ((self.column,) if self.column else ())

    @property
    def written(self) -> str:
        """How messages call the source."""
        return f" {self.sign or '+'} ".join(self.theirs)

    @property
    def sign(self) -> str:
        """What stands between several columns of numbers."""
        return "x" if self.multiply else "-" if self.difference else ""


@dataclass(frozen=True)
class Join:
    """Columns taken from a lookup table: one row per key, every line of ours kept.

    Attributes
    ----------
    source : Source
    key, lookup_key : str
        The key as our table and as the lookup calls it.
    """

    source: "Source"
    key: str
    lookup_key: str
    take: dict[str, ColumnRule]


@dataclass(frozen=True)
class Source:
    """One table of theirs, as the mapping names it.

    Attributes
    ----------
    escaped : bool
        An apostrophe stands before text a spreadsheet would run, as our own tables write it.
    quote : str
        What holds a cell of a text file together; empty: quotes are letters like others.
    footer : int
        Filled rows at the end of the file that are no lines, such as who made the report.
    deep : int
        Rows of the header, from `header` on.
    """

    file: str = ""
    sheet: str = ""
    table: str = ""
    encoding: str = ""
    delimiter: str = ""
    header: int = 0
    escaped: bool = False
    quote: str = '"'
    footer: int = 0
    deep: int = 1

    def __str__(self) -> str:
        return ", ".join(p for p in (self.file, self.sheet, self.table) if p)


@dataclass(frozen=True)
class Unpivot:
    """Columns such as M01..M12 that become rows.

    Attributes
    ----------
    columns : tuple of str
        Their columns, in order; a name with ``*`` is a pattern.
    names_to, values_to : str
        What the columns of names and of values are called then.
    year : str
        For columns such as M01 that name no year: their column that holds it, or the year
        itself. The column of names holds the first day of the month then.
    """

    columns: tuple[str, ...]
    names_to: str
    values_to: str
    year: str = ""


@dataclass(frozen=True)
class TableRule:
    """One of our tables, or a part of it: its source, columns, lookups.

    Attributes
    ----------
    place : tuple
        Where in the mapping it stands, for messages.
    where, where_not : dict, their column -> values kept, values left out
    fill_down : tuple of str
        Their columns in which an empty cell means the one above, as merged cells leave it.
    """

    source: Source
    columns: dict[str, ColumnRule]
    joins: tuple[Join, ...] = ()
    place: tuple[str | int, ...] = ()
    unpivot: Unpivot | None = None
    fill_down: tuple[str, ...] = ()
    where: dict[str, tuple[str, ...]] = field(default_factory=dict)
    where_not: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rules(self) -> dict[str, ColumnRule]:
        """Our columns, those of lookups included."""
        return {**self.columns, **{c: r for join in self.joins for c, r in join.take.items()}}


@dataclass(frozen=True, eq=False)
class Mapping:
    """A whole mapping file.

    Attributes
    ----------
    name : str
    title : dict, language -> text
    tables : dict, our table -> tuple of TableRule
        Several: their rows are appended in this order.
    recognise : tuple of str
        Files that must lie in a folder for this mapping to be chosen unasked.
    currency : str, ISO code
    currency_said : bool
        Somebody declared it; else amounts are shown as CNY, and the page says so.
    calendar : FiscalCalendar
    as_of : Timestamp or None
        None: the day of the last sales line.
    order : dict, column -> values in display order
    terms : Terms
    currency_is_label : bool
        The currency column is only a label: amounts are all in `currency`.
    cleaning, rates, units, verify : dict
        Sections that their own rooms read.
    controls : dict, our table -> column or ``rows`` -> Decimal
        What the lines read must add up to, see `ingest.controls`.
    """

    name: str
    title: dict[str, str]
    tables: dict[str, tuple[TableRule, ...]]
    recognise: tuple[str, ...] = ()
    currency: str = "CNY"
    calendar: FiscalCalendar = field(default_factory=FiscalCalendar)
    as_of: pd.Timestamp | None = None
    order: dict[str, tuple[str, ...]] = field(default_factory=dict)
    terms: Terms = field(default_factory=Terms)
    currency_is_label: bool = False
    cleaning: dict[str, Any] = field(default_factory=dict)
    units: dict[str, Any] = field(default_factory=dict)
    rates: dict[str, Any] = field(default_factory=dict)
    verify: dict[str, Any] = field(default_factory=dict)
    currency_said: bool = True
    controls: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    doc: Document = field(default_factory=lambda: Document({}, "mapping"))

    @property
    def joins(self) -> list[Join]:
        """Every lookup of every table."""
        return [j for rules in self.tables.values() for rule in rules for j in rule.joins]
