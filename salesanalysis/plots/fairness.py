"""Fairness in pictures: attainment by size of base, and mistyped cells beside what is expected."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import count, growth, label, month, percent, short
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    MAX_BARS,
    MUTED,
    YELLOW,
    draw,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.plots.units import amounts_along, beside, height, left_out, unit_rows
from salesanalysis.results import show_value
from salesanalysis.targets.fairness.entry import EntryErrors
from salesanalysis.targets.fairness.report import QualityReport
from salesanalysis.targets.fairness.splits import SplitCheck
from salesanalysis.targets.fairness.tried import ANCHOR, Trials
from salesanalysis.targets.words import node_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BANDS = ("top", "middle", "bottom")


@draw.register(QualityReport)  # type: ignore[attr-defined,untyped-decorator]
def attainment_by_base(
    result: QualityReport, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the attainment of every unit, the largest base on the left, with group medians.

    Without attainment: the growth asked of those it is hardest for, beside their usual growth.
    """
    table = result.frame.dropna(subset="attainment")
    if not len(table):
        return _asked(result, ax=ax, lang=lang, **kwargs)
    ax = new_axes(ax, figsize=(8.5, 4.4))
    table = table.sort_values("base" if table["base"].notna().all() else "target", ascending=False)
    table = table.assign(at=np.arange(len(table)))
    for color, hard, name in ((ACTUAL, False, "other"), (DOWN, True, "harder")):
        part = table[table["harder"] == hard]
        if len(part):
            text = label(f"fairness.dots_{name}", lang)
            ax.scatter(part["at"], part["attainment"], s=26, color=color, label=text, **kwargs)
    ax.axhline(1.0, color=MUTED, linewidth=1)
    names, places = [], []
    for band in _BANDS:
        part = table[table["band"] == band]
        if not len(part):
            continue
        middle = float(part["attainment"].median())
        first, last = part["at"].min() - 0.4, part["at"].max() + 0.4
        ax.hlines(middle, first, last, color=YELLOW, linewidth=2.5)
        names.append(f"{label(f'band.{band}', lang)}\n{percent(middle)}")
        places.append(float(part["at"].mean()))
    ax.set_xticks(places, names)
    ax.grid(visible=False, axis="x")
    _percent_axis(ax)
    ax.set_ylabel(label("axis.attainment", lang))
    ax.set_xlabel(label("axis.band", lang))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang))
    return ax


def _percent_axis(ax: "Axes") -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    ax.yaxis.set_major_locator(MaxNLocator(nbins=7, steps=[1, 2, 5, 10]))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, 0)))


