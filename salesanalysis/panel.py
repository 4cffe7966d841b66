"""The panel: one value per node and month, with what is needed to read it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, unknown_name
from salesanalysis.labels import Terms, count, label, money, month
from salesanalysis.periods import FiscalCalendar, month_range, month_start
from salesanalysis.results import Result


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
        Missing columns, empty names, values that are empty or infinite, the same node and
        month twice, a month missing inside a node's life.

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

    def __post_init__(self) -> None:
        """Refuse what no method could read rightly, and keep an ordered copy."""
        keys = [*self.by, "period"]
        require_columns(self.frame, [*keys, "value"], name="panel")
        require_rows(self.frame, name="panel")
        frame = self.frame[[*keys, "value"]].copy()
        frame["period"] = pd.to_datetime(frame["period"]).astype("datetime64[us]")
        _check_panel(frame, keys)
        frame = frame.sort_values(keys, kind="stable").reset_index(drop=True)
        object.__setattr__(self, "frame", frame)
        object.__setattr__(self, "by", tuple(self.by))

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
        last = frame["period"].max() if closed_through is None else closed_through
        tidy = frame.rename(columns={value: "value"})
        return cls(tidy, tuple(by), value, month_start(last), **context)

    def to_frame(self) -> pd.DataFrame:
        """Return the long table; a copy."""
        return self.frame.copy()

    def nodes(self) -> pd.DataFrame:
        """Return the level columns, one row per node, in order of the names."""
        return self.frame[list(self.by)].drop_duplicates().reset_index(drop=True)

    def months(self) -> pd.DatetimeIndex:
        """Return every month from the first of any node to the last closed one."""
        return month_range(self.frame["period"].min(), self.closed_through)

    def matrix(self) -> pd.DataFrame:
        """Return nodes x months; empty where a node was not active yet."""
        wide = self.frame.assign(node=self._node_ids()).pivot(
            index="node", columns="period", values="value"
        )
        wide = wide.reindex(columns=self.months())
        wide.index = (
            pd.MultiIndex.from_frame(self.nodes()) if self.by else pd.Index(["company"], name="node")
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
            if column not in self.by:
                raise unknown_name(
                    column, self.by, kind="level", where="Panel.select", error=ContractError
                )
            known = sorted(self.frame[column].unique())
            if wanted not in known:
                raise unknown_name(
                    wanted, known, kind=column, where="Panel.select", error=ContractError
                )
            frame = frame[frame[column] == wanted]
        return replace(self, frame=frame)

    def roll_up(self, by: Sequence[str]) -> "Panel":
        """Return the panel summed to fewer levels; the total stays the same."""
        keys = [*by, "period"]
        require_columns(self.frame, by, name="panel")
        summed = self.frame.groupby(keys, sort=True, as_index=False)["value"].sum()
        return replace(self, frame=summed, by=tuple(by))

    def total(self) -> float:
        """Return the sum of all values, in `currency`."""
        return float(self.frame["value"].sum())

    def years(self) -> pd.DataFrame:
        """Return node x fiscal year sums with ``n_months``, the closed months behind each."""
        keys = [*self.by, "year"]
        dated = self.frame.assign(year=self.calendar.years_of(self.frame["period"]))
        return dated.groupby(keys, as_index=False).agg(
            value=("value", "sum"), n_months=("value", "size")
        )

    def _sentences(self, lang: str) -> list[str]:
        months = self.months()
        return [
            label(
                "panel.headline",
                lang,
                amount=money(self.total(), lang, self.currency),
                first=month(months[0], lang),
                last=month(months[-1], lang),
                n=count(len(self.nodes()) if self.by else 1),
            )
        ]


def _check_panel(frame: pd.DataFrame, keys: list[str]) -> None:
    """Refuse empty names, values nobody can add, doubled rows and gaps."""
    for column in keys:
        empty = frame[frame[column].isna() | (frame[column].astype("str").str.strip() == "")]
        if len(empty):
            raise ContractError(
                f"{len(empty)} of {len(frame)} rows of panel have no {column!r}.",
                where=f"first rows {empty.index[:3].tolist()}, see .rows",
                fix='give them a name such as "(no owner)", or leave them out and say so',
                rows=empty,
            )
    bad = frame[~np.isfinite(frame["value"].to_numpy(dtype="float64"))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(frame)} values of panel are empty or infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="a month without sales is 0; leave out months that are unknown",
            rows=bad,
        )
    twice = frame[frame.duplicated(keys, keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} rows of panel share a node and month.",
            where=f"keys {keys}, first rows {twice.index[:3].tolist()}, see .rows",
            fix="sum them first, or add the level that tells them apart",
            code="duplicate-key",
            rows=twice,
        )
    levels = keys[:-1]
    number = frame["period"].dt.year * 12 + frame["period"].dt.month
    if levels:
        span = number.groupby([frame[c] for c in levels]).agg(["min", "max", "size"])
        gaps = span[span["max"] - span["min"] + 1 != span["size"]]
        where = f"first: {gaps.index[0]!r}" if len(gaps) else ""
    else:
        span_all = int(number.max() - number.min() + 1)
        gaps = frame if span_all != len(frame) else frame.iloc[:0]
        where = "the company"
    if len(gaps):
        raise ContractError(
            f"{len(gaps)} nodes of panel miss months between their first and their last.",
            where=where,
            fix="write 0 for a month without sales, or start the node later",
            rows=gaps,
        )
