"""The people of a card: one row each, whatever the number of units somebody sells in."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.targets.card.table import TIERS
from salesanalysis.targets.tiers.smart_result import LETTERS


def people_rows(part: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return one row per person; a level in which somebody has several units is left empty.

    Of the SMART letters those stay on which all units agree, ``?`` stands for the others.

    `people` has the chance of a person over all units in a region, and whether all are fixed.
    """
    if not len(part) or part["salesperson"].is_unique:
        return part
    sums = ("value", "assigned_value", "base", "actual_to_date")
    grouped = part.groupby("salesperson", sort=True)
    out = grouped.first()
    for column in [c for c in part.columns if c not in (*sums, "salesperson", "level")]:
        if column == "due":
            out[column] = grouped[column].max()
            continue
        n_values = grouped[column].nunique(dropna=False)
        empty: Any = "" if part[column].dtype == "str" else np.nan
        out[column] = out[column].where(n_values == 1, empty)
    out["smart"] = _common_letters(part)
    for column in sums:
        out[column] = grouped[column].sum(min_count=1)
    several = grouped.size() > 1
    # chances do not add: the person's own; the tiers handed down do, where every unit has them
    out.loc[several, "probability"] = np.nan
    out.loc[several, ["probability", "status"]] = _own_chance(out[several], people)
    for tier in TIERS:
        out[tier] = grouped[tier].sum().where(grouped[tier].count() == grouped.size())
    out["n_unmet"] = grouped["n_unmet"].sum()
    base = out["base"].where(out["base"] > 0)
    target = out["value"].where(out["value"] > 0)
    out["ask_growth"], out["completion"] = out["value"] / base - 1, out["actual_to_date"] / target
    out["status"] = out["status"].where(out["status"] != "", "mixed")
    table: pd.DataFrame = out.reset_index()[part.columns]
    return table


def _common_letters(part: pd.DataFrame) -> pd.Series:
    """Return by person the letters all units agree on, ``?`` where they differ or one has none."""
    person, known = part["salesperson"], part["smart"] != ""
    marks = part["smart"].where(known, "?" * len(LETTERS))
    letters = [marks.str[i].groupby(person) for i in range(len(LETTERS))]
    told = [of.min().where(of.min() == of.max(), "?").astype("str") for of in letters]
    out = told[0].str.cat(told[1:])
    return out.where(known.groupby(person).any(), "")


def _own_chance(several: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """Return chance and status of people with several units, where both are known of them."""
    own = several[["probability", "status"]]
    if not len(people) or not len(several):
        return own
    rows = several.reset_index()
    keys = [k for k in ("region", "salesperson") if k in people.columns and k in rows.columns]
    # who sells in several regions has no region here, who is known twice no chance of one sum
    known = people.drop_duplicates(keys, keep=False)
    found = rows[keys].merge(known[[*keys, "probability", "status"]], on=keys, how="left")
    found.index = several.index
    fixed = found["status"].isin(["pinned", "part_year"])
    status = found["status"].where(fixed, own["status"])
    return own.assign(probability=found["probability"], status=status)
