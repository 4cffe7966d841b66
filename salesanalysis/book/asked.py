"""The page on targets: plan, tiers, SMART check, gaps, fairness and card of one company."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

import pandas as pd

from salesanalysis import targets
from salesanalysis.book import handing
from salesanalysis.book.note import Note
from salesanalysis.book.planning import owners
from salesanalysis.book.planning.choices import Choices
from salesanalysis.book.planning.ground import Ground
from salesanalysis.book.planning.likely import likely, people_chances
from salesanalysis.book.planning.logs import edit_log, silent_log
from salesanalysis.book.planning.measures import metric_card
from salesanalysis.book.planning.silent import silent
from salesanalysis.book.regionasked import RegionAsked
from salesanalysis.errors import ContractError
from salesanalysis.targets.base_cleaning.log import LOG
from salesanalysis.targets.card.versions import digest
from salesanalysis.targets.crossed.edits.result import Edited

if TYPE_CHECKING:
    from salesanalysis.book.results import Company

#: Results that every page of a run shares.
SHARED = ("ground", "tiers", "smart", "fairness", "gaps", "card")


@dataclass(frozen=True, eq=False)
class Asked:
    """What a company asks of its people, and what speaks for and against it.

    Attributes
    ----------
    company : Company
    saved : function
        Returns a result that a run wrote beside its snapshot, or None.
    previous : Plan, optional
        The last version, for edits that freeze.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> asked = sa.company(sa.load("demo")).asked
    >>> asked.tiers.total("average") < asked.plan.total
    True
    """

    company: "Company"
    saved: Callable[[str], object]
    previous: targets.Plan | None = None

    @property
    def choices(self) -> Choices:
        """What the planner decided."""
        return self.company.choices

    @property
    def plan(self) -> targets.Plan:
        """The plan of every page: with the planner's edits."""
        return self.company.plan

    @cached_property
    def ground(self) -> Ground:
        """What the plan is handed down from."""
        saved = self.saved("ground")
        if saved is not None:
            return cast("Ground", saved)
        company = self.company
        return handing.hand_down(
            company.data, company.levels, company.basis, company.business, self.choices
        )

    @cached_property
    def made(self) -> tuple[targets.Plan, Edited | None]:
        """The plan, and its edits where there are any."""
        return self.ground.made(self.previous)

    @cached_property
    def tiers(self) -> targets.Tiers | Note:
        """Base, average and challenge beside the plan; a note where nothing can tell them."""
        how = self.choices.section("tiers")
        given = how.get("uplifts") or how.get("totals")
        saved = self.saved("tiers")
        if saved is not None:
            return cast("targets.Tiers", saved)
        try:
            forecast = None if given else self.company.forecast
            return targets.tiers(self.plan, forecast, **how)
        except ContractError:
            if given:
                raise
            return Note.of("no_forecast", "note.no_tiers")

    @cached_property
    def smart(self) -> targets.SmartCheck:
        """Every target of every level by the five letters."""
        saved = self.saved("smart")
        if saved is not None:
            return cast("targets.SmartCheck", saved)
        how = self.choices.section("smart")
        told = self.details.rename(columns={"data_source": "source"})
        about = told[[*self.plan.levels, "owner", "source"]].assign(
            kpi=how.pop("kpi", "revenue"),
            due=told["due"],
            **{k: how.pop(k) for k in ("weight", "control_gap") if k in how},
        )
        keys = list(self.plan.levels)
        about = about.merge(owners.data_share(self.plan, self.company.data), on=keys, how="left")
        likely = self.likely
        if likely is not None:
            about = about.merge(likely, on=keys, how="left")
        return targets.smart_check(
            self.plan, as_of=self.company.data.as_of, level="all", about=about, **how
        )

    @cached_property
    def details(self) -> pd.DataFrame:
        """Owner, due date, source and actions of every unit."""
        data = self.company.data
        written = self.choices.table("responsibility")
        self._check_named(written, "responsibility")
        people = data.frame("people") if "people" in data.tables else None
        return owners.details(self.plan, written=written, people=people, source=data.name)

    def _check_named(self, table: pd.DataFrame | None, name: str) -> None:
        """Refuse rows that name no unit of the plan."""
        if table is None:
            return
        lost = owners.unknown_units(self.plan, table)
        if len(lost):
            keys = [c for c in self.plan.levels if c in table.columns]
            first = " / ".join(v for v in lost[keys].iloc[0].astype("str") if v)
            raise ContractError(
                f"{len(lost)} of {len(table)} rows of {name} name no unit of the plan: {first}.",
                where=f"{self.choices.file or 'choices'}: {name}, rows {lost.index[:5].tolist()}",
                fix="write names of the plan from the top level down, empty below the unit's own",
                code="unknown-name",
                rows=lost,
            )

    @cached_property
    def fairness(self) -> targets.QualityReport | Note:
        """Whether the plan is fair, and who is asked more than history or forecast supports."""
        saved = self.saved("fairness")
        if saved is not None:
            return cast("targets.QualityReport | Note", saved)
        try:
            return targets.plan_report(
                self.plan, forecast=self.company.forecast, panel=self.company.business
            )
        except ContractError:
            return Note.of("no_forecast", "note.no_tiers")

    @cached_property
    def gaps(self) -> targets.GapTable | Note:
        """What is asked beside what is offered from below; a note where nobody offered."""
        saved = self.saved("gaps")
        if saved is not None:
            return cast("targets.GapTable | Note", saved)
        if "proposals" not in self.choices.tables:
            return Note.of("no_proposals", "note.no_proposals")
        return handing.gap_of(self.plan, self.choices, self.company.data, self.company.forecast)

    @cached_property
    def over(self) -> targets.OverAssigned | None:
        """Both layers, where the cards say more than the plan."""
        rates = self.choices.alone("over_assignment")
        edited = self.made[1]
        if edited is not None and edited.assigned is not None:
            return edited.assigned
        return None if rates is None else targets.over_assignment(self.plan, rates)

    @cached_property
    def metrics(self) -> targets.MetricCard | None:
        """Everything else that is asked, handed down beside the plan; None where nothing is."""
        return metric_card(self.plan, self.choices)

    @cached_property
    def days(self) -> targets.DayPlan | None:
        """The plan by days and weeks, where the planner asks for them."""
        how = self.choices.section("days")
        if "days" not in self.choices.settings:
            return None
        by = how.pop("by", self.plan.levels[:1])
        own = self.ground.days
        return targets.split_days(
            self.plan, *([by] if isinstance(by, str) else by), profile=targets.DayProfile(**how),
            calendar=own if len(own) else None,
        )  # fmt: skip

    @cached_property
    def version(self) -> targets.Version:
        """The plan with its name: the same for the same data, choices and program."""
        import salesanalysis  # noqa: PLC0415  the version is told in one place

        data = self.company.data
        basis = self.company.basis.to_frame()
        told = {"data": data.name, "as_of": f"{data.as_of:%Y-%m-%d}", "way": self.plan.way}
        return targets.version(
            self.plan,
            parameters={**told, **self.choices.told(), "basis_digest": digest(basis)},
            inputs={"basis": basis, **self.choices.tables},
            code=salesanalysis.__version__,
        )

    @cached_property
    def card(self) -> targets.TargetCard:
        """The card of every unit: tiers, chance, letters, owner, and what is sold so far."""
        saved = self.saved("card")
        return cast("targets.TargetCard", saved) if saved is not None else self.card_of()

    def card_of(self, version: targets.Version | None = None) -> targets.TargetCard:
        """Return the card of a version of the plan; the draft unless given."""
        plan, data = self.plan, self.company.data
        sold = data.panel(by=list(plan.levels)).frame
        year = plan.calendar.years_of(sold["period"])
        asked = self.choices.table("requests")
        over = self.over
        return targets.card(
            version or self.version,
            quality=None if isinstance(self.fairness, Note) else self.fairness,
            chances=self.likely,
            tiers=None if isinstance(self.tiers, Note) else self.tiers.to_frame(),
            smart=self.smart.letters(),
            details=self.details,
            assigned=None if over is None else over.units,
            actual=sold[year == plan.year],
            last_year=sold[year == plan.year - 1],
            requests=None if asked is None else self._unmet(asked),
            people=people_chances(plan, data),
            metrics=self.metrics,
            log=self.log(),
        )

    @cached_property
    def likely(self) -> pd.DataFrame | None:
        """The chance of every unit that has a history; None where the data are too thin."""
        try:
            return likely(self.plan, self.company.data, self.company.forecast)
        except ContractError:
            return None

    def _unmet(self, asked: pd.DataFrame) -> pd.DataFrame:
        self._check_named(asked, "requests")
        by = [c for c in self.plan.levels if c in asked.columns]
        return targets.unmet(asked, by=by)

    @cached_property
    def silent(self) -> pd.DataFrame:
        """Units that are asked and have sold nothing for months; see `planning.silent`."""
        people = [level for level in ("region", "salesperson") if level in self.plan.levels]
        keys = people if "salesperson" in people else list(self.plan.levels)
        return silent(self.plan, self.company.data.panel(by=keys))

    def log(self) -> pd.DataFrame:
        """Return every rule and edit that changed a number: unit, month, before, after, reason."""
        edited = self.made[1] if len(self.ground.edits) else None
        parts = [self.ground.log]
        if edited is not None and len(edited.log):
            parts.append(edit_log(edited))
        parts.append(silent_log(self.silent))
        full = [part[list(LOG)] for part in parts if len(part)]
        return pd.concat(full, ignore_index=True) if full else parts[0]

    def region(self, region: str) -> RegionAsked:
        """Return the part of a region: what its page shows."""
        return RegionAsked(self, self.company.check_region(region))
