"""Bridges of a few rows: sorted and numbered by plain tuples, which tables of millions are not."""

from collections.abc import Sequence

import pandas as pd

#: Rows up to which a list of tuples is faster than a table.
FEW = 500


def sorted_by(frame: pd.DataFrame, columns: Sequence[str]) -> pd.DataFrame:
    """Return the rows in the order of `columns`, those that are equal as they stood."""
    rows = few_rows(frame, columns)
    if rows is None:
        return frame.sort_values(list(columns), kind="stable")
    order = sorted(range(len(rows)), key=rows.__getitem__)
    return frame if order == list(range(len(rows))) else frame.iloc[order]


def few_rows(frame: pd.DataFrame, columns: Sequence[str]) -> list[tuple[object, ...]] | None:
    """Return a tuple per row; None where there are many, or a column has an order of its own."""
    if len(frame) > FEW or not len(columns):
        return None
    kept = [frame[column] for column in columns]
    if not all(_plain(column) for column in kept):
        return None
    return list(zip(*(column.tolist() for column in kept), strict=True))


def _plain(column: pd.Series) -> bool:
    """Tell whether values are whole: text or numbers, none of them empty."""
    text = isinstance(column.dtype, pd.StringDtype)
    return (text or column.dtype.kind in "iuM") and not column.hasnans
