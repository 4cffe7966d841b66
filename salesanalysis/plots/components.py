"""Shares of the variance as bars, the largest on top, each with its interval."""

from typing import TYPE_CHECKING, Any

from salesanalysis.labels import label, percent
from salesanalysis.plots.base import (
    ACTUAL,
    INK,
    MAX_BARS,
    MUTED,
    draw,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.variance.components.result import Components
from salesanalysis.variance.components.words import level_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Components)  # type: ignore[attr-defined,untyped-decorator]
def component_bars(
    result: Components, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw one bar per level; a whisker shows the interval."""
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    table = result.ranked().head(MAX_BARS)
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.5 * len(table)))
    for y, row in enumerate(table.to_dict("records")):
        color = MUTED if row["level"] == "noise" else ACTUAL
        ax.barh(y, row["variance_share"], height=0.55, color=color, **kwargs)
        end, text = row["variance_share"], percent(row["variance_share"])
        if result.meta.interval != "none":
            low, high = row["low_share"], row["high_share"]
            ax.plot([low, high], [y, y], color=INK, linewidth=1.6, marker="|", markersize=9)
            end, text = high, f"{text}  ({percent(low)} – {percent(high)})"
        write_beside(ax, text, end, float(y), gap=8)
    ax.set_yticks(range(len(table)), [level_text(name, lang) for name in table["level"]])
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.set_xlim(0, 1.32)
    ax.set_xticks([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, 0)))
    ax.grid(visible=False, axis="y")
    if result.meta.interval == "none":
        ax.set_xlabel(label("axis.variance_share_only", lang))
    else:
        coverage = percent(result.meta.coverage, 0)
        ax.set_xlabel(label("axis.variance_share", lang, coverage=coverage))
    wrap_title(ax, result.headline(lang))
    return ax
