"""The state of every unit's base: usable, zero, negative, new or unknown, and what follows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.panel import Panel
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.base_cleaning.log import joined, node_names, rows
from salesanalysis.targets.base_cleaning.policy import Policy
from salesanalysis.targets.history import year_values

Floats = npt.NDArray[np.float64]
#: Months of history below which growth and season of a unit come from the units around it.
SHORT_MONTHS = 24


def first_states(
    units: pd.DataFrame,
    wide: pd.DataFrame,
    unknown: npt.NDArray[np.bool_],
    yearly: pd.DataFrame,
    panel: Panel,
    *,
    year: int,
) -> pd.DataFrame:
    """Return sold, base, months known and status of every unit, before any choice."""
    base = yearly.loc[yearly["year"] == year - 1, "value"].to_numpy("float64")
    start = panel.calendar.months(year)[0]
    known = wide.loc[:, wide.columns < start].notna().to_numpy()
    unclear = pd.DataFrame(unknown, columns=wide.columns)
    months = panel.calendar.months(year - 1)
    hidden = unclear.reindex(columns=months, fill_value=False).to_numpy().any(axis=1)
    states = [np.isnan(base) & hidden, np.isnan(base), base == 0, base < 0]
    names = ["unknown_base", "new_business", "zero_base", "negative_base"]
    trailing = wide.iloc[:, -12:].sum(axis=1, skipna=False, min_count=12).to_numpy("float64")
    return units.assign(
        sold=np.nansum(year_values(wide, panel, year - 1), axis=1),
        base=np.where(base > 0, base, 0.0),
        trailing_12=trailing,
        n_months=known.sum(axis=1),
        status=pd.array(np.select(states, names, "ok"), dtype="str"),
        counted=base,
    )


def settle(
    states: pd.DataFrame,
    yearly: pd.DataFrame,
    by: Sequence[str],
    year: int,
    policy: Policy,
    *,
    starters: pd.DataFrame | None,
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Answer zero, negative, short and new bases as `policy` says.

    Returns
    -------
    tuple of DataFrame
        Units, years and log.
    """
    names, period = node_names(states, by), str(year - 1)
    logs = [_short(states, names, period, policy)]
    unknown = states["status"] == "unknown_base"
    logs.append(rows(names[unknown], period, "unknown_base", np.nan, 0.0))
    states, log = _negative(states, names, by, period, policy)
    logs.append(log)
    states, log = _zero(states, names, period, policy)
    logs.append(log)
    states, log = _started(states, names, by, period, policy, starters=starters)
    logs.append(log)
    without = ~(states["base"] > 0)
    left_out = states["sold"].where(without & ~_spread_out(states, policy), 0.0)
    states = states.assign(left_out_amount=left_out)
    states["cleaned_amount"] = states["sold"] - states["base"] - states["left_out_amount"]
    # a floor is no growth: what such a unit sold before says nothing about it
    floored = (states["status"] == "floored").to_numpy()
    yearly = yearly.assign(value=yearly["value"].mask(np.repeat(floored, yearly["year"].nunique())))
    states["status"] = states["status"].where(states["status"] != "floored", "ok")
    order = ["sold", "base", "left_out_amount", "cleaned_amount", "trailing_12", "n_months"]
    return states[[*by, *order, "status"]], yearly, joined(logs)


def _spread_out(states: pd.DataFrame, policy: Policy) -> pd.Series:
    """Tell which amounts are already carried by the units beside them."""
    carried: pd.Series = (states["status"] == "negative_base") & (policy.negative == "carry")
    return carried


def _short(states: pd.DataFrame, names: pd.Series, period: str, policy: Policy) -> pd.DataFrame:
    short = (states["n_months"] < SHORT_MONTHS) & (states["status"] != "unknown_base")
    if policy.short == "error":
        _refuse(states[short], names[short], f"have fewer than {SHORT_MONTHS} months", "short")
    return rows(names[short], period, "short_history", states["sold"][short], states["base"][short])


def _refuse(bad: pd.DataFrame, names: pd.Series, what: str, setting: str) -> None:
    """Raise where a policy says that these units may not be there."""
    if len(bad):
        listed = ", ".join(names.head(5)) + (", ..." if len(names) > 5 else "")
        raise ContractError(
            f"{len(bad)} units {what}: {listed}.",
            where=f'Policy({setting}="error")',
            fix=f"correct the facts, or choose another answer for {setting}",
            rows=bad,
        )


