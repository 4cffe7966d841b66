"""Forecasts that add up at every level, with honest intervals, landings and chances.

`panel` forecasts every node of a panel; its `Forecast` knows `landing`, `probability`, `explain`
of one node and month, `draws` of the whole tree and `together`. `backtest` measures methods on
the panel's own past, the same month last year always among them; `inspect` reads one series.
"""

from salesanalysis.doors import guard
from salesanalysis.forecast.engine import panel
from salesanalysis.forecast.inspection import BiasReport, Inspection, bias, inspect
from salesanalysis.forecast.landing import Landing
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.scoring.backtest import Backtest
from salesanalysis.forecast.scoring.testing import backtest

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

guard(globals(), __all__)
