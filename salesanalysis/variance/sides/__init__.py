"""Reading both sides of a comparison: months, exchange rates, implied units, and what is refused.

Every function takes frames as a user has them and returns frames that can be summed to cells;
none of them computes an effect.
"""

from salesanalysis.variance.sides.checks import check_sides
from salesanalysis.variance.sides.closing import Windowed
from salesanalysis.variance.sides.months import cut
from salesanalysis.variance.sides.prices import with_units
from salesanalysis.variance.sides.rates import Rates, in_reporting_currency

__all__ = [
    "Rates",
    "Windowed",
    "check_sides",
    "cut",
    "in_reporting_currency",
    "with_units",
]
