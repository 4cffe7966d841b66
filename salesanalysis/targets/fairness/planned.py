"""The quality report of a plan: its units beside what a forecast expects of them."""

from typing import Any

import pandas as pd

from salesanalysis.panel import Panel
from salesanalysis.targets.asking import chances_of, levels_known
from salesanalysis.targets.fairness.backtest import yearly_sales
from salesanalysis.targets.fairness.report import QualityReport
from salesanalysis.targets.fairness.testing import quality_report
from salesanalysis.targets.plan import Plan


def plan_report(
    plan: Plan,
    *,
    forecast: Any = None,
    panel: Panel | None = None,
    territory: str = "",
    seed: int = 1,
) -> QualityReport:
    """Test a plan before its year is over: are its targets fair, and who is asked too much.

    Parameters
    ----------
    plan : Plan
    forecast : result with ``by`` and ``probability(targets) -> DataFrame``, or draws; optional
        Its answer has the level columns, ``probability`` and, where attainment is to be expected,
        ``landing`` (currency).
    panel : Panel, optional
        Sales per unit and month, whose complete years are the history.
    territory : str, optional
        The level whose effect on attainment is measured; default the first one where there are
        others below it.
    seed : int

    Returns
    -------
    QualityReport, one row per unit of the deepest level both plan and forecast (or panel) know

    Examples
    --------
    >>> from salesanalysis.targets import Basis, cascade
    >>> names = list("ABCDEFGH")
    >>> shares = pd.DataFrame({"region": names, "value": [50.0] * 8, "base": [50.0] * 8})
    >>> plan = cascade(800, Basis.of(shares, by=["region"], year=2024))
    >>> plan_report(plan).frame["ask_growth"].tolist()[:2]
    [1.0, 1.0]
    """
    keys = _known_levels(plan, forecast, panel)
    nodes = plan.nodes()
    level = keys[-1] if keys else "company"
    units = nodes[nodes["level"] == level][[*keys, "value", "base", "status"]]
    units = units.rename(columns={"value": "target"}).reset_index(drop=True)
    if forecast is not None:
        units = _expected(units, keys, forecast, plan)
    territory = territory or (keys[0] if len(keys) > 1 else "")
    if territory:
        units["territory"] = units[territory]
    history = None
    if panel is not None and set(keys) <= set(panel.by):
        history = yearly_sales(panel.roll_up(keys))
    return quality_report(
        units, by=keys, year=plan.year, history=history, seed=seed,
        calendar=plan.calendar, currency=plan.currency, terms=plan.terms,
    )  # fmt: skip


def chances(plan: Plan, forecast: Any) -> pd.DataFrame:
    """Return the chance of every unit the forecast knows, at every level, the company included.

    Parameters
    ----------
    plan : Plan
    forecast : result with ``by`` and ``probability(targets) -> DataFrame``, or draws

    Returns
    -------
    DataFrame
        The levels of the plan (empty below the unit's own) and ``probability``; for `card`.
    """
    keys = _known_levels(plan, forecast, None)
    nodes = plan.nodes().rename(columns={"value": "target"})
    parts = []
    for depth in range(len(keys) + 1):
        level = keys[depth - 1] if depth else "company"
        units = nodes.loc[nodes["level"] == level, [*keys[:depth], "target"]]
        found = _expected(units.reset_index(drop=True), keys[:depth], forecast, plan)
        below = dict.fromkeys(plan.levels[depth:], "")
        if "probability" in found:
            parts.append(found.assign(**below)[[*plan.levels, "probability"]])
    columns = {**dict.fromkeys(plan.levels, "str"), "probability": "float64"}
    if not parts:
        return pd.DataFrame(columns=list(columns)).astype(columns)
    return pd.concat(parts, ignore_index=True).astype(columns)


def _known_levels(plan: Plan, forecast: Any, panel: Panel | None) -> list[str]:
    """Return the levels of a plan, from the top, that the forecast or the panel knows."""
    known = levels_known(forecast) or (panel.by if panel else plan.levels)
    keys: list[str] = []
    for level in plan.levels:
        if level not in known:
            break
        keys.append(level)
    return keys


def _expected(units: pd.DataFrame, keys: list[str], forecast: Any, plan: Plan) -> pd.DataFrame:
    """Put chance and expected sales beside the units that have a target."""
    asked = units.loc[units["target"] > 0, [*keys, "target"]].reset_index(drop=True)
    if not len(asked):
        return units
    answer = chances_of(forecast, asked, keys, year=plan.year, calendar=plan.calendar)
    there = [c for c in ("probability", "landing") if c in answer.columns]
    answer = answer[[*keys, *there]].rename(columns={"landing": "expected"})
    if not keys:
        return units.assign(**{c: answer[c].to_numpy() for c in answer.columns})
    return units.merge(answer, on=keys, how="left", validate="one_to_one")
