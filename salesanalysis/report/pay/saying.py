"""What a payday says in a few sentences."""

import pandas as pd

from salesanalysis.incentives.components import Override
from salesanalysis.incentives.inputs.values import name_of
from salesanalysis.incentives.pay.statement import period_text, shown_amount
from salesanalysis.incentives.words.numbers import amount_text
from salesanalysis.incentives.words.voice import Voice
from salesanalysis.labels import count, label, percent
from salesanalysis.report.pay.paid import Inputs, Payday
from salesanalysis.report.pay.reading import unread
from salesanalysis.results import column_label, show_value


def sentences(payday: Payday, inputs: Inputs, lang: str) -> list[str]:
    """Return the total, the cost of each region and team, who is not paid, what was left out.

    Of several periods the cost is that of all of them together, as the total is.
    """
    register = payday.register
    currency = payday.plan.head.currency
    unpaid = register[register["status"] == "no_quota"]
    paid = register[register["status"] != "no_quota"]
    said = [
        label(
            "payrun.headline",
            lang,
            n=count(paid["salesperson"].nunique()),
            total=amount_text(shown_amount(payday.total), lang, currency),
            period=period_text(payday.first, payday.last, lang),
        )
    ]
    for row in payday.cost(whole=True).itertuples(index=False):
        share = float(row.cost_share)
        said.append(
            label(
                "payrun.cost" if share == share else "payrun.cost.plain",  # noqa: PLR0124
                lang,
                unit=_unit(payday, str(row.group), str(row.unit), lang),
                pay=amount_text(shown_amount(float(row.pay)), lang, currency),
                n=count(row.n_people),
                share=percent(share, 2) if share == share else "",  # noqa: PLR0124
                measure=Voice(payday.plan.head, lang).main,
            )
        )
    if len(unpaid):
        names = unpaid["salesperson"].unique().tolist()
        said.append(label("payrun.unpaid", lang, names=_listed(names, lang)))
    strangers = _managers_elsewhere(payday, inputs)
    if strangers:
        said.append(label("payrun.elsewhere", lang, names=_listed(strangers, lang)))
    outside = n_outside(payday, inputs)
    if outside:
        said.append(label("payrun.outside", lang, n=count(outside)))
    for name in ("rounded", "repeated"):
        n = max((getattr(s.statement, f"n_{name}") for s in payday.slips), default=0)
        if n:
            said.append(label(f"pay.{name}", lang, n=count(n)))
    for name, table in inputs.tables().items():
        left = unread(table, payday.plan)
        if left:
            file = label(f"payrun.file.{name}", lang)
            said.append(label("payrun.unread", lang, file=file, columns=_listed(left, lang)))
    return said


def _managers_elsewhere(payday: Payday, inputs: Inputs) -> list[str]:
    """Return the managers who lead people here and are not paid here, where overrides are paid."""
    if not any(isinstance(part, Override) for part in payday.plan.components):
        return []
    people = inputs.people
    known = {name_of(name) for name in people["salesperson"]}
    named = {name_of(name) for name in people["manager"].dropna()} - {""}
    return sorted(named - known)


def _listed(names: list[str], lang: str) -> str:
    """Join the first eight names and say how many more there are."""
    text = (", " if lang == "en" else "、").join(names[:8])
    more = len(names) - 8
    return text + (label("payrun.more", lang, n=count(more)) if more > 0 else "")


def _unit(payday: Payday, group: str, unit: str, lang: str) -> str:
    """Name a unit with what it is: Region East."""
    name = show_value("unit", unit, lang, payday.slips[0].statement.terms)
    return name if group == "all" else f"{column_label(group, lang)} {name}"


def n_outside(payday: Payday, inputs: Inputs) -> int:
    """Count deals dated outside the periods paid."""
    days = pd.to_datetime(inputs.deals[payday.plan.head.date_column], errors="coerce")
    last = pd.Timestamp(payday.slips[-1].statement.last) + pd.DateOffset(months=1)
    return int(((days < payday.first) | (days >= last)).sum())
