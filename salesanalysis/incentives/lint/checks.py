"""The checks beside the shape of pay; the thirteen together."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import numpy as np

from salesanalysis.incentives.components import FACTORS, Override, Pool, Tiers
from salesanalysis.incentives.exact.lowered import CHANGING
from salesanalysis.incentives.inputs.book import ZERO
from salesanalysis.incentives.lint.scene import Edge, Finding, Money, Part, Scene
from salesanalysis.incentives.lint.shape import (
    above_margin,
    cliffs,
    falling_pay,
    flat_zones,
    moved_deal,
)
from salesanalysis.incentives.rules import Cap, Penalty
from salesanalysis.incentives.tax.one_off import one_off_tax, zones

__all__ = ["CHECKS", "Finding", "Scene"]

#: A tier that fewer reach is no incentive.
REACHED = 0.005
#: Cost of convexity above this share of the target incentive is worth a line.
CONVEX = 0.02
#: Drawn courses of a draw.
PATHS = 2_000


def blind_zone(scene: Scene) -> list[Finding]:
    """L06: year-end bonuses for which more is less net."""
    bonuses = np.asarray(scene.bonuses, dtype="float64")
    hit = [(lo, b) for b in bonuses for lo, hi in zones() if float(lo) < b < float(hi)]
    if not scene.plan.rules.tax_warning or not hit:
        return []
    lost = sum(float(_net(lo) - _net(Fraction(str(b)))) for lo, b in hit)
    values = {"n": f"{len(hit):,}", "lost": Money(lost)}
    near = len(hit) / bonuses.size
    return [scene.finding("L06", "medium", "tax_warning", lost, near=near, values=values)]


def _net(bonus: Fraction) -> Fraction:
    return bonus - one_off_tax(bonus)


def pay_at_target(scene: Scene) -> list[Finding]:
    """L07: at exactly 100 % the plan pays something else than the target incentive."""
    incentive = scene.plan.head.target_incentive
    if not incentive or not scene.plan.needs_quota:
        return []
    pay = scene.pay(Fraction(1))
    if pay == incentive:
        return []
    off = float(pay / incentive - 1)
    values = {
        "pay": Money(float(pay)),
        "incentive": Money(float(incentive)),
        "off": f"{off:+.1%}",
    }
    severity = "medium" if abs(off) > 0.05 else "low"
    return [scene.finding("L07", severity, "plan", float(pay - incentive), values=values)]


def order_matters(scene: Scene) -> list[Finding]:
    """L08: a cap before or after the coefficients pays differently."""
    cap = scene.plan.rules.limits.cap
    factors = [p for p in scene.plan.components if isinstance(p, FACTORS)]
    if cap is None or cap.of != "pay" or not factors or cap.excess == "deferred":
        return []
    turned: Cap = replace(cap, before_factors=not cap.before_factors)
    limits = replace(scene.plan.rules.limits, cap=turned)
    other = replace(scene.plan, rules=replace(scene.plan.rules, limits=limits))
    grid = [Fraction(k, 20) for k in range(61)]
    apart = [scene.pay(x) - scene.pay_of(other, x) for x in grid]
    worst = max(range(len(grid)), key=lambda i: abs(apart[i]))
    if not apart[worst]:
        return []
    size = float(abs(apart[worst]))
    values = {"size": Money(size), "edge": scene.edge(grid[worst])}
    return [scene.finding("L08", "low", cap, size, values=values)]


def convexity(scene: Scene) -> list[Finding]:
    """L09: the spread of results alone costs more than pay at the mean result."""
    incentive = scene.plan.head.target_incentive
    mean = np.quantile(scene.attainment, (np.arange(200) + 0.5) / 200).mean()
    pays = [float(p) for p in scene.sample]
    at_mean = float(scene.pay(Fraction(f"{mean:.6f}")))
    base = float(incentive) if incentive else at_mean
    cost = float(np.mean(pays)) - at_mean
    if not base or cost / base <= CONVEX:
        return []
    values = {"cost": Money(cost), "share": f"{cost / base:.1%}"}
    return [scene.finding("L09", "low", "plan", cost, values=values)]


def never_recovered(scene: Scene) -> list[Finding]:
    """L10: a recoverable draw that is likely still owed when it ends.

    The months of a person are drawn one by one from the attainments; people who are weak in every
    month owe more often.
    """
    draw = scene.plan.rules.settlement.draw
    if draw is None or not draw.recoverable:
        return []
    pays = np.array([float(p) for p in scene.sample])
    advance, owed = float(draw.amount), np.zeros(PATHS)
    random = np.random.default_rng(0)
    for _ in range(draw.periods):
        gross = random.choice(pays, PATHS)
        back = np.minimum(owed, np.maximum(gross - advance, 0) * float(draw.recovery_share))
        owed += np.maximum(advance - gross, 0) - back
    share = float((owed > 0.005).mean())
    if share <= 0.5:
        return []
    values = {"draw": Money(advance), "n": str(draw.periods), "owed": Money(float(owed.mean()))}
    return [scene.finding("L10", "medium", draw, float(owed.mean()), near=share, values=values)]


def paid_twice(scene: Scene) -> list[Finding]:
    """L11: several people are paid on one unit of revenue."""
    parts = scene.plan.components
    overrides = [p for p in parts if isinstance(p, Override)]
    pools = sum((p.share or ZERO for p in parts if isinstance(p, Pool)), ZERO)
    if not (overrides or pools) and scene.plan.rules.credit.splits_total is not None:
        return []
    own = sum((max(t.rate for t in p.tiers) for p in parts if isinstance(p, Tiers)), ZERO)
    above = sum((p.rate for p in overrides if p.of == "team_credit"), ZERO)
    # a differential pays what the rate of the report leaves
    chain = max([own, *(p.rate for p in overrides if p.of == "differential")])
    top = chain + above + pools
    size = float(top * scene.quota / 100)  # what one quota of sales may cost in all
    values = {"rate": f"{float(top):.1%}", "size": Money(size)}
    return [scene.finding("L11", "low", "credit", size, values=values)]


def penalties_too_large(scene: Scene) -> list[Finding]:
    """L12: one penalty can take more than the pay, than its limit, or nothing above a cap.

    The worst case is somebody at the fifth percentile of the attainments.
    """
    found = []
    for rule in scene.plan.rules.penalties:
        own = _too_large(scene, rule) if rule.deduct.kind == "amount" else []
        if not own and rule.floor == "negative" and rule.limit is None:
            values = {"title": Part(rule)}
            own = [scene.finding("L12", "medium", rule, 0.0, kind=".open", values=values)]
        found += own + _without_bite(scene, rule)
    return found


def _without_bite(scene: Scene, rule: Penalty) -> list[Finding]:
    """Return a penalty that lowers what is earned, where a cap cuts that for some people anyway."""
    cap = scene.plan.rules.limits.cap
    if cap is None or cap.of not in ("pay", "rate") or rule.deduct.kind not in CHANGING:
        return []
    if cap.excess == "deferred" and not cap.before_factors:
        return []
    near = scene.capped
    values = {"title": Part(rule)}
    more = {"near": near, "kind": ".capped", "values": values}
    return [scene.finding("L12", "low", rule, 0.0, **more)] if near else []


def _too_large(scene: Scene, rule: Penalty) -> list[Finding]:
    """Return a fixed deduction beside the pay at target, or that of the weak."""
    share = Fraction(1) if rule.limit is None else rule.limit
    values = {"title": Part(rule), "size": Money(float(rule.deduct.size))}
    target = share * scene.pay(Fraction(1))
    pays = scene.sample
    near = float(np.mean([rule.deduct.size > share * p for p in pays]))
    kind = "" if rule.limit is None else ".limit"
    values["share"] = f"{float(share):.0%}"
    if rule.deduct.size > target:
        size = float(rule.deduct.size - target)
        return [scene.finding("L12", "high", rule, size, near=near, kind=kind, values=values)]
    worst = pays[10]
    if rule.deduct.size <= share * worst:
        return []
    size = float(rule.deduct.size - share * worst)
    values["pay"] = Money(float(worst))
    return [
        scene.finding("L12", "medium", rule, size, near=near, kind=f"{kind}.weak", values=values)
    ]


def unreachable(scene: Scene) -> list[Finding]:
    """L13: a tier that almost nobody reaches; its size is what it would pay there."""
    plan, found = scene.plan, []
    for part in plan.components:
        scale = getattr(part, "scale", None)
        if scale is None or scale.tier != plan.head.measure or isinstance(part, Pool):
            continue
        if scale.unit == "amount" and not (scene.quota_given or plan.needs_quota):
            continue  # without any quota, how far an amount is away is not known
        unit = Fraction(1) if scale.unit == "attainment" else scene.quota / 100
        for edge in part.edges:
            share = float((scene.attainment >= float(edge / unit)).mean())
            if share < REACHED:
                values = {"title": Part(part), "edge": Edge(edge, scale)}
                size = float(scene.pay(edge / unit))
                found.append(scene.finding("L13", "low", part, size, near=share, values=values))
    return found


CHECKS: tuple[Callable[[Scene], list[Finding]], ...] = (
    cliffs,
    flat_zones,
    falling_pay,
    moved_deal,
    above_margin,
    blind_zone,
    pay_at_target,
    order_matters,
    convexity,
    never_recovered,
    paid_twice,
    penalties_too_large,
    unreachable,
)
