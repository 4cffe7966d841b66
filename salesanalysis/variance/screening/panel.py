"""The rows behind a factor: months earlier, persons and months taken out, parts of the outcome."""

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.periods import month_start
from salesanalysis.variance.screening.statistics import Floats, settled

#: Outcome -> columns it is computed from.
PARTS = {
    "revenue": ("quantity", "units", "price"),
    "sales": ("quantity", "units", "price"),
    "attainment": ("actual", "target", "quota", "revenue", "sales"),
    "completion": ("actual", "target", "quota", "revenue", "sales"),
    "margin": ("revenue", "sales", "cost", "quantity", "units", "price"),
    "conversion": ("leads", "deals", "wins"),
}
#: Passes of demeaning by person and by month in turns.
_PASSES = 200


def month_numbers(column: pd.Series) -> pd.Series:
    """Return months as whole numbers, one step a month; whole numbers stay as they are."""
    if pd.api.types.is_integer_dtype(column):
        return column.astype("int64")
    if isinstance(column.dtype, pd.PeriodDtype):
        column = column.dt.to_timestamp()
    known = {value: month_start(value) for value in column.unique()}
    return column.map({value: m.year * 12 + m.month for value, m in known.items()}).astype("int64")


def earlier(table: pd.DataFrame, column: str, person: str | None, month: str, lag: int) -> Floats:
    """Return the values of `column` of the same person `lag` months before; else empty."""
    number = month_numbers(table[month])
    keys = pd.DataFrame({"month": number})
    if person:
        keys["person"] = table[person].to_numpy()
    known = keys.assign(
        month=number + lag, value=table[column].to_numpy("float64", na_value=np.nan)
    )
    found = keys.merge(known, on=list(keys.columns), how="left", validate="one_to_one")
    values: Floats = found["value"].to_numpy("float64")
    return values


def demeaned(values: Floats, *codes: np.ndarray) -> Floats:
    """Return `values` without the means of each of `codes` (persons, months, or both)."""
    out: Floats = values - values.mean()
    size = np.abs(out).max() if len(out) else 0.0
    for _ in range(_PASSES if len(codes) > 1 else 1):
        before = out
        for code in codes:
            out = out - (np.bincount(code, weights=out) / np.bincount(code).clip(min=1))[code]
        if np.abs(out - before).max() <= 1e-13 * size:
            break
    # what a full subtraction leaves is rounding noise: it would rank like real values
    out[np.abs(out) <= 1e-9 * size] = 0.0
    return settled(out)


def parts_of(table: pd.DataFrame, value: str, candidates: list[str]) -> set[str]:
    """Return the candidates the outcome is computed from: by their names, or by the figures."""
    named = {c for c in candidates if c in PARTS.get(value, ())}
    numeric = [c for c in table.columns if pd.api.types.is_numeric_dtype(table[c]) and c != value]
    figures = {c: table[c].to_numpy("float64", na_value=np.nan) for c in numeric}
    y = table[value].to_numpy("float64", na_value=np.nan)
    return named | {c for c in candidates if _makes(y, c, figures)}


def _makes(y: Floats, column: str, figures: dict[str, Floats]) -> bool:
    """Tell whether the outcome is this column times, over, plus or less one other, or alone."""
    x = figures[column]
    known = np.isfinite(y) & np.isfinite(x)
    if known.sum() < 3 or np.ptp(x[known]) == 0:
        return False
    with np.errstate(all="ignore"):
        tests = [y / x, y - x, y * x, y + x]
        if any(_constant(t[known & (x != 0)]) for t in tests):
            return True
        others = [v for c, v in figures.items() if c != column and not _same(v, y)]
        return any(_equal(t, side) for t in tests for o in others for side in (o, -o)) or any(
            _equal(y * o, x) for o in others
        )


def _constant(values: Floats) -> bool:
    known = values[np.isfinite(values)]
    return len(known) >= 3 and bool(np.ptp(known) <= 1e-9 * np.abs(known).max())


def _same(a: Floats, b: Floats) -> bool:
    return bool(np.array_equal(a, b, equal_nan=True))


def _equal(a: Floats, b: Floats) -> bool:
    """Tell whether two columns agree where both are known, and differ somewhere from 0."""
    known = np.isfinite(a) & np.isfinite(b)
    if known.sum() < 3 or np.ptp(b[known]) == 0:
        return False
    return bool(np.allclose(a[known], b[known], rtol=1e-6, atol=1e-9 * np.abs(b[known]).max()))


def require_numbers(table: pd.DataFrame, columns: list[str]) -> None:
    """Refuse columns of text or with infinite values; empty ones are counted, not refused."""
    for column in columns:
        if not pd.api.types.is_numeric_dtype(table[column]):
            raise ContractError(
                f"{column!r} holds text, not numbers.",
                where=f"df[{column!r}], first value {table[column].iloc[0]!r}",
                fix="write it as a number, such as 0 and 1, or leave it out",
            )
        bad = table[np.isinf(table[column].to_numpy("float64", na_value=np.nan))]
        if len(bad):
            raise ContractError(
                f"{len(bad)} of {len(table)} rows of df: {column!r} is infinite.",
                where=f"first rows {bad.index[:3].tolist()}, see .rows",
                fix="leave the value empty where a ratio has no base",
                rows=bad,
            )
