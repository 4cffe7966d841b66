"""Sentences of a driver tree: the finding, the tree, the method and what it had to decide."""

from typing import TYPE_CHECKING

from salesanalysis.labels import count, label
from salesanalysis.variance.names import TOP, measure_name
from salesanalysis.variance.text import finding, how, members, rounded_steps

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge


def sentences(bridge: "Bridge", lang: str, top: int = TOP) -> list[str]:
    """Return the finding, what accounts for it, the tree and how it was computed."""
    scale, steps = rounded_steps(bridge, lang)
    lines = [*finding(bridge, scale, steps, lang, top), *members(bridge, lang, top)]
    return [*lines, _tree(bridge, lang), _method(bridge, lang), how(bridge, lang)]


def factors(bridge: "Bridge") -> list[str]:
    """Return the factors in the order of the tree."""
    kept = bridge.meta.detail("tree").split(" x ")
    return [name for name in kept if name]


def _tree(bridge: "Bridge", lang: str) -> str:
    """Write the value as the product of its factors."""
    return label(
        "drivers.tree",
        lang,
        value=measure_name(bridge.meta.measure, lang),
        factors=label("drivers.times", lang).join(_names(bridge, lang)),
    )


def _names(bridge: "Bridge", lang: str) -> list[str]:
    return [measure_name(f, lang, bridge.terms) for f in factors(bridge)]


def _method(bridge: "Bridge", lang: str) -> str:
    """Name the method; sequential substitution with its order."""
    key = f"drivers.method_{bridge.meta.method}"
    order = label("drivers.then", lang).join(_names(bridge, lang))
    text, why = label(key, lang, factors=order), bridge.meta.fallback
    if not why:
        return text
    n = count(int(bridge.meta.detail("fallback_cells")))
    return label(f"drivers.because_{why}", lang, text=text, n=n)
