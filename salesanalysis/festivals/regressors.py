"""The calendar of a run of months as regressors, one column per effect."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.festivals.days import Floats, read_table
from salesanalysis.festivals.windows import SPRING_WINDOWS, Window, centred_shares
from salesanalysis.festivals.workdays import WORKING_DAYS, by_law, working
from salesanalysis.periods import month_range


@dataclass(frozen=True, eq=False)
class Regressors:
    """Calendar regressors of a run of months, one column per effect.

    Attributes
    ----------
    months : DatetimeIndex of month starts, without a gap
    names : tuple of str, one per effect
    matrix : array, shape (months, effects)
        Centred: over the years of the calendar each calendar month has mean about 0.
    windows : tuple of Window or None
        The window behind each effect; None for working days.
    estimated : tuple of int
        Years whose notice of holidays is not out yet: their working days are weekdays without
        the days off by law.
    """

    months: pd.DatetimeIndex
    names: tuple[str, ...]
    matrix: Floats
    windows: tuple[Window | None, ...]
    estimated: tuple[int, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the values with names, one row per month."""
        return pd.DataFrame(self.matrix, index=self.months, columns=list(self.names))

    def merging(self) -> tuple[tuple[str, ...], Floats]:
        """Return names and weights (effects x merged) that join the windows of each festival.

        A joined window carries the share of all its days, so ``matrix @ weights`` is the
        regressor of the sum window.

        Examples
        --------
        >>> from salesanalysis.festivals import regressors
        >>> spring = regressors(month_range("2024-01", "2024-02"))
        >>> names, weights = spring.merging()
        >>> names, weights[:, 0].tolist()
        (('before+during',), [0.75, 0.25])
        """
        groups = [w.festival if w else n for n, w in zip(self.names, self.windows, strict=True)]
        kept = list(dict.fromkeys(groups))
        member = np.array([[g == k for k in kept] for g in groups])
        lengths = np.array([w.length if w else 1 for w in self.windows])[:, None] * member
        names = tuple(
            "+".join(n for n, g in zip(self.names, groups, strict=True) if g == k) for k in kept
        )
        return names, lengths / lengths.sum(axis=0)


def regressors(
    months: Iterable[object],
    windows: Sequence[Window] = SPRING_WINDOWS,
    *,
    workdays: str | None = None,
    table: pd.DataFrame | None = None,
) -> Regressors:
    """Return the centred regressors of festival windows and working days.

    Parameters
    ----------
    months : dates
        History and horizon, one date per month, in order and without a gap.
    windows : sequence of Window
        Each one is an effect of its own.
    workdays : {None, "weekdays", "china"}
        Adds the effect of working days: Monday to Friday, or the days China works. Days off
        and make-up days of `table` are added to the weekdays, and to China's published years;
        later years without a table count weekdays less China's days off by law (to 2035).
    table : DataFrame, optional
        ``date`` and ``kind``: ``day_off``, ``workday`` (a make-up day), or the festival whose
        day this is. Dates of the Spring Festival or Easter given here take over.

    Returns
    -------
    Regressors
        Window: days of the window in the month / length of the window, minus its mean over the
        same calendar month in all years of the calendar. Working days: logarithm of days over
        their mean in the same calendar month.

    Raises
    ------
    ContractError
        The calendar does not cover a month (code ``uncovered``), names a day twice, or lacks the
        festival; effects share a name; months have a gap.

    References
    ----------
    Findley, D. F., Monsell, B. C., Bell, W. R., Otto, M. C. and Chen, B.-C. (1998). New
    capabilities and methods of the X-12-ARIMA seasonal-adjustment program. Journal of Business
    and Economic Statistics 16(2), 127-152. U.S. Census Bureau, genhol utility (centring by
    calendar month).

    Examples
    --------
    >>> regressors(month_range("2025-01", "2025-02")).to_frame().round(3).to_numpy().tolist()
    [[0.289, 0.192], [-0.289, -0.192]]
    """
    index = _months(months)
    days = read_table(table)
    columns = [centred_shares(index, w, days) for w in windows]
    if workdays is not None:
        columns.append(working(index, workdays, days))
    names = tuple(w.name for w in windows) + ((WORKING_DAYS,) if workdays else ())
    _require_own_names(names)
    values = np.column_stack(columns) if columns else np.zeros((len(index), 0))
    estimated = tuple(by_law(index, workdays, days))
    return Regressors(index, names, values, (*windows, *([None] if workdays else [])), estimated)


def _months(months: Iterable[object]) -> pd.DatetimeIndex:
    """Read a run of months without a gap."""
    listed = list(months)
    if not listed:
        raise ContractError(
            "There are no months.",
            where="regressors(months)",
            fix="pass the months of history and horizon",
            code="empty-table",
        )
    index = month_range(listed[0], listed[-1])
    given = pd.DatetimeIndex([pd.Timestamp(str(m)) for m in listed]).to_period("M")
    if not given.equals(index.to_period("M")):
        raise ContractError(
            f"{len(listed)} months from {given[0]} to {given[-1]} have a gap, a repeat or are "
            "out of order.",
            where="regressors(months)",
            fix="pass each month once, in order, as periods.month_range does",
        )
    return index


def _require_own_names(names: Sequence[str]) -> None:
    twice = sorted({n for n in names if list(names).count(n) > 1})
    if twice:
        raise ContractError(
            f"{len(names)} effects share the names {twice}.",
            where="regressors(windows)",
            fix="give each Window a name of its own",
            code="duplicate-key",
        )
