"""Methods at earlier origins of the panel's own past, all on the same months and nodes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, ReconciliationError, unknown_name
from salesanalysis.forecast.engine import MAX_HORIZON
from salesanalysis.forecast.scoring import story
from salesanalysis.forecast.scoring.compare import Comparison, compare
from salesanalysis.forecast.scoring.entering import Entry, enter
from salesanalysis.forecast.scoring.entrants import FLOOR, entrants
from salesanalysis.forecast.scoring.folds import Fold, folds_of
from salesanalysis.forecast.scoring.table import accuracy_table, fold_scores, node_table
from salesanalysis.labels import Terms
from salesanalysis.panel import Panel
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
        return node_table(self.scores, self.horizon)

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


def backtest(
    panel: Panel,
    horizon: int = 6,
    *,
    methods: Sequence[str | Callable[..., Any]] = ("engine", "theta", "naive2"),
    origins: int | Sequence[object] = 3,
    step: int = 3,
    coverage: Sequence[float] = (0.80, 0.95),
    seed: int = 0,
    timing: bool = False,
) -> Backtest:
    """Score methods on the panel's own past: each origin sees nothing after it.

    Parameters
    ----------
    panel : Panel
    horizon : int, months
        1 to 24.
    methods : sequence of str or function
        Names (``engine``, ``theta``, ``ets``, ``naive2``, ``seasonal_naive``) or functions
        ``f(list_of_arrays, h, m, levels)`` that return one dict a series: ``mean`` and, if it
        has them, ``lo80``, ``hi80``, ``lo95``, ``hi95``, each of h numbers. Seasonal naive is
        always added.
    origins : int or sequence of months
        How many, the latest with a whole horizon after them; or the last closed months.
    step : int, months
        Between origins that are counted.
    coverage : sequence of float
    seed : int
        Of the bootstrap.
    timing : bool
        Add ``cpu_ms``, processor time per series and origin; no two runs give the same.

    Returns
    -------
    Backtest

    Raises
    ------
    ContractError
        Something that is no Panel, a history too short for one origin, an origin without a
        year before or the horizon after it, an unknown method, settings outside their range.

    Notes
    -----
    Nodes are those active in the month of the origin. A method that raises or gives a figure
    that is no number on a node gets seasonal naive there, counted in ``n_failed``.

    References
    ----------
    Tashman, L. J. (2000). Int. J. Forecasting 16(4), 437-450.

    Examples
    --------
    >>> months = pd.date_range("2021-01-01", periods=36, freq="MS")
    >>> sales = pd.DataFrame({"period": months, "value": [100.0 + 10 * m.year for m in months]})
    >>> table = backtest(Panel.of(sales, by=[]), 3, methods=["naive2"]).to_frame()
    >>> table[["method", "mase"]].to_numpy().tolist()
    [['naive2', 0.0], ['seasonal_naive', 1.0]]
    """
    shares = _check(panel, horizon, coverage)
    folds = folds_of(panel, horizon, origins, step, shares)
    runs = entrants(methods)
    entries = [(name, fold, enter(run, fold)) for name, run in runs.items() for fold in folds]
    scores = pd.concat(
        [fold_scores(fold, name, said.predicted, said.failed) for name, fold, said in entries],
        ignore_index=True,
    )
    levels = accuracy_table(scores, shares)
    if timing:
        levels["cpu_ms"] = levels["method"].map(_cpu(entries)).astype("float64")
    return Backtest(
        levels=levels, scores=scores, failures=_failures(entries), methods=tuple(runs),
        origins=tuple(fold.origin for fold in folds),
        asked_origins=origins if isinstance(origins, int) else len(folds),
        horizon=horizon, coverage=shares, by=panel.by, seed=seed, currency=panel.currency,
        terms=panel.terms,
    )  # fmt: skip


def _check(panel: object, horizon: int, coverage: Sequence[float]) -> tuple[float, ...]:
    """Refuse what cannot be meant; return the coverages from narrow to wide."""
    if not isinstance(panel, Panel):
        raise ContractError(
            f"A {type(panel).__name__} is no Panel.",
            where="forecast.backtest(panel)",
            fix='make one: sa.Panel.of(frame, by=["region"]), with columns region, period, value; '
            'or data.panel(by=["region"])',
            code="bad-choice",
        )
    if not (isinstance(horizon, int) and 1 <= horizon <= MAX_HORIZON):
        raise ContractError(
            f"horizon must be 1 to {MAX_HORIZON} months, got {horizon!r}.",
            where="forecast.backtest(horizon=...)",
            fix="write 6 for half a year ahead",
            code="bad-choice",
        )
    shares = tuple(sorted({float(share) for share in coverage}))
    if not shares or len(shares) != len(tuple(coverage)) or not all(0 < c < 1 for c in shares):
        raise ContractError(
            f"coverage must be different shares between 0 and 1, got {tuple(coverage)!r}.",
            where="forecast.backtest(coverage=...)",
            fix="write 80 % as 0.80, for example coverage=(0.80, 0.95)",
            code="bad-choice",
        )
    return shares


def _cpu(entries: list[tuple[str, Fold, Entry]]) -> dict[str, float]:
    """Return milliseconds of processor time per series and origin, by method."""
    table = pd.DataFrame(
        [(name, said.seconds, len(fold.nodes)) for name, fold, said in entries],
        columns=["method", "seconds", "n"],
    )
    sums = table.groupby("method").sum()
    return {str(m): 1000 * s / n for m, s, n in sums.itertuples(name=None)}


def _failures(entries: list[tuple[str, Fold, Entry]]) -> pd.DataFrame:
    """Return one row per method and origin at which nodes failed."""
    rows = [
        (name, fold.origin, int(said.failed.sum()), said.reason)
        for name, fold, said in entries
        if said.failed.any()
    ]
    table = pd.DataFrame(rows, columns=["method", "origin", "n_failed", "reason"])
    kinds = {"method": "str", "origin": "datetime64[us]", "n_failed": "int64", "reason": "str"}
    return table.astype(kinds)
