"""Units that are asked for sales and have sold nothing for months: somebody left, or closed."""

import pandas as pd

from salesanalysis import targets
from salesanalysis.labels import Terms, count, label, money, month
from salesanalysis.panel import Panel
from salesanalysis.targets.words import listing, node_text

#: Closed months without a sale from which on a unit counts as silent.
MONTHS = 6
#: Targets somebody has already decided on.
_DECIDED = ("pinned", "part_year", "held_open")


def silent(plan: targets.Plan, sold: Panel) -> pd.DataFrame:
    """Return the units with a target that have sold nothing in the last `MONTHS` closed months.

    Parameters
    ----------
    plan : Plan
    sold : Panel, by levels of the plan
        Sales up to now; the units of these levels are judged.

    Returns
    -------
    DataFrame
        The levels of `sold`, ``value`` (target, currency) and ``last_month`` with a sale; units
        that never sold, and those whose target was set by hand or by a rule, are left out.
    """
    keys = list(sold.by)
    asked = plan.frame[~plan.frame["status"].isin(_DECIDED)]
    asked = asked.groupby(keys, as_index=False)["value"].sum()
    sales = sold.frame[sold.frame["value"] != 0]
    last = sales.groupby(keys, as_index=False)["period"].max()
    since = sold.closed_through - pd.DateOffset(months=MONTHS - 1)
    quiet = last[last["period"] < since].rename(columns={"period": "last_month"})
    found = asked[asked["value"] > 0].merge(quiet, on=keys)
    return found.sort_values(["value", *keys], ascending=[False, *[True] * len(keys)]).reset_index(
        drop=True
    )


def silent_line(found: pd.DataFrame, lang: str, *, currency: str, terms: Terms) -> str:
    """Say who is asked and has sold nothing for months, the largest target first; empty if none."""
    if not len(found):
        return ""
    keys = [c for c in found.columns if c not in ("value", "last_month")]
    names = [
        label(
            "silent.node",
            lang,
            node=node_text(row, keys, terms, lang),
            value=money(row["value"], lang, currency),
            month=month(row["last_month"], lang),
        )
        for row in found.head(5).to_dict("records")
    ]
    nodes = listing(names, lang, n=len(found))
    return label("silent.line", lang, n=count(len(found)), months=MONTHS, nodes=nodes)
