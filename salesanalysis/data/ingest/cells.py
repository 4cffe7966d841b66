"""Cells of theirs as values of ours: one expression per column, read in the style of the column."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import and_, mul, or_, sub
from typing import Any

from salesanalysis.data.engine import MONEY, engine_function
from salesanalysis.data.ingest.chosen import has
from salesanalysis.data.ingest.edges import renamed
from salesanalysis.data.ingest.raw import Raw
from salesanalysis.data.kinds import TYPES
from salesanalysis.data.mapping import ColumnRule
from salesanalysis.data.sources import typed
from salesanalysis.data.values import (
    ISO_DATE,
    PLAIN_NUMBER,
    day_of,
    flag,
    is_none,
    local,
)
from salesanalysis.data.values.numbers import WHOLE
from salesanalysis.data.values.texts import DASHES, EDGES

NUMBERS = ("number", "count", "share")
#: A column of flags the engine's own cast reads.
PLAIN_FLAG = "plain"
#: Bytes of a whole number that is always money; decimals of money.
INT, DECIMALS = 4, 4
#: Finer than any amount: a number in 万元 has eight decimals of ours.
FINE = "decimal(38, 12)"


@dataclass(frozen=True, eq=False)
class Cells:
    """The columns of one table of theirs, as expressions.

    Attributes
    ----------
    con : the engine
    raw : Raw
    rules : dict, our column -> ColumnRule
    where : str
        The part of the mapping, for messages.
    styles : dict, (our column, place) -> NumberStyle or DateStyle
    edged : set of their columns with blanks around their texts, or dashes for none
    hours : set of their columns of dates with a time of day behind them
    short : dict, their column of text -> values a spreadsheet cut to 2.02E+17
    trusted : set of (column of theirs, kind) that a database gives as they lie
    """

    con: Any
    raw: Raw
    rules: Mapping[str, ColumnRule]
    where: str
    styles: dict[tuple[str, int], Any] = field(default_factory=dict)
    edged: set[str] = field(default_factory=set)
    hours: set[str] = field(default_factory=set)
    trusted: set[tuple[str, str]] = field(default_factory=set)
    short: dict[str, int] = field(default_factory=dict)

    @property
    def timed(self) -> bool:
        """Tell whether a time of day is cut from some date."""
        return bool(self.hours)

    def text(self, table: Any, ours: str, theirs: str) -> Any:
        """Return a column of text without the words that stand for nothing in it."""
        text, none = table[theirs], self.rules[ours].none
        if not text.type().is_string():
            return text.cast("string")
        text = text.strip().isin(none).ifelse(None, text) if none else text
        for words, sign in ((self.rules[ours].minus, "-"), (self.rules[ours].plus, "")):
            for word in words:
                ending = rf"(?i)^\s*(.*?)\s*{re.escape(word)}\s*$"
                text = text.re_replace(ending, rf"{sign}\1")
        year = self.rules[ours].year
        return is_none(text).ifelse(None, f"{year} " + self._day(text, ours)) if year else text

    def _day(self, text: Any, ours: str) -> Any:
        """Return days without a year; the first 0 a number has lost is written again: 301."""
        text = text.strip()
        glued = self.rules[ours].format in ("%d%m", "%m%d")
        return text.re_replace("^([0-9]{3})$", r"0\1") if glued else text

    def values(self) -> dict[str, Any]:
        """Return our columns as expressions of their kinds; unreadable cells are missing."""
        return {ours: self.value(ours) for ours, rule in self.rules.items() if not rule.row}

    def value(self, ours: str) -> Any:
        """Return one of our columns."""
        rule = self.rules[ours]
        if not rule.theirs:
            return _constant(rule)
        if self.raw.opened.remote and len(rule.theirs) == 1 and not _refined(rule):
            theirs = rule.theirs[0]
            if rule.kind == "date" and is_moment(self.raw.table[theirs].type()):
                return typed.read(self._moment(ours), "date")
            trusted = (theirs, rule.kind) in self.trusted
            return typed.read(self.raw.table[theirs], rule.kind, trusted=trusted)
        if rule.kind in NUMBERS:
            return self._number(ours)
        if rule.kind == "date":
            return self._date(ours)
        text = self._pasted(ours)
        return self._flag(ours, text) if rule.kind == "flag" else self._name(text, rule)

    def _name(self, text: Any, rule: ColumnRule) -> Any:
        """Return a column of text, nothing around it."""
        import ibis  # noqa: PLC0415

        if self._is_bare(rule):
            return text
        trimmed = self._trimmed(text, rule)
        # a list of IN would become a join: a text of one character is looked for in one text
        nothing = (trimmed.length() < 2) & ibis.literal(DASHES).contains(trimmed)
        filled = nothing.ifelse(None, trimmed)
        return renamed(filled, rule) if rule.values else filled

    def without_text(self, ours: str) -> Any:
        """Return the rows in which a column of text holds nothing; None where only values tell.

        What is nothing begins with a blank or a dash: a condition on the column as it lies, which
        the statistics of a Parquet file answer.
        """
        rule = self.rules.get(ours)
        if rule is None or rule.kind != "text" or rule.values or rule.none or rule.paste:
            return None
        text = self.raw.table[rule.theirs[0]] if rule.theirs else None
        if text is None or not text.type().is_string() or self.raw.opened.remote:
            return None
        maybe = text.isnull() | (text < ".") | (text > "~")
        return self.raw.table.filter(maybe & self.value(ours).isnull())

    def _is_bare(self, rule: ColumnRule) -> bool:
        """Tell whether a text is taken as it lies: nothing stands around any value of it."""
        opened, own = self.raw.opened, rule.values or rule.none or rule.paste
        text = all(self.raw.table[c].type().is_string() for c in rule.theirs)
        return text and not (opened.remote or opened.typed or own or self.edged & {*rule.theirs})

    def _trimmed(self, text: Any, rule: ColumnRule) -> Any:
        """Take off what stands around a text; the engine is quick with plain blanks only."""
        if self.raw.opened.remote:
            return text.strip()
        if self.edged.intersection(rule.theirs):
            return engine_function("trim", "string", "string")(text, EDGES)
        return engine_function("trim", "string")(text)

    def _pasted(self, ours: str) -> Any:
        """Return the texts of the columns of a rule, a blank between them."""
        first, *others = [self.text(self.raw.table, ours, c) for c in self.rules[ours].theirs]
        for text in others:
            first = first.strip() + " " + text.strip()
        return first

    def _number(self, ours: str) -> Any:
        """Return a column of numbers in our unit; of several, their product or difference."""
        rule, kind = self.rules[ours], TYPES[self.rules[ours].kind][0]
        parts = [self._part(ours, place, theirs) for place, theirs in enumerate(rule.theirs)]
        number = self._less(ours, parts) if rule.difference else reduce(mul, parts)
        if rule.negative_where:
            hits = [has(self.raw.table[c], v) for c, v in rule.negative_where.items()]
            number = reduce(or_, hits).ifelse(-number.abs(), number)
        if rule.unit != 1:
            number = number * rule.unit
        if rule.kind == "count":
            return (number == number.round(0)).ifelse(number.cast(kind), None)
        return number if number.type() == parts[0].type() == _type(kind) else number.cast(kind)

    def _part(self, ours: str, place: int, theirs: str) -> Any:
        """Return one of their columns of numbers."""
        column = self.raw.table[theirs]
        if self.raw.opened.remote:
            column = typed.read(column, "number")
        elif column.type().is_string():
            text, fine = self.text(self.raw.table, ours, theirs), self.rules[ours].unit != 1
            column = self._style_of(ours, place).read(text, FINE if fine else MONEY)
        elif may_overflow(column.type()):
            # a cell that is no amount is refused with its row, not by the engine
            column = typed.read(known(column), "number")
        return column if column.type().is_decimal() else column.cast(MONEY)

    def _less(self, ours: str, parts: Sequence[Any]) -> Any:
        """Return the first number less the others; one that is empty is 0 beside a filled one."""
        texts = [self.text(self.raw.table, ours, c) for c in self.rules[ours].theirs]
        empty = [self._blank(text) for text in texts]
        first, *others = [e.ifelse(0, p) for e, p in zip(empty, parts, strict=True)]
        return reduce(and_, empty).ifelse(None, reduce(sub, others, first))

    def _style_of(self, ours: str, place: int) -> Any:
        return self.styles.get((ours, place), PLAIN_NUMBER)

    def _date(self, ours: str) -> Any:
        """Return a column of days; an hour is cut."""
        rule, table = self.rules[ours], self.raw.table
        if rule.paste:
            moment = engine_function("try_strptime", "string", "string", gives="timestamp")
            return moment(self._pasted(ours), rule.format or "%Y %m").cast("date")
        column = table[rule.theirs[0]]
        if column.type().is_timestamp():
            return day_of(self._moment(ours))
        if not column.type().is_string():
            return column if column.type().is_date() else column.cast("date")
        return self.styles.get((ours, 0), ISO_DATE).read(self.text(table, ours, rule.theirs[0]))

    def _moment(self, ours: str) -> Any:
        """Return a column of moments as the clock of their time zone shows them."""
        rule = self.rules[ours]
        moment = self.raw.table[rule.theirs[0]]
        if not is_moment(moment.type()):
            return moment
        return local(moment, rule.timezone or self.raw.opened.zones[rule.theirs[0]])

    def _flag(self, ours: str, text: Any) -> Any:
        """Return a column of true and false."""
        rule = self.rules[ours]
        if rule.starts_with:
            return text.strip().startswith(rule.starts_with).fill_null(False)  # noqa: FBT003
        source = self.raw.table[rule.theirs[0]]
        if source.type().is_boolean():
            return source
        word = renamed(text.strip(), rule) if rule.values else text
        if self.raw.opened.remote:
            return typed.read(word, "flag")
        return word.try_cast("boolean") if self.styles.get((ours, 0)) == PLAIN_FLAG else flag(word)

    def _blank(self, text: Any) -> Any:
        """Tell where nothing was written; other engines write patterns in other ways."""
        if self.raw.opened.remote:
            return ~typed.filled(text)
        return is_none(text) if text.type().is_string() else text.isnull()


def is_moment(kind: Any) -> bool:
    """Tell whether a column holds moments in UTC, which are days only in a time zone."""
    return bool(kind.is_timestamp() and kind.timezone)


def known(column: Any) -> Any:
    """Return a column without NaN, which the statistics of a Parquet file pass over in silence."""
    return column.isnan().ifelse(None, column) if column.type().is_floating() else column


def may_overflow(kind: Any) -> bool:
    """Tell whether a number of a type can be too large for money, or no number at all."""
    if kind.is_decimal():
        return kind.precision is None or kind.precision - (kind.scale or 0) > WHOLE
    return bool(kind.is_floating() or (kind.is_integer() and kind.nbytes > INT))


def _constant(rule: ColumnRule) -> Any:
    import ibis  # noqa: PLC0415

    return ibis.literal(rule.constant).cast(TYPES[rule.kind][0])


def _refined(rule: ColumnRule) -> bool:
    """Tell whether a column needs more than its kind."""
    more = rule.values or rule.starts_with or rule.none or rule.negative_where
    return bool(more or rule.unit != 1)


def _type(name: str) -> Any:
    import ibis.expr.datatypes as dt  # noqa: PLC0415

    return dt.dtype(name)
