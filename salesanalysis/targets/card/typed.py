"""What a planner typed into the workbook of a card, as edits: months, and who pays for them."""

from typing import Any

import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.targets.card.table import TargetCard
from salesanalysis.targets.crossed.edits.read import pins_from_card

#: Who pays for a changed month: the other months of the same year, or the units beside it.
PAYERS = ("months", "siblings")


def edits_from_card(
    found: pd.DataFrame,
    card: TargetCard,
    *,
    reason: str,
    author: str,
    time: Any,
    pay: str = "months",
) -> pd.DataFrame:
    """Turn changed months of a card into edits that `apply_edits` hands down again.

    Parameters
    ----------
    found : DataFrame, the result of `read_edits`
    card : TargetCard the workbook was written from
    reason, author, time : kept beside every edit
    pay : {"months", "siblings"}
        ``months``: the year of each unit stays, its other months pay. ``siblings``: its year
        moves by what its months were changed by, and the units beside it pay; what is above
        stays in both.

    Returns
    -------
    DataFrame
        One pin per changed month and, for ``siblings``, one per changed year.

    Raises
    ------
    ContractError
        An unknown payer, no reason or no author; a year that would fall below 0.

    Examples
    --------
    >>> from salesanalysis.targets import cascade
    >>> from salesanalysis.targets.card.build import card
    >>> shares = pd.DataFrame({"region": ["East", "West"], "value": [40.0, 60.0]})
    >>> made = card(cascade(1_200, shares, levels=["region"], year=2024, months="equal"))
    >>> found = pd.DataFrame({"region": ["East"], "period": pd.to_datetime(["2024-03-01"]),
    ...     "old_amount": [40.0], "new_amount": [50.0], "change_amount": [10.0], "cell": ["D5"]})
    >>> edits = edits_from_card(found, made, reason="depot", author="Li", time="2023-12-01",
    ...                         pay="siblings")
    >>> edits["value"].tolist()
    [50.0, 490.0]
    """
    if pay not in PAYERS:
        raise ContractError(
            f"pay must be months or siblings, got {pay!r}.",
            where="edits_from_card(pay=...)",
            fix='write pay="months", or pay="siblings"',
            code="bad-choice",
        )
    for name, text in (("reason", reason), ("author", author)):
        if not str(text).strip():
            raise ContractError(
                f"Edits without {name}: nobody could tell later why a target moved.",
                where=f"edits_from_card({name}=...)",
                fix=f"write {name}=...",
                code="bad-value",
            )
    keys = list(card.levels)
    require_columns(found, [*keys, "period", "new_amount", "change_amount"], name="found")
    pins = pins_from_card(found, reason=reason, author=author, time=time)
    if pay == "months" or not len(found):
        return pins
    years = _years(found, card, keys)
    signed = {"edit": "pin", "layer": "plan", "reason": reason, "author": author}
    years = years.assign(period=pd.NaT, time=pd.Timestamp(time), **signed)
    years["period"] = years["period"].astype("datetime64[us]")
    return pd.concat([pins, years], ignore_index=True)


def _years(found: pd.DataFrame, card: TargetCard, keys: list[str]) -> pd.DataFrame:
    """Return the new year of every unit whose months were changed."""
    moved = found.groupby(keys, as_index=False)["change_amount"].sum()
    whole = card.months.groupby(keys, as_index=False)["value"].sum()
    both = moved[moved["change_amount"] != 0].merge(whole, on=keys, how="left")
    # whole cents, so that sums of floats stay multiples of a step
    years = both[keys].assign(value=(both["value"] + both["change_amount"]).round(2))
    bad = years[years["value"] < 0]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(years)} years would fall below 0.",
            where="edits_from_card, see .rows",
            fix="lower the months by less",
            rows=bad,
        )
    return years
