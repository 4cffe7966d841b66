"""Moving festivals and working days: estimated over the panel, taken out, put back.

`estimate` learns the effects from closed months only, `adjust` takes them out of the history,
`restore` puts them into the forecast, and `worth_it` lets rolling origins decide whether to.
"""

from salesanalysis.forecast.effects.apply import adjust, restore
from salesanalysis.forecast.effects.estimate import Effects, estimate
from salesanalysis.forecast.effects.gate import Verdict, worth_it
from salesanalysis.forecast.effects.lift import Lift, taken_out

__all__ = [
    "Effects",
    "Lift",
    "Verdict",
    "adjust",
    "estimate",
    "restore",
    "taken_out",
    "worth_it",
]
