"""Sentences of a bridge; every number in them stands in the bridge."""

from os.path import commonprefix
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.labels import count, growth, has_label, label, money, month, percent, unit_of
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import column_label
from salesanalysis.variance.effects import ORIGINS, share_status
from salesanalysis.variance.rounded import Scale

if TYPE_CHECKING:
    from salesanalysis.variance.bridge import Bridge

#: Steps named in the headline; the rest is "other".
TOP = 3
#: Members named in the list of all steps.
LONGEST = 11


def sentences(bridge: "Bridge", lang: str) -> list[str]:
    """Return the finding, what accounts for it, where it comes from, and how it was computed."""
    if bridge.meta.method == "new_business":
        return [_new_headline(bridge, lang), _convention(bridge, lang)]
    scale, steps = rounded_steps(bridge, lang)
    lines = [_headline(bridge, scale, steps, lang), _totals(bridge, lang)]
    lines.append(_parts(scale, steps, lang))
    if bridge.meta.method == "pvm":
        lines += [_origins(bridge, scale, steps, lang), *_members(bridge, lang)]
    return [*lines, _convention(bridge, lang)]


def effect_name(name: str, lang: str, *, inside: bool = False) -> str:
    """Return how an effect or a side is called; `inside` a sentence without a capital."""
    key = f"effect.{name}"
    text = label(key, lang) if has_label(key) else name
    return _small(text) if inside and has_label(key) else text


