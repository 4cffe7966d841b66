"""Where a gap is: slices, and members of the dimension that shifted most, as bars from 0."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from salesanalysis.labels import growth, has_label, label
from salesanalysis.plots import heat as heat  # noqa: PLC0414  registers the map of the same room
from salesanalysis.plots.base import (
    DOWN,
    INK,
    MAX_BARS,
    TOTAL,
    UP,
    _advance,
    _tokens,
    draw,
    inner_ticks,
    money_axis,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.small import one_unit
from salesanalysis.variance import Bridge, DimRanking
from salesanalysis.variance.names import fitted, key_name
from salesanalysis.variance.places import words
from salesanalysis.variance.rounded import Scale
from salesanalysis.variance.text import rounded_steps

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAME_WIDTH = 34
#: Part of the axes that amounts written beside the longest bar need.
BESIDE = 0.24


def slices(result: Bridge, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any) -> "Axes":
    """Draw the slices of a search for places, largest first, and what is left."""
    scale, steps = rounded_steps(result, lang)
    steps = _fitting(steps, lang)
    keys = [*result.by, "effect"]
    notes = {tuple(r[k] for k in keys): r["note"] for r in result.effects.to_dict("records")}
    table = pd.DataFrame(
        {
            "name": [_name(row) for row in steps.to_dict("records")],
            "amount": steps["amount"],
            "text": _marks(scale, steps),
            "note": [
                _shown(notes.get(tuple(row.get(k) for k in keys), ""), lang)
                for row in steps.to_dict("records")
            ],
            "plain": steps["effect"] == "rest",
        }
    )
    ax = _bars(table, ax, lang, result.currency, result.meta.favourable, scale, kwargs)
    _small_print(ax, words.small_print(result, lang))
    wrap_title(ax, result.headline(lang), room=_room(table))
    return ax


@draw.register(DimRanking)  # type: ignore[attr-defined,untyped-decorator]
def dimensions(
    result: DimRanking, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the members of the dimension that shifted most, those that hold the gap first."""
    first = result.members[result.members["rank"] == 1].reset_index(drop=True)
    name = str(first["dimension"].iloc[0])
    first = first.assign(
        name=result.terms.show_all(name, first["element"], lang),
        note=[_change(*sides) for sides in zip(first["base"], first["actual"], strict=True)],
    )
    scale = Scale.of([result.gap, *first["amount"]], lang)
    first = first.assign(whole=scale.split(first["amount"].tolist(), result.gap))
    first = _merged(first, lang)
    table = pd.DataFrame(
        {
            "name": first["name"],
            "amount": first["amount"],
            "text": _marks(scale, first),
            "note": first["note"],
            "plain": first["plain"],
        }
    )
    ax = _bars(table, ax, lang, result.currency, "up", scale, kwargs)
    ax.set_ylabel(key_name(name, lang))
    _small_print(ax, label("variance.space", lang).join(result.explain(lang).split("\n")[1:]))
    wrap_title(ax, result.headline(lang), room=_room(table))
    return ax


def _marks(scale: Scale, table: pd.DataFrame) -> list[str]:
    """Return what stands beside each bar."""
    return [scale.mark(int(w), a) for w, a in zip(table["whole"], table["amount"], strict=True)]


def _name(row: dict[str, Any]) -> str:
    """Return the name of a bar: members as they are, words with a capital."""
    name = str(row["name"])
    return name if row["effect"] == "slice" else name[:1].upper() + name[1:]


