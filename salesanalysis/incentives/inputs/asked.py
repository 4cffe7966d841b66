"""What a plan asks of people and deals: measures, quotas, columns, and whom its parts are for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.components import Component, KpiWeighted, Matrix, Pool
from salesanalysis.incentives.inputs.people import Person, Wanted

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


#: Kinds of measures that only a person's own row tells.
PERSONAL = ("ratio", "number")


def wanted_of(plan: "Plan", columns: Sequence[str]) -> Wanted:
    """Return what the plan needs to know of people, given the columns of the deals."""
    used, kinds, main = used_measures(plan), plan.head.measures, plan.head.measure
    results = [
        name
        for name, measure in kinds.items()
        if measure.kind in PERSONAL
        or (measure.kind == "count" and name not in columns and name != main)
    ]
    return Wanted(
        main=main,
        measures=tuple(kinds),
        results=tuple(name for name in results if name in used),
        needs_quota=tuple(m for m in kinds if m in quota_measures(plan)),
        needs_credited=plan.is_cumulative,
        groups=tuple(dict.fromkeys(c for columns in plan.rules.only.values() for c in columns)),
    )


def skipped(plan: "Plan", who: Person) -> frozenset[str]:
    """Return the components that are not for a person."""
    if not plan.rules.only:
        return frozenset()
    return frozenset(
        name
        for name, columns in plan.rules.only.items()
        if any(who.groups.get(c, "") not in values for c, values in columns.items())
    )


def quotas_needed(plan: "Plan", who: Person, *, pools: bool = False) -> set[str]:
    """Return the measures whose quota a person's components ask for, those of pools if told to."""
    skip = skipped(plan, who)
    return {
        s.tier
        for p in plan.components
        if p.id not in skip and (pools or not isinstance(p, Pool))
        for s in scales_of(p)
        if s.unit == "attainment"
    }


def counts_whole(plan: "Plan") -> bool:
    """Tell whether edges are shares of the quota of more than the period paid."""
    return any(getattr(s, "full", False) for p in plan.components for s in scales_of(p))


def scales_of(part: Component) -> list[Any]:
    """Return every scale a component reads."""
    if isinstance(part, KpiWeighted):
        return [kpi.scale for kpi in part.kpis]
    if isinstance(part, Matrix):
        return list(part.axes)
    scale = getattr(part, "scale", None)
    return [] if scale is None else [scale]


def quota_measures(plan: "Plan") -> set[str]:
    """Return the measures that some edge compares with a quota."""
    scales = [scale for part in plan.components for scale in scales_of(part)]
    return {scale.tier for scale in scales if scale.unit == "attainment"}


def used_measures(plan: "Plan") -> set[str]:
    """Return the measures that anything in the plan reads."""
    used = {plan.head.measure}
    for part in plan.components:
        used |= {getattr(part, "measure", plan.head.measure)}
        for scale in scales_of(part):
            used |= {scale.tier, scale.pay}
    return used | {p.when.measure for p in plan.rules.penalties if p.when.measure}
