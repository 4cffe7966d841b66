"""Sales by month as they were read: what is over, what is not, and from where it is seen."""

from typing import TYPE_CHECKING, Any

from salesanalysis.data.quality import Quality
from salesanalysis.labels import day, label
from salesanalysis.plots.base import (
    ACTUAL,
    MUTED,
    YELLOW,
    draw,
    money_axis,
    month_axis,
    new_axes,
    wrap_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Quality)  # type: ignore[attr-defined,untyped-decorator]
def coverage(
    result: Quality, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the amount per month: closed months as a line, a month that is not over as a point."""
    ax = new_axes(ax)
    closed = result.months[result.months["closed"]]
    ax.plot(
        closed["period"],
        closed["amount"],
        color=ACTUAL,
        marker="o",
        markersize=3,
        label=label("quality.seen_line", lang),
        **kwargs,
    )
    opened = result.months[~result.months["closed"]]
    if len(opened):
        ax.plot(
            opened["period"],
            opened["amount"],
            color=YELLOW,
            marker="D",
            linestyle="none",
            label=label("quality.open_line", lang),
        )
    seen = label("quality.as_of", lang, as_of=day(result.as_of, lang))
    ax.axvline(result.as_of, color=MUTED, linestyle=":", label=seen)
    money_axis(ax, result.currency, lang, key="axis.revenue")
    month_axis(ax, result.months["period"].tolist(), lang)
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax
