"""The fan of one node's next months, and where every node lands beside its target."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.forecast.landing import Landing
from salesanalysis.forecast.result import Forecast
from salesanalysis.forecast.wording import bound_name, titles
from salesanalysis.labels import chance, label, percent
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    FORECAST,
    INK,
    MAX_BARS,
    MUTED,
    draw,
    inner_ticks,
    money_axis,
    month_axis,
    new_axes,
    wrap_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Closed months drawn before the forecast.
SHOWN_MONTHS = 36
BAND_ALPHA = (0.45, 0.22)


@draw.register(Forecast)  # type: ignore[attr-defined,untyped-decorator]
def fan(
    result: Forecast,
    *,
    ax: "Axes | None" = None,
    lang: str = "en",
    node: str | None = None,
    targets: pd.DataFrame | None = None,
    **kwargs: Any,
) -> "Axes":
    """Draw closed months, last year, the forecast and its bands for one node, by default the top.

    `targets` by month (level columns, ``period``, ``value``) are drawn as steps; what was sold so
    far in a month that is not over is a hatched bar.
    """
    one = result if node is None else result.at(node)
    top = one.nodes().iloc[0]
    table = one.to_frame()
    table = table[(table["node"] == top["node"]) & (table["level"] == top["level"])]
    closed = table[table["kind"] == "actual"]
    past = _with_holes(closed, one.step).tail(SHOWN_MONTHS)
    ahead = pd.concat([past.tail(1), table[table["kind"] == "forecast"]])
    ax = new_axes(ax)
    for rank, share in reversed(list(enumerate(one.coverage))):
        low, high = ahead[bound_name("lo", share)], ahead[bound_name("hi", share)]
        text = label("fan.band", lang, share=percent(share, 0))
        alpha = BAND_ALPHA[min(rank, 1)]
        ax.fill_between(ahead["period"], low, high, color=FORECAST, alpha=alpha, lw=0, label=text)
    ax.plot(past["period"], past["value"], color=ACTUAL, label=label("fan.actual", lang), **kwargs)
    text = label("fan.forecast", lang)
    ax.plot(ahead["period"], ahead["value"], color=INK, linestyle="--", label=text)
    _last_year(ax, closed, ahead, lang)
    if targets is not None:
        _target_steps(ax, one, targets, list(ahead["period"].iloc[1:]), lang)
    _so_far(ax, table[table["kind"] == "partial"], lang)
    key = "axis.forecast" + ("_quarter" if one.step > 1 else "")
    money_axis(ax, result.currency, lang, key=key)
    month_axis(ax, [*past["period"], *ahead["period"].iloc[1:]], lang)
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    ax.set_yticks(inner_ticks(ax))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, one.headline(lang))
    return ax


def _with_holes(closed: pd.DataFrame, step: int) -> pd.DataFrame:
    """Return every month from the first to the last, empty where nobody knows it: no line there."""
    every = pd.date_range(closed["period"].min(), closed["period"].max(), freq=f"{step}MS")
    if len(every) <= len(closed):
        return closed
    return closed.set_index("period").reindex(every.rename("period")).reset_index()


def _last_year(ax: "Axes", closed: pd.DataFrame, ahead: pd.DataFrame, lang: str) -> None:
    """Draw the same months one year earlier below the forecast, where they are known."""
    known = closed.set_index("period")["value"]
    months = ahead["period"].iloc[1:]
    before = known.reindex(months - pd.DateOffset(years=1)).to_numpy(dtype="float64")
    if np.isfinite(before).any():
        text = label("fan.last_year", lang)
        ax.plot(months, before, color=MUTED, linestyle=":", linewidth=1.3, label=text)


def _target_steps(
    ax: "Axes", one: Forecast, targets: pd.DataFrame, months: list[Any], lang: str
) -> None:
    """Draw the node's target of each open month as a step."""
    require_columns(targets, ["period", "value"], name="targets")
    top, rows = one.nodes().iloc[0], targets
    for column in one.by:
        if top[column]:
            require_columns(rows, [column], name="targets")
            rows = rows[rows[column] == top[column]]
    sums = rows.groupby(pd.to_datetime(rows["period"]))["value"].sum().reindex(months).dropna()
    # a target of 0 is none: new business has nothing to be measured against
    if sums.any():
        text = label("fan.target", lang)
        ax.step(sums.index, sums, where="mid", color=DOWN, linewidth=1.2, label=text)


