"""From rows to cells: sums of both sides beside each other, with the checks every method needs."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, require_rows


def beside(
    actual: pd.DataFrame, base: pd.DataFrame, keys: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """Return one row per cell, sorted by its keys, both sides beside each other.

    Returns
    -------
    DataFrame
        `keys`, then each of `columns` followed by 0 (base) and 1 (actual); 0 where a side has
        no rows. ``in0`` and ``in1`` count the rows.

    Raises
    ------
    ContractError
        Missing columns, nameless keys, values that are empty, infinite or text, keys of
        different type, no rows at all.
    """
    if not len(base):
        require_rows(actual, name="actual")
    sold = actual if len(actual) else base.iloc[:0]
    sides = totals(base, "base", keys, columns), totals(sold, "actual", keys, columns)
    if len(base) and len(actual):
        same_kind(sides[0], sides[1], keys)
    tables = [
        side.rename(columns={c: f"{c}{i}" for c in (*columns, "in")})
        for i, side in enumerate(sides)
    ]
    both = pd.concat([t for t in tables if len(t)], ignore_index=True)
    filled = [f"{c}{i}" for i in (0, 1) for c in (*columns, "in")]
    both = both.reindex(columns=[*keys, *filled])
    both[filled] = both[filled].fillna(0.0).astype("float64")
    return grouped(both, keys)


def totals(
    frame: pd.DataFrame, name: str, keys: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """Return the sums of one side per cell, and ``in``: how many rows stand behind them."""
    require_columns(frame, [*keys, *columns], name=name)
    if any(frame[key].isna().any() for key in keys):
        require_named(frame, keys, name=name)
    figures = {c: numbers(frame, c, name) for c in columns}
    table = pd.DataFrame({**{k: frame[k] for k in keys}, **figures, "in": 1.0}, copy=False)
    cells = grouped(table, keys)
    for key in keys:
        # categories are read after summing: a million names are a few hundred cells
        if isinstance(cells[key].dtype, pd.CategoricalDtype):
            cells[key] = cells[key].astype(cells[key].cat.categories.dtype)
        if (
            cells[key].dtype.kind not in "iufbM"
            and (cells[key].astype("str").str.strip() == "").any()
        ):
            require_named(frame, keys, name=name)
    return cells


def grouped(table: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return sums per cell in the order of the keys; one row where there are none."""
    figures = [c for c in table.columns if c not in keys]
    if not len(keys):
        return pd.DataFrame({c: [float(table[c].sum())] for c in figures})
    found = table.groupby(list(keys), sort=True, observed=True, as_index=False)
    cells: pd.DataFrame = found[figures].sum()
    return cells


def numbers(frame: pd.DataFrame, column: str, name: str) -> npt.NDArray[np.float64]:
    """Return a column as float64, refusing what cannot be added."""
    try:
        values: npt.NDArray[np.float64] = frame[column].to_numpy(dtype="float64", na_value=np.nan)
    except (TypeError, ValueError):
        raise ContractError(
            f"{column!r} of {name} is not a column of numbers.",
            where=f"{name}[{column!r}], dtype {frame[column].dtype}",
            fix="turn it into numbers when the file is read",
        ) from None
    bad = ~np.isfinite(values)
    if bad.any():
        raise ContractError(
            f"{int(bad.sum())} of {len(values)} values of {column!r} in {name} are empty or "
            "infinite.",
            where=f"first rows {frame.index[bad][:3].tolist()}, see .rows",
            fix="fill them, or compare closed months only",
            rows=frame[bad],
        )
    return values


def same_kind(base: pd.DataFrame, actual: pd.DataFrame, keys: Sequence[str]) -> None:
    """Refuse keys that are numbers on one side and text on the other: none would match."""
    for key in keys:
        said = [_kind(side[key]) for side in (base, actual)]
        if said[0] != said[1]:
            raise ContractError(
                f"{key!r} is {said[0]} in base and {said[1]} in actual, so no key would match.",
                where=f"base[{key!r}] {base[key].dtype}, actual[{key!r}] {actual[key].dtype}",
                fix="write it the same way on both sides",
            )


def _kind(column: pd.Series) -> str:
    if pd.api.types.is_numeric_dtype(column):
        return "a number"
    return "a date" if pd.api.types.is_datetime64_any_dtype(column) else "text"


def column_names(columns: Sequence[str], argument: str, call: str) -> list[str]:
    """Return column names as a list, refusing text and the same one twice."""
    if isinstance(columns, str) or len(set(columns)) != len(columns):
        example = f'["{columns}"]' if isinstance(columns, str) and columns else '["region"]'
        raise ContractError(
            f"{argument} must be a list of different column names, got {columns!r}.",
            where=f"{call}({argument}=...)",
            fix=f"write {argument}={example}",
            code="bad-choice",
        )
    return list(columns)


def two_sides(actual: Any, base: Any, names: tuple[str, str], call: str) -> None:
    """Refuse a frame compared with itself, and sides that are called alike."""
    if actual is base or len(names) != 2 or names[0] == names[1]:
        raise ContractError(
            "actual and base are the same table or carry the same name.",
            where=f"{call}(actual, base, names={tuple(names)!r})",
            fix="pass two tables and two names, base first",
            code="bad-choice",
        )


def common_key(
    cells: pd.DataFrame,
    keys: Sequence[str],
    call: str,
    sides: tuple[str, str] = ("base", "actual"),
) -> None:
    """Refuse two tables that share no key at all."""
    in0, in1 = (cells[f"in{i}"].to_numpy() > 0 for i in (0, 1))
    if (in0 & in1).any() or not (in0.any() and in1.any()):
        return
    shown = [_sample(cells.loc[side, list(keys)]) for side in (in0, in1)]
    raise ContractError(
        f"{sides[0]} and {sides[1]} share no {' / '.join(keys)} at all.",
        where=f"{call}: {sides[0]} has {shown[0]}, {sides[1]} has {shown[1]}",
        fix="write the names the same way on both sides: spaces, case, full-width letters",
        code="unknown-name",
    )


def _sample(keys: pd.DataFrame) -> list[object]:
    """Return the first three keys, for a message."""
    found = list(keys.head(3).itertuples(index=False, name=None))
    return [key[0] for key in found] if len(keys.columns) == 1 else found


def some_base(values: pd.Series, call: str) -> None:
    """Refuse a base that adds up to nothing."""
    if abs(values.sum()) <= 1e-12 * values.abs().sum():
        raise ContractError(
            "The base adds up to 0, so there is nothing to compare with.",
            where=f"{call}(actual, base)",
            fix="report it as new business: sa.variance.new_business(actual, by=...)",
            code="empty-table",
        )


def sides_of(keys: pd.DataFrame, base: npt.NDArray[Any], actual: npt.NDArray[Any]) -> pd.DataFrame:
    """Return items of a bridge: what stands on each side decides whether one is new or lost."""
    there = (base != 0, actual != 0)
    counts = {
        "n_matched": there[0] & there[1],
        "n_new": ~there[0] & there[1],
        "n_lost": there[0] & ~there[1],
    }
    found = {name: mask.astype("int64") for name, mask in counts.items()}
    return keys.assign(base=base, actual=actual, **found)
