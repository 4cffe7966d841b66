"""The forecast as a result: figures that add up, their story, slices, landing and chances."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, overload

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.forecast import landing as landings
from salesanalysis.forecast import story
from salesanalysis.forecast.checks import require_coherent, require_nested
from salesanalysis.forecast.doubts import suspects
from salesanalysis.forecast.explanation import Explanation, explanation
from salesanalysis.forecast.floor.pools import Pools
from salesanalysis.forecast.landing import Landing
from salesanalysis.forecast.outcomes import Outcomes, outcomes
from salesanalysis.forecast.paths import Draws, Together, draw, together
from salesanalysis.forecast.sums import quantile_table, require_count
from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.weaker import AgainstNaive, against_naive
from salesanalysis.forecast.wording import bound_name, titles
from salesanalysis.labels import LANGUAGES, Terms
from salesanalysis.periods import FiscalCalendar, month_range
from salesanalysis.results import Result, Table


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

    def __post_init__(self) -> None:
        """Refuse parents that differ from their children, and intervals without their figure."""
        for name in (
            "figures",
            "node_table",
            "scores",
            "pool_sizes",
            "accuracy",
            "weights",
            "calendar_effects",
            "so_far",
        ):
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

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """Leaves that look like the sum of others and would be counted twice."""
        return suspects(self)

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
        """Return the open months, first to last."""
        first = self.closed_through + pd.DateOffset(months=1)
        return month_range(first, first + pd.DateOffset(months=self.horizon - 1))

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
        so_far = self.so_far[keep].reset_index(drop=True) if len(self.so_far) else self.so_far
        return replace(self, figures=figures, node_table=chosen, so_far=so_far)

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

    def at(self, node: str) -> "Forecast":
        """Return the slice whose top is the node called `node`, such as ``East / Bikes``.

        Raises
        ------
        ContractError
            No node is called so.
        """
        nodes = self.node_table
        hits = nodes[nodes["node"] == node]
        if hits.empty:
            known = nodes["node"].tolist()
            raise unknown_name(
                node, known, kind="node", where="Forecast, node=...", error=ContractError
            )
        where = {c: hits[c].iloc[0] for c in self.by if hits[c].iloc[0]}
        return self.select(**where) if where else self

    @overload
    def explain(self, lang: str = "en") -> str: ...

    @overload
    def explain(
        self, lang: str = "en", *, node: str | None = None, period: object = None
    ) -> "str | Explanation": ...

    def explain(
        self, lang: str = "en", *, node: str | None = None, period: object = None
    ) -> "str | Explanation":
        """Return plain sentences; with a node or a month, what its forecast is made of.

        Parameters
        ----------
        lang : str
            Of the sentences.
        node : str, optional
            Such as ``East / Bikes``; the top node where only a month is given.
        period : date, optional
            One open month; all of them where only a node is given.

        Returns
        -------
        str or Explanation
            The parts of an `Explanation` add up to the forecast.

        Examples
        --------
        >>> from salesanalysis.forecast import panel
        >>> from salesanalysis.panel import Panel
        >>> months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
        >>> sales = pd.DataFrame({"region": "N", "period": months, "value": 100.0 + months.month})
        >>> naive = panel(Panel.of(sales, by=["region"]), 3, method="seasonal_naive")
        >>> parts = naive.explain(node="N", period="2024-05").to_frame()
        >>> parts[["starting_level", "season", "value"]].to_numpy().tolist()
        [[106.5, -1.5, 105.0]]
        """
        if node is None and period is None:
            return super().explain(lang)
        return explanation(self if node is None else self.at(node), period)

    def quantiles(
        self, year: int | None = None, *, span: Sequence[Any] | None = None, n: int = 200
    ) -> pd.DataFrame:
        """Return `n` landings per node, ascending: level columns, ``node``, ``draw``, ``value``.

        They are quantiles of each node's own distribution: the same number in two nodes is not
        the same future, so they must not be added over nodes; `draws` can be.
        """
        months = landings.months_of(self, year, span)
        return quantile_table(self, months, n)

    def draws(
        self,
        year: int | None = None,
        *,
        span: Sequence[Any] | None = None,
        n: int = 200,
        seed: int = 0,
    ) -> Draws:
        """Return `n` futures of the whole tree, month by month: the table ``draws``.

        One draw is one future of all nodes: in every draw and month parents are the sums of
        their leaves, so questions about several nodes are answered by counting draws. The sums
        of each aggregate have the distribution its landing has, as far as adding up allows;
        chances of a single node are `landing`'s, which needs no draws.

        Parameters
        ----------
        year, span : see `landing`; all open months where neither is given
        n : int
            1 to 2000.
        seed : int
            Same seed, same draws.

        Returns
        -------
        Draws
            ``to_frame()``: level columns, ``node``, ``period``, ``draw``, ``value``.

        Raises
        ------
        ContractError
            A slice: draw from the whole forecast and select from the draws.

        Examples
        --------
        >>> from salesanalysis.forecast import panel
        >>> from salesanalysis.panel import Panel
        >>> months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
        >>> sales = pd.DataFrame({"region": "N", "period": months, "value": 100.0 + months.month})
        >>> draws = panel(Panel.of(sales, by=["region"]), 3).draws(n=50)
        >>> draws.sums().shape
        (2, 50)
        """
        require_count(n, "Forecast.draws(n=...)")
        given = year is not None or span is not None
        months = landings.months_of(self, year, span) if given else self.ahead()
        return draw(self, months, n, seed)

    def outcomes(
        self,
        target: float | pd.DataFrame | None = None,
        *,
        node: str | None = None,
        year: int | None = None,
        span: Sequence[Any] | None = None,
    ) -> Outcomes:
        """Return every outcome behind one node's landing; the picture shows the target in them.

        Parameters
        ----------
        target, year, span : see `landing`
        node : str, optional
            Such as ``East / Bikes``; the top node where not given.
        """
        one = self if node is None else self.at(node)
        return outcomes(one, one.landing(target, year=year, span=span))

    def together(
        self,
        targets: float | pd.DataFrame,
        year: int | None = None,
        *,
        span: Sequence[Any] | None = None,
        level: str | None = None,
        n: int = 1000,
        seed: int = 0,
    ) -> Together:
        """Say how likely all nodes of a level reach their targets in the same future.

        Parameters
        ----------
        targets, year, span : see `landing`
        level : str, optional
            The first below the company that has targets where not given.
        n, seed : see `draws`
        """
        landing = self.landing(targets, year=year, span=span)
        drawn = self.draws(year, span=[landing.first, landing.last], n=n, seed=seed)
        named = {lang: landing.span_text(lang) for lang in LANGUAGES}
        return together(landing, drawn, level, named)

    def against_naive(self) -> AgainstNaive:
        """Return where the same month last year was the better forecast at earlier origins."""
        return against_naive(self)

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the forecast months as readers see them, one row per node and month."""
        ahead = self.figures[self.figures["horizon"] > 0]
        shown = ahead.drop(columns=["level", *self.by, "kind"])
        shown["node"] = titles(ahead, self.by, self.terms, lang)
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return story.sentences(self, lang)
