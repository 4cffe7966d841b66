"""Earlier windows by how well sales repeat them: bars of what lay elsewhere."""

from typing import TYPE_CHECKING, Any

from salesanalysis.labels import label, percent
from salesanalysis.plots.base import ACTUAL, INK, draw, new_axes, wrap_title
from salesanalysis.variance import BaseRanking

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(BaseRanking)  # type: ignore[attr-defined,untyped-decorator]
def bases(
    result: BaseRanking, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the part of sales that lay elsewhere for each base, its range over the windows tried."""
    ax = new_axes(ax)
    table = result.bases[result.bases["status"] == "ok"].reset_index(drop=True)
    share = table["elsewhere_share"]
    # the line from the least to the largest of the windows behind each median
    reach = [share - table["least_share"], table["most_share"] - share]
    ax.barh(table.index, share, xerr=reach, color=ACTUAL, ecolor=INK, height=0.6, **kwargs)
    names = [label(f"base.{name}", lang) for name in table["base"]]
    ax.set_yticks(table.index, [f"{n}  {percent(s)}" for n, s in zip(names, share, strict=True)])
    ax.invert_yaxis()
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda x, _: percent(x, 0))
    ax.set_xlabel(label("column.elsewhere_share", lang))
    wrap_title(ax, result.headline(lang))
    return ax
