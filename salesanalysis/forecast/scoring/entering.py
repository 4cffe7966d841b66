"""Running a method on a fold: what fails on a node is replaced by seasonal naive and counted."""

from dataclasses import dataclass
from time import process_time

import numpy as np

from salesanalysis.forecast.predicted import Predicted
from salesanalysis.forecast.scoring.entrants import Run, on_arrays
from salesanalysis.forecast.scoring.folds import Fold
from salesanalysis.forecast.scoring.reference import seasonal_naive
from salesanalysis.forecast.tree import Flags


@dataclass(frozen=True, eq=False)
class Entry:
    """What a method said in one fold.

    Attributes
    ----------
    predicted : Predicted
        With seasonal naive where the method failed.
    failed : array of bool, shape (nodes,)
    reason : str
        The first failure in words; empty where there was none.
    seconds : float, of processor time
    """

    predicted: Predicted
    failed: Flags
    reason: str
    seconds: float


def enter(run: Run, fold: Fold) -> Entry:
    """Run a method on a fold; where it fails on a node, seasonal naive stands in."""
    began = process_time()
    try:
        told, reason = _checked(run.call(fold), fold), ""
    except Exception as error:
        told, reason = _one_by_one(run, fold), _said(error)
    seconds = process_time() - began
    failed = _failed(told)
    if failed.any() and not reason:
        reason = "figures that are empty or infinite, or bounds the wrong way round"
    return Entry(_stand_in(told, fold, failed), failed, reason if failed.any() else "", seconds)


def _one_by_one(run: Run, fold: Fold) -> Predicted:
    """Run a method that failed on all nodes on each alone, to find those it fails on."""
    if not run.alone:
        return Predicted(np.full((len(fold.nodes), fold.horizon), np.nan))
    parts = []
    for i in range(len(fold.nodes)):
        one = fold.only(slice(i, i + 1))
        try:
            parts.append(_checked(run.call(one), one))
        except Exception:
            parts.append(Predicted(np.full((1, fold.horizon), np.nan)))
    bounded = [p for p in parts if p.lower is not None]
    if not bounded:
        return Predicted(np.concatenate([p.point for p in parts]))
    empty = np.full((len(fold.coverage), 1, fold.horizon), np.nan)
    return Predicted(
        np.concatenate([p.point for p in parts]),
        np.concatenate([empty if p.lower is None else p.lower for p in parts], axis=1),
        np.concatenate([empty if p.upper is None else p.upper for p in parts], axis=1),
    )


def _checked(told: Predicted, fold: Fold) -> Predicted:
    """Refuse arrays of another shape: they would be broadcast or cut without a word."""
    shape = (len(fold.nodes), fold.horizon)
    if told.point.shape != shape:
        raise ValueError(f"forecasts of shape {told.point.shape}, asked for {shape}")
    for bound in (told.lower, told.upper):
        if bound is not None and bound.shape != (len(fold.coverage), *shape):
            raise ValueError(f"bounds of shape {bound.shape}, asked for {shape} per coverage")
    return told


def _failed(told: Predicted) -> Flags:
    """Say on which nodes a method gave something that is no number, or bounds the wrong way."""
    bad = np.asarray((~np.isfinite(told.point)).any(axis=1))
    if told.lower is None or told.upper is None:
        return bad
    held = np.isfinite(told.lower) & np.isfinite(told.upper) & (told.lower <= told.upper)
    return bad | np.asarray((~held).any(axis=(0, 2)))


def _stand_in(told: Predicted, fold: Fold, failed: Flags) -> Predicted:
    """Return the forecasts with seasonal naive in the failed rows."""
    if not failed.any():
        return told
    floor = on_arrays(seasonal_naive).call(fold)
    point = np.where(failed[:, None], floor.point, told.point)
    if told.lower is None or told.upper is None or floor.lower is None or floor.upper is None:
        return Predicted(point)
    here = failed[None, :, None]
    lower = np.where(here, floor.lower, told.lower)
    return Predicted(point, lower, np.where(here, floor.upper, told.upper))


def _said(error: Exception) -> str:
    first = (str(error).splitlines() or [""])[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
