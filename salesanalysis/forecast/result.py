"""The forecast as a result: figures that add up, their story, slices, landing and chances."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError, unknown_name
from salesanalysis.forecast import landing as landings
from salesanalysis.forecast import story
from salesanalysis.forecast.floor.pools import Pools
from salesanalysis.forecast.landing import Landing
from salesanalysis.forecast.sums import draw_table
from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.wording import bound_name, titles
from salesanalysis.hierarchy import COMPANY
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, Table

#: Sums of floats in another order differ by this much of their size, not more.
TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Forecast(Result):
    """Closed months and forecasts of every node, with intervals; parents are sums of children.

    Attributes
    ----------
    figures : DataFrame, one row per node and month
        What `to_frame` returns.
    node_table : DataFrame, one row per node
        ``level``, level columns, ``node``, ``n_months`` (closed), ``scale`` (currency),
        ``own_scale``, ``pool``, ``n_scores``, ``calibrated``, ``not_negative``, ``status``,
        ``widened`` (a tail needed more scores than exist), ``beside`` (the figure lay outside
        its interval, which was widened to it), ``measured_months``.
    scores : DataFrame, one row per past error vector
        ``pool`` and ``z1`` ... ``zh``, in units of the scale.
    pool_sizes : DataFrame
        ``pool``, ``n_months``, ``n_windows``.
    accuracy : DataFrame, one row per level
        Errors at earlier origins and the coverage measured there.
    weights : DataFrame, one row per member of the combination
        ``member`` and its weight at each step, ``h1`` ...
    by, value, method, horizon, coverage : the call
    closed_through, first_month : Timestamp
    n_origins : int
    bias_growth : float
        Company actuals above the method at earlier origins, relative to actuals.
    """

    figures: pd.DataFrame
    node_table: pd.DataFrame
    scores: pd.DataFrame
    pool_sizes: pd.DataFrame
    accuracy: pd.DataFrame
    weights: pd.DataFrame
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

    def __post_init__(self) -> None:
        """Refuse parents that differ from their children, and intervals without their figure."""
        for name in ("figures", "node_table", "scores", "pool_sizes", "accuracy", "weights"):
            object.__setattr__(self, name, getattr(self, name).copy())
        for name in ("by", "coverage"):
            object.__setattr__(self, name, tuple(getattr(self, name)))
        _require_coherent(self.figures, self.by)
        _require_nested(self.figures, self.coverage)

    def to_frame(self) -> pd.DataFrame:
        """Return node x month: ``level``, level columns, ``node``, ``period``, ``horizon`` (0
        for a closed month), ``kind``, ``value``, ``lo80`` ... ``hi95``, ``before_sums``
        (the node by itself), ``sigma`` (size of an error), ``status``.
        """  # noqa: D205  the list of columns is the sentence
        return self.figures.copy()

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

    def _ahead(self, column: str) -> Floats:
        ahead = self.figures[self.figures["horizon"] > 0]
        values: Floats = ahead[column].to_numpy(dtype="float64")
        return values.reshape(len(self.node_table), -1)

    def select(self, **where: str) -> "Forecast":
        """Return the nodes with these names: a slice of the same figures, not a new forecast.

        Raises
        ------
        ContractError
            A level or a name that is not in the forecast, with the nearest that is.
        """
        table, keep = self.node_table, np.ones(len(self.node_table), dtype=bool)
        for column, wanted in where.items():
            if column not in self.by:
                raise unknown_name(
                    column, self.by, kind="level", where="Forecast.select", error=ContractError
                )
            known = sorted(set(table[column]) - {""})
            if wanted not in known:
                raise unknown_name(
                    wanted, known, kind=column, where="Forecast.select", error=ContractError
                )
            keep &= (table[column] == wanted).to_numpy()
        chosen = table[keep].reset_index(drop=True)
        if chosen.empty:
            raise ContractError(
                f"No node has {where!r}.",
                where="Forecast.select",
                fix="ask for names that occur together",
                code="unknown-name",
            )
        key = ["level", "node", *self.by]
        inside = pd.MultiIndex.from_frame(self.figures[key]).isin(
            pd.MultiIndex.from_frame(chosen[key])
        )
        figures = self.figures[inside].reset_index(drop=True)
        return replace(self, figures=figures, node_table=chosen)

    def landing(
        self,
        target: float | pd.DataFrame | None = None,
        *,
        year: int | None = None,
        span: Sequence[Any] | None = None,
    ) -> Landing:
        """Say where a year, or the months of `span`, will end, and how likely a target is.

        Parameters
        ----------
        target : float or DataFrame, optional
            Of the top node, in currency; or a table with level columns and ``value`` (or
            ``target``), with ``period`` where it is by month.
        year : int, optional
            Fiscal year; the one of the first open month where neither is given.
        span : sequence of dates, optional
            First and last month of another span.

        Raises
        ------
        ContractError
            Months beyond the horizon or before the first, or a target no node fits.

        Examples
        --------
        >>> from salesanalysis.forecast import panel
        >>> from salesanalysis.panel import Panel
        >>> months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
        >>> sales = pd.DataFrame({"region": "N", "period": months, "value": 100.0})
        >>> panel(Panel.of(sales, by=["region"]), 9).landing(1300).to_frame()["gap"].tolist()[0]
        -100.0
        """
        months = landings.months_of(self, year, span)
        return landings.land(self, months, target=target)

    def probability(
        self,
        targets: float | pd.DataFrame,
        year: int | None = None,
        *,
        span: Sequence[Any] | None = None,
    ) -> pd.DataFrame:
        """Return how likely each target is: ``level`` columns, ``target``, ``landing``,
        ``probability``, ``status``; a target without history keeps its row (``no_history``).
        """  # noqa: D205
        months = landings.months_of(self, year, span)
        return landings.chances(self, months, targets)

    def draws(
        self, year: int | None = None, *, span: Sequence[Any] | None = None, n: int = 200
    ) -> pd.DataFrame:
        """Return `n` landings per node, ascending: level columns, ``node``, ``draw``, ``value``.

        They are quantiles of each node's own distribution: the same number in two nodes is not
        the same future, so draws of different nodes must not be added.
        """
        months = landings.months_of(self, year, span)
        return draw_table(self, months, n)

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the forecast months as readers see them, one row per node and month."""
        ahead = self.figures[self.figures["horizon"] > 0]
        shown = ahead.drop(columns=["level", *self.by, "kind"])
        shown["node"] = titles(ahead, self.by, self.terms, lang)
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return story.sentences(self, lang)


