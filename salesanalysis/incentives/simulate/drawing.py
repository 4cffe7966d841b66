"""Drawing a world: people, model and numbers checked, nothing drawn before a plan asks."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.attainment import Deals, OtherMeasure
from salesanalysis.incentives.attainment import attainment as model_of
from salesanalysis.incentives.simulate.people import read_team
from salesanalysis.incentives.simulate.scores import require_measures
from salesanalysis.incentives.simulate.world import World
from salesanalysis.labels import Terms

_TERMS = Terms()
#: Draws a world may have.
MOST_DRAWS = 1_000_000
#: People x periods x draws: some minutes.
MOST_CELLS = 5_000_000_000


def draw_world(
    people: pd.DataFrame,
    attainment: Any = "normal",
    *,
    periods: int = 12,
    draws: int = 10_000,
    seed: int = 1,
    grid: float | None = None,
    per_year: int | None = None,
    zero_quota: str = "error",
    deals: Deals | None = None,
    pieces: bool = False,
    terms: Terms = _TERMS,
    quota_periods: int | None = None,
    incentive_periods: int | None = None,
    measures: Sequence[OtherMeasure] = (),
) -> World:
    """Draw the sales of everybody, for plans to be compared on the same futures.

    Numbers are keyed by (seed, person, period, draw), of a region and the market by their names:
    more people, periods or draws, or another order, leave everybody's sales as they are.

    Parameters
    ----------
    people : DataFrame, one row per person
        ``salesperson``, ``quota`` (currency, of one plan period); optional ``region``, ``team``,
        ``target_incentive`` (currency, of one plan period); ``manager``, ``base_pay`` and
        ``override_rate`` where a plan pays on teams; columns that parts of a plan apply to.
    attainment : {"tight", "normal", "wide"}, Attainment or ForecastDraws
    periods : int
        Plan periods drawn: 12 months, 4 quarters or 1 year make a year.
    draws : int
    seed : int
    grid : float, optional
        Distance of the edges of the ledger, as share of the quota; 0.01 unless given.
    per_year : int, optional
        Periods of a year; `periods` where that is 4 or 1, else 12.
    zero_quota : {"error", "exclude_with_report"}
        What to do with people without a quota.
    deals : Deals, optional
        How sales come in single deals, where a plan pays deal by deal.
    pieces : bool
        Whether sales are whole pieces, not cents; a plan on a count sees to it by itself.
    terms : Terms
        How people and regions are called.
    quota_periods, incentive_periods : int, optional
        Plan periods that ``quota`` and ``target_incentive`` are of: 12 for those of a year under a
        plan that pays by the month. Every period has an equal part. Left out, they are of one
        period, and a plan that states them for longer is refused; 1 says so for such a plan too.
    measures : sequence of OtherMeasure
        What is drawn beside sales; the other measures of a plan stand at their target.

    Raises
    ------
    ContractError
        People without a name, twice or without a quota; draws, periods, seed or grid that are no
        such number.

    Examples
    --------
    >>> people = pd.DataFrame({"salesperson": ["Li", "Wang"], "quota": [1000.0, 2000.0]})
    >>> world = draw_world(people, "normal", draws=100)
    >>> world.sold("Li").shape
    (12, 100)
    """
    model = model_of(attainment)
    draws = _whole(draws, "draws", 1, MOST_DRAWS)
    periods = _whole(periods, "periods", 1, 120)
    year = _whole(per_year or (periods if periods in (1, 4) else 12), "per_year", 1, 366)
    seed = _whole(seed, "seed", 0, 2**63 - 1)
    step = 0.01 if grid is None else float(grid)
    if not 0.001 <= step <= 0.5:
        raise ContractError(
            f"grid is {step:g} of the quota.",
            where="draw_world(grid=...)",
            fix="give 0.001 to 0.5, such as 0.01",
            code="bad-choice",
        )
    team, left_out = read_team(people, zero_quota)
    _refuse_cells(len(team), periods, draws)
    lengths = {"quota": quota_periods, "incentive": incentive_periods}
    unsaid = tuple(name for name, given in lengths.items() if given is None)
    quotas, incentives = (
        _whole(1 if given is None else given, f"{name}_periods", 1, 366)
        for name, given in lengths.items()
    )
    given = team["target_incentive"]
    team["quota"] /= quotas
    team["target_incentive"] = given.where(given < 0, given / incentives)
    world = World(
        team, model, periods, year, draws, seed, step, left_out, deals, pieces, terms,
        quotas, incentives, require_measures(measures, model), unsaid,
    )  # fmt: skip
    _ = world.drawer  # a forecast refuses here people whose node it does not have
    return world


def _refuse_cells(people: int, periods: int, draws: int) -> None:
    """Refuse a world that would take many minutes to pay."""
    cells = people * periods * draws
    if cells > MOST_CELLS:
        raise ContractError(
            f"{people:,} people x {periods} periods x {draws:,} draws are {cells:,} cells.",
            where="draw_world(people, draws=...)",
            fix=f"ask for at most {MOST_CELLS // (people * periods):,} draws: the error of the "
            "mean falls with the root of their number",
            code="bad-choice",
        )


def _whole(value: Any, name: str, least: int, most: int) -> int:
    """Return a whole number inside its limits."""
    good = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if not (good and least <= value <= most):
        raise ContractError(
            f"{name} is {value!r}.",
            where=f"draw_world({name}=...)",
            fix=f"give a whole number from {least:,} to {most:,}",
            code="bad-choice",
        )
    return int(value)
