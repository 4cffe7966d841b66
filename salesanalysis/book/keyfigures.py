"""The figures of a region that pages and the index show."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.incentives import PayRegister
from salesanalysis.incentives import Plan as Scheme

if TYPE_CHECKING:
    from salesanalysis.book.results import Company

#: Figures a page and the index can show, in order.
FIGURES = (
    "year_target", "target_to_date", "actual_to_date", "gap", "completion", "landing",
    "probability", "pay_here",
)  # fmt: skip


def key_figures(
    company: "Company", region: str, names: Sequence[str], scheme: Scheme | None
) -> dict[str, float | None]:
    """Return the figures `names` of a region; None where there is none."""
    table = company.so_far.to_frame()
    score = table[(table["level"] == "region") & (table["region"] == region)].iloc[0]
    # without a target the probability is empty
    landed = company.landing(region).to_frame().iloc[0].reindex(["landing", "probability"])
    part = company.plan.select(region=region)
    found: dict[str, Any] = {
        # a target of 0 is none: new business has nothing to be measured against
        "year_target": part.total or None,
        "target_to_date": score["target"] or None,
        "actual_to_date": score["actual"],
        "gap": score["gap"] if score["target"] else None,
        "completion": score["completion"],
        **landed,
    }
    if "pay_here" in names:
        register = company.pay(region, scheme or company.scheme())
        is_paid = isinstance(register, PayRegister)
        found["pay_here"] = register.to_frame()["pay"].sum() if is_paid else None
    return {name: None if pd.isna(found[name]) else float(found[name]) for name in names}
