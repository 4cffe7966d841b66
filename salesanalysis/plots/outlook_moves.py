"""What moves the cost: the tornado, bad years, and what has to be sold to pay for it."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.incentives.outlook import BreakEven, Stress, Tornado
from salesanalysis.labels import growth, label, money, percent
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    MAX_BARS,
    MUTED,
    TOTAL,
    YELLOW,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.plots.outlook_parts import nothing, percent_axis
from salesanalysis.plots.units import amounts_along, height, left_out, unit_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Tornado)  # type: ignore[attr-defined,untyped-decorator]
def tornado_bars(
    result: Tornado, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the change of the expected cost for less and more of every parameter."""
    rows = result.moved()
    rows = rows[rows["swing"] > 0]
    if rows.empty:
        return nothing(new_axes(ax), result.headline(lang))
    shown = rows.head(MAX_BARS)
    ax = new_axes(ax, figsize=height(len(shown)))
    at = np.arange(len(shown))
    step = f"{result.step:.0%}"
    for side, color, sign in (("down", FORECAST, "-"), ("up", YELLOW, "+")):
        values = shown[f"{side}_change"]
        known = values.notna().to_numpy()
        ax.barh(at[known], values[known], height=0.62, color=color, label=f"{sign}{step}", **kwargs)
    ends = shown[["down_change", "up_change"]].max(axis=1).clip(lower=0.0)
    for y, (end, swing) in enumerate(zip(ends, shown["swing"], strict=True)):
        write_beside(ax, money(swing, lang, result.currency), end, float(y))
    unit_rows(ax, [result.name(p, lang) for p in shown["parameter"]])
    low = min(0.0, float(shown[["down_change", "up_change"]].min().min()))
    high = float(ends.max())
    ax.set_xlim(low - 0.05 * (high - low), high + 0.22 * (high - low))
    ax.axvline(0, color=MUTED, linewidth=1)
    money_axis(ax, result.currency, lang, which="x", key="outlook.axis.cost_change")
    ax.set_xticks(inner_ticks(ax, "x"))
    left_out(ax, len(rows) - len(shown), lang)
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.6)
    return ax


@draw.register(Stress)  # type: ignore[attr-defined,untyped-decorator]
def stress_bars(
    result: Stress, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the expected cost of every scenario, its P95 as a line, its change beside it."""
    rows = result.simulated()
    ax = new_axes(ax, figsize=height(len(rows)))
    at = range(len(rows))
    colors = [TOTAL if s == "base" else ACTUAL for s in rows["scenario"]]
    ax.barh(at, rows["amount"], height=0.55, color=colors, **kwargs)
    ax.hlines(at, rows["amount"], rows["p95_amount"], color=DOWN, linewidth=2,
              label=label("outlook.axis.to_p95", lang))  # fmt: skip
    for y, row in enumerate(rows.to_dict("records")):
        text = money(row["amount"], lang, result.currency)
        if row["scenario"] != "base" and np.isfinite(row["change_growth"]):
            text += f" ({growth(row['change_growth'])})"
        write_beside(ax, text, max(row["amount"], row["p95_amount"], 0.0), float(y), gap=6)
    unit_rows(ax, [label(f"scenario.{s}", lang) for s in rows["scenario"]])
    amounts_along(ax, [*rows["amount"], *rows["p95_amount"]], result.currency, lang, room=1.45)
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.65)
    return ax


@draw.register(BreakEven)  # type: ignore[attr-defined,untyped-decorator]
def slope_bars(
    result: BreakEven, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw how many years pay how much for a further unit of sales, with the margin as a line."""
    bars = result.slopes
    if bars.empty:
        return nothing(new_axes(ax), result.headline(lang))
    ax = new_axes(ax)
    width = bars["end_rate"] - bars["start_rate"]
    colors = [DOWN if s >= result.margin_rate else FORECAST for s in bars["start_rate"]]
    ax.bar(bars["start_rate"], bars["people_share"], width=width, align="edge", color=colors,
           edgecolor="white", linewidth=0.4, **kwargs)  # fmt: skip
    text = f"{label('outlook.axis.margin', lang)} {percent(result.margin_rate)}"
    ax.axvline(result.margin_rate, color=DOWN, linestyle="--", linewidth=1.6, label=text)
    if result.marginal_rate is not None:
        text = f"{label('statistic.mean', lang)} {percent(result.marginal_rate)}"
        ax.axvline(result.marginal_rate, color=ACTUAL, linewidth=1.6, label=text)
    ax.set_ylim(0, float(bars["people_share"].max()) * 1.1)
    percent_axis(ax, "x", decimals=1)
    percent_axis(ax, "y")
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.set_yticks(inner_ticks(ax))
    ax.set_xlabel(label("outlook.axis.slope", lang))
    ax.set_ylabel(label("outlook.axis.person_years", lang))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.7)
    return ax
