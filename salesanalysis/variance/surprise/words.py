"""Sentences of a surprise, of growth over last year, and of working days."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.labels import day, exact, growth, label, money, unit_of
from salesanalysis.variance.names import TOP
from salesanalysis.variance.rounded import Scale
from salesanalysis.variance.text import finding, how, members, rounded_steps

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge


def sentences(bridge: "Bridge", lang: str, top: int = TOP) -> list[str]:
    """Return the finding, what accounts for it, what has to be said of it, and how."""
    scale, steps = rounded_steps(bridge, lang)
    lines = finding(bridge, scale, steps, lang, top)
    said = {"surprise": _surprise, "trend_season": _one_off, "calendar": _days}
    lines += said[bridge.meta.method](bridge, lang)
    return [*lines, *members(bridge, lang, top), how(bridge, lang)]


def _surprise(bridge: "Bridge", lang: str) -> list[str]:
    """Say whether the surprise lies inside the interval, and what the forecast knew."""
    meta, lines = bridge.meta, []
    if meta.detail("interval") and _is_whole(bridge):
        low, high = (float(v) for v in meta.detail("interval").split("|"))
        scale = Scale.of([low, high, bridge.end], lang)
        ends = {n: scale.text(scale.steps(v)) for n, v in (("low", low), ("high", high))}
        unit = spaced_unit(bridge.currency, lang)
        lines.append(label(f"surprise.{meta.detail('interval_side')}", lang, **ends, unit=unit))
    known = pd.Timestamp(meta.detail("cut_off"))
    return [*lines, label("surprise.cut_off", lang, day=day(known, lang))]


def spaced_unit(currency: str, lang: str) -> str:
    """Return the unit as it follows a number."""
    unit = unit_of(currency, lang)
    return unit if lang == "zh" and unit != currency else f" {unit}"


def _is_whole(bridge: "Bridge") -> bool:
    """Tell whether this is the total the interval belongs to, not a part of it."""
    totals_then = [float(v) for v in bridge.meta.detail("interval_of").split("|")]
    return bool(np.allclose(totals_then, [bridge.start, bridge.end], rtol=1e-9, atol=0))


def _one_off(bridge: "Bridge", lang: str) -> list[str]:
    """Say that a one-off of the base is no growth or loss of this year."""
    found = bridge.by_effect().set_index("effect")["amount"]
    amount = float(found.get("last_year_one_off", 0.0))
    if not amount or bridge.start <= 0 or abs(amount) < 0.005 * bridge.start:
        return []
    key = "surprise.one_off_high" if amount < 0 else "surprise.one_off_low"
    return [label(key, lang, amount=money(abs(amount), lang, bridge.currency))]


def _days(bridge: "Bridge", lang: str) -> list[str]:
    """Name the working days of both windows."""
    text = bridge.meta.detail("days")
    if not text:
        return [label("surprise.days_by_group", lang)]
    base, actual = (float(v) for v in text.split("|"))
    numbers = {
        n: exact(v, 0 if v == int(v) else 2) for n, v in (("base", base), ("actual", actual))
    }
    change = growth(actual / base - 1) if base else ""
    tail = label("variance.in_brackets", lang, text=change) if change else ""
    return [label("surprise.days", lang, **numbers, percent=tail)]
