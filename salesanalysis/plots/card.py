"""What changed between two plans, in a picture: who is asked more, who less."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.labels import count, label, short
from salesanalysis.plots.base import (
    DOWN,
    MAX_BARS,
    MUTED,
    UP,
    draw,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.targets.card.diff import PlanDiff
from salesanalysis.targets.words import node_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(PlanDiff)  # type: ignore[attr-defined,untyped-decorator]
def changes(
    result: PlanDiff, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the change of every unit over the year, the largest first, the rest as one bar."""
    table = result.sums(*result.levels)
    table = table[table["change_amount"] != 0]
    order = table["change_amount"].abs().sort_values(ascending=False, kind="stable").index
    shown = table.loc[order]
    left = shown.iloc[MAX_BARS - 1 :] if len(shown) > MAX_BARS else shown.iloc[:0]
    shown = shown.drop(left.index)
    rows = shown.to_dict("records")
    names = [node_text(row, result.levels, result.terms, lang) for row in rows]
    amounts = [float(row["change_amount"]) for row in rows]
    if len(left):
        names.append(label("word.other_n", lang, n=count(len(left))))
        amounts.append(float(left["change_amount"].sum()))
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.4 * max(len(names), 1)))
    colors = [UP if a >= 0 else DOWN for a in amounts]
    ax.barh(np.arange(len(names)), amounts, height=0.6, color=colors, **kwargs)
    ax.axvline(0, color=MUTED, linewidth=1)
    widest = max((abs(a) for a in amounts), default=0.0) or 1.0
    for y, amount in enumerate(amounts):
        ax.annotate(
            short(amount, lang, signed=True),
            (max(amount, 0.0), y),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(max(len(names), 1) - 0.4, -0.6)
    ax.set_xlim(min(0.0, *amounts, 0.0) * 1.1, max(0.0, *amounts, 0.0) + 0.3 * widest)
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x", key="axis.change")
    wrap_title(ax, result.headline(lang), room=0.7)
    return ax
