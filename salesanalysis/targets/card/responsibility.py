"""The responsibility table on a sheet: what is asked of whom by when, in live formulas."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.targets.card.cells import (
    HEAD,
    Sheet,
    heading,
    place,
    shown,
    sum_of,
    year_column,
)
from salesanalysis.targets.card.table import COLUMNS, TIERS, TargetCard


@dataclass
class Ground:
    """What the formulas of a card stand on: its leaves and the sheet their months are in.

    Attributes
    ----------
    card : TargetCard
    months : str
        Name of the sheet.
    lang : str
    """

    card: TargetCard
    months: str
    lang: str
    _found: dict[tuple[str, ...], Mapping[Hashable, Any]] = field(default_factory=dict)

    def leaves(self) -> pd.DataFrame:
        """Return the level columns of the leaves, in the order of their rows."""
        keys = list(self.card.levels)
        months = self.card.months
        return months[keys].drop_duplicates() if keys else pd.DataFrame(index=[0])

    def n_leaves(self) -> int:
        """Return how many rows the months sheet has."""
        return len(self.leaves())

    def rows_below(self, row: Mapping[str, Any]) -> list[int]:
        """Return the rows of the months sheet that hold the leaves of a unit."""
        named = tuple(k for k in self.card.levels if row[k] != "")
        if not named:
            return list(range(HEAD + 1, HEAD + 1 + self.n_leaves()))
        if named not in self._found:
            leaves = self.leaves().reset_index(drop=True)
            self._found[named] = leaves.groupby(list(named)).indices
        wanted = tuple(row[k] for k in named)
        places = self._found[named][wanted if len(wanted) > 1 else wanted[0]]
        return [int(i) + HEAD + 1 for i in places]


_LOOKS = {
    "ask_growth": "growth", "probability": "share", "completion": "share", "n_unmet": "count",
    "due": "date",
}  # fmt: skip


def put_units(sheet: Sheet, part: pd.DataFrame, ground: Ground) -> None:
    """Write one row per unit: what is asked, by whom, by when, and why."""
    card, lang = ground.card, ground.lang
    columns = ["level", *card.levels, *_told(card)]
    for j, column in enumerate([*columns, "reason"]):
        sheet.put(HEAD, j, heading(column, lang), "head")
    at = {c: j for j, c in enumerate(columns)}
    for i, row in enumerate(part.to_dict("records")):
        line = HEAD + 1 + i
        formulas = _formulas(row, line, at, ground)
        for column, j in at.items():
            formula = formulas.get(column, "")
            value = shown(column, row[column], card, lang)
            # a formula without a number gives an empty text
            value = "" if formula and value is None else value
            sheet.put(line, j, value, _look(column, row[column]), formula=formula)
        sheet.put(line, len(columns), card.sentence(row, lang), "text")


def _look(column: str, value: Any) -> str:
    """Return the look of a cell of the table."""
    if column == "value":
        return "total"
    return _LOOKS.get(column, "amount" if isinstance(value, float) else "text")


#: Columns a card leaves out where nothing of the kind was given.
_IF_GIVEN = (
    "assigned_value",
    "smart",
    "probability",
    *TIERS,
    "actual_to_date",
    "completion",
    "n_unmet",
)


def _told(card: TargetCard) -> list[str]:
    """Return the columns of the table that have something to say on this card."""
    given = card.frame[list(_IF_GIVEN)].replace({"smart": {"": None}, "n_unmet": {0: None}})
    silent = set(given.columns[given.isna().all()])
    return [c for c in COLUMNS if c not in silent]


def _formulas(
    row: Mapping[str, Any], line: int, at: Mapping[str, int], ground: Ground
) -> dict[str, str]:
    """Return the formulas of one row of the table."""
    value, base = (place(line, at[c]) for c in ("value", "base"))
    column = year_column(ground.card)
    out = {"value": sum_of(ground.months, ground.rows_below(row), column)}
    if np.isfinite(row["base"]):
        out["ask_growth"] = f'=IF({base}>0,{value}/{base}-1,"")'
    if np.isfinite(row["actual_to_date"]):
        sold = place(line, at["actual_to_date"])
        out["completion"] = f'=IF({value}>0,{sold}/{value},"")'
    return out
