"""A test on the past as a result: errors of every method by level, and who beats whom."""

from dataclasses import dataclass

import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError, unknown_name
from salesanalysis.forecast.scoring import story
from salesanalysis.forecast.scoring.compare import Comparison, compare
from salesanalysis.forecast.scoring.entrants import FLOOR
from salesanalysis.forecast.scoring.table import node_table
from salesanalysis.labels import Terms
from salesanalysis.results import Result

#: Draws of the paired bootstrap.
DRAWS = 1000


@dataclass(frozen=True, eq=False)
class Backtest(Result):
    """How far off each method was at earlier origins, by level, beside last year's month.

    Attributes
    ----------
    levels : DataFrame, one row per level and method
        ``level``, ``method``, ``n_nodes``, ``n_origins``, ``n_scored`` (a node at an origin
        each), ``smape`` (0 to 200), ``mase`` (1 = the node's mean change from last year),
        ``owa`` (1 = as far off as Naive2), ``mase_ratio`` (to seasonal naive), ``wape_share``,
        ``bias_share`` (above 0: forecast too high), ``covered80_share`` ..., ``msis95``,
        ``landing80_share`` ... (sums over the horizon inside; empty where a method gives none),
        ``n_failed`` (seasonal naive stood in), ``n_no_unit`` (left out of scaled measures),
        ``n_not_positive``, ``status``, ``naive_wins``; ``cpu_ms`` per series where asked for.
    scores : DataFrame, one row per method, origin and node
    failures : DataFrame
        ``method``, ``origin``, ``n_failed``, ``reason`` of the first.
    methods : tuple of str
    origins : tuple of Timestamp
        Last closed month at each.
    asked_origins : int
    horizon : int, months
    seed : int
    step : int
        Months of a period: 1, or 3 where the history came in quarters; then ``horizon`` counts
        quarters and an origin is the first month of the last closed one.
    """

    levels: pd.DataFrame
    scores: pd.DataFrame
    failures: pd.DataFrame
    methods: tuple[str, ...]
    origins: tuple[pd.Timestamp, ...]
    asked_origins: int
    horizon: int
    coverage: tuple[float, ...]
    by: tuple[str, ...]
    seed: int = 0
    currency: str = "CNY"
    terms: Terms = Terms()
    step: int = 1

    def __post_init__(self) -> None:
        """Keep our own copies; refuse a table in which methods saw different nodes."""
        for name in ("levels", "scores", "failures"):
            object.__setattr__(self, name, getattr(self, name).copy())
        seen = self.levels.groupby("level")["n_scored"].nunique()
        if (seen > 1).any():
            raise ReconciliationError(
                "The methods were not scored on the same units.",
                where=f"backtest, level {seen[seen > 1].index[0]!r}",
                fix="this is a defect or a tampered table: please report it with the input",
                code="does-not-add-up",
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per level and method; a copy."""
        return self.levels.copy()

    def nodes(self) -> pd.DataFrame:
        """Return MASE of each method and node beside seasonal naive, 12 scored months or more."""
        return node_table(self.scores, self.horizon, self.step)

    @property
    def leaf(self) -> str:
        """The level of the smallest units."""
        return str(self.levels["level"].iloc[-1])

    def compare(
        self, first: str, second: str = FLOOR, *, level: str | None = None, draws: int = DRAWS
    ) -> Comparison:
        """Compare two methods at a level by a paired bootstrap over top-level branches.

        Parameters
        ----------
        first, second : str
        level : str, optional
            The smallest units where not given.
        draws : int

        Returns
        -------
        Comparison
            One method is called better only if the 95 % bound of the difference says so.

        Raises
        ------
        ContractError
            A method or level that is not in the table.

        Notes
        -----
        Several methods compared with one another, the best of many looks better than it is.

        References
        ----------
        Efron, B. and Tibshirani, R. J. (1993). An Introduction to the Bootstrap, chapter 13.

        Examples
        --------
        >>> months = pd.date_range("2020-01-01", periods=48, freq="MS")
        >>> rows = [{"shop": f"S{i}", "period": m, "value": (i + 2.0) * (100 + 5 * j)}
        ...         for i in range(6) for j, m in enumerate(months)]
        >>> from salesanalysis.forecast import backtest
        >>> from salesanalysis.panel import Panel
        >>> past = backtest(Panel.of(pd.DataFrame(rows), by=["shop"]), methods=("theta",))
        >>> past.compare("theta").better
        'theta'
        """
        level = self.leaf if level is None else level
        for name, known, kind in (
            (first, self.methods, "method"),
            (second, self.methods, "method"),
            (level, self.levels["level"].unique(), "level"),
        ):
            if name not in known:
                raise unknown_name(
                    name, list(known), kind=kind, where="Backtest.compare", error=ContractError
                )
        part = self.scores[self.scores["level"] == level]
        figures, n = compare(part, first, second, draws=draws, seed=self.seed)
        return Comparison(
            figures=figures, first=first, second=second, level=level, n_branches=n,
            measure="owa" if self._percentages_hold(level) else "mase", n_draws=draws,
            seed=self.seed, currency=self.currency, terms=self.terms,
        )  # fmt: skip

    def _percentages_hold(self, level: str) -> bool:
        """Tell whether no month of the level is at or below 0 and Naive2 errs at all."""
        rows = self.levels[self.levels["level"] == level]
        return bool((rows["n_not_positive"] == 0).all() and rows["owa"].notna().all())

    def _sentences(self, lang: str) -> list[str]:
        return story.sentences(self, lang)
