"""What a plan does to people: pay for performance, inequality, coverage, winners, fairness."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.incentives.outlook import (
    Comparison,
    Coverage,
    Inequality,
    PayForPerformance,
    QuotaFairness,
)
from salesanalysis.incentives.outlook.coverage import BANDS
from salesanalysis.labels import label, money, percent, points
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    GREEN,
    INK,
    MAX_BARS,
    MUTED,
    TOTAL,
    UP,
    YELLOW,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.plots.outlook_parts import nothing, percent_axis
from salesanalysis.plots.units import height, left_out, unit_rows

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(PayForPerformance)  # type: ignore[attr-defined,untyped-decorator]
def pay_by_attainment(
    result: PayForPerformance, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw pay over target pay by attainment, one dot a person-year; P10, median, P90 as lines.

    Without a target: share of pay less share of sales of the people it differs most for.
    """
    if result.points.empty:
        return _share_gaps(result, ax=ax, lang=lang, **kwargs)
    ax = new_axes(ax)
    dots = result.points
    ax.scatter(dots["attainment"], dots["pay_ratio"], s=12, color=ACTUAL, alpha=0.5, **kwargs)
    for row in result.levels.to_dict("records"):
        name = label(f"statistic.{row['statistic']}", lang)
        text = f"{name} {percent(row['pay_ratio'], 0)}"
        dash = "-" if row["statistic"] == "p50" else ":"
        ax.axhline(row["pay_ratio"], color=INK, linestyle=dash, linewidth=1.2, label=text)
    percent_axis(ax, "x")
    percent_axis(ax, "y")
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.set_yticks(inner_ticks(ax))
    ax.set_xlabel(label("axis.attainment", lang))
    ax.set_ylabel(label(f"outlook.axis.over_{result.basis}", lang))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.75)
    return ax


def _share_gaps(
    result: PayForPerformance, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw share of pay less share of sales of the people it differs most for."""
    frame = result.frame.dropna(subset="gap_pp")
    if frame.empty:
        return nothing(new_axes(ax), result.headline(lang))
    half = MAX_BARS // 2
    shown = frame if len(frame) <= MAX_BARS else pd.concat([frame.head(half), frame.tail(half)])
    ax = new_axes(ax, figsize=height(len(shown)))
    gaps = shown["gap_pp"].round(9) + 0.0
    ax.barh(range(len(shown)), gaps, color=[UP if g >= 0 else DOWN for g in gaps], height=0.62,
            **kwargs)  # fmt: skip
    for y, gap in enumerate(gaps):
        write_beside(ax, points(gap, lang, 2), max(gap, 0.0), float(y))
    unit_rows(ax, result.terms.show_all("salesperson", shown["salesperson"], lang))
    _span(ax, gaps.tolist())
    ax.set_xlabel(label("outlook.axis.gap", lang))
    left_out(ax, len(frame) - len(shown), lang)
    wrap_title(ax, result.headline(lang), room=0.75)
    return ax


@draw.register(Inequality)  # type: ignore[attr-defined,untyped-decorator]
def lorenz_curves(
    result: Inequality, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what share of pay and of sales the lowest people together have."""
    ax = new_axes(ax, figsize=(7.0, 4.6))
    curve = result.lorenz
    ax.plot([0, 1], [0, 1], color=MUTED, linewidth=1, linestyle=":",
            label=label("outlook.axis.equal", lang))  # fmt: skip
    rows = result.frame.set_index("measured_on")
    for name, color in (("sales", FORECAST), ("pay", ACTUAL)):
        if rows.loc[name, "status"] == "estimated":
            text = f"{label(f'measured_on.{name}', lang)} {rows.loc[name, 'gini']:.2f}"
            ax.plot(curve["people_share"], curve[name], color=color, linewidth=2, label=text,
                    **kwargs)  # fmt: skip
    ax.set(xlim=(0, 1), ylim=(0, 1))
    percent_axis(ax, "x")
    percent_axis(ax, "y")
    ax.set_xlabel(label("outlook.axis.people", lang))
    ax.set_ylabel(label("outlook.axis.held", lang))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.7)
    return ax


