"""What happens to the pay of a period after its components."""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.exact.penalties import hits
from salesanalysis.incentives.inputs.book import Book
from salesanalysis.incentives.rules import Cap, Draw
from salesanalysis.incentives.simulate.reasons import AT_TARGET, DRAWN, NO_DEALS, Facts

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Named = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Steps:
    """What happens to the pay of a period after its components, in the order of the engine."""

    credit: Fraction | None = None  # most sales credited, currency
    rate: Fraction | None = None  # most pay, as share of sales
    cap: Fraction | None = None  # most pay, currency
    deferred: bool = False
    floor: Fraction | None = None
    running: str = ""  # "", cumulative, carry or claw (a true-up)
    draw: Draw | None = None

    @property
    def none(self) -> bool:
        """Tell whether nothing happens."""
        return self == Steps()

    @property
    def stateful(self) -> bool:
        """Tell whether one period hands anything to the next."""
        return self.deferred or bool(self.running) or self.draw is not None

    def names(self) -> Named:
        """Return what happens, with why no sum over people can pay it."""
        said = {
            "credit": (self.credit, "the cap on credit moves its edge by person"),
            "cap_rate": (self.rate, "a cap as share of sales"),
            "cap": (self.cap, "the cap moves its edge by person"),
            "deferred": (self.deferred or None, "pay above the cap goes to a later period"),
            "floor": (self.floor, "the guarantee moves its edge by person"),
            "running": (self.running or None, "counts on from period to period"),
            "draw": (self.draw, "a balance between periods"),
        }
        return tuple((name, why) for name, (value, why) in said.items() if value is not None)


def steps_of(
    plan: "Plan", running: str, assumed: Any, facts: Facts
) -> tuple[Steps, list[tuple[str, str]]]:
    """Return what follows the components, and the rules that no step stands for."""
    rules, residual = plan.rules, []
    cap, settlement = rules.limits.cap, rules.settlement
    steps = Steps(running=running, draw=settlement.draw)
    if cap is not None:
        steps, why = _capped(steps, cap, facts)
        residual += [("cap", why)] if why else []
    if rules.limits.floor is not None:
        steps = replace(steps, floor=rules.limits.floor.amount)
        assumed += [("floor", "guarantee")] if rules.limits.floor.until else []
    if rules.credit.windfall is not None and not rules.credit.windfall.review:
        residual.append(("windfall", "cuts single deals" if facts.deals else NO_DEALS))
    if rules.penalties:
        hit = {rule.id for rule, _ in hits(rules.penalties, plan.on_target(Book((100,), 100)))}
        residual += [(name, AT_TARGET) for name in sorted(hit)]
        moved = [p.id for p in rules.penalties if p.when.measure in facts.drawn]
        residual += [(name, DRAWN) for name in moved]
        hit |= set(moved)
        assumed += [(p.id, "no_penalty") for p in rules.penalties if p.id not in hit]
    named = ((settlement.clawback, "clawback", "no_clawback"),
             (settlement.holdback, "holdback", "held_counts"),
             (rules.quota.ramp, "ramp", "no_ramp"))  # fmt: skip
    assumed += [(name, code) for rule, name, code in named if rule is not None]
    return steps, residual


def _capped(steps: Steps, cap: Cap, facts: Facts) -> tuple[Steps, str]:
    """Return the steps with a cap, or why it is none."""
    if cap.before_factors:
        return steps, "a cap before the coefficients"
    if cap.of == "pay":
        return replace(steps, cap=cap.amount, deferred=cap.excess == "deferred"), ""
    if cap.of == "rate":
        return replace(steps, rate=cap.amount, deferred=cap.excess == "deferred"), ""
    if cap.of == "credit":
        return replace(steps, credit=cap.amount), ""
    return steps, "cuts single deals" if facts.deals else NO_DEALS
