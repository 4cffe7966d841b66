"""A plan for a world of sales: what is assumed of everything else, and what is paid step by step.

A world holds sales only. Other measures stand at their target, money that is paid on instead of
sales follows them (everything sold is collected), nothing is cancelled and no penalty is entered.
Each of these is named in `Scene.assumed`; what cannot be paid like this is in `Scene.residual`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.compiled.form import Compiled, edges_of, segments_of
from salesanalysis.incentives.components import Component, KpiWeighted, Pool, Tiers
from salesanalysis.incentives.components.tiers import Tier
from salesanalysis.incentives.inputs.book import ZERO, Scale
from salesanalysis.incentives.inputs.sheets import scales_of
from salesanalysis.incentives.simulate.reasons import LINES, Facts, kept_parts, of_sales, units_of
from salesanalysis.incentives.simulate.steps import Named, Steps, steps_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


@dataclass(frozen=True)
class Scene:
    """A plan compiled for a world.

    Attributes
    ----------
    compiled : Compiled, the pay of a period before its steps
    steps : Steps
    assumed : tuple of (component or rule, code), see the words ``simulation.assumed.*``
    residual : tuple of (component or rule, reason), what only the exact engine, or none, can pay
    """

    compiled: Compiled
    steps: Steps
    assumed: Named
    residual: Named


def scene_of(plan: "Plan", facts: Facts) -> Scene:
    """Compile a plan for sales alone."""
    assumed: list[tuple[str, str]] = []
    parts = [_for_sales(plan, p, assumed, facts) for p in plan.components]
    running, residual = _running(plan, parts)
    if running:
        parts = [_of_period(p) for p in parts]
    kept, left = kept_parts(plan, parts, facts)
    residual += left
    steps, more = steps_of(plan, running, assumed, facts)
    residual += more
    compiled = _compiled(plan, kept, residual, assumed)
    if not facts.whole_quotas:
        residual.append(("quota", "the quota of a period is no whole cents"))
    return Scene(compiled, steps, tuple(assumed), tuple(residual))


def _for_sales(plan: "Plan", part: Component, assumed: Any, facts: Facts) -> Component:
    """Return a component read from sales: cash follows them, no returns are carried.

    A share of what a team sells, shared by what each sells, is that share of one's own sales.
    """
    if isinstance(part, Pool) and _shared_by_credit(plan, part, facts):
        return _own_share(plan, part)
    if not isinstance(part, Tiers):
        return part
    main, scale = plan.head.measure, part.scale
    if {scale.tier, scale.pay} & facts.drawn:
        return part
    if scale.tier == main and scale.pay != main and plan.head.measures[scale.pay].kind == "money":
        assumed.append((part.id, "follows"))
        part = replace(part, scale=replace(scale, pay=main))
    if part.negative == "carry" and facts.never_negative:
        part = replace(part, negative="zero")
    return part


def _shared_by_credit(plan: "Plan", part: Pool, facts: Facts) -> bool:
    """Tell whether a pool pays everybody a share of what he sells himself."""
    whole = part.share is not None and part.weights == "credit" and part.unit is None
    own = part.scale.tier in ("", plan.head.measure) and part.scale.pay in ("", plan.head.measure)
    return whole and own and facts.never_negative and facts.all_teams and not facts.deals


def _own_share(plan: "Plan", part: Pool) -> Tiers:
    """Return the flat rate a pool shared by credit is, in the unit of what stands beside it."""
    main = plan.head.measure
    units = [p.scale.unit for p in plan.components if isinstance(p, LINES) and p.scale.tier == main]
    scale = Scale(units[0] if units else "attainment", "lower", main, main)
    rate = Tier(ZERO, part.share or ZERO)
    return Tiers(part.id, part.title, scale, "period", "marginal", "zero", (rate,))


def _of_period(part: Any) -> Component:
    """Return a component that counts on as one that is paid on its running total."""
    whole: Component = part
    if getattr(part, "basis", "") == "cumulative":
        whole = replace(part, basis="period")
    return whole


def _running(plan: "Plan", parts: Sequence[Component]) -> tuple[str, list[tuple[str, str]]]:
    """Return whether pay counts on, and the components that do so beside others that do not."""
    true_up = plan.rules.settlement.true_up
    bases = {getattr(p, "basis", "period") for p in parts if isinstance(p, LINES)}
    if true_up != "none":
        return true_up, []
    if "cumulative" not in bases:
        return "", []
    others = [p for p in parts if getattr(p, "basis", "period") != "cumulative"]
    return "cumulative", [(p.id, "stands beside a running total") for p in others]


def _compiled(
    plan: "Plan", kept: list[Component], residual: list[tuple[str, str]], assumed: Any
) -> Compiled:
    """Compile what can be; a component that proves to be no line is left out and named."""
    main = plan.head.measure
    gone = {name for name, _ in residual}
    for part in list(kept):
        lost = [t for t in getattr(part, "multiplies", ()) if t in gone]
        if lost:
            kept.remove(part)
            residual.append((part.id, f"multiplies {', '.join(lost)}"))
            gone.add(part.id)
    lines = [p for p in kept if of_sales(plan, p)]
    units = set().union(*(units_of(p, main) for p in kept))
    unit = units.pop() if len(units) == 1 else "attainment"
    edges = edges_of(lines) | _kpi_edges(kept, main) | {(ZERO, "lower")}
    try:
        segments = segments_of(plan, kept, unit, edges)
    except ArithmeticError as wrong:
        name = str(wrong).split(" ", maxsplit=1)[0]
        residual.append((name, "is no line of sales between its edges"))
        return Compiled(unit, segments_of(plan, [], unit, edges), None, ())
    assumed += [(p.id, "target") for p in kept if _reads_others(p, main)]
    return Compiled(unit, segments, None, ())


def _reads_others(part: Component, main: str) -> bool:
    """Tell whether a component reads a measure that stands at its target."""
    return any({s.tier, s.pay} - {main, ""} for s in scales_of(part))


def _kpi_edges(kept: Sequence[Component], main: str) -> set[tuple[Fraction, str]]:
    """Return where a score read from sales bends: its points, its cap, and the score of 1."""
    found: set[tuple[Fraction, str]] = set()
    for part in kept:
        for kpi in part.kpis if isinstance(part, KpiWeighted) else ():
            if kpi.scale.tier != main or kpi.direction != "higher":
                continue
            found |= {(x, "lower") for x, _ in kpi.points}
            for (x0, y0), (x1, y1) in zip(kpi.points, kpi.points[1:], strict=False):
                for level in (Fraction(1), kpi.cap):
                    if level is not None and min(y0, y1) < level < max(y0, y1):
                        found.add((x0 + (level - y0) * (x1 - x0) / (y1 - y0), "lower"))
    return found
