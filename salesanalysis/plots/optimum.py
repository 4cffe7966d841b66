"""The plan found beside today's: pay of one person over completion, and the frontier of budgets."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.optimum import EffortOptimum, Frontier, Optimum
from salesanalysis.labels import label, short
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    INK,
    MUTED,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Optimum)  # type: ignore[attr-defined,untyped-decorator]
def old_and_new(
    result: Optimum, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw pay over completion under today's plan and the one found, with the points looked at."""
    from matplotlib.ticker import PercentFormatter  # noqa: PLC0415

    ax = new_axes(ax)
    curve = result.curve
    for name, color, thick in (("old", MUTED, 1.5), ("new", ACTUAL, 2.2)):
        word = label(f"optimum.chart.{name}", lang)
        ax.plot(
            curve["completion"], curve[name], color=color, linewidth=thick, label=word, **kwargs
        )
    labelled, width = -1.0, float(curve["completion"].max())
    for point, at in (("p10", result.p10), ("p50", result.p50), ("p90", result.p90)):
        pay = result.figure(f"pay_{point}")
        ax.axvline(at, color=DOWN, linewidth=0.8, linestyle=":")
        ax.plot([at], [pay], "o", color=ACTUAL)
        if at - labelled < 0.1 * width:  # results that lie close: their labels would overlap
            continue
        labelled = at
        place = ax.get_xaxis_transform()  # along the upper end of the line, clear of the curves
        ax.annotate(f"{point.upper()}\n{short(pay, lang)}", (at, 1.0), xycoords=place,
                    xytext=(-5, -2), textcoords="offset points", ha="right", va="top",
                    fontsize=9, color=INK)  # fmt: skip
    ax.set_xlim(0, width)
    ax.set_ylim(bottom=min(0.0, float(curve[["old", "new"]].min().min())))
    money_axis(ax, result.currency, lang, key="optimum.axis.pay")
    ax.xaxis.set_major_formatter(PercentFormatter(1.0))
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.set_yticks(inner_ticks(ax))
    ax.set_xlabel(label("axis.pay_completion", lang))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(Frontier)  # type: ignore[attr-defined,untyped-decorator]
def goal_by_budget(
    result: Frontier, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what every budget buys, with today's plan as one point."""
    ax = new_axes(ax)
    best = result.best()
    if best.empty:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        wrap_title(ax, result.headline(lang))
        return ax
    word = label("optimum.chart.new", lang)
    ax.plot(best["budget"], best["goal"], "o-", color=ACTUAL, linewidth=2, label=word, **kwargs)
    word = label("optimum.chart.old", lang)
    ax.plot([result.today], [result.today_goal], "D", color=DOWN, label=word)
    money_axis(ax, result.currency, lang, which="x", key="frontier.axis.budget")
    money_axis(ax, result.currency, lang, key=f"frontier.axis.{result.objective}")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(EffortOptimum)  # type: ignore[attr-defined,untyped-decorator]
def gain_with_response(
    result: EffortOptimum, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what more than today is left: by the linear program without response, and with it."""
    ax = new_axes(ax)
    net = result.measures.set_index("side")["net"]
    gain = (net - net["old"]).drop("old")
    colors = [ACTUAL if side == "new" else MUTED for side in gain.index]
    ax.barh(range(len(gain)), gain, height=0.55, color=colors, **kwargs)
    ax.axvline(0, color=INK, linewidth=0.8)
    names = [label(f"optimum.effort.side.{side}", lang) for side in gain.index]
    ax.set_yticks(range(len(gain)), names)
    ax.set_ylim(-0.7, len(gain) - 0.3)
    if not gain.any():
        ax.set_xlim(-1, 1)
    money_axis(ax, result.currency, lang, which="x", key="optimum.effort.axis")
    wrap_title(ax, result.headline(lang))
    return ax
