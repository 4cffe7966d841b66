"""What a forecast holds: figures that add up, nodes, errors, and slices of them."""

from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.forecast.checks import require_coherent, require_nested
from salesanalysis.forecast.floor.pools import Pools
from salesanalysis.forecast.tree import Flags, Floats
from salesanalysis.forecast.wording import bound_name
from salesanalysis.hierarchy import COMPANY
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar, month_range
from salesanalysis.results import Result

#: Fields that are tables.
TABLES = (
    "figures", "node_table", "scores", "pool_sizes", "accuracy", "weights", "calendar_effects",
    "so_far", "odd", "gaps", "began",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Figures(Result):
    """What a forecast holds: figures of every node that add up, and what they rest on.

    Attributes
    ----------
    figures : DataFrame, one row per node and month
        What `to_frame` returns.
    node_table : DataFrame, one row per node
        ``level``, level columns, ``node``, ``n_months`` (closed), ``scale`` (currency),
        ``own_scale``, ``pool``, ``n_scores``, ``calibrated``, ``not_negative``, ``status``,
        ``widened`` (a tail needed more scores than exist), ``beside`` (the figure lay outside
        its interval, which was widened to it), ``measured_months``, ``n_silent`` (closed months
        since the last sale).
    scores : DataFrame, one row per past error vector
        ``pool`` and ``z1`` ... ``zh``, in units of the scale.
    pool_sizes : DataFrame
        ``pool``, ``n_months``, ``n_windows``.
    accuracy : DataFrame, one row per level
        Errors at earlier origins and the coverage measured there.
    weights : DataFrame, one row per member of the combination
        ``member`` and its weight at each step, ``h1`` ...
    calendar_effects : DataFrame, one row per moving festival or working-day effect
        ``effect``, ``estimate`` (logarithm), ``standard_error``, ``spread`` (between nodes),
        ``kept_share``, ``n_months``, ``used``.
    calendar_said : dict of str to tuple of str
        What there is to say about them, by language.
    by, value, method, horizon, coverage : the call
    closed_through, first_month : Timestamp
    so_far : DataFrame, one row per node, or none
        What was sold in the first open month so far: ``level``, level columns, ``node``,
        ``period``, ``value`` and ``least`` (no forecast of that month lies below).
    n_origins : int
    bias_growth : float
        Company actuals above the method at earlier origins, relative to actuals.
    odd : DataFrame, one row per odd month of a node, or none
        ``level``, level columns, ``node``, ``period``, ``value`` (what was sold), ``fitted_as``
        (what the fit took instead).
    gaps : DataFrame, one row per unknown month of a node, or none
        ``level``, level columns, ``node``, ``period``.
    began : DataFrame, one row per unit without a closed month that sold this month, or none
        Level columns and ``value``; in no figure here.
    n_zero : int
        Months without a row that were taken as 0.
    since : Timestamp, optional
        First month that was fitted, where history before it was left out.
    step : int
        Months of a period: 1, or 3 where the history came in quarters. Then ``horizon`` counts
        quarters, and ``period`` is a quarter's first month.
    """

    figures: pd.DataFrame
    node_table: pd.DataFrame
    scores: pd.DataFrame
    pool_sizes: pd.DataFrame
    accuracy: pd.DataFrame
    weights: pd.DataFrame
    calendar_effects: pd.DataFrame
    calendar_said: dict[str, tuple[str, ...]]
    by: tuple[str, ...]
    value: str
    method: str
    horizon: int
    coverage: tuple[float, ...]
    closed_through: pd.Timestamp
    first_month: pd.Timestamp
    n_origins: int
    bias_growth: float
    calendar: FiscalCalendar = FiscalCalendar()
    currency: str = "CNY"
    terms: Terms = Terms()
    so_far: pd.DataFrame = field(default_factory=pd.DataFrame)
    odd: pd.DataFrame = field(default_factory=pd.DataFrame)
    gaps: pd.DataFrame = field(default_factory=pd.DataFrame)
    began: pd.DataFrame = field(default_factory=pd.DataFrame)
    n_zero: int = 0
    since: pd.Timestamp | None = None
    step: int = 1

    def __post_init__(self) -> None:
        """Refuse parents that differ from their children, and intervals without their figure."""
        for name in TABLES:
            object.__setattr__(self, name, getattr(self, name).copy())
        for name in ("by", "coverage"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        require_coherent(self.figures, self.by)
        require_nested(self.figures, self.coverage)

    def to_frame(self) -> pd.DataFrame:
        """Return node x month: ``level``, level columns, ``node``, ``period``, ``horizon`` (0
        for a closed month), ``kind`` (``actual``, ``forecast``, ``partial``: so far in a month
        that is not over, beside its forecast), ``value``, ``lo80`` ... ``hi95``,
        ``before_sums`` (the node by itself), ``sigma`` (size of an error), ``starting_level``,
        ``trend``, ``season``, ``calendar``, ``guard`` (what ``before_sums`` is made of),
        ``status``.
        """  # noqa: D205  the list of columns is the sentence
        if self.so_far.empty:
            return self.figures.copy()
        partial = self.so_far.drop(columns="least").assign(kind="partial", horizon=0)
        same = [bound_name(s, c) for c in self.coverage for s in ("lo", "hi")]
        partial = partial.assign(**dict.fromkeys([*same, "before_sums"], partial["value"]))
        partial["status"] = self.node_table["status"].to_numpy()
        partial = partial.reindex(columns=self.figures.columns).fillna(0.0)
        both = pd.concat([self.figures, partial], ignore_index=True)
        return both.astype(self.figures.dtypes.to_dict())

    def nodes(self) -> pd.DataFrame:
        """Return what is known about each node; a copy."""
        return self.node_table.copy()

    @property
    def pools(self) -> Pools:
        """Past error vectors by pool."""
        return Pools(self.scores, self.pool_sizes)

    def point(self) -> Floats:
        """Return the forecasts, shape (nodes, horizon), in order of `nodes`."""
        return self._ahead("value")

    def sigma(self) -> Floats:
        """Return the size of an error, shape (nodes, horizon), in currency."""
        return self._ahead("sigma")

    def ahead(self) -> pd.DatetimeIndex:
        """Return the open months, first to last; of quarters their first months."""
        first = self.closed_through + pd.DateOffset(months=self.step)
        last = first + pd.DateOffset(months=self.step * (self.horizon - 1))
        return month_range(first, last)[:: self.step]

    def end_of(self, period: pd.Timestamp) -> pd.Timestamp:
        """Return the last month of a period."""
        return period + pd.DateOffset(months=self.step - 1)

    def _ahead(self, column: str) -> Floats:
        ahead = self.figures[self.figures["horizon"] > 0]
        values: Floats = ahead[column].to_numpy(dtype="float64")
        return values.reshape(len(self.node_table), -1)

    def select(self, **where: str) -> Self:
        """Return the nodes with these names: a slice of the same figures, not a new forecast.

        Raises
        ------
        ContractError
            A level or a name that is not in the forecast, with the nearest that is.
        """
        keep = rows_named(self.node_table, self.by, where)
        chosen = self.node_table[keep].reset_index(drop=True)
        key = ["level", "node", *self.by]
        names = pd.MultiIndex.from_frame(chosen[key])
        parts = {
            name: table[pd.MultiIndex.from_frame(table[key]).isin(names)].reset_index(drop=True)
            for name in ("figures", "so_far", "odd", "gaps")
            if len(table := getattr(self, name))
        }
        if len(self.began):
            mine = (self.began[list(where)] == pd.Series(where)).all(axis=1)
            parts["began"] = self.began[mine].reset_index(drop=True)
        return replace(self, node_table=chosen, **parts)

    def at(self, node: str) -> Self:
        """Return the slice whose top is the node called `node`, such as ``East / Bikes``.

        Raises
        ------
        ContractError
            No node is called so.
        """
        nodes = self.node_table
        hits = nodes[nodes["node"] == node]
        if hits.empty and node == COMPANY == nodes["level"].iloc[0]:
            return self
        if hits.empty:
            known = [name or COMPANY for name in nodes["node"]]
            raise unknown_name(
                node, known, kind="node", where="Forecast, node=...", error=ContractError
            )
        where = {c: hits[c].iloc[0] for c in self.by if hits[c].iloc[0]}
        return self.select(**where) if where else self


def rows_named(table: pd.DataFrame, by: tuple[str, ...], where: dict[str, str]) -> Flags:
    """Return which nodes have these names; refuse levels and names that do not exist."""
    keep: Flags = np.ones(len(table), dtype=bool)
    for column, wanted in where.items():
        if column not in by:
            raise unknown_name(
                column, by, kind="level", where="Forecast.select", error=ContractError
            )
        known = sorted(set(table[column]) - {""})
        if wanted not in known:
            raise unknown_name(
                wanted, known, kind=column, where="Forecast.select", error=ContractError
            )
        keep &= (table[column] == wanted).to_numpy()
    if not keep.any():
        raise ContractError(
            f"No node has {where!r}.",
            where="Forecast.select",
            fix="ask for names that occur together",
            code="unknown-name",
        )
    return keep
