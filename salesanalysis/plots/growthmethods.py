"""Growth methods side by side, and a regression over units: marks on one line per unit."""

from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.labels import growth, label
from salesanalysis.plots.base import (
    ACTUAL,
    GRID,
    MAX_BARS,
    SERIES,
    YELLOW,
    draw,
    money_axis,
    new_axes,
    wrap_title,
)
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
from salesanalysis.targets.growth_methods.compare import Comparison, shown_level
from salesanalysis.targets.growth_methods.regress import Regression
from salesanalysis.targets.words import node_text, node_texts

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_MARKS = "osD^vP*X"


@draw.register(Comparison)  # type: ignore[attr-defined,untyped-decorator]
def method_marks(
    result: Comparison, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what each of the first eight methods proposes for the largest units."""
    level = shown_level(result)
    names, methods = [level] if level else [], list(result.methods[: len(SERIES)])
    keyed = result.frame.assign(**({} if names else {"node": ""}))
    wide = keyed.pivot_table(
        index=names or ["node"], columns="method", values="value", aggfunc="sum"
    )
    order = wide.max(axis=1).sort_values(ascending=False, kind="stable").index
    wide = wide.loc[order[:MAX_BARS], methods]
    ax = new_axes(ax, figsize=(8.0, 2.2 + 0.38 * len(wide)))
    at = np.arange(len(wide))
    ax.hlines(at, wide.min(axis=1), wide.max(axis=1), color=GRID, linewidth=5)
    for rank, method in enumerate(methods):
        ax.plot(
            wide[method], at, linestyle="none", marker=_MARKS[rank], markersize=6,
            color=SERIES[rank], label=result.method_text(method, lang), **kwargs,
        )  # fmt: skip
    texts = [
        node_text({level: name} if level else {}, names, result.terms, lang) for name in wide.index
    ]
    unit_rows(ax, texts)
    ax.set_xlim(left=0)
    money_axis(ax, result.currency, lang, which="x", key="axis.proposed")
    left_out(ax, len(order) - len(wide), lang)
    legend(ax)
    wrap_title(ax, result.headline(lang))
    return ax


@draw.register(Regression)  # type: ignore[attr-defined,untyped-decorator]
def regression_dots(
    result: Regression, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw base and fitted value of the units farthest from the line."""
    far = (result.frame["base"] - result.frame["fitted"]).abs().rename("far")
    order = result.frame.assign(far=far).sort_values(
        ["far", *result.by], ascending=[False, *[True] * len(result.by)], kind="stable"
    )
    rows = order.head(MAX_BARS).reset_index(drop=True)
    ax = new_axes(ax, figsize=height(len(rows)))
    marks = [
        ("fitted", YELLOW, "D", label("column.fitted", lang)),
        ("base", ACTUAL, "o", label("column.base", lang)),
    ]
    dots(ax, rows, marks, **kwargs)
    beside(ax, rows, ["fitted", "base"], [_off(r, result, lang) for r in rows.to_dict("records")])
    unit_rows(ax, node_texts(rows, result.by, result.terms, lang))
    amounts_along(ax, rows[["fitted", "base"]], result.currency, lang, room=1.35)
    left_out(ax, len(order) - len(rows), lang)
    legend(ax)
    wrap_title(ax, result.headline(lang))
    return ax


def _off(row: dict[str, Any], result: Regression, lang: str) -> str:
    """Write how far a unit is from its fitted value, and what is special about it."""
    state = "" if row["status"] == "ok" else show_value("status", row["status"], lang, result.terms)
    rise = growth(row["base"] / row["fitted"] - 1) if row["fitted"] > 0 else ""
    return label("targets.comma", lang).join(x for x in (rise, state) if x)
