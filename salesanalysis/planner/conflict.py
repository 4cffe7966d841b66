"""Conditions that no plan meets together, in the language of the desk."""

import re
from math import ceil

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.labels import label, unit_of

_AMOUNT = r"([\d,.]+)"
#: How the optimiser words each condition the desk can ask for; a test compares.
_SAID = {
    "budget": rf"expected cost of at most {_AMOUNT} \(budget\)",
    "at_target": rf"pay at 100 % of exactly {_AMOUNT} \(at_target\)",
    "upside": rf"pay at ([\d.]+%) of at least {_AMOUNT} \(upside\)",
    "bounds": "numbers between 0 and their largest",
    "within": r"every number within (\d+%) of today's \(shape\.within\)",
    "rising": r"rates and coefficients that do not fall \(shape\.rising\)",
    "cap": "pay at the points looked at below the cap",
    "no_fall": r"pay that never falls \(shape\.no_fall\)",
}
_ENOUGH = re.compile(rf"a budget of {_AMOUNT} or more")


def conflict(error: SalesAnalysisError, lang: str, currency: str) -> str:
    """Say which conditions cannot be met together, one a line, and the budget that would do.

    Empty for any other error, or one worded in a way not known here.

    Examples
    --------
    >>> from salesanalysis.errors import ContractError
    >>> error = ContractError("no plan meets 2 conditions together: expected cost of at most "
    ...     "1,000.00 (budget); every number within 10% of today's (shape.within).",
    ...     where="optimise", fix="give a budget of 2,345.67 or more", code="infeasible")
    >>> print(conflict(error, "en", "CNY"))
    No plan meets these 2 conditions together:
    • expected cost of a year at most 1,000 CNY
    • every number within 10% of today's
    From a budget of 2,346 CNY on there is one; or loosen one of these.
    """
    listed = error.what.partition(": ")[2].rstrip(".")
    said = [_condition(part, lang, currency) for part in listed.split("; ")]
    if error.code != "infeasible" or not listed or not all(said):
        return ""
    enough = _ENOUGH.search(error.fix)
    key = "planner.conflict.enough" if enough else "planner.conflict.loosen"
    least = _amount(enough[1], lang, currency) if enough else ""
    head = label("planner.conflict", lang, n=len(said))
    return "\n".join([head, *(f"• {s}" for s in said), label(key, lang, budget=least)])


def _condition(text: str, lang: str, currency: str) -> str:
    for name, pattern in _SAID.items():
        found = re.fullmatch(pattern, text)
        if found:
            words = [w if w.endswith("%") else _amount(w, lang, currency) for w in found.groups()]
            values = {f"v{i + 1}": word for i, word in enumerate(words)}
            return label(f"planner.conflict.{name}", lang, **values)
    return ""


def _amount(text: str, lang: str, currency: str) -> str:
    """Write an amount in full and rounded up: a budget in short figures might not be enough."""
    value, unit = ceil(float(text.replace(",", ""))), unit_of(currency, lang)
    gap = " " if lang == "en" or unit == currency else ""
    return f"{value:,}{gap}{unit}"
