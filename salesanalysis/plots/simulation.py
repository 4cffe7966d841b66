"""What a plan costs: the spread of the cost over many draws, and who may expect how much."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.incentives.simulate import ExpectedPay, Simulation
from salesanalysis.labels import count, label, percent, short
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    INK,
    MAX_BARS,
    TOTAL,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Classes of a histogram, fewest and most.
CLASSES = (8, 26)


@draw.register(Simulation)  # type: ignore[attr-defined,untyped-decorator]
def cost(result: Simulation, *, ax: "Axes | None" = None, lang: str = "en", **_: Any) -> "Axes":
    """Draw how often each cost comes out, nine of ten years in full colour, the mean marked."""
    ax = new_axes(ax)
    pay = result.draws["pay"].to_numpy("float64")
    low, high = result.quantile(0.05), result.quantile(0.95)
    edges = _edges(pay, low, high)
    # the few beyond the last class shown are counted in it
    shares = np.histogram(np.clip(pay, edges[0], edges[-1]), edges)[0] / pay.size
    inside = (edges[:-1] >= low - 1e-9) & (edges[1:] <= high + 1e-9)
    for chosen, color, key in ((inside, ACTUAL, "inside"), (~inside, FORECAST, "outside")):
        if chosen.any():
            ax.bar(
                edges[:-1][chosen], shares[chosen], np.diff(edges)[chosen], align="edge",
                color=color, edgecolor="white", linewidth=0.6,
                label=label(f"simulation.chart.{key}", lang),
            )  # fmt: skip
    marks = (("mean", result.cost, INK, "-"), ("p95", high, DOWN, "--"), ("p5", low, TOTAL, ":"))
    for key, value, color, line in marks:
        text = label(f"simulation.chart.{key}", lang, value=short(value, lang))
        ax.axvline(value, color=color, linestyle=line, linewidth=1.5, label=text)
    money_axis(ax, result.currency, lang, which="x", key="axis.cost")
    ax.set_xticks(inner_ticks(ax, "x"))
    ticks = inner_ticks(ax)
    ax.set_yticks(ticks, [percent(t, 0) for t in ticks])
    ax.set_ylabel(label("simulation.chart.axis", lang))
    ax.grid(visible=False, axis="x")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax


def _edges(values: np.ndarray, low: float, high: float) -> np.ndarray:
    """Return class limits; both ends of the nine years in ten are among them."""
    n = int(np.clip(np.sqrt(values.size) * 0.6, *CLASSES))
    width = (high - low) / n or max(abs(high) * 0.01, 1.0)
    first, last = float(values.min()), float(values.max())
    below = low - np.arange(np.ceil((low - first) / width), 0, -1) * width
    inner = np.linspace(low, low + n * width, n + 1)
    above = inner[-1] + np.arange(1, np.ceil((last - inner[-1]) / width) + 1) * width
    edges = np.concatenate([below, inner, above])
    reach = (1.2 * n + 1) * width  # far tails would flatten the middle
    shown: np.ndarray = edges[(edges >= low - reach) & (edges <= inner[-1] + reach)]
    return shown


@draw.register(ExpectedPay)  # type: ignore[attr-defined,untyped-decorator]
def people(result: ExpectedPay, *, ax: "Axes | None" = None, lang: str = "en", **_: Any) -> "Axes":
    """Draw the highest expected pays, the rest as one mean."""
    table = result.people.sort_values(["pay_mean", "salesperson"], ascending=[False, True])
    shown, rest = table.head(MAX_BARS - 1), table.iloc[MAX_BARS - 1 :]
    names = [result.terms.show("salesperson", n, lang) for n in shown["salesperson"]]
    values = shown["pay_mean"].tolist()
    if len(rest):
        names.append(label("simulation.chart.others", lang, n=count(len(rest))))
        values.append(float(rest["pay_mean"].mean()))
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.32 * len(names)))
    colors = [ACTUAL] * len(shown) + [TOTAL] * (len(names) - len(shown))
    ax.barh(range(len(names)), values, color=colors, height=0.62)
    for row, value in enumerate(values):
        write_beside(ax, short(value, lang), max(value, 0.0), row)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(min(0.0, *values), (max(values) or 1.0) * 1.18)
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x", key="axis.expected_pay")
    ax.set_xticks(inner_ticks(ax, "x"))
    wrap_title(ax, result.headline(lang), room=0.7)
    return ax
