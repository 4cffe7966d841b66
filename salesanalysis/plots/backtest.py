"""The error of every method beside last year's, and the difference of two with its bounds."""

from typing import TYPE_CHECKING, Any

from salesanalysis.forecast.scoring import story
from salesanalysis.forecast.scoring.backtest import Backtest
from salesanalysis.forecast.scoring.compare import Comparison, capital, method_name
from salesanalysis.forecast.scoring.entrants import FLOOR
from salesanalysis.labels import exact, label
from salesanalysis.plots.base import (
    ACTUAL,
    FORECAST,
    INK,
    MAX_BARS,
    MUTED,
    draw,
    new_axes,
    wrap_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Backtest)  # type: ignore[attr-defined,untyped-decorator]
def errors(result: Backtest, *, ax: "Axes | None" = None, lang: str = "en", **_: Any) -> "Axes":
    """Draw one bar a method for the smallest units, the best on top, last year's as a line."""
    measure = story.measure_of(result)
    rows = story.leaf_rows(result)[measure].dropna()
    shown = rows.sort_values(kind="stable").head(MAX_BARS)
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.42 * max(len(shown), 1)))
    best = story.best_of(result)
    colors = [ACTUAL if m == best else MUTED if m == FLOOR else FORECAST for m in shown.index]
    ax.barh(range(len(shown)), shown, height=0.62, color=colors)
    ax.set_yticks(range(len(shown)), [capital(method_name(m, lang)) for m in shown.index])
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    top = float(max(shown.max(), 1e-9)) if len(shown) else 1.0
    for at, value in enumerate(shown):
        ax.text(value + 0.01 * top, at, exact(value), va="center", fontsize=9, color=INK)
    ax.set_xlim(0, top * 1.12)
    if FLOOR in shown.index:
        ax.axvline(shown[FLOOR], color=MUTED, linestyle=":", zorder=0)
    ax.set_xlabel(label("backtest.axis", lang, measure=label(f"measure.{measure}", lang)))
    wrap_title(ax, result.headline(lang), room=0.68)
    return ax


@draw.register(Comparison)  # type: ignore[attr-defined,untyped-decorator]
def difference(
    result: Comparison, *, ax: "Axes | None" = None, lang: str = "en", **_: Any
) -> "Axes":
    """Draw the difference with its bounds beside 0; without bounds the difference alone."""
    row = result.figures.set_index("measure").loc[result.measure]
    ax = new_axes(ax, figsize=(8.0, 2.2))
    if row["status"] == "ok":
        ax.plot([row["low"], row["high"]], [0, 0], color=FORECAST, linewidth=6, zorder=2)
    ax.plot([row["difference"]], [0], "o", color=ACTUAL, zorder=3)
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_ylim(-1, 1)
    ax.margins(x=0.2)
    ax.set_yticks([])
    words = label("comparison.axis", lang, measure=label(f"measure.{result.measure}", lang))
    ax.set_xlabel(words)
    wrap_title(ax, result.headline(lang))
    return ax
