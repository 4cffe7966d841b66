"""One node's outcomes beside its target, its forecast taken apart, targets reached together."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.forecast.explanation import Explanation
from salesanalysis.forecast.outcomes import Outcomes
from salesanalysis.forecast.paths import Together
from salesanalysis.forecast.wording import titles
from salesanalysis.labels import chance, label, percent, short
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    INK,
    MAX_BARS,
    MUTED,
    TOTAL,
    UP,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Classes of a histogram, fewest and most.
CLASSES = (8, 30)


@draw.register(Outcomes)  # type: ignore[attr-defined,untyped-decorator]
def outcomes(result: Outcomes, *, ax: "Axes | None" = None, lang: str = "en", **_: Any) -> "Axes":
    """Draw how often each size of outcome came out; those that reach the target in colour."""
    values, target = result.frame["value"].to_numpy(dtype="float64"), result.target
    ax = new_axes(ax)
    edges = _edges(values, target)
    counts, _edge = np.histogram(values, edges)
    shares = counts / len(values)
    reach = np.full(len(shares), target is None) if target is None else edges[:-1] >= target - 1e-6
    for chosen, color, key in ((reach, ACTUAL, "reached"), (~reach, FORECAST, "missed")):
        if chosen.any():
            text = label(f"outcomes.{key if target is not None else 'all'}", lang)
            ax.bar(
                edges[:-1][chosen], shares[chosen], np.diff(edges)[chosen], align="edge",
                color=color, edgecolor="white", linewidth=0.6, label=text,
            )  # fmt: skip
    landing = float(result.landing.nodes["landing"].iloc[0])
    ax.axvline(
        landing, color=INK, linestyle="--", linewidth=1.2, label=label("landing.point", lang)
    )
    if target is not None:
        ax.axvline(target, color=DOWN, linewidth=1.8, label=label("landing.target_tick", lang))
    money_axis(ax, result.currency, lang, which="x", key="axis.landing")
    ax.set_xticks(inner_ticks(ax, "x"))
    ticks = inner_ticks(ax)
    ax.set_yticks(ticks, [percent(t, 0) for t in ticks])
    ax.set_ylabel(label("outcomes.axis", lang))
    ax.grid(visible=False, axis="x")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax


def _edges(values: np.ndarray, target: float | None) -> np.ndarray:
    """Return class limits; the target is one of them, so that no class lies on both sides."""
    low, high = np.quantile(values, [0.005, 0.995])
    n = int(np.clip(np.sqrt(len(values)), *CLASSES))
    width = (high - low) / n or max(abs(high) * 0.01, 1.0)
    start = low if target is None else target - np.ceil((target - low) / width) * width
    last = max(float(values.max()), start + width)
    edges: np.ndarray = np.arange(start, high + width, width)
    # the few beyond the outermost half per cent fall into the outermost classes
    edges[0], edges[-1] = min(edges[0], float(values.min())), max(edges[-1], last)
    return edges


@draw.register(Explanation)  # type: ignore[attr-defined,untyped-decorator]
def explanation(
    result: Explanation, *, ax: "Axes | None" = None, lang: str = "en", **_: Any
) -> "Axes":
    """Draw level, each part and the forecast as bars that hand over to each other."""
    steps = result.steps()
    ends = steps.cumsum()
    begins = ends - steps
    names = [label(f"column.{name}", lang) for name in steps.index]
    value = float(result.frame["value"].sum())
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.42 * (len(steps) + 1)))
    colors = [TOTAL, *(UP if step >= 0 else DOWN for step in steps.iloc[1:])]
    ax.barh(range(len(steps)), steps, left=begins, height=0.6, color=colors)
    ax.barh([len(steps)], [value], height=0.6, color=ACTUAL)
    for i, at in enumerate(ends):
        ax.plot([at, at], [i - 0.3, i + 1.3], color=MUTED, linewidth=0.8, zorder=0.9)
    edges = [*ends, *begins, value, 0.0]
    room = (max(edges) - min(edges)) or 1.0
    for i, (step, end, begin) in enumerate(zip(steps, ends, begins, strict=True)):
        text = short(step, lang) if i == 0 else f"{'+' if step > 0 else ''}{short(step, lang)}"
        write_beside(ax, text, max(end, begin), i)
    write_beside(ax, short(value, lang), max(value, 0.0), len(steps))
    ax.set_xlim(min(edges) - (0.04 * room if min(edges) < 0 else 0), max(edges) + 0.18 * room)
    ax.set_yticks(range(len(steps) + 1), [*names, label("fan.forecast", lang)])
    ax.set_ylim(len(steps) + 0.6, -0.6)
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x")
    ax.set_xticks(inner_ticks(ax, "x"))
    wrap_title(ax, result.headline(lang), room=0.68)
    return ax


@draw.register(Together)  # type: ignore[attr-defined,untyped-decorator]
def together(result: Together, *, ax: "Axes | None" = None, lang: str = "en", **_: Any) -> "Axes":
    """Draw each node's own chance and the chance of all together, lowest on top."""
    rows = result.nodes.sort_values(["reached_share", "node"], kind="stable").head(MAX_BARS - 1)
    names = [*titles(rows, result.by, result.terms, lang), label("together.all", lang)]
    values = [*rows["reached_share"], result.all_share]
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.36 * len(names)))
    ax.barh(range(len(names)), values, height=0.6, color=[*[FORECAST] * len(rows), ACTUAL])
    smoothed = [(1 + v * result.n) / (result.n + 2) for v in values]
    for i, (at, text) in enumerate(zip(values, map(chance, smoothed), strict=True)):
        write_beside(ax, text, at, i)
    ticks = [0.0, 0.25, 0.5, 0.75, 1.0]
    ax.set_xlim(0, 1.12)
    ax.set_xticks(ticks, [percent(t, 0) for t in ticks])
    ax.set_xlabel(label("axis.probability", lang))
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    wrap_title(ax, result.headline(lang), room=0.75)
    return ax
