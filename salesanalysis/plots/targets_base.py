"""Where targets start: the cleaned base, and the steps from a base to its target."""

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.labels import count, growth, label, money
from salesanalysis.plots.base import (
    ACTUAL,
    DOWN,
    MAX_BARS,
    MUTED,
    TOTAL,
    UP,
    draw,
    new_axes,
    wrap_title,
)
from salesanalysis.plots.beside import write_beside
from salesanalysis.plots.units import (
    amounts_along,
    beside,
    height,
    legend,
    unit_rows,
    with_other,
)
from salesanalysis.results import show_value
from salesanalysis.targets.assumptions.bridge import AssumptionBridge
from salesanalysis.targets.base_cleaning.cleaned import CleanBase
from salesanalysis.targets.words import node_texts, year_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_HALF_CENT = 0.005


@draw.register(CleanBase)  # type: ignore[attr-defined,untyped-decorator]
def base_bars(
    result: CleanBase, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw what every unit sold beside what of it is its base."""
    units = result.units.sort_values(
        ["sold", *result.by], ascending=[False, *[True] * len(result.by)], kind="stable"
    )
    rows = units[["sold", "base", "status"]].reset_index(drop=True)
    rows["text"] = node_texts(units, result.by, result.terms, lang)
    rows = with_other(rows, ["sold", "base"], lang, status="ok")
    ax = new_axes(ax, figsize=height(len(rows)))
    at = np.arange(len(rows))
    year = year_text(result.calendar, result.year - 1, lang)
    sold, base = label("word.sold_year", lang, year=year), label("column.base", lang)
    ax.barh(at - 0.2, rows["sold"], height=0.38, color=MUTED, label=sold)
    ax.barh(at + 0.2, rows["base"], height=0.38, color=ACTUAL, label=base, **kwargs)
    texts = [_why(row, result, lang) for row in rows.to_dict("records")]
    beside(ax, rows, ["sold", "base"], texts)
    unit_rows(ax, rows["text"].tolist())
    amounts_along(ax, rows[["sold", "base"]], result.currency, lang, room=1.35)
    legend(ax)
    wrap_title(ax, result.headline(lang))
    return ax


def _why(row: dict[str, Any], result: CleanBase, lang: str) -> str:
    """Write what the base differs by, and the state of the unit where it is not the usual one."""
    state = "" if row["status"] == "ok" else show_value("status", row["status"], lang, result.terms)
    change = row["base"] - row["sold"]
    moved = abs(change) >= _HALF_CENT
    amount = money(change, lang, result.currency, signed=True) if moved else ""
    return label("targets.comma", lang).join(x for x in (amount, state) if x)


@draw.register(AssumptionBridge)  # type: ignore[attr-defined,untyped-decorator]
def steps(
    result: AssumptionBridge, *, ax: "Axes | None" = None, lang: str = "en", **kwargs: Any
) -> "Axes":
    """Draw the steps from the base to the target, the first on top."""
    rows = _steps(result, lang)
    ax = new_axes(ax, figsize=height(len(rows)))
    end = rows["amount"].where(rows["kind"] != "step", rows["amount"].cumsum())
    begin = np.where(rows["kind"] == "step", end - rows["amount"], 0.0)
    color = np.select([rows["kind"] != "step", rows["amount"] >= 0], [TOTAL, UP], DOWN)
    at = np.arange(len(rows))
    ax.barh(at, end - begin, left=begin, height=0.6, color=color.tolist(), **kwargs)
    for y, edge in enumerate(end.iloc[:-1]):
        ax.plot((edge, edge), (y - 0.3, y + 1.3), color=MUTED, linewidth=0.8, zorder=0.9)
    for y, row in enumerate(rows.to_dict("records")):
        whole = row["kind"] != "step"
        amount = money(row["amount"], lang, result.currency, signed=not whole)
        effect = "" if whole or not np.isfinite(row["effect"]) else f"  {growth(row['effect'])}"
        write_beside(ax, amount + effect, max(begin[y], end.iloc[y]), float(y), gap=5)
    unit_rows(ax, rows["text"].tolist())
    amounts_along(ax, [*begin, *end], result.currency, lang, room=1.4)
    wrap_title(ax, result.headline(lang))
    return ax


def _steps(result: AssumptionBridge, lang: str) -> pd.DataFrame:
    """Return the steps in reading order, the smallest ones as one where there are too many."""
    table = result.steps
    rows = table[["kind", "amount"]].assign(
        effect=table["effect_growth"],
        text=[result.step_text(str(f), lang) for f in table["factor"]],
    )
    inside = rows[rows["kind"] == "step"]
    too_many = len(rows) - MAX_BARS
    if too_many <= 0:
        return rows
    small = inside["amount"].abs().sort_values(kind="stable").index[: too_many + 1]
    text = label("word.other_n", lang, n=count(len(small)))
    amount = inside.loc[small, "amount"].sum()
    other = pd.DataFrame({"kind": ["step"], "amount": [amount], "effect": [np.nan], "text": [text]})
    kept = rows.drop(index=small)
    return pd.concat([kept.iloc[:-1], other, kept.iloc[-1:]], ignore_index=True)
