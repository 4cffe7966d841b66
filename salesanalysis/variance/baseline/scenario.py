"""Both sides of a comparison out of one table that names them in a column."""

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name


def split_scenario(
    table: pd.DataFrame, column: str = "scenario", *, actual: object, base: object
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the actual rows and the base rows of a table of scenarios.

    Which is which is said by the caller, never by the order of the names.

    Parameters
    ----------
    table : DataFrame
        Rows of several scenarios, such as plan, forecast and actual figures.
    column : str
        The column that names them.
    actual, base : value of `column`

    Returns
    -------
    actual, base : DataFrame
        Without `column`.

    Raises
    ------
    ContractError
        A scenario that does not exist, rows without one, the same one twice.

    Examples
    --------
    >>> rows = pd.DataFrame({"scenario": ["actual", "target"], "region": ["N", "N"],
    ...                      "revenue": [9.0, 10.0]})
    >>> sold, plan = split_scenario(rows, actual="actual", base="target")
    >>> sold["revenue"].tolist(), plan["revenue"].tolist()
    ([9.0], [10.0])
    """
    require_columns(table, [column], name="table")
    names = table[column]
    if actual == base:
        raise ContractError(
            f"actual and base are the same scenario {actual!r}.",
            where="split_scenario(actual=..., base=...)",
            fix="name two scenarios",
            code="bad-choice",
        )
    if names.isna().any():
        rows = table[names.isna()]
        raise ContractError(
            f"{len(rows)} of {len(table)} rows name no {column!r}.",
            where=f"first rows {rows.index[:3].tolist()}, see .rows",
            fix="name the scenario of every row",
            rows=rows,
        )
    known = sorted(names.unique(), key=str)
    for wanted in (actual, base):
        if wanted not in known:
            raise unknown_name(
                wanted, known, kind=column, where="split_scenario", error=ContractError
            )
    found = (table[(names == wanted).to_numpy()].drop(columns=column) for wanted in (actual, base))
    first, second = found
    return first, second
