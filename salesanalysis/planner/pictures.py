"""The three pictures of the glance page: pay by completion, cost of a year, winners and losers."""

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.labels import label, percent, short, unit_of
from salesanalysis.planner.figures import people_title
from salesanalysis.planner.view import NOTABLE, View
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    GRID,
    INK,
    TOTAL,
    UP,
    text_width,
    wrap_title,
)
from salesanalysis.variance.names import fitted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Bins of a cost, and people up to whom bars have names.
_BINS, _NAMED = 48, 18
#: Part of a picture's width left of its axes, and letters of the longest name.
LEFT, _LONGEST = 0.125, 30


def curve(ax: "Axes", view: View, lang: str) -> None:
    """Draw pay by completion, now over before; the line breaks at a jump."""
    from matplotlib.ticker import PercentFormatter  # noqa: PLC0415

    if isinstance(view.curves, SalesAnalysisError):
        _nothing(ax, view.curve_headline(lang))
        return
    new, old = view.curves
    if not view.same:
        x, y = _broken(old)
        ax.plot(
            x,
            y,
            color=TOTAL,
            linewidth=1.5,
            linestyle="--",
            label=label("planner.legend.old", lang),
        )
    x, y = _broken(new)
    ax.plot(x, y, color=ACTUAL, linewidth=2, label=label("planner.legend.new", lang))
    ax.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    top = max(abs(v) for v in (*ax.get_ylim(), 1e-12))
    _steps(ax.yaxis)
    # no more decimals than steps need: longer ones push the words beside them off the picture
    ax.yaxis.set_major_formatter(PercentFormatter(1.0, int(top <= 0.05) + int(top <= 0.005)))
    ax.set_xlabel(label("axis.pay_completion", lang))
    ax.set_ylabel(label("axis.pay_share", lang))
    _finish(ax, view.curve_headline(lang), legend=not view.same)


@lru_cache(maxsize=8)  # the curve compared with stays while a slider moves
def _broken(result: Any) -> tuple[list[float], list[float]]:
    """Return a curve with an empty point between the two sides of a jump."""
    edges = set(result.jumps()["completion"])
    x, y = [], []
    frame = result.frame
    for at, side, share in zip(frame["completion"], frame["side"], frame["pay_share"], strict=True):
        if side == "at" and at in edges:
            x.append(at)
            y.append(float("nan"))
        x.append(at)
        y.append(share)
    return x, y


def cost(ax: "Axes", view: View, lang: str) -> None:
    """Draw how the cost of drawn years is spread, now over before, with mean and budget."""
    if isinstance(view.now, SalesAnalysisError):
        _nothing(ax, view.headline(lang))
        return
    both = (
        [view.now]
        if view.same or isinstance(view.before, SalesAnalysisError)
        else [view.before, view.now]
    )
    low = min(float(p.cost.min()) for p in both)
    high = max(float(p.cost.max()) for p in both)
    if high <= low:
        low, high = low - 1.0, high + 1.0
    edges = np.linspace(low, high, _BINS + 1)
    for priced in both:
        shares = np.histogram(priced.cost, edges)[0] / priced.cost.size
        if priced is view.now:
            look = {"fill": True, "color": ACTUAL, "alpha": 0.75}
            name = label("planner.legend.new", lang)
        else:
            look = {"fill": False, "color": TOTAL, "linewidth": 1.5, "linestyle": "--"}
            name = label("planner.legend.old", lang)
        _stairs(ax, shares, edges, label=name, **look)
    ax.axvline(view.now.expected, ymax=0.8, color=INK, linewidth=1.2)
    if view.budget is not None:
        ax.axvline(
            view.budget,
            color=DOWN,
            linewidth=2,
            linestyle="-.",
            label=label("planner.legend.budget", lang),
        )
    _money(ax, view, lang, "planner.axis.cost")
    ax.yaxis.set_major_formatter(lambda v, _: percent(v, 0 if ax.get_ylim()[1] > 0.04 else 1))
    _steps(ax.yaxis)
    ax.set_ylabel(label("planner.axis.years", lang))
    _finish(ax, view.cost_headline(lang), legend=len(both) > 1 or view.budget is not None)


