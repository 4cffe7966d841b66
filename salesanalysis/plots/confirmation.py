"""The comparison that differs most; without any, the sentence that says so."""

from typing import TYPE_CHECKING, Any

from salesanalysis.book import Confirmation
from salesanalysis.plots.base import draw
from salesanalysis.plots.note import empty

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Confirmation)  # type: ignore[attr-defined,untyped-decorator]
def confirmation(
    result: Confirmation, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the widest comparison, or empty axes below the sentence."""
    if result.widest is None:
        return empty(result, ax=ax, lang=lang)
    return result.widest.plot(ax=ax, lang=lang, **kwargs)
