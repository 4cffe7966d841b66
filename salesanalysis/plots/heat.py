"""Two dimensions against each other as a map: colour and sign say how far each cell moved."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import growth, label
from salesanalysis.plots.base import DOWN, INK, UP, draw, new_axes, wrap_title
from salesanalysis.variance.names import fitted, key_name
from salesanalysis.variance.places.heat import Heat
from salesanalysis.variance.rounded import Scale

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Rows and columns drawn; the smallest are one of them.
MOST = 10
NAME_WIDTH = 16
#: Colours are full from this change of a cell on.
FULL = 0.5
#: How much of a full colour is used; the rest is white.
LIGHT = 0.7


@draw.register(Heat)  # type: ignore[attr-defined,untyped-decorator]
def heat_map(result: Heat, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any) -> "Axes":
    """Draw cells with their amount and change; the largest rows and columns first."""
    base, actual = _sides(result, lang)
    change = actual - base
    moved = change.divide(base.where(base > 0))
    shown = moved.fillna(np.sign(change)).clip(-FULL, FULL)
    ax = new_axes(ax, figsize=(max(7.5, 1.9 + 0.98 * base.shape[1]), 1.7 + 0.56 * base.shape[0]))
    turned = 1 if result.favourable == "up" else -1
    ax.imshow(
        shown.to_numpy() * turned, **{"cmap": _colors(), "vmin": -FULL, "vmax": FULL} | kwargs,
        aspect="auto",
    )  # fmt: skip
    _write(ax, change, moved, lang)
    ax.grid(visible=False)
    ax.set_xticks(range(base.shape[1]), _folded(list(base.columns)))
    ax.set_yticks(range(base.shape[0]), fitted(list(base.index), NAME_WIDTH))
    ax.tick_params(length=0, labelcolor=INK)
    for spine in ax.spines.values():
        spine.set_visible(False)
    names = [key_name(d, lang) for d in (result.rows, result.columns)]
    ax.set_ylabel(names[0])
    small = label("heat.caption", lang, columns=names[1], full=growth(FULL).lstrip("+"))
    ax.set_xlabel(small, loc="left", fontsize=8)
    wrap_title(ax, result.headline(lang), room=0.78)
    return ax


def _sides(result: Heat, lang: str) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return base and actual as squares, names in words, the smallest members merged."""
    cells = result.cells
    for dim in (result.rows, result.columns):
        size = cells.groupby(dim)[["base", "actual"]].sum().abs().max(axis=1)
        order = list(size.sort_values(ascending=False, kind="stable").index)
        kept = order if len(order) <= MOST else order[: MOST - 1]
        other = label("word.other_n", lang, n=len(order) - len(kept))
        names = {m: result.terms.show(dim, m, lang) for m in kept}
        last = [*names.values(), *([other] if len(order) > len(kept) else [])]
        told = cells[dim].map(names).fillna(other)
        cells = cells.assign(**{dim: pd.Categorical(told, list(dict.fromkeys(last)))})
    square = cells.pivot_table(
        index=result.rows, columns=result.columns, values=["base", "actual"], aggfunc="sum",
        observed=False,
    ).fillna(0.0)  # fmt: skip
    return square["base"], square["actual"]


def _write(ax: "Axes", change: pd.DataFrame, moved: pd.DataFrame, lang: str) -> None:
    """Write amount and change into each cell."""
    scale = Scale.of([float(change.to_numpy().sum()), *change.to_numpy().ravel()], lang)
    for i, j in np.ndindex(change.shape):
        steps, part = scale.steps(change.iloc[i, j]), moved.iloc[i, j]
        if not steps and not np.isfinite(part):
            continue
        text = scale.mark(steps, change.iloc[i, j])
        told = growth(part) if np.isfinite(part) else label("places.bar_only_actual", lang)
        ax.text(j, i - 0.16, text, ha="center", va="center", fontsize=8, color=INK)
        ax.text(j, i + 0.22, told, ha="center", va="center", fontsize=7.5, color=INK)


def _folded(names: list[str]) -> list[str]:
    """Break names of columns at a space into two lines."""
    cut = fitted(names, NAME_WIDTH)
    return [name.replace(" ", "\n", 1) if len(name) > NAME_WIDTH // 2 else name for name in cut]


def _colors() -> Any:
    """Return colours from bad over white to good, light enough for text on them."""
    from matplotlib.colors import LinearSegmentedColormap, to_rgb  # noqa: PLC0415

    ends: list[Any] = [
        tuple(1 - LIGHT * (1 - part) for part in to_rgb(color)) for color in (DOWN, UP)
    ]
    return LinearSegmentedColormap.from_list("deviation", [ends[0], "#ffffff", ends[1]])
