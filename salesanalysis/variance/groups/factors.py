"""What two groups are compared on: numbers and indicators that a fit can tell apart."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError

Floats = npt.NDArray[np.float64]
#: Rows per coefficient: fewer are refused, fewer than twice as many get a caution.
LEAST, THIN = 5, 10


@dataclass(frozen=True, eq=False)
class Factors:
    """Columns of a fit without its constant.

    Attributes
    ----------
    x : array (N, p)
    columns : list of p str, ``region=North`` for an indicator
    owner : list of p str, the column of the table each belongs to
    """

    x: Floats
    columns: list[str]
    owner: list[str]


def read_factors(table: pd.DataFrame, names: Sequence[str]) -> Factors:
    """Return numbers as they are, and indicators of all but the first name of a text column."""
    parts: list[Floats] = []
    columns: list[str] = []
    owner: list[str] = []
    for name in names:
        column = table[name]
        if pd.api.types.is_bool_dtype(column) or pd.api.types.is_numeric_dtype(column):
            parts.append(column.to_numpy("float64")[:, None])
            columns.append(name)
        else:
            text = column.astype("str").to_numpy()
            members = sorted(set(text))[1:]
            parts.append(
                np.column_stack([text == m for m in members] or [np.empty((len(text), 0))])
            )
            columns += [f"{name}={m}" for m in members]
        owner += [name] * (len(columns) - len(owner))
    x = np.column_stack(parts).astype("float64") if parts else np.empty((len(table), 0))
    return Factors(x, columns, owner)


def require_told_apart(factors: Factors, rows: npt.NDArray[np.bool_], group: str) -> None:
    """Refuse a group too small for the fit, or a column that says nothing new in it."""
    x = factors.x[rows]
    n, p = len(x), x.shape[1] + 1
    if n < LEAST * p:
        raise ContractError(
            f"Group {group} has {n} rows for {p} coefficients; at least {LEAST * p} are needed.",
            where="oaxaca(group=..., x=...)",
            fix="give more rows, or compare on fewer columns",
        )
    # measured from the mean and in one size: a unit (yuan, 万元) must not decide the rank
    spread = x - x.mean(axis=0)
    size = np.abs(spread).max(axis=0)
    flat = size <= 1e-12 * np.maximum(np.abs(x).max(axis=0), 1e-300)
    scaled = spread / np.where(flat, 1.0, size)
    for j, column in enumerate(factors.columns):
        if flat[j] or np.linalg.matrix_rank(scaled[:, : j + 1], tol=1e-8 * np.sqrt(n)) <= j:
            what = "never changes" if flat[j] else "follows from the columns before it"
            raise ContractError(
                f"{column!r} {what} in group {group}: its coefficient cannot be found.",
                where=f"oaxaca(x={list(dict.fromkeys(factors.owner))!r})",
                fix=f"leave {factors.owner[j]!r} out, or compare groups in which it differs",
            )


def is_thin(factors: Factors, counts: Sequence[int]) -> bool:
    """Tell whether a group has fewer than ten rows per coefficient."""
    return bool(min(counts) < THIN * (factors.x.shape[1] + 1))
