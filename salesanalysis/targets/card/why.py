"""Why the cells of an edited plan are what they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from salesanalysis.targets.crossed.edits.result import Edited
from salesanalysis.targets.steps import Step

#: Between two reasons of one cell; see `reason_text` of a difference.
AND = " + "
_REST = "rest"


def edit_reasons(edited: Edited) -> pd.DataFrame:
    """Return why every cell that edits have changed is what it is.

    Parameters
    ----------
    edited : Edited, the result of `apply_edits`

    Returns
    -------
    DataFrame
        Level columns, ``period`` and ``reason``: that of the narrowest edit that names the cell,
        with its author; ``rest`` where the cell only pays for others; both, joined by " + ",
        where it is named and pays for a narrower edit inside the same unit as well, or is moved
        by a transfer and pays for others besides. What a rule has set carries the name of the
        reason alone.

    Examples
    --------
    >>> from salesanalysis.targets import Basis, apply_edits
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> pin = {"edit": "pin", "layer": "plan", "region": "East", "value": 50, "reason": "depot",
    ...        "author": "Li", "time": "2023-12-01"}
    >>> basis = Basis.of(shares, by=["region"], year=2024)
    >>> edit_reasons(apply_edits(100, basis, pd.DataFrame([pin])))["reason"].unique().tolist()
    ['depot (Li)', 'rest']
    """
    keys = list(edited.plan.levels)
    changed = edited.changes()
    out = changed[[*keys, "period"]]
    reason = pd.Series(_REST, index=out.index, dtype="str")
    done = edited.log[edited.log["status"] != "undone"]
    # wide edits first: a narrower one has the last word
    width = (done[keys] != "").sum(axis=1) * 2 + done["period"].notna()
    rows = done.loc[width.sort_values(kind="stable").index].to_dict("records")
    holding = [r for r in rows if r["edit"] in ("pin", "preserve", "freeze")]
    # who hands on what comes in has not changed, and still joins those beside it
    every = edited.plan.frame[[*keys, "period"]].reset_index(drop=True)
    paying = _paying(
        edited, every, [_both(every, r, keys) for r in rows if r["edit"] == "transfer"]
    )
    for row in rows:
        by_rule = row["status"] == "automatic"
        told = row["reason"] if by_rule else f"{row['reason']} ({row['author']})"
        inside = _both(out, row, keys)
        if row["edit"] == "transfer" and (_both(every, row, keys) & paying).any():
            told += AND + _REST
        reason = reason.mask(inside, told)
        if any(_holds(row, other, keys) for other in holding):
            both = told if told.endswith(AND + _REST) else told + AND + _REST
            reason = reason.mask(_named(out, row, keys), both)
    return out.assign(reason=reason)


def _both(cells: pd.DataFrame, row: Mapping[Any, Any], keys: Sequence[str]) -> pd.Series:
    """Tell which cells an edit names on either side."""
    return _named(cells, row, keys) | _named(cells, row, keys, "to_")


def _paying(edited: Edited, every: pd.DataFrame, moved: Sequence[pd.Series]) -> pd.Series:
    """Tell which cells belong to exchanges that pay others a rest: they add up to something."""
    out = pd.Series(False, index=every.index)  # noqa: FBT003
    if not moved:
        return out
    gap = every.merge(edited.changes(), on=list(every.columns), how="left")["gap"].fillna(0.0)
    least = float(Step.of(edited.plan.step).size) / 2
    for cells in _joined(moved):
        if abs(gap[cells].sum()) > least:
            out |= cells
    return out


def _joined(moved: Sequence[pd.Series]) -> list[pd.Series]:
    """Return the cells of transfers, those of all that share cells as one."""
    groups: list[pd.Series] = []
    for cells in moved:
        apart = []
        for other in groups:
            if (cells & other).any():
                cells = cells | other  # noqa: PLW2901
            else:
                apart.append(other)
        groups = [*apart, cells]
    return groups


def _named(
    cells: pd.DataFrame, row: Mapping[Any, Any], keys: Sequence[str], prefix: str = ""
) -> pd.Series:
    """Tell which cells an edit names; none where it names no other unit."""
    names = {level: row[prefix + level] for level in keys if row[prefix + level]}
    inside = pd.Series(bool(names), index=cells.index)
    for level, name in names.items():
        inside &= cells[level] == name
    return inside & (cells["period"] == row["period"]) if pd.notna(row["period"]) else inside


def _holds(wide: Mapping[Any, Any], narrow: Mapping[Any, Any], keys: Sequence[str]) -> bool:
    """Tell whether a narrower edit lies inside the unit and months of a wider one."""
    if narrow is wide or any(wide[k] and wide[k] != narrow[k] for k in keys):
        return False
    month = pd.isna(wide["period"]) or wide["period"] == narrow["period"]
    closer = sum(map(bool, (narrow[k] for k in keys))) > sum(map(bool, (wide[k] for k in keys)))
    return bool(month and (closer or (pd.isna(wide["period"]) and pd.notna(narrow["period"]))))
