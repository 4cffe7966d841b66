"""Who would take home more with a smaller bonus: bonus, and what it leaves."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.tax import BlindZones
from salesanalysis.labels import label
from salesanalysis.plots.base import (
    ACTUAL,
    MAX_BARS,
    TOTAL,
    draw,
    money_axis,
    new_axes,
    wrap_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(BlindZones)  # type: ignore[attr-defined,untyped-decorator]
def blind_zones(
    result: BlindZones, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw bonus and net side by side for everybody in a zone, largest bonus first."""
    ax = new_axes(ax)
    shown = result.frame.sort_values("bonus", ascending=False, kind="stable").head(MAX_BARS)
    if shown.empty:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
    else:
        rows = range(len(shown))
        names = [result.terms.show("salesperson", n, lang) for n in shown["salesperson"]]
        ax.barh(
            [r - 0.18 for r in rows], shown["bonus"], 0.34, color=TOTAL,
            label=label("column.bonus", lang), **kwargs,
        )  # fmt: skip
        ax.barh(
            [r + 0.18 for r in rows], shown["net"], 0.34, color=ACTUAL,
            label=label("column.net", lang), **kwargs,
        )  # fmt: skip
        ax.set_yticks(rows, names)
        ax.set_ylim(len(names) - 0.4, -0.6)
        ax.set_xlim(0, float(shown["bonus"].max()) * 1.25)
        money_axis(ax, result.currency, lang, which="x")
        ax.legend(loc="lower right", frameon=False)
    wrap_title(ax, result.headline(lang))
    return ax
