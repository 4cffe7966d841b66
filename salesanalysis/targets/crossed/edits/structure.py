"""Territories split and merged in the basis, before anything is handed down."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.states import CLEANED, NO_BASE

_AMOUNTS = ("base", "value", "left_out_amount", "carried_amount", CLEANED)


def restructure(basis: Basis, edits: pd.DataFrame, levels: Sequence[str]) -> Basis:
    """Return the basis with its territories split, then merged, as the edits say.

    Raises
    ------
    ContractError
        A unit that does not exist, or shares of a split that do not add up to 1.
    """
    frame = basis.frame
    splits, merges = (edits[edits["edit"] == kind] for kind in ("split", "merge"))
    for names, part in splits.groupby(list(levels), sort=True):
        frame = _split(frame, part, levels, names if isinstance(names, tuple) else (names,))
    for _, row in merges.iterrows():
        inside = members(frame, row, levels)
        _check_found(inside, row, levels)
        frame = frame.assign(**_renamed(frame, row, levels, inside))
    frame = _gathered(frame, list(basis.by))
    return replace(basis, frame=frame)


def members(
    frame: pd.DataFrame, row: pd.Series, levels: Sequence[str], prefix: str = ""
) -> pd.Series:
    """Tell which rows lie in the unit an edit names; a name left empty holds everything."""
    inside = pd.Series(True, index=frame.index)  # noqa: FBT003
    for level, name in named(row, levels, prefix).items():
        inside &= frame[level] == name
    return inside


def named(row: pd.Series, levels: Sequence[str], prefix: str = "") -> dict[str, str]:
    """Return the names an edit gives, level by level; those above the other unit are shared."""
    given = {level: row[prefix + level] for level in levels}
    if prefix:
        first = next((i for i, level in enumerate(levels) if given[level]), 0)
        given |= {level: row[level] for level in list(levels)[:first]}
    return {level: name for level, name in given.items() if name}


def _renamed(
    frame: pd.DataFrame, row: pd.Series, levels: Sequence[str], inside: pd.Series
) -> dict[str, pd.Series]:
    return {
        level: frame[level].where(~inside, row[f"to_{level}"])
        for level in levels
        if row[f"to_{level}"]
    }


def _split(
    frame: pd.DataFrame, part: pd.DataFrame, levels: Sequence[str], names: tuple[str, ...]
) -> pd.DataFrame:
    """Replace the rows of a unit by one copy per new unit, with its share of every amount."""
    inside = members(frame, part.iloc[0], levels)
    _check_found(inside, part.iloc[0], levels)
    total = float(part["share"].sum())
    if abs(total - 1) > 1e-9:
        raise ContractError(
            f"The shares of the split of {' / '.join(n for n in names if n)} add up to {total:g}, "
            "not to 1.",
            where=f"edits, rows {part['row'].tolist()[:5]}, see .rows",
            fix="give every part a share; together they are 1",
            code="does-not-add-up",
            rows=part,
        )
    pieces = [frame[~inside]]
    for _, row in part.iterrows():
        piece = frame[inside].assign(**_renamed(frame[inside], row, levels, inside[inside]))
        pieces.append(piece.assign(**{c: piece[c] * row["share"] for c in _AMOUNTS}))
    return pd.concat(pieces, ignore_index=True)


def _gathered(frame: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Add up rows that have become one unit."""
    many = frame.duplicated(keys, keep=False)
    if not many.any():
        return frame
    rows = frame[many]
    sums = rows.groupby(keys, as_index=False)[list(_AMOUNTS)].sum()
    first = rows.groupby(keys, as_index=False)[["n_years", "status"]].agg(
        {"n_years": "min", "status": lambda s: s.iloc[0] if (s == s.iloc[0]).all() else "mixed"}
    )
    merged = sums.merge(first, on=keys)
    merged["growth"] = merged["value"] / merged["base"].where(merged["base"] > 0) - 1
    empty = merged["status"].isin(NO_BASE) & (merged["value"] > 0)
    merged["status"] = merged["status"].where(~empty, "given").astype("str")
    return pd.concat([frame[~many], merged.assign(reason="given")], ignore_index=True)


def _check_found(inside: pd.Series, row: pd.Series, levels: Sequence[str]) -> None:
    if not inside.any():
        text = ", ".join(f"{level} {row[level]!r}" for level in levels if row[level])
        raise ContractError(
            f"No unit has {text}.",
            where=f"edits, row {row['row']} ({row['edit']})",
            fix="write a name the basis has",
            code="unknown-name",
        )


def customer_shares(
    sales: pd.DataFrame, assignment: pd.DataFrame, *, on: str | pd.Timestamp, level: str
) -> pd.DataFrame:
    """Return the shares of a split by who gets which customer on a day.

    Parameters
    ----------
    sales : DataFrame with ``customer`` and ``value`` (currency) of the unit that is split
    assignment : DataFrame with ``customer``, `level`, ``valid_from``, ``valid_to`` (inclusive)
    on : date on which the assignment counts
    level : str, column that names the new units

    Returns
    -------
    DataFrame, one row per new unit: ``to_`` + level and ``share``; they add up to 1

    Raises
    ------
    ContractError
        A customer with sales that nobody, or more than one, has on that day.

    Examples
    --------
    >>> sales = pd.DataFrame({"customer": ["x", "y"], "value": [30.0, 10.0]})
    >>> who = pd.DataFrame({"customer": ["x", "y"], "region": ["A", "B"],
    ...                     "valid_from": "2024-01-01", "valid_to": "2024-12-31"})
    >>> customer_shares(sales, who, on="2024-01-01", level="region").values.tolist()
    [['A', 0.75], ['B', 0.25]]
    """
    require_columns(sales, ["customer", "value"], name="sales")
    require_columns(assignment, ["customer", level, "valid_from", "valid_to"], name="assignment")
    require_rows(sales, name="sales")
    day = pd.Timestamp(on)
    since, until = (pd.to_datetime(assignment[c]) for c in ("valid_from", "valid_to"))
    live = assignment[(since <= day) & ((until >= day) | until.isna())]
    sold = sales.groupby("customer")["value"].sum()
    held = live.groupby("customer")[level].nunique().reindex(sold.index).fillna(0)
    wrong = held[(held != 1) & (sold != 0)]
    if len(wrong):
        raise ContractError(
            f"{len(wrong)} of {len(sold)} customers belong to nobody, or to several, on "
            f"{day:%Y-%m-%d}: {', '.join(map(str, wrong.index[:5]))}.",
            where="assignment, see .rows",
            fix="give every customer one owner on that day",
            rows=wrong.to_frame("n_owners"),
        )
    owner = live.drop_duplicates("customer").set_index("customer")[level]
    sums = sold.groupby(owner.reindex(sold.index)).sum()
    share = sums.to_numpy("float64") / float(sums.sum())
    names = pd.Series(sums.index.astype("str"), dtype="str")
    return pd.DataFrame({f"to_{level}": names, "share": share})
