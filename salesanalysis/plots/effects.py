"""A scheme change: months around it against control, what was expected without it, the money."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.incentives.effects import SchemeEffect, SchemeMoney
from salesanalysis.incentives.effects.words import per
from salesanalysis.labels import label, money, percent
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    INK,
    MUTED,
    TOTAL,
    UP,
    count_axis,
    draw,
    inner_ticks,
    money_axis,
    month_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.results import column_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

VIEWS = ("events", "months")


@draw.register(SchemeEffect)  # type: ignore[attr-defined,untyped-decorator]
def scheme_effect(
    result: SchemeEffect, *, ax: "Axes | None" = None, lang: str = "en", view: str | None = None,
    **_: Any,
) -> "Axes":  # fmt: skip
    """Draw months around the change against control, or observed beside expected without it.

    `view` is ``events`` (needs a control group, then the default) or ``months``.
    """
    if view not in (None, *VIEWS):
        raise unknown_name(view, VIEWS, kind="view", where="plot(view=...)", error=ContractError)
    ax = new_axes(ax)
    if (view or "events") == "events" and len(result.events):
        _events(result, ax, lang)
    else:
        _months(result, ax, lang)
    wrap_title(ax, result.headline(lang))
    return ax


def _events(result: SchemeEffect, ax: "Axes", lang: str) -> None:
    """Draw one point per month around the change, with its interval."""
    table = result.events
    for after, color, key in ((False, MUTED, "before"), (True, ACTUAL, "after")):
        part = table[(table["month_from_change"] >= 0) == after]
        if not len(part):
            continue
        x, y = part["month_from_change"], part["effect"]
        known = part["low"].notna().to_numpy()
        ax.vlines(x[known], part["low"][known], part["high"][known], color=color, linewidth=1.6)
        text = label(f"scheme.chart_{key}", lang)
        ax.plot(x, y, "o", color=color, markersize=5, label=text)
    ax.axhline(0, color=INK, linewidth=1)
    ax.axvline(-0.5, color=DOWN, linestyle="--", linewidth=1.2, label=label("scheme.switch", lang))
    ax.set_xlabel(label("scheme.events_x", lang))
    _value_axis(result, ax, label("scheme.events_axis", lang, per=per(result.meta, lang)), lang)
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def _months(result: SchemeEffect, ax: "Axes", lang: str) -> None:
    """Draw the changed by month, and what is expected without the change."""
    table = result.months
    known = table["without_change"].notna()
    ax.plot(
        table["period"], table["observed"], color=ACTUAL, linewidth=2,
        label=label("scheme.chart_observed", lang),
    )  # fmt: skip
    if known.any():
        ax.plot(
            table["period"][known], table["without_change"][known], color=FORECAST, linewidth=1.6,
            linestyle="--", label=label("scheme.chart_expected", lang),
        )  # fmt: skip
    ax.axvline(
        result.meta.change, color=DOWN, linestyle=":", linewidth=1.4,
        label=label("scheme.switch", lang),
    )  # fmt: skip
    month_axis(ax, table["period"].tolist(), lang)
    words = {"outcome": column_label(result.meta.outcome, lang), "per": per(result.meta, lang)}
    _value_axis(result, ax, label("scheme.months_axis", lang, **words), lang)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))


def _value_axis(result: SchemeEffect, ax: "Axes", text: str, lang: str) -> None:
    """Write the outcome along y in its unit."""
    if result.meta.kind == "share":
        from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

        ax.yaxis.set_major_formatter(FuncFormatter(lambda v, _: percent(v)))
        ax.set_ylabel(text)
    elif result.meta.kind == "money":
        money_axis(ax, result.currency, lang)
        ax.set_ylabel(f"{text}, {result.currency}" if lang == "en" else text)
    else:
        count_axis(ax, text, lang)
    ax.set_yticks(inner_ticks(ax))


@draw.register(SchemeMoney)  # type: ignore[attr-defined,untyped-decorator]
def scheme_money(
    result: SchemeMoney, *, ax: "Axes | None" = None, lang: str = "en", **_: Any
) -> "Axes":
    """Draw margin gained, pay added and what is left, with the interval of the change."""
    rows = result.frame.set_index("figure").loc[["margin_gain", "pay_change", "net"]]
    amounts = rows["amount"] * np.array([1, -1, 1])
    ax = new_axes(ax, figsize=(8.0, 3.2))
    colors = [UP if amounts.iloc[0] >= 0 else DOWN, DOWN if amounts.iloc[1] < 0 else UP, TOTAL]
    ax.barh(range(3), amounts, height=0.55, color=colors)
    for y, (name, row) in enumerate(rows.iterrows()):
        value, end = float(amounts[name]), max(float(amounts[name]), 0.0)
        if row["status"] == "ok":
            ax.plot([row["low_end"], row["high_end"]], [y, y], color=INK, linewidth=1.4, marker="|")
            end = max(float(row["high_end"]), 0.0)
        write_beside(ax, money(value, lang, result.currency, signed=True), end, float(y), gap=8)
    ax.set_yticks(range(3), [label(f"figure.{n}", lang) for n in rows.index])
    ax.set_ylim(2.6, -0.6)
    low, high = ax.get_xlim()
    ax.set_xlim(low, high + 0.25 * (high - low))
    ax.axvline(0, color=INK, linewidth=1)
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x")
    ax.set_xticks(inner_ticks(ax, "x"))
    wrap_title(ax, result.headline(lang))
    return ax
