"""Crossed tables, bounds, edits and territories in pictures."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import count, growth, label, money, short
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    MAX_BARS,
    MUTED,
    UP,
    YELLOW,
    draw,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.results import column_label
from salesanalysis.targets.crossed.bounded import Bounded
from salesanalysis.targets.crossed.edits.result import Edited
from salesanalysis.targets.crossed.fitted import Fitted
from salesanalysis.targets.crossed.outside import TerritoryLines
from salesanalysis.targets.words import node_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BOUND = {"free": ACTUAL, "lower": DOWN, "upper": YELLOW}


@draw.register(Fitted)  # type: ignore[attr-defined,untyped-decorator]
def fitted_grid(
    result: Fitted, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the first two keys as a grid, darker for more; one key as bars."""
    if len(result.keys) == 1:
        names = result.frame[result.keys[0]].tolist()
        values = result.frame["value"]
        return _bars(result, names, values, ax=ax, lang=lang, **kwargs)
    rows, columns = result.keys[:2]
    wide = _cut(_cut(result.matrix(rows, columns), lang).T, lang).T
    ax = new_axes(ax, figsize=(2.4 + 0.85 * wide.shape[1], 2.0 + 0.38 * wide.shape[0]))
    values = wide.fillna(0.0).to_numpy("float64")
    ax.imshow(values, cmap="Blues", aspect="auto", vmin=0, vmax=values.max() or 1.0, **kwargs)
    for y, x in np.ndindex(*values.shape):
        dark = values[y, x] > 0.6 * (values.max() or 1.0)
        ink = "white" if dark else "black"
        ax.text(x, y, short(values[y, x], lang), ha="center", va="center", fontsize=8, color=ink)
    ax.set_yticks(range(len(wide)), _names(result, rows, wide.index, lang))
    ax.set_xticks(range(wide.shape[1]), _names(result, columns, wide.columns, lang))
    ax.grid(visible=False)
    ax.set_ylabel(column_label(rows, lang))
    ax.set_xlabel(column_label(columns, lang))
    wrap_title(ax, result.headline(lang))
    return ax


def _names(result: Any, level: str, values: pd.Index, lang: str) -> list[str]:
    shown: list[str] = [result.terms.show(level, str(v), lang) for v in values]
    return shown


def _cut(wide: pd.DataFrame, lang: str, most: int = 10) -> pd.DataFrame:
    """Keep the largest rows, the rest as one."""
    if len(wide) <= most:
        return wide
    order = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index
    shown = wide.loc[order[: most - 1]].copy()
    rest = wide.loc[order[most - 1 :]]
    shown.loc[label("word.other_n", lang, n=count(len(rest)))] = rest.sum()
    return shown


def _bars(
    result: Any,
    names: list[str],
    values: pd.Series,
    *,
    ax: "Axes | None",
    lang: str,
    colors: list[str] | None = None,
    texts: list[str] | None = None,
    key: str = "axis.amount",
    **kwargs: Any,
) -> "Axes":
    """Draw amounts as bars, the first on top, each with its figure."""
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.4 * len(names)))
    at = np.arange(len(names))
    numbers = values.to_numpy("float64")
    ax.barh(at, numbers, height=0.6, color=colors or ACTUAL, **kwargs)
    shown = texts or [money(v, lang, result.currency) for v in numbers]
    for y, (value, text) in enumerate(zip(numbers, shown, strict=True)):
        write_beside(ax, text, max(value, 0.0), float(y), gap=5)
    ax.set_yticks(at, names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    widest = float(np.abs(numbers).max(initial=0.0)) or 1.0
    low = 1.15 * float(numbers.min(initial=0.0))
    ax.set_xlim(low, widest * 1.45 if numbers.max(initial=0.0) > 0 else widest * 0.7)
    money_axis(ax, result.currency, lang, which="x", key=key)
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(Bounded)  # type: ignore[attr-defined,untyped-decorator]
def bounded_bars(
    result: Bounded, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the values of the units, those held at a bound in a colour and in words."""
    order = ["value", *result.names]
    rows = result.frame.sort_values(
        order, ascending=[False, *[True] * len(result.names)], kind="stable"
    )
    rows = rows.head(MAX_BARS)
    records = rows.to_dict("records")
    texts = [
        f"{money(r['value'], lang, result.currency)}"
        + (f" {growth(r['ask_growth'])}" if np.isfinite(r["ask_growth"]) else "")
        + (f" {label('bound.' + r['bound'], lang)}" if r["bound"] != "free" else "")
        for r in records
    ]
    names = [node_text(r, result.names, result.terms, lang) for r in records]
    colors = [_BOUND[r["bound"]] for r in records]
    return _bars(
        result, names, rows["value"], ax=ax, lang=lang, colors=colors, texts=texts, **kwargs
    )


@draw.register(Edited)  # type: ignore[attr-defined,untyped-decorator]
def edit_bars(
    result: Edited, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw how far the units of the first level lie from what was calculated."""
    level = result.plan.levels[0]
    old = result.calculated.months(level).groupby(level)["value"].sum()
    gap = result.plan.months(level).groupby(level)["value"].sum().sub(old, fill_value=0)
    gap = gap.reindex(gap.abs().sort_values(ascending=False, kind="stable").index).head(MAX_BARS)
    colors = [UP if v > 0 else DOWN if v < 0 else MUTED for v in gap]
    texts = [money(float(v), lang, result.currency, signed=True) for v in gap]
    names = _names(result.plan, level, gap.index, lang)
    return _bars(
        result,
        names,
        gap,
        ax=ax,
        lang=lang,
        colors=colors,
        texts=texts,
        key="edited.axis",
        **kwargs,
    )


@draw.register(TerritoryLines)  # type: ignore[attr-defined,untyped-decorator]
def territory_bars(
    result: TerritoryLines, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the regions' sales, what was sold outside a territory as lines of their own."""
    rows = result.regions.sort_values(
        ["value", "region", "territory"], ascending=[False, True, True], kind="stable"
    ).head(MAX_BARS)
    names = [
        " / ".join(
            part
            for part in (
                result.terms.show("region", r["region"], lang) if r["region"] else "",
                label(f"territory.{r['territory']}", lang) if r["territory"] == "outside" else "",
            )
            if part
        )
        for r in rows.to_dict("records")
    ]
    colors = [ACTUAL if t == "inside" else YELLOW for t in rows["territory"]]
    return _bars(result, names, rows["value"], ax=ax, lang=lang, colors=colors, **kwargs)
