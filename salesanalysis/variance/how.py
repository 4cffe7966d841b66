"""How a bridge was computed, in words: grain, convention, counts, what was left out."""

from typing import TYPE_CHECKING

from salesanalysis.labels import count, has_label, label, money, percent
from salesanalysis.results import column_label
from salesanalysis.variance.names import effect_name, key_name, small, window_name
from salesanalysis.variance.rounded import Scale, percents_apart

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge


def caption(bridge: "Bridge", lang: str, merged: list[str] | None = None) -> str:
    """Return the small print: base, window, grain, convention, counts, what was merged."""
    meta = bridge.meta
    known = effect_name(meta.base_name, lang, terms=bridge.terms)
    parts = [label("variance.caption_base", lang, base=known)]
    if meta.window:
        name = window_name(meta.window, meta.fiscal_start, lang)
        parts.append(label("variance.caption_window", lang, window=name))
    parts.append(how(bridge, lang))
    if merged:
        parts.append(label("variance.caption_other", lang, names=join(merged, lang)))
    return label("variance.space", lang).join(parts)


def how(bridge: "Bridge", lang: str) -> str:
    """Say how it was computed: grain, convention, what a method must print, counts."""
    meta = bridge.meta
    grain = [small(key_name(c, lang)) for c in meta.grain]
    text = [label("variance.grain", lang, grain=join(grain, lang))] if grain else []
    text += _choices(bridge, lang)
    text += [
        label(
            "variance.override",
            lang,
            effect=effect_name(e, lang, inside=True, terms=bridge.terms),
            origin=small(label(f"origin.{o}", lang)),
        )
        for e, o in (override.rsplit("=", 1) for override in meta.overrides)
    ]
    counts = {name: count(n) for name, n in bridge.counts().items()}
    if any(bridge.counts().values()):  # a comparison of groups has no items
        text.append(label("variance.counts", lang, **counts))
    joined = label("variance.semicolon", lang).join(text)
    return label("variance.stop", lang, text=joined[:1].upper() + joined[1:])


def _choices(bridge: "Bridge", lang: str) -> list[str]:
    """Name the convention and everything else that was chosen and changes a number."""
    meta = bridge.meta
    keys = [f"convention.{meta.convention}", f"mix_reference.{meta.mix}"]
    keys += [f"variance.{k}_{getattr(meta, k)}" for k in ("new_lost", "returns")]
    text = [label(key, lang) for key in keys if has_label(key)]
    for name, value in meta.details:
        key = f"detail.{name}"
        value_key = f"{key}.{value}"
        if has_label(value_key):
            text.append(label(value_key, lang))
        elif has_label(key):
            text.append(label(key, lang, value=_shown(value, lang)))
    if has_label(f"fallback.{meta.fallback}"):
        text.append(label(f"fallback.{meta.fallback}", lang))
    for left in meta.left_out:
        reason, _, number = left.partition("=")
        if has_label(f"left_out.{reason}"):
            text.append(_left(bridge, reason, number, lang))
    return text


def _left(bridge: "Bridge", reason: str, number: str, lang: str) -> str:
    """Say what was not used: how many, and how much where that was noted."""
    value = bridge.meta.detail(f"{reason}_value")
    shown = amount_text(bridge, float(value), lang) if value else ""
    return label(f"left_out.{reason}", lang, n=_shown(number, lang), value=shown)


def amount_text(bridge: "Bridge", amount: float, lang: str) -> str:
    """Write a total: an amount of money, a number of pieces, or a share."""
    kind = bridge.meta.kind
    if kind == "share":
        return percent(amount)
    return count(amount) if kind == "count" else money(amount, lang, bridge.currency)


def rates_apart(bridge: "Bridge", scale: Scale) -> tuple[str, str]:
    """Write the rates of base and actual, told apart wherever the text names a gap."""
    rates = [bridge.start, bridge.end]
    told = percents_apart(rates) if scale.steps(bridge.gap) else [percent(r) for r in rates]
    return told[0], told[1]


def _shown(value: str, lang: str) -> str:
    """Return a detail for reading: a column by its heading, a number with its thousands."""
    if value.lstrip("-").isdigit():
        return count(int(value))
    return small(column_label(value, lang))


def join(parts: list[str], lang: str) -> str:
    """Write parts beside each other."""
    return label("variance.comma", lang).join(parts)
