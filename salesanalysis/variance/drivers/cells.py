"""Cells of a driver tree: given ratios once, returns beside the gross chain."""

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.variance.drivers.shape import Shape
from salesanalysis.variance.drivers.sums import beside

MARK = "is_return"


def cells_of(actual: pd.DataFrame, base: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """Return one row per cell with both sides, and the returns of both where rows are marked."""
    frames = _once(actual, "actual", shape), _once(base, "base", shape)
    marked = shape.returns == "separate" and bool(shape.chain)
    if not marked or not any(MARK in f.columns for f in frames):
        return beside(*frames, list(shape.keys), shape.columns)
    sides = _apart(frames[0], shape), _apart(frames[1], shape)
    return beside(*sides, list(shape.keys), [*shape.columns, "returns"])


def _once(frame: pd.DataFrame, name: str, shape: Shape) -> pd.DataFrame:
    """Refuse given ratios that stand in several rows of a cell: they cannot be summed."""
    if shape.chain or not set(shape.keys) <= set(frame.columns):
        return frame
    keys = list(shape.keys)
    rows = frame[frame.duplicated(keys, keep=False)] if keys else frame
    if len(rows) > (0 if keys else 1):
        raise ContractError(
            f"{len(rows)} rows of {name} share a cell, and ratios cannot be summed.",
            where=f"keys {keys}, first rows {rows.index[:3].tolist()}, see .rows",
            fix="use chain=[...] with the running totals, or give one row per cell",
            code="duplicate-key",
            rows=rows,
        )
    return frame


def _apart(frame: pd.DataFrame, shape: Shape) -> pd.DataFrame:
    """Move the value of rows marked as returns into a column of its own."""
    if MARK not in frame.columns:
        return frame.assign(returns=0.0)
    empty = frame[MARK].isna()
    if empty.any():
        raise ContractError(
            f"{int(empty.sum())} of {len(frame)} rows do not say whether they are a return.",
            where=f"column {MARK!r}, first rows {frame.index[empty][:3].tolist()}, see .rows",
            fix=f"write true or false in {MARK!r}",
            rows=frame[empty],
        )
    back = frame[MARK].astype(bool)
    require_columns(frame, shape.columns, name="the table")
    moved = frame.assign(returns=frame[shape.chain[-1]].where(back, 0.0))
    return moved.assign(**{c: frame[c].mask(back, 0) for c in shape.columns})
