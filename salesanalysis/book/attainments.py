"""Whether people's attainment differs by region, by person, or by chance."""

from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis import variance
from salesanalysis.book.note import Note
from salesanalysis.errors import ContractError
from salesanalysis.variance import Components

if TYPE_CHECKING:
    from salesanalysis.book.results import Company

#: Months whose target is below this part of the mean target say nothing of attainment.
SMALL = 0.1


def spread(company: "Company") -> Components | Note:
    """Return how much of the spread of monthly attainment is region, person and noise.

    A person who sells in several regions counts in the one where most is asked. People who joined
    or left within the months are left out: their months are not comparable.
    """
    if "salesperson" not in company.levels or len(company.closed) < 2:
        return Note.of("cannot_tell", "note.cannot_tell")
    months = attainments(company)
    if not len(months):
        return Note.of("cannot_tell", "note.cannot_tell")
    try:
        return variance.components(
            months, "attainment", ["region", "salesperson"], by="period", n_boot=50,
            min_target=SMALL * float(months["target"].mean()),
            currency=company.data.currency, terms=company.data.terms,
        )  # fmt: skip
    except ContractError:
        return Note.of("cannot_tell", "note.cannot_tell")


def attainments(company: "Company") -> pd.DataFrame:
    """Return one row per person and closed month: home region, target and attainment."""
    plan = company.plan.to_frame()
    plan = plan[plan["period"].isin(company.closed) & (plan["value"] > 0)]
    asked = plan.groupby(["salesperson", "period"], as_index=False)["value"].sum()
    home = plan.groupby(["salesperson", "region"], as_index=False)["value"].sum()
    home = home.sort_values(["salesperson", "value", "region"], ascending=[True, False, True])
    home = home.drop_duplicates("salesperson")[["salesperson", "region"]]
    sold = company.data.panel(by=["salesperson"]).frame
    rows = asked.merge(sold, on=["salesperson", "period"], suffixes=("", "_sold"))
    value = "value_sold" if "value_sold" in rows else "revenue"
    rows = rows.assign(attainment=rows[value] / rows["value"]).merge(home, on="salesperson")
    complete = rows.groupby("salesperson")["period"].transform("size") == len(company.closed)
    rows = rows[complete].rename(columns={"value": "target"})
    return rows[["region", "salesperson", "period", "target", "attainment"]].reset_index(drop=True)
