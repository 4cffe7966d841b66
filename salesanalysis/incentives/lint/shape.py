"""What the shape of pay provokes: cliffs, flat and falling pay, moved deals, pay above margin."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np

from salesanalysis.incentives.exact.settle import exact_gross
from salesanalysis.incentives.inputs.book import Scale
from salesanalysis.incentives.lint.scene import (
    SEEN,
    Edge,
    Finding,
    Measure,
    Money,
    Scene,
    jump_at,
    scales_with_edges,
)

#: A deal of this share of the quota is what somebody may move between periods.
MOVED = Fraction(1, 20)
#: A zone without pay narrower than this share of the quota is none.
NARROW = Fraction(1, 50)
#: What a further sale loses above the margin is said for this much of sales, in currency.
FURTHER = 10_000


def cliffs(scene: Scene) -> list[Finding]:
    """L01: one more cent pays the whole jump."""
    return [
        scene.finding(
            "L01",
            "high" if scene.share_near(edge) >= 0.05 else "medium",
            "plan",
            float(jump),
            near=scene.share_near(edge),
            values={"edge": scene.edge(edge), "jump": Money(float(jump))},
        )
        for edge, jump in scene.jumps
        if jump > 0
    ] + _other_cliffs(scene)


def _other_cliffs(scene: Scene) -> list[Finding]:
    """Find jumps at edges of other measures, the main one at exactly 100 % of quota."""
    plan, found = scene.plan, []
    seen: set[tuple[str, Fraction]] = set()
    for scale, edges in scales_with_edges(plan):
        for edge in (e for e in edges if e is not None and e > 0):
            if scale.tier == plan.head.measure or (scale.tier, edge) in seen:
                continue
            seen.add((scale.tier, edge))
            jump = jump_at(_paid_at(scene, scale), edge, Fraction(1, 10**6))
            if abs(jump) >= SEEN:
                values = {
                    "edge": Edge(edge, scale),
                    "measure": Measure(scale.tier),
                    "jump": Money(float(abs(jump))),
                }
                found.append(
                    scene.finding(
                        "L01", "medium", scale.tier, float(jump), kind=".other", values=values
                    )
                )
    return found


def _paid_at(scene: Scene, scale: Scale) -> Callable[[Fraction], Fraction]:
    """Return pay as a function of another measure."""
    target, unit = scene.sheet(Fraction(1)), scale.cents(scene.sheet(Fraction(1)))

    def pay(x: Fraction) -> Fraction:
        book = replace(target.books[scale.tier], deals=(x * unit,))
        sheet = replace(target, books={**target.books, scale.tier: book})
        return exact_gross(scene.plan, sheet)[0].total / 100

    return pay


def flat_zones(scene: Scene) -> list[Finding]:
    """L02: between the worst and the best twentieth of people more sales pay nothing."""
    low, high = (Fraction(f"{x:.4f}") for x in np.quantile(scene.attainment, [0.05, 0.95]))
    inner = [e for e in scene.edges if low < e < high]
    steps = [low + (high - low) * Fraction(k, 40) for k in range(41)]
    grid = sorted({*steps, *inner})
    pays = [scene.pay(x) for x in grid]
    found, start = [], 0
    for k in range(1, len(grid) + 1):
        if k < len(grid) and pays[k] == pays[start]:
            continue
        if grid[k - 1] - grid[start] >= NARROW:
            found.append(_flat(scene, _bend(scene, grid, start), grid[k - 1]))
        start = k
    return found


def _bend(scene: Scene, grid: list[Fraction], k: int) -> Fraction:
    """Return where the flat zone that holds from `grid[k]` on begins, to a hundredth percent."""
    if k == 0:
        return grid[0]
    out, flat, level = grid[k - 1], grid[k], scene.pay(grid[k])
    while flat - out > Fraction(1, 20_000):
        middle = (flat + out) / 2
        out, flat = (out, middle) if scene.pay(middle) == level else (middle, flat)
    return flat


def _flat(scene: Scene, start: Fraction, end: Fraction) -> Finding:
    """Return a zone with the sales that pay nothing in it, at the quota looked at."""
    inside = (scene.attainment >= float(start)) & (scene.attainment < float(end))
    values = {
        "start": scene.edge(Fraction(f"{float(start):.3f}")),
        "end": scene.edge(Fraction(f"{float(end):.3f}")),
    }
    size = float((end - start) * scene.quota / 100)
    near = float(inside.mean())
    return scene.finding("L02", "medium", "plan", size, near=near, values=values)


def falling_pay(scene: Scene) -> list[Finding]:
    """L03: an interval in which selling more pays less, and who stands in it."""
    found = []
    for edge, jump in scene.jumps:
        if jump < 0:
            back = scene.back_at(edge)
            values = {"edge": scene.edge(edge), "loss": Money(float(-jump))}
            found.append(_falling(scene, (edge, back), float(jump), ".jump", values))
    for lo, hi, slope, _ in scene.stretches:
        if slope < 0:
            values = {"edge": scene.edge(lo), "loss": Money(float(-slope / 100))}
            end = None if hi == scene.stretches[-1][1] else hi
            found.append(_falling(scene, (lo, end), float(slope), ".slope", values))
    return found


def _falling(
    scene: Scene, span: tuple[Fraction, Fraction | None], size: float, kind: str,
    values: Mapping[str, object],
) -> Finding:  # fmt: skip
    """Return an interval of falling pay; without an end it goes on beyond the best result."""
    start, end = float(span[0]), span[1]
    inside = (scene.attainment >= start) & (
        scene.attainment < (np.inf if end is None else float(end))
    )
    if end is None:
        kind += ".open"
    else:
        values = {**values, "end": scene.edge(Fraction(f"{float(end):.4f}"))}
    near = float(inside.mean())
    return scene.finding("L03", "high", "plan", size, near=near, kind=kind, values=dict(values))


def moved_deal(scene: Scene) -> list[Finding]:
    """L04: what booking one deal in this period instead of the next is worth."""
    if not scene.jumps:
        return []
    edge, _ = max(scene.jumps, key=lambda j: (j[1], -j[0]))
    below, above = edge - MOVED / 2, edge + MOVED
    gain = scene.pay(below + MOVED) + scene.pay(above) - scene.pay(below) - scene.pay(above + MOVED)
    if gain <= 0:
        return []
    deal = float(MOVED * scene.quota / 100)
    values = {"edge": scene.edge(edge), "deal": Money(deal), "gain": Money(float(gain))}
    near = scene.share_near(edge)
    return [scene.finding("L04", "medium", "plan", float(gain), near=near, values=values)]


def above_margin(scene: Scene) -> list[Finding]:
    """L05: the marginal rate is above the contribution margin; of a margin all of it is."""
    measure = scene.plan.head.measures[scene.plan.head.measure]
    limit = scene.margin_rate if measure.margin is None else 1.0
    if limit is None:
        return []
    edge, _, _, slope = max(scene.stretches, key=lambda s: (s[3], -s[0]))
    rate = float(slope / (scene.quota / 100))
    if rate <= limit:
        return []
    values = {"rate": f"{rate:.1%}", "margin": f"{limit:.1%}", "edge": scene.edge(edge)}
    near = float((scene.attainment >= float(edge)).mean())
    size = (rate - limit) * FURTHER
    return [scene.finding("L05", "high", "plan", size, near=near, values=values)]
