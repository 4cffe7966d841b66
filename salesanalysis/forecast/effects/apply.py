"""Take calendar effects out of a history and put them back into a forecast."""

import numpy as np

from salesanalysis.errors import ContractError
from salesanalysis.festivals import Regressors
from salesanalysis.forecast.effects.estimate import Effects
from salesanalysis.forecast.tree import Floats


def adjust(effects: Effects, history: Floats, calendar: Regressors) -> Floats:
    """Return the history without calendar effects.

    Parameters
    ----------
    effects : Effects
    history : array, shape (nodes, months), currency
        The history the effects were estimated on.
    calendar : Regressors
        The regressors the effects were estimated with.

    Returns
    -------
    array, shape of `history`
        Values at or above 0 are divided by exp(effect), so that a month without a sale stays
        one; nodes with values below 0 have effect x mean size taken off. Empty stays empty.

    Examples
    --------
    >>> from salesanalysis.festivals import regressors
    >>> from salesanalysis.forecast.effects import estimate
    >>> from salesanalysis.periods import month_range
    >>> spring = regressors(month_range("2020-01", "2024-12"))
    >>> sales = 100 * np.exp(spring.matrix @ [0.15, -0.25])[None, :]
    >>> float(adjust(estimate(sales, spring), sales, spring).round(6).std())
    0.0
    """
    return _apply(effects, history, _rows(effects, calendar, 0, history.shape[1]), -1.0)


def restore(effects: Effects, forecast: Floats, calendar: Regressors) -> Floats:
    """Return the forecast with the effects of its months put back.

    Parameters
    ----------
    effects : Effects
    forecast : array, shape (nodes, horizon) or (levels, nodes, horizon), currency
        From the month after the history the effects were estimated on; points or bounds.
    calendar : Regressors
        The regressors the effects were estimated with.

    Raises
    ------
    ContractError
        The calendar ends before the forecast does.

    Examples
    --------
    >>> from salesanalysis.festivals import regressors
    >>> from salesanalysis.forecast.effects import estimate
    >>> from salesanalysis.periods import month_range
    >>> spring = regressors(month_range("2020-01", "2025-02"))
    >>> sales = 100 * np.exp(spring.matrix @ [0.15, -0.25])[None, :]
    >>> effects = estimate(sales[:, :60], spring)
    >>> bool(np.allclose(restore(effects, np.full((1, 2), 100.0), spring), sales[:, 60:]))
    True
    """
    rows = _rows(effects, calendar, effects.n_months, forecast.shape[-1])
    return _apply(effects, forecast, rows, 1.0)


def _rows(effects: Effects, calendar: Regressors, first: int, n_months: int) -> Floats:
    """Return the regressors of the effects for a run of months."""
    rows = calendar.matrix[first : first + n_months]
    if len(rows) < n_months:
        raise ContractError(
            f"The calendar has {len(calendar.matrix)} months; history and forecast "
            f"need {first + n_months}.",
            where="restore(forecast, calendar)",
            fix="build the regressors for history and horizon",
            code="uncovered",
        )
    return rows @ effects.weights


def _apply(effects: Effects, values: Floats, rows: Floats, sign: float) -> Floats:
    """Multiply by exp(effect), or add effect x size for nodes with values below 0."""
    change = sign * effects.node_beta @ rows.T
    added = values + effects.size[:, None] * change
    return np.where(effects.scaled[:, None], added, values * np.exp(change))
