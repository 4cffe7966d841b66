"""Our figures against a third party's: the largest differences, or both sides where none is."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.data.fixed import UNITS
from salesanalysis.data.verify import Verification
from salesanalysis.data.verify.wording import cell_name
from salesanalysis.labels import count, label
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    INK,
    MAX_BARS,
    MUTED,
    UP,
    draw,
    money_axis,
    new_axes,
    wrap_title,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@draw.register(Verification)  # type: ignore[attr-defined,untyped-decorator]
def differences(
    result: Verification, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw ours less theirs for the cells that differ most, hatched where one side has no line.

    Where no cell differs at all, both amounts of the largest cells lie on each other.
    """
    ax = new_axes(ax)
    cells = result.cells.assign(gap=result.cells["ours"] - result.cells["theirs"])
    if (cells["gap"] != 0).any():
        _bars(ax, result, cells[cells["gap"] != 0], lang, **kwargs)
    else:
        _pairs(ax, result, cells, lang)
    # a bar or two are as thick as one of four
    low, high = ax.get_ylim()
    ax.set_ylim(max(high, low + 4), low)
    ax.grid(visible=False, axis="y")
    wrap_title(ax, result.headline(lang))
    return ax


def _largest(cells: pd.DataFrame, size: pd.Series, n: int) -> pd.DataFrame:
    """Return the rows of the largest sizes, ties in the order of the cells."""
    order = size.abs().sort_values(ascending=False, kind="stable").index
    return cells.loc[order[:n]]


def _bars(ax: "Axes", result: Verification, cells: pd.DataFrame, lang: str, **kwargs: Any) -> None:
    """Draw one bar per difference, the smaller ones together."""
    n = MAX_BARS if len(cells) <= MAX_BARS else MAX_BARS - 1
    top = _largest(cells, cells["gap"], n)
    names = [cell_name(result, row, lang) for _, row in top.iterrows()]
    gaps, alone = top["gap"].tolist(), top["status"].isin(["only_ours", "only_theirs"]).tolist()
    rest = cells.drop(top.index)
    if len(rest):
        names.append(label("verify.rest", lang, n=count(len(rest))))
        gaps.append(int(rest["gap"].sum()))
        alone.append(False)
    bars = ax.barh(
        range(len(names)),
        [gap / UNITS for gap in gaps],
        color=[UP if gap >= 0 else DOWN for gap in gaps],
        **kwargs,
    )
    for bar, lone in zip(bars, alone, strict=True):
        bar.set_hatch("///" if lone else "")
        bar.set_edgecolor("white")
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(names)), names)
    _legend(ax, cells, lang)
    _axis(ax, result, lang, "verify.axis_difference")


def _legend(ax: "Axes", cells: pd.DataFrame, lang: str) -> None:
    """Say what colours and hatches mean, as far as they are drawn."""
    from matplotlib.patches import Patch  # noqa: PLC0415

    alone = cells["status"].isin(["only_ours", "only_theirs"])
    kinds = [
        ("verify.more", UP, "", (cells["gap"] > 0).any()),
        ("verify.less", DOWN, "", (cells["gap"] < 0).any()),
        ("verify.alone", MUTED, "///", alone.any()),
    ]
    ax.legend(
        handles=[
            Patch(facecolor=c, hatch=h, edgecolor="white", label=label(key, lang))
            for key, c, h, there in kinds
            if there
        ],
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
    )


def _pairs(ax: "Axes", result: Verification, cells: pd.DataFrame, lang: str) -> None:
    """Draw both amounts of the largest cells."""
    top = _largest(cells, cells["ours"], MAX_BARS)
    names = [cell_name(result, row, lang) for _, row in top.iterrows()]
    places = range(len(top))
    ours, theirs = top["ours"] / UNITS, top["theirs"] / UNITS
    ax.plot(ours, places, "o", color=ACTUAL, markersize=5, label=label("verify.mark_ours", lang))
    ax.plot(
        theirs,
        places,
        "o",
        markersize=10,
        markerfacecolor="none",
        markeredgecolor=INK,
        label=result.source[lang],
    )
    ax.set_yticks(places, names)
    ax.set_xlim(left=min(0.0, float(ours.min()) * 1.05))
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    if len(cells) > len(top):
        n, total = count(len(top)), count(len(cells))
        ax.set_ylabel(label("verify.largest", lang, n=n, total=total))
    _axis(ax, result, lang, "axis.amount")


def _axis(ax: "Axes", result: Verification, lang: str, key: str) -> None:
    """Name the unit along x: the currency, or pieces."""
    money_axis(ax, result.currency, lang, which="x", key=key)
    if result.value == "quantity" or result.value.startswith("n_"):
        ax.set_xlabel(label(key, lang, unit=label("verify.unit_pieces", lang)))
