"""Moving festivals and working days as regressors of monthly sales; one calendar for all rooms."""

from salesanalysis.doors import guard
from salesanalysis.festivals.china import china_days, statutory_days
from salesanalysis.festivals.days import EASTER, SPRING, easter, festival_days, read_table
from salesanalysis.festivals.regressors import Regressors, regressors
from salesanalysis.festivals.windows import (
    AFTER,
    BEFORE,
    DURING,
    SPRING_WINDOWS,
    Window,
    window_shares,
)
from salesanalysis.festivals.workdays import WORKING_DAYS

__all__ = [
    "AFTER",
    "BEFORE",
    "DURING",
    "EASTER",
    "SPRING",
    "SPRING_WINDOWS",
    "WORKING_DAYS",
    "Regressors",
    "Window",
    "china_days",
    "easter",
    "festival_days",
    "read_table",
    "regressors",
    "statutory_days",
    "window_shares",
]

guard(globals(), __all__)
