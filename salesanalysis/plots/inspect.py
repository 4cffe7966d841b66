"""One series as actual, trend, season and remainder, and who commits too high or too low."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.forecast.inspection.leaning import BiasReport
from salesanalysis.forecast.inspection.result import Inspection
from salesanalysis.forecast.inspection.story import small
from salesanalysis.labels import count, growth, label, short, unit_of
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    GRID,
    INK,
    MAX_BARS,
    MUTED,
    draw,
    inner_ticks,
    month_axis,
    new_axes,
    style,
    wrap_title,
)
from salesanalysis.results import column_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Months drawn; older ones are in the table.
SHOWN_MONTHS = 120
_PARTS = ("value", "trend", "season", "remainder")


@draw.register(Inspection)  # type: ignore[attr-defined,untyped-decorator]
def parts(
    result: Inspection, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw actual, trend, season and remainder below each other; on axes given, actual and trend.

    A series too short for parts is drawn as it is. Odd months carry a ring, a change of level a
    dotted line.
    """
    table = result.to_frame().tail(SHOWN_MONTHS)
    split = bool(table["trend"].notna().any())
    axes = _stack(4) if ax is None and split else [new_axes(ax)]
    shown = _PARTS if len(axes) > 1 else ("value",)
    for part, one in zip(shown, axes, strict=True):
        _line(one, table, part, result, lang, **kwargs)
        if len(axes) > 1:
            one.get_lines()[0].set_label("_nolegend_")
    if split and len(axes) == 1:
        axes[0].plot(table["period"], table["trend"], color=INK, label=label("column.trend", lang))
    _marks(axes[0], table, result, lang)
    month_axis(axes[-1], list(table["period"]), lang)
    axes[0].figure.align_ylabels(axes)
    wrap_title(axes[0], result.headline(lang))
    return axes[0]


def _stack(n: int) -> "list[Axes]":
    """Return axes below each other that share their months."""
    import matplotlib.pyplot as plt  # noqa: PLC0415

    style()
    heights = [1.5, *[1.0] * (n - 1)]
    axes = plt.subplots(n, 1, sharex=True, figsize=(8.0, 7.4), height_ratios=heights)[1]
    return list(axes)


def _line(
    ax: "Axes", table: pd.DataFrame, part: str, result: Inspection, lang: str, **kwargs: Any
) -> None:
    """Draw one part with its unit."""
    name = label("fan.actual", lang) if part == "value" else column_label(part, lang)
    if part == "remainder":
        ax.vlines(table["period"], 0, table[part], color=MUTED, lw=1.6)
        ax.axhline(0, color=MUTED, lw=0.8)
    else:
        color = {"value": ACTUAL, "trend": INK, "season": ACTUAL}[part]
        marker = "o" if len(table) < 3 * result.season else None
        look: dict[str, Any] = {"color": color, "marker": marker, "ms": 3}
        ax.plot(table["period"], table[part], label=name, **look, **kwargs)
    _amount_axis(ax, result, name, lang)


def _amount_axis(ax: "Axes", result: Inspection, part: str, lang: str) -> None:
    """Write amounts along y, also those of cents, with few ticks and the unit."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    reach = max(ax.get_ylim()) - min(ax.get_ylim())
    # house style has no decimals below 1,000: ticks of a narrow axis would all read alike

    def write(value: float, _: object = None) -> str:
        return short(value, lang) if reach >= 20 else small(value, reach)

    ax.yaxis.set_major_locator(MaxNLocator(nbins=4, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(write))
    unit = unit_of(result.currency, lang)
    text = label("axis.part", lang, part=part, unit=unit)
    ax.set_ylabel(label("axis.part_bare", lang, part=part) if result.counts else text)
    ax.set_yticks(inner_ticks(ax))


def _marks(ax: "Axes", table: pd.DataFrame, result: Inspection, lang: str) -> None:
    """Ring odd months, mark a change of level, and name both."""
    odd = table[table["status"] == "odd_month"]
    if len(odd):
        text = label("inspect.mark_odd", lang)
        ax.plot(odd["period"], odd["value"], "o", mfc="none", mec=DOWN, mew=1.6, ms=9, label=text)
    if result.break_month is not None:
        text = label("inspect.mark_break", lang)
        for one in ax.figure.axes if ax.get_subplotspec() else [ax]:
            named = text if one is ax else "_nolegend_"
            one.axvline(result.break_month, color=DOWN, ls=":", lw=1.4, label=named)
    if set(ax.get_legend_handles_labels()[1]) - {label("fan.actual", lang)}:
        ax.figure.legend(loc="outside lower center", ncols=4)


@draw.register(BiasReport)  # type: ignore[attr-defined,untyped-decorator]
def leaning(
    result: BiasReport, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw how far commits lie above or below actual, the largest sums first, at most 12 bars.

    Full bars are leans that chance hardly explains, pale ones may be chance; from the twelfth
    person on the rest is one bar.
    """
    table = result.to_frame()
    table = table[table["status"] == "ok"]
    shown = len(table) if len(table) <= MAX_BARS else MAX_BARS - 1
    rest = table.iloc[shown:]
    over, n = [*table["over_growth"][:shown]], [*table["n_months"][:shown]]
    names = result.names(table.iloc[:shown], lang)
    sure = [*table["verdict"][:shown].isin(["optimist", "sandbagger"])]
    if len(rest):
        over.append(float((rest["commit"] - rest["actual"]).sum() / rest["actual"].abs().sum()))
        n.append(int(rest["n_months"].sum()))
        names.append(label("word.other_n", lang, n=len(rest)))
        sure.append(False)
    ax = new_axes(ax, figsize=(8.0, 1.8 + 0.34 * max(len(names), 1)))
    for certain in (True, False):
        rows = [i for i, s in enumerate(sure) if s == certain]
        if rows:
            text = label("bias.bar_sure" if certain else "bias.bar_unsure", lang)
            colors = [(DOWN if over[i] > 0 else ACTUAL) if certain else GRID for i in rows]
            edge = [DOWN if over[i] > 0 else ACTUAL for i in rows]
            ax.barh(rows, [100 * over[i] for i in rows], 0.62, color=colors, edgecolor=edge,
                    label=text, **kwargs)  # fmt: skip
    for i, (value, months) in enumerate(zip(over, n, strict=True)):
        words = label("bias.bar", lang, over=growth(value), n=count(months))
        # right of the axes, where no bar can reach
        ax.text(1.01, i, words, transform=ax.get_yaxis_transform(), va="center", fontsize=9,
                color=MUTED)  # fmt: skip
    ax.axvline(0, color=INK, lw=0.8)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(max(len(names), 1) - 0.4, -0.6)
    ax.set_xlabel(label("axis.over", lang))
    ax.grid(visible=False, axis="y")
    ax.set_xticks(inner_ticks(ax, "x"))
    if names:
        ax.figure.legend(loc="outside lower center", ncols=2)
    wrap_title(ax, result.headline(lang), room=_room(names))
    return ax


def _room(names: list[str]) -> float:
    """Return the part of the figure's width that names along y leave to the title."""
    longest = max((sum(1 + (ord(c) > 0x2E7F) for c in name) for name in names), default=0)
    return float(max(0.4, 0.94 - 0.0085 * longest))
