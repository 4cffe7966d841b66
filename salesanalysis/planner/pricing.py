"""What a plan costs on drawn years: the world is drawn once, every plan is priced on it."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import SalesAnalysisError
from salesanalysis.incentives import Plan
from salesanalysis.planner.crowd import Crowd
from salesanalysis.planner.kept import Kept
from salesanalysis.planner.mains import counted
from salesanalysis.planner.refusals import pair_of, refusal

Floats = npt.NDArray[np.float64]
#: Pay periods of a year.
PERIODS = {"month": 12, "quarter": 4, "year": 1}
#: Person-periods over all draws up to which every cell is paid while a slider moves.
QUICK_CELLS = 15_000_000


@dataclass(frozen=True, eq=False)
class Priced:
    """The cost of a year under one plan, draw by draw, and what each person may expect.

    Attributes
    ----------
    cost, sales : ndarray, one value a draw, currency a year, in the order of the draws
    people : DataFrame, one row per person: ``salesperson``, ``quota``, ``pay`` (expected pay of the
        year, currency)
    simulation : Simulation, for rooms that need more
    """

    cost: Floats
    sales: Floats
    people: pd.DataFrame
    simulation: Any = None

    @property
    def expected(self) -> float:
        """Return the mean cost of a year, currency."""
        return float(self.cost.mean())

    def quantile(self, share: float) -> float:
        """Return the smallest cost that a share of the drawn years does not exceed, currency."""
        return float(np.quantile(self.cost, share, method="inverted_cdf"))

    def overrun(self, budget: float) -> float:
        """Return the share of drawn years that cost more than `budget`."""
        return float((self.cost > budget).mean())

    @property
    def cost_rate(self) -> float:
        """Return pay over sales of all drawn years, the ratio of the sums."""
        return float(self.cost.sum() / self.sales.sum())


class Pricer:
    """Prices plans on one world, drawn when first asked for; what was priced is kept.

    Parameters
    ----------
    crowd : Crowd
    attainment : str or Attainment, how results are distributed
    draws, seed : int
    """

    def __init__(
        self, crowd: Crowd, *, attainment: Any = "normal", draws: int = 10_000, seed: int = 1
    ) -> None:
        self.crowd, self.attainment, self.draws, self.seed = crowd, attainment, draws, seed
        self._worlds: dict[int, Any] = {}
        self._kept: Kept[Priced | SalesAnalysisError] = Kept()

    def price(self, plan: Plan) -> Priced | SalesAnalysisError:
        """Return the cost of a plan, or the error that says why there is none (yet)."""
        return self._kept.get(plan.digest, lambda: self._price(plan, self._quick(plan)))

    def price_patiently(self, plan: Plan) -> Priced | SalesAnalysisError:
        """Return the cost of a plan by whatever pays it, however long it takes."""
        return self._kept.put(plan.digest, self._price(plan, ("auto",)))

    def _quick(self, plan: Plan) -> tuple[str, ...]:
        """Return the back ends that keep up with a slider."""
        cells = len(self.crowd.people) * PERIODS[plan.head.per] * self.draws
        return ("ledger", "vector") if cells <= QUICK_CELLS else ("ledger",)

    def _price(self, plan: Plan, backends: tuple[str, ...]) -> Priced | SalesAnalysisError:
        from salesanalysis.incentives.simulate import BackendNotValid, simulate  # noqa: PLC0415

        refused: SalesAnalysisError | None = not_simulated(plan) or counted(plan, self.crowd)
        for backend in backends if refused is None else ():
            try:
                return _priced(simulate(plan, self.world(plan), backend=backend))
            except BackendNotValid as error:
                refused = error
            except SalesAnalysisError as error:
                return error
        assert refused is not None
        return refused

    def world(self, plan: Plan) -> Any:
        """Return the drawn world of the plan's periods."""
        from salesanalysis.incentives.simulate import draw_world  # noqa: PLC0415

        periods = PERIODS[plan.head.per]
        if periods not in self._worlds:
            self._worlds[periods] = draw_world(
                self.crowd.measured(plan.head.per),
                self.attainment,
                periods=periods,
                draws=self.draws,
                seed=self.seed,
                quota_periods=1,  # the crowd has those of one period
                incentive_periods=1,
            )
        return self._worlds[periods]


def not_simulated(plan: Plan) -> SalesAnalysisError | None:
    """Return why no year of a plan is drawn, None where one is."""
    head, where = plan.head, f"plan {plan.head.id!r}"
    if head.quota_per != head.per:
        words = {"quota": pair_of(f"planner.per.{head.quota_per}")}
        words["per"] = pair_of(f"planner.per.{head.per}")
        return refusal("longer", where=where, code="bad-choice", **words)
    if plan.rules.only:
        parts = plan.document.data["components"]
        titles = [part_title(p) for p in parts if p["id"] in plan.rules.only]
        english, chinese = (list(t) for t in zip(*titles, strict=True))
        names = (", ".join(english), "、".join(chinese))
        return refusal("only", where=where, code="bad-choice", names=names)
    return None


def part_title(part: Any) -> tuple[str, str]:
    """Return how a part of a plan is called, (English, Chinese)."""
    text = part.get("text") or {}
    return str(text.get("en", part["id"])), str(text.get("zh", part["id"]))


def _priced(simulation: Any) -> Priced:
    people = simulation.people[["salesperson", "quota"]].assign(pay=simulation.people["pay_mean"])
    draws = simulation.draws
    return Priced(
        draws["pay"].to_numpy(dtype="float64"),
        draws["sales"].to_numpy(dtype="float64"),
        people.sort_values("salesperson", kind="stable", ignore_index=True),
        simulation,
    )
