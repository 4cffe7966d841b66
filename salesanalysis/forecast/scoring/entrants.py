"""Methods that take part in a backtest: those of the house by name, and any function.

Every one is turned into a function of a `Fold`, so that all see the same months and nodes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.festivals import Regressors
from salesanalysis.forecast.predicted import Method, Predicted
from salesanalysis.forecast.scoring.folds import Fold
from salesanalysis.forecast.tree import Floats
from salesanalysis.forecast.wording import bound_name

#: What every other method is held against; always in the table.
FLOOR = "seasonal_naive"
#: Methods that can heed a calendar.
CALENDAR = ("engine",)
#: ``f(list of arrays, h, m, levels) -> list of dicts mean, lo80, hi80, lo95, hi95``
UserFunction = Callable[[list[Floats], int, int, Sequence[str]], list[dict[str, Any]]]


@dataclass(frozen=True, eq=False)
class Run:
    """A method as a function of a fold.

    Attributes
    ----------
    call : callable
    alone : bool
        Whether it can be asked about one node at a time: not where it sees the whole panel.
    """

    call: Callable[[Fold], Predicted]
    alone: bool = True


def entrants(
    methods: Sequence[str | Callable[..., Any]], effects: str | Regressors | None = None
) -> dict[str, Run]:
    """Return name -> function of a fold, in the order given, the floor last if not named.

    `effects` is the calendar the engine asks its past about at every origin.

    Raises
    ------
    ContractError
        An unknown name, a thing that is no function, two methods of one name.
    """
    found: dict[str, Run] = {}
    for method in methods:
        name, run = _entrant(method, effects)
        if name in found:
            raise ContractError(
                f"Two methods are called {name!r}.",
                where="forecast.backtest(methods=...)",
                fix="give the function another __name__",
                code="bad-choice",
            )
        found[name] = run
    return found if FLOOR in found else {**found, FLOOR: LOADERS[FLOOR]()}


def _entrant(method: str | Callable[..., Any], effects: str | Regressors | None) -> tuple[str, Run]:
    if isinstance(method, str):
        if method not in LOADERS:
            raise unknown_name(
                method,
                list(LOADERS),
                kind="method",
                where="forecast.backtest(methods=...)",
                error=ContractError,
            )
        return method, LOADERS[method](effects) if method in CALENDAR else LOADERS[method]()
    if not callable(method):
        raise ContractError(
            f"{method!r} is neither the name of a method nor a function.",
            where="forecast.backtest(methods=...)",
            fix=f"write one of {', '.join(LOADERS)}, or f(list_of_arrays, h, m, levels)",
            code="bad-choice",
        )
    return getattr(method, "__name__", type(method).__name__), from_user(method)


def on_arrays(method: Method) -> Run:
    """Adapt a method of the house, ``(history, horizon, *, season, levels, coverage)``."""

    def run(fold: Fold) -> Predicted:
        return method(
            fold.history.copy(),
            fold.horizon,
            season=fold.season,
            levels=fold.levels.copy(),
            coverage=fold.coverage,
        )

    return Run(run)


def from_user(function: UserFunction) -> Run:
    """Adapt ``f(list_of_arrays, h, m, levels)``; bounds it does not give stay unknown."""

    def run(fold: Fold) -> Predicted:
        series = [row[np.isfinite(row)] for row in fold.history]
        told = list(function(series, fold.horizon, fold.season, fold.levels.tolist()))
        if len(told) != len(series):
            raise ValueError(f"{len(told)} answers for {len(series)} series")
        point = _stacked(told, "mean", fold.horizon)
        lower, upper = (_bounds(told, side, fold) for side in ("lo", "hi"))
        return Predicted(point, lower, upper) if lower is not None else Predicted(point)

    return Run(run)


def _bounds(told: list[dict[str, Any]], side: str, fold: Fold) -> Floats | None:
    """Return the bounds of one side; None unless every answer has those of both sides."""
    asked = [bound_name(s, c) for s in ("lo", "hi") for c in fold.coverage]
    if not all(key in answer for answer in told for key in asked):
        return None
    keys = [bound_name(side, c) for c in fold.coverage]
    return np.stack([_stacked(told, key, fold.horizon) for key in keys])


def _stacked(told: list[dict[str, Any]], key: str, horizon: int) -> Floats:
    """Return one row per answer; an answer of another length fails."""
    return np.stack([np.asarray(answer[key], dtype="float64").reshape(horizon) for answer in told])


def on_panel(forecast: Callable[..., Any], effects: str | Regressors | None = None) -> Run:
    """Adapt a function of a whole panel that returns a `Forecast`: it sees the tree."""

    def run(fold: Fold) -> Predicted:
        done = forecast(fold.panel, fold.horizon, coverage=fold.coverage, effects=effects)
        ahead = done.to_frame().query("kind == 'forecast'")
        months = [ahead["period"].min(), done.end_of(ahead["period"].max())]
        shape = (len(fold.nodes), fold.horizon)
        monthly = _of_nodes(ahead, fold)
        landed = _of_nodes(done.landing(span=months).to_frame(), fold)
        point = monthly["value"].to_numpy().reshape(shape)
        (low, high), (least, most) = _sides(monthly, fold, shape), _sides(landed, fold, shape[:1])
        return Predicted(point, low, high, least, most)

    return Run(run, alone=False)


def _of_nodes(table: pd.DataFrame, fold: Fold) -> pd.DataFrame:
    """Return the rows of the fold's nodes in its order, the months of each in theirs."""
    by = ["level", *fold.panel.by]
    return fold.nodes[by].merge(table, on=by, how="left", validate="one_to_many")


def _sides(table: pd.DataFrame, fold: Fold, shape: tuple[int, ...]) -> list[Floats]:
    """Return lower and upper bounds, each of `shape` per coverage."""
    return [
        np.stack([table[bound_name(side, c)].to_numpy().reshape(shape) for c in fold.coverage])
        for side in ("lo", "hi")
    ]


def _loader(module: str, name: str, adapt: Callable[..., Run]) -> Callable[..., Run]:
    return lambda *more: adapt(
        getattr(import_module(f"salesanalysis.forecast.{module}"), name), *more
    )


#: Name -> what loads it when a backtest asks for it.
LOADERS: dict[str, Callable[..., Run]] = {
    "engine": _loader("engine", "panel", on_panel),
    "theta": _loader("scoring.reference", "theta", on_arrays),
    "ets": _loader("inspection.ets", "ets", on_arrays),
    "naive2": _loader("scoring.reference", "naive2", on_arrays),
    FLOOR: _loader("scoring.reference", "seasonal_naive", on_arrays),
}
