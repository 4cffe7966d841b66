"""Methods at earlier origins of the panel's own past, all on the same months and nodes."""

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.festivals import Regressors
from salesanalysis.forecast.asked import TAKEN, TESTED, coverages, horizon_of, refuse_taken, whole
from salesanalysis.forecast.calendar import require_calendar
from salesanalysis.forecast.engine import MAX_HORIZON
from salesanalysis.forecast.intake import take
from salesanalysis.forecast.scoring.backtest import Backtest
from salesanalysis.forecast.scoring.entering import Entry, enter
from salesanalysis.forecast.scoring.entrants import entrants
from salesanalysis.forecast.scoring.folds import Fold, folds_of
from salesanalysis.forecast.scoring.table import accuracy_table, fold_scores
from salesanalysis.panel import Panel


def backtest(
    panel: Panel | pd.DataFrame,
    horizon: int = 6,
    *,
    methods: Sequence[str | Callable[..., Any]] = ("engine", "theta", "naive2"),
    origins: int | Sequence[object] = 3,
    step: int = 3,
    coverage: Sequence[float] = (0.80, 0.95),
    seed: int = 0,
    timing: bool = False,
    effects: str | Regressors | None = None,
    by: Sequence[str] | None = None,
    closed_through: object = None,
    missing: str = "refuse",
    freq: str = "M",
) -> Backtest:
    """Score methods on the panel's own past: each origin sees nothing after it.

    Parameters
    ----------
    panel : Panel or DataFrame
        A plain table has the level columns of `by`, ``period`` and ``value``.
    horizon : int, months
        1 to 24; quarters where `freq` says so, 1 to 8.
    methods : sequence of str or function
        Names (``engine``, ``theta``, ``ets``, ``naive2``, ``seasonal_naive``) or functions
        ``f(list_of_arrays, h, m, levels)`` that return one dict a series: ``mean`` and, if it
        has them, ``lo80``, ``hi80``, ``lo95``, ``hi95``, each of h numbers. Seasonal naive is
        always added.
    origins : int or sequence of months
        How many, the latest with a whole horizon after them; or the last closed months (a day in
        the last closed quarter).
    step : int, months
        Between origins that are counted; quarters where `freq` says so.
    coverage : sequence of float
    seed : int
        Of the bootstrap.
    timing : bool
        Add ``cpu_ms``, processor time per series and origin; no two runs give the same.
    effects : str or Regressors, optional
        The calendar of `panel`, for the engine alone; at every origin its past decides again.
    by, closed_through, freq : see `panel`, of a plain table
    missing : {"refuse", "zero"}
        What a month without a row between a unit's first and its last is, in a plain table; a
        month nobody knows has no error, so it cannot be asked for here.

    Returns
    -------
    Backtest

    Raises
    ------
    ContractError
        Something that is no Panel nor table, a history too short for one origin, an origin
        without a year before or the horizon after it, an unknown method, settings outside their
        range.

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
    given = _given(panel, by=by, closed_through=closed_through, missing=missing, freq=freq)
    horizon, shares = _check(given, horizon, coverage)
    folds = folds_of(given, horizon, origins, step, shares)
    require_calendar(given, effects, where="forecast.backtest")
    runs = entrants(methods, effects)
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
        asked_origins=whole(origins) or len(folds), horizon=horizon, coverage=shares,
        by=given.by, seed=seed, currency=given.currency, terms=given.terms, step=given.step,
    )  # fmt: skip


def _given(panel: object, *, missing: str, **table: Any) -> Panel:
    """Return the panel to test on, from a panel or a plain table."""
    if missing == "gap":
        raise ContractError(
            "A month nobody knows has no error.",
            where='forecast.backtest(missing="gap")',
            fix='missing="zero" where nothing was sold in it; else a table that begins after it',
            code="bad-choice",
        )
    return take(panel, missing=missing, where="forecast.backtest", **table).panel


def _check(
    panel: Panel, horizon: object, coverage: Sequence[float]
) -> tuple[int, tuple[float, ...]]:
    """Refuse what cannot be meant; return the horizon, and coverages from narrow to wide."""
    where = "forecast.backtest({}=...)"
    refuse_taken(panel.by, where=where.format("by"), taken=TAKEN | TESTED)
    steps = horizon_of(
        horizon, MAX_HORIZON // panel.step, named="quarters" if panel.step > 1 else "months",
        where=where.format("horizon"), fix=f"write {6 // panel.step} for half a year ahead",
    )  # fmt: skip
    return steps, coverages(coverage, where=where.format("coverage"))


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
