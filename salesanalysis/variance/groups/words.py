"""Sentences about two groups: the difference, its parts, what they mean and rest on."""

from typing import TYPE_CHECKING

from salesanalysis.labels import label
from salesanalysis.results import column_label
from salesanalysis.variance.names import TOP, effect_name, small
from salesanalysis.variance.text import amount_text, headline, how, join, parts, rounded_steps

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge


def sentences(bridge: "Bridge", lang: str, top: int = TOP) -> list[str]:
    """Return the finding, its parts, what the parts mean, and how it was computed."""
    scale, steps = rounded_steps(bridge, lang)
    names = dict(zip(("base", "actual"), bridge.meta.names, strict=True))
    words = {k: effect_name(v, lang, inside=True, terms=bridge.terms) for k, v in names.items()}
    means = {
        "base_amount": amount_text(bridge, bridge.start, lang),
        "actual_amount": amount_text(bridge, bridge.end, lang),
    }
    lines = [
        headline(bridge, scale, steps, lang, top),
        label("oaxaca.means", lang, **words, **means),
        parts(scale, steps, lang),
    ]
    compared = [small(column_label(c, lang)) for c in bridge.meta.detail("x").split("|")]
    lines.append(label("oaxaca.compared", lang, columns=join(compared, lang)))
    lines.append(label(f"oaxaca.meaning_{bridge.meta.detail('fold')}", lang, **words))
    if bridge.meta.detail("thin"):
        lines.append(label("oaxaca.thin", lang))
    return [*lines, label("oaxaca.caveat", lang), how(bridge, lang)]
