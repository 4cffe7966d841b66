"""How components and rules of a plan are called in sentences."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from salesanalysis.labels import LANGUAGES, Terms, has_label, label, percent

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


def with_titles(plan: "Plan", terms: Terms) -> Terms:
    """Return terms that know the titles of a plan's components and penalties."""
    parts = (*plan.components, *plan.rules.penalties)
    names = {p.id: dict(zip(LANGUAGES, p.title, strict=True)) for p in parts}
    return Terms({**terms.names, "component": names})


def named(parts: Sequence[str], terms: Terms, lang: str) -> str:
    """Return parts of a plan by their titles, of rules by their common name."""
    said = []
    for part in dict.fromkeys(parts):
        key = f"simulation.part.{part}"
        title = terms.show("component", part, lang)
        said.append(label(key, lang) if title == part and has_label(key) else title)
    return label("simulation.comma", lang).join(said)


def assumed_of(assumed: Sequence[tuple[str, str]], terms: Terms, lang: str) -> list[str]:
    """Return one sentence per thing that is assumed of a plan's parts."""
    said = []
    for code in dict.fromkeys(code for _, code in assumed):
        parts = [name for name, found in assumed if found == code]
        said.append(label(f"simulation.assumed.{code}", lang, names=named(parts, terms, lang)))
    return said


def because(used: str, why: Sequence[tuple[str, str, str]], terms: Terms, lang: str) -> list[str]:
    """Return one sentence on what the next faster back end could not pay, none for the first."""
    faster = {"vector": "ledger", "exact": "vector"}.get(used, "")
    parts = [part for name, part, _ in why if name == faster]
    if not parts:
        return []
    return [label(f"simulation.because.{used}", lang, names=named(parts, terms, lang))]


def of_sales(cost: float, sales: float, lang: str) -> list[str]:
    """Return the sentence on pay as share of sales, none where nothing is sold on balance."""
    return [label("simulation.share", lang, share=percent(cost / sales))] if sales > 0 else []
