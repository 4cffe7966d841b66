"""One call from a panel to a coherent forecast with honest intervals."""

from collections.abc import Sequence

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.festivals import Regressors
from salesanalysis.forecast.combined import combined
from salesanalysis.forecast.floor.naive import floor
from salesanalysis.forecast.reconcile import METHODS as RECONCILE
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel

MAX_HORIZON = 24
#: Ways to forecast: the combination of members, and the floor it has to beat.
METHODS = ("engine", "seasonal_naive")


def panel(
    panel: Panel,
    horizon: int = 12,
    *,
    method: str = "engine",
    coverage: Sequence[float] = (0.80, 0.95),
    crossed: Sequence[Sequence[str]] | None = None,
    reconcile: str = "wls",
    effects: str | Regressors | None = None,
    effects_always: bool = False,
    so_far: pd.DataFrame | None = None,
) -> Forecast:
    r"""Forecast every node of `panel`: its leaves and every roll-up of them.

    Parameters
    ----------
    panel : Panel
        Closed months only, value in currency or units.
    horizon : int, months
        1 to 24.
    method : str
        ``engine``, or ``seasonal_naive``: the same month of last year, parents as sums.
    coverage : sequence of float
        Shares of later months the intervals are to hold, between 0 and 1.
    crossed : sequence of sequences of str, optional
        Several paths over the same leaves, ``[["region"], ["product_line"]]``; without it the
        level columns of the panel from the left, one nested path.
    reconcile : str
        How forecasts of parents and children are brought to agree: ``wls``, ``bottom_up``,
        ``structural``, ``ols``.
    effects : str or Regressors, optional
        Moving festivals and working days: ``spring_festival``, ``china`` (with its working
        days), ``weekdays``, or `festivals.regressors` of every month. Estimated over the whole
        panel, and used only where they lowered the error at earlier origins.
    effects_always : bool
        Use them without asking the past.
    so_far : DataFrame, optional
        What was sold so far in the first open month: the level columns of the panel and
        ``value``; finer rows are summed. It is shown beside the forecast, and no forecast of a
        unit that was never negative lies below it.

    Returns
    -------
    Forecast

    Raises
    ------
    ContractError
        Something that is no Panel, horizon outside 1 to 24, coverage outside (0, 1) or named
        twice, unknown method, a level the panel does not have.

    Notes
    -----
    Nine simple members forecast every node at once (smoothing with and without trend, on
    months, quarters and four months, evolving season, changes from last year, one regression
    over the panel, last year itself), each averaged over a grid of parameters by likelihood, on
    seasonal indices shrunk as far as the history is short. One vector of weights for the panel
    is learned at earlier origins. Parents and children are reconciled with the errors measured
    there, no leaf below 0 that never was. The size of an error comes from the members'
    disagreement and the node's noise; its scores at the earlier origins, pooled over nodes and
    kept together over months, give intervals and landings. Nothing is optimised over, nothing
    is random, and no origin sees a later month. A node of 3 to 11 months takes its share of
    the node above, one of 12 to 23 its season; `Forecast.nodes` says so in ``status``.

    References
    ----------
    Bates, J. M. and Granger, C. W. J. (1969). Operational Research Quarterly 20, 451-468.
    Makridakis, S., Spiliotis, E. and Assimakopoulos, V. (2020). International Journal of
    Forecasting 36, 54-74. Lei, J. et al. (2018). Journal of the American Statistical
    Association 113, 1094-1111. Wickramasuriya, S. L., Athanasopoulos, G. and Hyndman, R. J.
    (2019). Journal of the American Statistical Association 114, 804-819. The parts name theirs.

    Examples
    --------
    >>> months = pd.date_range("2021-01-01", periods=36, freq="MS")
    >>> sales = pd.DataFrame({"region": "N", "period": months, "value": 100.0 + months.month})
    >>> result = panel(Panel.of(sales, by=["region"]), horizon=2)
    >>> result.point().round(0).tolist()
    [[101.0, 102.0], [101.0, 102.0]]
    """
    _require_panel(panel)
    levels = _check(horizon, method, coverage)
    if method == "seasonal_naive":
        _refuse_so_far(so_far)
        return floor(panel, horizon, coverage=levels)
    if reconcile not in RECONCILE:
        raise unknown_name(
            reconcile,
            list(RECONCILE),
            kind="reconcile",
            where="forecast.panel(reconcile=...)",
            error=ContractError,
        )
    return combined(
        panel, horizon, coverage=levels, crossed=crossed, reconcile=reconcile, effects=effects,
        effects_always=effects_always, so_far=so_far,
    )  # fmt: skip


def _refuse_so_far(given: pd.DataFrame | None) -> None:
    """Refuse a month so far where last year is repeated whatever it says."""
    if given is not None:
        raise ContractError(
            "seasonal_naive repeats last year and looks at no open month.",
            where="forecast.panel(so_far=...)",
            fix='leave so_far out, or method="engine"',
            code="bad-choice",
        )


def _require_panel(given: object) -> None:
    """Refuse a plain table: it does not say which columns are levels and which month is closed."""
    if not isinstance(given, Panel):
        raise ContractError(
            f"A {type(given).__name__} is no Panel.",
            where="forecast.panel(panel)",
            fix='make one: sa.Panel.of(frame, by=["region"]), with columns region, period, value; '
            'or data.panel(by=["region"])',
            code="bad-choice",
        )


def _check(horizon: int, method: str, coverage: Sequence[float]) -> tuple[float, ...]:
    """Refuse what cannot be meant; return the coverage levels from narrow to wide."""
    if not (isinstance(horizon, int) and 1 <= horizon <= MAX_HORIZON):
        raise ContractError(
            f"horizon must be 1 to {MAX_HORIZON} months, got {horizon!r}.",
            where="forecast.panel(horizon=...)",
            fix="write 12 for a year ahead",
            code="bad-choice",
        )
    if method not in METHODS:
        raise unknown_name(
            method,
            list(METHODS),
            kind="method",
            where="forecast.panel(method=...)",
            error=ContractError,
        )
    levels = tuple(sorted({float(level) for level in coverage}))
    if not levels or len(levels) != len(tuple(coverage)) or not all(0 < c < 1 for c in levels):
        raise ContractError(
            f"coverage must be different shares between 0 and 1, got {tuple(coverage)!r}.",
            where="forecast.panel(coverage=...)",
            fix="write 80 % as 0.80, for example coverage=(0.80, 0.95)",
            code="bad-choice",
        )
    return levels
