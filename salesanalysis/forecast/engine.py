"""One call from a panel to a coherent forecast with honest intervals."""

from collections.abc import Sequence

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.festivals import Regressors
from salesanalysis.forecast.asked import coverages, horizon_of, refuse_taken
from salesanalysis.forecast.calendar import asked, require_calendar
from salesanalysis.forecast.combined import combined
from salesanalysis.forecast.floor.naive import floor
from salesanalysis.forecast.intake import first_fitted, take
from salesanalysis.forecast.reconcile import METHODS as RECONCILE
from salesanalysis.forecast.reconcile import subtotals
from salesanalysis.forecast.result import Forecast
from salesanalysis.panel import Panel

MAX_HORIZON = 24
#: Ways to forecast: the combination of members, and the floor it has to beat.
METHODS = ("engine", "seasonal_naive")
#: What may be done about a unit without a closed month that sold this month.
NEW_UNITS = ("refuse", "name")


def panel(
    panel: Panel | pd.DataFrame,
    horizon: int = 12,
    *,
    method: str = "engine",
    coverage: Sequence[float] = (0.80, 0.95),
    crossed: Sequence[Sequence[str]] | None = None,
    reconcile: str = "wls",
    effects: str | Regressors | None = None,
    effects_always: bool = False,
    so_far: pd.DataFrame | None = None,
    new_units: str = "refuse",
    since: object = None,
    missing: str = "refuse",
    by: Sequence[str] | None = None,
    closed_through: object = None,
    freq: str = "M",
    check: str = "warn",
) -> Forecast:
    r"""Forecast every node of `panel`: its leaves and every roll-up of them.

    Parameters
    ----------
    panel : Panel or DataFrame
        Closed months only, value in currency or units. A plain table has the level columns,
        ``period`` (month start) and ``value``, and needs `by`.
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
    new_units : {"refuse", "name"}
        What a unit of `so_far` is that has no closed month: a wrong name; or one that began this
        month, named with what it sold so far (`Forecast.began`) and in no forecast until the
        month is over.
    since : date, optional
        First month to learn from, where a known break (a reform, another way to book) makes the
        months before it useless; they are still shown. The forecast says so.
    missing : {"refuse", "zero", "gap"}
        What a month without a row between a unit's first and its last is, in a plain table:
        refused; a month without a sale; unknown: bridged for the fit, never scored, and unknown
        in the units above too.
    by : sequence of str, optional
        Level columns of a plain table, from the top down; ``[]`` for one series.
    closed_through : date, optional
        Last closed month of a plain table, or a day in its last closed quarter; its last row
        where not given.
    freq : {"M", "Q"}
        Whether a row of a plain table is a month or a quarter, dated by its first month or its
        last day or written ``2024Q1``. With quarters `horizon` counts quarters, up to 8.
    check : {"warn", "strict"}
        Leaves that look like sums of others, and would count twice, are named in `explain` and
        `Forecast.suspects`, or refused.

    Returns
    -------
    Forecast

    Raises
    ------
    ContractError
        Something that is no Panel nor table, horizon outside 1 to 24 months, coverage outside
        (0, 1) or named twice, unknown method, a level the panel does not have, months that are
        missing, a `since` after the last closed month; `effects` together with unknown months;
        with ``check="strict"`` leaves that look like subtotals.

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
    the node above, one of 12 to 23 its season; `Forecast.nodes` says so in ``status``. A month
    far outside what its series does is moved to the edge of that before the fit, and listed in
    `Forecast.odd`; figures, scores and totals keep it.

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
    given = take(panel, by=by, closed_through=closed_through, missing=missing, freq=freq)
    horizon, levels = _check(horizon, method, coverage, given.panel)
    first = first_fitted(given.panel, since)
    require_calendar(given.panel, effects, where="forecast.panel")
    if check != "warn":
        subtotals(given.panel.matrix().to_numpy(), given.panel.nodes(), check=check)
    if method == "seasonal_naive":
        _refuse_for_last_year(so_far=so_far, since=since, gap=len(given.unknown) or None)
        return floor(given.panel, horizon, coverage=levels, n_zero=given.n_zero)
    if reconcile not in RECONCILE:
        raise unknown_name(
            reconcile,
            list(RECONCILE),
            kind="reconcile",
            where="forecast.panel(reconcile=...)",
            error=ContractError,
        )
    if asked(effects) and len(given.unknown):
        raise ContractError(
            "Calendar effects cannot be told from a history with unknown months.",
            where='forecast.panel(effects=..., missing="gap")',
            fix="leave effects out, or fill the months in",
            code="bad-choice",
        )
    return combined(
        given, horizon, coverage=levels, crossed=crossed, reconcile=reconcile, effects=effects,
        effects_always=effects_always, so_far=so_far, since=first,
        name_new=_name_new(new_units),
    )  # fmt: skip


def _name_new(new_units: str) -> bool:
    """Tell whether units without a closed month are named; refuse another word."""
    if new_units not in NEW_UNITS:
        raise unknown_name(
            new_units, NEW_UNITS, kind="way to treat new units",
            where="forecast.panel(new_units=...)", error=ContractError,
        )  # fmt: skip
    return new_units == "name"


def _refuse_for_last_year(**given: object) -> None:
    """Refuse what last year's month could not heed: a month so far, a break, unknown months."""
    said = {
        "so_far": ("looks at no open month", "leave so_far out"),
        "since": ("looks back one year whatever broke before", "leave since out"),
        "gap": ("cannot repeat months nobody knows", "fill them in"),
    }
    for name, value in given.items():
        if value is not None:
            what, fix = said[name]
            where = "missing" if name == "gap" else name
            raise ContractError(
                f"seasonal_naive repeats last year and {what}.",
                where=f"forecast.panel({where}=...)",
                fix=f'{fix}, or method="engine"',
                code="bad-choice",
            )


def _check(
    horizon: object, method: str, coverage: Sequence[float], panel: Panel
) -> tuple[int, tuple[float, ...]]:
    """Refuse what cannot be meant; return the horizon, and coverages from narrow to wide."""
    where = "forecast.panel({}=...)"
    steps = horizon_of(
        horizon, MAX_HORIZON // panel.step, named="quarters" if panel.step > 1 else "months",
        where=where.format("horizon"), fix=f"write {12 // panel.step} for a year ahead",
    )  # fmt: skip
    if method not in METHODS:
        raise unknown_name(
            method,
            list(METHODS),
            kind="method",
            where=where.format("method"),
            error=ContractError,
        )
    refuse_taken(panel.by, where=where.format("by"))
    return steps, coverages(coverage, where=where.format("coverage"))
