"""Looking closely at one series, and at the people who forecast: statsmodels in plain words.

`inspect` takes one series apart (trend, season, odd months, a level break), fits textbook
smoothing and says what is left over; `bias` tells who commits too high or too low. Both are for
reading: the engine for whole panels is elsewhere, and `ets.ets` is its readable baseline.
Not called ``inspect`` as its function is: a test runner that imports by path would put the
package in the function's place.
"""

from salesanalysis.forecast.inspection.commits import bias
from salesanalysis.forecast.inspection.leaning import BiasReport
from salesanalysis.forecast.inspection.look import inspect
from salesanalysis.forecast.inspection.result import Inspection

__all__ = ["BiasReport", "Inspection", "bias", "inspect"]