def _so_far(ax: "Axes", partial: pd.DataFrame, lang: str) -> None:
    """Draw what was sold in the month that is not over as a hatched bar."""
    if len(partial):
        ax.bar(
            partial["period"], partial["value"], width=22, facecolor="none", edgecolor=ACTUAL,
            hatch="////", linewidth=0.8, label=label("fan.so_far", lang),
        )  # fmt: skip


@draw.register(Landing)  # type: ignore[attr-defined,untyped-decorator]
def landing(
    result: Landing,
    *,
    ax: "Axes | None" = None,
    lang: str = "en",
    level: str | None = None,
    **kwargs: Any,
) -> "Axes":
    """Draw range, landing and target of the nodes of one level, largest on top, at most 12.

    The level below the top node by default; from the twelfth node on they are one row, "other",
    without a range: ranges of several nodes do not add up.
    """
    table = _of_level(result, level)
    names = titles(table, result.by, result.terms, lang)
    shown = len(table) if len(table) <= MAX_BARS else MAX_BARS - 1
    rest = table.iloc[shown:]
    ax = new_axes(ax, figsize=(8.0, 1.8 + 0.34 * (shown + bool(len(rest)))))
    _ranges(ax, table.iloc[:shown], result.coverage, lang)
    points = [*table["landing"].iloc[:shown]]
    if len(rest):
        points.append(float(rest["landing"].sum()))
        names = [*names[:shown], label("word.other_n", lang, n=len(rest))]
    text = label("landing.point", lang)
    ax.plot(points, range(len(points)), "o", color=ACTUAL, ms=5, label=text, **kwargs)
    if result.has_target:
        _targets(ax, table.iloc[:shown], rest, lang)
    # after everything is drawn: limits set by hand no longer make room
    ax.set_xlim(left=min(0, ax.get_xlim()[0]))
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    money_axis(ax, result.currency, lang, which="x", key="axis.landing")
    ax.set_xticks(inner_ticks(ax, "x"))
    ax.figure.legend(loc="outside lower center", ncols=4)
    wrap_title(ax, result.headline(lang))
    return ax


def _ranges(ax: "Axes", table: pd.DataFrame, coverage: tuple[float, ...], lang: str) -> None:
    """Draw the intervals of each row, the widest first and thinnest."""
    place = np.arange(len(table))
    for rank, share in reversed(list(enumerate(coverage))):
        low, high = table[bound_name("lo", share)], table[bound_name("hi", share)]
        alpha, height = BAND_ALPHA[min(rank, 1)], 0.62 - 0.24 * min(rank, 1)
        text = label("fan.band", lang, share=percent(share, 0))
        ax.barh(place, high - low, height, low, color=FORECAST, alpha=alpha, label=text)


def _of_level(result: Landing, level: str | None) -> pd.DataFrame:
    """Return the nodes of `level`, or of the one below the top node, largest landing first."""
    table = result.to_frame()
    levels = list(dict.fromkeys(table["level"]))
    if level is not None and level not in levels:
        raise unknown_name(
            level, levels, kind="level", where="Landing.plot(level=...)", error=ContractError
        )
    chosen = level or (levels[1] if len(levels) > 1 else levels[0])
    return table[table["level"] == chosen].sort_values(
        ["landing", "node"], ascending=[False, True], kind="stable"
    )


def _targets(ax: "Axes", shown: pd.DataFrame, rest: pd.DataFrame, lang: str) -> None:
    """Mark each target with a tick and write its chance beside the row."""
    marks = [(i, t) for i, t in enumerate(shown["target"]) if np.isfinite(t)]
    if len(rest) and np.isfinite(rest["target"]).all():
        marks.append((len(shown), float(rest["target"].sum())))
    text = label("landing.target_tick", lang)
    if marks:
        rows, values = zip(*marks, strict=True)
        ax.plot(values, rows, "|", color=INK, ms=14, mew=2, label=text)
    # right of the axes, where no range and no target can reach
    for i, probability in enumerate(shown["probability"]):
        if np.isfinite(probability):
            words = label("landing.chance", lang, chance=chance(probability))
            beside = ax.get_yaxis_transform()
            ax.text(1.01, i, words, transform=beside, va="center", fontsize=9, color=MUTED)
