"""Forecasts that add up at every level, with honest intervals, landings and chances.

`panel` forecasts every node of a panel; its `Forecast` knows `landing`, `probability` and
`draws`. `backtest` measures the method on the panel's own past. The only method so far is the
naive floor, the same month of last year: what every better method has to beat.
"""

from salesanalysis.forecast.engine import panel
from salesanalysis.forecast.inspection import BiasReport, Inspection, bias, inspect
from salesanalysis.forecast.landing import Landing
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.scoring.backtest import Backtest, backtest

__all__ = [
    "Backtest",
    "BiasReport",
    "Forecast",
    "Inspection",
    "Landing",
    "backtest",
    "bias",
    "inspect",
    "panel",
]
