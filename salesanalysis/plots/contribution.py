"""Who holds the gap: members as bars from 0, the largest first."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.labels import growth, label
from salesanalysis.plots.base import DOWN, INK, MAX_BARS, UP, inner_ticks, new_axes, wrap_title
from salesanalysis.plots.places import _limits
from salesanalysis.plots.small import axis_of_amounts, small_print
from salesanalysis.variance import Bridge
from salesanalysis.variance.names import fitted, key_name
from salesanalysis.variance.rounded import Scale
from salesanalysis.variance.text import headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME_WIDTH = 26


def contribution(
    result: Bridge,
    *,
    ax: "Axes | None" = None,
    lang: str = "en",
    level: str | None = None,
    max_bars: int | None = None,
    **kwargs: Any,
) -> "Axes":
    """Draw how much of the gap each member of `level` holds, sorted.

    Parameters
    ----------
    result : Bridge
    level : str, optional
        A column of the bridge; default its first.
    max_bars : int, optional
        Members drawn; default 12, the smallest as one bar.

    Raises
    ------
    ContractError
        A bridge of the total alone, or a level it does not have.
    """
    table = _members(result, _level(result, level), lang, max_bars or MAX_BARS)
    ax = new_axes(ax, figsize=(8.0, 1.9 + 0.3 * len(table)))
    good = (table["amount"] >= 0) == (result.meta.favourable == "up")
    colors = [UP if g else DOWN for g in good]
    ax.barh(range(len(table)), table["amount"], color=colors, **{"height": 0.62} | kwargs)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(table)), fitted(table["name"].tolist(), NAME_WIDTH))
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    _limits(ax, table["amount"])
    for i, row in enumerate(table.itertuples()):
        right = row.amount >= 0
        ax.annotate(
            f"{row.text}  {row.change}".rstrip(), (row.amount, i),
            xytext=(4 if right else -4, 0), textcoords="offset points",
            ha="left" if right else "right", va="center", fontsize=8, color=INK,
        )  # fmt: skip
    scale = Scale.of([result.gap, *table["amount"]], lang, result.meta.kind)
    axis_of_amounts(ax, result, lang, which="x", scale=scale)
    ticks = inner_ticks(ax, "x") if table["amount"].any() else [0.0]
    ax.set_xticks(ticks[:: 2 if len(ticks) > 7 else 1])
    name = key_name(_level(result, level), lang)
    small_print(ax, label("contribution.caption", lang, level=name), keep=True)
    wrap_title(ax, _title(result, table, lang), room=0.72)
    return ax


def _title(result: Bridge, table: pd.DataFrame, lang: str) -> str:
    """Write the gap and the members that hold most of it, as their bars say."""
    if result.start <= 0:
        return result.headline(lang)
    scale = Scale.of([result.gap, *table["amount"]], lang, result.meta.kind)
    return headline(result, scale, table[["name", "amount", "whole"]], lang)


def _level(result: Bridge, level: str | None) -> str:
    if not result.by:
        raise ContractError(
            "This bridge is of the total alone: it has no members.",
            where='Bridge.plot(kind="contribution")',
            fix='name a level when you compare: explain(..., by=["region"])',
            code="bad-choice",
        )
    if level is not None and level not in result.by:
        raise unknown_name(
            level, result.by, kind="level", where="Bridge.plot(level=...)", error=ContractError
        )
    return level or result.by[0]


def _members(result: Bridge, level: str, lang: str, most: int) -> pd.DataFrame:
    """Return members with amount and change, the smallest merged, as they are written."""
    table = result.effects.groupby(level, as_index=False)["amount"].sum()
    sides = result.items.groupby(level, as_index=False)["base"].sum()
    table = table.merge(sides, on=level, how="left")
    table["name"] = result.terms.show_all(level, table[level], lang)
    scale = Scale.of([result.gap, *table["amount"]], lang, result.meta.kind)
    table["whole"] = scale.split(table["amount"].tolist(), result.gap)
    size = table["amount"].abs()
    table = table.assign(**{"(size)": size}).sort_values(
        ["(size)", level], ascending=[False, True], kind="stable", ignore_index=True
    )
    table = _merged(table, lang, most).sort_values("amount", kind="stable", ignore_index=True)
    share = (table["amount"] / table["base"]).where(table["base"] > 0)
    is_rate = result.meta.kind == "share"
    table["change"] = ["" if pd.isna(s) or is_rate else growth(s) for s in share]
    pairs = zip(table["whole"], table["amount"], strict=True)
    table["text"] = [scale.mark(int(w), a) for w, a in pairs]
    return table


def _merged(table: pd.DataFrame, lang: str, most: int) -> pd.DataFrame:
    if len(table) <= most:
        return table
    rest = table.iloc[most - 1 :]
    other = rest[["amount", "base", "whole"]].sum().to_frame().T
    other["name"] = label("word.other_n", lang, n=len(rest))
    return pd.concat([table.head(most - 1), other], ignore_index=True)
