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
    MAX_BARS,
    MUTED,
    YELLOW,
    count_axis,
    draw,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
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
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.42 * len(rows)))
    at = np.arange(len(rows))
    low, high = rows["target_base"], rows["target_challenge"]
    ax.hlines(at, low, high, color=MUTED, linewidth=1.5, zorder=1)
    for tier in TIERS:
        ax.scatter(
            rows[f"target_{tier}"], at, s=46, color=_COLORS[tier], marker=_MARKS[tier], zorder=2,
            label=label(f"tier.{tier}", lang), **kwargs,
        )  # fmt: skip
    widest = float(high.max())
    for y, value in zip(at, rows["target_average"], strict=True):
        text = money(float(value), lang, result.currency)
        write_beside(ax, text, float(high.iloc[y]), float(y), gap=8)
    _rows(ax, names)
    ax.set_xlim(0, widest * 1.25 or 1.0)
    if not widest:
        ax.set_xticks([0])
    money_axis(ax, result.currency, lang, which="x")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang))
    return ax


def _tier_rows(result: Tiers, lang: str) -> tuple[pd.DataFrame, list[str]]:
    """Return the largest units of the first level, the rest as one row; the company where none."""
    columns = [f"target_{tier}" for tier in TIERS]
    if not result.levels:
        return result.units[columns], [label("word.company", lang)]
    rows = result.units[result.units["level"] == result.levels[0]]
    order = ["target_average", result.levels[0]]
    rows = rows.sort_values(order, ascending=[False, True], kind="stable").reset_index(drop=True)
    records = rows.to_dict("records")
    names = [node_text(row, result.levels[:1], result.terms, lang) for row in records]
    if len(rows) <= MAX_BARS:
        return rows[columns], names
    rest = rows[columns].iloc[MAX_BARS - 1 :]
    shown = pd.concat([rows[columns].head(MAX_BARS - 1), rest.sum().to_frame().T])
    other = label("word.other_n", lang, n=count(len(rest)))
    return shown.reset_index(drop=True), [*names[: MAX_BARS - 1], other]


def _rows(ax: "Axes", names: list[str]) -> None:
    """Write names down the left side, the first on top."""
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")


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
    _rows(ax, [label(f"column.{x}", lang) for x in LETTERS])
    ax.set_xlim(0, len(result.frame))
    count_axis(ax, label("axis.n_targets", lang), lang, which="x")
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
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
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.42 * len(names)))
    at = np.arange(len(names))
    ax.barh(at, values, height=0.6, color=[MUTED, *[ACTUAL] * (len(names) - 1)], **kwargs)
    for y, value in zip(at, values, strict=True):
        text = money(value, lang, result.currency)
        rise = f" ({growth(value / plan - 1)})" if plan and y else ""
        write_beside(ax, text + rise, value, float(y), gap=5)
    _rows(ax, names)
    ax.set_xlim(0, max(values) * 1.4 or 1.0)
    if not max(values):
        ax.set_xticks([0])
    money_axis(ax, result.currency, lang, which="x")
    wrap_title(ax, result.headline(lang))
    return ax
