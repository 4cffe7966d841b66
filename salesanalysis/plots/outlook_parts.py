"""Small parts of pictures: an axis of shares, a picture of nothing."""

from typing import TYPE_CHECKING

from salesanalysis.labels import percent
from salesanalysis.plots.base import wrap_title

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def percent_axis(ax: "Axes", which: str, *, decimals: int = 0) -> None:
    """Write shares along an axis as percent, at most six of them."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    axis = ax.yaxis if which == "y" else ax.xaxis
    axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, decimals)))


def nothing(ax: "Axes", headline: str) -> "Axes":
    """Leave the axes empty under the headline: there is nothing to draw."""
    ax.set(xticks=[], yticks=[])
    ax.spines[:].set_visible(False)
    wrap_title(ax, headline)
    return ax
