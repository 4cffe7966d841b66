"""Managers who also sell: their own row and the roll-up of their reports are two rows."""

import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_rows, require_unique
from salesanalysis.money import cents_of

ROLES = ("own", "rollup")


def manager_rows(targets: pd.DataFrame) -> pd.DataFrame:
    """Return targets with one ``own`` row per person and one ``rollup`` row per manager.

    Parameters
    ----------
    targets : DataFrame
        ``salesperson``, ``manager`` (empty for who has none), ``role`` (``own``, ``rollup``, or
        empty) and ``value`` (currency). A manager's roll-up, where given, is checked.

    Returns
    -------
    DataFrame
        ``salesperson``, ``manager``, ``role``, ``value``: the rows of role ``own`` add up to the
        company; a roll-up is the person's own row and everybody below.

    Raises
    ------
    ContractError
        A manager's row whose role is not said (summing it would count people twice; it names the
        manager), a roll-up that differs from its people, a circle of managers.

    Examples
    --------
    >>> rows = pd.DataFrame({"salesperson": ["Chen", "Li", "Wang"], "manager": ["", "Chen", "Chen"],
    ...                      "role": ["own", "own", "own"], "value": [10.0, 40.0, 50.0]})
    >>> manager_rows(rows).query("role == 'rollup'")[["salesperson", "value"]].values.tolist()
    [['Chen', 100.0]]
    """
    require_columns(targets, ["salesperson", "manager", "role", "value"], name="targets")
    require_rows(targets, name="targets")
    table = targets[["salesperson", "manager", "role", "value"]].copy()
    for column in ("salesperson", "manager", "role"):
        text = table[column].astype("object").where(table[column].notna(), "")
        table[column] = text.astype("str")
    _check_roles(table)
    require_unique(table, ["salesperson", "role"], name="targets", what="name the same row")
    own = table[table["role"] == "own"].assign(cents=lambda t: cents_of(t["value"]))
    boss = table.drop_duplicates("salesperson").set_index("salesperson")["manager"]
    sums = _sums(own.set_index("salesperson")["cents"], boss)
    managers = sorted(set(boss) - {""})
    rolled = pd.DataFrame(
        {
            "salesperson": managers,
            "manager": [boss.get(m, "") for m in managers],
            "role": "rollup",
            "value": [sums[m] / 100 for m in managers],
        }
    )
    _check_given(table[table["role"] == "rollup"], rolled)
    both = pd.concat([own.drop(columns="cents"), rolled], ignore_index=True)
    return both.sort_values(["salesperson", "role"], kind="stable", ignore_index=True)


def _check_roles(table: pd.DataFrame) -> None:
    """Refuse rows of managers that do not say whether they are their own or their people's."""
    managers = set(table["manager"]) - {""}
    unclear = table[~table["role"].isin(ROLES) & table["salesperson"].isin(managers)]
    if len(unclear):
        name = unclear["salesperson"].iloc[0]
        raise ContractError(
            f"The row of {name} does not say whether it is {name}'s own target or the sum of the "
            "reports: adding it to theirs could count them twice.",
            where=f"targets, rows {unclear.index[:3].tolist()}, column 'role', see .rows",
            fix="write own or rollup into 'role', in two rows where there are both",
            rows=unclear,
        )
    table.loc[table["role"] == "", "role"] = "own"
    other = table[~table["role"].isin(ROLES)]
    if len(other):
        raise ContractError(
            f"{len(other)} rows have a role that is neither own nor rollup: "
            f"{other['role'].iloc[0]!r}.",
            where=f"targets, rows {other.index[:3].tolist()}, see .rows",
            fix="write own or rollup",
            code="unknown-name",
            rows=other,
        )


def _sums(own: pd.Series, boss: pd.Series) -> dict[str, int]:
    """Add every own row to its person and to everybody above."""
    sums = dict.fromkeys([*boss.index, *set(boss)], 0)
    names, cents = list(own.index), own.to_numpy("int64")
    above = pd.Series(names, dtype="object")
    for _ in range(len(sums) + 1):
        for name, amount in zip(above, cents, strict=True):
            if name:
                sums[name] += int(amount)
        above = above.map(lambda name: boss.get(name, "") if name else "")
        if not (above != "").any():
            return sums
    circle = str(above[above != ""].iloc[0])
    raise ContractError(
        f"{circle} is, through others, the manager of {circle}.",
        where="targets, columns 'salesperson' and 'manager'",
        fix="leave the manager of the topmost person empty",
    )


def _check_given(given: pd.DataFrame, rolled: pd.DataFrame) -> None:
    """Refuse a roll-up that is not the sum of its people."""
    both = given.merge(rolled, on="salesperson", how="left", suffixes=("", "_sum"))
    off = both[(both["value_sum"].isna()) | ((both["value"] - both["value_sum"]).abs() >= 0.005)]
    if len(off):
        row = off.iloc[0]
        people = (
            "nobody reports to them"
            if row["value_sum"] != row["value_sum"]
            else (f"own row and reports add up to {row['value_sum']:,.2f}")
        )
        raise ContractError(
            f"The roll-up of {row['salesperson']} is {row['value']:,.2f}; {people}.",
            where="targets, role 'rollup', see .rows",
            fix="leave the roll-up out: it is added up here",
            code="does-not-add-up",
            rows=off,
        )
