"""The panel: one value per node and month, with what is needed to read it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.dates import dates_of
from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
    unknown_name,
)
from salesanalysis.labels import Terms, count, label, money, month, short
from salesanalysis.periods import FiscalCalendar, month_range, month_start
from salesanalysis.results import Result, column_label


@dataclass(frozen=True, eq=False)
class Panel(Result):
    """A long table of one value per node and month, without gaps inside a node's life.

    Attributes
    ----------
    frame : DataFrame, one row per node and month
        The columns of `by`, ``period`` (month start) and ``value`` (in `currency` or units).
    by : tuple of str
        The level columns that name a node; empty for the company alone.
    value : str
        What is measured, such as ``revenue``.
    closed_through : Timestamp
        The last month that is over; later months are not in the panel.
    calendar : FiscalCalendar
    currency : str
    terms : Terms

    Raises
    ------
    ContractError
        Missing columns, empty names, values that are empty or infinite, a period that is no
        month start or still open, the same node and month twice, a month missing inside a
        node's life.

    Examples
    --------
    >>> frame = pd.DataFrame({"region": ["N", "N"], "period": ["2024-01-01", "2024-02-01"],
    ...                       "value": [1.0, 2.0]})
    >>> panel = Panel.of(frame, by=["region"])
    >>> panel.matrix().to_numpy().tolist()
    [[1.0, 2.0]]
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    value: str
    closed_through: pd.Timestamp
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()
    #: Months of a period.
    step: ClassVar[int] = 1

    def __post_init__(self) -> None:
        """Refuse what no method could read rightly, and keep an ordered copy."""
        keys = [*self.by, "period"]
        require_columns(self.frame, [*keys, "value"], name="panel")
        require_rows(self.frame, name="panel")
        frame = self.frame[[*keys, "value"]].reset_index(drop=True)
        frame["period"] = dates_of(frame["period"])
        frame["value"] = _numbers(frame["value"])
        closed = month_start(self.closed_through)
        _check_names(frame, keys)
        _check_values(frame)
        _check_months(frame, closed)
        _check_gaps(frame, keys, self.step)
        frame = frame.sort_values(keys, kind="stable", ignore_index=True)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "by", tuple(self.by))
        object.__setattr__(self, "closed_through", closed)

    @classmethod
    def of(
        cls,
        frame: pd.DataFrame,
        *,
        by: Sequence[str],
        value: str = "value",
        closed_through: object = None,
        **context: Any,
    ) -> "Panel":
        """Build a panel from a plain long table; `closed_through` defaults to its last month."""
        require_columns(frame, [*by, "period", value], name="panel")
        require_rows(frame, name="panel")
        tidy = frame[[*by, "period", value]].rename(columns={value: "value"})
        last = dates_of(tidy["period"]).max() if closed_through is None else closed_through
        return cls(tidy, tuple(by), value, month_start(last), **context)

    def to_frame(self) -> pd.DataFrame:
        """Return the long table; a copy."""
        return self.frame.copy()

    def nodes(self) -> pd.DataFrame:
        """Return the level columns, one row per node, in order of the names."""
        return self.frame[list(self.by)].drop_duplicates().reset_index(drop=True)

    def months(self) -> pd.DatetimeIndex:
        """Return every month from the first of any node to the last closed one."""
        return month_range(self.frame["period"].min(), self.closed_through)[:: self.step]

    def matrix(self) -> pd.DataFrame:
        """Return nodes x months; empty where a node was not active yet."""
        wide = self.frame.assign(node=self._node_ids()).pivot(
            index="node", columns="period", values="value"
        )
        wide = wide.reindex(columns=self.months())
        wide.index = (
            pd.MultiIndex.from_frame(self.nodes())
            if self.by
            else pd.Index(["company"], name="node")
        )
        return wide

    def _node_ids(self) -> npt.NDArray[np.int64]:
        if not self.by:
            return np.zeros(len(self.frame), dtype="int64")
        ids: npt.NDArray[np.int64] = (
            self.frame.groupby(list(self.by), sort=True, dropna=False).ngroup().to_numpy()
        )
        return ids

    def select(self, **where: Any) -> "Panel":
        """Return the part of the panel whose levels have these values.

        Raises
        ------
        ContractError
            A level or a value that is not in the panel, with the nearest that is.
        """
        frame = self.frame
        for column, wanted in where.items():
            self._check_level(column, "Panel.select")
            known = sorted(self.frame[column].unique())
            if wanted not in known:
                raise unknown_name(
                    wanted, known, kind=column, where="Panel.select", error=ContractError
                )
            frame = frame[frame[column] == wanted]
        return replace(self, frame=frame)

    def roll_up(self, by: Sequence[str]) -> "Panel":
        """Return the panel summed to fewer levels; the total stays the same.

        A month in which none of a node's parts was active, between others in which some
        were, is 0.

        Raises
        ------
        ContractError
            A level that is not in the panel.
        """
        for column in by:
            self._check_level(column, "Panel.roll_up")
        summed = self.frame.groupby([*by, "period"], sort=True, as_index=False)["value"].sum()
        return replace(self, frame=_fill_inside(summed, list(by), self.step), by=tuple(by))

    def _check_level(self, column: str, where: str) -> None:
        if column not in self.by:
            raise unknown_name(column, self.by, kind="level", where=where, error=ContractError)

    @property
    def counts(self) -> bool:
        """Whether the values are pieces and not money."""
        return self.value == "quantity" or self.value.startswith("n_")

    def total(self) -> float:
        """Return the sum of all values, in `currency` (pieces where `counts`)."""
        return float(self.frame["value"].sum())

    def years(self) -> pd.DataFrame:
        """Return node x fiscal year sums with ``n_months``, the closed months behind each."""
        keys = [*self.by, "year"]
        dated = self.frame.assign(year=self.calendar.years_of(self.frame["period"]))
        return dated.groupby(keys, as_index=False).agg(
            value=("value", "sum"), n_months=("value", "size")
        )

    def _what(self, lang: str, *, one: bool) -> str:
        """Return what is measured, and of whom where it is one node."""
        what = column_label(self.value, lang)
        if not (one and self.by):
            return what
        names = self.nodes().iloc[0]
        node = " / ".join(self.terms.show(c, names[c], lang) for c in self.by)
        return f"{node} · {what}"

    def _sentences(self, lang: str) -> list[str]:
        months = self.months()
        one = not self.by or len(self.nodes()) == 1
        total = self.total()
        return [
            label(
                "panel.headline_one" if one else "panel.headline",
                lang,
                what=self._what(lang, one=one),
                amount=short(total, lang) if self.counts else money(total, lang, self.currency),
                first=month(months[0], lang),
                last=month(months[-1], lang),
                n=count(1 if one else len(self.nodes())),
            )
        ]