@draw.register(Coverage)  # type: ignore[attr-defined,untyped-decorator]
def coverage_bars(
    result: Coverage, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the bands as bars of everybody, by year and by period; cap and tax zone below."""
    frame = result.frame.set_index("reach")
    ax = new_axes(ax, figsize=(8.5, 3.4))
    rows = [n for n in ("year_share", "period_share") if frame.loc[list(BANDS), n].notna().all()]
    colors = dict(zip(BANDS, (DOWN, YELLOW, FORECAST, GREEN), strict=True))
    for y, name in enumerate(rows):
        left = 0.0
        for band in BANDS:
            share = float(frame.loc[band, name])
            text = label(f"reach.{band}", lang) if y == 0 else "_"
            ax.barh(y, share, left=left, color=colors[band], height=0.55, label=text, **kwargs)
            if share >= 0.06:
                ax.text(left + share / 2, y, percent(share, 0), ha="center", va="center",
                        color="white" if band != "near_quota" else INK, fontsize=9)  # fmt: skip
            left += share
    names = [label(f"column.{n}", lang) for n in rows]
    for reach, name in (("capped", "period_share"), ("tax_zone", "year_share")):
        if np.isfinite(frame.loc[reach, name]):
            y, share = len(names), float(frame.loc[reach, name])
            ax.barh(y, share, color=TOTAL, height=0.4)
            write_beside(ax, percent(share), share, float(y))
            names.append(label(f"reach.{reach}", lang))
    unit_rows(ax, names)
    ax.set_xlim(0, 1.0)
    percent_axis(ax, "x")
    ax.set_xlabel(label("outlook.axis.of_all", lang))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang), room=0.62)
    return ax


@draw.register(Comparison)  # type: ignore[attr-defined,untyped-decorator]
def winners_and_losers(
    result: Comparison, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the change of the people who gain and lose most; over draws, by fifth of results."""
    if not result.years.empty:
        return _by_fifth(result, ax=ax, lang=lang, **kwargs)
    frame = result.frame
    half = MAX_BARS // 2
    shown = frame if len(frame) <= MAX_BARS else pd.concat([frame.head(half), frame.tail(half)])
    ax = new_axes(ax, figsize=height(len(shown)))
    values = shown["change_amount"].tolist()
    colors = {"wins": UP, "loses": DOWN, "same": TOTAL}
    ax.barh(range(len(shown)), values, color=[colors[o] for o in shown["outcome"]], height=0.62,
            **kwargs)  # fmt: skip
    for y, value in enumerate(values):
        text = money(value, lang, result.currency, signed=True)
        write_beside(ax, text, max(value, 0.0), float(y))
    unit_rows(ax, result.terms.show_all("salesperson", shown["salesperson"], lang))
    _span(ax, values)
    money_axis(ax, result.currency, lang, which="x", key="outlook.axis.change")
    ax.set_xticks(inner_ticks(ax, "x"))
    if not any(values):
        ax.set_xticks([0.0])
    left_out(ax, len(frame) - len(shown), lang)
    wrap_title(ax, result.headline(lang), room=0.75)
    return ax


def _by_fifth(
    result: Comparison, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the mean change of a person-year by fifth of attainment, with who wins and loses."""
    rows = result.years
    ax = new_axes(ax, figsize=height(len(rows)))
    values = rows["change_amount"].tolist()
    ax.barh(range(len(rows)), values, color=[UP if v >= 0 else DOWN for v in values], height=0.62,
            **kwargs)  # fmt: skip
    for y, row in enumerate(rows.to_dict("records")):
        shares = {k: percent(row[f"{k}_share"], 0) for k in ("win", "lose")}
        text = money(row["change_amount"], lang, result.currency, signed=True)
        more = label("outlook.axis.win_lose", lang, **shares)
        write_beside(ax, f"{text}  {more}", max(row["change_amount"], 0.0), float(y))
    names = [label("outlook.axis.fifth", lang, at=percent(a, 0)) for a in rows["attainment"]]
    unit_rows(ax, names)
    _span(ax, values, room=0.6)
    money_axis(ax, result.currency, lang, which="x", key="outlook.axis.change_year")
    ax.set_xticks(inner_ticks(ax, "x"))
    if not any(values):
        ax.set_xticks([0.0])
    wrap_title(ax, result.headline(lang), room=0.75)
    return ax


@draw.register(QuotaFairness)  # type: ignore[attr-defined,untyped-decorator]
def attainment_by_quota(
    result: QuotaFairness, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what everybody attained over the size of their quota."""
    ax = new_axes(ax)
    dots = result.points
    ax.scatter(dots["quota"], dots["attainment"], s=30, color=ACTUAL, zorder=3, **kwargs)
    ax.axhline(1.0, color=MUTED, linewidth=1)
    low, high = float(dots["quota"].min()), float(dots["quota"].max())
    room = (high - low) * 0.06 or max(high * 0.5, 1.0)
    ax.set_xlim(low - room, high + room)
    money_axis(ax, result.currency, lang, which="x", key="outlook.axis.quota")
    percent_axis(ax, "y")
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.set_yticks(inner_ticks(ax))
    ax.set_ylabel(label("axis.attainment", lang))
    wrap_title(ax, result.headline(lang))
    return ax


def _span(ax: "Axes", values: list[float], *, room: float = 0.28) -> None:
    """Leave room for the amounts written on the right, and for 0."""
    low, high = min(0.0, *values), max(0.0, *values)
    span = (high - low) or 1.0
    ax.set_xlim(low - 0.05 * span, high + room * span)
    ax.axvline(0, color=MUTED, linewidth=1)
