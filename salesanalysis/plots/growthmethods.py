"""Growth methods side by side: one mark per unit and method."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.labels import count, label
from salesanalysis.plots.base import (
    GRID,
    MAX_BARS,
    MUTED,
    SERIES,
    draw,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.targets.growth_methods.compare import Comparison, shown_level
from salesanalysis.targets.words import node_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKS = "osD^vP*X"


@draw.register(Comparison)  # type: ignore[attr-defined,untyped-decorator]
def method_marks(
    result: Comparison, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what each of the first eight methods proposes for the largest units."""
    level = shown_level(result)
    names, methods = [level] if level else [], list(result.methods[: len(SERIES)])
    keyed = result.frame.assign(**({} if names else {"node": ""}))
    wide = keyed.pivot_table(
        index=names or ["node"], columns="method", values="value", aggfunc="sum"
    )
    order = wide.max(axis=1).sort_values(ascending=False, kind="stable").index
    wide = wide.loc[order[:MAX_BARS], methods]
    ax = new_axes(ax, figsize=(8.0, 2.2 + 0.38 * len(wide)))
    at = np.arange(len(wide))
    ax.hlines(at, wide.min(axis=1), wide.max(axis=1), color=GRID, linewidth=5)
    for rank, method in enumerate(methods):
        ax.plot(
            wide[method], at, linestyle="none", marker=_MARKS[rank], markersize=6,
            color=SERIES[rank], label=result.method_text(method, lang), **kwargs,
        )  # fmt: skip
    texts = [
        node_text({level: name} if level else {}, names, result.terms, lang) for name in wide.index
    ]
    ax.set_yticks(at, texts)
    ax.set_ylim(len(texts) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    ax.set_xlim(left=0)
    money_axis(ax, result.currency, lang, which="x", key="axis.proposed")
    left = len(order) - len(wide)
    if left > 0:
        more = label("word.other_n", lang, n=count(left))
        ax.annotate(more, (0, 0), (0, -34), xycoords="axes fraction",
                    textcoords="offset points", color=MUTED, fontsize=9)  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang))
    return ax
