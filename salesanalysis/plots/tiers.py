"""Three tiers side by side, the five letters of the SMART check, and both layers of a plan."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import count, growth, label, money
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    GREEN,
    MUTED,
    YELLOW,
    count_axis,
    draw,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.plots.units import (
    amounts_along,
    beside,
    dots,
    height,
    legend,
    unit_rows,
    with_other,
)
from salesanalysis.results import show_value
from salesanalysis.targets.tiers.over_result import OverAssigned
from salesanalysis.targets.tiers.result import TIERS, Tiers
from salesanalysis.targets.tiers.smart_result import LETTERS, SmartCheck
from salesanalysis.targets.words import node_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLORS = {"base": FORECAST, "average": ACTUAL, "challenge": YELLOW}
_MARKS = {"base": "o", "average": "D", "challenge": "^"}


@draw.register(Tiers)  # type: ignore[attr-defined,untyped-decorator]
def tier_dots(
    result: Tiers, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the three targets of every unit of the first level as dots on one line."""
    rows, names = _tier_rows(result, lang)
    ax = new_axes(ax, figsize=height(len(rows)))
    columns = [f"target_{tier}" for tier in TIERS]
    words = [label(f"tier.{tier}", lang) for tier in TIERS]
    marks = zip(columns, _COLORS.values(), _MARKS.values(), words, strict=True)
    dots(ax, rows, list(marks), **kwargs)
    texts = [money(float(v), lang, result.currency) for v in rows["target_average"]]
    beside(ax, rows, columns, texts)
    unit_rows(ax, names)
    amounts_along(ax, rows[columns], result.currency, lang, room=1.25)
    legend(ax)
    wrap_title(ax, result.headline(lang))
    return ax


def _tier_rows(result: Tiers, lang: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the largest units of the first level, the rest as one row; the company where none."""
    columns = [f"target_{tier}" for tier in TIERS]
    if not result.levels:
        return result.units[columns], [label("word.company", lang)]
    rows = result.shown()
    records = rows.to_dict("records")
    # the names above are in the title
    own = [level for level in result.levels if level not in result.scope] or [result.levels[-1]]
    names = [node_text(row, own, result.terms, lang) for row in records]
    shown = with_other(rows[columns].assign(text=names), columns, lang)
    return shown, shown["text"].tolist()


@draw.register(SmartCheck)  # type: ignore[attr-defined,untyped-decorator]
def letters(
    result: SmartCheck, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw how many targets pass, are warned of or fail by each letter."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    ax = new_axes(ax, figsize=(8.0, 3.6))
    tally = result.tally()
    left = np.zeros(len(LETTERS))
    colors = {"pass": GREEN, "warn": YELLOW, "fail": DOWN}
    for verdict, color in colors.items():
        values = tally[f"n_{verdict}"].to_numpy("float64")
        word = label(f"smart.{verdict}", lang)
        ax.barh(
            range(len(LETTERS)), values, left=left, height=0.6, color=color, label=word, **kwargs
        )
        for y, (start, value) in enumerate(zip(left, values, strict=True)):
            if value >= 0.06 * len(result.frame):
                ax.text(start + value / 2, y, count(value), ha="center", va="center", color="white")
        left = left + values
    unit_rows(ax, [label(f"column.{x}", lang) for x in LETTERS])
    ax.set_xlim(0, len(result.frame))
    count_axis(ax, label("axis.n_targets", lang), lang, which="x")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    legend(ax)
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(OverAssigned)  # type: ignore[attr-defined,untyped-decorator]
def layers(
    result: OverAssigned, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what the cards of every level add up to, against the plan."""
    plan = float(result.units["plan_value"].iloc[0])
    table = result.factors()
    names = [show_value("level", str(x), lang, result.terms) for x in table.get("level", [])]
    names = [label("word.company", lang), *names]
    values = [plan, *table.get("assigned_value", pd.Series(dtype="float64")).tolist()]
    ax = new_axes(ax, figsize=height(len(names)))
    at = np.arange(len(names))
    ax.barh(at, values, height=0.6, color=[MUTED, *[ACTUAL] * (len(names) - 1)], **kwargs)
    for y, value in zip(at, values, strict=True):
        text = money(value, lang, result.currency)
        rise = f" ({growth(value / plan - 1)})" if plan and y else ""
        write_beside(ax, text + rise, value, float(y), gap=5)
    unit_rows(ax, names)
    amounts_along(ax, values, result.currency, lang, room=1.4)
    wrap_title(ax, result.headline(lang))
    return ax
