"""How likely targets are of units the company's own forecast does not reach: teams and people."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis import targets
from salesanalysis.data import Dataset
from salesanalysis.errors import ContractError
from salesanalysis.forecast import panel as forecast_panel

#: Months ahead: any fiscal year that has begun ends within them.
HORIZON = 12
#: Units of the last level beyond which no forecast of their own is made.
MOST = 2000
_WHO = "salesperson"


def likely(plan: targets.Plan, data: Dataset, forecast: Any) -> pd.DataFrame:
    """Return the chance of every unit of a plan, those below the company's forecast included.

    Parameters
    ----------
    plan : Plan
    data : Dataset
        Sales, by every level of the plan.
    forecast : Forecast
        The company's own; what it knows is taken from it.

    Returns
    -------
    DataFrame
        The levels of the plan (empty below the unit's own) and ``probability``, empty where a
        unit has no history.

    Notes
    -----
    Teams and people are forecast from their own months, by the same method, in one panel of the
    last level; above `MOST` units they stay without a chance.
    """
    known = targets.chances(plan, forecast)
    depth = len(_known(plan.levels, forecast))
    if depth == len(plan.levels) or len(plan.frame) // 12 > MOST:
        return known
    own = _forecast(data, plan.levels)
    if own is None:
        return known
    found = targets.chances(plan, own)
    deeper = found[(found[list(plan.levels)[depth]] != "").to_numpy()]
    return pd.concat([known, _whole_year(deeper, plan)], ignore_index=True)


def _whole_year(found: pd.DataFrame, plan: targets.Plan) -> pd.DataFrame:
    """Take the chance from who is there for a part of the year: their months say all of it."""
    leaves = plan.frame.iloc[::12]
    part = leaves.loc[leaves["status"] == "part_year", list(plan.levels)]
    if not len(part):
        return found
    gone = pd.MultiIndex.from_frame(found[list(plan.levels)]).isin(pd.MultiIndex.from_frame(part))
    return found.assign(probability=found["probability"].mask(gone))


def people_chances(plan: targets.Plan, data: Dataset) -> pd.DataFrame:
    """Return the chance of every person, over all they sell in a region.

    Returns
    -------
    DataFrame
        ``region`` where the plan has it, ``salesperson``, ``probability`` (empty without a
        history) and ``status`` (``pinned`` where the person's year is fixed by hand, else
        ``mixed``); no rows where the plan has no people.
    """
    keys = [level for level in ("region", _WHO) if level in plan.levels]
    if _WHO not in keys:
        return pd.DataFrame()
    asked = plan.frame.groupby(keys, as_index=False)["value"].sum()
    asked = asked.rename(columns={"value": "target"}).assign(probability=np.nan)
    own = _forecast(data, keys)
    above = asked[asked["target"] > 0].reset_index(drop=True)
    if own is not None and len(above):
        answer = own.probability(above.drop(columns="probability"), plan.year)
        answer = answer[[*keys, "probability"]]
        asked = asked.drop(columns="probability").merge(answer, on=keys, how="left")
    told = asked.assign(status=np.where(_pinned(asked, plan, keys), "pinned", "mixed"))
    leaves = plan.frame.loc[plan.frame["status"] == "part_year", keys].drop_duplicates()
    part = pd.MultiIndex.from_frame(told[keys]).isin(pd.MultiIndex.from_frame(leaves))
    told["status"] = told["status"].mask(part, "part_year")
    told["probability"] = told["probability"].mask(part)
    return told[[*keys, "probability", "status"]].astype({"status": "str"})


def _pinned(people: pd.DataFrame, plan: targets.Plan, keys: Sequence[str]) -> pd.Series:
    """Tell which people have their whole year fixed by hand."""
    pins = plan.pinned
    within = [level for level in plan.levels if level not in (*keys, "team")]
    whole = pins[(pins[within] == "").all(axis=1) & (pins[_WHO] != "")] if len(pins) else pins
    if not len(whole):
        return pd.Series(data=False, index=people.index)
    named = pd.MultiIndex.from_frame(whole[list(keys)])
    anywhere = whole.loc[whole[keys[0]] == "", _WHO]
    found = pd.MultiIndex.from_frame(people[list(keys)]).isin(named)
    return pd.Series(found, index=people.index) | people[_WHO].isin(anywhere)


def _known(levels: Sequence[str], forecast: Any) -> list[str]:
    """Return the levels from the top that a forecast knows."""
    known: list[str] = []
    for level in levels:
        if level not in forecast.by:
            break
        known.append(level)
    return known


def _forecast(data: Dataset, by: Sequence[str]) -> Any:
    """Return a forecast by these levels; None where their history is too short for one."""
    try:
        return forecast_panel(data.panel(by=list(by)), HORIZON)
    except ContractError:
        return None
