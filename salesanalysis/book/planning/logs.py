"""Edits and silent units in the form of a policy log: unit, month, rule, before, after, reason."""

import pandas as pd

from salesanalysis.targets.base_cleaning.log import LOG
from salesanalysis.targets.crossed.edits.result import Edited


def edit_log(edited: Edited) -> pd.DataFrame:
    """Return the edits in the form of a policy log."""
    log = edited.log
    names = log[list(edited.plan.levels)].agg(lambda row: " / ".join(v for v in row if v), axis=1)
    when = pd.to_datetime(log["period"]).dt.strftime("%Y-%m").fillna("")
    by_rule = log["status"] == "automatic"
    said = log["reason"].where(by_rule, log["reason"] + " (" + log["author"] + ")")
    rule = log["edit"].where(log["status"] == "applied", log["status"]).mask(by_rule, "presence")
    return pd.DataFrame(
        {"node": names, "period": when, "rule": rule, "before": log["calculated"],
         "after": log["value"], "reason": said}
    )  # fmt: skip


def silent_log(found: pd.DataFrame) -> pd.DataFrame:
    """Return them as rows of a policy log: the target stays, and the month they last sold in."""
    keys = [c for c in found.columns if c not in ("value", "last_month")]
    names = found[keys].agg(" / ".join, axis=1) if len(found) else pd.Series(dtype="str")
    rows = pd.DataFrame(
        {"node": names, "period": found["last_month"].dt.strftime("%Y-%m"), "rule": "silent",
         "before": found["value"], "after": found["value"], "reason": "silent"}
    )  # fmt: skip
    return rows[list(LOG)]
