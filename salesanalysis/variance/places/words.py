"""Sentences of a search for places; every number in them stands in the bridge."""

from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.labels import count, has_label, label
from salesanalysis.variance import text
from salesanalysis.variance.names import TOP, effect_name, fitted, key_name
from salesanalysis.variance.places.cube import ALL

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge
    from salesanalysis.variance.rounded import Scale

_YES_NO = ("True", "False")
#: Longest name there, in Latin letters.
WIDTH = 48


def slice_name(bridge: "Bridge", row: pd.Series, lang: str) -> str:
    """Return a slice by its members; the slice of all and the rest in words."""
    if row["effect"] != "slice":
        return effect_name(row["effect"], lang, inside=True)
    chosen = [_member(bridge, dim, row[dim], lang) for dim in bridge.by if row[dim] != ALL]
    # opened by one dimension, slices of other dimensions have all of its members
    return " / ".join(chosen) or bridge.terms.show(bridge.by[0], ALL, lang)


def _member(bridge: "Bridge", dim: str, member: str, lang: str) -> str:
    """Return a member as readers know it; a number or a yes alone would say nothing."""
    shown = bridge.terms.show(dim, member, lang)
    bare = shown in _YES_NO or not any(char.isalpha() for char in shown)
    return label("places.of_dim", lang, dim=key_name(dim, lang), member=shown) if bare else shown


def sentences(bridge: "Bridge", lang: str, top: int = TOP) -> list[str]:
    """Return the gap and where it is, slice by slice, what is not shown, how it was searched."""
    scale, steps = text.rounded_steps(bridge, lang)
    found = steps[steps["effect"] != "rest"]
    lines = [_headline(bridge, scale, steps, lang, top), text.totals(bridge, lang)]
    lines.append(
        label("places.accounted", lang, parts=text.listed(steps, scale, lang))
        if len(found)
        else label(f"places.{_nothing(bridge)}", lang)
    )
    lines += _moved(bridge, found, lang)
    return [*lines, *_caution(bridge, lang), *_not_shown(bridge, lang), text.how(bridge, lang)]


def _nothing(bridge: "Bridge") -> str:
    """Tell a gap that is spread from one whose places are all too small to be shown."""
    return "too_small" if bridge.meta.detail("small") else "nothing"


def small_print(bridge: "Bridge", lang: str) -> str:
    """Return what stands below the picture: how far to trust it, what is not shown, how."""
    lines = [*_caution(bridge, lang), *_not_shown(bridge, lang), text.caption(bridge, lang)]
    return label("variance.space", lang).join(lines)


def _caution(bridge: "Bridge", lang: str) -> list[str]:
    """Say that few cells give a lead only, and how slices inside each other are counted."""
    if not (bridge.effects["effect"] != "rest").any():
        return []
    return [
        label(f"places.{name}", lang) for name in ("lead", "overlap") if bridge.meta.detail(name)
    ]


def _headline(bridge: "Bridge", scale: "Scale", steps: pd.DataFrame, lang: str, n: int) -> str:
    """Write the gap, the largest slices, and everything else as one amount."""
    opening = text.headline(bridge, scale, steps.iloc[:0], lang)
    found = steps[steps["effect"] != "rest"]
    if not len(found):
        return label(f"places.headline_{_nothing(bridge)}", lang, opening=opening)
    top = found.iloc[: n if len(found) > n + 1 else len(found)]
    left = int(steps["whole"].sum() - top["whole"].sum())
    named = top.assign(name=fitted(top["name"].tolist(), WIDTH))[["name", "whole"]]
    rest = pd.DataFrame({"name": [label("places.other", lang)], "whole": [left]})
    told = text.listed(pd.concat([named, rest]), scale, lang)
    return opening + (label("variance.tail", lang, parts=told) if told else "")


def _moved(bridge: "Bridge", found: pd.DataFrame, lang: str) -> list[str]:
    """Say by how much slices moved against their own base."""
    keys = [*bridge.by, "effect"]
    notes = {tuple(r[k] for k in keys): r["note"] for r in bridge.effects.to_dict("records")}
    parts = []
    for row in found.to_dict("records"):
        note = str(notes.get(tuple(row.get(k) for k in keys), ""))
        if note:
            moved = label(f"note.{note}", lang) if has_label(f"note.{note}") else note
            parts.append(label("places.moved_one", lang, name=row["name"], moved=moved))
    return [label("places.moved", lang, parts=text.join(parts, lang))] if parts else []


def _not_shown(bridge: "Bridge", lang: str) -> list[str]:
    """Count the slices that were found and are not shown."""
    parts = [
        label(f"places.{name}", lang, n=count(int(n)))
        for name in ("small", "beyond", "dropped")
        if (n := bridge.meta.detail(name))
    ]
    return [label("places.not_shown", lang, parts=text.join(parts, lang))] if parts else []