def _negative(
    states: pd.DataFrame, names: pd.Series, by: Sequence[str], period: str, policy: Policy
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep net returns apart, or take them off the units beside them."""
    minus = states["status"] == "negative_base"
    if policy.negative == "error":
        _refuse(states[minus], names[minus], "returned more than they sold", "negative")
    log = rows(names[minus], period, f"negative_{policy.negative}", states["counted"][minus], 0.0)
    if policy.negative != "carry" or not minus.any():
        return states, log
    family = _families(states, by[:-1])
    amount = states["counted"].where(minus, 0.0).groupby(family).transform("sum")
    beside = states["base"].groupby(family).transform("sum")
    if (beside + amount < 0)[minus].any():
        short = minus & (beside + amount < 0)
        _refuse(states[short], names[short], "returned more than the units beside sold", "negative")
    base = states["base"] * (1 + amount / beside.where(beside > 0, 1.0))
    paid = (base != states["base"]) & (states["base"] > 0)
    more = rows(names[paid], period, "negative_carry", states["base"][paid], base[paid])
    return states.assign(base=base.clip(lower=0.0)), joined([log, more])


def _families(states: pd.DataFrame, above: Sequence[str]) -> Any:
    """Return the number of the parent each unit hangs from."""
    if not above:
        return np.zeros(len(states), dtype="int64")
    return states.groupby(list(above)).ngroup().to_numpy()


def _zero(
    states: pd.DataFrame, names: pd.Series, period: str, policy: Policy
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Keep true zeros, or give each an equal part of the floor."""
    zero = states["status"] == "zero_base"
    share = policy.floor / int(zero.sum()) if policy.zero == "floor" and zero.any() else 0.0
    log = rows(names[zero], period, f"zero_{policy.zero}", 0.0, share)
    if not share:
        return states, log
    status = states["status"].mask(zero, "floored")
    return states.assign(base=states["base"].mask(zero, share), status=status), log


def _started(
    states: pd.DataFrame,
    names: pd.Series,
    by: Sequence[str],
    period: str,
    policy: Policy,
    *,
    starters: pd.DataFrame | None,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Leave new units without a base, or give them the median base per head beside them."""
    new = states["status"] == "new_business"
    if policy.starters == "none" or not new.any():
        return states, rows(names[new], period, "starter_none", states["sold"][new], 0.0)
    ramp, heads = _speed(states, by, starters)
    each = (states["base"] / heads).where(states["base"] > 0)
    family = _families(states, by[:-1])
    median = each.groupby(family).transform("median").fillna(each.median()).fillna(0.0)
    base = states["base"].mask(new, median * heads * ramp)
    status = states["status"].mask(new & (base > 0), "ok")
    log = rows(names[new], period, "starter_peers", states["sold"][new], base[new])
    return states.assign(base=base, status=status), log


def _speed(
    states: pd.DataFrame, by: Sequence[str], starters: pd.DataFrame | None
) -> tuple[pd.Series, pd.Series]:
    """Return ramp and heads of every unit; 1 where nothing is said."""
    ones = pd.Series(1.0, index=states.index)
    if starters is None:
        return ones, ones
    keys = list(by)
    require_columns(starters, keys, name="starters")
    units = pd.MultiIndex.from_frame(states[keys])
    strange = starters[~pd.MultiIndex.from_frame(starters[keys].astype("str")).isin(units)]
    if len(strange):
        name, known = strange[keys[-1]].iloc[0], sorted(states[keys[-1]])
        raise unknown_name(name, known, kind=keys[-1], where="starters", error=ContractError)
    out = []
    for column, top in (("ramp", 1.0), ("heads", np.inf)):
        if column not in starters.columns:
            out.append(ones)
            continue
        given = starters[keys].astype("str").assign(said=numbers(starters, column, "starters"))
        found = states[keys].merge(given, on=keys, how="left", validate="one_to_one")["said"]
        found = pd.Series(found.fillna(1.0).to_numpy(), index=states.index)
        if not ((found > 0) & (found <= top)).all():
            raise ContractError(
                f"{column} must be above 0{' and at most 1' if top == 1 else ''}, "
                f"got {float(found.min() if (found <= 0).any() else found.max()):g}.",
                where=f"starters, column {column!r}",
                fix="write half speed as 0.5 and two people as 2",
                rows=starters,
            )
        out.append(found)
    return out[0], out[1]
