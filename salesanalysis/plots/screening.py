"""Factors as dots with their intervals, the strongest on top."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.labels import count, label, percent
from salesanalysis.plots.base import ACTUAL, INK, MAX_BARS, MUTED, draw, new_axes, wrap_title
from salesanalysis.plots.beside import write_beside
from salesanalysis.results import column_label
from salesanalysis.variance.screening.result import Screen
from salesanalysis.variance.screening.words import clear, signed

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Screen)  # type: ignore[attr-defined,untyped-decorator]
def factor_dots(
    result: Screen, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw a dot per factor; full where the link is beyond chance, hollow where it is not."""
    table = result.frame
    many = len(table) > MAX_BARS
    rows = table.head(MAX_BARS - 1 if many else MAX_BARS).to_dict("records")
    ax = new_axes(ax, figsize=(8.5, 1.9 + 0.42 * (len(rows) + many)))
    sure = {row["candidate"] for row in clear(result)}
    for y, row in enumerate(rows):
        _dot(ax, row, float(y), lang, sure=row["candidate"] in sure, **kwargs)
    names = [column_label(row["candidate"], lang) for row in rows]
    if many:
        names.append(label("word.other_n", lang, n=count(len(table) - len(rows))))
    ax.axvline(0, color=INK, linewidth=1)
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(-1.05, 1.75)
    ax.set_xticks([-1, -0.5, 0, 0.5, 1], ["-1", "-0.5", "0", "0.5", "1"])
    ax.grid(visible=False, axis="y")
    value = column_label(result.meta.value, lang)
    words = {"value": value, "level": percent(result.meta.level, 0)}
    ax.set_xlabel(label("axis.rank_correlation", lang, **words))
    wrap_title(ax, result.headline(lang))
    return ax


def _dot(
    ax: "Axes", row: dict[str, Any], y: float, lang: str, *, sure: bool, **kwargs: Any
) -> None:
    """Draw one factor, with its gravest remark beside it."""
    flag = next((f for f in row["flags"].split() if f not in ("not_in_fit", "steady")), "")
    remark = label(f"flags.{flag}", lang) if flag else ""
    if not np.isfinite(row["rho"]):
        write_beside(ax, remark, 0.0, y, gap=8)
        return
    color = ACTUAL if sure else MUTED
    ax.plot([row["low_rho"], row["high_rho"]], [y, y], color=color, linewidth=1.8)
    face = color if sure else "white"
    ax.scatter(
        [row["rho"]], [y], s=46, color=face, edgecolor=color, linewidth=1.6, zorder=3, **kwargs
    )
    text = f"{signed(row['rho'])}  {remark}".rstrip()
    write_beside(ax, text, max(row["high_rho"], 0.0), y, gap=8)
