"""The log of every rule that changed a number: unit, period, rule, before, after, reason."""

from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.labels import Terms, label
from salesanalysis.results import Table

LOG = ("node", "period", "rule", "before", "after", "reason")


def node_names(units: pd.DataFrame, by: Sequence[str]) -> pd.Series:
    """Return the levels of each unit joined for display, the company where there are none."""
    if not by:
        return pd.Series(label("word.company"), index=units.index, dtype="str")
    out = units[by[0]].astype("str")
    for level in by[1:]:
        out = out + " / " + units[level].astype("str")
    return out


def empty_log() -> pd.DataFrame:
    """Return a log without rows."""
    return _no_rows().copy()


@cache
def _no_rows() -> pd.DataFrame:
    """Build it once: most rules change nothing, and building costs more than copying."""
    return pd.DataFrame(
        {name: pd.Series(dtype="float64" if name in LOG[3:5] else "str") for name in LOG}
    )


def rows(node: Any, period: Any, rule: str, before: Any, after: Any) -> pd.DataFrame:
    """Return rows of the log; the reason is the rule's own text in the catalogue.

    Parameters
    ----------
    node : Series or list of str
    period : str, or one per node
    rule : str, a key below ``rule.``
    before, after : float or one per node, currency; empty where nothing was known
    """
    names = np.asarray(node, dtype=object)
    if not len(names):
        return empty_log()
    table = {"node": names, "period": period, "rule": rule}
    table |= {"before": np.asarray(before, dtype="float64")}
    table |= {"after": np.asarray(after, dtype="float64"), "reason": rule}
    out = pd.DataFrame(table, index=range(len(names)))
    return out.astype(dict.fromkeys(["node", "period", "rule", "reason"], "str"))


def joined(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return one log, in order of unit, period and rule."""
    full = [part for part in parts if len(part)]
    if not full:
        return empty_log()
    log = pd.concat(full, ignore_index=True)
    keys = ["node", "period", "rule", "before", "after"]
    log = log.sort_values(keys, kind="stable", ignore_index=True)
    return log[list(LOG)]


def log_table(log: pd.DataFrame, lang: str, terms: Terms, *, rows: int = 30) -> Table:
    """Return a log as readers see it: every rule in words, amounts before and after it.

    Examples
    --------
    >>> log = rows(["East"], "2023", "missing_zero", float("nan"), 0.0)
    >>> log_table(log, "zh", Terms()).shown().columns.tolist()[-2:]
    ['调整前', '调整后']
    """
    names = {"period": "log_period", "before": "before_amount", "after": "after_amount"}
    # the reason is the rule's own text
    shown = log.drop(columns="reason").rename(columns=names)
    return Table(shown, lang=lang, terms=terms, rows=rows)
