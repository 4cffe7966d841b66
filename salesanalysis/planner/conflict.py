"""Conditions that no plan meets together, in the language of the desk."""

from fractions import Fraction
from math import ceil
from typing import Any

import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives.optimum.wording import shown
from salesanalysis.incentives.words.numbers import ratio
from salesanalysis.labels import has_label, label


def conflict(error: SalesAnalysisError, lang: str, currency: str) -> str:
    """Say which conditions cannot be met together, one a line, and the budget that would do.

    Empty for any other error, or one with a condition that has no words here.

    Examples
    --------
    >>> import pandas as pd
    >>> from salesanalysis.errors import ContractError
    >>> rows = pd.DataFrame({"condition": ["budget", "within"], "limit": [1000.0, 0.1],
    ...     "at": float("nan"), "least": [2345.67, float("nan")], "alone": False})
    >>> error = ContractError("no plan", where="x", fix="y", code="infeasible", rows=rows)
    >>> print(conflict(error, "en", "CNY"))
    No plan meets these 2 conditions together:
    • expected cost of a year at most 1,000 CNY
    • every number within 10% of today's
    From a budget of 2,346 CNY on there is one; or loosen one of these.
    """
    rows = _conditions(error)
    if not len(rows) or not rows["condition"].map(lambda c: has_label(_key(c))).all():
        return ""
    said = [_condition(row, lang, currency) for row in rows.to_dict("records")]
    head = "planner.conflict.alone" if rows["alone"].any() else "planner.conflict"
    return "\n".join([label(head, lang, n=len(said)), *said, _way_out(rows, lang, currency)])


def _conditions(error: SalesAnalysisError) -> pd.DataFrame:
    """Return the conditions that conflict, no rows for any other error."""
    rows = error.rows
    asked = {"condition", "limit", "at", "least", "alone"}
    known = isinstance(rows, pd.DataFrame) and asked <= set(rows.columns)
    return rows if known else pd.DataFrame()


def _key(condition: str) -> str:
    return f"planner.condition.{condition}"


def _condition(row: dict[Any, Any], lang: str, currency: str) -> str:
    limit, at = row["limit"], row["at"]
    share = row["condition"] == "within"
    words = {
        "limit": "" if pd.isna(limit) else _share(limit) if share else shown(limit, lang, currency),
        "at": "" if pd.isna(at) else _share(at),
    }
    return f"• {label(_key(row['condition']), lang, **words)}"


def _way_out(rows: pd.DataFrame, lang: str, currency: str) -> str:
    least = rows.loc[rows["condition"] == "budget", "least"].dropna()
    if not len(least):
        return label("planner.conflict.loosen", lang)
    # rounded up: a budget in short figures might not be enough
    return label("planner.conflict.enough", lang, budget=shown(ceil(least.iloc[0]), lang, currency))


def _share(value: float) -> str:
    return ratio(Fraction(f"{value:.3f}"))
