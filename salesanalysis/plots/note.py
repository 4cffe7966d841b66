"""A chapter without figures: the sentence that says why, where the picture would be."""

from typing import TYPE_CHECKING, Any

from salesanalysis.book.note import Note
from salesanalysis.plots.base import MUTED, draw, new_axes, wrap_title
from salesanalysis.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Note)  # type: ignore[attr-defined,untyped-decorator]
def note(result: Note, *, ax: "Axes | None" = None, lang: str = "en", **_options: Any) -> "Axes":
    """Write the sentence of a chapter without figures."""
    return sentence(result, ax=ax, lang=lang)


def sentence(result: Result, *, ax: "Axes | None", lang: str) -> "Axes":
    """Write the headline of a result above empty axes; without axes given no page shows them.

    The sentence stands in the text already. The figure returned is none that a notebook shows.
    """
    ax = new_axes(_unseen() if ax is None else ax, figsize=(8.0, 1.6))
    ax.set_axis_off()
    ax.set_xticks([])
    ax.set_yticks([])
    ax.text(0.0, 0.5, "–", color=MUTED, transform=ax.transAxes)
    wrap_title(ax, result.headline(lang))
    return ax


def _unseen() -> "Axes":
    """Return axes of a figure that pyplot does not know of, so that no page prints it."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    figure = Figure(figsize=(8.0, 1.6), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.add_subplot()
