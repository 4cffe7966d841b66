"""What was read, left out, kept and doubted, in money; or the months as they were read."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.cleaning.counting import UNITS
from salesanalysis.data.quality import Quality
from salesanalysis.data.statement import share_text
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import count, day, label
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    INK,
    MAX_BARS,
    MUTED,
    TOTAL,
    YELLOW,
    draw,
    money_axis,
    month_axis,
    new_axes,
    wrap_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

KINDS = ("loss", "months")
#: Names of rules are long: the part of the width they leave for the title.
TITLE_ROOM = 0.68


@draw.register(Quality)  # type: ignore[attr-defined,untyped-decorator]
def loss(
    result: Quality,
    *,
    ax: "Axes | None" = None,
    lang: str = "en",
    kind: str = "loss",
    **kwargs: Any,
) -> "Axes":
    """Draw what was read, what each rule took, what was kept and what is suspicious in it."""
    if kind not in KINDS:
        raise unknown_name(
            kind, KINDS, kind="kind of picture", where="Quality.plot(kind=...)", error=ContractError
        )
    if kind == "months":
        return coverage(result, ax=ax, lang=lang, **kwargs)
    bars = steps(result, lang)
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.32 * len(bars)))
    place = range(len(bars))
    ax.barh(
        place, bars["size"], left=bars["start"], height=0.62, color=bars["color"].tolist(), **kwargs
    )
    ax.set_yticks(place, bars["name"].tolist())
    ax.invert_yaxis()
    ax.grid(visible=False, axis="y")
    widest = float((bars["start"] + bars["size"]).max()) or 1.0
    ax.set_xlim(0, widest * 1.32)
    for at, bar in enumerate(bars.itertuples()):
        # beside the bar, and never beyond the widest one
        ax.text(
            bar.start + bar.size + widest * 0.012, at, bar.note, va="center", fontsize=9, color=INK
        )
    money_axis(ax, result.currency, lang, which="x", key="axis.amount_unsigned")
    wrap_title(ax, result.headline(lang), room=TITLE_ROOM)
    return ax


def steps(result: Quality, lang: str) -> pd.DataFrame:
    """Return the bars from top to bottom: ``name``, ``start``, ``size``, ``color``, ``note``."""
    whole = result.totals["units_abs"] / UNITS
    rules = result.rules[result.rules["n_rows"] > 0].assign(size=lambda t: t["units_abs"] / UNITS)
    gone = rules[rules["n_dropped"] > 0]
    left = rules[rules["n_dropped"] == 0]
    left = left.sort_values(["size", "n_rows", "rule"], ascending=[False, False, True])
    room = MAX_BARS - 2 - len(gone)
    taken = [_bar(result, row, lang, DOWN, dropped=True) for row in gone.itertuples()]
    ends = whole - pd.Series([bar["size"] for bar in taken], dtype="float64").cumsum()
    for bar, end in zip(taken, ends, strict=True):
        bar["start"] = max(float(end), 0.0)
    kept = whole - sum(bar["size"] for bar in taken)
    shown = left if len(left) <= room else left.head(max(room - 1, 0))
    doubted = [_bar(result, row, lang, YELLOW, dropped=False) for row in shown.itertuples()]
    if len(shown) < len(left):
        doubted.append(_rest(left.iloc[len(shown) :], lang))
    ends_of = [_end(result, "read", whole, TOTAL, lang), *taken]
    ends_of += [_end(result, "kept", kept, ACTUAL, lang), *doubted]
    return pd.DataFrame(ends_of)


def _bar(result: Quality, row: Any, lang: str, color: str, *, dropped: bool) -> dict[str, Any]:
    """Return the bar of a rule: what it took, or what it marks in the lines that stay."""
    lost = result.rules.set_index("rule").loc[row.rule]
    units = lost["units_abs_dropped"] if dropped else lost["units_abs"]
    n = lost["n_dropped"] if dropped else lost["n_rows"]
    return {
        "name": label(f"rule.{row.rule}", lang),
        "start": 0.0,
        "size": units / UNITS,
        "color": color,
        "note": label("quality.bar", lang, n=count(n), share=share_text(result, units)),
    }


def _rest(rules: pd.DataFrame, lang: str) -> dict[str, Any]:
    """Return one bar for the rules there is no room for: their lines may overlap."""
    return {
        "name": label("word.other_n", lang, n=count(len(rules))),
        "start": 0.0,
        "size": float(rules["size"].max()),
        "color": YELLOW,
        "note": label("quality.at_most", lang, n=count(rules["n_rows"].max())),
    }


def _end(result: Quality, name: str, size: float, color: str, lang: str) -> dict[str, Any]:
    n = result.totals["n_looked" if name == "read" else "n_kept"]
    if name == "read" and result.totals["n_later"]:
        name = "looked"
    return {
        "name": label(f"rule.{name}", lang),
        "start": 0.0,
        "size": size,
        "color": color,
        "note": label("quality.lines", lang, n=count(n)),
    }


def coverage(
    result: Quality, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the amount per month: closed months as a line, a month that is not over as a point."""
    ax = new_axes(ax)
    closed = result.months[result.months["closed"]]
    ax.plot(
        closed["period"],
        closed["amount"],
        color=ACTUAL,
        marker="o",
        markersize=3,
        label=label("quality.seen_line", lang),
        **kwargs,
    )
    opened = result.months[~result.months["closed"]]
    if len(opened):
        ax.plot(
            opened["period"],
            opened["amount"],
            color=YELLOW,
            marker="D",
            linestyle="none",
            label=label("quality.open_line", lang),
        )
    seen = label("quality.as_of", lang, as_of=day(result.as_of, lang))
    ax.axvline(result.as_of, color=MUTED, linestyle=":", label=seen)
    money_axis(ax, result.currency, lang, key="axis.revenue")
    month_axis(ax, result.months["period"].tolist(), lang)
    ax.set_ylim(bottom=min(0, ax.get_ylim()[0]))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    wrap_title(ax, result.headline(lang))
    return ax