def _asked(
    result: QualityReport, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw growth asked beside usual growth, those asked hardest first."""
    table = result.frame.dropna(subset="ask_growth")
    table = table.sort_values(
        ["ask_z", "ask_growth", *result.by],
        ascending=[False, False, *[True] * len(result.by)],
    ).head(MAX_BARS)
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.4 * max(len(table), 1)))
    rows = table.to_dict("records")
    widest = 0.0
    for y, row in enumerate(rows):
        ax.barh(
            y, row["ask_growth"], height=0.55, color=DOWN if row["harder"] else ACTUAL, **kwargs
        )
        if np.isfinite(row["history_growth"]):
            ax.plot([row["history_growth"]] * 2, [y - 0.35, y + 0.35], color=YELLOW, linewidth=2.5)
        end = max(row["ask_growth"], 0.0 if row["ask_growth"] < 0 else row["ask_growth"])
        write_beside(ax, growth(row["ask_growth"]), end, float(y), gap=5)
        widest = max(widest, abs(row["ask_growth"]), abs(np.nan_to_num(row["history_growth"])))
    ax.set_yticks(range(len(rows)), [node_text(r, result.by, result.terms, lang) for r in rows])
    ax.set_ylim(max(len(rows), 1) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    low = min([0.0, *[min(r["ask_growth"], np.nan_to_num(r["history_growth"])) for r in rows]])
    ax.set_xlim(low * 1.1, widest * 1.25 or 1.0)
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, 0)))
    ax.set_xlabel(label("axis.asked", lang))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(EntryErrors)  # type: ignore[attr-defined,untyped-decorator]
def mistyped(
    result: EntryErrors, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw mistyped cells by how many times what is expected they are, on a scale of tens."""
    groups = result.groups()
    groups = groups[(groups["times"] > 0) & (groups["kind"] != "roll_up")]
    size = np.log10(groups["times"])
    order = size.abs().sort_values(ascending=False, kind="stable").index
    shown = groups.loc[order].head(MAX_BARS)
    ax = new_axes(ax, figsize=(8.5, 1.9 + 0.4 * max(len(shown) + (len(groups) > MAX_BARS), 1)))
    names = []
    for y, row in enumerate(shown.to_dict("records")):
        at = float(np.log10(row["times"]))
        color = DOWN if row["kind"] in ("factor_of_ten", "unit_mix", "parent_factor") else YELLOW
        ax.plot([0, at], [y, y], color=color, linewidth=1.5)
        ax.scatter([at], [y], s=36, color=color, zorder=3, **kwargs)
        text = show_value("kind", row["kind"], lang, result.terms)
        write_beside(ax, f"{short(row['value'], lang)}  {text}", max(at, 0.0), float(y), gap=8)
        who = node_text(row, result.by, result.terms, lang)
        names.append(f"{who}, {month(row['period'], lang)}")
    if len(groups) > MAX_BARS:
        names.append(label("word.other_n", lang, n=count(len(groups) - MAX_BARS)))
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(max(len(names), 1) - 0.4, -0.6)
    _tens(ax, size.loc[shown.index])
    ax.axvline(0, color=MUTED, linewidth=1)
    ax.grid(visible=False, axis="y")
    ax.set_xlabel(label("axis.times", lang))
    wrap_title(ax, result.headline(lang), room=0.7)
    return ax


def _tens(ax: "Axes", size: pd.Series) -> None:
    """Write powers of ten along x, with room for the words beside the dots."""
    low = int(np.floor(min(size.min() if len(size) else 0.0, -1.0)))
    high = int(np.ceil(max(size.max() if len(size) else 0.0, 1.0)))
    ticks = list(range(low, high + 1))
    ax.set_xticks(ticks, [f"{10.0**t:g}" for t in ticks])
    ax.set_xlim(low - 0.2, high + 0.75 * (high - low))


@draw.register(SplitCheck)  # type: ignore[attr-defined,untyped-decorator]
def findings(
    result: SplitCheck, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the largest targets that stayed half-way or were split in equal parts."""
    rows = result.frame.head(MAX_BARS)
    ax = new_axes(ax, figsize=height(max(len(rows), 1)))
    names = [node_text(row, result.levels, result.terms, lang) for row in rows.to_dict("records")]
    color = [DOWN if kind == "stuck" else YELLOW for kind in rows["kind"]]
    ax.barh(range(len(rows)), rows["value"], height=0.6, color=color, **kwargs)
    beside(ax, rows, ["value"], [label(f"kind.{kind}", lang) for kind in rows["kind"]])
    unit_rows(ax, names)
    amounts_along(ax, [0.0, *rows["value"]], result.currency, lang, room=1.5)
    left_out(ax, len(result.frame) - len(rows), lang)
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(Trials)  # type: ignore[attr-defined,untyped-decorator]
def misplaced(
    result: Trials, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the part every method asked of the wrong units: its mean, and the years as dots."""
    rows = result.overall().head(MAX_BARS)
    ax = new_axes(ax, figsize=height(len(rows)))
    at = range(len(rows))
    color = [MUTED if m == ANCHOR else ACTUAL for m in rows["method"]]
    ax.barh(at, rows["misplaced_share"], height=0.6, color=color, **kwargs)
    places = result.frame["method"].map(dict(zip(rows["method"], at, strict=True))).dropna()
    years = result.frame.loc[places.index, "misplaced_share"]
    ax.scatter(years, places, s=18, color=YELLOW, zorder=3)
    edges = years.groupby(places).max()
    for y, value in zip(at, rows["misplaced_share"], strict=True):
        write_beside(ax, percent(value), float(edges[y]), float(y), gap=7)
    unit_rows(ax, [result.method_text(m, lang) for m in rows["method"]])
    ax.set_xlim(0, float(result.frame["misplaced_share"].max()) * 1.25 or 1.0)
    ax.xaxis.set_major_formatter(lambda value, _: percent(value))
    ax.set_xlabel(label("axis.misplaced", lang))
    wrap_title(ax, result.headline(lang), room=0.72)
    return ax
