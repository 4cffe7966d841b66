"""Which months of both sides are compared: closed ones, of the same length."""

from dataclasses import replace
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.variance.convention import Convention
from salesanalysis.variance.sides.calendar import (
    code_of,
    month_codes,
    month_column,
    written,
)
from salesanalysis.variance.sides.closing import (
    How,
    Side,
    Windowed,
    by_original_sale,
    closed_months,
)

#: Aligned month of each row, in frames that are split month by month.
MONTH = "(month)"


def cut(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    revised: pd.DataFrame | None = None,
    *,
    period: str | None,
    value: str,
    units: str | None,
    choices: Convention,
    cost: str | None = None,
    closed_through: object = None,
    calendar: Any = None,
    last_year: bool = False,
    windows_said: bool = False,
) -> Windowed:
    """Cut both sides to the months that are compared.

    Parameters
    ----------
    actual, base, revised : DataFrame
    period : str, optional
        Column of dates; default the first of ``period, month, date, order_date`` that holds
        dates. Tables without one are taken as they are.
    value : str
    units, cost : str, optional
    choices : Convention
        ``open_months``, ``per_month``, ``returns_date``, ``chained``.
    closed_through : date, optional
        Last closed month.
    calendar : DataFrame, optional
        For ``open_months="prorate"``, see `elapsed_share`.
    last_year : bool
        The base is the year before.
    windows_said : bool
        The caller named the window: lengths are not compared.

    Raises
    ------
    ContractError
        Windows that differ in length, months missing where they are needed.
    """
    columns = [month_column(f, period, n) for f, n in ((base, "base"), (actual, "actual"))]
    if None in columns or not len(base) or not len(actual):
        _months_needed(columns, choices, closed_through, rows=bool(len(base) and len(actual)))
        return Windowed(actual, base, revised)
    how = How(choices, [value, *([cost] if cost else [])], units, calendar, {})
    sides = [
        _dated(frame, str(column), name, how)
        for frame, column, name in ((base, columns[0], "base"), (actual, columns[1], "actual"))
    ]
    out = Windowed(actual, base, revised, shift=_shift(sides, last_year=last_year))
    if closed_through is not None:
        out, sides = closed_months(out, sides, code_of(closed_through), how)
        if not all(len(side.frame) for side in sides):
            raise _nothingclosed_months(sides, closed_through)
    return _windowed(out, sides, how, said=windows_said)


def _windowed(out: Windowed, sides: list[Side], how: How, *, said: bool) -> Windowed:
    """Compare the lengths of what is left, and write down what is not."""
    ends = [side.ends for side in sides]
    _same_length(ends, how.choices, said=said)
    frames = [side.frame for side in sides]
    if how.choices.chained:
        frames = [
            side.frame.assign(**{MONTH: side.codes + add})
            for side, add in zip(sides, (out.shift, 0), strict=True)
        ]
        if out.revised is not None:
            codes = month_codes(out.revised, sides[0].column, "revised")
            out = replace(out, revised=out.revised.assign(**{MONTH: codes + out.shift}))
    left = how.left
    return replace(
        out, base=frames[0], actual=frames[1], base_months=ends[0], actual_months=ends[1],
        left_out=tuple(f"{k}={v}" for k, v in left.items() if not k.endswith("_value")),
        details=(
            *((k, v) for k, v in left.items() if k.endswith("_value")),
            *((("season", "on"),) if _other_season(*ends) else ()),
        ),
    )  # fmt: skip


def _other_season(base: tuple[int, int], actual: tuple[int, int]) -> bool:
    """Tell whether the base is an earlier window of other months of the year.

    Season is then part of every difference. Whole years hold every season.
    """
    whole_years = all((last - first + 1) % 12 == 0 for first, last in (base, actual))
    same_months = (actual[0] - base[0]) % 12 == 0 and (actual[1] - base[1]) % 12 == 0
    return base[1] < actual[0] and not whole_years and not same_months


def _dated(frame: pd.DataFrame, column: str, name: str, how: How) -> Side:
    """Return one side with the month of each row."""
    side = Side(frame, column, month_codes(frame, column, name))
    return by_original_sale(side, name, how) if how.choices.returns_date == "original" else side


def _months_needed(
    columns: list[str | None], choices: Convention, closed_through: object, *, rows: bool
) -> None:
    """Refuse choices that need months where a table has none."""
    asked = [
        name
        for name, on in (
            ("closed_through=", closed_through is not None),
            ("per_month=True", choices.per_month),
            ("chained=True", choices.chained),
            ('returns_date="original"', choices.returns_date == "original"),
        )
        if on
    ]
    if asked and rows:
        missing = [n for n, c in zip(("base", "actual"), columns, strict=True) if c is None]
        raise ContractError(
            f"{asked[0]} needs the month of each row; there is no column of dates in "
            f"{' and '.join(missing)}.",
            where="explain(period=...)",
            fix='keep the column of months, or name it: period="month"',
            code="missing-column",
        )


def _shift(sides: list[Side], *, last_year: bool) -> int:
    """Return how many months lie between a base month and the one compared with it."""
    (first0, last0), (first1, last1) = (side.ends for side in sides)
    if first1 <= last0 and first0 <= last1:
        return 0
    if last_year and first1 <= last0 + 12 and first0 + 12 <= last1:
        return 12
    return first1 - first0


def _same_length(ends: list[tuple[int, int]], choices: Convention, *, said: bool) -> None:
    """Refuse windows of different length: half a year is never compared with a year."""
    lengths = [last - first + 1 for first, last in ends]
    if lengths[0] == lengths[1] or choices.per_month or said:
        return
    raise ContractError(
        f"base covers {_months(lengths[0])}, actual {_months(lengths[1])}.",
        where=f"base {written(*ends[0])}, actual {written(*ends[1])}",
        fix="compare the same months (closed_through= cuts open ones), or set per_month=True",
        code="bad-choice",
    )


def _months(n: int) -> str:
    return f"{n} month" if n == 1 else f"{n} months"


def _nothingclosed_months(sides: list[Side], closed_through: object) -> ContractError:
    empty = [n for n, s in zip(("base", "actual"), sides, strict=True) if not len(s.frame)]
    code = code_of(closed_through)
    return ContractError(
        f"No month of {' and '.join(empty)} is closed by {written(code, code)}.",
        where="explain(closed_through=...)",
        fix='set closed_through= later, or show open months: open_months="show"',
        code="empty-table",
    )
