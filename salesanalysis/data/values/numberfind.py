"""Finding how the numbers of a column are written, from all of its values; or refusing."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from salesanalysis.data.values.numbers import PLAIN_NUMBER, POINTED, UNITS, NumberStyle
from salesanalysis.data.values.shapes import (
    Counted,
    Shape,
    as_shapes,
    number_rows,
    number_shapes,
    odd_of,
)
from salesanalysis.data.values.texts import cells, tidy
from salesanalysis.errors import ContractError

#: Every pair of separators in use, the plainest first.
STYLES = (
    *(
        NumberStyle(thousands, decimal)
        for decimal in ".,"
        for thousands in ("", ",", ".", " ", "'")
        if thousands != decimal
    ),
    NumberStyle(",", ".", lakh=True),
)

_GROUPS = NumberStyle(",")
#: Letters behind an amount: units of its own; credit and debit.
_LETTERS = r"[0-9][.']? ?(?:k|m|b|bn|mn|mln|mio\.?|mrd\.?|tsd\.?|l|lakh|cr\.?|crore)$"
_SIDES = r"[0-9] ?(?:cr|dr)\.?$"


def has_reason(value: str) -> bool:
    """Tell whether a value is an amount that carries more than a number, such as 10% or 5K.

    Examples
    --------
    >>> [has_reason(v) for v in ("10%", "14.3K", "5 CR", "12 pieces", "n/a")]
    [True, True, True, False, False]
    """
    text = tidy(value)
    return bool(re.search(rf"[0-9] ?%|{_LETTERS}|{_SIDES}", text, re.IGNORECASE))


def number_style(
    con: Any,
    column: Any,
    *,
    name: str,
    where: str,
    decimal: str = "",
    thousands: str = "",
    elsewhere: Callable[[], str] | None = None,
    seen: Counted | None = None,
) -> NumberStyle:
    """Return the one style in which all values of a text column are numbers.

    Nothing is decided cell by cell: ``1.234`` and ``1,234`` are 1234 or a little more than 1 by
    what the other values of the column are; where they do not say, by the other columns of the
    file; where those do not, the mapping must.

    Parameters
    ----------
    con : Ibis backend
    column : Ibis text column
        A sample, or the whole column.
    name : str
        The column's heading in the file.
    where : str
        The file, for the message.
    decimal, thousands : str
        What the mapping says; empty where it does not.
    elsewhere : function, optional
        Gives the decimal mark of the other columns, empty where they have none or two; asked
        only where the column itself does not tell.
    seen : list, optional
        What `counted_together` found in the column, where it was asked already.

    Returns
    -------
    NumberStyle
        `PLAIN_NUMBER` where the engine's own cast reads every value; its ``settled`` says
        whether the values seen exclude the other reading of a point.

    Raises
    ------
    ContractError
        ``ambiguous``: two styles fit and give different numbers. ``bad-value``: no style fits
        all values, groups are impossible (a file that Excel has mangled), shares with and
        without a percent sign, or several currencies in one column. ``bad-choice``: a separator
        that is none. The values and their counts travel as `rows`.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect
    >>> column = ibis.memtable(pa.table({"Umsatz": ["1.234,50", "99"]}))["Umsatz"]
    >>> number_style(connect(), column, name="Umsatz", where="sales.csv").words()
    'numbers such as 1.234,50'
    """
    found = number_shapes(con, column) if seen is None else as_shapes(seen)
    if not found:
        return replace(PLAIN_NUMBER, settled=False)
    search = _Search(con, column, found, name, where, elsewhere=elsewhere or str)
    search.require_one_kind()
    return search.chosen(_allowed(decimal, thousands, where))


def decimal_mark(con: Any, column: Any) -> str:
    """Return the decimal mark the values of a column prove; empty where they prove none.

    Examples
    --------
    >>> import ibis, pyarrow as pa
    >>> from salesanalysis.data.engine import connect
    >>> cells = ibis.memtable(pa.table({"a": ["12,50"], "b": ["1,234"], "c": ["1,234,567"]}))
    >>> [decimal_mark(connect(), cells[c]) for c in "abc"]
    [',', '', '.']
    """
    shapes = number_shapes(con, column)
    if not any(_tells(s) for s in shapes):
        return ""
    marks = {s.decimal for s in STYLES if all(_fits(s, shape) for shape in shapes)}
    return marks.pop() if len(marks) == 1 else ""


class _Search:
    """The shapes of one column, and every way to refuse them."""

    def __init__(
        self,
        con: Any,
        column: Any,
        shapes: list[Shape],
        name: str,
        where: str,
        *,
        elsewhere: Callable[[], str],
    ) -> None:
        self.con, self.column, self.shapes = con, column, shapes
        self.name, self.where, self.elsewhere = name, where, elsewhere
        self.total = sum(s.n_rows for s in shapes)

    def chosen(self, allowed: list[NumberStyle]) -> NumberStyle:
        """Return the style that fits, with everything the cells carry."""
        fitting = [s for s in allowed if all(_fits(s, shape) for shape in self.shapes)]
        if not fitting:
            raise self._broken(allowed)
        readings = {tuple(self._decimals(s)): s for s in reversed(fitting)}
        styles = sorted(readings.values(), key=STYLES.index)
        settled = len(allowed) == 1 or any(_tells(s) for s in self.shapes)
        if len(styles) > 1:
            # 12,345 alone is anybody's guess, and so is 12.345
            mark = self._told() or self.elsewhere()
            decided = [s for s in styles if s.decimal == mark]
            if len(decided) != 1:
                raise self._ambiguous(styles)
            styles = decided
        return replace(
            styles[0],
            percent=self.shapes[0].percent,
            marked=not all(s.bare for s in self.shapes),
            odd=odd_of([s.raw for s in self.shapes]),
            currency=next((s.currency for s in self.shapes if s.currency), ""),
            example=self.shapes[0].example,
            settled=settled,
        )

    def _told(self) -> str:
        """Return the decimal mark of the country whose sign stands in the cells."""
        pointed = any(s.currency in POINTED or set(UNITS) & set(s.text) for s in self.shapes)
        return "." if pointed else ""

    def _decimals(self, style: NumberStyle) -> list[int | None]:
        return [_places(style, s) for s in self.shapes]

    def require_one_kind(self) -> None:
        """Refuse shares with and without a percent sign, and amounts of several currencies."""
        numbers = [s for s in self.shapes if s.body is not None]
        signs = {s.percent for s in numbers}
        if len(signs) > 1:
            other = next(s.example for s in numbers if not s.percent)
            few = [s for s in numbers if s.percent]
            raise self._mixed(few, f"a percent sign, others such as {other!r} none", "5% is 0.05")
        currencies = sorted({s.currency for s in numbers if s.currency})
        if len(currencies) > 1:
            fewest = min(
                currencies, key=lambda c: sum(s.n_rows for s in numbers if s.currency == c)
            )
            few = [s for s in numbers if s.currency == fewest]
            words = f"{fewest}, others {' and '.join(c for c in currencies if c != fewest)}"
            raise self._mixed(few, words, "amounts of two currencies cannot be added")

    def _mixed(self, few: list[Shape], words: str, why: str) -> ContractError:
        rows = number_rows(self.con, self.column, few)
        n = sum(s.n_rows for s in few)
        return ContractError(
            f"{n:,} of {self.total:,} values of {self.name!r} carry {words}: {cells(rows)}.",
            where=f"{self.where}, column {self.name!r}; {why}",
            fix="write the column in one way, or split it into two",
            rows=rows,
        )

    def _ambiguous(self, styles: list[NumberStyle]) -> ContractError:
        """Two styles read the column, and not to the same numbers."""
        differ = [s for s in self.shapes if len({_places(t, s) for t in styles}) > 1]
        rows = number_rows(self.con, self.column, differ)
        point, comma = (next(s for s in styles if s.decimal == d) for d in ".,")
        n = sum(s.n_rows for s in differ)
        example = rows["value"].iloc[0]
        rows["with_point"] = [point.shown(v) for v in rows["value"]]
        rows["with_comma"] = [comma.shown(v) for v in rows["value"]]
        return ContractError(
            f"{n:,} of {self.total:,} values of {self.name!r} can be read as two numbers: "
            f"{example!r} is {point.shown(example)} or {comma.shown(example)}.",
            where=f"{self.where}, column {self.name!r}; no value of the column decides, and no "
            "other column of the file, see .rows",
            fix=f'add to the column in the mapping decimal: "." for {point.shown(example)}, '
            f'or decimal: "," for {comma.shown(example)}',
            code="ambiguous",
            rows=rows,
        )

    def _broken(self, allowed: list[NumberStyle]) -> ContractError:
        """No style reads all values: name those that break the most frequent one."""

        def kept(style: NumberStyle) -> int:
            return sum(s.n_rows for s in self.shapes if _fits(style, s))

        if self._is_mangled():
            return self._mangled()
        best = max(allowed, key=kept)
        bad = [s for s in self.shapes if not _fits(best, s)]
        rows, n = number_rows(self.con, self.column, bad), sum(s.n_rows for s in bad)
        like = f"{best.words()}, as the other {kept(best):,} are" if kept(best) else "a number"
        why, fix = _advice(rows["value"].tolist())
        return ContractError(
            f"{n:,} of {self.total:,} values of {self.name!r} cannot be read as {like}: "
            f"{cells(rows)}.",
            where=f"{self.where}, column {self.name!r}; {why}see .rows",
            fix=fix,
            rows=rows,
        )

    def _is_mangled(self) -> bool:
        """Say whether commas alone are too many for decimals and in the wrong place for groups."""
        bodies = [s.body or "" for s in self.shapes]
        many = any(body.count(",") > 1 for body in bodies)
        return many and bool(self._no_groups()) and not any("." in body for body in bodies)

    def _no_groups(self) -> list[Shape]:
        return [s for s in self.shapes if s.body and "," in s.body and not _fits(_GROUPS, s)]

    def _mangled(self) -> ContractError:
        bad = self._no_groups()
        rows, n = number_rows(self.con, self.column, bad), sum(s.n_rows for s in bad)
        whole = next(s.example for s in self.shapes if s.body and s.body.count(",") > 1)
        return ContractError(
            f"{n:,} of {self.total:,} values of {self.name!r} have commas where no thousands "
            f"can end, beside values such as {whole!r}: {cells(rows)}.",
            where=f"{self.where}, column {self.name!r}; a spreadsheet took the decimal point for "
            "a thousands separator and cut zeros, so the size of every value is lost",
            fix="export the file again from its source without a spreadsheet in between",
            rows=rows,
        )


def _fits(style: NumberStyle, shape: Shape) -> bool:
    return _places(style, shape) is not None


def _places(style: NumberStyle, shape: Shape) -> int | None:
    return shape.decimals(style.thousands, style.decimal, lakh=style.lakh)


def _advice(values: list[str]) -> tuple[str, str]:
    """Say why values are no numbers, and what helps: nothing with digits stands for none."""
    texts = [tidy(v) for v in values]

    def any_(pattern: str) -> bool:
        return any(re.search(pattern, t, re.IGNORECASE) for t in texts)

    if any_(r"[0-9] ?DR\.?$"):
        return "CR and DR tell credit from debit; ", (
            "say which of them is below zero: where sales are CR, as in a register of sales, "
            "minus: DR and plus: CR; where they are DR, as in accounts of customers, minus: CR and "
            "plus: DR"
        )
    if all(re.search(r"[0-9] ?CR\.?$", t, re.IGNORECASE) for t in texts):
        return "CR is credit, or crore, which is 10,000,000; ", (
            "where it is credit and sales are, add plus: CR; where it is crore, export the amounts "
            "in full"
        )
    if any_(_LETTERS):
        return "a letter behind the digits is a unit of its own; ", (
            "export the amounts in full; where every value has the same unit, export it without "
            "the letter and add unit: thousands or unit: millions"
        )
    words = sorted({v.strip() for v in values if not re.search(r"\d", v)})
    if words and len(words) == len({v.strip() for v in values}):
        shown = ", ".join(f'"{w}"' for w in words[:3]) + (", ..." if len(words) > 3 else "")
        return "", (
            "mend these cells, map another column, or list values that stand for none: "
            f"none: [{shown}]"
        )
    return "", "mend these cells, or map another column"


def _tells(shape: Shape) -> bool:
    """Say whether a shape excludes one of the two meanings of a point."""
    body = shape.body or ""
    return "." in body or "," in body or "'" in body


def _allowed(decimal: str, thousands: str, where: str) -> list[NumberStyle]:
    """Return the styles the mapping leaves open."""
    marks = [tidy(m) if m.strip() else m[:1] and " " for m in (decimal, thousands)]
    found = [
        s
        for s in STYLES
        if marks[0] in ("", s.decimal) and (not marks[1] or s.thousands == marks[1])
    ]
    if not found:
        raise ContractError(
            f"decimal {decimal!r} with thousands {thousands!r} is no way to write numbers.",
            where=where,
            fix='use decimal: "." or ",", and for thousands another one of "," "." " " or "\'"',
            code="bad-choice",
        )
    return found
