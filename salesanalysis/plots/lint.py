"""What a plan provokes: the size of every finding, gravest first."""

from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.lint import Lint
from salesanalysis.labels import exact, label
from salesanalysis.plots.base import (
    DOWN,
    INK,
    MAX_BARS,
    YELLOW,
    draw,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLORS = {"high": DOWN, "medium": YELLOW, "low": INK}


@draw.register(Lint)  # type: ignore[attr-defined,untyped-decorator]
def findings(result: Lint, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any) -> "Axes":
    """Draw the size of every finding that has one in money, coloured by how grave it is."""
    ax = new_axes(ax)
    shown = result.frame[result.frame["size"].abs() >= 1].head(MAX_BARS)
    if shown.empty:
        ax.set(xticks=[], yticks=[])
        ax.spines[:].set_visible(False)
        wrap_title(ax, result.headline(lang))
        return ax
    rows = range(len(shown))
    sizes = shown["size"].abs()
    ax.barh(rows, sizes, color=[_COLORS[s] for s in shown["severity"]], height=0.62, **kwargs)
    for row, size in zip(rows, sizes, strict=True):
        write_beside(ax, exact(size), size, row)
    ax.set_yticks(rows, [f"{code} {label(f'lint.name.{code}', lang)}" for code in shown["code"]])
    ax.set_ylim(len(shown) - 0.4, -0.6)
    ax.set_xlim(0, float(sizes.max()) * 1.2)
    money_axis(ax, result.currency, lang, which="x")
    wrap_title(ax, result.headline(lang))
    return ax
