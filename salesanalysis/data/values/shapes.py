"""Shapes of a column's values: every digit a 9, counted in the engine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from salesanalysis.data.engine import fetch
from salesanalysis.data.values.numbers import CURRENCIES, CURRENCY, signed
from salesanalysis.data.values.texts import DIGITS, MAX_ROWS, is_nothing, strange, tidy

#: A column of numbers has some hundred shapes; one with more is text, refused on these alone.
MAX_SHAPES = 5000
#: Every digit that is none of ASCII, for a class of characters.
_FOREIGN = "".join(f"{digits[0]}-{digits[9]}" for digits in DIGITS)
_ZEROS = "".join(digits[0] for digits in DIGITS)
#: The first digit of a number where it is 0, and every digit as the 9 of its script.
_FIRST_ZERO = re.compile(f"^([^0-9{_FOREIGN}]*)[0{_ZEROS}]")
_TO_NINE = str.maketrans({d: digits[9] for digits in ("0123456789", *DIGITS) for d in digits})
#: Raw shapes, how many rows have each, and an example.
Counted = list[tuple[str, int, str]]
_BODY = r"(?P<body>[9Z.,][9Z., ']*?)(?P<power>E[+-]?[9Z]+)?"


@dataclass(frozen=True)
class Shape:
    """One way the numbers of a column look.

    Attributes
    ----------
    text : str
        The tidy value with every digit as 9, but a first 0 as Z: ``9,999.99``, ``Z.99``.
    n_rows : int
    example : str
        The smallest value of this shape, as it stands in the file.
    raw : str
        The shape with every character as it stands in the file.
    """

    text: str
    n_rows: int
    example: str
    raw: str = ""

    @property
    def body(self) -> str | None:
        """Return the digits with their separators; None where this is no number."""
        found = _parts(self.text)
        return found["body"] if found else None

    @property
    def percent(self) -> bool:
        """Say whether a percent sign stands in the cell."""
        return "%" in self.text

    @property
    def currency(self) -> str:
        """Return the currency in the cell, empty where there is none."""
        found = re.search(CURRENCY, self.text)
        return CURRENCIES[found[0]] if found else ""

    @property
    def scientific(self) -> bool:
        """Say whether the number has an exponent."""
        found = _parts(self.text)
        return bool(found and found["power"])

    @property
    def bare(self) -> bool:
        """Say whether the digits stand alone, but for a sign in front and ASCII characters."""
        return bool(re.fullmatch(r"\s*[+-]?[9Z.,]([9Z., 'eE+-]*[9Z.,])?\s*", self.raw, re.ASCII))

    def decimals(self, thousands: str, decimal: str, *, lakh: bool = False) -> int | None:
        """Return the decimals this shape has when read so; None where it cannot be.

        Examples
        --------
        >>> Shape("9.999", 1, "1.234").decimals("", "."), Shape("9.999", 1, "").decimals(".", ",")
        (3, 0)
        >>> print(Shape("Z,999", 1, "0,721").decimals(",", "."))
        None
        """
        if self.body is None:
            return None
        whole, _, fraction = self.body.partition(decimal)
        # an exponent beside groups of three is no number anybody writes
        grouped = bool(thousands) and thousands in whole and not self.scientific
        mark = re.escape(thousands)
        groups = (
            rf"9{{1,2}}(?:{mark}9{{2}})*{mark}9{{3}}" if lakh else rf"9{{1,3}}(?:{mark}9{{3}})+"
        )
        proper = re.fullmatch(groups if grouped else "[9Z]*", whole)
        if not proper or not re.fullmatch("[9Z]*", fraction) or not (whole or fraction):
            return None
        return len(fraction)


@lru_cache(maxsize=MAX_SHAPES)
def _parts(text: str) -> dict[str, str] | None:
    """Split a shape into its digits and exponent; brackets and signs must be in order."""
    pattern = signed(_BODY, percent="%" in text)
    # the pattern holds the body once for every place a sign may stand
    copies = iter(range(9))
    numbered = re.sub(
        r"\(\?P<body>(.*?)\)\(\?P<power>(.*?)\)\?",
        lambda m: f"(?P<body{(i := next(copies))}>{m[1]})(?P<power{i}>{m[2]})?",
        pattern,
    )
    found = re.fullmatch(numbered, text)
    if not found:
        return None
    groups = {k.rstrip("0123456789"): v for k, v in found.groupdict().items() if v}
    return {"body": groups["body"].rstrip(" "), "power": groups.get("power", "")}


def number_shapes(con: Any, column: Any) -> list[Shape]:
    """Count the shapes of a column of numbers, most frequent first; none left out."""
    return as_shapes(counted(con, column, _numbered))


def as_shapes(found: Counted) -> list[Shape]:
    """Return what was counted of a column of numbers as shapes."""
    return [Shape(tidy(raw), n_rows, example, raw) for raw, n_rows, example in found]


def _numbered(text: Any) -> Any:
    """Write every digit as 9, but the first as Z where it is 0."""
    return _nines(text.re_replace(_FIRST_ZERO.pattern, r"\1Z"))


def counted(con: Any, column: Any, shape: Any = None) -> Counted:
    """Return the raw shapes of a text column, how many rows have them, and an example.

    Only short work is done for each of perhaps ten million rows; the shapes are few.
    """
    table = column.name("value").as_table().mutate(shape=lambda t: (shape or _nines)(t["value"]))
    sums = table.group_by("shape").aggregate(n=table.count(), example=table["value"].min())
    rows = fetch(con, sums.order_by([sums["n"].desc(), "shape"]).limit(MAX_SHAPES))
    return _told(rows)


def counted_together(con: Any, numbers: Sequence[Any], dates: Sequence[Any]) -> list[Counted]:
    """Return the same of several columns of a short table, asked in one question.

    The values are few: their shapes are told here, which is quicker than in the engine.

    Returns
    -------
    list
        One for each column, those of `numbers` before those of `dates`.
    """
    import ibis  # noqa: PLC0415  the engine comes with the first table

    columns = [*numbers, *dates]
    if not columns:
        return []
    parts = [
        c.name("value").as_table().mutate(which=ibis.literal(i, "int32"))
        for i, c in enumerate(columns)
    ]
    table = ibis.union(*parts)
    found = fetch(con, table.group_by("which", "value").aggregate(n=table.count()))
    found = found[found["value"].notna()]
    zeroed = found["value"].str.replace(_FIRST_ZERO, r"\1Z", regex=True)
    texts = zeroed.where(found["which"] < len(numbers), found["value"])
    rows = (
        found.assign(shape=texts.str.translate(_TO_NINE))
        .groupby(["which", "shape"], as_index=False)
        .agg(n=("n", "sum"), example=("value", "min"))
        .sort_values(["which", "n", "shape"], ascending=[True, False, True])
    )
    return [
        _told(rows[rows["which"] == i].drop(columns="which").head(MAX_SHAPES))
        for i in range(len(columns))
    ]


def _told(rows: pd.DataFrame) -> Counted:
    """Return shapes as tuples, without those of cells that hold nothing."""
    filled = rows[[not is_nothing(text) for text in rows["shape"]]]
    return list(filled.itertuples(index=False, name=None))


def odd_of(raws: list[str]) -> str:
    """Return the characters of raw shapes that need their plain partner to be read.

    Examples
    --------
    >>> odd_of(["¥９，999", "9"])
    '，０１２３４５６７８９'
    """
    odd = strange("".join(raws))
    for digits in DIGITS:
        odd = odd.replace(digits[9], digits)
    return odd


def _nines(text: Any) -> Any:
    """Write every digit as 9, one of another script as the 9 of that script."""
    wide = text
    for digits in DIGITS:
        wide = wide.re_replace(f"[{digits[0]}-{digits[9]}]", digits[9])
    wide = text.re_search(f"[{_FOREIGN}]").ifelse(wide, text)
    return wide.translate("012345678", "9" * 9)


def rows_of(con: Any, column: Any, raws: list[str], shape: Any = None) -> pd.DataFrame:
    """Return the values of a text column that have one of the raw shapes, with their counts."""
    found = (shape or _nines)(column.name("value").as_table()["value"]).isin(raws)
    return rows_where(con, column, lambda _: found)


def number_rows(con: Any, column: Any, shapes: list[Shape]) -> pd.DataFrame:
    """Return the values of a column of numbers that have one of `shapes`, with their counts."""
    return rows_of(con, column, [s.raw for s in shapes], _numbered)


def rows_where(con: Any, column: Any, condition: Any) -> pd.DataFrame:
    """Return the values of a text column that meet `condition`, with their counts."""
    table = column.name("value").as_table()
    picked = table.filter(condition(table["value"]))
    sums = picked.group_by("value").aggregate(count=picked.count())
    return fetch(con, sums.order_by([sums["count"].desc(), "value"]).limit(MAX_ROWS))
