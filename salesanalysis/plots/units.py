"""Units below one another: names down the left side, marks on a line, bars in pairs."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import count, label
from salesanalysis.plots.base import MAX_BARS, MUTED, money_axis
from salesanalysis.plots.beside import write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def height(n: int) -> tuple[float, float]:
    """Return the size of a figure with `n` units below one another, in inches."""
    return (8.0, 1.9 + 0.42 * n)


def unit_rows(ax: "Axes", names: Sequence[str]) -> None:
    """Write names down the left side, the first on top."""
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(max(len(names), 1) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")


def with_other(rows: pd.DataFrame, amounts: Sequence[str], lang: str, **also: Any) -> pd.DataFrame:
    """Keep the first units, the rest as one row with their number.

    Parameters
    ----------
    rows : DataFrame with ``text`` and the columns of `amounts`, in the order they are drawn
    also : what the other columns of that row hold
    """
    if len(rows) <= MAX_BARS:
        return rows
    rest = rows.iloc[MAX_BARS - 1 :]
    text = label("word.other_n", lang, n=count(len(rest)))
    last = pd.DataFrame([{**rest[list(amounts)].sum().to_dict(), "text": text, **also}])
    return pd.concat([rows.head(MAX_BARS - 1), last], ignore_index=True)


def dots(
    ax: "Axes", rows: pd.DataFrame, marks: Sequence[tuple[str, str, str, str]], **kwargs: Any
) -> None:
    """Draw several figures of every unit as marks on one line; an empty one is left out.

    Parameters
    ----------
    marks : sequence of (column, colour, marker, words for the legend)
    """
    at = np.arange(len(rows))
    block = rows[[column for column, *_ in marks]].to_numpy("float64")
    ax.hlines(at, np.nanmin(block, axis=1), np.nanmax(block, axis=1), color=MUTED, zorder=1)
    for column, color, marker, words in marks:
        ax.scatter(
            rows[column], at, s=46, color=color, marker=marker, zorder=2, label=words, **kwargs
        )


def beside(ax: "Axes", rows: pd.DataFrame, columns: Sequence[str], texts: Sequence[str]) -> None:
    """Write a text to the right of the largest figure of every unit."""
    if not len(rows):
        return
    edges = np.nanmax(rows[list(columns)].to_numpy("float64"), axis=1)
    for y, (edge, text) in enumerate(zip(edges, texts, strict=True)):
        write_beside(ax, text, max(float(edge), 0.0), float(y), gap=8)


def amounts_along(ax: "Axes", values: Any, currency: str, lang: str, *, room: float = 1.3) -> None:
    """Write the unit along x, from 0 or the lowest amount, with room for texts on the right."""
    block = np.asarray(values, dtype="float64")
    high, low = max(float(np.nanmax(block)), 0.0), min(float(np.nanmin(block)), 0.0)
    spread = high - low
    ax.set_xlim(low - 0.05 * spread if low < 0 else 0, low + spread * room or 1.0)
    money_axis(ax, currency, lang, which="x")
    if not spread:
        ax.set_xticks([0])


def left_out(ax: "Axes", n: int, lang: str) -> None:
    """Say below the picture how many units it does not show."""
    if n > 0:
        more = label("word.other_n", lang, n=count(n))
        ax.annotate(more, (0, 0), (0, -34), xycoords="axes fraction",
                    textcoords="offset points", color=MUTED, fontsize=9)  # fmt: skip


def legend(ax: "Axes") -> None:
    """Set the legend to the right of the axes."""
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
