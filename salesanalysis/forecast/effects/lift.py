"""What the calendar does to forecasts of some nodes, as one factor and one amount a month."""

from dataclasses import dataclass

import numpy as np

from salesanalysis.festivals import Regressors
from salesanalysis.forecast.effects.apply import adjust, restore
from salesanalysis.forecast.effects.estimate import estimate
from salesanalysis.forecast.tree import Floats


@dataclass(frozen=True)
class Lift:
    """Calendar effects of the months ahead.

    Attributes
    ----------
    factor, amount : array, shape (nodes, horizon)
        A forecast without effects times the factor plus the amount, currency.
    """

    factor: Floats
    amount: Floats

    def __call__(self, forecast: Floats) -> Floats:
        """Put the effects into forecasts, shape (..., nodes, horizon)."""
        return forecast * self.factor + self.amount

    def part_of(self, forecast: Floats) -> Floats:
        """Return how much of a forecast the calendar is, shape (nodes, horizon)."""
        return forecast - (forecast - self.amount) / self.factor


def taken_out(
    history: Floats, horizon: int, calendar: Regressors | None, *, season: int = 12
) -> tuple[Floats, Lift]:
    """Return the history without calendar effects, and what puts them back ahead.

    Parameters
    ----------
    history : array, shape (nodes, months), currency
    horizon : int, months
    calendar : Regressors or None
        From the first month of the history to the last one ahead; None leaves all as it is.
    """
    shape = (len(history), horizon)
    if calendar is None:
        return history, Lift(np.ones(shape), np.zeros(shape))
    effects = estimate(history, calendar, season=season)
    amount = restore(effects, np.zeros(shape), calendar)
    factor = restore(effects, np.ones(shape), calendar) - amount
    return adjust(effects, history, calendar), Lift(factor, amount)
