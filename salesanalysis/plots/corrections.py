"""Who gets how much more or less after a correction."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.corrections import Correction
from salesanalysis.labels import exact
from salesanalysis.plots.base import DOWN, MAX_BARS, UP, draw, money_axis, new_axes, wrap_title
from salesanalysis.plots.beside import write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Correction)  # type: ignore[attr-defined,untyped-decorator]
def changes(
    result: Correction, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the change of everybody touched, largest first, those without one included."""
    ax = new_axes(ax)
    sums = result.frame.groupby("salesperson")["pay_change"].sum()
    order = sums.abs().sort_values(ascending=False, kind="stable").index[:MAX_BARS]
    sums = sums.loc[order]
    if sums.empty:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        wrap_title(ax, result.headline(lang))
        return ax
    rows = range(len(sums))
    ax.barh(rows, sums, color=[UP if v >= 0 else DOWN for v in sums], height=0.62, **kwargs)
    for row, value in zip(rows, sums, strict=True):
        write_beside(ax, exact(value), max(value, 0.0), row)
    ax.set_yticks(rows, [result.terms.show("salesperson", str(n), lang) for n in sums.index])
    ax.set_ylim(len(sums) - 0.4, -0.6)
    low, high = min(0.0, float(sums.min())), max(0.0, float(sums.max()))
    room = max(high - low, 1.0)
    ax.set_xlim(low - 0.05 * room, high + 0.2 * room)
    money_axis(ax, result.currency, lang, which="x")
    wrap_title(ax, result.headline(lang))
    return ax
