"""Which components are lines of sales, and why the others are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from salesanalysis.incentives.components import (
    FACTORS,
    AverageRate,
    Bands,
    Component,
    Curve,
    Gate,
    Interpolated,
    KpiWeighted,
    Matrix,
    Multiplier,
    Override,
    Package,
    Pool,
    Spif,
    Step,
    Tiers,
)
from salesanalysis.incentives.inputs.sheets import scales_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Components whose pay is lines with jumps in one measure.
LINES = (Tiers, Step, Interpolated, Curve, Bands, Gate)
OTHERS = {
    "Multiplier": "a multiplier on a line makes pay quadratic",
    "AverageRate": "an average rate makes pay quadratic",
    "Package": "whole packages are counted",
    "Pool": "the pool of a team depends on everybody",
    "Override": "an override is paid on the sales of a team",
    "Spif": "a prize by rank depends on everybody",
    "Matrix": "two measures decide",
}
#: How reasons begin that not even the exact engine can do anything about.
NO_DEALS = "single deals are not drawn: draw_world(..., deals=Deals(...))"
NO_TEAM = "nobody has a team: give people the column 'team'"
NO_MANAGER = "nobody has a manager: give people the column 'manager'"
NO_TARGET = "no target is known of "
AT_TARGET = "a penalty that applies at target"
REFUSED = (NO_DEALS, NO_TEAM, NO_MANAGER, NO_TARGET, AT_TARGET)
#: Reasons that ask for single deals or penalties: only the exact engine has them.
DRAWN = "a penalty on a measure drawn beside sales"
BY_DEAL = (
    "is paid deal by deal", "each deal is paid at the rate it reaches", "cuts single deals", DRAWN,
)  # fmt: skip
SOME = "is for some people only"
LONG = "counts against the quota of more than the period paid"
#: Components the vector back end pays one by one.
BY_PART = (*LINES, *FACTORS, AverageRate, KpiWeighted, Matrix, Override, Package, Pool, Spif)


@dataclass(frozen=True)
class Facts:
    """What a world knows beside sales.

    Attributes
    ----------
    never_negative : bool, nobody can have net returns
    deals : bool, sales come in single deals
    teams, managers : bool, people have a team, or a manager
    all_teams : bool, everybody has a team
    whole_quotas : bool, quotas of a period are whole cents
    drawn : set of measures drawn beside sales
    aimed : set of those among them whose target is known
    """

    never_negative: bool
    deals: bool = False
    teams: bool = False
    managers: bool = False
    all_teams: bool = False
    whole_quotas: bool = True
    drawn: frozenset[str] = frozenset()
    aimed: frozenset[str] = frozenset()


def kept_parts(
    plan: "Plan", parts: Sequence[Component], facts: Facts
) -> tuple[list[Component], Any]:
    """Return the components that may be lines of sales, and why the others are none."""
    residual = [(p.id, why) for p in parts if (why := _reason(plan, p, facts))]
    main = plan.head.measure
    units = set().union(*(units_of(p, main) for p in parts))
    if len(units) > 1:
        residual += [
            (p.id, "edges in amounts beside edges in attainment")
            for p in parts
            if "amount" in units_of(p, main)
        ]
    out = {name for name, _ in residual}
    return [p for p in parts if p.id not in out], residual


def units_of(part: Component, main: str) -> set[str]:
    """Return what the edges of a component on sales are shares of."""
    if isinstance(part, KpiWeighted):
        return {k.scale.unit for k in part.kpis if k.scale.tier == main}
    return {part.scale.unit} if isinstance(part, LINES) and part.scale.tier == main else set()


def of_sales(plan: "Plan", part: Component) -> bool:
    """Tell whether a component has edges on the scale of sales."""
    return isinstance(part, LINES) and part.scale.tier == plan.head.measure


def _reason(plan: "Plan", part: Component, facts: Facts) -> str:
    """Return why a component is no line of sales, empty where it may be one."""
    main, odd = plan.head.measure, _odd(plan, part, facts)
    if odd:
        return odd
    if isinstance(part, LINES):
        return _not_this_period(part, main, facts)
    constant = isinstance(part, Multiplier) and part.scale.tier != main
    of_sales = isinstance(part, Spif) and part.per_unit is not None
    if constant or of_sales or isinstance(part, KpiWeighted):
        return ""
    kind = type(part).__name__
    if kind == "Pool" and not facts.teams:
        return NO_TEAM
    if kind == "Override" and not facts.managers:
        return NO_MANAGER
    return OTHERS.get(kind, f"type {kind.lower()} is no line of sales")


def _odd(plan: "Plan", part: Component, facts: Facts) -> str:
    """Return what sets a component apart whatever its type: measures, people, lengths."""
    missing = _unknown(plan, part, facts)
    if missing:
        return f"{NO_TARGET}{missing}"
    if read_by(part) & facts.drawn:
        return "reads a measure drawn beside sales"
    if part.id in plan.rules.only:
        return SOME
    return LONG if any(getattr(s, "full", False) for s in scales_of(part)) else ""


def read_by(part: Component) -> set[str]:
    """Return the measures a component reads."""
    names = {name for s in scales_of(part) for name in (s.tier, s.pay)}
    return (names | {getattr(part, "measure", "")}) - {""}


def _unknown(plan: "Plan", part: Component, facts: Facts) -> str:
    """Return the measure of money or counts whose amount a component needs, empty if none.

    Of an attainment the target is 1, of a ratio 1, of a number 0; of an amount it is not known.
    """
    head = plan.head
    counted = {m for m, v in head.measures.items() if v.kind in ("money", "count")}
    counted -= {head.measure, *facts.drawn}
    for scale in scales_of(part):
        if scale.unit == "attainment" and scale.tier in facts.drawn - facts.aimed:
            return str(scale.tier)
        if scale.unit == "amount" and scale.tier in counted:
            return str(scale.tier)
        if scale.pay in counted and isinstance(part, Tiers | AverageRate):
            return str(scale.pay)
    own = getattr(part, "measure", "")
    return own if own in counted else ""


def follows(plan: "Plan", assumed: Sequence[tuple[str, str]]) -> set[str]:
    """Return the measures of money that follow sales."""
    names = {name for name, code in assumed if code == "follows"}
    parts = [p for p in plan.components if p.id in names]
    return {p.scale.pay for p in parts if isinstance(p, Tiers)}


def on_teams(plan: "Plan") -> bool:
    """Tell whether anybody is paid by what others sell."""
    return any(
        isinstance(p, Pool | Override) or (isinstance(p, Spif) and p.per_unit is None)
        for p in plan.components
    )


def _not_this_period(part: Component, main: str, facts: Facts) -> str:
    """Return what a component of lines asks beside the sales of the period."""
    basis = getattr(part, "basis", "period")
    if basis == "deal" and part.scale.tier == main:  # type: ignore[union-attr]
        return "is paid deal by deal" if facts.deals else NO_DEALS
    if getattr(part, "reprice", None) == "new_only":
        return "each deal is paid at the rate it reaches" if facts.deals else NO_DEALS
    if basis == "cumulative":
        return "counts on from another measure"
    return "carries returns above sales" if getattr(part, "negative", "") == "carry" else ""
