"""A bridge as a waterfall: effects side by side, or members below each other."""

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import growth, label
from salesanalysis.plots.base import (
    DOWN,
    INK,
    MUTED,
    TOTAL,
    UP,
    draw,
    inner_ticks,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.bridge_tree import tree
from salesanalysis.plots.contribution import contribution
from salesanalysis.plots.panels import panels
from salesanalysis.plots.places import slices
from salesanalysis.plots.rate_mix import rate_mix_picture
from salesanalysis.plots.small import axis_of_amounts
from salesanalysis.variance.bars import bars
from salesanalysis.variance.bridge import Bridge
from salesanalysis.variance.names import fitted, wide
from salesanalysis.variance.rounded import Scale
from salesanalysis.variance.text import caption, rates_apart, rounded_steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = ("waterfall", "contribution", "tree", "rate_mix", "panels")
#: Effects below this part of the totals cannot be seen on an axis from 0.
CUT_BELOW = 0.02
NAME_WIDTH = 30
#: Members named in the caption among those merged.
NAMED = 4
#: A word or number with its unit, or a Chinese letter, with the mark that must not begin a line.
_TOKEN = re.compile(
    r"[^\u2e80-\uffff ]+[万亿元年月日，。；：、）！？]* *|"
    r"[\u2e80-\uffff][，。；：、）！？]* *| +"
)


@draw.register(Bridge)  # type: ignore[attr-defined,untyped-decorator]
def waterfall(
    result: Bridge,
    *,
    ax: "Axes | None" = None,
    lang: str = "en",
    kind: str = "waterfall",
    max_bars: int | None = None,
    order: str = "cause",
    **kwargs: Any,
) -> "Axes":
    """Draw `result` from its base to actual; members of a plain gap from top to bottom."""
    if kind == "rate_mix":
        return rate_mix_picture(result, ax=ax, lang=lang, **kwargs)
    if kind == "contribution":
        return contribution(result, ax=ax, lang=lang, max_bars=max_bars, **kwargs)
    if kind == "tree":
        return tree(result, ax=ax, lang=lang, **kwargs)
    if kind == "panels":
        return panels(result, waterfall, ax=ax, lang=lang, max_bars=max_bars, **kwargs)
    if kind == "waterfall" and result.meta.method == "root_causes":
        return slices(result, ax=ax, lang=lang, **kwargs)
    if kind != "waterfall":
        raise unknown_name(
            kind,
            KINDS,
            kind="kind of picture",
            where="Bridge.plot(kind=...)",
            error=ContractError,
        )
    table, merged = bars(result, lang, max_bars, order=order)
    flat = result.by_member
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.3 * len(table)) if flat else (8.0, 4.6))
    low, high = _limits(table)
    across = dict.fromkeys(("edgecolor",), "none") | kwargs
    place, size = (
        range(len(table)),
        table["amount"].where(table["kind"] != "total", table["to_amount"]),
    )
    colors = [_color(row, result.meta.favourable) for row in table.itertuples()]
    if flat:
        ax.barh(place, size, left=table["from_amount"], height=0.62, color=colors, **across)
        ax.set_yticks(place, fitted(table["label"].tolist(), NAME_WIDTH))
        ax.invert_yaxis()
        ax.set_xlim(low, high)
    else:
        ax.bar(place, size, bottom=table["from_amount"], width=0.62, color=colors, **across)
        ax.set_xticks(place, [_folded(name, len(table)) for name in table["label"]])
        ax.set_ylim(low, high)
    ax.grid(visible=False, axis="y" if flat else "x")
    _connect(ax, table, flat=flat)
    scale, _ = rounded_steps(result, lang)
    _amounts(ax, table, scale, result, flat=flat)
    _small_print(ax, result, merged, lang, flat=flat, cut=not low <= 0 <= high)
    wrap_title(ax, result.headline(lang))
    # the title begins where the axes do, right of names and amounts
    ax.set_title("\n".join(_lines(result.headline(lang), _room(ax, flat=flat) / 6.4)))
    return ax


def _color(bar: Any, favourable: str) -> str:
    """Return the colour of a bar: good, bad or a total; the sign says the same."""
    if bar.kind == "total":
        return TOTAL
    good = bar.amount >= 0 if favourable == "up" else bar.amount <= 0
    return UP if good else DOWN


