"""What a forecasting method hands over: one figure per node and step, and bounds around it."""

from collections.abc import Callable
from dataclasses import dataclass

from salesanalysis.forecast.tree import Floats


@dataclass(frozen=True, eq=False)
class Predicted:
    """Forecasts of N nodes for h steps.

    Attributes
    ----------
    point : array, shape (N, h), in the unit of the history
    lower, upper : array, shape (C, N, h), optional
        Bounds per coverage from narrow to wide; None where a method has none.
    sum_lower, sum_upper : array, shape (C, N), optional
        Bounds of the sum of the first `sum_steps` steps, for a method that knows how its steps
        hang together.
    sum_steps : int, optional
        All steps where not given.
    """

    point: Floats
    lower: Floats | None = None
    upper: Floats | None = None
    sum_lower: Floats | None = None
    sum_upper: Floats | None = None
    sum_steps: int | None = None


#: ``(history N x T, horizon, *, season, levels, coverage) -> Predicted``
Method = Callable[..., Predicted]
