"""What else a region's page on targets shows: other metrics, totals across, days and weeks."""

from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis import targets
from salesanalysis.book.listing import Listing
from salesanalysis.book.note import Note
from salesanalysis.labels import LANGUAGES, count, money, month

if TYPE_CHECKING:
    from salesanalysis.book.asked import Asked

#: Columns of the weeks a page shows.
WEEKS = ("week", "first_date", "last_date", "n_working_days", "value")


def metrics_of(asked: "Asked", region: str) -> targets.MetricCard | Note:
    """Return what a region is asked besides sales; a note where nothing is."""
    card = asked.metrics
    if card is None or "region" not in card.by or region not in set(card.frame["region"]):
        return Note.of("no_metrics", "note.no_metrics")
    return card.select(region=region)


def across_of(asked: "Asked", region: str) -> Listing | Note:
    """Return the totals by product line over all regions, beside this region's part of them."""
    plan, table = asked.plan, asked.choices.table("margins")
    if "product_line" not in plan.levels or "region" not in plan.levels:
        return Note.of("no_across", "note.no_across")
    cells = plan.frame.groupby(["region", "product_line"], as_index=False)["value"].sum()
    lines = cells.groupby("product_line", as_index=False)["value"].sum()
    own = cells[cells["region"] == region].set_index("product_line")["value"]
    rows = lines.rename(columns={"value": "company_target"})
    rows["region_target"] = rows["product_line"].map(own).fillna(0.0)
    given = None if table is None else _totals_by(table, "product_line")
    key = "asked.across"
    if given is not None:
        rows["given_total"] = rows["product_line"].map(given)
        rows["gap_amount"] = rows["company_target"] - rows["given_total"]
        key = "asked.across_given"
    gap = float(lines["value"].sum()) - plan.total
    words = {
        "n": count(len(rows)),
        "total": _money(plan.total, plan.currency),
        "gap": _money(gap, plan.currency),
        "off": _money(
            float(rows["gap_amount"].abs().sum()) if given is not None else 0, plan.currency
        ),
        "region": {lang: plan.terms.show("region", region, lang) for lang in LANGUAGES},
    }
    return Listing.of(rows, (key,), words, currency=plan.currency, terms=plan.terms)


def _totals_by(table: pd.DataFrame, level: str) -> pd.Series | None:
    """Return the totals that name this level alone."""
    if level not in table.columns:
        return None
    others = [c for c in table.columns if c not in (level, "value")]
    bare = table[others].isna() | (table[others].astype("str") == "")
    named = table[level].notna() & (table[level].astype("str") != "")
    part = table[named & bare.all(axis=1)]
    found = part.assign(value=part["value"].astype("float64")).set_index(level)["value"]
    return found if len(found) else None


def weeks_of(asked: "Asked", region: str) -> Listing | Note:
    """Return the weeks of the first open month; a note where no days are asked for."""
    every, plan = asked.days, asked.plan
    if every is None or "region" not in every.levels:
        return Note.of("no_days", "note.no_days")
    frame = every.frame[every.frame["region"] == region]
    frame = frame[frame["period"] > asked.company.data.closed_through]
    if not len(frame):
        return Note.of("no_days", "note.no_days")
    first = frame["period"].min()
    kept, of = (t[(t["period"] == first) & (t["region"] == region)] for t in (frame, every.months))
    part = targets.DayPlan(
        kept, of, every.levels, every.step, every.estimated, every.currency, every.terms
    )
    rows = part.weeks()[list(WEEKS)]
    words = {
        "region": {lang: plan.terms.show("region", region, lang) for lang in LANGUAGES},
        "month": {lang: month(first, lang) for lang in LANGUAGES},
        "n": count(int(rows["n_working_days"].sum())),
        "total": _money(float(rows["value"].sum()), plan.currency),
    }
    return Listing.of(rows, ("asked.weeks",), words, currency=plan.currency, terms=plan.terms)


def _money(amount: float, currency: str) -> dict[str, str]:
    return {lang: money(amount, lang, currency) for lang in LANGUAGES}
