"""A region's part of what each rule found, beside its part of all lines."""

from typing import TYPE_CHECKING, Any

from salesanalysis.data.regional import RegionQuality
from salesanalysis.labels import count, label
from salesanalysis.plots.base import ACTUAL, INK, MAX_BARS, MUTED, draw, new_axes, wrap_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(RegionQuality)  # type: ignore[attr-defined,untyped-decorator]
def shares(
    result: RegionQuality, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw one bar a rule, the most lines of the region first."""
    table = result.to_frame()
    order = table[table["n_rows"] > 0].sort_values(["n_rows", "rule"], ascending=[False, True])
    top = order.head(MAX_BARS)
    ax = new_axes(ax, figsize=(8.0, 1.8 + 0.32 * max(len(top), 1)))
    place = range(len(top))
    ax.barh(place, top["region_share"] * 100, height=0.62, color=ACTUAL, **kwargs)
    names = [label(f"rule.{rule}", lang) for rule in top["rule"]]
    ax.set_yticks(place, names)
    # a single bar is as thick as one of two
    ax.set_ylim(max(len(top), 2) - 0.5, -0.5)
    ax.grid(visible=False, axis="y")
    for at, (n, whole) in enumerate(zip(top["n_rows"], top["n_company"], strict=True)):
        text = label("region_quality.bar", lang, n=count(n), all=count(whole))
        # right of every bar: the dotted line would cross it beside one
        ax.text(103, at, text, va="center", fontsize=9, color=INK)
    usual = label("region_quality.usual", lang)
    ax.axvline(result.usual_share * 100, color=MUTED, linestyle=":", label=usual)
    ax.set_xlim(0, 135)
    ax.set_xticks(range(0, 101, 20))
    ax.set_xlabel(label("region_quality.axis", lang))
    # above the bars: beside them it would run into what stands at their end
    ax.legend(loc="lower right", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.2)
    wrap_title(ax, result.headline(lang), room=0.68, pad=24)
    return ax
