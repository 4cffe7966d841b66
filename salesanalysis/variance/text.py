"""Sentences of a bridge; every number in them stands in the bridge."""

from importlib import import_module
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.labels import count, label, percent, unit_of
from salesanalysis.variance.effects import ORIGINS, share_status
from salesanalysis.variance.how import amount_text, caption, how, join, rates_apart
from salesanalysis.variance.names import (
    TOP,
    change,
    effect_name,
    fitted,
    measure_name,
    small,
    window_name,
)
from salesanalysis.variance.rounded import Scale

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge

__all__ = [
    "amount_text", "caption", "finding", "headline", "how", "join", "listed", "members", "opening",
    "origins", "parts", "rates_apart", "rounded_steps", "sentences", "totals",
]  # fmt: skip

#: Members named in the list of all steps.
LONGEST = 11
#: Methods with words of their own: ``salesanalysis.variance.<folder>.words.sentences``.
WORDS = {
    "lmdi": "drivers",
    "shapley": "drivers",
    "sequential": "drivers",
    "rate_mix": "rates",
    "surprise": "surprise",
    "trend_season": "surprise",
    "calendar": "surprise",
    "root_causes": "places",
    "oaxaca": "groups",
}


def sentences(bridge: "Bridge", lang: str, top: int = TOP) -> list[str]:
    """Return the finding, what accounts for it, where it comes from, and how it was computed.

    The finding names the `top` largest steps, and as many members are named.
    """
    method = bridge.meta.method
    if method == "new_business":
        return [_new_headline(bridge, lang), how(bridge, lang)]
    if method in WORDS:
        words = import_module(f"salesanalysis.variance.{WORDS[method]}.words")
        own: list[str] = words.sentences(bridge, lang, top)
        return own
    scale, steps = rounded_steps(bridge, lang)
    lines = finding(bridge, scale, steps, lang, top)
    if method in ("pvm", "market"):
        lines += [*origins(bridge, scale, steps, lang), *members(bridge, lang, top)]
    return [*lines, how(bridge, lang)]


def finding(
    bridge: "Bridge", scale: Scale, steps: pd.DataFrame, lang: str, top: int = TOP
) -> list[str]:
    """Return the lines most methods begin with: the gap, both totals, every step."""
    return [
        headline(bridge, scale, steps, lang, top),
        totals(bridge, lang),
        parts(scale, steps, lang, max(top, LONGEST)),
    ]


def member_name(bridge: "Bridge", row: pd.Series, lang: str) -> str:
    """Return the names of one item, joined for display."""
    if bridge.meta.method == "root_causes":
        words = import_module("salesanalysis.variance.places.words")
        named: str = words.slice_name(bridge, row, lang)
        return named
    if bridge.meta.method == "gap" and row["effect"] != "difference":
        return effect_name(row["effect"], lang, inside=True, terms=bridge.terms)
    return " / ".join(bridge.terms.show(c, row[c], lang) for c in bridge.by)


def base_word(bridge: "Bridge", lang: str) -> str:
    """Return the base as it stands inside a sentence."""
    return effect_name(bridge.meta.names[0], lang, inside=True, terms=bridge.terms)


def rounded_steps(bridge: "Bridge", lang: str) -> tuple[Scale, pd.DataFrame]:
    """Return the unit of all amounts, and the steps rounded once for text and picture.

    Returns
    -------
    Scale
    DataFrame, one row per step in the order of `to_frame`
        ``name``, ``amount`` (currency) and ``whole``: steps of the unit that add up to the
        rounded gap, so sums of them may be written beside each other.
    """
    steps = bridge.to_frame().iloc[1:-1].reset_index(drop=True)
    amounts = steps["amount"].tolist()
    scale = Scale.of([bridge.gap, *amounts], lang, bridge.meta.kind)
    name = (
        [member_name(bridge, row, lang) for _, row in steps.iterrows()]
        if bridge.by_member
        else [effect_name(e, lang, inside=True, terms=bridge.terms) for e in steps["effect"]]
    )
    return scale, steps.assign(name=name, whole=scale.split(amounts, bridge.gap))


def headline(bridge: "Bridge", scale: Scale, steps: pd.DataFrame, lang: str, top: int = TOP) -> str:
    """Return the gap and the steps that hold most of it, in one line."""
    gap = scale.steps(bridge.gap)
    if not gap:
        return opening(bridge, lang, "variance.equal", base=base_word(bridge, lang))
    relative = bridge.start > 0 and bridge.meta.kind != "share"
    share = change(bridge.gap / bridge.start, lang) if relative else ""
    return opening(
        bridge,
        lang,
        f"variance.{'above' if gap > 0 else 'below'}",
        amount=scale.text(abs(gap)) + _unit(bridge, lang),
        base=base_word(bridge, lang),
        percent=label("variance.in_brackets", lang, text=share) if share else "",
        parts=_top_steps(steps, scale, lang, top),
    )


def opening(bridge: "Bridge", lang: str, key: str, **values: str) -> str:
    """Write a sentence that starts with the window, or with a capital."""
    meta = bridge.meta
    name = measure_name(meta.measure, lang)
    window = window_name(meta.window, meta.fiscal_start, lang)
    when = label("variance.when", lang, window=window) if window else ""
    text = label(key, lang, when=when, measure=name, **values)
    return text[:1].upper() + text[1:]


