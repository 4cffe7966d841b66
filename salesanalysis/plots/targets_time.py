"""Targets in time as pictures: month shares, the calendar of days, the daily check, quota-days."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import count, label, money, month, percent
from salesanalysis.plots.base import (
    ACTUAL,
    GRID,
    INK,
    MAX_BARS,
    MUTED,
    SERIES,
    TARGET,
    draw,
    money_axis,
    month_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.targets.time.dailycheck import DailyCheck
from salesanalysis.targets.time.dayplan import DayPlan
from salesanalysis.targets.time.monthshares import MonthShares
from salesanalysis.targets.time.quotadays import QuotaDays
from salesanalysis.targets.time.segments import PERSON

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(MonthShares)  # type: ignore[attr-defined,untyped-decorator]
def month_bars(
    result: MonthShares, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the company's months beside what their working days alone would give."""
    from matplotlib.ticker import FuncFormatter  # noqa: PLC0415

    rows = result.company()
    ax = new_axes(ax, figsize=(9.0, 4.4))
    plain = rows["n_working_days"] / rows["n_working_days"].sum()
    ax.bar(
        rows["period"],
        rows["month_share"],
        width=20,
        color=ACTUAL,
        label=label("word.planned_months", lang),
        **kwargs,
    )
    ax.plot(
        rows["period"], plain, "_", color=INK, markersize=18, label=label("word.plain_days", lang)
    )
    for when, share, top in zip(rows["period"], rows["month_share"], plain, strict=True):
        ax.annotate(
            percent(share),
            (when, max(share, top)),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            fontsize=8,
            color=MUTED,
        )
    ax.set_ylim(0, 1.15 * float(max(rows["month_share"].max(), plain.max())))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: percent(value, 0)))
    ax.set_ylabel(label("axis.month_share", lang))
    month_axis(ax, list(rows["period"]), lang)
    ax.grid(visible=False, axis="x")
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(DayPlan)  # type: ignore[attr-defined,untyped-decorator]
def day_calendar(
    result: DayPlan, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the year as a calendar: a row per month, a field per day, darker where more is due."""
    days = result.days()
    months = sorted(days["period"].unique())[:MAX_BARS]
    days = days[days["period"].isin(months)]
    place = pd.Index(months).get_indexer(days["period"])
    field = np.full((len(months), 31), np.nan)
    field[place, days["date"].dt.day.to_numpy() - 1] = days["value"].to_numpy()
    ax = new_axes(ax, figsize=(9.5, 1.6 + 0.3 * len(months)))
    image = ax.pcolormesh(
        np.arange(0.5, 32),
        np.arange(-0.5, len(months)),
        np.ma.masked_invalid(field),
        cmap="Blues",
        vmin=0,
        edgecolors=GRID,
        linewidth=0.5,
        **kwargs,
    )
    ax.set_ylim(len(months) - 0.5, -0.5)
    names = [month(m, lang) for m in months]
    ax.set_yticks(range(len(months)), names)
    ax.set_xticks([1, 5, 10, 15, 20, 25, 31])
    ax.set_xlabel(label("axis.day_of_month", lang))
    ax.grid(visible=False)
    bar = ax.figure.colorbar(image, ax=ax, pad=0.02)
    money_axis(bar.ax, result.currency, lang)
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(DailyCheck)  # type: ignore[attr-defined,untyped-decorator]
def check_lines(
    result: DailyCheck, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw target and actual of the month, cumulated by day."""
    table = result.to_frame()
    done = table[table["status"] == "day_over"]
    ax = new_axes(ax)
    number = table["date"].dt.day
    text = label("word.target_to_date", lang)
    ax.plot(number, table["target_to_date"], color=TARGET, linestyle="--", label=text)
    text = label("word.actual_to_date", lang)
    ax.plot(
        done["date"].dt.day, done["actual_to_date"], color=ACTUAL, marker="o", ms=3, label=text,
        **kwargs,
    )  # fmt: skip
    ax.set_xlim(1, max(int(number.max()), 2))
    ax.set_ylim(bottom=min(0.0, float(done["actual_to_date"].min() if len(done) else 0.0)))
    ax.set_xticks([1, 5, 10, 15, 20, 25, int(number.max())])
    ax.set_xlabel(label("axis.day_of_month", lang))
    money_axis(ax, result.currency, lang)
    ax.legend(loc="upper left")
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(QuotaDays)  # type: ignore[attr-defined,untyped-decorator]
def presence(
    result: QuotaDays, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw who is there when: a bar per segment, as high as share x ramp, the target beside it."""
    people = _shown_people(result)
    ax = new_axes(ax, figsize=(9.0, 1.6 + 0.42 * len(people)))
    segments = result.segments[result.segments[PERSON].isin(people[PERSON])]
    parents = sorted(segments[result.parent].unique())
    place = pd.Index(people[PERSON]).get_indexer(segments[PERSON])
    for at, row in zip(place, segments.to_dict("records"), strict=True):
        part = row["share"] * row["ramp_share"]
        days = (row["valid_to"] - row["valid_from"]).days + 1
        color = SERIES[min(parents.index(row[result.parent]), len(SERIES) - 1)]
        offset = _offset(segments, row)
        ax.barh(
            at + 0.4 - 0.8 * offset,
            days,
            left=row["valid_from"],
            height=-0.8 * part,
            align="edge",
            color=color,
            edgecolor="white",
            **kwargs,
        )
    for color, name in zip(SERIES, parents[: len(SERIES)], strict=False):
        ax.barh([0], [0], left=result.first, color=color, label=result.terms.show(
            result.parent, name, lang))  # fmt: skip
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    _people_axis(ax, result, people, lang)
    wrap_title(ax, result.headline(lang))
    return ax


def _offset(segments: pd.DataFrame, row: dict[str, Any]) -> float:
    """Return the share of the person's segments that lie below this one on the same days."""
    same = segments[
        (segments[PERSON] == row[PERSON])
        & (segments["valid_from"] <= row["valid_to"])
        & (segments["valid_to"] >= row["valid_from"])
    ]
    earlier = same[same["value"] > row["value"]]
    return float((earlier["share"] * earlier["ramp_share"]).sum())


def _shown_people(result: QuotaDays) -> pd.DataFrame:
    """Return the people with the largest change, by name."""
    people = result.people.assign(change=(result.people["full"] - result.people["own"]).abs())
    ordered = people.sort_values(["change", PERSON], ascending=[False, True], kind="stable")
    return ordered.head(MAX_BARS).reset_index(drop=True)


def _people_axis(ax: "Axes", result: QuotaDays, people: pd.DataFrame, lang: str) -> None:
    """Write names on the left, targets on the right, months below."""
    names = [result.terms.show(PERSON, name, lang) for name in people[PERSON]]
    ax.set_yticks(range(len(people)), names)
    ax.set_ylim(len(people) - 0.4, -0.6)
    end = result.last + pd.Timedelta(days=1)
    for at, row in enumerate(people.to_dict("records")):
        value, share = money(row["value"], lang, result.currency), percent(row["quota_share"], 0)
        ax.annotate(
            f"{value} ({share})",
            (end, at),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
            color=MUTED,
        )
    span = end - result.first
    ax.set_xlim(result.first, end + 0.22 * span)
    month_axis(ax, list(pd.date_range(result.first, result.last, freq="MS")[::2]), lang)
    left = len(result.people) - len(people)
    if left:
        ax.set_xlabel(label("word.people_left", lang, n=count(left)))
    ax.grid(visible=False, axis="y")