def _stairs(ax: "Axes", values: Any, edges: Any, **look: Any) -> None:
    """Draw steps; `Axes.stairs` walks every corner as a curve to find the limits."""
    from matplotlib.patches import StepPatch  # noqa: PLC0415

    corners = np.array([[edges[0], min(values.min(), 0.0)], [edges[-1], max(values.max(), 0.0)]])
    flat = look.get("orientation") == "horizontal"
    patch = StepPatch(values, edges, **look)
    if flat:
        patch.sticky_edges.x.append(0.0)
    else:
        patch.sticky_edges.y.append(0.0)
    ax.add_artist(patch)
    ax.update_datalim(corners[:, ::-1] if flat else corners)
    ax.autoscale_view()


def people(ax: "Axes", view: View, lang: str) -> None:
    """Draw how everybody's pay changes, largest loss first; what it is where nothing changes."""
    frame = view.people
    title = people_title(view, lang)
    if not len(frame):
        _nothing(ax, title)
        return
    moves = bool(frame["change"].any())
    shown = frame if moves else frame.sort_values(["new_pay", "salesperson"], kind="stable")
    sizes = shown["change" if moves else "new_pay"].to_numpy()
    faint = moves & (np.abs(shown["change_growth"].to_numpy()) <= NOTABLE)
    up = UP if moves else ACTUAL
    if len(shown) <= _NAMED:
        colors = np.where(faint, TOTAL, np.where(sizes >= 0, up, DOWN))
        ax.barh(np.arange(len(shown)), sizes, color=list(colors), height=0.7)
        names = [view.crowd.terms.show("salesperson", n, lang) for n in shown["salesperson"]]
        _name_bars(ax, names)
    else:
        edges = np.arange(len(shown) + 1)
        for color, marked in ((up, sizes > 0), (DOWN, sizes < 0), (TOTAL, faint)):
            kept = np.where(marked, sizes, 0.0)  # grey last: over the small changes
            _stairs(ax, kept, edges, orientation="horizontal", fill=True, color=color)
        _steps(ax.yaxis)  # after bars with names their places would stay
        ax.tick_params(axis="y", labelsize=9)
        ax.yaxis.set_major_formatter(lambda v, _: short(v, lang))
        ax.set_ylabel(label("planner.axis.people" if moves else "planner.axis.level", lang))
    ax.axvline(0, color=INK, linewidth=0.8)
    _money(ax, view, lang, "planner.axis.change" if moves else "planner.axis.pay")
    _finish(ax, title, legend=False)


def _name_bars(ax: "Axes", names: list[str]) -> None:
    """Write the names beside their bars, as large as the rows are apart."""
    from matplotlib.ticker import FixedFormatter  # noqa: PLC0415

    size = min(7.0, 110 / len(names))
    ax.set_yticks(np.arange(len(names)))
    ax.yaxis.set_major_formatter(FixedFormatter(fitted(names, _LONGEST)))
    ax.tick_params(axis="y", labelsize=size)


def left_of(ax: "Axes") -> float:
    """Return the part of a picture's width that the names along its y axis need."""
    names = getattr(ax.yaxis.get_major_formatter(), "seq", ())
    if not names:
        return LEFT
    widest = max(map(text_width, names)) * ax.yaxis.get_tick_params()["labelsize"]
    inches = ax.figure.bbox.width / ax.figure.dpi
    return float(max(LEFT, (widest + 14) / (72 * inches)))


def _money(ax: "Axes", view: View, lang: str, key: str) -> None:
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    _steps(ax.xaxis)
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: short(v, lang)))
    ax.set_xlabel(label(key, lang, unit=unit_of(view.plan.head.currency, lang)))


def _steps(axis: Any) -> None:
    """Put ticks at ones, twos and fives: without decimals 2.5 % would read 2 %."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415

    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))


def _finish(ax: "Axes", title: str, *, legend: bool) -> None:
    """Title, grid, a legend where two things are drawn."""
    ax.grid(color=GRID)
    if legend:  # in a row above what is drawn
        low, high = ax.get_ylim()
        ax.set_ylim(low, high + 0.22 * (high - low))
        ax.legend(loc="upper left", fontsize=8, ncols=3)
    _title(ax, title)


def _nothing(ax: "Axes", title: str) -> None:
    """Leave the picture empty but for its sentence."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    _title(ax, title)


def _title(ax: "Axes", text: str) -> None:
    """Write the finding above the axes, smaller than on a page."""
    wrap_title(ax, text, room=0.92 - (left_of(ax) - LEFT))
    # a height of its own: else every draw measures all labels to find one
    ax.set_title(ax.get_title(loc="left"), y=1.0, fontsize=10)


DRAWN: dict[str, Callable[["Axes", View, str], None]] = {
    "curve": curve,
    "cost": cost,
    "people": people,
}
