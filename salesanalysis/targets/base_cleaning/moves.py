"""History restated to today's structure: closed units and territories that changed hands."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    unknown_name,
)
from salesanalysis.targets.base_cleaning.facts import numbers, summed
from salesanalysis.targets.base_cleaning.log import joined, node_names, rows

#: The line that keeps the base of a closed unit without a successor.
UNASSIGNED = "unassigned"


def restate(
    facts: pd.DataFrame, by: Sequence[str], moves: pd.DataFrame, rule: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Move history from units to their successors, and log what went where.

    Parameters
    ----------
    moves : DataFrame, one row per move
        Level columns of the old unit, ``to_<level>`` of the new one (all empty: the line
        ``unassigned`` beside it), optional ``share`` (1 = all of it) and ``valid_from`` (months
        before it move; empty = all of them).

    Raises
    ------
    ContractError
        Unknown units, shares that are not above 0 or give away more than there is; a closed unit
        whose successor is closed as well.
    """
    keys = list(by)
    plan = _read(keys, moves)
    if rule == "closed":
        _refuse_closed_successors(plan, keys)
    held, logs = facts.rename(columns={"value": "whole"}).assign(left=1.0), []
    # today's structure is reached in the order of the days: what came to a unit goes on with it
    for _, turn in plan.groupby("valid_from", sort=True, dropna=False):
        _check_there(held, turn, keys)
        held, log = _moved(held, keys, turn, rule)
        logs.append(log)
    stays = held.assign(value=held["whole"] * held["left"])
    return summed(stays[facts.columns], keys), joined(logs)


def _moved(
    held: pd.DataFrame, keys: list[str], plan: pd.DataFrame, rule: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Carry out moves of one day, all at once; shares are of what a unit had to give away."""
    held = held.assign(row=np.arange(len(held)))
    taken = held.merge(plan, on=keys, how="inner")
    taken = taken[taken["valid_from"].isna() | (taken["period"] < taken["valid_from"])]
    given = taken.groupby("row")["share"].sum()
    held["left"] -= held["row"].map(given).fillna(0.0)
    arrived = taken.assign(whole=taken["whole"] * taken["share"], left=1.0)
    arrived[keys] = arrived[[f"to_{k}" for k in keys]].to_numpy()
    # what moved as a whole leaves no empty unit behind
    columns = [*keys, "period", "whole", "left"]
    out = pd.concat([held.loc[held["left"] > 1e-12, columns], arrived[columns]], ignore_index=True)
    return out, _log(taken.assign(value=taken["whole"]), keys, rule)


def _log(taken: pd.DataFrame, keys: list[str], rule: str) -> pd.DataFrame:
    """Return one row per move and year: what the old unit had, and what it keeps of that."""
    pair = [*keys, *(f"to_{k}" for k in keys)]
    amounts = taken.assign(moved=taken["value"] * taken["share"], year=taken["period"].dt.year)
    sums = amounts.groupby([*pair, "year"], as_index=False)[["value", "moved"]].sum()
    target = sums[[f"to_{k}" for k in keys]].set_axis(keys, axis=1)
    node = node_names(sums, keys) + " → " + node_names(target, keys)
    period = sums["year"].astype("str")
    return rows(node, period, rule, sums["value"], sums["value"] - sums["moved"])


def _read(keys: list[str], moves: pd.DataFrame) -> pd.DataFrame:
    """Return complete moves: successor, share and date of each."""
    require_columns(moves, keys, name="moves")
    require_named(moves, keys, name="moves")
    plan = moves[keys].astype("str").reset_index(drop=True)
    for depth, key in enumerate(keys):
        given = moves[f"to_{key}"] if f"to_{key}" in moves.columns else pd.Series(index=moves.index)
        own = plan[key] if depth < len(keys) - 1 else UNASSIGNED
        plan[f"to_{key}"] = (
            given.astype("str").reset_index(drop=True).where(given.notna().to_numpy(), own)
        )
    plan["share"] = 1.0 if "share" not in moves.columns else numbers(moves, "share", "moves").array
    dates = moves["valid_from"].array if "valid_from" in moves.columns else None
    plan["valid_from"] = pd.to_datetime(pd.Series(dates, index=plan.index, dtype="object"))
    _check_shares(plan, keys)
    return plan


def _check_there(held: pd.DataFrame, plan: pd.DataFrame, keys: list[str]) -> None:
    """Refuse moves from units that are not there on the day of the move."""
    units = pd.MultiIndex.from_frame(held[keys].astype("str").drop_duplicates())
    strange = plan[~pd.MultiIndex.from_frame(plan[keys]).isin(units)]
    if len(strange):
        known = sorted(held[keys[-1]].unique())
        where = "moves, units to move from"
        name = strange[keys[-1]].iloc[0]
        raise unknown_name(name, known, kind=keys[-1], where=where, error=ContractError)


def _check_shares(plan: pd.DataFrame, keys: list[str]) -> None:
    """Refuse shares above the whole, and those of nothing."""
    sums = plan.groupby(keys)["share"].transform("sum")
    bad = plan[~((plan["share"] > 0) & (sums <= 1 + 1e-9))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(plan)} moves give away nothing or more than the whole unit, "
            f"such as {float(sums[bad.index[0]]):g}.",
            where=f"moves, column 'share', first rows {bad.index[:3].tolist()}, see .rows",
            fix="give shares above 0 that add up to at most 1 per unit",
            rows=bad,
        )


def _refuse_closed_successors(plan: pd.DataFrame, keys: list[str]) -> None:
    """Refuse a closed unit that hands over to a closed one: its base would be nobody's."""
    old = list(plan[keys].itertuples(index=False, name=None))
    new = list(plan[[f"to_{k}" for k in keys]].itertuples(index=False, name=None))
    after = dict(zip(old, new, strict=True))
    bad = [unit for unit in after if after[unit] in after]
    if not bad:
        return
    path = [bad[0]]
    while path[-1] in after and path[-1] not in path[:-1]:
        path.append(after[path[-1]])
    raise ContractError(
        f"{len(bad)} closed units hand over to a closed unit, such as "
        f"{' → '.join(' / '.join(unit) for unit in path)}.",
        where="closed, columns of the successors, see .rows",
        fix="name a successor that is still open, or none: the base then stands under "
        f"{UNASSIGNED!r}",
        rows=plan[[unit in bad for unit in old]],
    )
