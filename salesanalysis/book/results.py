"""All results of one data set, each computed when first asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import cast

import pandas as pd

from salesanalysis import targets
from salesanalysis.book import causes
from salesanalysis.book.ahead import Ahead
from salesanalysis.book.asked import Asked
from salesanalysis.book.checks import Checks
from salesanalysis.book.handing import propose
from salesanalysis.book.keyfigures import FIGURES, key_figures
from salesanalysis.book.note import Note
from salesanalysis.book.overview import Overview
from salesanalysis.book.paying import Payroll
from salesanalysis.book.people import PeoplePlan
from salesanalysis.book.planning import Choices
from salesanalysis.book.prospect import Prospect
from salesanalysis.book.saved import saved
from salesanalysis.book.why import Why
from salesanalysis.data import Dataset
from salesanalysis.data.quality import Quality
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.forecast import Forecast, Landing
from salesanalysis.forecast.outcomes import Outcomes
from salesanalysis.forecast.paths import Together
from salesanalysis.hierarchy import LEVELS
from salesanalysis.incentives import PayRegister, Statement
from salesanalysis.incentives import Plan as Scheme
from salesanalysis.money import NO_MINOR_UNIT
from salesanalysis.panel import Panel
from salesanalysis.project import params
from salesanalysis.strictyaml import Key
from salesanalysis.targets import Basis, Plan, PlanQuality
from salesanalysis.tracking import Scorecard, review
from salesanalysis.variance import Bridge
from salesanalysis.yamltext import replaced

#: Levels at which growth is decided and sales are forecast; people inherit.
BUSINESS = ("region", "product_line")


def company(data: Dataset, choices: Choices | str | Path | None = None) -> "Company":
    """Return the company's results for a data set; each is computed when first asked for.

    Parameters
    ----------
    data : Dataset
        A snapshot that `prepare` has seen brings its plan and forecast along.
    choices : Choices or path, optional
        What the planner decided about the year; default the file of ``params/targets`` that has
        the name of the data set, where there is one.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> results = sa.company(sa.load("demo"))
    >>> results.plan.total
    130000000.0
    """
    given = choices if isinstance(choices, Choices | None) else Choices.read(choices)
    return Company(data, given)


@dataclass(frozen=True, eq=False)
class Company:
    """The results of `company`.

    Attributes
    ----------
    data : Dataset
    given : Choices, optional
        In place of the file of the data set.
    previous : Plan, optional
        The last version of the plan, for edits that freeze.
    """

    data: Dataset
    given: Choices | None = None
    previous: Plan | None = None

    @cached_property
    def checks(self) -> Checks:
        """What was lost, what is suspicious and who confirms it."""
        return Checks(self.data, self._saved)

    @property
    def quality(self) -> Quality:
        """What was read, left out and doubted."""
        return self.checks.quality

    def data_statement(self, lang: str = "en") -> str:
        """Return the line a page prints about its data: who confirmed them, or nobody."""
        return self.checks.statement(lang)

    @cached_property
    def levels(self) -> tuple[str, ...]:
        """The levels a target is handed down through: those the sales table has."""
        columns = self.data.table("sales").columns
        return tuple(level for level in LEVELS if level in columns)

    @cached_property
    def business(self) -> Panel:
        """Sales by region and product line."""
        return self.data.panel(by=[c for c in BUSINESS if c in self.levels], value="revenue")

    @cached_property
    def choices(self) -> Choices:
        """What the planner decided: given here, else in the file of the data set, else nothing."""
        own = params("targets", f"{self.data.name}.yaml")
        if self.given is not None:
            return self.given
        return Choices.read(own) if own.is_file() else Choices()

    @cached_property
    def proposed(self) -> tuple[Basis, targets.AssumptionBridge | None]:
        """Growth proposed, and what is assumed on top of it."""
        return propose(self.data, self.business, self.choices, lambda: self.forecast)

    @property
    def basis(self) -> Basis:
        """Growth proposed per region and product line."""
        return self.proposed[0]

    @cached_property
    def asked(self) -> Asked:
        """The page on targets: plan, tiers, SMART check, gaps, fairness, card."""
        return Asked(self, self._saved, self.previous)

    @cached_property
    def plan(self) -> Plan:
        """The target handed down to person and month; from the run's snapshot where it is there."""
        saved = self._saved("plan")
        if saved is not None:
            return cast("Plan", saved)
        return self.asked.made[0]

    @cached_property
    def ahead(self) -> Ahead:
        """The forecast, its test on the past, its draws."""
        return Ahead(self.data, self.business, self._saved)

    @property
    def forecast(self) -> Forecast:
        """Twelve months ahead for every region and product line, and every sum of them."""
        return self.ahead.forecast

    def _saved(self, name: str) -> object:
        """Return a result `prepare` wrote beside the snapshot this data came from."""
        # choices of one's own make a plan of one's own
        return saved(self.data, name) if self.given is None else None

    def landing(self, region: str) -> Landing:
        """Return where a region and its product lines end the plan year, against their targets."""
        part = self.forecast.select(region=self.check_region(region))
        return part.landing(year=self.data.year, target=self._asked(region=region))

    def _asked(self, **where: str) -> pd.DataFrame | None:
        """Return the targets of a region, or of all; None where nothing is asked for."""
        asked = (self.plan.select(**where) if where else self.plan).nodes()
        # new business has a target of 0: nothing that could be reached
        asked = asked[asked["value"] > 0]
        return asked if len(asked) else None

    def outcomes(self, region: str) -> Outcomes:
        """Return every outcome behind a region's landing, beside its target."""
        part = self.forecast.select(region=self.check_region(region))
        return part.outcomes(self._asked(region=region), year=self.data.year)

    @cached_property
    def together(self) -> Together | Note:
        """How likely all regions reach their targets in the same year."""
        asked = self._asked()
        if asked is None:
            year = str(self.data.calendar.name(self.data.year))
            return Note.of("no_target", "note.no_targets_ahead", {"year": year})
        return self.forecast.together(asked, year=self.data.year)

    @cached_property
    def attainable(self) -> PlanQuality:
        """Whether each region's target is attainable."""
        return self.plan.quality(self.forecast)

    @cached_property
    def scorecard(self) -> Scorecard:
        """Closed months of the plan year against their targets, and where the year will end."""
        try:
            forecast = self.forecast
        except ContractError:
            # too little to forecast from: the page on the forecast says why
            return self.so_far
        return review(self.data, self.plan, forecast=forecast)

    @cached_property
    def so_far(self) -> Scorecard:
        """The scorecard without a forecast: figures of closed months need none."""
        return review(self.data, self.plan)

    @cached_property
    def closed(self) -> pd.DatetimeIndex:
        """The months of the plan year that are over."""
        months = self.data.calendar.months(self.data.year)
        return months[months <= self.data.closed_through]

    def check_region(self, region: str) -> str:
        """Return `region`, or refuse one that has no sales, with the nearest that has."""
        if region not in self.data.regions:
            raise unknown_name(
                region, self.data.regions, kind="region", where=f"data set {self.data.name}",
                error=ContractError,
            )  # fmt: skip
        return region

    def proposal(self, region: str) -> Basis | Note:
        """Return the growth proposed for a region, or that it has no base."""
        part = self.basis.select(region=self.check_region(region))
        return part if part.total() > 0 else self._new(region)

    def target(self, region: str) -> Plan | Note:
        """Return the plan of a region, or that it is new business without a target."""
        part = self.plan.select(region=self.check_region(region))
        return part if part.total > 0 else self._new(region)

    def _new(self, region: str) -> Note:
        return causes.new_business(self.data, region)

    def people(self, region: str) -> PeoplePlan | Note:
        """Return what each person of a region is asked for: year and quarters."""
        if "salesperson" not in self.levels:
            return Note.of("no_people", "note.no_people")
        part = self.target(region)
        return part if isinstance(part, Note) else PeoplePlan.of(part)

    def gap(self, region: str) -> Bridge | Note:
        """Return closed months against target, by product line."""
        return causes.gap(self.data, self.plan, self.check_region(region), self.closed)

    def bridge(self, region: str) -> Bridge | Note:
        """Return closed months against last year: price, quantity, mix, new, lost, returns."""
        return causes.bridge(self.data, self.check_region(region), self.closed)

    @cached_property
    def why(self) -> Why:
        """The page on variance: causes of the company's gap, and the places that carry it."""
        return Why(self, self._saved)

    def scheme(self, path: str = "") -> Scheme:
        """Return a pay plan: the file named, else the data set's own, else the standard one.

        The standard one has no amounts, only rates, and takes the currency of the data; it pays
        whole amounts where that has no smaller unit.
        """
        own = params("plans", f"{self.data.name}.yaml")
        if path or own.is_file():
            return Scheme.from_yaml(path or own)
        standard = Scheme.from_yaml(params("plans", "standard.yaml"))
        if standard.head.currency == self.data.currency:
            return standard
        changed: dict[Key, str] = {("plan", "currency"): self.data.currency}
        if self.data.currency in NO_MINOR_UNIT:
            changed["plan", "rounding", "unit"] = "1"
        text = replaced(standard.to_yaml(), changed)
        return Scheme.from_text(text, name=standard.document.name)

    def payroll(self, region: str) -> Payroll:
        """Return who is paid in a region, for which months, by which quota."""
        return Payroll(self.data, self.plan, self.check_region(region))

    def pay(self, region: str, scheme: Scheme) -> PayRegister | Note:
        """Return the pay register of everybody who sold in a region or is asked to.

        A person who sells in two regions stands in both registers with the whole pay, so
        registers of regions do not add up to the company's.
        """
        return self.payroll(region).register(scheme)

    def statement(self, region: str, scheme: Scheme) -> Statement | Note:
        """Return the statement of the person with the largest pay of a region's register."""
        return self.payroll(region).statement(scheme)

    def prospect(self, region: str, scheme: Scheme) -> Prospect:
        """Return what a scheme will cost in a region until the plan year ends."""
        return Prospect(self.payroll(region).under(scheme), self.ahead, scheme)

    def unowned(self, region: str) -> Note:
        """Say how much was sold in the pay period without a person to credit."""
        return self.payroll(region).unowned()

    def key_figures(
        self, region: str, names: Sequence[str] = FIGURES, scheme: Scheme | None = None
    ) -> dict[str, float | None]:
        """Return the figures a page and the index show for a region; None where there is none.

        Parameters
        ----------
        region : str
        names : sequence of str
            Of `FIGURES`: currency; ``completion`` and ``probability`` are shares.
        scheme : incentive plan, optional
            For ``pay_here``; the data set's own unless given.
        """
        return key_figures(self, self.check_region(region), names, scheme)

    def overview(self, region: str) -> Overview:
        """Return one line per part of the loop for a region."""
        return Overview.of(
            {
                ("targets", "02_targets"): self.target(region),
                ("forecast", "03_forecast"): self.forecast.select(region=region),
                ("gap", "04_variance"): self.gap(region),
                ("bridge", "04_variance"): self.bridge(region),
                ("pay", "05_incentives"): self.pay(region, self.scheme()),
            },
            terms=self.data.terms,
        )
