"""What an optimisation is asked about: people, attainment, money; and the plan's pay as rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.moments import Distribution
from salesanalysis.incentives.optimum.capped import (
    cost_of_draws,
    cost_of_world,
    expected_cost,
    within_limits,
)
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.paid import Paid, paid_on_sales
from salesanalysis.incentives.optimum.rows import Linear, Scales
from salesanalysis.incentives.simulate.reasons import Facts

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
NO_LIMITS = (-np.inf, np.inf)
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
    facts : Facts, what is known of people beside their quotas
    kept : sums that are the same whatever a plan's numbers are
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
    facts: Facts
    kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def paid(self, plan: "Plan") -> Paid:
        """Return what a plan pays these people on sales."""
        return paid_on_sales(plan, self.facts)

    def lines(self, plan: "Plan", knobs: Mapping[str, str], *, proved: bool = False) -> LinearPlan:
        """Return what each of some numbers of a plan does to its lines."""
        return LinearPlan.of(plan, knobs, facts=self.facts, proved=proved)

    def points(self) -> dict[str, float]:
        """Return the attainments pay is looked at."""
        return {
            name: 1.0 if q is None else float(self.year.quantile(q)) for name, q in POINTS.items()
        }

    def paid_at_target(self, lines: LinearPlan) -> float:
        """Return the pay of the one person at 100 % of quota, currency."""
        return float(np.clip(lines.pay([1.0], self.person).at(lines.values)[0], *lines.paid.limits))

    def pays(self, lines: LinearPlan, *, held: bool = False) -> dict[str, Linear]:
        """Return the pay of the one person at every point, one row each.

        At the guarantee it stands; above the cap it goes on as if there were none, unless `held`.
        """
        rows = {name: lines.pay([x], self.person) for name, x in self.points().items()}
        return {name: within_limits(row, lines, cap=held) for name, row in rows.items()}

    def cost(self, lines: LinearPlan, draws: Linear | None) -> Linear:
        """Return the expected pay of everybody over all periods, one row."""
        if draws is not None:
            return draws.total().times(1 / len(draws.constant))
        if limited(lines):
            return expected_cost(lines, self.period, self.team).times(self.periods)
        key = ("cost", _edges(lines))
        if key not in self.kept:  # the same whatever the numbers are
            self.kept[key] = lines.cost_weights(self.period, self.team)
        return lines.weighted(self.kept[key][None]).times(self.periods)

    def drawn(self, lines: LinearPlan, plan: "Plan") -> Linear | None:
        """Return the cost of every draw, None where nothing was drawn."""
        if self.draws is None:
            return None
        if isinstance(self.draws, np.ndarray):
            return self._array(lines).times(self.periods)
        if limited(lines):
            return cost_of_world(lines, self.draws.for_plan(plan), self.team)
        return self._of_world(lines, plan)

    def _array(self, lines: LinearPlan) -> Linear:
        """Return the cost of every draw of an array of them, one period."""
        if limited(lines):
            return cost_of_draws(lines, self.draws, self.team)
        key = ("draws", _edges(lines))
        if key not in self.kept:
            self.kept[key] = lines.draw_weights(self.draws, self.team)
        return lines.weighted(self.kept[key])

    def _of_world(self, lines: LinearPlan, plan: "Plan") -> Linear:
        """Return the cost of every draw of a world: the plan is paid as it stands and moved."""
        base = self.years(plan)
        stand = [float(v) for v in lines.values]
        steps = [unit_of(v) for v in stand]
        columns: Sequence[Floats] = [
            (self.years(plan.edited({k: f"{v + step:.12g}"})) - base) / step
            for k, v, step in zip(lines.knobs, stand, steps, strict=True)
        ]
        matrix = np.array(columns).reshape(len(lines.knobs), -1).T
        return Linear(base - matrix @ np.array(stand), matrix)

    def years(self, plan: "Plan") -> Floats:
        """Return what every draw of a world costs under a plan, currency."""
        from salesanalysis.incentives.simulate import simulate  # noqa: PLC0415

        paid = simulate(plan, self.draws).draws.sort_values("draw")
        return np.asarray(paid["pay"].to_numpy("float64"))

    def moved(self, lines: LinearPlan, today: LinearPlan) -> Linear:
        """Return how far pay moves from today's for last year's result of every person."""
        past = self.results("least disruption is", "objective='disruption'")
        new = within_limits(lines.pay(past, self.team), lines)
        return Linear(new.constant - self.paid_last(today), new.matrix).times(self.periods)

    def paid_last(self, lines: LinearPlan) -> Floats:
        """Return everybody's pay at last year's result, currency of one period."""
        past = self.results("pay of last year is", "people")
        return within_limits(lines.pay(past, self.team), lines).at(lines.values)

    def results(self, what: str, asked: str) -> Floats:
        """Return last year's attainment of every person.

        Raises
        ------
        ContractError
            People without their results: `what` was `asked` of them.
        """
        if self.past is not None:
            return self.past
        raise ContractError(
            f"{what} measured on last year's people, and their results are not given.",
            where=f"optimise({asked}, people=...)",
            fix="give people with a column 'attainment' (1 = quota) or 'actual' (currency)",
            code="missing-column",
        )


def limited(lines: LinearPlan) -> bool:
    """Tell whether a cap or a guarantee bends what a plan costs."""
    return lines.paid.limits != NO_LIMITS


def _edges(lines: LinearPlan) -> tuple[str, ...]:
    return tuple(str(s.lo) for s in lines.form.segments)


def unit_of(value: float) -> float:
    """Return a step that keeps rates at or below 1 and coefficients at or below 10."""
    return -0.01 if 0.9 < value <= 1 or value > 9.9 else 0.01
