"""The panel as lines over months."""

from typing import TYPE_CHECKING, Any

from salesanalysis.labels import label
from salesanalysis.panel import Panel
from salesanalysis.plots.base import (
    MUTED,
    SERIES,
    count_axis,
    draw,
    money_axis,
    month_axis,
    new_axes,
    wrap_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MAX_LINES = 8


@draw.register(Panel)  # type: ignore[attr-defined,untyped-decorator]
def trend(result: Panel, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any) -> "Axes":
    """Draw one line per node, largest first; of more than eight, the smallest are one line."""
    ax = new_axes(ax)
    wide = result.matrix()
    wide = wide.loc[wide.sum(axis=1).sort_values(ascending=False, kind="stable").index]
    n_shown = len(wide) if len(wide) <= MAX_LINES else MAX_LINES - 1
    for rank, (node, values) in enumerate(wide.head(n_shown).iterrows()):
        names = node if isinstance(node, tuple) else (node,)
        text = " / ".join(
            result.terms.show(c, n, lang) for c, n in zip(result.by, names, strict=False)
        )
        text = text or label("word.company", lang)
        ax.plot(wide.columns, values, color=SERIES[rank], label=text, **kwargs)
    rest = wide.iloc[n_shown:]
    if len(rest):
        other = label("word.other_n", lang, n=len(rest))
        # empty, not 0, before the first of them was there
        ax.plot(
            wide.columns, rest.sum(axis=0, min_count=1), color=MUTED, linestyle="--", label=other
        )
    if result.counts:
        count_axis(ax, label("axis.quantity", lang), lang)
    else:
        key = "axis.revenue" if result.value == "revenue" else "axis.amount"
        money_axis(ax, result.currency, lang, key=key)
    month_axis(ax, list(wide.columns), lang)
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    if len(wide) > 1:
        ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax
