"""The scorecard as bars: completion of every unit beside the lines at 60, 80 and 100 %."""

from typing import TYPE_CHECKING, Any

from salesanalysis.labels import chance, completion, count, label, percent
from salesanalysis.plots.base import (
    GREEN,
    INK,
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
    """Draw one bar per unit, the sum on top, then the largest shortfall in money first.

    While months are open a line under each bar says where the unit is expected to end.
    """
    frame = result.to_frame()
    top = frame.head(1).to_dict("records") if len(frame) > 1 else []
    rows = top + result.worst_first(MAX_BARS - len(top)).to_dict("records")
    ahead = result.ahead if result.ahead is not None and result.ahead.n_open else None
    ax = new_axes(ax, figsize=(8.0, 1.9 + (0.62 if ahead else 0.38) * len(rows)))
    lengths = [_length(row) for row in rows]
    ends = [_end(row) for row in rows] if ahead else []
    edge = max(1.0, *lengths, *(end[2] for end in ends if end))
    height, up = (0.36, 0.22) if ahead else (0.6, 0.0)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0, "alpha": 0.8}
    for y, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        color = _COLOUR.get(row["status"], MUTED)
        ax.barh(y - up, length, height=height, color=color, **kwargs)
        write_beside(ax, _text(row, result, lang), max(length, 0.0), y - up, gap=5, bbox=box)
    for y, (row, end) in enumerate(zip(rows, ends, strict=False)):
        if end:
            ax.plot(end[::2], [y + up, y + up], color=INK, linewidth=2.5, solid_capstyle="butt")
            ax.plot(end[1], y + up, marker="o", color=INK, markersize=5)
            write_beside(ax, _end_text(row, lang), end[2], y + up, gap=5, bbox=box)
    for line in _LINES:
        ax.axvline(line, color=MUTED, linewidth=1, linestyle="-" if line == 1 else "--", zorder=0.9)
    names = [_name(row, result, lang) for row in rows]
    ax.set_yticks(range(len(rows)), names)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.grid(visible=False)
    ax.set_xlim(min(0.0, *lengths), edge * 1.3)
    ax.set_xticks([0, *_LINES], [percent(x, 0) for x in (0, *_LINES)])
    text = {"span": result.span(lang)}
    if ahead:
        text["whole"] = result.whole_span(lang)
    ax.set_xlabel(label("axis.completion_ahead" if ahead else "axis.completion", lang, **text))
    wrap_title(ax, result.headline(lang), room=_room(names))
    return ax


def _room(names: list[str]) -> float:
    """Return the part of the width that the longest name leaves for the title."""
    longest = max(
        sum(1.0 if ord(c) > 0x2E80 else 0.55 for c in line)
        for name in names
        for line in name.split("\n")
    )
    return min(0.85, 0.97 - longest * 10 / (8 * 72))


def _length(row: dict[str, Any]) -> float:
    """Return how long a bar is drawn."""
    if row["status"] not in COLOURS:
        return 0.0
    return max(min(float(row["completion"]), _WIDEST), -0.3)


def _end(row: dict[str, Any]) -> tuple[float, float, float] | None:
    """Return the interval of the expected end and its middle, as parts of the target."""
    if row["landing_status"] != "open":
        return None
    low, middle, high = (row[c] / row["target_ahead"] for c in ("lo80", "middle", "hi80"))
    cut = [max(min(float(x), _WIDEST), -0.3) for x in (low, middle, high)]
    return cut[0], cut[1], cut[2]


def _end_text(row: dict[str, Any], lang: str) -> str:
    """Write the expected completion and the chance of the target."""
    words = {"share": completion(row["expected_share"]), "chance": chance(row["probability"])}
    return label("scorecard.end_text", lang, **words)


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
