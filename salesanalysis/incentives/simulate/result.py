"""What a plan costs over many drawn years, as a result."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_rows
from salesanalysis.incentives.attainment import OtherMeasure
from salesanalysis.incentives.simulate.naming import assumed_of, because, of_sales
from salesanalysis.labels import Terms, count, label, money
from salesanalysis.results import Result, require_adds_up


@dataclass(frozen=True, eq=False)
class Simulation(Result):
    """Pay and sales of everybody over many drawn horizons.

    Expected pay is not rounded to cents; the pay of one person and period to the cent is
    `Plan.statement`'s.

    Attributes
    ----------
    people : DataFrame, one row per person, by name
        ``salesperson``, ``region``, ``team``, ``quota``, ``incentive`` (0 where there is none),
        ``sales_mean``, ``attainment_mean``, ``pay_mean``: sums over the horizon, currency.
    draws : DataFrame, one row per draw
        ``draw``, ``sales``, ``pay`` (currency), ``attainment`` of the company.
    regions : DataFrame, one row per region and draw, of the first draws
        ``region``, ``draw``, ``sales``, ``pay``.
    sample : DataFrame, whole horizons of everybody in the first draws, at most 100,000 rows
        ``draw``, ``salesperson``, ``quota``, ``incentive``, ``sales``, ``attainment``, ``pay``.
    backend : {"ledger", "vector", "exact"}
    why : tuple of (back end, component, reason), what the faster ones could not pay
    model : Attainment or ForecastDraws
    n_periods, n_draws, seed : int
    plan_id : str
    plan_title : dict, language -> title
    assumed : tuple of (component or rule, code)
        What is assumed beside sales: ``target`` (other measures stand at target), ``follows``
        (cash follows sales), ``no_penalty``, ``no_clawback``, ``held_counts`` (what is held back
        counts as cost), ``guarantee`` (runs in every period), ``no_ramp``.
    excluded : tuple of str, people without a quota, who are not paid
    beside : tuple of OtherMeasure, what is drawn beside sales
    """

    people: pd.DataFrame
    draws: pd.DataFrame
    regions: pd.DataFrame
    sample: pd.DataFrame
    backend: str
    why: tuple[tuple[str, str, str], ...]
    model: Any
    n_periods: int
    n_draws: int
    seed: int
    plan_id: str
    plan_title: dict[str, str]
    assumed: tuple[tuple[str, str], ...] = ()
    excluded: tuple[str, ...] = ()
    currency: str = "CNY"
    terms: Terms = Terms()
    beside: tuple[OtherMeasure, ...] = ()

    def __post_init__(self) -> None:
        """Refuse people whose pay and sales do not add up to the mean of the draws."""
        require_columns(self.people, ["salesperson", "pay_mean", "sales_mean"], name="people")
        require_columns(self.draws, ["draw", "sales", "pay", "attainment"], name="draws")
        require_rows(self.people, name="people")
        require_rows(self.draws, name="draws")
        for column in ("pay", "sales"):
            require_adds_up(
                self.people[f"{column}_mean"], float(self.draws[column].mean()),
                what=f"Expected {column} of people", unit=1e-9,
            )  # fmt: skip
        for name in ("people", "draws", "regions", "sample"):
            object.__setattr__(self, name, getattr(self, name).copy(deep=False))

    @property
    def cost(self) -> float:
        """Return the expected pay of everybody over the horizon, currency."""
        return float(self.draws["pay"].mean())

    @property
    def cost_error(self) -> float:
        """Return the standard error of `cost`: how far another seed may move it."""
        spread = float(self.draws["pay"].std(ddof=1)) if self.n_draws > 1 else 0.0
        return spread / float(np.sqrt(self.n_draws))

    def quantile(self, q: float) -> float:
        """Return the cost that the share `q` of the draws does not exceed, currency."""
        return float(np.quantile(self.draws["pay"], q, method="inverted_cdf"))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per person."""
        return self.people.copy()

    def _sentences(self, lang: str) -> list[str]:
        low, high = self.quantile(0.05), self.quantile(0.95)
        sales = float(self.draws["sales"].mean())
        said = [
            label("simulation.headline", lang, title=self.plan_title[lang],
                  cost=money(self.cost, lang, self.currency),
                  low=money(low, lang, self.currency), high=money(high, lang, self.currency)),
            label("simulation.scene", lang, people=count(len(self.people)),
                  periods=count(self.n_periods), draws=count(self.n_draws),
                  error=money(self.cost_error, lang, self.currency)),
            *of_sales(self.cost, sales, lang),
            *self.model.explain(lang).split("\n"),
            label(f"simulation.backend.{self.backend}", lang),
            *because(self.backend, self.why, self.terms, lang),
        ]  # fmt: skip
        said += [m.explain(lang, self.terms) for m in self.beside]
        said += assumed_of(self.assumed, self.terms, lang)
        if self.excluded:
            names = label("simulation.comma", lang).join(self.excluded[:5])
            n = count(len(self.excluded))
            said.append(label("simulation.excluded", lang, n=n, names=names))
        return said
