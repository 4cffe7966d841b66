"""What a plan costs: the distribution, at results of the company, per unit of sales, by spread."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.outlook import Convexity, CostAtResult, CostDistribution, CostOfSales
from salesanalysis.labels import growth, label, money, percent
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    INK,
    MAX_BARS,
    MUTED,
    TARGET,
    YELLOW,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.plots.outlook_parts import nothing, percent_axis
from salesanalysis.plots.units import amounts_along, height, unit_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(CostDistribution)  # type: ignore[attr-defined,untyped-decorator]
def cost_bars(
    result: CostDistribution, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the share of draws by cost, with P5, median, P95 and the budget as lines."""
    ax = new_axes(ax)
    bins, over = result.bins, result.budget
    colors = [DOWN if over is not None and s >= over else FORECAST for s in bins["start"]]
    share = bins["n_draws"] / result.n_draws
    width = bins["end"] - bins["start"]
    ax.bar(bins["start"], share, width=width, align="edge", color=colors, edgecolor="white",
           linewidth=0.4, **kwargs)  # fmt: skip
    for name, dash in (("p5", ":"), ("p50", "-"), ("p95", ":")):
        value = result.value(name)
        text = f"{label(f'statistic.{name}', lang)} {money(value, lang, result.currency)}"
        ax.axvline(value, color=INK, linestyle=dash, linewidth=1.4, label=text)
    if over is not None:
        text = f"{label('outlook.axis.budget', lang)} {money(over, lang, result.currency)}"
        ax.axvline(over, color=DOWN, linestyle="--", linewidth=1.6, label=text)
    ax.set_ylim(0, float(share.max()) * 1.1)
    percent_axis(ax, "y")
    money_axis(ax, result.currency, lang, which="x", key="outlook.axis.cost")
    ax.set_xticks(inner_ticks(ax, "x") if len(bins) > 1 else [result.value("p50")])
    ax.set_yticks(inner_ticks(ax))
    ax.set_ylabel(label("outlook.axis.draws", lang))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.7)
    return ax


@draw.register(CostAtResult)  # type: ignore[attr-defined,untyped-decorator]
def cost_line(
    result: CostAtResult, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the expected cost over the result of the company, moved worlds as open dots."""
    ax = new_axes(ax)
    known = result.known()
    if known.empty:
        return nothing(ax, result.headline(lang))
    ax.plot(known["company_share"], known["amount"], color=ACTUAL, linewidth=1.6, **kwargs)
    for status, face in (("from_draws", ACTUAL), ("shifted", "white")):
        part = known[known["status"] == status]
        if len(part):
            ax.plot(part["company_share"], part["amount"], "o", color=ACTUAL, markerfacecolor=face,
                    markersize=7, label=label(f"status.{status}", lang))  # fmt: skip
    for _, row in known.iterrows():
        at = row["company_share"], row["amount"]
        ax.annotate(money(row["amount"], lang, result.currency), at,
                    xytext=(0, 9), textcoords="offset points", ha="center", fontsize=9,
                    color=INK)  # fmt: skip
    ax.set_xlim(
        float(known["company_share"].min()) - 0.04, float(known["company_share"].max()) + 0.04
    )
    top = float(known["amount"].max())
    ax.set_ylim(min(0.0, float(known["amount"].min())), top * 1.18 if top > 0 else 1.0)
    ax.set_xticks(known["company_share"], [percent(v, 0) for v in known["company_share"]])
    money_axis(ax, result.currency, lang, key="outlook.axis.cost")
    ax.set_yticks(inner_ticks(ax))
    ax.set_xlabel(label("outlook.axis.company", lang))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.7)
    return ax


@draw.register(CostOfSales)  # type: ignore[attr-defined,untyped-decorator]
def cost_of_sales(
    result: CostOfSales, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw pay per unit of sales, company first, with its span in nine years out of ten."""
    whole = result.frame.head(1)
    rows = [*whole.to_dict("records"), *result.regions().head(MAX_BARS - 1).to_dict("records")]
    rows = [row for row in rows if row["status"] == "estimated"]
    if not rows:
        return nothing(new_axes(ax), result.headline(lang))
    ax = new_axes(ax, figsize=height(len(rows)))
    names = [
        label("level.company", lang)
        if row["level"] == "company"
        else result.terms.show("region", row["region"], lang)
        for row in rows
    ]
    at = range(len(rows))
    colors = [TARGET, *[ACTUAL] * (len(rows) - 1)]
    ax.hlines(at, [r["low_share"] for r in rows], [r["high_share"] for r in rows], color=MUTED,
              linewidth=2)  # fmt: skip
    ax.scatter([r["cost_share"] for r in rows], at, s=46, color=colors, zorder=3, **kwargs)
    for y, row in enumerate(rows):
        write_beside(ax, percent(row["cost_share"], 2), row["high_share"], float(y), gap=8)
    unit_rows(ax, names)
    low, high = min(r["low_share"] for r in rows), max(r["high_share"] for r in rows)
    room = max(high - low, 0.01)
    ax.set_xlim(low - 0.1 * room, high + 0.3 * room)
    percent_axis(ax, "x", decimals=1)
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.set_xlabel(label("outlook.axis.cost_share", lang))
    wrap_title(ax, result.headline(lang), room=0.75)
    return ax


@draw.register(Convexity)  # type: ignore[attr-defined,untyped-decorator]
def convexity_bars(
    result: Convexity, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw pay at the expected result and what the spread of results adds to it."""
    shown = result.frame[result.frame["status"] == "calculated"]
    if shown.empty:
        return nothing(new_axes(ax), result.headline(lang))
    ax = new_axes(ax, figsize=height(len(shown)))
    at = range(len(shown))
    certain, extra = shown["certain_amount"], shown["extra_amount"]
    ax.barh(at, certain, height=0.55, color=FORECAST, label=label("column.certain_amount", lang),
            **kwargs)  # fmt: skip
    ax.barh(at, extra, left=certain, height=0.55, color=YELLOW,
            label=label("outlook.axis.spread", lang))  # fmt: skip
    for y, row in enumerate(shown.to_dict("records")):
        amount = money(row["expected_amount"], lang, result.currency)
        text = f"{amount} ({growth(row['extra_growth'])})"
        write_beside(ax, text, max(row["expected_amount"], row["certain_amount"]), float(y), gap=6)
    unit_rows(ax, [label(f"way.{way}", lang) for way in shown["way"]])
    amounts_along(ax, [*certain, *shown["expected_amount"]], result.currency, lang, room=1.5)
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.65)
    return ax
