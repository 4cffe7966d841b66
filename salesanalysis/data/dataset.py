# ruff: noqa: PD003  Ibis calls it isnull
"""A company's tables in one engine, as they could be seen on the evening of `as_of`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data import aggregate
from salesanalysis.data.cleaning.settings import DEFAULTS, Settings
from salesanalysis.data.engine import fetch
from salesanalysis.data.kinds import FACTS, LEVELS, MARKS, NONE, Origin
from salesanalysis.errors import ContractError, require_rows, unknown_name
from salesanalysis.labels import Terms, check_lang
from salesanalysis.panel import Panel
from salesanalysis.periods import FiscalCalendar, closed_through, month_start
from salesanalysis.schema import TABLES, validate

if TYPE_CHECKING:
    from salesanalysis.data.quality import Quality
    from salesanalysis.data.rates import Conversion
    from salesanalysis.data.verify import Check, Verification


@dataclass(frozen=True, eq=False)
class Dataset:
    """The tables of a company, with what is needed to read them.

    Lines after `as_of` are kept as truth but not seen; `at` looks from another day.

    Attributes
    ----------
    name : str
    titles : dict, language -> text
    as_of : Timestamp
        The evening the data are looked at from.
    con : the engine the tables live in
    sources : dict, table -> Ibis table
    origins : dict, table -> Origin
    currency : str, ISO code
    calendar : FiscalCalendar
    terms : Terms
        How dimension values are called in each language.
    order : dict, column -> values in display order
    mapping : str
        Name of the mapping the tables were read with; empty where there was none.
    home : str
        Folder of the snapshot the tables came from; empty where there was none. Looked at from
        another day, a data set has no home: what was saved there belongs to its own day.
    cleaning : Settings
        The rules the order lines were held against.
    lost : Ibis table or None
        Order lines that a rule dropped, with ``rule``.
    parts : dict, table -> tuple of Origin
        The files of a table, one by one.
    numbered_orders : bool
        Order numbers are row numbers: the file has none.
    renamed : tuple of dict
        Names that were mended as the mapping accepts: ``column``, ``from_name``, ``to_name``,
        ``n_rows``.
    conversions : tuple of Conversion
    checks : tuple of Check
        Comparisons with a third party that the mapping declares.
    folder : str
        Where their files lie.
    remarks : tuple of (key, values)
        What is worth a word about how they were read, such as a currency nobody declared.

    Examples
    --------
    >>> from salesanalysis.data.assembling import of_frames
    >>> lines = pd.DataFrame({"order_id": ["1", "2"], "region": ["East", "West"],
    ...     "date": pd.to_datetime(["2024-01-05", "2024-02-29"]), "revenue": [10.10, 20.20]})
    >>> data = of_frames({"sales": lines}, name="tiny")
    >>> data.regions, data.year, f"{data.closed_through:%Y-%m}"
    (['East', 'West'], 2024, '2024-02')
    >>> data.panel(by=["region"]).matrix().to_numpy().tolist()
    [[10.1, 0.0], [nan, 20.2]]
    """

    name: str
    titles: dict[str, str]
    as_of: pd.Timestamp
    con: Any = field(repr=False)
    sources: dict[str, Any] = field(repr=False)
    origins: dict[str, Origin] = field(repr=False)
    currency: str = "CNY"
    calendar: FiscalCalendar = field(default_factory=FiscalCalendar)
    terms: Terms = field(default_factory=Terms, repr=False)
    order: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    mapping: str = ""
    home: str = field(default="", repr=False)
    cleaning: Settings = field(default=DEFAULTS, repr=False)
    lost: Any = field(default=None, repr=False)
    parts: dict[str, tuple[Origin, ...]] = field(default_factory=dict, repr=False)
    numbered_orders: bool = field(default=False, repr=False)
    renamed: tuple[dict[str, Any], ...] = field(default=(), repr=False)
    conversions: "tuple[Conversion, ...]" = field(default=(), repr=False)
    checks: "tuple[Check, ...]" = field(default=(), repr=False)
    folder: str = field(default="", repr=False)
    remarks: tuple[Any, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        """Give lines without a name a name in both languages."""
        none = {NONE: {"en": NONE, "zh": "（无）"}}
        names = self.terms.to_dict()
        full = {**names, **{c: {**none, **names.get(c, {})} for c in LEVELS}}
        object.__setattr__(self, "terms", Terms(full))

    @property
    def closed_through(self) -> pd.Timestamp:
        """The last month that is over on `as_of`."""
        return closed_through(self.as_of)

    @property
    def year(self) -> int:
        """The fiscal year of `as_of`: the plan year."""
        return self.calendar.year_of(self.as_of)

    @property
    def tables(self) -> list[str]:
        """Names of the tables there are."""
        return [name for name in TABLES if name in self.sources]

    @cached_property
    def regions(self) -> list[str]:
        """Regions with sales in a closed month, in display order, then by name."""
        lines = self.table("sales")
        over = (self.closed_through + pd.DateOffset(months=1)).date()
        seen = lines.filter(lines["date"] < over).select("region").distinct()
        names = fetch(self.con, seen)["region"].tolist()
        declared = [r for r in self.order.get("region", ()) if r in names]
        # lines without a region come last: they are a gap in the data, not a place
        return declared + sorted(set(names) - set(declared), key=lambda r: (r == NONE, r))

    @cached_property
    def quality(self) -> "Quality":
        """What was read, what is seen, what is missing."""
        from salesanalysis.data.quality import inspect  # noqa: PLC0415  it reads a Dataset

        return inspect(self)

    def verify(self, other: Any, *args: Any, **options: Any) -> "Verification":
        """Compare our figures with those of a third party, cell by cell, to the cent.

        Parameters
        ----------
        other : DataFrame, file, Ibis table, Panel or Dataset
        *args, **options
            As for `salesanalysis.data.verify.verify`.
        """
        from salesanalysis.data.verify import verify  # noqa: PLC0415  it reads a Dataset

        return verify(self, other, *args, **options)

    @cached_property
    def verifications(self) -> "list[Verification]":
        """The comparisons the mapping declares."""
        from salesanalysis.data.verify import declared  # noqa: PLC0415  it reads a Dataset

        return declared(self, self.checks, self.folder or ".")

    def statement(self, lang: str = "en") -> str:
        """Return the line a page prints: who confirmed these figures, and within what."""
        from salesanalysis.data.verify import statement  # noqa: PLC0415  it reads a Dataset

        return statement(self, self.verifications, lang)

    def title(self, lang: str = "en") -> str:
        """Return how the company is called."""
        return self.titles.get(check_lang(lang), self.name)

    def at(self, as_of: object) -> "Dataset":
        """Return the same data looked at from another day.

        Raises
        ------
        ContractError
            A day before the first line, or one on which a month after the last line is over.
            The month after the last line is open: a plan for the year ahead looks from there.
        """
        day = _checked_day(self, as_of)
        return replace(self, as_of=day, home=self.home if day == self.as_of else "")

    def table(self, name: str) -> Any:
        """Return a table as an Ibis expression; of dated facts the lines up to `as_of`.

        Raises
        ------
        ContractError
            No table of this name, with the nearest.
        """
        whole = self.whole(name)
        return whole.filter(whole["date"] <= self.as_of.date()) if name in FACTS else whole

    def whole(self, name: str) -> Any:
        """Return a table as an Ibis expression with the lines after `as_of`: the truth."""
        if name not in self.sources:
            raise unknown_name(
                name, self.tables, kind="table", where=f"data set {self.name}", error=ContractError
            )
        source = self.sources[name]
        return source.drop(*(c for c in MARKS if c in source.columns))

    def frame(self, name: str) -> pd.DataFrame:
        """Return a table as a frame that keeps its contract, in an order of its own values.

        Raises
        ------
        ContractError
            No table of this name, no rows up to `as_of`, values that break the contract.
        """
        return self._frames(name).copy()

    def _frames(self, name: str) -> pd.DataFrame:
        """Read a table once."""
        if name not in self._read:
            rows = fetch(self.con, ordered(self.table(name)))
            self._read[name] = validate(rows, name)
        return self._read[name]

    @cached_property
    def _read(self) -> dict[str, pd.DataFrame]:
        return {}

    def panel(
        self,
        by: Sequence[str] = (),
        value: str = "revenue",
        freq: str = "M",
        *,
        where: Mapping[str, Any] | None = None,
    ) -> Panel:
        """Return sums per node and closed month; a month without lines is 0.

        The group-by runs in the engine, amounts are summed as DECIMAL. A node begins with the
        month of its first line.

        Parameters
        ----------
        by : sequence of str
            Level columns of the sales table; none of them: the company.
        value : str
            ``revenue``, ``quantity``, ``cost`` or another number of the sales table.
        freq : {"M"}
            Months; fiscal years are `Panel.years`.
        where : dict, optional
            Column -> value or list of values to keep.

        Raises
        ------
        ContractError
            Unknown columns or values with the nearest, another `freq`, no closed month, lines
            without a value.
        """
        if freq != "M":
            raise ContractError(
                f"freq must be 'M', got {freq!r}.",
                where="panel(freq=...)",
                fix='take months and sum them: data.panel(freq="M").years()',
                code="bad-choice",
            )
        table = self.table("sales")
        levels = aggregate.require_levels(table, by)
        aggregate.require_value(table, value)
        chosen = aggregate.require_where(self.con, table, where)
        until = self.closed_through
        sums = fetch(self.con, aggregate.monthly(table, levels, value, until, chosen))
        require_rows(
            sums,
            name=f"{self.name}: sales to the end of {until:%Y-%m}",
            fix=f"choose a later as_of than {self.as_of:%Y-%m-%d}, or check where=",
        )
        aggregate.require_complete(sums, value)
        return Panel(
            aggregate.fill_months(sums, levels, until),
            tuple(levels),
            value,
            until,
            calendar=self.calendar,
            currency=self.currency,
            terms=self.terms,
        )

    def cells(
        self,
        by: Sequence[str] = (),
        first: object = None,
        last: object = None,
        *,
        where: Mapping[str, Any] | None = None,
        split_returns: bool = False,
    ) -> pd.DataFrame:
        """Return revenue, quantity and cost per node, summed over whole closed months.

        Parameters
        ----------
        by : sequence of str
            Level columns of the sales table.
        first, last : dates, optional
            Any day of the first and the last month; from the first line to the last closed
            month unless said.
        where : dict, optional
            Column -> value or list of values to keep.
        split_returns : bool
            Sum returns apart, in rows of their own marked ``is_return``.

        Returns
        -------
        DataFrame, one row per node, in order of the names
            The columns of `by`, then those of revenue, quantity and cost that are filled in
            every line: a sum over part of the lines would mislead.

        Raises
        ------
        ContractError
            Unknown columns or values, months that are not closed yet, an empty window.
        """
        table = self.table("sales")
        levels = aggregate.require_levels(table, by)
        chosen = aggregate.require_where(self.con, table, where)
        months = self._window(first, last)
        expression = aggregate.window(
            table, levels, self._measures, months, chosen, split_returns=split_returns
        )
        keys = [*levels, "is_return"] if split_returns else levels
        sums = fetch(self.con, expression.order_by(keys) if keys else expression)
        span = f"{months[0]:%Y-%m} to {months[1]:%Y-%m}"
        require_rows(sums.dropna(), name=f"{self.name}: sales from {span}", fix="check first, last")
        return sums

    @cached_property
    def _measures(self) -> list[str]:
        """The amounts that every line of sales has."""
        table = self.whole("sales")
        there = [c for c in aggregate.MEASURES if c in table.columns]
        counts = table.aggregate(**{c: table[c].isnull().sum() for c in there})
        empty = fetch(self.con, counts).iloc[0]
        return [c for c in there if not empty[c]]

    def _window(self, first: object, last: object) -> tuple[pd.Timestamp, pd.Timestamp]:
        """Return the first and the last month of a window of closed months."""
        end = self.closed_through if last is None else month_start(last)
        start = month_start(self._span[0]) if first is None else month_start(first)
        if end > self.closed_through or start > end:
            raise ContractError(
                f"Months {start:%Y-%m} to {end:%Y-%m} are not a span of closed months.",
                where=f"cells(first=..., last=...); closed through {self.closed_through:%Y-%m}",
                fix=f"end with {self.closed_through:%Y-%m} or earlier, and start before the end",
                code="bad-choice",
            )
        return start, end

    @cached_property
    def _span(self) -> tuple[pd.Timestamp, pd.Timestamp]:
        """First and last day of all sales lines."""
        date = self.whole("sales")["date"]
        ends = fetch(self.con, date.as_table().aggregate(first=date.min(), last=date.max()))
        return ends["first"].iloc[0], ends["last"].iloc[0]

    @cached_property
    def lost_open_month(self) -> bool:
        """Say whether the lines of a month that is not over were dropped."""
        if self.lost is None:
            return False
        lost = self.lost.filter(self.lost["rule"] == "open_month").limit(1)
        return bool(fetch(self.con, lost.aggregate(n=lost.count()))["n"].iloc[0])

    def save(self, folder: str | Path) -> Path:
        """Write a snapshot that `load` opens: same data, same bytes; whole or not at all."""
        from salesanalysis.data.snapshot import save  # noqa: PLC0415  it reads a Dataset

        return save(self, Path(folder))


def ordered(table: Any) -> Any:
    """Order a table by date and keys, then by everything else: no tie is left to chance."""
    first = [c for c in ("date", "period", "order_id", *LEVELS) if c in table.columns]
    return table.order_by([*first, *(c for c in table.columns if c not in first)])


def _checked_day(data: Dataset, as_of: object) -> pd.Timestamp:
    """Return `as_of` as a day the data can be looked at from: no month without a line closes."""
    closed = closed_through(as_of)  # refuses what is no date
    day = pd.Timestamp(str(as_of)).normalize()
    first, last = data._span
    if day < first or closed > last:
        over = month_start(last) + pd.DateOffset(months=2) - pd.DateOffset(days=1)
        kept = "; a month that was dropped and is over is kept by cleaning: {open_month: flag}"
        raise ContractError(
            f"as_of {day:%Y-%m-%d} lies outside the data, {first:%Y-%m-%d} to {last:%Y-%m-%d}.",
            where=f"data set {data.name}, as_of=...",
            fix=f"choose a day from {first:%Y-%m-%d} to {over - pd.DateOffset(days=1):%Y-%m-%d}; "
            f"from {over:%Y-%m-%d} on a month without a line would be over"
            + (kept if data.lost_open_month else ""),
            code="bad-choice",
        )
    return day
