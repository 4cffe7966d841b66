"""Amounts written beside the end of a bar, in one size and colour."""

from typing import TYPE_CHECKING, Any

from salesanalysis.plots.base import INK

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def write_beside(
    ax: "Axes", text: str, x: float, y: float, *, gap: float = 4.0, **more: Any
) -> None:
    """Write a short text to the right of a point, `gap` points away from it."""
    ax.annotate(
        text,
        (x, y),
        xytext=(gap, 0),
        textcoords="offset points",
        va="center",
        fontsize=9,
        color=INK,
        **more,
    )
