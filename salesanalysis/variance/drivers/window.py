"""Which rows of both sides are compared: closed months, of windows equally long."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.periods import month_start
from salesanalysis.variance.convention import Convention
from salesanalysis.variance.sides import Windowed, check_sides, cut
from salesanalysis.variance.sides.calendar import code_of, month_codes, month_column

#: Number of the step in a comparison month by month.
LINK = "link"


def comparable(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    keys: Sequence[str],
    *,
    value: str,
    currency: str,
    names: Sequence[str],
    period: str | None = None,
    closed_through: object = None,
    window: Sequence[object] = (),
) -> Windowed:
    """Return both sides cut to closed months, refusing two tables that cannot be compared."""
    sides = cut(
        actual, base, period=period, value=value, units=None, choices=Convention(),
        closed_through=closed_through, last_year=names[0] == "last_year",
        windows_said=bool(window),
    )  # fmt: skip
    check_sides(
        sides.actual, sides.base, keys, value=value, units=None, cost=None, currency=currency,
        with_rates=False, aggregate=True, period=period,
    )  # fmt: skip
    return sides


def said(window: Sequence[object], sides: Windowed) -> tuple[pd.Timestamp, ...]:
    """Return the months compared: those named, else those found in the tables."""
    return tuple(month_start(month) for month in window) or sides.window


def one_after_another(actual: pd.DataFrame, base: pd.DataFrame, period: str | None) -> bool:
    """Tell whether `base` is one month before several months of `actual`."""
    codes = [_codes(frame, period, name) for frame, name in ((base, "base"), (actual, "actual"))]
    n = [len(np.unique(c)) for c in codes]
    return n[0] == 1 < n[1] and bool(codes[0][0] < codes[1].min())


def closed_only(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    period: str | None,
    closed_through: object,
    value: str,
) -> Windowed:
    """Return a path of months, cut after the last closed one; what is cut is counted."""
    codes = _codes(actual, period, "actual")
    late = codes > (code_of(closed_through) if closed_through is not None else codes.max())
    if late.all():
        raise ContractError(
            "No month of actual is closed.",
            where="explain_chain(chained=True, closed_through=...)",
            fix="set closed_through= later",
            code="empty-table",
        )
    if not late.any():
        return Windowed(actual, base)
    require_columns(actual, [value], name="actual")
    amount = float(pd.to_numeric(actual[value][late], errors="coerce").sum())
    return Windowed(
        actual[~late],
        base,
        left_out=(f"after_closed={int(late.sum())}",),
        details=(("after_closed_value", repr(amount)),),
    )


def linked(
    actual: pd.DataFrame, base: pd.DataFrame, period: str | None, *, path: bool
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return actual and base of every step, told apart by ``link``.

    On a path each month is compared with the month before it; else each month of `actual`
    with the one that stands at the same place in `base`.
    """
    codes = [_codes(frame, period, name) for frame, name in ((actual, "actual"), (base, "base"))]
    if not path:
        sides = [
            f.assign(**{LINK: c - c.min()}) for f, c in zip((actual, base), codes, strict=True)
        ]
        return sides[0], sides[1]
    months = np.unique(np.concatenate(codes))
    both = pd.concat([actual, base], ignore_index=True)
    at = np.searchsorted(months, np.concatenate(codes))
    after, before = at > 0, at < len(months) - 1
    return both.assign(**{LINK: at})[after], both.assign(**{LINK: at + 1})[before]


def last_month(actual: pd.DataFrame, period: str | None) -> pd.DataFrame:
    """Return the rows of the last month."""
    codes = _codes(actual, period, "actual")
    return actual[codes == codes.max()]


def _codes(frame: pd.DataFrame, period: str | None, name: str) -> np.ndarray:
    """Return the month of each row, refusing a table without one."""
    column = month_column(frame, period, name)
    if column is None or not len(frame):
        raise ContractError(
            f"Month by month needs the month of each row; {name} has none.",
            where="explain_chain(chained=True, period=...)",
            fix='keep the column of months, or name it: period="month"',
            code="missing-column",
        )
    return month_codes(frame, column, name)
