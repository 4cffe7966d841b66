"""Sentences of a rate: the reversal first where there is one, then rates, mix and members."""

from math import isclose
from typing import TYPE_CHECKING

from salesanalysis.labels import label, percent
from salesanalysis.results import column_label
from salesanalysis.variance.effects import share_status
from salesanalysis.variance.names import (
    TOP,
    effect_name,
    key_name,
    measure_name,
    small,
    window_name,
)
from salesanalysis.variance.rounded import Scale
from salesanalysis.variance.surprise.words import spaced_unit
from salesanalysis.variance.text import finding, how, largest_members, rounded_steps

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge


def sentences(bridge: "Bridge", lang: str, top: int = TOP) -> list[str]:
    """Return the finding, what accounts for it, whose parts they are and how it was computed."""
    scale, steps = rounded_steps(bridge, lang)
    lines = finding(bridge, scale, steps, lang, top)
    if reversed_total(bridge) and scale.steps(bridge.gap):
        told = _reversal(bridge, scale, lang)
        lines = [told, *lines, label("rates.definition", lang)]
    return [*lines, *_members(bridge, lang, top), how(bridge, lang)]


def rate_name(bridge: "Bridge", lang: str) -> str:
    """Return what the rate is called inside a sentence."""
    return measure_name(bridge.meta.measure, lang)


def reversed_total(bridge: "Bridge") -> bool:
    """Tell whether members move against this total; of a part of the members it is not said."""
    if not bridge.meta.detail("simpson"):
        return False
    return isclose(bridge.gap, float(bridge.meta.detail("simpson_gap")), rel_tol=1e-9)


def _reversal(bridge: "Bridge", scale: Scale, lang: str) -> str:
    """Say that members moved one way and their total the other, and what accounts for it."""
    meta = bridge.meta
    member = " / ".join(small(key_name(c, lang)) for c in meta.grain)
    key = f"rates.{meta.detail('simpson')}"
    who = label(
        key,
        lang,
        members=member,
        bottom=small(column_label(meta.detail("denominator"), lang)),
        share=percent(float(meta.detail("simpson_share"))),
    )
    window = window_name(meta.window, meta.fiscal_start, lang)
    when = label("variance.when", lang, window=window) if window else ""
    up = bridge.gap > 0
    sums = bridge.effects.groupby("effect")["amount"].sum().sort_index()
    cause = sums.idxmax() if up else sums.idxmin()
    money_unit = spaced_unit(bridge.currency, lang) if meta.kind == "money" else ""
    text = label(
        f"rates.reversal_{'up' if up else 'down'}",
        lang,
        when=when,
        who=who,
        measure=rate_name(bridge, lang),
        amount=scale.text(abs(scale.steps(bridge.gap))) + money_unit,
        effect=effect_name(str(cause), lang, inside=True),
    )
    return text[:1].upper() + text[1:]


def _members(bridge: "Bridge", lang: str, top: int) -> list[str]:
    """Name the members whose effects hold most of the gap."""
    if not bridge.by or share_status(bridge.start, bridge.gap) != "ok":
        return []
    level = bridge.by[0]
    return largest_members(bridge, bridge.effects.groupby(level)["amount"].sum(), lang, top)
