"""A waterfall above and, below it, who holds the gap: the two pictures a review looks at."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from salesanalysis.errors import ContractError
from salesanalysis.plots.base import MAX_BARS, style
from salesanalysis.plots.contribution import contribution
from salesanalysis.variance import Bridge

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Whose contributions are asked for first.
FIRST = ("region", "salesperson")


def panels(
    result: Bridge,
    waterfall: "Callable[..., Axes]",
    *,
    ax: "Axes | None" = None,
    lang: str = "en",
    level: str | None = None,
    max_bars: int | None = None,
    **kwargs: Any,
) -> "Axes":
    """Draw the waterfall, and below it the members of `level`, sorted; return the upper axes.

    Parameters
    ----------
    result : Bridge
    waterfall : function
        Draws the upper picture.
    level : str, optional
        Whose contributions; default regions, else persons, else the first column.
    max_bars : int, optional
        Bars of the waterfall.

    Raises
    ------
    ContractError
        Axes passed in: this picture is two; a bridge of the total alone.
    """
    if ax is not None:
        raise ContractError(
            "Two panels do not fit into the axes passed in.",
            where='Bridge.plot(kind="panels", ax=...)',
            fix='leave ax= out, or draw kind="waterfall" and kind="contribution" on axes of yours',
            code="bad-choice",
        )
    import matplotlib.pyplot as plt  # noqa: PLC0415

    chosen = level or next((c for c in FIRST if c in result.by), None)
    n = min(result.items[chosen or result.by[0]].nunique(), MAX_BARS) if result.by else 1
    style()
    low = 1.9 + 0.3 * n
    figure, (upper, lower) = plt.subplots(
        2, 1, figsize=(8.0, 4.6 + low), gridspec_kw={"height_ratios": [4.6, low]}
    )
    try:
        contribution(result, ax=lower, lang=lang, level=chosen)
    except ContractError:
        plt.close(figure)
        raise
    return waterfall(result, ax=upper, lang=lang, max_bars=max_bars, **kwargs)
