"""What a plan pays on sales alone: its lines, a cap, a guarantee, and overrides on what is sold.

A plan that compiles whole is taken as it is. Of others the world of a simulation is meant: other
measures stand at their target, cash follows sales, no penalty applies, the guarantee runs. What is
assumed is named; what is paid in another way than by lines is refused by name.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled import Compiled, compile_plan
from salesanalysis.incentives.components import Override
from salesanalysis.incentives.moments import Distribution, Moments, expected, pay_at
from salesanalysis.incentives.moments.pieces import spans_of
from salesanalysis.incentives.optimum.rows import Scales
from salesanalysis.incentives.rules.limits import Cap
from salesanalysis.incentives.simulate.reasons import REFUSED, Facts
from salesanalysis.incentives.simulate.scene import Scene, scene_of
from salesanalysis.incentives.simulate.steps import Named, Steps

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Paid:
    """A plan as it pays one period of sales.

    Attributes
    ----------
    form : Compiled, nothing left out; its cap is that of the plan
    floor : Fraction or None, the least that is paid, currency
    led : Fraction, rate of all overrides together, on what others sell
    assumed : tuple of (component or rule, code), see the words ``simulation.assumed.*``
    """

    form: Compiled
    floor: Fraction | None = None
    led: Fraction = Fraction(0)
    assumed: Named = ()

    @property
    def limits(self) -> tuple[float, float]:
        """Return the least and the most that is paid, currency; -inf and inf where none is."""
        low, cap = self.floor, self.form.cap
        return (
            -np.inf if low is None else float(low), np.inf if cap is None else float(cap.amount)
        )  # fmt: skip

    def pay(self, x: npt.ArrayLike, quota: Any, incentive: Any) -> Floats:
        """Return what people earn themselves at attainments, currency."""
        found = pay_at(self.form, x, quota=quota, incentive=incentive)
        return found if self.floor is None else np.maximum(found, float(self.floor))

    def pieces(self, dist: Distribution, scales: Scales) -> tuple[Moments, Floats]:
        """Return the moments of the lines, and what each piece of the plan costs in all.

        With a guarantee ``max(pay, f) = pay + f - min(pay, f)``: the last is a cap.
        """
        given = {"quota": scales.quota, "incentive": scales.incentive}
        found = expected(self.form, dist, **given)
        pay = found.pay
        if self.floor is not None:
            capped = expected(replace(self.form, cap=_cap(self.floor)), dist, **given)
            pay = pay + float(self.floor) * scales.quota.size * found.probability - capped.pay
        if self.led:
            pay = pay + float(self.led) * self._sold(dist, scales)
        return found, pay

    def _sold(self, dist: Distribution, scales: Scales) -> Floats:
        """Return what everybody sells on each piece, times the managers above, currency."""
        weight = scales.led * scales.quota
        return np.array(
            [
                float((weight * dist.first(s.lo, s.hi, low_in=s.low_in, high_in=s.high_in)).sum())
                for s in spans_of(self.form, scales.quota)
            ]
        )

    def draws(self, attainment: Floats, scales: Scales) -> Floats:
        """Return what everybody costs in every draw (draws x people), currency of one period."""
        pay = self.pay(attainment, scales.quota, scales.incentive).sum(axis=1)
        return np.asarray(pay + float(self.led) * (attainment @ (scales.led * scales.quota)))


def _cap(amount: Fraction) -> Cap:
    return Cap("floor", ("", ""), "pay", amount, "lost", before_factors=False)


def paid_on_sales(plan: "Plan", facts: Facts) -> Paid:
    """Return what a plan pays on sales alone.

    Raises
    ------
    ContractError
        Parts of the plan that are no lines of sales, each named with the reason.
    """
    whole = compile_plan(plan)
    if not whole.residual:
        return Paid(whole)
    scene = scene_of(plan, facts)
    overrides = _overrides(plan, scene)
    left = [(name, why) for name, why in scene.residual if name not in overrides]
    left += Steps.names(replace(scene.steps, cap=None, floor=None))
    if overrides and not scene.steps.none:
        left += [(name, "an override beside a cap or a guarantee") for name in overrides]
    if left:
        names = "; ".join(f"{name}: {why}" for name, why in left)
        raise ContractError(
            f"{len(left)} parts of the plan are no lines with jumps: {names}.",
            where="optimise(plan, ...)",
            fix="take these parts out, find the numbers, and put them back",
            code="no-engine",
        )
    cap = plan.rules.limits.cap if scene.steps.cap is not None else None
    form = replace(scene.compiled, cap=cap)
    assumed = (*scene.assumed, *((name, "led") for name in overrides))
    return Paid(form, scene.steps.floor, sum(overrides.values(), Fraction(0)), assumed)


def _overrides(plan: "Plan", scene: Scene) -> dict[str, Fraction]:
    """Return the overrides that are a rate on what others sell, with the rate."""
    times = {t for p in plan.components for t in getattr(p, "multiplies", ())}
    left = {name for name, why in scene.residual if not why.startswith(REFUSED)}
    return {
        p.id: p.rate
        for p in plan.components
        if isinstance(p, Override)
        and p.id in left - times
        and (p.of, p.measure) == ("team_credit", plan.head.measure)
    }
