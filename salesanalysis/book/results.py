"""All results of one data set, each computed when first asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pandas as pd

from salesanalysis import store, targets, variance
from salesanalysis.book import given
from salesanalysis.book.leaves import leaf_weights
from salesanalysis.book.overview import Overview
from salesanalysis.book.people import PeoplePlan
from salesanalysis.data import Dataset
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.forecast import Forecast, Landing
from salesanalysis.forecast import panel as forecast_panel
from salesanalysis.hierarchy import LEVELS
from salesanalysis.incentives import PayRegister, Statement, deals_of
from salesanalysis.incentives import Plan as Scheme
from salesanalysis.panel import Panel
from salesanalysis.periods import month_range
from salesanalysis.rounding import round_half_up
from salesanalysis.targets import Basis, Plan, PlanQuality
from salesanalysis.tracking import Scorecard, review
from salesanalysis.variance import Bridge

#: Levels at which growth is decided and sales are forecast; people inherit.
BUSINESS = ("region", "product_line")
#: Nobody is asked to grow or shrink by more than this on the word of a few years.
GROWTH_CAP = 0.50
#: Figures a page and the index can show, in order.
FIGURES = (
    "year_target", "target_to_date", "actual_to_date", "gap", "completion", "landing",
    "probability", "pay",
)  # fmt: skip
#: Folder of the shared results inside a snapshot.
_HOME = "book"
_SPLITS = ("working_days", "equal", "season")
_PLANS = Path(__file__).parents[2] / "params" / "plans"


def company(data: Dataset) -> "Company":
    """Return the company's results for a data set; each is computed when first asked for.

    Parameters
    ----------
    data : Dataset
        A snapshot that `prepare` has seen brings its plan and forecast along.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> results = sa.company(sa.load("demo"))
    >>> results.plan.total
    130000000.0
    """
    return Company(data)


def prepare(data: Dataset, folder: str | Path) -> None:
    """Write the results that every page of a run shares into the snapshot at `folder`."""
    results = Company(data)
    for name in ("plan", "forecast"):
        store.write(getattr(results, name), Path(folder) / _HOME / name)


@dataclass(frozen=True, eq=False)
class Company:
    """The results of `company`.

    Attributes
    ----------
    data : Dataset
    """

    data: Dataset

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
    def basis(self) -> Basis:
        """Growth proposed per region and product line."""
        return targets.growth(
            self.business, method="weighted_years", year=self.data.year, cap=GROWTH_CAP
        )

    @cached_property
    def plan(self) -> Plan:
        """The target handed down to person and month; from the run's snapshot where it is there."""
        saved = self._saved("plan")
        return cast("Plan", saved) if saved is not None else self._hand_down()

    def _hand_down(self) -> Plan:
        """Hand down the company's own total, or the sum of what is proposed."""
        data, own = self.data, given.yearly_targets(self.data, self.levels)
        whole = own[own["level"] == "company"]
        total = whole["value"].iloc[0] if len(whole) else self.basis.total()
        way = whole["method"].iloc[0] if len(whole) else "season"
        pins = own[(own["level"] != "company") & own["pinned"].astype("bool")]
        keys = [c for c in self.levels if c in pins.columns]
        leaves = leaf_weights(data.panel(by=list(self.levels)), self.basis, given.people_gone(data))
        basis = Basis.of(
            leaves, by=self.levels, year=data.year, calendar=data.calendar,
            currency=data.currency, terms=data.terms,
        )  # fmt: skip
        season = way not in _SPLITS or way == "season"
        return targets.cascade(
            int(round_half_up(repr(float(total)), "1")),
            basis,
            pins=pins[[*keys, "value"]] if len(pins) else None,
            months="season" if season else way,
            profile=self.business if season else None,
        )

    @cached_property
    def forecast(self) -> Forecast:
        """Twelve months ahead for every region and product line, and every sum of them."""
        saved = self._saved("forecast")
        if saved is not None:
            return cast("Forecast", saved)
        return forecast_panel(self.business, horizon=12)

    def _saved(self, name: str) -> object:
        """Return a result `prepare` wrote beside the snapshot this data came from."""
        home = self.data.home
        folder = Path(home) / _HOME / name if home else None
        return store.read(folder) if folder and store.is_stored(folder) else None

    def landing(self, region: str) -> Landing:
        """Return where a region and its product lines end the plan year, against their targets."""
        part = self.forecast.select(region=self.check_region(region))
        asked = self.plan.select(region=region).nodes()
        # new business has a target of 0: nothing that could be reached
        asked = asked[asked["value"] > 0]
        return part.landing(year=self.data.year, target=asked if len(asked) else None)

    @cached_property
    def attainable(self) -> PlanQuality:
        """Whether each region's target is attainable."""
        return self.plan.quality(self.forecast)

    @cached_property
    def scorecard(self) -> Scorecard:
        """Closed months of the plan year against their targets, company and regions."""
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

    def people(self, region: str) -> PeoplePlan:
        """Return what each person of a region is asked for: year and quarters."""
        return PeoplePlan.of(self.plan.select(region=self.check_region(region)))

    def gap(self, region: str) -> Bridge:
        """Return closed months against target, by product line."""
        asked = self.plan.select(region=self.check_region(region)).to_frame()
        asked = asked[asked["period"].isin(self.closed)].rename(columns={"value": "revenue"})
        return variance.explain(
            self._cells(region, self.closed), asked,
            by=["product_line"], method="gap", names=("target", "actual"),
            empty_base="new_business", **self._context,
        )  # fmt: skip

    def bridge(self, region: str) -> Bridge:
        """Return closed months against last year: price, volume, mix, new and lost."""
        sold = self._cells(region, self.closed)
        base = self._cells(region, self.closed - pd.DateOffset(years=1))
        if base.empty:
            return variance.new_business(
                sold, by=["product_line"], names=("last_year", "actual"), **self._context
            )
        # a price is compared where a product was sold in both years; else line by line
        by = "product" if set(sold["product"]) & set(base["product"]) else "product_line"
        return variance.explain(
            sold, base, by=[by], units="quantity", names=("last_year", "actual"), **self._context,
        )  # fmt: skip

    @property
    def _context(self) -> dict[str, Any]:
        data, window = self.data, (self.closed[0], self.closed[-1])
        return {
            "window": window, "fiscal": data.calendar, "currency": data.currency,
            "terms": data.terms,
        }  # fmt: skip

    def _cells(self, region: str, months: pd.DatetimeIndex) -> pd.DataFrame:
        """Return a region's sums per product over a window; no rows where nothing was sold."""
        by = [c for c in ("region", "product_line", "product") if c in self._columns]
        cells = self.data.cells(by=by, first=months[0], last=months[-1])
        return cells[cells["region"] == self.check_region(region)].reset_index(drop=True)

    @cached_property
    def _columns(self) -> list[str]:
        return list(self.data.table("sales").columns)

    def scheme(self, path: str = "") -> Scheme:
        """Return a pay plan: the file named, else the data set's own, else the standard one."""
        own = _PLANS / f"{self.data.name}.yaml"
        shipped = own if own.is_file() else _PLANS / "standard.yaml"
        return Scheme.from_yaml(path or shipped)

    @cached_property
    def pay_period(self) -> pd.DatetimeIndex:
        """The months that are paid: the quarter that closed last where quotas are quarterly."""
        last = self.data.closed_through
        if given.quarter_quotas(self.data) is not None:
            return self.data.calendar.quarter_months(last)
        return month_range(last, last)

    def pay(self, region: str, scheme: Scheme) -> PayRegister:
        """Return the pay register of everybody who sold in a region in the pay period."""
        people, deals = self._paid(region)
        return scheme.pay(people, deals, **self._pay_context)

    def statement(self, region: str, scheme: Scheme) -> Statement:
        """Return the statement of the person with the largest pay of a region's register."""
        people, deals = self._paid(region)
        paid = self.pay(region, scheme).to_frame()
        paid = paid.sort_values(["pay", "salesperson"], ascending=[False, True], kind="stable")
        person = people[people["salesperson"] == paid["salesperson"].iloc[0]].iloc[0]
        own = deals[deals["salesperson"] == person["salesperson"]]
        return scheme.statement(person, own, **self._pay_context)

    @property
    def _pay_context(self) -> dict[str, Any]:
        data = self.data
        return {"period": self.pay_period[0], "calendar": data.calendar, "terms": data.terms}

    def _paid(self, region: str) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Return quota per person and the deals of the people who sold in `region`."""
        months = self.pay_period
        lines = self.data.frame("sales")
        over = months[-1] + pd.DateOffset(months=1)
        lines = lines[(lines["date"] >= months[0]) & (lines["date"] < over)]
        here = lines.loc[lines["region"] == self.check_region(region), "salesperson"].unique()
        deals = deals_of(lines[lines["salesperson"].isin(here)])
        quotas = given.quarter_quotas(self.data)
        if quotas is None:
            part = self.plan.frame[self.plan.frame["period"].isin(months)]
            quotas = part.groupby("salesperson", as_index=False)["value"].sum()
        people = pd.DataFrame({"salesperson": sorted(here)}, dtype="str")
        people = people.merge(quotas.rename(columns={"value": "quota"}), how="left")
        # nobody set this person a quota: the plan's own rule for a quota of zero decides
        people["quota"] = people["quota"].fillna(0.0)
        return people, deals

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
            For ``pay``; the data set's own unless given.
        """
        score = _row(self.scorecard.to_frame(), self.check_region(region))
        part = self.plan.select(region=region)
        found: dict[str, Any] = {
            # a target of 0 is none: new business has nothing to be measured against
            "year_target": part.total or None,
            "target_to_date": score["target"] or None,
            "actual_to_date": score["actual"],
            **score[["gap", "completion"]],
            **self._landed(region)[["landing", "probability"]],
        }
        if "pay" in names:
            found["pay"] = self.pay(region, scheme or self.scheme()).to_frame()["pay"].sum()
        return {name: None if pd.isna(found[name]) else float(found[name]) for name in names}

    def _landed(self, region: str) -> pd.Series:
        """Return landing and probability of a region; the latter empty without a target."""
        first = self.landing(region).to_frame().iloc[0]
        return (
            first
            if "probability" in first
            else pd.concat([first, pd.Series({"probability": None})])
        )

    def overview(self, region: str) -> Overview:
        """Return one line per part of the loop for a region."""
        return Overview.of(
            {
                ("targets", "02_targets"): self.plan.select(region=self.check_region(region)),
                ("forecast", "03_forecast"): self.forecast.select(region=region),
                ("gap", "04_variance"): self.gap(region),
                ("bridge", "04_variance"): self.bridge(region),
                ("pay", "05_incentives"): self.pay(region, self.scheme()),
            },
            terms=self.data.terms,
        )


def _row(table: pd.DataFrame, region: str) -> pd.Series:
    """Return the row of a region."""
    return table[(table["level"] == "region") & (table["region"] == region)].iloc[0]
