"""Sentences about the places and causes that carry a gap."""

from typing import Any

import pandas as pd

from salesanalysis.data import Dataset
from salesanalysis.labels import day, label, month, percent, unit_of
from salesanalysis.variance.rounded import Scale

#: Columns that say where a cause sits, from the outside in.
PLACE = ["region", "product_line", "customer", "salesperson"]


def texts(table: pd.DataFrame, data: Dataset, lang: str, region: str) -> tuple[str, ...]:
    """Write the headline, a line for each place, and that they must not be added up."""
    if not len(table):
        return (label("carriers.none", lang),)
    rows = table.to_dict("records")
    scale = Scale.of(table["amount"].tolist(), lang)
    parts = [
        label("carriers.part", lang, place=place_name(row, data, lang), kind=_kind(row, lang),
              amount=_amount(row, scale, lang))
        for row in rows
    ]  # fmt: skip
    key = "carriers.headline" if region else "carriers.headline_company"
    head = label(key, lang, n=len(rows), parts=label("variance.semicolon", lang).join(parts))
    return (head, *[_line(row, data, scale, lang) for row in rows], label("carriers.apart", lang))


def place_name(row: dict[str, Any], data: Dataset, lang: str) -> str:
    """Return where it is: region, then customer or product line; a person who sold nothing."""
    columns = PLACE if row["kind"] == "idle" else PLACE[:3]
    names = [data.terms.show(c, row[c], lang) for c in columns if pd.notna(row.get(c)) and row[c]]
    return " / ".join(names)


def _kind(row: dict[str, Any], lang: str) -> str:
    return label(f"carriers.{row['kind']}", lang)


def _amount(row: dict[str, Any], scale: Scale, lang: str) -> str:
    """Write what a cause holds, and where its place is ranked by more, that beside it."""
    amount = scale.text(scale.steps(row["amount"]), signed=True)
    if pd.isna(row["line_amount"]):
        return amount
    whole = scale.text(scale.steps(row["line_amount"]), signed=True)
    return label("carriers.of_line", lang, amount=amount, whole=whole)


def _line(row: dict[str, Any], data: Dataset, scale: Scale, lang: str) -> str:
    """Write what is known of one place."""
    unit = unit_of(data.currency, lang)
    unit = unit if unit != data.currency else f" {unit}"
    amount = scale.text(abs(scale.steps(row["amount"])))
    words: dict[str, str] = {
        "place": place_name(row, data, lang),
        "amount": amount + unit,
    }  # fmt: skip
    if row["kind"] == "late_deal":
        told = pd.notna(row["probability"])
        chance = percent(row["probability"]) if told else ""
        words["likely"] = label("carriers.likely", lang, chance=chance) if told else ""
        words |= {"due": day(row["due"], lang), "asof": day(data.as_of, lang)}
    if row["kind"] == "lost":
        words["since"] = month(row["since"], lang)
    text = label(f"carriers.line_{row['kind']}", lang, **words)
    if pd.notna(row["region_gap_share"]):
        text += label("carriers.share", lang, share=percent(row["region_gap_share"]))
    if pd.notna(row["line_amount"]):
        whole = scale.text(abs(scale.steps(row["line_amount"]))) + unit
        text += label("carriers.whole_line", lang, amount=whole)
    return label("variance.stop", lang, text=text)