def _small(text: str) -> str:
    """Begin a word of the catalogue in lower case; FX stays FX."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def member_name(bridge: "Bridge", row: pd.Series, lang: str) -> str:
    """Return the names of one item, joined for display."""
    return " / ".join(bridge.terms.show(c, row[c], lang) for c in bridge.by)


def base_word(bridge: "Bridge", lang: str) -> str:
    """Return the base as it stands inside a sentence."""
    return effect_name(bridge.meta.names[0], lang, inside=True)


def window_name(window: tuple[pd.Timestamp, ...], fiscal_start: int, lang: str) -> str:
    """Return months as people say them; whole quarters and years only with a fiscal calendar.

    Examples
    --------
    >>> first, last = pd.Timestamp("2024-01-01"), pd.Timestamp("2024-03-01")
    >>> window_name((first, last), 1, "en"), window_name((first, last), 0, "en")
    ('Q1 2024', 'Jan 2024 to Mar 2024')
    >>> window_name((first, last), 7, "zh")
    '2024财年第3季度'
    """
    if not window:
        return ""
    first, last = window[0], window[-1]
    if first == last:
        return month(first, lang)
    if fiscal_start:
        calendar = FiscalCalendar(fiscal_start)
        year = calendar.year_of(first)
        tail = "" if fiscal_start == 1 else "_fiscal"
        values = {"year": year, "quarter": calendar.quarter_of(first)}
        for kind, months in (
            ("quarter", calendar.quarter_months(first)),
            ("year", calendar.months(year)),
        ):
            if (months[0], months[-1]) == (first, last):
                return label(f"window.{kind}{tail}", lang, **values)
    return label("window.months", lang, first=month(first, lang), last=month(last, lang))


def caption(bridge: "Bridge", lang: str, merged: list[str] | None = None) -> str:
    """Return the small print: base, window, grain, convention, counts, what was merged."""
    meta = bridge.meta
    known = effect_name(meta.base_name, lang)
    parts = [label("variance.caption_base", lang, base=known)]
    if meta.window:
        name = window_name(meta.window, meta.fiscal_start, lang)
        parts.append(label("variance.caption_window", lang, window=name))
    parts.append(_convention(bridge, lang))
    if merged:
        parts.append(label("variance.caption_other", lang, names=_join(merged, lang)))
    return label("variance.space", lang).join(parts)


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
    scale = Scale.of([bridge.gap, *amounts], lang)
    name = (
        [member_name(bridge, row, lang) for _, row in steps.iterrows()]
        if bridge.by_member
        else [effect_name(effect, lang, inside=True) for effect in steps["effect"]]
    )
    return scale, steps.assign(name=name, whole=scale.split(amounts, bridge.gap))


def fitted(names: list[str], width: int) -> list[str]:
    """Cut long names so that they still differ: in the middle, else before they differ.

    Examples
    --------
    >>> fitted(["Bikes", "Road bikes for industrial customers, 2024"], 20)
    ['Bikes', 'Road bike…ers, 2024']
    >>> fitted(["Steel road bikes 10 speed men", "Steel road bikes 12 speed men"], 18)
    ['…10 speed men', '…12 speed men']
    """
    cut = [_cut(name, width) for name in names]
    twins = {short for short in cut if cut.count(short) > 1}
    if not twins:
        return cut
    alike = [name for name, short in zip(names, cut, strict=True) if short in twins]
    same = commonprefix(alike)  # noqa: RUF071  names, not paths
    start = same.rfind(" ") + 1 or max(len(same) - 2, 0)
    return [
        "…" + _cut(name[start:], width - 1, end_only=True) if short in twins else short
        for name, short in zip(names, cut, strict=True)
    ]


def _cut(name: str, width: int, *, end_only: bool = False) -> str:
    """Cut the middle, or the end, out of a name that is too wide."""
    if sum(map(wide, name)) <= width:
        return name
    half, n = (width - 1 if end_only else width / 2 - 1), len(name)
    head = max(k for k in range(n) if sum(map(wide, name[:k])) <= half)
    tail = 0 if end_only else max(k for k in range(n) if sum(map(wide, name[n - k :])) <= half)
    return f"{name[:head].rstrip()}…{name[n - tail :].lstrip()}"


def wide(char: str) -> int:
    """Return how wide a character is: Chinese ones twice a Latin letter."""
    return 2 if ord(char) > 0x2E7F else 1


def _headline(bridge: "Bridge", scale: Scale, steps: pd.DataFrame, lang: str) -> str:
    gap = scale.steps(bridge.gap)
    if not gap:
        return _opening(bridge, lang, "variance.equal", base=base_word(bridge, lang))
    share = growth(bridge.gap / bridge.start) if bridge.start > 0 else ""
    return _opening(
        bridge,
        lang,
        f"variance.{'above' if gap > 0 else 'below'}",
        amount=scale.text(abs(gap)) + _unit(bridge, lang),
        base=base_word(bridge, lang),
        percent=label("variance.in_brackets", lang, text=share) if share else "",
        parts=_top_steps(steps, scale, lang),
    )


def _opening(bridge: "Bridge", lang: str, key: str, **values: str) -> str:
    """Write a sentence that starts with the window, or with a capital."""
    meta = bridge.meta
    measure = f"variance.measure_{meta.measure}"
    name = label(measure, lang) if has_label(measure) else column_label(meta.measure, lang)
    window = window_name(meta.window, meta.fiscal_start, lang)
    when = label("variance.when", lang, window=window) if window else ""
    text = label(key, lang, when=when, measure=name, **values)
    return text[:1].upper() + text[1:]


def _unit(bridge: "Bridge", lang: str) -> str:
    unit = unit_of(bridge.currency, lang)
    return unit if lang == "zh" and unit != bridge.currency else f" {unit}"


def _top_steps(steps: pd.DataFrame, scale: Scale, lang: str) -> str:
    """Write the largest steps, the rest as "other"."""
    if len(steps) < 2:
        return ""
    steps = steps.assign(name=fitted(steps["name"].tolist(), 24))[steps["whole"] != 0]
    order = (-steps["amount"].abs()).sort_values(kind="stable").index
    n = TOP if len(steps) > TOP + 1 else len(steps)
    top = steps.loc[order[:n]]
    top = _with_rest(top, steps.loc[order[n:]], label("variance.other", lang))
    return label("variance.tail", lang, parts=_listed(top, scale, lang))


def _with_rest(top: pd.DataFrame, rest: pd.DataFrame, name: str) -> pd.DataFrame:
    """Put one line for the rest below the top ones."""
    if not len(rest):
        return top
    other = pd.DataFrame({"name": [name], "whole": [rest["whole"].sum()]})
    return pd.concat([top[["name", "whole"]], other], ignore_index=True)


def _listed(steps: pd.DataFrame, scale: Scale, lang: str) -> str:
    """Write names with signed amounts; what rounds to 0 is left out."""
    parts = [
        label(
            "variance.part",
            lang,
            name=name,
            amount=scale.text(int(whole), signed=True),
        )
        for name, whole in zip(steps["name"], steps["whole"], strict=True)
        if whole
    ]
    return _join(parts, lang)


def _join(parts: list[str], lang: str) -> str:
    return label("variance.comma", lang).join(parts)


def _totals(bridge: "Bridge", lang: str) -> str:
    return label(
        "variance.totals",
        lang,
        name=effect_name(bridge.meta.names[1], lang),
        actual=money(bridge.end, lang, bridge.currency),
        base=base_word(bridge, lang),
        amount=money(bridge.start, lang, bridge.currency),
    )


def _parts(scale: Scale, steps: pd.DataFrame, lang: str) -> str:
    rest = steps.iloc[LONGEST:]
    steps = _with_rest(steps.iloc[:LONGEST], rest, label("word.other_n", lang, n=count(len(rest))))
    listed = _listed(steps, scale, lang)
    return label("variance.accounted" if listed else "variance.nothing", lang, parts=listed)


def _origins(bridge: "Bridge", scale: Scale, steps: pd.DataFrame, lang: str) -> str:
    sums = steps.groupby("origin")["whole"].sum()
    named = pd.DataFrame(
        {
            "name": [_small(label(f"origin.{o}", lang)) for o in ORIGINS],
            "whole": sums.reindex(list(ORIGINS), fill_value=0).to_numpy(),
        }
    )
    listed = _listed(named, scale, lang)
    parts = [label("variance.origins", lang, parts=listed)] if listed else []
    parts += [] if bridge.meta.market else [label("variance.no_market", lang)]
    return label("variance.space", lang).join(parts)


def _members(bridge: "Bridge", lang: str) -> list[str]:
    """Name the one or two members of the first level that hold most of the gap."""
    if not bridge.by or share_status(bridge.start, bridge.gap) != "ok":
        return []
    level = bridge.by[0]
    sides = bridge.items.groupby(level, as_index=False)[["base", "actual"]].sum()
    change = sides.assign(share=(sides["actual"] - sides["base"]) / bridge.gap)
    if len(change) < 2:
        return []
    change = change.sort_values(["share", level], ascending=[False, True], kind="stable")
    top = change[change["share"] > 0].head(2)
    listed = [
        label(
            "variance.member",
            lang,
            name=bridge.terms.show(level, row[level], lang),
            share=percent(row["share"]),
        )
        for _, row in top.iterrows()
    ]
    return [label("variance.members", lang, parts=_join(listed, lang))] if listed else []


def _convention(bridge: "Bridge", lang: str) -> str:
    """Say how it was computed: grain, convention, counts, changed origins."""
    meta = bridge.meta
    grain = [column_label(c, lang) for c in meta.grain]
    text = [label("variance.grain", lang, grain=_join([_small(g) for g in grain], lang))]
    if meta.convention:
        text += [
            label(f"convention.{meta.convention}", lang),
            label(f"mix_reference.{meta.mix}", lang),
        ]
        text += [label(f"variance.{k}_{getattr(meta, k)}", lang) for k in ("new_lost", "returns")]
    text += [
        label(
            "variance.override",
            lang,
            effect=effect_name(e, lang, inside=True),
            origin=label(f"origin.{o}", lang),
        )
        for e, o in (override.split("=") for override in meta.overrides)
    ]
    counts = {name: count(n) for name, n in bridge.counts().items()}
    text.append(label("variance.counts", lang, **counts))
    joined = label("variance.semicolon", lang).join(text)
    return label("variance.stop", lang, text=joined[:1].upper() + joined[1:])


def _new_headline(bridge: "Bridge", lang: str) -> str:
    amount = money(bridge.end, lang, bridge.currency)
    return _opening(
        bridge, lang, "variance.new_business", amount=amount, base=base_word(bridge, lang)
    )
