"""Rates of members and of their total, from base to actual, with the share each one holds."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import count, exact, label, percent, short
from salesanalysis.plots.base import DOWN, INK, MUTED, TOTAL, UP, inner_ticks, new_axes, wrap_title
from salesanalysis.plots.beside import write_beside
from salesanalysis.results import column_label
from salesanalysis.variance import Bridge
from salesanalysis.variance.names import fitted
from salesanalysis.variance.rates.words import rate_name
from salesanalysis.variance.rounded import percents_apart
from salesanalysis.variance.text import caption

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Members drawn, beside their total; the rest is one line.
MOST = 11
NAME_WIDTH = 26
_FIGURES = ["n0", "d0", "n1", "d1"]


def rate_mix_picture(
    result: Bridge, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw an arrow per member from its base rate to its actual rate, the total on top."""
    table = _lines(result, lang)
    ax = new_axes(ax, figsize=(8.2, 2.1 + 0.36 * len(table)))
    shares = _as_shares(result)
    for y, row in enumerate(table.to_dict("records")):
        _arrow(ax, y, row, result.meta.favourable, **kwargs)
        _beside(ax, y, row, lang, shares=shares)
    ax.set_yticks(range(len(table)), fitted(table["name"].tolist(), NAME_WIDTH))
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    _rate_axis(ax, table, result, lang, shares=shares)
    wrap_title(ax, result.headline(lang), room=0.72)
    return ax


def _as_shares(result: Bridge) -> bool:
    """Tell whether rates are shares; in money the rate itself may still be one."""
    return result.meta.kind == "share" or bool(result.meta.detail("in_money"))


def _lines(result: Bridge, lang: str) -> pd.DataFrame:
    """Return total and members, the largest first, with rates and shares of both sides."""
    if result.meta.method != "rate_mix" or not set(_FIGURES) <= set(result.items.columns):
        raise ContractError(
            "This bridge has no rates of members.",
            where='Bridge.plot(kind="rate_mix")',
            fix='explain a rate: explain(..., rate=("deals", "leads")), or use kind="waterfall"',
            code="bad-choice",
        )
    by = list(result.by)
    items = result.items.assign(size=result.items["d0"] + result.items["d1"])
    items = items.sort_values(["size", *by], ascending=[False, *[True] * len(by)], kind="stable")
    items = items[items["size"] > 0]
    names = [
        " / ".join(result.terms.show(c, row[c], lang) for c in by) for _, row in items.iterrows()
    ]
    shown = items[_FIGURES].assign(name=names, total=False)
    if len(shown) > MOST:
        rest = shown.iloc[MOST - 1 :]
        other = {**rest[_FIGURES].sum(), "total": False}
        other["name"] = label("word.other_n", lang, n=count(len(rest)))
        shown = pd.concat([shown.iloc[: MOST - 1], pd.DataFrame([other])], ignore_index=True)
    top = {**items[_FIGURES].sum(), "name": label("word.total", lang), "total": True}
    return _with_rates(pd.concat([pd.DataFrame([top]), shown], ignore_index=True))


def _with_rates(table: pd.DataFrame) -> pd.DataFrame:
    """Add rates (empty where there is no denominator) and shares of the denominator."""
    d0, d1 = (table[c].to_numpy(dtype="float64") for c in ("d0", "d1"))
    nothing = np.full(len(table), np.nan)
    return table.assign(
        r0=np.divide(table["n0"].to_numpy("float64"), d0, out=nothing.copy(), where=d0 > 0),
        r1=np.divide(table["n1"].to_numpy("float64"), d1, out=nothing.copy(), where=d1 > 0),
        s0=d0 / d0[0],
        s1=d1 / d1[0],
    )


def _arrow(ax: "Axes", y: int, row: dict[str, Any], favourable: str, **kwargs: Any) -> None:
    """Draw where a rate was (hollow) and where it is (filled); a member on one side is a dot."""
    color = TOTAL if row["total"] else _color(row["r1"] - row["r0"], favourable)
    if np.isfinite([row["r0"], row["r1"]]).all():
        ax.plot([row["r0"], row["r1"]], [y, y], color=color, linewidth=4 if row["total"] else 2.2)
    size = 70 if row["total"] else 46
    filled: dict[str, Any] = {"color": color, "s": size, "zorder": 3} | kwargs
    ax.scatter(
        [row["r0"]], [y], facecolor="white", edgecolor=color, s=size, linewidth=1.6, zorder=3
    )
    ax.scatter([row["r1"]], [y], **filled)


def _color(change: float, favourable: str) -> str:
    """Return the colour of a change; what did not move, or is on one side only, has none."""
    if not np.isfinite(change) or change == 0:
        return MUTED
    return UP if (change > 0) == (favourable == "up") else DOWN


def _beside(ax: "Axes", y: int, row: dict[str, Any], lang: str, *, shares: bool) -> None:
    """Write both rates and both shares to the right of the line."""
    sides = [row["r0"], row["r1"]]
    both = shares and np.isfinite(sides).all()
    rates = percents_apart(sides) if both else [_rate(r, lang, shares=shares) for r in sides]
    parts = "" if row["total"] else label(
        "rates.shares", lang, base=percent(row["s0"], 0), actual=percent(row["s1"], 0)
    )  # fmt: skip
    text = label("rates.move", lang, base=rates[0], actual=rates[1], shares=parts)
    write_beside(ax, text, float(np.nanmax([row["r0"], row["r1"]])), y, gap=9)


def _rate(value: float, lang: str, *, shares: bool) -> str:
    if not np.isfinite(value):
        return label("rates.none", lang)
    if shares:
        return percent(value)
    return exact(value, 2) if abs(value) < 1000 else short(value, lang)


def _rate_axis(ax: "Axes", table: pd.DataFrame, result: Bridge, lang: str, *, shares: bool) -> None:
    """Give the axis room for the text at its right, its unit and the small print."""
    from matplotlib.ticker import FuncFormatter, MaxNLocator  # noqa: PLC0415

    rates = table[["r0", "r1"]].to_numpy()
    low, high = min(0.0, float(np.nanmin(rates))), max(0.0, float(np.nanmax(rates)))
    room = (high - low) or 1.0
    ax.set_xlim(low - 0.03 * room, high + 0.62 * room)
    ax.xaxis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 5, 10]))
    ax.set_xticks([t for t in inner_ticks(ax, "x") if t <= high + 0.1 * room])
    ax.xaxis.set_major_formatter(FuncFormatter(lambda v, _: _rate(v, lang, shares=shares)))
    words = label("axis.rate", lang, name=_plain(result, lang))
    ax.set_xlabel(f"{words}\n{_folded(caption(result, lang), 118, lang)}", loc="left", fontsize=8)
    ax.tick_params(axis="y", labelcolor=INK)


def _plain(result: Bridge, lang: str) -> str:
    """Return what the axis shows: the rate, also where the bridge is in money."""
    if not result.meta.detail("in_money"):
        return rate_name(result, lang)
    parts = (result.meta.detail("numerator"), result.meta.detail("denominator"))
    return "/".join(column_label(c, lang) for c in parts)


def _folded(text: str, width: int, lang: str) -> str:
    """Break the small print into lines."""
    step = width if lang == "en" else width // 2
    lines, line = [], ""
    tokens = text.split(" ") if lang == "en" else list(text)
    for token in tokens:
        if line and len(line) + len(token) + 1 > step and token not in "，。；：、）":
            lines.append(line)
            line = ""
        line += (" " if line and lang == "en" else "") + token
    return "\n".join([*lines, line])