def _limits(table: pd.DataFrame) -> tuple[float, float]:
    """Return the ends of the axis: from 0, unless the steps would vanish beside the totals."""
    ends = pd.concat([table["from_amount"], table["to_amount"]])
    steps = table[table["kind"] != "total"]
    edges = pd.concat([steps["from_amount"], steps["to_amount"]])
    low, high = min(ends.min(), 0.0), max(ends.max(), 0.0)
    spread = edges.max() - edges.min() if len(steps) else 0.0
    largest = steps["amount"].abs().max() if len(steps) else 0.0
    if edges.min() > 2 * spread > 0 and largest < CUT_BELOW * high:
        return float(edges.min() - spread), float(edges.max() + 0.55 * spread)
    room = (high - low) or 1.0
    return float(low - (0.04 * room if low < 0 else 0)), float(high + 0.2 * room)


def _connect(ax: "Axes", table: pd.DataFrame, *, flat: bool) -> None:
    """Draw where each bar hands over to the next."""
    for i, level in enumerate(table["to_amount"].iloc[:-1]):
        along, across = (i - 0.31, i + 1.31), (level, level)
        x, y = (across, along) if flat else (along, across)
        ax.plot(x, y, color=MUTED, linewidth=0.8, zorder=0.9)


def _amounts(ax: "Axes", table: pd.DataFrame, scale: Scale, result: Bridge, *, flat: bool) -> None:
    """Write amount and part of the base at each bar; amounts add up as they are written."""
    is_rate = result.meta.kind == "share"
    rates = rates_apart(result, scale) if is_rate else ()
    for i, row in enumerate(table.itertuples()):
        if row.kind == "total":
            # the last bar is actual; a base of 0 has no bar
            text = rates[i > 0] if is_rate else scale.text(scale.steps(row.amount))
        else:
            told = pd.notna(row.base_share) and not is_rate
            share = growth(row.base_share) if told else ""
            amount = scale.mark(int(row.whole), row.amount)
            text = f"{amount}  {share}" if flat else f"{amount}\n{share}"
        edge = max(row.from_amount, row.to_amount)
        where = (edge, i) if flat else (i, edge)
        ax.annotate(
            text.strip(), where, xytext=(4, 0) if flat else (0, 3), textcoords="offset points",
            ha="left" if flat else "center", va="center" if flat else "bottom",
            fontsize=8, color=INK,
        )  # fmt: skip


def _small_print(
    ax: "Axes", result: Bridge, merged: list[str], lang: str, *, flat: bool, cut: bool
) -> None:
    """Name the unit, and below the picture base, window, grain, convention and counts."""
    scale, _ = rounded_steps(result, lang)
    axis_of_amounts(ax, result, lang, which="x" if flat else "y", scale=scale)
    _inner_ticks(ax, flat=flat)
    more = [label("word.other_n", lang, n=len(merged) - NAMED)] if len(merged) > NAMED + 1 else []
    named = fitted(merged, NAME_WIDTH)[: NAMED if more else None]
    words = caption(result, lang, [*named, *more])
    if cut:
        words = label("variance.space", lang).join([label("variance.cut_axis", lang), words])
        _break_mark(ax, flat=flat)
    lines = _lines(words, _room(ax, flat=flat) / 4.2)
    small = "\n".join([ax.get_xlabel(), *lines] if flat else lines)
    ax.set_xlabel(small, loc="left", fontsize=8)


def _inner_ticks(ax: "Axes", *, flat: bool) -> None:
    """Keep the ticks inside the limits."""
    axis = ax.xaxis if flat else ax.yaxis
    inner = inner_ticks(ax, "x" if flat else "y")
    axis.set_ticks(inner[:: 2 if flat and len(inner) > 7 else 1])


def _room(ax: "Axes", *, flat: bool) -> float:
    """Return about how wide the axes are, in points."""
    inches: float = ax.figure.bbox.width / ax.figure.dpi
    return inches * 72 - (190 if flat else 80)


def _break_mark(ax: "Axes", *, flat: bool) -> None:
    """Draw two slanted strokes where the axis is cut."""
    for shift in (0.0, 0.018):
        x, y = ((0.01 + shift, 0.022 + shift), (-0.02, 0.02)) if flat else (
            (-0.01, 0.01), (0.02 + shift, 0.04 + shift)
        )  # fmt: skip
        ax.plot(x, y, transform=ax.transAxes, color=INK, linewidth=1.0, clip_on=False)


def _lines(text: str, width: float) -> list[str]:
    """Break text into lines of `width` Latin letters: after spaces or between Chinese letters."""
    lines, line = [], ""
    for token in _TOKEN.findall(text):
        if line and sum(map(wide, (line + token).rstrip())) > width:
            lines.append(line.rstrip())
            line = ""
        line += token
    return [*lines, line.rstrip()]


def _folded(name: str, n_bars: int) -> str:
    """Break the name of a bar into at most three lines that fit under it."""
    width = max(6, int(96 / n_bars))
    text = fitted([name], 3 * width - 2)[0]
    return "\n".join(_lines(text, width)[:3])
