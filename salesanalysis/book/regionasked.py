"""What is asked of one region: tiers, gap, months, people, letters, card."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pandas as pd

from salesanalysis import targets
from salesanalysis.book.listing import Listing
from salesanalysis.book.note import Note
from salesanalysis.book.regionbeside import across_of, metrics_of, weeks_of
from salesanalysis.labels import LANGUAGES, count, growth, label, money, month, points

if TYPE_CHECKING:
    from salesanalysis.book.asked import Asked

#: Columns of the units asked more than history or forecast supports.
HARDER = (
    "product_line", "target", "base", "ask_growth", "history_growth", "ask_z", "probability",
)  # fmt: skip
#: Columns of the card a page shows; the workbook has them all.
CARD = (
    "level", "product_line", "value", "base", "ask_growth", "probability", "owner", "due",
    "n_unmet",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class RegionAsked:
    """The part of a company's targets a region's page shows; a note where nothing is asked.

    Attributes
    ----------
    asked : Asked
    name : str

    Examples
    --------
    >>> import salesanalysis as sa
    >>> east = sa.company(sa.load("demo")).asked.region("East")
    >>> float(east.plan.total)
    52000000.0
    """

    asked: "Asked"
    name: str

    @cached_property
    def plan(self) -> targets.Plan | Note:
        """What the region is asked, or that it is new business without a target."""
        return self.asked.company.target(self.name)

    @cached_property
    def tiers(self) -> targets.Tiers | Note:
        """Base, average and challenge of the region and its product lines."""
        if isinstance(self.plan, Note):
            return self.plan
        every = self.asked.tiers
        return every if isinstance(every, Note) else every.select(region=self.name)

    @cached_property
    def against_tiers(self) -> Note:
        """Say where the plan lies among the three tiers."""
        plan, three = self.plan, self.tiers
        if isinstance(plan, Note) or isinstance(three, Note):
            return plan if isinstance(plan, Note) else cast("Note", three)
        rows = [(t, three.total(t)) for t in ("challenge", "average", "base")]
        below = [(t, v) for t, v in rows if v <= plan.total]
        tier, value = below[0] if below else rows[-1]
        gap = plan.total - value
        words: dict[str, object] = {
            "tier": {lang: label(f"tier.{tier}", lang) for lang in LANGUAGES},
            "plan": {lang: money(plan.total, lang, self._currency) for lang in LANGUAGES},
            "value": {lang: money(value, lang, self._currency) for lang in LANGUAGES},
            "gap": {lang: money(abs(gap), lang, self._currency) for lang in LANGUAGES},
        }
        side = "same" if gap == 0 else "above" if gap > 0 else "below"
        return Note.of(f"plan_{side}", f"asked.plan_{side}", words)

    @cached_property
    def smart(self) -> targets.SmartCheck:
        """Every target of the region by the five letters."""
        return self.asked.smart.select(region=self.name)

    @cached_property
    def gaps(self) -> targets.GapTable | Note:
        """What is asked of the region beside what it offers."""
        gaps = self.asked.gaps
        if isinstance(gaps, Note) or "region" not in gaps.by:
            return gaps
        part = gaps.frame[gaps.frame["region"] == self.name]
        total = float(part["top_down"].sum())
        return targets.GapTable(part, gaps.by, total, gaps.currency, gaps.terms)

    @cached_property
    def card(self) -> targets.TargetCard | Note:
        """The card of the region."""
        return (
            self.plan if isinstance(self.plan, Note) else self.asked.card.select(region=self.name)
        )

    @cached_property
    def months(self) -> Listing | Note:
        """Every month: what is asked, the same month last year, its part of the year."""
        card = self.card
        if isinstance(card, Note):
            return card
        rows = card.months.groupby("period", as_index=False).agg(
            target=("value", "sum"), last_year=("last_year", lambda v: v.sum(min_count=1))
        )
        past = rows["last_year"].where(rows["last_year"] > 0)
        table = rows.assign(
            ask_growth=rows["target"] / past - 1, month_share=rows["target"] / card.total
        )
        return self._listing(table, "asked.months", self._month_words(table))

    def _month_words(self, table: pd.DataFrame) -> dict[str, Any]:
        top = table.loc[table["target"].idxmax()]
        rise = table["ask_growth"]
        steep = table.loc[rise.idxmax()] if rise.notna().any() else top
        return {
            "top": {lang: month(top["period"], lang) for lang in LANGUAGES},
            "most": {lang: money(top["target"], lang, self._currency) for lang in LANGUAGES},
            "steep": {lang: month(steep["period"], lang) for lang in LANGUAGES},
            "rise": growth(steep["ask_growth"]) if np.isfinite(steep["ask_growth"]) else "–",
        }

    @cached_property
    def people(self) -> Listing | Note:
        """What every person is asked, beside last year and beside the region's own ask."""
        plan = self.plan
        if isinstance(plan, Note) or "salesperson" not in plan.levels:
            return plan if isinstance(plan, Note) else Note.of("no_people", "note.no_people")
        leaves = plan.nodes()
        leaves = leaves[leaves["level"] == plan.levels[-1]]
        rows = leaves.groupby("salesperson", as_index=False)[["value", "base"]].sum()
        base = rows["base"].where(rows["base"] > 0)
        whole = float(rows["base"].sum())
        own = plan.total / whole - 1 if whole > 0 else np.nan
        table = pd.DataFrame(
            {"salesperson": rows["salesperson"], "target": rows["value"], "base": rows["base"],
             "ask_growth": rows["value"] / base - 1}
        )  # fmt: skip
        table["ask_gap_points"] = 100 * (table["ask_growth"] - own)
        table = self._with_chances(table)
        table = table.sort_values(
            ["ask_growth", "salesperson"], ascending=[False, True], kind="stable", ignore_index=True
        )
        return self._listing(table, "asked.people", self._people_words(table, own))

    def _with_chances(self, table: pd.DataFrame) -> pd.DataFrame:
        """Put the chance of every person beside them, where any is known."""
        known = self.asked.card.people
        if not len(known):
            return table
        if "region" in known.columns:
            known = known[known["region"] == self.name]
        return table.merge(known[["salesperson", "probability"]], on="salesperson", how="left")

    def _people_words(self, table: pd.DataFrame, own: float) -> dict[str, Any]:
        known = table[table["ask_growth"].notna()]
        above = known[known["ask_gap_points"] > 5]
        first = known.iloc[0] if len(known) else table.iloc[0]
        who = str(first["salesperson"])
        gap = float(first["ask_gap_points"])
        return {
            "n": count(len(above)),
            "all": count(len(known)),
            "ask": growth(own) if np.isfinite(own) else "–",
            "first": {la: self._terms.show("salesperson", who, la) for la in LANGUAGES},
            "most": growth(first["ask_growth"]) if len(known) else "–",
            "gap": {la: points(gap, la) if len(known) else "–" for la in LANGUAGES},
        }

    @cached_property
    def harder(self) -> Listing | Note:
        """The product lines asked more than history or forecast supports."""
        report = self.asked.fairness
        if isinstance(report, Note):
            return report
        mine = report.frame[report.frame["region"] == self.name]
        hard = report.harder()
        hard = hard[hard["region"] == self.name]
        key = "asked.harder" if len(hard) else "asked.none_harder"
        shown = hard[[c for c in HARDER if c in hard.columns]]
        return self._listing(shown, key, {"n": count(len(hard)), "all": count(len(mine))})

    @cached_property
    def responsibility(self) -> Listing | Note:
        """Who answers for what by when: the region and its product lines."""
        card = self.card
        if isinstance(card, Note):
            return card
        rows = card.frame[card.frame["level"].isin(["region", "product_line"])]
        shown = rows[[c for c in CARD if c in rows.columns]].reset_index(drop=True)
        return self._listing(shown, "asked.card", {"n": count(len(rows))})

    @cached_property
    def metrics(self) -> targets.MetricCard | Note:
        """What the region is asked besides sales; a note where nothing is."""
        return metrics_of(self.asked, self.name)

    @cached_property
    def across(self) -> Listing | Note:
        """The totals by product line over all regions, beside the region's part of them."""
        return across_of(self.asked, self.name)

    @cached_property
    def weeks(self) -> Listing | Note:
        """The first open month by weeks and working days; a note where no days are asked for."""
        return weeks_of(self.asked, self.name)

    @property
    def _currency(self) -> str:
        return self.asked.plan.currency

    @property
    def _terms(self) -> Any:
        return self.asked.plan.terms

    def _listing(self, table: pd.DataFrame, key: str, words: dict[str, Any]) -> Listing:
        names = {lang: self._terms.show("region", self.name, lang) for lang in LANGUAGES}
        return Listing.of(
            table.reset_index(drop=True), (key,), {**words, "region": names},
            currency=self._currency, terms=self._terms,
        )  # fmt: skip
