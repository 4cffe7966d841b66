"""What was not expected: target against forecast, this year against last, working days apart.

`surprise` compares target, forecast and actual; `trend_season` splits growth over last year and
keeps the one-offs of both years apart; `explain_days` takes working days out. `count_days` and
`weekday_weights` read a table of days.
"""

from salesanalysis.variance.surprise.days import explain_days
from salesanalysis.variance.surprise.forecasted import surprise
from salesanalysis.variance.surprise.lastyear import trend_season
from salesanalysis.variance.surprise.workdays import count_days, weekday_weights

__all__ = ["count_days", "explain_days", "surprise", "trend_season", "weekday_weights"]
