"""Components as penalties leave them: lower rates, tiers and coefficients, parts forfeited."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from salesanalysis.incentives.components import FACTORS, Bands, Component, Gate, Multiplier, Tiers
from salesanalysis.incentives.inputs.book import ZERO
from salesanalysis.incentives.rules import Penalty

#: Penalties that change a component: what they take is the difference of two pays.
CHANGING = ("coefficient", "rate", "tier", "forfeit")


def lowered(
    components: Sequence[Component], found: Sequence[tuple[Penalty, int]]
) -> list[Component]:
    """Return the components as the penalties that change them leave them."""
    parts = list(components)
    for rule, n in found:
        if rule.deduct.kind == "forfeit":
            parts = _without(parts, rule.deduct.of)
        elif rule.deduct.kind in CHANGING:
            more = replace(rule, deduct=replace(rule.deduct, size=rule.deduct.size * n))
            parts = [_worse(part, more) for part in parts]
    return parts


def _without(components: Sequence[Component], names: Sequence[str]) -> list[Component]:
    """Return the components without those of these names, which nothing multiplies any more."""
    kept = [part for part in components if part.id not in names]
    return [
        replace(part, multiplies=tuple(name for name in part.multiplies if name not in names))
        if isinstance(part, FACTORS)
        else part
        for part in kept
    ]


def _worse(part: Component, rule: Penalty) -> Component:
    """Return the component as the penalty leaves it."""
    if part.id not in rule.deduct.of:
        return part
    change: dict[str, Callable[[Component, Penalty], Component]] = {
        "coefficient": _less_factor,
        "rate": _less_rate,
        "tier": _less_tier,
    }
    return change[rule.deduct.kind](part, rule)


def _less_factor(part: Component, rule: Penalty) -> Component:
    """Lower every coefficient by some points, never below the least one."""

    def less(value: Fraction) -> Fraction:
        # a coefficient that is below the least one stays: a penalty raises nothing
        return min(value, max(value - rule.deduct.size, rule.deduct.least))

    if isinstance(part, Bands):
        return replace(part, bands=tuple((e, less(v)) for e, v in part.bands))
    if isinstance(part, Multiplier):
        return replace(part, points=tuple((x, less(y)) for x, y in part.points))
    raise TypeError(f"{part.id} has no coefficient")  # refused when the plan is read


def _less_rate(part: Component, rule: Penalty) -> Component:
    """Lower every rate by some points, never below 0."""
    if isinstance(part, Tiers):
        size = rule.deduct.size
        return replace(
            part, tiers=tuple(replace(t, rate=max(t.rate - size, ZERO)) for t in part.tiers)
        )
    raise TypeError(f"{part.id} has no rates")  # refused when the plan is read


def _less_tier(part: Component, rule: Penalty) -> Component:
    """Pay every tier at the rate and flat of the tier so many below it; the lowest stay."""
    if isinstance(part, FACTORS) and not isinstance(part, Gate | Multiplier):
        values = [v for _, v in part.bands]
        down = int(rule.deduct.size)
        return replace(
            part,
            bands=tuple((e, values[max(k - down, 0)]) for k, (e, _) in enumerate(part.bands)),
        )
    if isinstance(part, Tiers):
        down, tiers = int(rule.deduct.size), part.tiers
        return replace(
            part,
            tiers=tuple(
                replace(t, rate=tiers[max(k - down, 0)].rate, flat=tiers[max(k - down, 0)].flat)
                for k, t in enumerate(tiers)
            ),
        )
    raise TypeError(f"{part.id} has no tiers")  # refused when the plan is read
