"""Looking at a table nobody described: its first rows, what kinds of values its columns hold."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from salesanalysis.data.cleaning.totals import in_engine, is_total
from salesanalysis.data.engine import fetch, keep
from salesanalysis.data.ingest.headers import is_header, without
from salesanalysis.data.propose.footers import footer_of, tail_numbers
from salesanalysis.data.propose.twonames import is_named_twice
from salesanalysis.data.sources import Opened, Place, open_table, open_table_again
from salesanalysis.data.sources.header import FILE, ROW
from salesanalysis.data.values.calendars import ERAS, MONTHS
from salesanalysis.data.words.before import headings
from salesanalysis.data.words.headings import Heading, unit_in_title, unit_of
from salesanalysis.errors import ContractError

#: Rows looked at; the whole file is read when the draft is tried.
SAMPLE = 2000
#: Rows in which statuses, order numbers and keys are counted.
COUNTED = 1_000_000
#: Share of the values of a column that have to look like one kind.
MOST = 0.97
_NONE = {"-", "--", "—", "–", "n/a", "na", "null", "none", "#n/a", "无", ""}
#: How numbers are written.
NUMBER = re.compile(
    r"[-+(▲△▼−]?\s*(?:[A-Z]{0,2}[¥$€£₹₽₺₩฿₫]|[A-Z]{3}|RMB|Rs\.?)?\s*[-+(]?\d[\d.,٫٬' ]*"
    r"\s*(?:%|[¥$€£₹₽₺₩฿₫元円]|[A-Z]{3}|kr|zł|Kč)?\s*\)?-?"
)
#: Months by name, in the languages known.
_NAMED = "|".join(sorted(MONTHS, key=lambda n: (-len(n), n))) + r"|[ก-๛]{1,2}\.[คพย]"
_DATE = re.compile(
    r"(?:\d{4}[-/.年년]\s?\d{1,2}[-/.月월]\s?\d{1,2}[日일.]?|\d{1,2}([-/.])\d{1,2}\1\d{2,4}|(?:19|20)\d{6}"
    r"|\d{1,2}[- ][A-Za-z]{3,9}\.?[- ]\d{2,4}|[A-Za-z]{3,9} \d{1,2},? \d{4}"
    rf"|\d{{1,2}}\.?(?: de)?[- ](?:{_NAMED})\.?(?: de)?[- ]\d{{2,4}}"
    rf"|(?:{ERAS})(?:\d{{1,3}}|元)年\d{{1,2}}月\d{{1,2}}日|[RHS]\d{{1,2}}([-/.])\d{{1,2}}\2\d{{1,2}}"
    r"|\d{3}([-/.])\d{1,2}\3\d{1,2})"
    r"(?:(?:T|,? )\s?\d{1,2}:\d{2}.*)?",
    re.IGNORECASE,
)
_SERIAL = re.compile(r"[34]\d{4}(?:\.\d+)?")
_MONTH = re.compile(
    r"(?:19|20)\d{2}[-/.年]?(?:0?[1-9]|1[0-2])月?|[A-Za-z]{3}[- ](?:\d{2}|\d{4})"
    rf"|\d{{1,2}}[/-](?:19|20)\d{{2}}|(?:{_NAMED})\.?(?: de)?[- ](?:\d{{2}}|\d{{4}})",
    re.IGNORECASE,
)


#: 1.234,50: the comma parts the decimals.
_COMMA = re.compile(r",\d{1,2}\D*$")
_DECIMALS, _NO_DIGIT = re.compile(r"[.,]\d"), re.compile(r"[^\d.]")
#: What a program puts before a number it keeps as text.
_KEPT = re.compile(r"^[`'‘’](?=[\d-])")


def _cleaned(value: object) -> str:
    """Return a cell in plain characters, nothing around it."""
    return _KEPT.sub("", unicodedata.normalize("NFKC", str(value)).strip())


@dataclass(frozen=True, eq=False)
class Field:
    """One of their columns, by its heading and its first values.

    Attributes
    ----------
    heading : Heading
    cells : Series of str
        The sample; an empty cell is missing.
    """

    heading: Heading
    cells: pd.Series

    @property
    def name(self) -> str:
        """Their name of it."""
        return self.heading.name

    @cached_property
    def filled(self) -> pd.Series:
        """The values that are some, in plain characters."""
        text = self.cells.dropna().map(_cleaned).astype("str")
        some = text[[v.casefold() not in _NONE for v in text]]
        return some if some.empty else some[~is_total(some)]

    def share(self, pattern: re.Pattern[str]) -> float:
        """Return the share of the values that look like `pattern`."""
        if pattern not in self._shares:
            # each value once, and not by pandas, which takes a long pattern apart at every call
            hits = sum(n for value, n in self._counts if pattern.fullmatch(value))
            self._shares[pattern] = hits / max(1, len(self.filled))
        return self._shares[pattern]

    @cached_property
    def _shares(self) -> dict[re.Pattern[str], float]:
        return {}

    @cached_property
    def _counts(self) -> list[tuple[str, int]]:
        return list(Counter(self.filled).items())

    @cached_property
    def kinds(self) -> frozenset[str]:
        """What the values could be: date, serial, month, number; text where none of them."""
        if self.filled.empty:
            return frozenset({"empty"})
        tests = {"date": _DATE, "serial": _SERIAL, "month": _MONTH, "number": NUMBER}
        found = {kind for kind, pattern in tests.items() if self.share(pattern) >= MOST}
        return frozenset(found or {"text"})

    @cached_property
    def n_unique(self) -> int:
        """How many different values the sample has."""
        return int(self.filled.nunique())

    @cached_property
    def decimals(self) -> bool:
        """Whether some number has decimals."""
        return "number" in self.kinds and any(_DECIMALS.search(v) for v, _ in self._counts)

    @cached_property
    def size(self) -> float:
        """How large the numbers are together, roughly."""
        comma = any(_COMMA.search(v) for v, _ in self._counts)
        texts = [v.replace(".", "").replace(",", ".") if comma else v for v, _ in self._counts]
        digits = pd.Series([_NO_DIGIT.sub("", v) for v in texts], dtype="str")
        times = [n for _, n in self._counts]
        return float((pd.to_numeric(digits, errors="coerce").abs() * times).sum())


@dataclass(frozen=True, eq=False)
class Seen:
    """One table of theirs, opened and looked at.

    Attributes
    ----------
    place : Place
    opened : Opened
    fields : dict, their column -> Field
    title : str
        What stands above the header.
    rows : Ibis table
        Their columns, at most `COUNTED` rows.
    """

    place: Place
    opened: Opened
    fields: dict[str, Field]
    title: str = ""
    rows: Any = None
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def file(self) -> str:
        """Name of the file, empty for a table of a server."""
        return self.place.path.name if self.place.path else ""

    @property
    def called(self) -> str:
        """How sentences call it."""
        return " / ".join(p for p in (self.file, self.place.sheet, self.place.table) if p)

    @cached_property
    def unit(self) -> tuple[str, str] | None:
        """Unit and currency that a title or the name of the file speak of."""
        found = unit_in_title(self.title)
        for name in (self.place.sheet, self.file.split(".")[0]):
            for part in re.split(r"[_\s()（）\-]+", name):
                if found is None and re.search(r"[千万百亿]元|TEUR|TUSD", part):
                    found = unit_of(part)
        return found

    def texts(self, column: str) -> Any:
        """Return one of their columns as text, for the engine."""
        return self.rows[column].cast("string").strip()

    def is_sum(self, column: str, *, loose: bool = False) -> Any:
        """Return the condition that a cell names a row of sums; `loose`: of order numbers."""
        return in_engine(self.texts(column), loose=loose)

    def counts(self, con: Any, column: str, limit: int = 200) -> dict[str, int]:
        """Return the commonest values of a column with their rows, or nothing where many."""
        return self.counts_of(con, [column], limit)[column]

    def counts_of(
        self, con: Any, columns: Sequence[str], limit: int = 200
    ) -> dict[str, dict[str, int]]:
        """Return the same of several columns, asked at once."""
        import ibis  # noqa: PLC0415

        new = [c for c in dict.fromkeys(columns) if f"counts {c}" not in self.memo]
        parts = []
        for column in new:
            table = self.rows.select(value=self.texts(column)).filter(lambda t: t.value.notnull())  # noqa: PD004
            found = table.group_by("value").aggregate(n=table.count())
            first = found.order_by([found["n"].desc(), "value"]).limit(limit + 1)
            parts.append(first.mutate(column=ibis.literal(column)))
        if parts:
            every = ibis.union(*parts)
            frame = fetch(con, every.order_by(["column", every["n"].desc(), "value"]))
            for column in new:
                own = frame[frame["column"] == column]
                pairs = dict(zip(own["value"], own["n"].astype(int), strict=True))
                self.memo[f"counts {column}"] = pairs if len(pairs) <= limit else {}
        return {c: self.memo[f"counts {c}"] for c in columns}


def look(con: Any, place: Place, room: Path) -> Seen:
    """Open a table and look at its first rows.

    Raises
    ------
    ContractError
        A place nobody reads, a table without a row.
    """
    import duckdb  # noqa: PLC0415

    opened = open_table(con, place, room)
    if opened.groups:
        place = replace(place, header=opened.groups[0], deep=opened.groups[1])
        opened = open_table(con, place, room)
    try:
        rows, sample = _read(con, opened)
    except duckdb.Error as error:
        if opened.remote:
            raise
        opened = open_table_again(con, place, room, error)
        rows, sample = _read(con, opened)
    if sample.empty:
        raise _empty(place)
    if not opened.typed and not opened.remote and place.deep == 1 and is_named_twice(sample):
        place = replace(place, header=opened.header + 1)
        opened = open_table(con, place, room)
        rows, sample = _read(con, opened)
    opened, rows, sample, memo = _lines(con, opened, rows, sample)
    named = headings(opened.theirs)
    fields = {c: Field(named[c], sample[c]) for c in opened.theirs}
    return Seen(place, opened, fields, _title(con, opened, place, room), rows, memo)


def _lines(
    con: Any, opened: Opened, rows: Any, sample: pd.DataFrame
) -> tuple[Opened, Any, pd.DataFrame, dict[str, Any]]:
    """Leave out headers in the middle and what stands below the last line; say how many."""
    if opened.remote or opened.typed:
        return opened, rows, sample, {}
    memo: dict[str, Any] = {}
    _, n = without(con, replace(opened, table=rows, row=""))
    if n:
        memo["headers"] = n
    footer = footer_of(con, rows, sample, tail_numbers(con, opened))
    if footer:
        memo["footer"] = footer
        rows = rows.filter(rows.rowid() < footer.first)
    if n:
        rows = rows.filter(~is_header(opened, rows))
    if memo:
        # a table of its own again: other steps ask for the place of a row in it
        rows = _kept(con, rows)
        texts = {c: rows[c].cast("string") for c in opened.theirs}
        sample = fetch(con, rows.mutate(**texts).limit(SAMPLE)).dropna(how="all")
    return opened, rows, sample, memo


def _read(con: Any, opened: Opened) -> tuple[Any, pd.DataFrame]:
    """Return the rows in which things are counted, and the first of them as text."""
    table = opened.table.select(*opened.theirs)
    rows = table.limit(COUNTED)
    if not opened.remote and not opened.typed:
        rows = _kept(con, rows)
    texts = {c: rows[c].cast("string") for c in opened.theirs}
    return rows, fetch(con, rows.mutate(**texts).limit(SAMPLE)).dropna(how="all")


def _kept(con: Any, rows: Any) -> Any:
    from ibis.util import gen_name  # noqa: PLC0415  the engine comes with the first table

    return keep(con, gen_name("propose"), rows)


def _empty(place: Place) -> ContractError:
    name = place.path.name if place.path else place.table
    return ContractError(
        f"{name} is empty: there is no row below the header.",
        where=str(place.path or place.table),
        fix="check the export",
        code="empty-table",
    )


def _title(con: Any, opened: Opened, place: Place, room: Path) -> str:
    """Return what stands above the header, where something does."""
    if opened.header <= 1 or opened.typed:
        return ""
    try:
        above = open_table(con, replace(place, header=1), room)
        rows = fetch(con, above.table.select(*above.theirs).limit(opened.header - 2))
    except Exception:
        return ""
    names = [c for c in above.theirs if c not in (ROW, FILE)]
    cells = [*names, *(str(v) for v in rows.to_numpy().ravel() if isinstance(v, str))]
    return " ".join(cells)
