"""Why the cells of an edited plan are what they are."""

import pandas as pd

from salesanalysis.targets.crossed.edits.result import Edited


def edit_reasons(edited: Edited) -> pd.DataFrame:
    """Return why every cell that edits have changed is what it is.

    Parameters
    ----------
    edited : Edited, the result of `apply_edits`

    Returns
    -------
    DataFrame
        Level columns, ``period`` and ``reason``: that of the narrowest edit that names the cell,
        with its author, or ``rest`` where the cell only pays for others.

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
    out = edited.changes()[[*keys, "period"]]
    reason = pd.Series("rest", index=out.index, dtype="str")
    done = edited.log[edited.log["status"] == "applied"]
    # wide edits first: a narrower one has the last word
    width = (done[keys] != "").sum(axis=1) * 2 + done["period"].notna()
    for row in done.loc[width.sort_values(kind="stable").index].to_dict("records"):
        inside = pd.Series(True, index=out.index)  # noqa: FBT003
        for level in keys:
            if row[level]:
                inside &= out[level] == row[level]
        if pd.notna(row["period"]):
            inside &= out["period"] == row["period"]
        reason = reason.mask(inside, f"{row['reason']} ({row['author']})")
    return out.assign(reason=reason)
