"""A plan as the back ends see it: bends on scales, steps after them, and what does not fit."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled.form import Compiled
from salesanalysis.incentives.simulate.bends import Bends, bends_of
from salesanalysis.incentives.simulate.clip import clipped
from salesanalysis.incentives.simulate.led import Led, led_of
from salesanalysis.incentives.simulate.reasons import Facts
from salesanalysis.incentives.simulate.scene import Scene, scene_of
from salesanalysis.incentives.simulate.steps import Named, Steps
from salesanalysis.incentives.simulate.streams import Floats
from salesanalysis.incentives.simulate.world import World

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True)
class Form:
    """A compiled plan for one world.

    Attributes
    ----------
    plan : Plan
    compiled : Compiled, the pay of a period before its steps
    bends : dict, scale -> Bends, the same as sums over edges
    steps : Steps, what follows
    incentive : ndarray, target incentive of a period in cents, by person, -1 where there is none
    assumed : tuple of (component or rule, code)
    residual : tuple of (component or rule, reason), what the exact engine pays, or nothing can
    led : tuple of Led, overrides on what others sell, beside the lines
    """

    plan: "Plan"
    compiled: Compiled
    bends: dict[str, Bends]
    steps: Steps
    incentive: Floats
    assumed: Named
    residual: Named
    led: tuple[Led, ...] = ()

    @property
    def unit(self) -> str:
        """Return what edges are shares of: attainment or amount."""
        return self.compiled.unit

    @property
    def scales(self) -> tuple[str, ...]:
        """Return the scales something is paid by; `fixed` where nothing is paid."""
        return tuple(self.bends) or ("fixed",)

    @property
    def edges(self) -> tuple[float, ...]:
        """Return every edge of the plan, ascending."""
        kinks = {e for b in self.bends.values() for e, _ in b.kinks}
        return tuple(sorted(kinks | {e for b in self.bends.values() for e, _, _ in b.jumps}))


def form_of(plan: "Plan", world: World) -> Form:
    """Compile a plan for the people of a world.

    Raises
    ------
    ContractError
        Pay on the target incentive where neither people nor plan give one.
    """
    _require_groups(plan, world)
    _require_measures(plan, world)
    scene = scene_of(plan, facts_of(world))
    incentive = incentives(plan, world)
    compiled, steps = _with_limits(scene, world, incentive)
    bends = bends_of(compiled.segments)
    if "incentive" in bends and (incentive < 0).any():
        without = world.people[incentive < 0]
        raise ContractError(
            f"{len(without)} of {len(incentive)} people have no target incentive; first: "
            f"{without['salesperson'].iloc[0]!r}.",
            where=f"plan {plan.head.id!r}, column 'target_incentive' of people",
            fix="give the column, or plan: {target_incentive: ...} in the plan",
            rows=without,
        )
    bends = _with_equal_incentives(bends, incentive)
    led = led_of(plan, world, scene.residual, scene.steps)
    residual = () if led else scene.residual
    return Form(plan, compiled, bends, steps, incentive, scene.assumed, residual, led)


def _require_groups(plan: "Plan", world: World) -> None:
    """Refuse people without a column that parts of a plan apply to."""
    wanted = {c: name for name, columns in plan.rules.only.items() for c in columns}
    for column in sorted(set(wanted) - set(world.people.columns)):
        raise ContractError(
            f"component {wanted[column]!r} is for some people only, by {column!r}; people have no "
            "such column.",
            where=f"plan {plan.head.id!r}, columns of people",
            fix=f"give people the column {column!r}",
            code="missing-column",
        )


def _require_measures(plan: "Plan", world: World) -> None:
    """Refuse a measure drawn beside sales that is none of the plan's others."""
    others = sorted(set(plan.head.measures) - {plan.head.measure})
    strange = [m.name for m in world.measures if m.name not in others]
    if strange:
        raise ContractError(
            f"plan {plan.head.id!r} has no measure {strange[0]!r} beside {plan.head.measure!r}; "
            f"it has {', '.join(others) or 'no other'}.",
            where="draw_world(measures=...)",
            fix="name a measure of the plan, or leave it out",
            code="unknown-name",
        )


def _with_equal_incentives(bends: dict[str, Bends], incentive: Floats) -> dict[str, Bends]:
    """Return pay on the target incentive as fixed amounts where it is everybody's: fewer sums."""
    if "incentive" not in bends or incentive.min() != incentive.max():
        return bends
    fixed = bends["incentive"].times(float(incentive[0]) / 100)
    if "fixed" in bends:
        fixed = bends["fixed"].plus(fixed)
    return {**{s: b for s, b in bends.items() if s == "quota"}, "fixed": fixed}


def facts_of(world: World) -> Facts:
    """Return what a world knows beside sales."""
    people = world.people
    return Facts(
        world.model.never_negative,
        world.deals is not None,
        bool((people["team"] != "").any()),
        bool((people["manager"] != "").any()),
        bool((people["team"] != "").all()),
        bool((world.quota == np.floor(world.quota)).all()),
        frozenset(m.name for m in world.measures),
        frozenset(m.name for m in world.measures if m.of == "target" or m.target is not None),
    )


def incentives(plan: "Plan", world: World) -> Floats:
    """Return target incentives in cents, the plan's own where people have none, else -1."""
    given = world.people["target_incentive"].to_numpy("float64")
    own = plan.head.target_incentive
    filled: Floats = np.where(given < 0, -1.0 if own is None else float(own * 100), given)
    return filled


def _with_limits(scene: Scene, world: World, incentive: Floats) -> tuple[Compiled, Steps]:
    """Turn cap and guarantee into edges where they meet everybody at the same point.

    Edges stand for them only where the segments are all that is paid.
    """
    steps, compiled = scene.steps, scene.compiled
    alone = Steps(cap=steps.cap, floor=steps.floor)
    scales = {s for segment in compiled.segments for s in segment.lines}
    if steps.none or steps != alone or len(scales) > 1 or scene.residual:
        return compiled, steps
    scale = scales.pop() if scales else "fixed"
    base = {"quota": world.quota, "incentive": incentive, "fixed": np.array([100.0])}[scale]
    if base.min() != base.max() or base.min() <= 0:
        return compiled, steps
    per = Fraction(int(base[0]), 100)
    low, high = (None if v is None else v / per for v in (steps.floor, steps.cap))
    return replace(compiled, segments=clipped(compiled.segments, scale, low, high)), Steps()