def _fitting(steps: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Merge the smallest slices into the rest where there are more than a picture holds."""
    n = MAX_BARS - 1
    if len(steps) <= MAX_BARS:
        return steps
    gone = steps.iloc[n:]
    rest = gone.tail(1).assign(
        amount=gone["amount"].sum(),
        whole=gone["whole"].sum(),
        name=label("places.rest_and", lang, n=len(gone) - 1),
    )
    return pd.concat([steps.head(n), rest], ignore_index=True)


def _merged(table: pd.DataFrame, lang: str) -> pd.DataFrame:
    """Merge the members that hold least into one bar."""
    table = table.assign(plain=False)
    if len(table) <= MAX_BARS:
        return table
    order = table["amount"].abs().sort_values(ascending=False, kind="stable").index
    small = table.loc[sorted(order[MAX_BARS - 1 :])]
    other = {
        "name": label("word.other_n", lang, n=len(small)), "amount": small["amount"].sum(),
        "whole": small["whole"].sum(), "note": "", "plain": True,
    }  # fmt: skip
    kept = table.drop(index=small.index)
    return pd.concat([kept, pd.DataFrame([other])], ignore_index=True)


def _change(base: float, actual: float) -> str:
    """Return by how much a member moved; nothing where it had no base."""
    return growth(actual / base - 1) if base > 0 else ""


def _shown(note: str, lang: str) -> str:
    """Return a note in words: by how much a slice moved, or why that is no number."""
    key = f"places.bar_{note}"
    return label(key, lang) if has_label(key) else note


def _bars(  # noqa: PLR0917  the same seven in the same order from both pictures
    table: pd.DataFrame, ax: "Axes | None", lang: str, currency: str, favourable: str,
    scale: Scale, kwargs: dict[str, Any],
) -> "Axes":  # fmt: skip
    """Draw bars from 0 with amount and change beside them."""
    ax = new_axes(ax, figsize=(8.4, 2.3 + 0.33 * len(table)))
    good = (table["amount"] >= 0) == (favourable == "up")
    colors = [TOTAL if p else UP if g else DOWN for p, g in zip(table["plain"], good, strict=True)]
    ax.barh(range(len(table)), table["amount"], color=colors, **{"height": 0.62} | kwargs)
    ax.axvline(0, color=INK, linewidth=0.8)
    ax.set_yticks(range(len(table)), fitted(table["name"].tolist(), NAME_WIDTH))
    ax.set_ylim(len(table) - 0.4, -0.6)
    ax.grid(visible=False, axis="y")
    _limits(ax, table["amount"])
    for i, row in enumerate(table.itertuples()):
        right = row.amount >= 0
        ax.annotate(
            "  ".join(part for part in (row.text, row.note) if part), (row.amount, i),
            xytext=(4 if right else -4, 0), textcoords="offset points",
            ha="left" if right else "right", va="center", fontsize=8, color=INK,
        )  # fmt: skip
    money_axis(ax, currency, lang, which="x")
    one_unit(ax, scale, which="x")
    ticks = inner_ticks(ax, "x") if table["amount"].any() else [0.0]
    ax.set_xticks(ticks[:: 2 if len(ticks) > 7 else 1])
    ax.tick_params(axis="y", labelcolor=INK)
    return ax


def _limits(ax: "Axes", amounts: pd.Series) -> None:
    """Leave room for the text beside the longest bar of each side."""
    low, high = min(float(amounts.min()), 0.0), max(float(amounts.max()), 0.0)
    spread = (high - low) or 1.0
    room = spread * BESIDE / (1 - BESIDE * ((low < 0) + (high > 0 or low == 0)))
    ax.set_xlim(
        low - (room if low < 0 else 0.02 * spread), high + (room if high > 0 else 0.02 * spread)
    )


def _small_print(ax: "Axes", text: str) -> None:
    """Write what has to be said below the axis."""
    lines = _lines(text, _points(ax))
    ax.set_xlabel("\n".join([ax.get_xlabel(), *lines]), loc="left", fontsize=8)


def _points(ax: "Axes") -> float:
    """Return about how wide the axes are, in points."""
    return float(ax.figure.bbox.width / ax.figure.dpi) * 72 * 0.70


def _room(table: pd.DataFrame) -> float:
    """Return the part of the width that the longest name leaves to the title."""
    widest = max(
        sum(_advance(c) for c in name) for name in fitted(table["name"].tolist(), NAME_WIDTH)
    )
    return max(0.5, 0.94 - widest * 9 / 605)


def _lines(text: str, points: float) -> Sequence[str]:
    """Break small print of 8 points into lines of a width."""
    lines, line, used = [], "", 0.0
    for token in _tokens(text):
        size = 8 * sum(_advance(c) for c in token)
        if line and used + size > points:
            lines.append(line.rstrip())
            line, used = "", 0.0
        line, used = line + token, used + size
    return [*lines, line.rstrip()]
