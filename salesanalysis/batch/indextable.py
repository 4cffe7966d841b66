"""The index as a table for spreadsheets: one line a task, plain numbers."""

from collections.abc import Mapping, Sequence
from typing import Any

from salesanalysis.batch.manifest import History
from salesanalysis.spreadsheet import csv_text

HEAD = ["notebook", "region", "lang", "status", "reason", "seconds", "warnings", "page", "as_of"]


def day_of(end: Mapping[str, Any]) -> str:
    """Return the day of the data a page was made from, YYYY-MM-DD or ""."""
    return str(end.get("as_of") or end.get("parts", {}).get("params", {}).get("as_of") or "")


def text(ends: Sequence[Mapping[str, Any]], history: History) -> str:
    """Return one line a task: status, reason, seconds, files and key figures."""
    good = history.last_good()
    found = {e["task"]: good.get(e["task"], {}).get("figures", []) for e in ends}
    names = sorted({f["name"] for figures in found.values() for f in figures})
    rows = []
    for e in ends:
        values = {f["name"]: _figure(f) for f in found[e["task"]]}
        page = f"{e['task']}.html" if e["task"] in good else ""
        facts = [e.get(k, "") for k in ("notebook", "region", "lang", "status", "reason")]
        facts += [e.get("seconds"), e.get("warnings"), page, day_of(good.get(e["task"], {}))]
        rows.append([*facts, *(values.get(n, "") for n in names)])
    return csv_text([*HEAD, *(f"figure.{n}" for n in names)], rows)


def _figure(figure: Mapping[str, Any]) -> Any:
    """Return a key figure as a plain number: shares with 6 decimals, all else with 2."""
    value = figure["value"]
    if not isinstance(value, float):
        return value
    share = "%" in figure["text"] or figure["name"].endswith("_pp")
    places = 6 if share else 2
    # adding 0.0 makes -0.0 a plain 0
    return f"{round(value, places) + 0.0:.{places}f}".rstrip("0").rstrip(".")