def _numbers(column: pd.Series) -> pd.Series:
    """Read values as float64, or refuse texts."""
    if pd.api.types.is_numeric_dtype(column):
        return column.astype("float64")
    texts = column.map(lambda value: isinstance(value, str)).astype("bool")
    try:
        if texts.any():
            raise ValueError(column.dtype)
        return column.astype("float64")
    except (ValueError, TypeError):
        unreadable = pd.to_numeric(column, errors="coerce").isna()
        bad = column[unreadable if unreadable.any() else texts]
        raise ContractError(
            f"{len(bad)} of {len(column)} values of panel are no numbers, such as {bad.iloc[0]!r}.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="read the column as numbers first",
            rows=bad.to_frame(),
        ) from None


def _check_names(frame: pd.DataFrame, keys: list[str]) -> None:
    """Refuse empty names and doubled rows."""
    require_named(frame, keys, name="panel")
    require_unique(frame, keys, name="panel", what="share a node and month")


def _check_values(frame: pd.DataFrame) -> None:
    """Refuse values nobody can add."""
    bad = frame[~np.isfinite(frame["value"].to_numpy(dtype="float64"))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} values of panel are empty or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="a month without sales is 0; leave out months that are unknown",
            rows=bad,
        )


def _check_months(frame: pd.DataFrame, closed: pd.Timestamp) -> None:
    """Refuse periods that are no month start, and months that are not over."""
    period = frame["period"]
    odd = frame[period != period.dt.to_period("M").dt.to_timestamp()]
    if len(odd):
        raise ContractError(
            f"{len(odd)} of {len(frame)} periods of panel are no month start.",
            where=f"first rows {odd.index[:3].tolist()}, see .rows",
            fix="sum to months and write the first day, such as 2024-03-01",
            rows=odd,
        )
    still_open = frame[period > closed]
    if len(still_open):
        raise ContractError(
            f"{len(still_open)} of {len(frame)} rows of panel lie after {closed:%Y-%m}, "
            "the last closed month.",
            where=f"first rows {still_open.index[:3].tolist()}, see .rows",
            fix="leave open months out, or pass a later closed_through",
            rows=still_open,
        )


def _check_gaps(frame: pd.DataFrame, keys: list[str], step: int) -> None:
    """Refuse a node with a month missing between its first and its last."""
    levels = keys[:-1]
    number = frame["period"].dt.year * 12 + frame["period"].dt.month
    by = [frame[c] for c in levels] or [pd.Series("the company", index=frame.index)]
    span = number.groupby(by).agg(["min", "max", "size"])
    gaps = span[span["max"] - span["min"] + step != step * span["size"]]
    if len(gaps):
        raise ContractError(
            f"{len(gaps)} nodes of panel miss months between their first and their last.",
            where=f"first: {gaps.index[0]!r}",
            fix="write 0 for a month without sales, or start the node later",
            rows=gaps.reset_index(),
        )


def _fill_inside(frame: pd.DataFrame, by: list[str], step: int) -> pd.DataFrame:
    """Add the months a node misses between its first and its last, with value 0."""
    months = month_range(frame["period"].min(), frame["period"].max())[::step]
    wide = frame.set_index([*by, "period"])["value"]
    wide = wide.unstack(by) if by else wide.to_frame()
    wide = wide.reindex(months.rename("period"))
    inside = wide.notna().cummax() & wide[::-1].notna().cummax()[::-1]
    filled = wide.mask(inside & wide.isna(), 0.0)
    if not by:
        return filled.dropna().reset_index()
    long = filled.unstack().dropna().rename("value").reset_index()
    return long.sort_values([*by, "period"], ignore_index=True)
