"""Names that may mean the same: proposed with their amounts, never matched unasked."""

import unicodedata
from collections.abc import Mapping, Sequence

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name


def fold(name: str) -> str:
    """Return a name without what the eye does not see: case, spaces, full width.

    Examples
    --------
    >>> fold(" Ｅast　Ｃoast "), fold("east coast")
    ('eastcoast', 'eastcoast')
    """
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def near_names(cells: pd.DataFrame, levels: Sequence[str]) -> pd.DataFrame:
    """Propose which names of theirs may be names of ours.

    Returns
    -------
    DataFrame: ``column``, ``theirs``, ``ours``, ``n_lines``, ``amount`` (theirs, ten-thousandths)
    """
    found = [_near(cells, column) for column in levels]
    empty = pd.DataFrame(
        {c: pd.Series(dtype="str") for c in ("column", "theirs", "ours")}
        | {c: pd.Series(dtype="int64") for c in ("n_lines", "amount")}
    )
    return pd.concat([empty, *found], ignore_index=True)


def _near(cells: pd.DataFrame, column: str) -> pd.DataFrame:
    """Propose the names of one column that look alike and stand on one side only."""
    sums = cells.groupby(column, as_index=False)[["n_ours", "n_theirs", "theirs"]].sum()
    sums["fold"] = sums[column].map(fold)
    mine = sums.loc[sums["n_ours"] > 0, ["fold", column]].rename(columns={column: "ours"})
    lone = sums[sums["n_ours"] == 0].rename(columns={"theirs": "amount", "n_theirs": "n_lines"})
    alike = lone.rename(columns={column: "theirs"}).merge(mine, on="fold")
    return alike.assign(column=column)[["column", "theirs", "ours", "n_lines", "amount"]]


def renamed(
    sums: pd.DataFrame,
    values: Mapping[str, Mapping[str, str]],
    levels: Sequence[str],
    name: str,
) -> pd.DataFrame:
    """Write names of ours for the names of theirs that were declared to mean them.

    Raises
    ------
    ContractError
        A column that is not compared, or a name the other side does not have.
    """
    for column, names in values.items():
        if column not in levels:
            where = "verify(values=...)"
            raise unknown_name(column, levels, kind="level", where=where, error=ContractError)
        known = sorted(sums[column].unique())
        for old in names:
            if old not in known:
                where = f"verify(values={{{column!r}: ...}}), names in {name}"
                raise unknown_name(old, known, kind=column, where=where, error=ContractError)
        sums = sums.assign(**{column: sums[column].replace(dict(names)).astype("str")})
    keys = [c for c in sums.columns if c not in ("amount", "n")]
    if not values or not keys:
        return sums
    return sums.groupby(keys, as_index=False, dropna=False)[["amount", "n"]].sum()
