"""Behaviour: rates and what they leave, who gives up, edges, bunching, the ratchet."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.incentives.behaviour import (
    BonusEffort,
    Bunching,
    EffortCost,
    GamingExposure,
    LinearPay,
    PlanEffort,
    Ratchet,
    Studies,
)
from salesanalysis.labels import label, money, percent, unit_of
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    INK,
    MAX_BARS,
    MUTED,
    YELLOW,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(LinearPay)  # type: ignore[attr-defined,untyped-decorator]
def surplus(result: LinearPay, *, ax: "Axes | None" = None, lang: str = "en", **_: Any) -> "Axes":
    """Draw what is left over at every rate, the best one marked."""
    ax = new_axes(ax)
    frame = result.frame
    ax.plot(frame["rate"], frame["surplus"], color=ACTUAL, linewidth=2)
    best = float(frame.loc[(frame["rate"] - result.rate).abs().idxmin(), "surplus"])
    ax.plot([result.rate], [best], "o", color=DOWN)
    ax.annotate(
        f"{label('effort.chart_best', lang)} {percent(result.rate)}", (result.rate, best),
        xytext=(0, -16), textcoords="offset points", fontsize=9, color=INK, ha="center",
    )  # fmt: skip
    _percent_axis(ax, "x")
    ax.set_xlabel(label("effort.axis_rate", lang))
    ax.set_ylabel(label("effort.axis_surplus", lang))
    ax.set_yticks(inner_ticks(ax))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(BonusEffort)  # type: ignore[attr-defined,untyped-decorator]
def effort_by_gap(
    result: BonusEffort, *, ax: "Axes | None" = None, lang: str = "en", **_: Any
) -> "Axes":
    """Draw effort over the gap to the quota; those who give up in another colour and shape."""
    ax = new_axes(ax)
    for lost, color, mark in ((False, ACTUAL, "o"), (True, DOWN, "X")):
        part = result.frame[result.frame["gives_up"] == lost]
        if len(part):
            name = label("column.gives_up" if lost else "column.effort", lang)
            ax.plot(part["gap"], part["effort"], mark, color=color, markersize=5, label=name)
    ax.set_xlabel(label("effort.axis_gap", lang))
    ax.set_ylabel(label("effort.axis_effort", lang))
    for which in ("x", "y"):
        _inner(ax, which)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(PlanEffort)  # type: ignore[attr-defined,untyped-decorator]
def effort_by_place(
    result: PlanEffort, *, ax: "Axes | None" = None, lang: str = "en", **_: Any
) -> "Axes":
    """Draw extra attainment over the attainment expected, one point per person."""
    ax = new_axes(ax)
    ax.plot(
        result.frame["expected_rate"], result.frame["effort_rate"], "o", color=ACTUAL, markersize=4
    )
    ax.axhline(0, color=INK, linewidth=1)
    _percent_axis(ax, "x")
    _percent_axis(ax, "y", decimals=1)
    ax.set_xlabel(label("effort.axis_expected", lang))
    ax.set_ylabel(label("effort.axis_extra", lang))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(GamingExposure)  # type: ignore[attr-defined,untyped-decorator]
def stakes(
    result: GamingExposure, *, ax: "Axes | None" = None, lang: str = "en", **_: Any
) -> "Axes":
    """Draw the pay at stake at each edge, the largest on top."""
    shown = result.frame.head(MAX_BARS)
    ax = new_axes(ax, figsize=(8.0, 2.0 + 0.4 * max(len(shown), 1)))
    if not len(shown):
        return _empty(ax, result.headline(lang))
    rows = range(len(shown))
    colors = [DOWN if kind == "jump" else YELLOW for kind in shown["kind"]]
    ax.barh(rows, shown["at_stake"], color=colors, height=0.6)
    for row, size in zip(rows, shown["at_stake"], strict=True):
        write_beside(ax, money(size, lang, result.currency), size, row)
    names = [
        f"{percent(edge)} · {label(f'kind.{kind}', lang)}"
        for edge, kind in zip(shown["edge_rate"], shown["kind"], strict=True)
    ]
    ax.set_yticks(rows, names)
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xlim(0, max(float(shown["at_stake"].max()), 1.0) * 1.25)
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x")
    ax.set_xlabel(label("gaming.axis", lang, unit=unit_of(result.currency, lang)))
    ax.set_xticks(inner_ticks(ax, "x"))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(Bunching)  # type: ignore[attr-defined,untyped-decorator]
def classes(result: Bunching, *, ax: "Axes | None" = None, lang: str = "en", **_: Any) -> "Axes":
    """Draw results per class, those near the edge apart, and the smooth distribution."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    ax = new_axes(ax)
    frame = result.frame
    middle = (frame["from_rate"] + frame["to_rate"]) / 2
    for near, color, key in ((False, FORECAST, "seen"), (True, YELLOW, "near")):
        part = (frame["inside"] == near).to_numpy()
        ax.bar(
            middle[part], frame["n_results"][part], width=0.9 * result.width, color=color,
            label=label(f"bunching.chart_{key}", lang),
        )  # fmt: skip
    if result.status == "ok":
        ax.plot(
            middle, frame["n_smooth"], color=INK, linewidth=1.6,
            label=label("bunching.chart_smooth", lang),
        )  # fmt: skip
    ax.axvline(result.edge, color=DOWN, linestyle="--", linewidth=1.2)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    _percent_axis(ax, "x")
    _inner(ax, "y")
    ax.set_xlabel(label("bunching.axis_x", lang))
    ax.set_ylabel(label("bunching.axis", lang))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(Ratchet)  # type: ignore[attr-defined,untyped-decorator]
