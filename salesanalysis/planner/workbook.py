"""Everything the pages show as one workbook, and what it is called."""

import re
from pathlib import Path

import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.labels import LANGUAGES, label
from salesanalysis.planner.controls import controls_of
from salesanalysis.planner.lastpay import exact_pay
from salesanalysis.planner.view import View
from salesanalysis.report.tables import workbook_bytes

_BOOK = re.compile(r"[^\w.()-]+")


def workbook_name(name: str) -> str:
    """Return the file name of the workbook of a plan saved under a name.

    Examples
    --------
    >>> workbook_name("params/plans/a b.yaml"), workbook_name("方案.yaml"), workbook_name("..")
    ('a_b.xlsx', '方案.xlsx', 'plan.xlsx')
    """
    stem = _BOOK.sub("_", Path(name).stem).strip("._")
    return f"{stem or 'plan'}.xlsx"


def workbook(view: View, lang: str) -> bytes:
    """Return everything the pages show as one workbook: the same view, the same bytes."""
    frames = {
        "planner_figures": _figures(view, lang),
        "planner_numbers": numbers(view, lang),
        "planner_people": _people(view),
        "planner_draws": _draws(view),
        "planner_curve": _curve(view),
    }
    kept = {name: frame for name, frame in frames.items() if len(frame)}
    if isinstance(view.findings, SalesAnalysisError):
        return workbook_bytes(kept, lang=lang)
    kept["planner_findings"] = view.findings.to_frame()
    return workbook_bytes(kept, lang=lang, source={"planner_findings": view.findings})


def _figures(view: View, lang: str) -> pd.DataFrame:
    """Return the figures of the first page under their names there, before and now."""
    frame = view.figures()
    names = [label(f"planner.row.{figure}", lang) for figure in frame["figure"]]
    values = {f"planner_{side}": frame[side] for side in ("old", "new")}
    return pd.DataFrame({"planner_figure": names, **values})


def numbers(view: View, lang: str) -> pd.DataFrame:
    """Return every number of the plan beside the old one: part, number, before, now."""
    at = LANGUAGES[LANGUAGES.index(lang)]
    old = {c.knob: c for c in controls_of(view.old)}
    rows = [
        (
            c.titles[at],
            c.labels[at],
            float(old[c.knob].value) if c.knob in old else float("nan"),
            float(c.value),
        )
        for c in controls_of(view.plan)
    ]
    columns = ["planner_group", "planner_place", "planner_old", "planner_new"]
    return pd.DataFrame(rows, columns=columns)


def _people(view: View) -> pd.DataFrame:
    """Return everybody's pay of the period under both plans, to the cent."""
    try:
        pays = [exact_pay(plan, view.crowd) for plan in (view.old, view.plan)]
    except SalesAnalysisError:
        return view.people
    old, new = (p[p["status"] != "no_quota"] for p in pays)
    head = new[["salesperson", "quota", "actual", "completion"]]
    both = head.assign(new_pay=new["pay"]).merge(
        old[["salesperson", "pay"]].rename(columns={"pay": "old_pay"}),
        on="salesperson",
        how="outer",
        validate="one_to_one",
    )
    return both.assign(change=(both["new_pay"] - both["old_pay"]).round(2))


def _draws(view: View) -> pd.DataFrame:
    """Return the cost of every drawn year under both plans, where both are simulated."""
    if isinstance(view.now, SalesAnalysisError):
        return pd.DataFrame()
    frame = pd.DataFrame({"sales": view.now.sales, "planner_new": view.now.cost})
    if not isinstance(view.before, SalesAnalysisError):
        frame.insert(1, "planner_old", view.before.cost)
    return frame.rename_axis("draw").reset_index()


def _curve(view: View) -> pd.DataFrame:
    """Return pay by completion under both plans, no rows where there is no curve."""
    if isinstance(view.curves, SalesAnalysisError):
        return pd.DataFrame()
    new, old = (c.to_frame().drop(columns="coefficient") for c in view.curves)
    keys = ["completion", "side"]
    both = old.rename(columns={"pay_share": "old_pay_share"}).merge(
        new.rename(columns={"pay_share": "new_pay_share"}), on=keys, how="outer"
    )
    return both.sort_values(keys, ascending=[True, False], kind="stable", ignore_index=True)
