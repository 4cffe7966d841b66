"""The mean person of a peer group: pooled figures per active person-month."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_named, unknown_name
from salesanalysis.variance.cells import figures
from salesanalysis.variance.sides.calendar import Months, stamp

Peers: TypeAlias = str | Sequence[str]
GROUPS = ("others", "all", "top_quartile")


def peer_rows(
    sales: pd.DataFrame,
    codes: Months,
    dates: str,
    *,
    peers: Peers,
    person: str,
    by: list[str],
    values: Sequence[str] | None,
    rank_by: str,
) -> pd.DataFrame:
    """Return the peers' figures per active person-month, one row per person and active month.

    Parameters
    ----------
    sales : DataFrame, n rows
    codes : array of int, shape (n,)
        Month of each row.
    dates : str
        Column the month is written to.
    peers, person, by, values, rank_by
        See `baseline`.

    Raises
    ------
    ContractError
        Fewer than two persons, names that do not exist.
    """
    require_columns(sales, [person, *by], name="sales")
    require_named(sales, [person, *by], name="sales")
    pooled = _value_columns(sales, values, {person, dates, *by})
    months = _active(sales, codes, person, pooled)
    n_months = months.groupby("_person").size()
    _enough(n_months, peers, person)
    sums = _sums(sales, person, by, pooled)
    if isinstance(peers, str) and peers == "others":
        rows = _others(sums, n_months, by, pooled)
    else:
        rows = _group(sums, n_months, _members(sales, n_months, peers, person, rank_by), by, pooled)
    out = months.merge(rows, on="_person")
    out[dates] = [stamp(code) for code in out["_code"]]
    out = out.rename(columns={"_person": person})[[person, dates, *by, *pooled]]
    return out.sort_values([person, dates, *by], kind="stable").reset_index(drop=True)


def _value_columns(sales: pd.DataFrame, values: Sequence[str] | None, keys: set[str]) -> list[str]:
    """Return the columns that are pooled."""
    if values is not None:
        require_columns(sales, values, name="sales")
        return list(values)
    found = [c for c in sales.columns if c not in keys and sales[c].dtype.kind in "iuf"]
    if not found:
        raise ContractError(
            "sales has no column of numbers to pool.",
            where=f"sales columns are {[str(c) for c in sales.columns]}",
            fix='name them, such as values=["revenue", "leads"]',
            code="missing-column",
        )
    return found


def _active(sales: pd.DataFrame, codes: Months, person: str, pooled: list[str]) -> pd.DataFrame:
    """Return the months in which each person did anything at all."""
    did = np.zeros(len(sales), dtype=bool)
    for column in pooled:
        did |= figures(sales, column, "sales") != 0
    pairs = pd.DataFrame({"_person": sales[person].astype("str"), "_code": codes})[did]
    return pairs.drop_duplicates().sort_values(["_person", "_code"]).reset_index(drop=True)


def _sums(sales: pd.DataFrame, person: str, by: list[str], pooled: list[str]) -> pd.DataFrame:
    table = sales[[*by, *pooled]].assign(_person=sales[person].astype("str"))
    sums: pd.DataFrame = table.groupby(["_person", *by], as_index=False, observed=True)[
        pooled
    ].sum()
    return sums


def _others(
    sums: pd.DataFrame, n_months: pd.Series, by: list[str], pooled: list[str]
) -> pd.DataFrame:
    """Return, for each person, what all the others did per active person-month."""
    total = (
        sums.groupby(by, as_index=False, observed=True)[pooled].sum()
        if by
        else (sums[pooled].sum().to_frame().T)
    )
    persons = pd.DataFrame({"_person": n_months.index})
    each = persons.merge(total, how="cross").merge(
        sums, on=["_person", *by], how="left", suffixes=("", "_own")
    )
    n = (n_months.sum() - each["_person"].map(n_months)).to_numpy(dtype="float64")
    for column in pooled:
        whole = each[column].to_numpy(dtype="float64")
        rest = whole - each[f"{column}_own"].fillna(0.0).to_numpy(dtype="float64")
        # what is left of a subtraction is nothing, not a return of a trillionth
        each[column] = np.where(np.abs(rest) <= 1e-12 * np.abs(whole), 0.0, rest) / n
    return each[["_person", *by, *pooled]]


def _group(
    sums: pd.DataFrame, n_months: pd.Series, names: npt.NDArray[np.bool_],
    by: list[str], pooled: list[str],
) -> pd.DataFrame:  # fmt: skip
    """Return what one group did per active person-month, the same for every person."""
    chosen = n_months[names]
    rows = sums[sums["_person"].isin(chosen.index)]
    total = (
        rows.groupby(by, as_index=False, observed=True)[pooled].sum()
        if by
        else (rows[pooled].sum().to_frame().T)
    )
    total[pooled] = total[pooled] / float(chosen.sum())
    return pd.DataFrame({"_person": n_months.index}).merge(total, how="cross")


def _members(
    sales: pd.DataFrame, n_months: pd.Series, peers: Peers, person: str, rank_by: str
) -> npt.NDArray[np.bool_]:
    """Tell who belongs to the peer group."""
    names = n_months.index.to_numpy(dtype="str")
    if not isinstance(peers, str):
        for name in peers:
            if name not in names:
                raise unknown_name(
                    name, names.tolist(), kind=person, where="baseline(peers=...)",
                    error=ContractError,
                )  # fmt: skip
        return np.isin(names, list(peers))
    if peers == "all":
        return np.ones(len(names), dtype=bool)
    require_columns(sales, [rank_by], name="sales")
    sold = sales.groupby(sales[person].astype("str"))[rank_by].sum().reindex(names) / n_months
    # ties by name, so that the order of rows never chooses who is in
    order = np.lexsort((names, -sold.to_numpy()))
    top = np.zeros(len(names), dtype=bool)
    top[order[: -(-len(names) // 4)]] = True
    return top


def _enough(n_months: pd.Series, peers: Peers, person: str) -> None:
    """Refuse a group nobody is in, and words that name no group."""
    if isinstance(peers, str) and peers not in GROUPS:
        raise unknown_name(
            peers, GROUPS, kind="peer group", where="baseline(peers=...)", error=ContractError
        )
    if len(n_months) < 2 or (not isinstance(peers, str) and not len(peers)):
        raise ContractError(
            f"There are no peers: {len(n_months)} {person} was active in these months.",
            where="baseline(peers=...)",
            fix="pass the rows of the whole team, and name at least one peer",
            code="empty-table",
        )
