"""Targets in pictures: base and proposal, the year by months, the chance of every target."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import chance, count, growth, label, money, percent, short
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    GREEN,
    MAX_BARS,
    MUTED,
    SERIES,
    YELLOW,
    draw,
    money_axis,
    month_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.plots.units import (
    amounts_along,
    beside,
    height,
    legend,
    unit_rows,
    with_other,
)
from salesanalysis.results import show_value
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.plan import Plan
from salesanalysis.targets.quality import PlanQuality
from salesanalysis.targets.words import node_text, telling_level, year_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_STACKS = 7
_VERDICT = {"unrealistic": DOWN, "attainable": GREEN, "too_easy": YELLOW}


@draw.register(Basis)  # type: ignore[attr-defined,untyped-decorator]
def basis_bars(
    result: Basis, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw base and proposed value of every unit of the first level with more than one."""
    level = telling_level(result.frame, result.by)
    table = result.roll_up([level] if level else [])
    names = [level] if level else []
    table = table.sort_values(["value", *names], ascending=[False, *[True] * len(names)])
    texts = [node_text(row, names, result.terms, lang) for row in table.to_dict("records")]
    shown = table[["base", "value", "status"]].assign(text=texts)
    rows = with_other(shown, ["base", "value"], lang, status="mixed")
    ax = new_axes(ax, figsize=height(len(rows)))
    at = np.arange(len(rows))
    base_text = label(
        "word.base_year", lang, year=year_text(result.calendar, result.year - 1, lang)
    )
    value_text = label(
        "word.proposed_year", lang, year=year_text(result.calendar, result.year, lang)
    )
    ax.barh(at - 0.2, rows["base"], height=0.38, color=MUTED, label=base_text)
    ax.barh(at + 0.2, rows["value"], height=0.38, color=ACTUAL, label=value_text, **kwargs)
    pair = ["base", "value"]
    beside(ax, rows, pair, [_rise(row, lang) for row in rows.to_dict("records")])
    unit_rows(ax, rows["text"].tolist())
    amounts_along(ax, rows[pair], result.currency, lang, room=1.2)
    legend(ax)
    wrap_title(ax, result.headline(lang))
    return ax


def _rise(row: dict[str, Any], lang: str) -> str:
    """Write the growth beside a pair of bars, or why there is none."""
    if row["base"] > 0:
        return growth(row["value"] / row["base"] - 1)
    return label(f"status.{row['status']}", lang)


@draw.register(Plan)  # type: ignore[attr-defined,untyped-decorator]
def plan_months(
    result: Plan, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the months of the year, each divided into the units of the first telling level."""
    ax = new_axes(ax, figsize=(10.0, 4.4))
    level = telling_level(result.frame, result.levels)
    wide = _month_table(result, level, lang)
    months = list(wide.columns)
    bottom = np.zeros(len(months))
    for rank, (name, values) in enumerate(wide.iterrows()):
        total = money(float(values.sum()), lang, result.currency)
        # month starts are days apart: 22 days wide leaves a gap in every month
        ax.bar(
            months,
            values,
            bottom=bottom,
            width=22,
            color=SERIES[rank],
            label=f"{name}  {total}",
            **kwargs,
        )
        bottom = bottom + values.to_numpy("float64")
    _month_sums(ax, months, bottom, lang)
    money_axis(ax, result.currency, lang)
    month_axis(ax, months, lang)
    ax.grid(visible=False, axis="x")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), reverse=True)
    wrap_title(ax, result.headline(lang))
    return ax


def _month_sums(ax: "Axes", months: list[Any], tops: Any, lang: str) -> None:
    """Write the sum above every month; without any target the axis has nothing but 0."""
    ceiling = float(tops.max()) * 1.1
    if not ceiling:
        ax.set_ylim(0, 1)
        ax.set_yticks([0])
        return
    ax.set_yticks([tick for tick in ax.get_yticks() if 0 <= tick <= ceiling])
    ax.set_ylim(0, ceiling)
    for when, top in zip(months, tops, strict=True):
        ax.annotate(
            short(top, lang),
            (when, top),
            xytext=(0, 3),
            textcoords="offset points",
            ha="center",
            fontsize=7,
            color=MUTED,
        )


def _month_table(plan: Plan, level: str, lang: str) -> pd.DataFrame:
    """Return units x months, largest unit first, small ones as one row."""
    if not level:
        wide = plan.months().set_index("period")[["value"]].T
        return wide.set_axis([label("word.company", lang)], axis=0)
    wide = plan.months(level).pivot_table(index=level, columns="period", values="value")
    order = wide.sum(axis=1).sort_values(ascending=False, kind="stable").index
    wide = wide.loc[order]
    rest = wide.iloc[_STACKS:]
    shown = wide.head(_STACKS).set_axis(plan.terms.show_all(level, order[:_STACKS], lang), axis=0)
    if len(rest):
        shown.loc[label("word.other_n", lang, n=count(len(rest)))] = rest.sum(axis=0)
    return shown


@draw.register(PlanQuality)  # type: ignore[attr-defined,untyped-decorator]
def chances(
    result: PlanQuality, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the chance of every target, lowest first, with its verdict in words."""
    table = result.to_frame()
    ordered = table.sort_values(["probability", *result.levels], kind="stable")
    left = len(ordered) - MAX_BARS
    # where there are too many, the middle ones are the least news
    if left > 0:
        order = (ordered["probability"] - 0.5).abs().sort_values(kind="stable", na_position="first")
        ordered = ordered.loc[ordered.index.isin(order.index[left + 1 :])]
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.36 * (len(ordered) + (left > 0))))
    rows = ordered.to_dict("records")
    names = [node_text(row, result.levels[-1:], result.terms, lang) for row in rows]
    ax.axvspan(result.low, result.high, color=FORECAST, alpha=0.18, linewidth=0)
    for y, row in enumerate(rows):
        chance = row["probability"] if row["verdict"] else 0.0
        color = _VERDICT.get(row["verdict"], MUTED)
        ax.barh(y, chance, height=0.6, color=color, **kwargs)
        write_beside(ax, _verdict(row, result, lang), chance, y, gap=5)
    if left > 0:
        names.append(label("word.other_n", lang, n=count(left + 1)))
        rest = table.loc[~table.index.isin(ordered.index)]
        write_beside(ax, _tally(rest, lang), 0.0, len(rows), gap=5)
    unit_rows(ax, names)
    ax.set_xlim(0, 1.35)
    ticks = [0.0, result.low, 0.5, result.high, 1.0]
    ax.set_xticks(ticks, [percent(t, 0) for t in ticks])
    ax.set_xlabel(label("axis.probability", lang))
    wrap_title(ax, result.headline(lang))
    return ax


def _verdict(row: dict[str, Any], result: PlanQuality, lang: str) -> str:
    """Write chance and verdict, or why there is none."""
    if not row["verdict"]:
        return show_value("status", row["status"], lang, result.terms)
    return f"{chance(row['probability'])} {label('verdict.' + row['verdict'], lang)}"


def _tally(rest: pd.DataFrame, lang: str) -> str:
    """Count verdicts, or why there is none, of the units that have no bar of their own."""
    keys = ("verdict." + rest["verdict"]).where(rest["verdict"] != "", "status." + rest["status"])
    n = keys.value_counts().sort_index()
    return label("targets.comma", lang).join(
        f"{label(str(k), lang)} {count(v)}" for k, v in n.items()
    )
