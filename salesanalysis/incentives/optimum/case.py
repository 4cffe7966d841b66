"""What an optimisation is asked about: people, attainment, money; and the plan's pay as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.moments import Distribution
from salesanalysis.incentives.optimum.capped import capped_cost, capped_draws, capped_pay
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.rows import Linear, Scales

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Attainments at which pay is looked at: quota, and the points of the distribution.
POINTS = {"target": None, "p10": 0.1, "p50": 0.5, "p90": 0.9}


@dataclass(frozen=True)
class Case:
    """Everything but the plan: who is paid, how results spread, what was drawn.

    Attributes
    ----------
    year, period : Distribution
        Attainment of a whole year, and of one period of the plan (the same where one is asked).
    team : Scales, one row per person
    person : Scales, the one person pay is looked at for
    periods : int, periods the cost is summed over
    past : ndarray or None, last year's attainment, one per person
    draws : ndarray (draws x people), World, or None
    excluded : tuple of str, people without a quota
    """

    year: Distribution
    period: Distribution
    team: Scales
    person: Scales
    periods: int
    past: Floats | None
    draws: Any
    excluded: tuple[str, ...]
    given_people: bool

    def points(self) -> dict[str, float]:
        """Return the attainments pay is looked at."""
        return {
            name: 1.0 if q is None else float(self.year.quantile(q)) for name, q in POINTS.items()
        }

    def pays(self, lines: LinearPlan) -> dict[str, Linear]:
        """Return the pay of the one person at every point, one row each."""
        return {name: lines.pay([x], self.person) for name, x in self.points().items()}

    def cost(self, lines: LinearPlan, draws: Linear | None) -> Linear:
        """Return the expected pay of everybody over all periods, one row."""
        if draws is not None:
            return draws.total().times(1 / len(draws.constant))
        most = cap_of(lines)
        if most is not None:
            return capped_cost(lines, self.period, self.team, most).times(self.periods)
        return lines.cost(self.period, self.team).times(self.periods)

    def drawn(self, lines: LinearPlan, plan: "Plan") -> Linear | None:
        """Return the cost of every draw, None where nothing was drawn."""
        if self.draws is None:
            return None
        most = cap_of(lines)
        if most is not None and not isinstance(self.draws, np.ndarray):
            raise ContractError(
                f"pay is capped at {most:,.2f}: a world does not tell whom a new rate reaches.",
                where="optimise(plan, draws=...)",
                fix="give attainments of draws x people, or take the cap out",
                code="no-engine",
            )
        if isinstance(self.draws, np.ndarray) and most is not None:
            return capped_draws(lines, self.draws, self.team, most).times(self.periods)
        if isinstance(self.draws, np.ndarray):
            return lines.cost_of_draws(self.draws, self.team).times(self.periods)
        return _of_world(self.draws, lines, plan)

    def moved(self, lines: LinearPlan, today: LinearPlan) -> Linear:
        """Return how far pay moves from today's for last year's result of every person."""
        if self.past is None:
            raise ContractError(
                "least disruption is measured on last year's people, and their results are not "
                "given.",
                where="optimise(objective='disruption', people=...)",
                fix="give people with a column 'attainment' (1 = quota) or 'actual' (currency)",
                code="missing-column",
            )
        new = lines.pay(self.past, self.team)
        old = today.pay(self.past, self.team).at(today.values)
        most = cap_of(lines)
        if most is not None:
            new, old = capped_pay(new, lines.values, most), np.minimum(old, most)
        return Linear(new.constant - old, new.matrix).times(self.periods)


def cap_of(lines: LinearPlan) -> float | None:
    """Return the cap on pay of a period, currency, None where there is none."""
    return None if lines.form.cap is None else float(lines.form.cap.amount)


def _of_world(world: Any, lines: LinearPlan, plan: "Plan") -> Linear:
    """Return the cost of every draw of a world: the plan is paid as it stands and moved."""
    from salesanalysis.incentives.simulate import simulate  # noqa: PLC0415

    def cost(values: dict[str, str]) -> Floats:
        moved = plan.edited(values) if values else plan
        paid = simulate(moved, world).draws.sort_values("draw")
        return np.asarray(paid["pay"].to_numpy("float64"))

    base = cost({})
    stand = [float(v) for v in lines.values]
    steps = [_unit(v) for v in stand]
    columns: Sequence[Floats] = [
        (cost({k: f"{v + step:.12g}"}) - base) / step
        for k, v, step in zip(lines.knobs, stand, steps, strict=True)
    ]
    matrix = np.array(columns).reshape(len(lines.knobs), -1).T
    return Linear(base - matrix @ np.array(stand), matrix)


def _unit(value: float) -> float:
    """Return a step that keeps rates at or below 1 and coefficients at or below 10."""
    return -0.01 if 0.9 < value <= 1 or value > 9.9 else 0.01
