"""From rows to cells: what was sold, returned or booked without units, in base and actual."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, nearest, require_columns, require_rows
from salesanalysis.variance import tables
from salesanalysis.variance.tables import Floats, same_kind

#: units, value, cost of what was sold; then amounts of returns and of value without units
PARTS = ("q", "r", "c", "returns", "no_units")
_FILL = "fill them, or set closed_through= to an earlier month"
#: What exchange rates moved, where rows carry it.
FX = "(fx)"


def read_cells(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    keys: Sequence[str],
    *,
    value: str,
    units: str | None,
    cost: str | None,
    returns: str,
) -> pd.DataFrame:
    """Return one row per observed cell with both sides beside each other, sorted by its keys.

    Returns
    -------
    DataFrame
        `keys`, then ``q0, r0, c0, returns0, no_units0, fx0, in0`` of the base and the same with 1
        of the actual figures; 0 where a side has no rows (``in`` tells 0 from absent).

    Raises
    ------
    ContractError
        Missing columns, empty keys, values or units that are empty, infinite or text, keys
        of different type, returns written as positive amounts.
    """
    require_columns(actual, [*keys, value, *([cost] if cost else [])], name="actual")
    if not len(base):
        require_rows(actual, name="actual")
    if not len(actual):
        actual = base.iloc[:0]  # nothing sold: the types of the keys are those of the base
    sides = []
    for side, frame, name in (("0", base, "base"), ("1", actual, "actual")):
        cells = _one_side(
            frame, name, list(keys), value=value, units=units, cost=cost, returns=returns
        )
        sides.append(cells.rename(columns={p: f"{p}{side}" for p in (*PARTS, "fx", "in")}))
    same_kind(sides[0], sides[1], keys)
    both = pd.concat(sides, ignore_index=True)
    both = both.fillna({c: 0.0 for c in both.columns if c not in keys})
    joined: pd.DataFrame = both.groupby(list(keys), sort=True, as_index=False).sum()
    if units and returns == "net":
        _net_returns(joined, with_cost=cost is not None)
    return joined


def _one_side(
    frame: pd.DataFrame, name: str, keys: list[str], *, value: str,
    units: str | None, cost: str | None, returns: str,
) -> pd.DataFrame:  # fmt: skip
    """Sum one side to its cells."""
    require_columns(frame, [*keys, value, *([cost] if cost else [])], name=name)
    _keys_filled(frame, name, keys)
    parts = {"r": figures(frame, value, name)}
    if cost:
        parts["c"] = figures(frame, cost, name)
    if units:
        _units_there(frame, name, units)
        parts = {"q": figures(frame, units, name), **parts}
        if returns == "separate":
            parts = _kinds(parts, is_return(frame, name, parts["q"], value))
    if FX in frame.columns:
        parts["fx"] = figures(frame, FX, name)
    table = pd.DataFrame({**{k: frame[k] for k in keys}, **parts}, copy=False)
    cells = table.groupby(keys, observed=True, sort=False, as_index=False).sum()
    for key in keys:
        if isinstance(cells[key].dtype, pd.CategoricalDtype):
            cells[key] = cells[key].astype(cells[key].cat.categories.dtype)
    missing = [p for p in (*PARTS, "fx") if p not in cells]
    columns = [*keys, *PARTS, "fx", "in"]
    return cells.assign(**dict.fromkeys(missing, 0.0), **{"in": 1.0})[columns]


def figures(frame: pd.DataFrame, column: str, name: str) -> Floats:
    """Return a column as float64, refusing what cannot be added."""
    return tables.numbers(frame, column, name, fix=_FILL)


def _kinds(parts: dict[str, Floats], back: npt.NDArray[np.bool_]) -> dict[str, Floats]:
    """Set returns and value without units apart from what was sold."""
    cost = parts.get("c", 0.0)
    amount = parts["r"] - cost
    loose = (parts["q"] == 0) & ((parts["r"] != 0) | (cost != 0)) & ~back
    if not (back.any() or loose.any()):
        return parts
    sold = {key: np.where(back | loose, 0.0, values) for key, values in parts.items()}
    return {
        **sold,
        "returns": np.where(back, amount, 0.0),
        "no_units": np.where(loose, amount, 0.0),
    }


def is_return(frame: pd.DataFrame, name: str, q: Floats, value: str) -> npt.NDArray[np.bool_]:
    """Tell which rows are returns: marked so, or with negative units.

    Raises
    ------
    ContractError
        Rows that do not say whether they are a return, returns of a positive value.
    """
    back = q < 0
    if "is_return" in frame.columns:
        marked = frame["is_return"]
        if marked.isna().any():
            rows = frame[marked.isna()]
            raise ContractError(
                f"{len(rows)} of {len(frame)} rows of {name} do not say whether they are a return.",
                where=f"first rows {rows.index[:3].tolist()}, see .rows",
                fix="write true or false in 'is_return'",
                rows=rows,
            )
        back = back | marked.to_numpy(dtype=bool)
    wrong = back & (frame[value].to_numpy(dtype="float64", na_value=np.nan) > 0)
    if wrong.any():
        raise ContractError(
            f"{int(wrong.sum())} returns of {name} have a {value!r} above 0.",
            where=f"first rows {frame.index[wrong][:3].tolist()}, see .rows",
            fix="write returns as negative units and negative value",
            rows=frame[wrong],
        )
    return back


def _net_returns(cells: pd.DataFrame, *, with_cost: bool) -> None:
    """Move a side with net units below 0, or value without any units, to its own row."""
    for side in "01":
        q, r, c = (cells[f"{part}{side}"] for part in "qrc")
        amount = r - c if with_cost else r
        for part, moved in (("returns", q < 0), ("no_units", (q == 0) & ((r != 0) | (c != 0)))):
            cells[f"{part}{side}"] = cells[f"{part}{side}"] + amount.where(moved, 0.0)
            for column in "qrc":
                cells[f"{column}{side}"] = cells[f"{column}{side}"].mask(moved, 0.0)


def _keys_filled(frame: pd.DataFrame, name: str, keys: list[str]) -> None:
    """Refuse rows without a name: a group-by would drop them without a word."""
    for key in keys:
        empty = frame[key].isna()
        if not empty.any():
            continue
        raise ContractError(
            f"{int(empty.sum())} of {len(frame)} rows of {name} have no {key!r}.",
            where=f"first rows {frame.index[empty][:3].tolist()}, see .rows",
            fix='give them a name such as "(no owner)", or leave them out and say so',
            rows=frame[empty],
        )


def _units_there(frame: pd.DataFrame, name: str, units: str) -> None:
    """Refuse a side without units: price and quantity cannot be told apart there."""
    if units in frame.columns:
        return
    close = nearest(units, [str(c) for c in frame.columns])
    rename = f"rename {close!r} to {units!r}, or " if close else ""
    raise ContractError(
        f"{name} has no units {units!r}, so price and quantity cannot be told apart.",
        where=f"{name} columns are {[str(c) for c in frame.columns]}",
        fix=f'{rename}leave units= out, which compares amounts only (method="gap"), use a driver '
        'tree (chain=), or imply units of a target: target_price="last_year" with last_year=...',
        code="missing-column",
    )