def _require_coherent(figures: pd.DataFrame, by: tuple[str, ...]) -> None:
    """Refuse a parent that differs from the sum of its leaves in any month."""
    if not by:
        return
    leaves = figures[(figures[list(by)] != "").all(axis=1)]
    sized = leaves.assign(size=leaves["value"].abs())
    for level, rows in figures.groupby("level", sort=False):
        names = [key for key in by if (rows[key] != "").all()]
        if len(names) == len(by):
            continue
        keys = [*names, "period", "horizon"]
        sums = sized.groupby(keys, sort=False)[["value", "size"]].sum()
        parent = rows.set_index(keys)["value"]
        sums = sums.reindex(parent.index)
        bad = ~((parent - sums["value"]).abs() <= TOLERANCE * sums["size"])
        if bad.any():
            raise ReconciliationError(
                f"{int(bad.sum())} of {len(bad)} figures of level {level!r} differ from "
                "the sum of their leaves.",
                where=f"first: {_place(bad[bad].index[0])}",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )


def _place(key: tuple[Any, ...]) -> str:
    """Write the key of a figure: names, month."""
    *names, period, _ = key
    return f"{' / '.join(names) or COMPANY}, {period:%Y-%m}"


def _require_nested(figures: pd.DataFrame, coverage: tuple[float, ...]) -> None:
    """Refuse an empty figure, or one outside its interval, or a wide interval inside a narrow."""
    names = [bound_name("lo", c) for c in reversed(coverage)] + ["value"]
    names += [bound_name("hi", c) for c in coverage]
    values = figures[names].to_numpy(dtype="float64")
    bad = ~(np.diff(values, axis=1) >= 0).all(axis=1)
    if bad.any():
        raise ReconciliationError(
            f"{int(bad.sum())} of {len(bad)} rows are not in the order {', '.join(names)}.",
            where=f"first rows {np.flatnonzero(bad)[:3].tolist()}",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
        )
