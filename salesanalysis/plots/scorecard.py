"""The scorecard as bars: completion of every unit beside the lines at 60, 80 and 100 %."""

from typing import TYPE_CHECKING, Any

from salesanalysis.labels import completion, count, label, percent
from salesanalysis.plots.base import (
    GREEN,
    MAX_BARS,
    MUTED,
    RED,
    YELLOW,
    draw,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.results import show_value
from salesanalysis.tracking.scorecard import COLOURS, Scorecard

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOUR = {"green": GREEN, "yellow": YELLOW, "red": RED}
_LINES = (0.6, 0.8, 1.0)
#: Completion beyond this is cut off, its number stays.
_WIDEST = 1.6


@draw.register(Scorecard)  # type: ignore[attr-defined,untyped-decorator]
def scorecard_bars(
    result: Scorecard, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw one bar per unit, the sum on top, then the largest shortfall in money first."""
    frame = result.to_frame()
    top = frame.head(1).to_dict("records") if len(frame) > 1 else []
    rows = top + result.worst_first(MAX_BARS - len(top)).to_dict("records")
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.38 * len(rows)))
    lengths = [_length(row) for row in rows]
    edge = max(1.0, *lengths)
    for y, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        color = _COLOUR.get(row["status"], MUTED)
        ax.barh(y, length, height=0.6, color=color, **kwargs)
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.8}
        write_beside(ax, _text(row, result, lang), max(length, 0.0), y, gap=5, bbox=box)
    for line in _LINES:
        ax.axvline(line, color=MUTED, linewidth=1, linestyle="-" if line == 1 else "--", zorder=0.9)
    names = [_name(row, result, lang) for row in rows]
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(visible=False)
    ax.set_xlim(min(0.0, *lengths), edge * 1.3)
    ax.set_xticks([0, *_LINES], [percent(x, 0) for x in (0, *_LINES)])
    ax.set_xlabel(label("axis.completion", lang, span=result.span(lang)))
    wrap_title(ax, result.headline(lang))
    return ax


def _length(row: dict[str, Any]) -> float:
    """Return how long a bar is drawn."""
    if row["status"] not in COLOURS:
        return 0.0
    return max(min(float(row["completion"]), _WIDEST), -0.3)


def _text(row: dict[str, Any], result: Scorecard, lang: str) -> str:
    """Write completion and colour word, or why there is none."""
    word = show_value("status", row["status"], lang, result.terms)
    return f"{completion(row['completion'])} {word}" if row["status"] in COLOURS else word


def _name(row: dict[str, Any], result: Scorecard, lang: str) -> str:
    """Write the name of a unit, or how many the last line stands for."""
    if row["level"]:
        return result.name(row, lang)
    other = label("word.other_n", lang, n=count(row["n_units"]))
    if not row["n_left"]:
        return other
    # a line of its own: a long name would push the title out of the picture
    return f"{other}\n{label('scorecard.other_left', lang, n=count(row['n_left']))}"
