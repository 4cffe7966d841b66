"""Asked and offered in pictures: the gap of every unit, and what was agreed between them."""

from typing import TYPE_CHECKING, Any

from salesanalysis.labels import growth, label, money
from salesanalysis.plots.base import ACTUAL, MAX_BARS, TARGET, YELLOW, draw, new_axes, wrap_title
from salesanalysis.plots.units import (
    amounts_along,
    beside,
    dots,
    height,
    left_out,
    legend,
    unit_rows,
)
from salesanalysis.results import show_value
from salesanalysis.targets.bottomup.gaps import GapTable
from salesanalysis.targets.bottomup.reconciled import Reconciled
from salesanalysis.targets.words import node_texts

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

_MARKS = {"top_down": (TARGET, "D"), "bottom_up": (YELLOW, "o"), "value": (ACTUAL, "^")}


@draw.register(GapTable)  # type: ignore[attr-defined,untyped-decorator]
def gaps(result: GapTable, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any) -> "Axes":
    """Draw what is asked of every unit beside what it offered, the widest gap on top."""
    # a unit without a proposal is not a gap of 0: it stands below those that have one
    ordered = _largest_first(result, result.frame["gap"].abs())
    return _between(result, ordered, ["top_down", "bottom_up"], ax, lang, **kwargs)


@draw.register(Reconciled)  # type: ignore[attr-defined,untyped-decorator]
def agreed(
    result: Reconciled, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what was agreed for every unit between both sides, the most moved on top."""
    moved = (result.frame["value"] - result.frame["top_down"]).abs()
    ordered = _largest_first(result, moved)
    return _between(result, ordered, ["top_down", "bottom_up", "value"], ax, lang, **kwargs)


def _largest_first(result: GapTable | Reconciled, size: "pd.Series") -> "pd.DataFrame":
    """Return the units, the largest `size` first, those without one last."""
    down = [False, *[True] * len(result.by)]
    ordered: pd.DataFrame = result.frame.assign(size=size).sort_values(
        ["size", *result.by], ascending=down, kind="stable", na_position="last"
    )
    return ordered


def _between(
    result: GapTable | Reconciled,
    ordered: "pd.DataFrame",
    columns: list[str],
    ax: "Axes | None",
    lang: str,
    **kwargs: Any,
) -> "Axes":
    """Draw the columns of the first units as marks on one line each."""
    rows = ordered.head(MAX_BARS).reset_index(drop=True)
    ax = new_axes(ax, figsize=height(len(rows)))
    marks = [(c, *_MARKS[c], label(f"side.{c}", lang)) for c in columns]
    dots(ax, rows, marks, **kwargs)
    beside(ax, rows, columns, [_words(row, result, lang) for row in rows.to_dict("records")])
    unit_rows(ax, node_texts(rows, result.by, result.terms, lang))
    amounts_along(ax, rows[columns], result.currency, lang, room=1.4)
    left_out(ax, len(ordered) - len(rows), lang)
    legend(ax)
    wrap_title(ax, result.headline(lang))
    return ax


def _words(row: dict[str, Any], result: GapTable | Reconciled, lang: str) -> str:
    """Write the gap or the agreed value, and the state of the unit where it is not the usual."""
    usual = row["status"] in ("ok", "submitted")
    state = "" if usual else show_value("status", row["status"], lang, result.terms)
    if "value" in row:
        figure = money(row["value"], lang, result.currency)
    else:
        figure = growth(row["gap_growth"]) if row["gap_growth"] == row["gap_growth"] else ""
    return label("targets.comma", lang).join(x for x in (figure, state) if x)
