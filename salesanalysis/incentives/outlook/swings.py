"""Every number of a plan and of a world moved both ways, and what the cost is then."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from salesanalysis.errors import ContractError, ParamError
from salesanalysis.incentives.outlook.moved import (
    scaled,
    tied,
    widened,
    with_head_count,
    with_model,
    with_quotas,
)
from salesanalysis.incentives.outlook.tables import Simulated, column, quantile
from salesanalysis.incentives.simulate import World, simulate

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: Parameters of people and their results, beside the numbers of the plan.
WORLDS = ("quotas", "mean", "spread", "together", "head_count")
#: Name, kind, both values, mean and P95 of the cost at both (None: not possible), and why not.
Found = tuple[str, str, tuple[float, float], tuple[Any, Any], str]
Two = tuple[float, float]


def two(simulation: Simulated) -> Two:
    """Return mean and P95 of the cost."""
    pay = column(simulation.draws, "pay")
    return float(pay.mean()), quantile(pay, 0.95)


def knob_swings(plan: "Plan", world: World, step: float) -> Iterator[Found]:
    """Move every number of the plan; what is no plan then, or cannot be priced, is said."""
    for row in plan.knobs().to_dict("records"):
        exact = Decimal(row["text"])
        name, kind = str(row["knob"]), str(row["kind"])
        moved = [exact * (1 + sign * Decimal(str(step))) for sign in (-1, 1)]
        values = float(moved[0]), float(moved[1])
        if not exact:
            yield name, kind, values, (None, None), "is_zero"
            continue
        ends: list[Two | None] = []
        why = "not_possible"
        for value in moved:
            try:
                ends.append(two(simulate(plan.edited({name: value}), world)))
            except ParamError as error:
                ends.append(None)
                why = "would_cross" if kind == "edge" and "P03" in str(error) else why
            except ContractError:
                ends.append(None)
        yield name, kind, values, (ends[0], ends[1]), why


def world_swings(plan: "Plan", world: World, step: float) -> Iterator[Found]:
    """Move quotas, mean and spread of attainment, what people have together, and head count."""
    for name in WORLDS:
        ends, values = [], []
        for sign in (-1, 1):
            made = _moved(world, name, 1 + sign * step)
            values.append(float("nan") if made is None else made[1])
            try:
                ends.append(None if made is None else two(simulate(plan, made[0])))
            except ContractError:  # a forecast has no future for somebody who is added
                ends.append(None)
        why = "not_possible" if name == "head_count" else "needs_model"
        yield name, "people", (values[0], values[1]), (ends[0], ends[1]), why


def _moved(world: World, name: str, factor: float) -> tuple[World, float] | None:
    """Return a world with one thing moved, and the value it has there."""
    if name == "head_count":
        found = with_head_count(world, factor - 1)
        return None if found is None else (found[0], float(len(found[0].people)))
    if name == "quotas":
        other = with_quotas(world, factor)
        return None if other is None else (other, float(other.people["quota"].sum()) / 100)
    if name == "mean":
        model = scaled(world.model, factor)
        return None if model is None else (with_model(world, model), model.mean)
    how = widened if name == "spread" else tied
    made = how(world.model, factor)
    if made is None:
        return None
    value = made.sd if name == "spread" else made.market + made.region
    return with_model(world, made), value
