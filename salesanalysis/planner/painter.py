"""Draws the pictures of the glance page again and again: figures are made once and reused.

Layout is fixed, not solved, axes are cleared, not made again, and texts are stamped: a picture is a
tenth of what a new figure with solved layout costs.
"""

import io
from typing import TYPE_CHECKING, Any, cast

from salesanalysis.planner.pictures import DRAWN, LEFT, left_of
from salesanalysis.planner.stamps import Stamps
from salesanalysis.planner.view import View
from salesanalysis.plots.base import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Size of a picture, inches, and its resolution.
SIZE, DPI = (5.2, 2.55), 100
_PLACE = (LEFT, 0.2, 0.815, 0.6)


class Painter:
    """Keeps one figure a picture and draws into it again and again.

    Parameters
    ----------
    size : tuple of float, inches
    dpi : int
    """

    def __init__(self, size: tuple[float, float] = SIZE, dpi: int = DPI) -> None:
        self.size, self.dpi = size, dpi
        self._axes: dict[str, Axes] = {}
        self._canvas: dict[str, Any] = {}

    def png(self, name: str, view: View, lang: str) -> bytes:
        """Return a picture as PNG: ``curve``, ``cost`` or ``people``."""
        style()
        ax = self._ax(name)
        _wipe(ax)
        DRAWN[name](ax, view, lang)
        left, (_, low, wide, high) = left_of(ax), _PLACE
        ax.set_position((left, low, LEFT + wide - left, high))
        out = io.BytesIO()
        # the fastest level: a picture lives until the next move of a slider
        self._canvas[name].print_png(out, pil_kwargs={"compress_level": 1})
        return out.getvalue()

    def _ax(self, name: str) -> "Axes":
        if name not in self._axes:
            from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
            from matplotlib.figure import Figure  # noqa: PLC0415

            figure = Figure(self.size, dpi=self.dpi)
            figure.set_layout_engine("none")
            # its own print_png: savefig would draw twice
            self._canvas[name] = canvas = cast("Any", FigureCanvasAgg(figure))
            self._axes[name] = figure.add_axes(_PLACE)
            Stamps(canvas.get_renderer())  # the canvas keeps it
            _settle(self._axes[name].xaxis, canvas)
        return self._axes[name]


def _settle(axis: Any, canvas: Any) -> None:
    """Leave the words along an axis where they are: else every draw measures all ticks to find it.

    Ticks below an axes are as high whatever they say.
    """
    axis.set_label_text("0")
    canvas.draw()
    words = axis.label
    axis.set_label_coords(*words.get_position(), transform=words.get_transform())
    axis.set_label_text("")


def _wipe(ax: "Axes") -> None:
    """Take everything drawn off the axes; ticks and labels stay, for they are what costs."""
    if not ax.get_xticks().size:  # a picture of one sentence has hidden them
        ax.clear()
        return
    legend = ax.get_legend()
    for artist in [*ax.lines, *ax.patches, *ax.collections, *([legend] if legend else [])]:
        artist.remove()
    ax.containers.clear()  # else every bar ever drawn stays in memory
    ax.relim()
    ax.set_autoscale_on(True)
