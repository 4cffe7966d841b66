"""The table of figures as it is read: before, now, change."""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.labels import chance, count, growth, label, percent, points
from salesanalysis.results import column_label

if TYPE_CHECKING:
    from salesanalysis.planner.pricing import Priced
    from salesanalysis.planner.view import View


#: Rows of the table of figures, in order; the kind says how a value is written.
FIGURES = {
    "expected": "money",
    "p5": "money",
    "p50": "money",
    "p95": "money",
    "overrun": "chance",
    "cost_rate": "share",
    "person": "money",
    "at_target": "share",
    "findings": "count",
}
EMPTY = float("nan")  # only where the row says why: no budget, not simulated


def figures_of(view: "View") -> pd.DataFrame:
    """Return the figures of a view as numbers: figure, kind, old, new."""
    new, old = _priced(view, view.now), _priced(view, view.before)
    for values, found in ((new, view.findings), (old, view.findings_before)):
        if not isinstance(found, SalesAnalysisError):
            values["findings"] = float(len(found.frame))
    if isinstance(view.curves, tuple):
        new["at_target"], old["at_target"] = view.at_quota
    rows = [(name, kind, old[name], new[name]) for name, kind in FIGURES.items()]
    return pd.DataFrame(rows, columns=["figure", "kind", "old", "new"])


def _priced(view: "View", priced: "Priced | SalesAnalysisError") -> dict[str, float]:
    """Return what a plan costs, empty where it is not simulated."""
    values = dict.fromkeys(FIGURES, EMPTY)
    if isinstance(priced, SalesAnalysisError):
        return values
    quantiles = {f"p{q}": priced.quantile(q / 100) for q in (5, 50, 95)}
    over = EMPTY if view.budget is None else priced.overrun(view.budget)
    person = priced.expected / max(len(priced.people), 1)
    own = {"expected": priced.expected, "overrun": over, "person": person}
    return {**values, **quantiles, **own, "cost_rate": priced.cost_rate}


def table_of(view: "View", lang: str) -> pd.DataFrame:
    """Return the figures of a view as texts: figure, before, now, change."""
    rows = []
    for _, row in view.figures().iterrows():
        old, new = (written(view, row["kind"], row[c], lang) for c in ("old", "new"))
        rows.append(
            (label(f"planner.row.{row['figure']}", lang), old, new, _change(view, row, lang))
        )
    if len(view.people):
        rows += [
            (label(f"planner.row.{n}", lang), "–", count(getattr(view, n)), "–")
            for n in ("winners", "losers")
        ]
    names = ("planner_figure", "planner_old", "planner_new", "planner_change")
    return pd.DataFrame(rows, columns=[column_label(name, lang) for name in names])


def people_title(view: "View", lang: str) -> str:
    """Say who wins and loses, or what everybody is paid where nobody's pay changes."""
    pay = view.people["new_pay"]
    if not len(pay) or view.people["change"].any():
        return view.people_headline(lang)
    amounts = {"total": pay.sum(), "low": pay.min(), "high": pay.max()}
    texts = {k: view.money(float(v), lang) for k, v in amounts.items()}
    period = view.crowd.when(lang)
    return label("planner.people.level", lang, period=period, n=count(len(pay)), **texts)


def written(view: "View", kind: str, value: float, lang: str) -> str:
    """Write a figure by its kind; an empty one as a dash."""
    if value != value:  # noqa: PLR0124
        return "–"
    if kind == "money":
        return view.money(value, lang)
    if kind == "chance":
        return chance(value)
    return percent(value, 2) if kind == "share" else count(value)


def _change(view: "View", row: pd.Series, lang: str) -> str:
    """Write how a figure changes: amounts in percent, shares in points."""
    old, new = float(row["old"]), float(row["new"])
    if not np.isfinite(old) or not np.isfinite(new) or row["kind"] == "count":
        return "–"
    if row["kind"] == "money":
        return growth((new - old) / abs(old)) if old else view.money(new - old, lang, signed=True)
    return points(100 * (new - old), lang, 2 if row["kind"] == "share" else 0)
