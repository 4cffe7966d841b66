"""The comparison that differs most; without any, no picture on a page."""

from typing import TYPE_CHECKING, Any

from salesanalysis.book import Confirmation
from salesanalysis.plots.base import draw
from salesanalysis.plots.note import sentence

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Confirmation)  # type: ignore[attr-defined,untyped-decorator]
def confirmation(
    result: Confirmation, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the widest comparison; without any, what `sentence` makes of the line about it."""
    if result.widest is None:
        return sentence(result, ax=ax, lang=lang)
    return result.widest.plot(ax=ax, lang=lang, **kwargs)