def worth_of_a_sale(
    result: Ratchet, *, ax: "Axes | None" = None, lang: str = "en", **_: Any
) -> "Axes":
    """Draw what a sale is worth over the share that goes into the next quota."""
    ax = new_axes(ax)
    frame = result.frame
    for column, color, key in (("now_rate", MUTED, "now"), ("worth_rate", ACTUAL, "worth")):
        ax.plot(frame["carried_rate"], frame[column], color=color, linewidth=2,
                label=label(f"ratchet.chart_{key}", lang))  # fmt: skip
    row = result.at(result.carried)
    ax.plot([row["carried_rate"]], [row["worth_rate"]], "o", color=DOWN)
    low, high = ax.get_ylim()
    ax.set_ylim(min(low, 0.0), high)
    _percent_axis(ax, "x")
    _percent_axis(ax, "y", decimals=1)
    ax.set_xlabel(label("ratchet.axis_x", lang))
    ax.set_ylabel(label("ratchet.axis", lang))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(Studies)  # type: ignore[attr-defined,untyped-decorator]
def ranges(result: Studies, *, ax: "Axes | None" = None, lang: str = "en", **_: Any) -> "Axes":
    """Draw the ranges found elsewhere, where a study gives a figure."""
    known = result.frame[result.frame["status"] == "ok"]
    ax = new_axes(ax, figsize=(8.0, 2.6))
    for row, (low, high) in enumerate(zip(known["low_share"], known["high_share"], strict=True)):
        ax.plot([low, high], [row, row], "o-", color=ACTUAL, linewidth=6, markersize=6)
        text = percent(low) if low == high else f"{percent(low)} – {percent(high)}"
        write_beside(ax, text, high, float(row), gap=10)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(range(len(known)), [label(f"study.short_{c}", lang) for c in known["study"]])
    ax.set_ylim(len(known) - 0.4, -0.6)
    ax.set_xlim(-0.03, 0.12)
    _percent_axis(ax, "x")
    wrap_title(ax, result.headline(lang))
    return ax


def _percent_axis(ax: "Axes", which: str, *, decimals: int = 0) -> None:
    """Write shares along an axis."""
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    axis = ax.xaxis if which == "x" else ax.yaxis
    low, high = sorted(ax.get_xlim() if which == "x" else ax.get_ylim())
    digits = decimals if high - low > 0.02 else 2
    axis.set_major_formatter(FuncFormatter(lambda v, _: percent(v, digits)))
    _inner(ax, which)


def _inner(ax: "Axes", which: str) -> None:
    """Keep the ticks inside the view."""
    ticks = np.array(inner_ticks(ax, which))
    (ax.set_xticks if which == "x" else ax.set_yticks)(ticks)


def _empty(ax: "Axes", title: str) -> "Axes":
    """Draw nothing but the finding."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    wrap_title(ax, title)
    return ax


@draw.register(EffortCost)  # type: ignore[attr-defined,untyped-decorator]
def cost_with_and_without(
    result: EffortCost, *, ax: "Axes | None" = None, lang: str = "en", **_: Any
) -> "Axes":
    """Draw the middle nine tenths of the cost, and its mean, without and with response."""
    ax = new_axes(ax, figsize=(8.0, 2.8))
    for row, (low, mean, high) in enumerate(
        result.frame[["pay_p05", "pay", "pay_p95"]].itertuples(index=False)
    ):
        ax.plot([low, high], [row, row], color=ACTUAL if row else MUTED, linewidth=6)
        ax.plot([mean], [row], "o", color=INK, markersize=5)
        write_beside(ax, money(mean, lang, result.currency), high, float(row), gap=10)
    names = [label(f"effort.chart_{name}", lang) for name in result.frame["response"]]
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(1.6, -0.6)
    low, high = ax.get_xlim()
    ax.set_xlim(min(low, 0.0), high + 0.2 * (high - min(low, 0.0)))
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x")
    ax.set_xticks(inner_ticks(ax, "x"))
    wrap_title(ax, result.headline(lang))
    return ax
