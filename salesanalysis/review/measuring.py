"""The effect of an action: what was sold less the forecast made before it, with its interval."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.review.action import Action

if TYPE_CHECKING:
    from salesanalysis.variance import Bridge

#: Bounds of the forecast the interval is made of.
LOW, HIGH = "lo95", "hi95"


def against_forecast(
    action: Action, found: dict[str, Any], later: "Bridge", forecast: Any
) -> tuple[tuple[float, float, float], int]:
    """Return effect with its interval, and the outcomes behind it.

    Parameters
    ----------
    action : Action
    found : dict
        The record of the row after.
    later : Bridge
    forecast : sales forecast
        Of months that were over before the action began, with the columns of the row as levels.

    Raises
    ------
    ContractError
        A forecast that has seen months of the action or is in another currency, an action without
        a start, a row that is not in money or of which less is better, a forecast without
        intervals of 95 %.
    """
    _fits(action, forecast)
    keys, window = action.cause["keys"], found["window"]
    part = forecast.select(**keys) if keys else forecast
    landing = part.landing(span=[window[0], window[-1]]).to_frame().iloc[0]
    mine = pd.Series(data=True, index=later.items.index)
    for column, name in keys.items():
        mine &= later.items[column].astype("str") == name
    sold = float(later.items.loc[mine, "actual"].sum())
    effect, low, high = (sold - float(landing[c]) for c in ("landing", HIGH, LOW))
    return (effect, low, high), int(landing["n_draws"])


def _fits(action: Action, forecast: Any) -> None:
    """Refuse a forecast that cannot say what would have been sold without the action."""
    seen = forecast.closed_through + pd.offsets.MonthEnd(forecast.step)
    why = ""
    if action.cause.get("kind", "money") != "money":
        why = f"The cause is counted as {action.cause['kind']}, a forecast in money."
    elif action.cause.get("favourable", "up") != "up":
        why = f"Less is better of {action.cause['measure']!r}; a forecast is one of sales."
    elif forecast.currency != action.currency:
        why = f"The forecast is in {forecast.currency}, the action in {action.currency}."
    elif action.start is None or seen >= action.start:
        begins = "has no start" if action.start is None else f"starts on {action.start:%Y-%m-%d}"
        why = f"Action {action.id} {begins}, the forecast has seen sales up to {seen:%Y-%m-%d}."
    elif 0.95 not in forecast.coverage:
        why = "The forecast has no interval of 95 %."
    if why:
        raise ContractError(
            why,
            where="follow_up(forecast=...)",
            fix="pass the forecast made before the action began, in money, with coverage=(0.80, "
            "0.95)",
            code="bad-choice",
        )
