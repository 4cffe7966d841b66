"""The unit along an axis of a bridge, and the small print below it."""

from itertools import pairwise
from typing import TYPE_CHECKING

from salesanalysis.labels import percent
from salesanalysis.plots.base import _advance, _tokens, count_axis, money_axis
from salesanalysis.results import column_label
from salesanalysis.variance import Bridge
from salesanalysis.variance.names import effect_name
from salesanalysis.variance.rounded import Scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SIZE = 8


def axis_of_amounts(
    ax: "Axes", result: Bridge, lang: str, *, which: str, scale: Scale | None = None
) -> None:
    """Write the unit along the axis of amounts: money, pieces or percent.

    With `scale` its ticks have the unit of the bars' labels.
    """
    if result.meta.kind == "money":
        money_axis(ax, result.currency, lang, which=which)
    else:
        name = result.meta.measure
        text = effect_name(name, lang) if "/" in name else column_label(name, lang)
        count_axis(ax, text, lang, which=which)
    if result.meta.kind == "share":
        percent_ticks(ax, which=which)
    elif scale is not None:
        one_unit(ax, scale, which=which)


def percent_ticks(ax: "Axes", *, which: str) -> None:
    """Write the ticks of an axis in percent, with as many decimals as tell them apart."""
    axis = ax.xaxis if which == "x" else ax.yaxis

    def told(value: float, _: float) -> str:
        gap = min((b - a for a, b in pairwise(axis.get_ticklocs())), default=1.0)
        points = 100 * abs(gap)
        enough = (d for d in range(1, 7) if abs(points - round(points, d)) < 1e-3 * points)
        return percent(value, next(enough, 6))

    axis.set_major_formatter(told)


def one_unit(ax: "Axes", scale: Scale, *, which: str) -> None:
    """Write the ticks of an axis in the unit of a picture's labels."""
    axis = ax.xaxis if which == "x" else ax.yaxis

    def told(value: float, _: float) -> str:
        places = axis.get_ticklocs()
        gap = min((b - a for a, b in pairwise(places)), default=abs(value))
        return scale.tick(value, float(f"{gap:.6g}"))

    axis.set_major_formatter(told)


def small_print(ax: "Axes", text: str, *, keep: bool = False, room: float = 0.7) -> None:
    """Write `text` below the axis in lines of its width, after the unit where `keep`."""
    points = float(ax.figure.bbox.width / ax.figure.dpi) * 72 * room
    lines = broken(text, points)
    first = [ax.get_xlabel()] if keep and ax.get_xlabel() else []
    ax.set_xlabel("\n".join([*first, *lines]), loc="left", fontsize=SIZE)


def broken(text: str, points: float, size: float = SIZE) -> list[str]:
    """Break text of a size into lines of a width, both in points."""
    lines, line, used = [], "", 0.0
    for token in _tokens(text):
        wide = size * sum(_advance(c) for c in token)
        if line and used + wide > points:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + token, used + wide
    return [*lines, line.rstrip()]
