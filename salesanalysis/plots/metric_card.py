"""The metric card as a picture: units down, metrics across, the value in every field."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import count, label
from salesanalysis.plots.base import INK, MAX_BARS, MUTED, draw, new_axes, wrap_title
from salesanalysis.targets.metrics.card import MetricCard
from salesanalysis.targets.words import node_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(MetricCard)  # type: ignore[attr-defined,untyped-decorator]
def card_grid(
    result: MetricCard, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the card as a grid; darker fields carry more of their metric, crosses are fixed."""
    metrics = list(result.totals["metric"])
    frame = result.to_frame()
    wide = result.wide()
    order = wide.sort_values(metrics[0], ascending=False, kind="stable").index[:MAX_BARS]
    wide = wide.loc[order]
    ax = new_axes(ax, figsize=(2.6 + 1.35 * len(metrics), 1.9 + 0.42 * (len(wide) + 1)))
    top = wide.max().where(wide.max() > 0, 1.0)
    shade = (wide / top * 0.45).to_numpy("float64")
    ax.imshow(shade, cmap="Blues", vmin=0, vmax=1, aspect="auto", **kwargs)
    rows = {(m, *_key(u)): r for m, u, r in _rows(frame, list(result.by))}
    for x, metric in enumerate(metrics):
        for y, unit in enumerate(wide.index):
            row = rows[(metric, *_key(unit))]
            mark = " ×" if row["status"] == "pinned" else ""
            text = result.show(row, lang) + mark
            ax.text(x, y, text, ha="center", va="center", fontsize=8, color=INK)
        total = result.totals.iloc[x].to_dict()
        text = result.show(total, lang)
        ax.text(x, len(wide), text, ha="center", va="center", fontsize=8, color=MUTED)
    names = [node_text(dict(zip(result.by, _key(u), strict=True)), result.by, result.terms, lang)
             for u in wide.index]  # fmt: skip
    ax.set_yticks(range(len(wide) + 1), [*names, label("word.card_total", lang)])
    ax.set_ylim(len(wide) + 0.5, -0.5)
    ax.set_xticks(range(len(metrics)), [_narrow(result.name_of(m, lang)) for m in metrics])
    ax.tick_params(length=0)
    ax.grid(visible=False)
    left = len(result.wide()) - len(wide)
    if left:
        ax.set_xlabel(label("word.units_left", lang, n=count(left)))
    wrap_title(ax, result.headline(lang))
    return ax


def _key(unit: Any) -> tuple[Any, ...]:
    return unit if isinstance(unit, tuple) else (unit,)


def _rows(frame: pd.DataFrame, by: list[str]) -> list[tuple[str, Any, dict[str, Any]]]:
    records = frame.to_dict("records")
    return [(r["metric"], tuple(r[c] for c in by), r) for r in records]


def _narrow(name: str) -> str:
    """Break a long name at the space nearest its middle."""
    if len(name) < 14 or " " not in name:
        return name
    spaces = [i for i, c in enumerate(name) if c == " "]
    cut = spaces[int(np.argmin([abs(i - len(name) / 2) for i in spaces]))]
    return f"{name[:cut]}\n{name[cut + 1 :]}"
