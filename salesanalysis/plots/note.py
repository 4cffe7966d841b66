"""A chapter without figures: the sentence that says why, where the picture would be."""

from typing import TYPE_CHECKING, Any

from salesanalysis.book.note import Note
from salesanalysis.plots.base import MUTED, draw, new_axes, wrap_title
from salesanalysis.results import Result

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Note)  # type: ignore[attr-defined,untyped-decorator]
def note(result: Note, *, ax: "Axes | None" = None, lang: str = "en", **_options: Any) -> "Axes":
    """Draw empty axes below the sentence."""
    return empty(result, ax=ax, lang=lang)


def empty(result: Result, *, ax: "Axes | None", lang: str) -> "Axes":
    """Draw empty axes below the headline of a result without figures."""
    ax = new_axes(ax, figsize=(8.0, 1.6))
    ax.set_axis_off()
    ax.set_xticks([])
    ax.set_yticks([])
    ax.text(0.0, 0.5, "–", color=MUTED, transform=ax.transAxes)
    wrap_title(ax, result.headline(lang))
    return ax
