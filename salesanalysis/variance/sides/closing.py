"""Months that are not closed yet, and returns of sales of other months."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.variance.cells import is_return
from salesanalysis.variance.convention import Convention
from salesanalysis.variance.sides.calendar import Months, month_codes, stamp
from salesanalysis.variance.sides.prorate import elapsed_share


@dataclass(frozen=True, eq=False)
class Windowed:
    """Both sides cut to the months that are compared.

    Attributes
    ----------
    actual, base : DataFrame
    revised : DataFrame, optional
    base_months, actual_months : (first, last), optional
        Whole months since 1970; None where a table does not say its months.
    shift : int
        Months from a base month to the actual month it is compared with.
    open_actual, open_base : DataFrame, optional
        Rows of months not yet closed, where they get a row of their own.
    last : int, optional
        Last open month, where open months are shown.
    left_out, details : tuple
        For `Meta`.
    """

    actual: pd.DataFrame
    base: pd.DataFrame
    revised: pd.DataFrame | None = None
    base_months: tuple[int, int] | None = None
    actual_months: tuple[int, int] | None = None
    shift: int = 0
    open_actual: pd.DataFrame | None = None
    open_base: pd.DataFrame | None = None
    last: int | None = None
    left_out: tuple[str, ...] = ()
    details: tuple[tuple[str, str], ...] = field(default_factory=tuple)

    @property
    def window(self) -> tuple[pd.Timestamp, ...]:
        """First and last month of the actual figures."""
        if self.actual_months is None:
            return ()
        first, last = self.actual_months
        return stamp(first), stamp(last if self.last is None else self.last)

    @property
    def n_months(self) -> tuple[int, int]:
        """How many months base and actual cover."""
        pairs = [months or (0, 0) for months in (self.base_months, self.actual_months)]
        return pairs[0][1] - pairs[0][0] + 1, pairs[1][1] - pairs[1][0] + 1


@dataclass(frozen=True, eq=False)
class Side:
    """One table with the month of each row."""

    frame: pd.DataFrame
    column: str
    codes: Months

    def keep(self, where: Any) -> "Side":
        """Return some of the rows."""
        return replace(self, frame=self.frame[where], codes=self.codes[where])

    @property
    def ends(self) -> tuple[int, int]:
        """Return first and last month."""
        return int(self.codes.min()), int(self.codes.max())


@dataclass(frozen=True, eq=False)
class How:
    """What both sides are cut by, and what was left out on the way."""

    choices: Convention
    amounts: Sequence[str]
    units: str | None
    calendar: Any
    left: dict[str, str]

    def note(self, name: str, n: int, side: Side | None = None) -> None:
        """Count what was left out, and its value."""
        self.left[name] = str(int(self.left.get(name, 0)) + n)
        if side is not None:
            values = pd.to_numeric(side.frame[self.amounts[0]], errors="coerce")
            self.left[f"{name}_value"] = repr(float(np.nansum(values.to_numpy(dtype="float64"))))


def closed_months(
    out: Windowed, sides: list[Side], closed: int, how: How
) -> tuple[Windowed, list[Side]]:
    """Cut both sides after the last closed month, or show or prorate what is open."""
    base, actual = sides
    limits = (closed - out.shift, closed)
    if how.choices.open_months == "prorate":
        return out, [_prorated(base, actual, limits[0], out.shift, how), actual]
    late = [side.codes > limit for side, limit in zip(sides, limits, strict=True)]
    if how.choices.open_months == "show":
        last = max(actual.ends[1], base.ends[1] + out.shift)
        out = replace(
            out, open_base=base.frame[late[0]], open_actual=actual.frame[late[1]], last=last
        )
    else:
        if late[0].any():
            how.note("open_months", len(np.unique(base.codes[late[0]])), base.keep(late[0]))
        if late[1].any():
            how.note("after_closed", int(late[1].sum()), actual.keep(late[1]))
    if out.revised is not None:
        codes = month_codes(out.revised, base.column, "revised")
        out = replace(out, revised=out.revised[codes <= limits[0]])
    return out, [s.keep(~m) if m.any() else s for s, m in zip(sides, late, strict=True)]


def _prorated(base: Side, actual: Side, closed: int, shift: int, how: How) -> Side:
    """Take of each open month of the base the part of its working days that has passed."""
    later = base.codes > max(actual.ends[1] - shift, closed)
    if later.any():
        how.note("open_months", len(np.unique(base.codes[later])), base.keep(later))
    base = base.keep(~later)
    part = np.ones(len(base.codes))
    for code in np.unique(base.codes[base.codes > closed]):
        share = elapsed_share(how.calendar, int(code) + shift, actual.frame[actual.column])
        part[base.codes == code] = share
    parts = [c for c in (*how.amounts, how.units) if c and c in base.frame.columns]
    return replace(base, frame=base.frame.assign(**{c: base.frame[c] * part for c in parts}))


def by_original_sale(side: Side, name: str, how: How) -> Side:
    """Date returns by the sale they undo; those of sales of other months are left out."""
    if "original_date" not in side.frame.columns:
        raise ContractError(
            f'returns_date="original" needs the day of the sale each return undoes; {name} has no '
            "column 'original_date'.",
            where=f"{name} columns are {[str(c) for c in side.frame.columns]}",
            fix="add 'original_date', or use returns_date=\"booking\"",
            code="missing-column",
        )
    known = how.units is not None and how.units in side.frame.columns
    quantity = (
        side.frame[how.units].to_numpy(dtype="float64", na_value=np.nan)
        if known
        else np.zeros(len(side.frame))
    )
    back = is_return(side.frame, name, quantity, how.amounts[0])
    if not back.any() or back.all():
        return side
    codes = side.codes.copy()
    codes[back] = month_codes(side.frame[back], "original_date", name)
    first, last = codes[~back].min(), codes[~back].max()
    outside = (codes < first) | (codes > last)
    if outside.any():
        how.note("returns_elsewhere", int(outside.sum()))
    return replace(side, codes=codes).keep(~outside)
