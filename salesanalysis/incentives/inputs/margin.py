"""The margin of a deal: what it was sold for less what it cost, by the plan's own words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.inputs.deals import AMOUNTS, COST, FINE, SOLD, Credits
from salesanalysis.incentives.inputs.values import exact_cents, finer, first_of

if TYPE_CHECKING:
    from salesanalysis.incentives.language.place import Margin, Measure
    from salesanalysis.incentives.plan import Plan

#: Measures that sound like a margin: the plain amount of a deal never stands in for one.
WORDS = ("margin", "profit", "contribution", "毛利", "利润")


def with_margins(plan: "Plan", deals: pd.DataFrame, *, alone: bool = False) -> pd.DataFrame:
    """Return deals with a column for every measure the plan takes as amount less cost.

    Every deal is calculated in whole cents. A row without both numbers counts for other measures
    only; where the measure stands `alone`, or one of the two is empty, it is refused.

    Raises
    ------
    ContractError
        No column of the cost or the amount, one empty beside the other, or a column of the
        measure's own name that says something else.
    """
    of = {name: m.margin for name, m in plan.head.measures.items() if m.margin is not None}
    for name, margin in of.items():
        deals = _with_margin(deals, name, margin, alone=alone, rounds=_rounds(plan))
    return deals


def without_margins(plan: "Plan", deals: pd.DataFrame) -> pd.DataFrame:
    """Return deals without columns the plan calculates itself, once they are found to agree."""
    own = [n for n, m in plan.head.measures.items() if m.margin is not None and n in deals.columns]
    if own:
        with_margins(plan, deals)
    return deals.drop(columns=own)


def _rounds(plan: "Plan") -> bool:
    return plan.rules.credit.round_input == "half_up"


def amount_column(margin: "Margin", columns: Sequence[object]) -> str:
    """Return the column of the amount: as the plan says, or its other usual name."""
    usual = AMOUNTS if margin.amount in AMOUNTS else ()
    return next((c for c in (margin.amount, *usual) if c in columns), margin.amount)


def _with_margin(
    deals: pd.DataFrame, name: str, margin: "Margin", *, alone: bool, rounds: bool
) -> pd.DataFrame:
    """Return deals with the margin of every row, and whether the row is a sale."""
    amount = amount_column(margin, list(deals.columns))
    require_columns(deals, [amount, margin.cost], name="deals")
    here = deals[[amount, margin.cost]].notna().any(axis=1) | alone
    part = deals[here]
    sold, cost = (exact_cents(part, c, name="deals", rounds=rounds) for c in (amount, margin.cost))
    values = pd.Series(np.nan, index=deals.index)
    values[here] = (sold - cost) / 100
    _refuse_another(deals, name, values)
    fine = [finer(pd.to_numeric(part[c]), v) for c, v in ((amount, sold), (margin.cost, cost))]
    marks = {SOLD: sold, COST: cost, FINE: fine[0] | fine[1]}
    whole = {
        f"{name}{mark}": pd.Series(v, index=part.index).reindex(deals.index, fill_value=0)
        for mark, v in marks.items()
    }
    return deals.assign(**{name: values, **whole})


def _refuse_another(deals: pd.DataFrame, name: str, values: pd.Series) -> None:
    """Refuse a column of the measure's name that differs from amount less cost."""
    if name not in deals.columns:
        return
    given = pd.to_numeric(deals[name], errors="coerce").astype("float64")
    odd = deals[~((given - values).abs() < 0.005) & ~(given.isna() & values.isna())]
    if len(odd):
        raise ContractError(
            f"{len(odd)} of {len(deals)} rows of deals have a {name!r} that is not the amount less "
            "the cost.",
            where=f"deals, column {name!r}, rows {first_of(odd.index)}, see .rows",
            fix=f"leave the column out, or write measures: {{{name}: {{kind: money}}}} to count it "
            "as it is given",
            rows=odd,
        )


def floored(measure: "Measure", credits_: Credits) -> Credits:
    """Count no order below 0 where the plan says so, and mark those it would have been.

    The rows of an order sold in the period are added up first; what comes back of an earlier
    order takes off its margin and never adds any.
    """
    if measure.margin is None or measure.margin.loss != "zero":
        return credits_
    frame = credits_.frame
    keys = [c for c in ("salesperson", "order_id") if c in frame.columns]
    groups = frame.groupby(keys, sort=False)
    net, sold = groups["cents"].transform("sum"), groups["sold"].transform("max") >= 0
    below = sold & (net < 0)
    first = below & (groups.cumcount() == 0)
    cents = frame["cents"].where(~first, frame["cents"] - net)
    return credits_.with_frame(
        frame.assign(cents=cents.where(sold, cents.clip(upper=0)), below_cost=below)
    )


def sounds_like_margin(measure: "Measure") -> bool:
    """Tell whether a measure is called a margin or a profit, in its name or its titles."""
    titles = (measure.name, *(measure.title or ()))
    return any(word in text.casefold() for text in titles for word in WORDS)


def require_own_column(plan: "Plan", columns: Sequence[object]) -> None:
    """Refuse to pay a margin on the plain amounts of deals that have no column of that name."""
    name = plan.head.measure
    measure = plan.head.measures[name]
    if measure.margin is not None or name in columns or not sounds_like_margin(measure):
        return
    raise ContractError(
        f"the plan pays on {name!r}, and deals have no column of that name; an amount is none.",
        where=f"deals have {[str(c) for c in columns]}",
        fix=f"give the column {name!r}, or say in the plan what it is: measures: {{{name}: {{kind: "
        "money, margin: {amount: revenue, cost: cost, loss: zero}}}",
        code="missing-column",
    )
