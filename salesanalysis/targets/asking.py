"""The chance of targets, asked of whatever knows their year: a forecast or its table of draws."""

from collections.abc import Sequence
from inspect import Parameter, signature
from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.periods import FiscalCalendar
from salesanalysis.targets.outlook import Outlook


def levels_known(forecast: Any) -> tuple[str, ...] | None:
    """Return the levels a forecast or a table names; None where it does not say."""
    if isinstance(forecast, pd.DataFrame):
        return tuple(str(column) for column in forecast.columns)
    by = getattr(forecast, "by", None)
    return None if by is None else tuple(by)


def chances_of(
    forecast: Any,
    asked: pd.DataFrame,
    by: Sequence[str],
    *,
    year: int | None = None,
    calendar: FiscalCalendar | None = None,
) -> pd.DataFrame:
    """Return how likely each target of a year is.

    Parameters
    ----------
    forecast : result with ``probability(targets)``, table of draws, or what has ``to_frame()``
        Where ``probability`` takes ``span``, it is told first and last month of the year: left to
        itself a forecast speaks of the year of its next month.
    asked : DataFrame
        The levels `by` and ``target`` (currency).
    by : sequence of str
    year : int, optional
        The fiscal year of the targets; without it a forecast is asked about its own.
    calendar : FiscalCalendar, optional

    Returns
    -------
    DataFrame
        At least `by` and ``probability`` (0..1).

    Raises
    ------
    ContractError
        What is no forecast; answers without the levels or ``probability``; see `Outlook.of`.

    Examples
    --------
    >>> months = pd.date_range("2025-01-01", periods=12, freq="MS")
    >>> draws = pd.DataFrame({"region": "N", "draw": range(8), "value": [8.0, 9] * 4})
    >>> draws = draws.merge(pd.DataFrame({"period": months}), how="cross")
    >>> asked = pd.DataFrame({"region": ["N"], "target": [100.0]})
    >>> chances_of(draws, asked, ["region"], year=2025)["probability"].tolist()
    [0.5]
    """
    months = None if year is None else (calendar or FiscalCalendar()).months(year)
    if callable(getattr(forecast, "probability", None)):
        known = months is not None and _takes_span(forecast.probability)
        span = {"span": [months[0], months[-1]]} if months is not None and known else {}
        answer: pd.DataFrame = forecast.probability(asked, **span)
        require_columns(answer, [*by, "probability"], name="probability() of the forecast")
        return answer
    readable = ("to_frame", "quantiles")
    if not isinstance(forecast, (pd.DataFrame, Outlook)) and not any(
        callable(getattr(forecast, name, None)) for name in readable
    ):
        raise ContractError(
            f"forecast is a {type(forecast).__name__}; it must be a forecast or a table of draws.",
            where="chance of targets, forecast=...",
            fix="pass the forecast, forecast.draws(year=...), or its table read by "
            "pandas.read_parquet",
            code="bad-choice",
        )
    outlook = Outlook.of(forecast, by, year=year, months=months)
    return asked.assign(probability=outlook.chance(asked, by))


def _takes_span(function: Any) -> bool:
    try:
        named = signature(function).parameters.values()
    except (TypeError, ValueError):
        return False
    return any(p.name == "span" or p.kind is Parameter.VAR_KEYWORD for p in named)