def totals(bridge: "Bridge", lang: str) -> str:
    """Write both totals, as finely as their difference needs."""
    base, actual = (amount_text(bridge, side, lang) for side in (bridge.start, bridge.end))
    scale = Scale.of([bridge.gap], lang, bridge.meta.kind)
    if bridge.meta.kind == "share":
        base, actual = rates_apart(bridge, rounded_steps(bridge, lang)[0])
    elif base == actual and scale.steps(bridge.gap):
        unit = _unit(bridge, lang)
        base, actual = (scale.text(scale.steps(s)) + unit for s in (bridge.start, bridge.end))
    return label(
        "variance.totals",
        lang,
        name=effect_name(bridge.meta.names[1], lang),
        actual=actual,
        base=base_word(bridge, lang),
        amount=base,
    )


def parts(scale: Scale, steps: pd.DataFrame, lang: str, longest: int = LONGEST) -> str:
    """Write every step with its amount; amounts as written add up to the gap as written."""
    rest = steps.iloc[longest:]
    steps = _with_rest(steps.iloc[:longest], rest, label("word.other_n", lang, n=count(len(rest))))
    text = listed(steps, scale, lang)
    return label("variance.accounted" if text else "variance.nothing", lang, parts=text)


def origins(bridge: "Bridge", scale: Scale, steps: pd.DataFrame, lang: str) -> list[str]:
    """Write amounts by origin, and what is missing to tell external from internal."""
    sums = steps.groupby("origin")["whole"].sum()
    named = pd.DataFrame(
        {
            "name": [small(label(f"origin.{o}", lang)) for o in ORIGINS],
            "whole": sums.reindex(list(ORIGINS), fill_value=0).to_numpy(),
        }
    )
    text = listed(named, scale, lang)
    lines = [label("variance.origins", lang, parts=text)] if text else []
    lines += [] if bridge.meta.market else [label("variance.no_market", lang)]
    return [label("variance.space", lang).join(lines)] if lines else []


def members(bridge: "Bridge", lang: str, top: int = TOP) -> list[str]:
    """Name the members of the first level that hold most of the gap."""
    if not bridge.by or share_status(bridge.start, bridge.gap) != "ok":
        return []
    level = bridge.by[0]
    sides = bridge.items.groupby(level, as_index=False)[["base", "actual"]].sum()
    change = (sides["actual"] - sides["base"]).set_axis(sides[level])
    return largest_members(bridge, change, lang, top)


def largest_members(bridge: "Bridge", change: pd.Series, lang: str, n: int = TOP) -> list[str]:
    """Name the `n` members that hold most of the gap; in amounts where they outweigh it.

    A member cannot hold "1,000 %" of a gap in a reader's mind: then both directions are named.
    """
    if len(change) < 2:
        return []
    amounts = change.tolist()
    scale = Scale.of([bridge.gap, *amounts], lang, bridge.meta.kind)
    # rounded with all members, as the picture of them is: one figure for one thing
    whole = scale.split(amounts, float(change.sum()))
    table = pd.DataFrame({"name": change.index, "amount": amounts, "whole": whole})
    table = table.assign(share=table["amount"] / bridge.gap, size=table["amount"].abs())
    outweighs = round(float(table["share"].max()), 3) > 1
    order = "size" if outweighs else "share"
    table = table.sort_values([order, "name"], ascending=[False, True], kind="stable")
    top = table[table[order] > 0].head(n)
    named = [
        label(
            "variance.member",
            lang,
            name=bridge.terms.show(bridge.by[0], row["name"], lang),
            share=scale.text(row["whole"], signed=True) if outweighs else percent(row["share"]),
        )
        for row in top.to_dict("records")
    ]
    key = "variance.members_amount" if outweighs else "variance.members"
    return [label(key, lang, parts=join(named, lang))] if named else []


def listed(steps: pd.DataFrame, scale: Scale, lang: str) -> str:
    """Write names with signed amounts; what rounds to 0 is left out."""
    texts = [
        label("variance.part", lang, name=name, amount=scale.text(int(whole), signed=True))
        for name, whole in zip(steps["name"], steps["whole"], strict=True)
        if whole
    ]
    return join(texts, lang)


def _unit(bridge: "Bridge", lang: str) -> str:
    if bridge.meta.kind != "money":
        return ""
    unit = unit_of(bridge.currency, lang)
    return unit if lang == "zh" and unit != bridge.currency else f" {unit}"


def _top_steps(steps: pd.DataFrame, scale: Scale, lang: str, top: int) -> str:
    """Write the `top` largest steps, the rest as "other"."""
    if len(steps) < 2:
        return ""
    steps = steps.assign(name=fitted(steps["name"].tolist(), 24))[steps["whole"] != 0]
    order = (-steps["amount"].abs()).sort_values(kind="stable").index
    n = top if len(steps) > top + 1 else len(steps)
    told = _with_rest(steps.loc[order[:n]], steps.loc[order[n:]], label("variance.other", lang))
    return label("variance.tail", lang, parts=listed(told, scale, lang))


def _with_rest(top: pd.DataFrame, rest: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put one line for the rest below the top ones."""
    if not len(rest):
        return top
    other = pd.DataFrame({"name": [name], "whole": [rest["whole"].sum()]})
    return pd.concat([top[["name", "whole"]], other], ignore_index=True)


def _new_headline(bridge: "Bridge", lang: str) -> str:
    amount = amount_text(bridge, bridge.end, lang)
    return opening(
        bridge, lang, "variance.new_business", amount=amount, base=base_word(bridge, lang)
    )
