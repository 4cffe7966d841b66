"""Rolling origins decide whether calendar effects are used."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from salesanalysis.festivals import Regressors
from salesanalysis.forecast.effects.apply import adjust, restore
from salesanalysis.forecast.effects.estimate import estimate
from salesanalysis.forecast.tree import Floats
from salesanalysis.labels import count, label, percent

#: Standard errors by which the error must shrink: 5 % chance if effects did nothing.
BEYOND = 1.645
#: Months an origin needs: below, the effects of two windows cannot be told apart.
LEAST = 36

Method = Callable[[Floats, int], Floats]


@dataclass(frozen=True)
class Verdict:
    """Whether calendar effects are used, and the evidence.

    Attributes
    ----------
    use : bool
    without, with_effects : float
        Mean absolute error over the mean year-on-year change, over all nodes and months.
    gain : float
        ``without - with_effects``; above 0 the effects help.
    standard_error : float
        Of the gain, nodes and months each kept together.
    n_origins, n_months, n_nodes : int
        Origins, later months (an origin's month counts each time) and nodes scored.
    """

    use: bool
    without: float
    with_effects: float
    gain: float
    standard_error: float
    n_origins: int
    n_months: int
    n_nodes: int

    def sentence(self, lang: str, key: str | None = None) -> str:
        """Say the decision with its evidence; `key` where it rests on something else too."""
        if not self.n_origins:
            return label("effects.untested", lang)
        key = key or ("effects.used" if self.use else "effects.not_used")
        return label(
            key, lang, n=count(self.n_origins),
            change=percent(self.gain / self.without if self.without else 0.0),
            error=percent(self.standard_error / self.without if self.without else 0.0),
        )  # fmt: skip


def worth_it(
    history: Floats,
    calendar: Regressors,
    method: Method,
    *,
    n_origins: int = 3,
    season: int = 12,
    least: int = LEAST,
    beyond: float = BEYOND,
) -> Verdict:
    """Forecast later months with and without calendar effects and compare the errors.

    Parameters
    ----------
    history : array, shape (nodes, T), currency
    calendar : Regressors
        From the first month of the history on, at least T months.
    method : function from (nodes x months, horizon) to (nodes x horizon)
        The point forecast the effects are meant for.
    n_origins : int
        At most this many origins, `season` months apart; each forecasts `season` months.
    season, least : int, months
        An origin has `least` months of history or more.
    beyond : float
        Standard errors the mean gain must exceed.

    Returns
    -------
    Verdict
        `use` only where the mean gain exceeds `beyond` of its standard errors.

    Notes
    -----
    The gain of a node and month is |y - without| - |y - with| over the node's mean year-on-year
    change before the origin. Nodes share the months' shocks, and a node's months share the
    node: the standard error is clustered both ways (Cameron, Gelbach and Miller 2011). One
    festival cannot convince: its two months give at most 1.41 standard errors.

    References
    ----------
    Cameron, A. C., Gelbach, J. B. and Miller, D. L. (2011). Robust inference with multiway
    clustering. Journal of Business and Economic Statistics 29(2), 238-249.

    Examples
    --------
    >>> from salesanalysis.festivals import regressors
    >>> from salesanalysis.forecast.floor.methods import seasonal_naive
    >>> from salesanalysis.periods import month_range
    >>> spring = regressors(month_range("2018-01", "2024-12"))
    >>> noise = 0.01 * np.random.default_rng(1).standard_normal((20, 84))
    >>> sales = np.exp(spring.matrix @ [0.15, -0.25] + noise)
    >>> worth_it(sales, spring, seasonal_naive).use
    True
    """
    cuts = [c * season for c in range(n_origins, 0, -1) if history.shape[1] - c * season >= least]
    if not cuts or not calendar.names:
        return Verdict(
            use=False, without=0.0, with_effects=0.0, gain=0.0, standard_error=0.0,
            n_origins=0, n_months=0, n_nodes=0,
        )  # fmt: skip
    folds = [_fold(history, calendar, method, cut, season) for cut in cuts]
    plain, adjusted = (np.concatenate(e, axis=1) for e in zip(*folds, strict=True))
    return _verdict(plain, adjusted, len(cuts), beyond)


def _fold(
    history: Floats, calendar: Regressors, method: Method, cut: int, season: int
) -> tuple[Floats, Floats]:
    """Return scaled absolute errors without and with effects; empty where not scored."""
    past, later = history[:, :-cut], history[:, -cut:][:, :season]
    effects = estimate(past, calendar, season=season)
    plain = method(past, season)
    adjusted = restore(effects, method(adjust(effects, past, calendar), season), calendar)
    change = np.abs(past[:, season:] - past[:, :-season])
    n_known = np.isfinite(change).sum(axis=1)
    scale = np.nan_to_num(change).sum(axis=1) / np.maximum(n_known, 1)
    scored = ((scale > 0) & (n_known >= season))[:, None]
    unit = np.where(scored, scale[:, None], 1.0)
    errors = [np.where(scored, np.abs(later - f) / unit, np.nan) for f in (plain, adjusted)]
    return errors[0], errors[1]


def _verdict(plain: Floats, adjusted: Floats, n_origins: int, beyond: float) -> Verdict:
    """Compare the errors of the same nodes and months."""
    gains = plain - adjusted
    known = np.isfinite(gains)
    total = max(int(known.sum()), 1)
    mean = float(np.nansum(gains) / total)
    error = clustered_error(np.where(known, gains - mean, 0.0), total)
    without = float(np.where(known, plain, 0.0).sum() / total)
    return Verdict(
        use=mean > beyond * error,
        without=without,
        with_effects=without - mean,
        gain=mean,
        standard_error=error,
        n_origins=n_origins,
        n_months=int(known.any(axis=0).sum()),
        n_nodes=int(known.any(axis=1).sum()),
    )


def clustered_error(away: Floats, total: int) -> float:
    """Return the standard error of a mean, rows and columns each kept together.

    Parameters
    ----------
    away : array, shape (nodes, months)
        Deviations from the mean, 0 where there is no value.
    total : int
        Number of values.

    Examples
    --------
    >>> clustered_error(np.array([[1.0, -1.0], [1.0, -1.0]]), 4)
    0.7071067811865476
    """
    months, nodes = ((away.sum(axis=a) ** 2).sum() for a in (0, 1))
    both = months + nodes - (away**2).sum()
    return float(np.sqrt(max(both, months, nodes)) / total)
