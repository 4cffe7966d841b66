"""The people whose effort a plan pulls: given with what is expected of them, or of a world."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.behaviour.checks import above_zero
from salesanalysis.incentives.behaviour.effort import rated_people
from salesanalysis.incentives.behaviour.response import require_totals
from salesanalysis.incentives.moments import Normal
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.reached import Drawn, Normals
from salesanalysis.incentives.optimum.reading import case_of
from salesanalysis.incentives.optimum.response import Types

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan
    from salesanalysis.incentives.simulate import World


#: Standard deviations below what is expected at which sales are still above 0: one in 100.
FEW = 2.33


@dataclass(frozen=True)
class Pulled:
    """People with how their results spread.

    Attributes
    ----------
    case : Case, of one period
    types : Types, every person, in the order of `names`
    people : DataFrame or None, as given
    world : World or None
    """

    case: Case
    types: Types
    names: npt.NDArray[np.str_]
    people: pd.DataFrame | None
    world: "World | None"


def pulled_of(
    plan: "Plan",
    people: pd.DataFrame | None,
    *,
    effort_cost: float,
    noise: float | None,
    draws: "World | None",
) -> Pulled:
    """Read the people and how their results spread.

    Raises
    ------
    ContractError
        Neither people with noise nor draws, or both; people without an expected attainment.
    """
    where, fix = "optimise_effort(...)", "give every parameter; none is assumed"
    above_zero(where, fix, effort_cost=effort_cost)
    if draws is not None:
        return _of_world(plan, people, noise, draws)
    if people is None or noise is None:
        raise ContractError(
            "neither people with their noise nor the draws of a world are given.",
            where="optimise_effort(people, noise=..., draws=...)",
            fix="give people with a column 'expected_rate' and noise=..., or draws=draw_world(...)",
        )
    above_zero(where, fix, noise=noise)
    rated = rated_people(people).sort_values("salesperson", ignore_index=True)
    expected = rated["expected_rate"].to_numpy()
    case = case_of(plan, Normal(float(expected.mean()), noise), people=people, quota=None,
                   incentive=None, draws=None, periods=None)  # fmt: skip
    # so few returns above sales that plans which carry them over are read without
    few = bool((expected - FEW * noise > 0).all())
    case = replace(case, facts=replace(case.facts, never_negative=few))
    names = rated["salesperson"].to_numpy().astype(str)
    types = Types.of(case.team, Normals(expected, float(noise)))
    return Pulled(case, types, names, people, None)


def _of_world(
    plan: "Plan", people: pd.DataFrame | None, noise: float | None, world: "World"
) -> Pulled:
    """Return the people a world was drawn for, and its periods."""
    if noise is not None or not hasattr(world, "drawer"):
        raise ContractError(
            "noise is given beside draws, which have their own."
            if noise is not None
            else "draws are no world.",
            where="optimise_effort(noise=..., draws=...)",
            fix="give draws=draw_world(people, ...) alone, or people and noise=...",
            code="bad-choice",
        )
    require_totals(world, "optimise_effort(draws=...)")
    world = world.for_plan(plan)
    case = case_of(plan, None, people=people, quota=None, incentive=None, draws=world, periods=None)
    names = world.people["salesperson"].to_numpy().astype(str)
    return Pulled(case, Types.of(case.team, Drawn.of(world)), names, people, world)
