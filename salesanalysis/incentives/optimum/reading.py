"""From people, attainment and draws as they are given to a case."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.incentives.moments import Distribution, LogNormal, Mixture, Normal
from salesanalysis.incentives.moments.mixture import distribution_of
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.rows import Scales
from salesanalysis.incentives.simulate.led import pairs_of
from salesanalysis.incentives.simulate.reasons import Facts

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]


def case_of(
    plan: "Plan",
    attainment: Any,
    *,
    people: pd.DataFrame | None,
    quota: Any,
    incentive: Any,
    draws: Any,
    periods: int | None,
) -> Case:
    """Read what was given into a case.

    Raises
    ------
    ContractError
        No quota at all, draws of other people, past results that are empty.
    """
    world = draws if hasattr(draws, "periods") and hasattr(draws, "drawer") else None
    if world is not None and people is None:
        people = _world_people(world)
    if world is not None and people is not None:
        _same_people(world, people)
    if periods is not None and not (isinstance(periods, int) and periods > 0):
        raise ContractError(
            f"periods is {periods!r}.",
            where="optimise(periods=...)",
            fix="give 1 or more: the plan periods the cost is summed over",
            code="bad-choice",
        )
    count = periods if periods is not None else (world.periods if world is not None else 1)
    model = _model(attainment if attainment is not None else getattr(world, "model", "normal"))
    year = _year(model, world, plan)
    usual = plan.head.target_incentive
    alone = None if incentive is None else float(incentive)
    period = _period(model, year, count)
    never = float(period.probability(-np.inf, 0.0)) == 0.0
    left: tuple[str, ...] = ()
    past, facts = None, Facts(never)
    if people is None:
        team = _alone(quota, alone, usual)
    else:
        rows, left = _rows(plan, people, world)
        team, past = _team(rows, people, alone, usual)
        facts = _facts(rows, never_negative=never)
    person = team if people is None else _person(team, quota, alone)
    array = None if draws is None or world is not None else _draws(draws, team)
    if array is not None:
        facts = replace(facts, never_negative=never and not (array < 0).any())
    return Case(year, period, team, person, count, past, world if world is not None else array,
                left, people is not None, facts)  # fmt: skip


def _rows(plan: "Plan", people: pd.DataFrame, world: Any) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return people as a simulation knows them; teams and managers of a world where it has any."""
    from salesanalysis.incentives.simulate.people import read_team  # noqa: PLC0415

    rows, left = read_team(people, plan.head.zero_quota)
    if world is not None and len(world.people) == len(rows):
        same = ["team", "manager"]
        rows = rows.assign(**{c: world.people[c].to_numpy() for c in same})
    return rows, left


def _facts(rows: pd.DataFrame, *, never_negative: bool) -> Facts:
    """Return what is known of people beside their quotas."""
    teams = rows["team"] != ""
    return Facts(
        never_negative,
        teams=bool(teams.any()),
        managers=bool((rows["manager"] != "").any()),
        all_teams=bool(teams.all()),
    )


def _managers_above(rows: pd.DataFrame) -> Floats:
    """Return how many managers among the people stand above everybody."""
    sellers = pairs_of(rows["salesperson"].tolist(), rows["manager"].tolist())[1]
    return np.bincount(sellers, minlength=len(rows)).astype(np.float64)


def _same_people(world: Any, people: pd.DataFrame) -> None:
    """Refuse a world that was drawn for others."""
    drawn = {*world.people["salesperson"], *world.excluded}
    if drawn != set(people["salesperson"].astype("str")):
        raise ContractError(
            f"the world was drawn for {len(drawn)} people, not for these {len(people)}.",
            where="optimise(draws=..., people=...)",
            fix="draw_world(people, ...) with the same people",
        )


def _model(given: Any) -> Any:
    """Return an attainment model of its name; anything else as it is."""
    if not isinstance(given, str):
        return given
    from salesanalysis.incentives.attainment import attainment  # noqa: PLC0415

    return attainment(given)


def _year(model: Any, world: Any, plan: "Plan") -> Distribution:
    """Return attainment of a year; of futures of a forecast, what a world of them holds."""
    if isinstance(model, pd.DataFrame):
        require_columns(model, ["attainment"], name="attainment")
        return distribution_of(model["attainment"])
    if world is not None and not isinstance(model, Distribution) and not hasattr(model, "kind"):
        from salesanalysis.incentives.simulate import simulate  # noqa: PLC0415

        return distribution_of(simulate(plan, world).sample["attainment"])
    return distribution_of(model)


def _period(model: Any, year: Distribution, periods: int) -> Distribution:
    """Return attainment of one of several periods of a year: noisier than the year's."""
    if periods == 1 or not hasattr(model, "noise_of_period"):
        return year
    shift, spread = model.noise_of_period(periods)
    kept = 1 - model.noise
    if model.kind == "lognormal":
        inner: Distribution = LogNormal(model.m + shift, np.sqrt(kept * model.s**2 + spread**2))
    elif model.kind == "normal":
        inner = Normal(model.m, np.sqrt(kept * model.s**2 + spread**2))
    else:
        paths = [v for path in model.paths for v in path]
        inner = distribution_of(paths) if paths else year
    return Mixture(model.vacancy, inner) if model.vacancy and inner is not year else inner


def _alone(quota: Any, incentive: float | None, usual: Any) -> Scales:
    if quota is None:
        raise ContractError(
            "neither people nor a quota is given.",
            where="optimise(quota=..., people=...)",
            fix="give the quota of one person and period, or people with a column 'quota'",
        )
    full = np.atleast_1d(np.asarray(quota, np.float64))
    if full.size != 1 or not (np.isfinite(full).all() and (full > 0).all()):
        raise ContractError(
            f"the quota is {quota!r}.",
            where="optimise(quota=...)",
            fix="give one amount above 0; quotas of several people stand in people",
        )
    extra = incentive if incentive is not None else (0.0 if usual is None else float(usual))
    return Scales(full, np.array([extra]))


def _team(
    rows: pd.DataFrame, people: pd.DataFrame, incentive: float | None, usual: Any
) -> tuple[Scales, Floats | None]:
    """Return quotas and target incentives of everybody, and last year's results where given."""
    named = people.assign(salesperson=people["salesperson"].astype("str"))
    named = named.set_index("salesperson").loc[rows["salesperson"]]
    quota = rows["quota"].to_numpy() / 100
    extra = rows["target_incentive"].to_numpy(copy=True) / 100
    fill = incentive if incentive is not None else (0.0 if usual is None else float(usual))
    extra[extra < 0] = fill
    past = _past(named, quota)
    return Scales(quota, extra, _managers_above(rows)), past


def _past(people: pd.DataFrame, quota: Floats) -> Floats | None:
    """Return last year's attainment per person, None where no column has it."""
    for column, scale in (("attainment", 1.0), ("actual", quota)):
        if column not in people.columns:
            continue
        values = people[column].to_numpy("float64") / scale
        if not np.isfinite(values).all():
            raise ContractError(
                f"{int((~np.isfinite(values)).sum())} of {values.size} results are empty or "
                "infinite.",
                where=f"people, column {column!r}",
                fix="give last year's result of everybody with a quota; 0 is a result, empty none",
                rows=people[~np.isfinite(values)],
            )
        return np.asarray(values)
    return None


def _person(team: Scales, quota: Any, incentive: float | None) -> Scales:
    """Return the one person pay is looked at for: as given, else the middle of the people."""
    full = float(np.median(team.quota)) if quota is None else float(quota)
    extra = float(np.median(team.incentive)) if incentive is None else incentive
    return Scales(np.array([full]), np.array([extra]))


def _draws(draws: Any, team: Scales) -> Floats:
    """Return attainments of draws x people."""
    values = np.asarray(draws, np.float64)
    if values.ndim == 1:
        values = np.repeat(values[:, None], team.quota.size, axis=1)
    if values.ndim != 2 or values.shape[1] != team.quota.size or not np.isfinite(values).all():
        raise ContractError(
            f"draws have the shape {values.shape}, people are {team.quota.size}; or some are "
            "empty.",
            where="optimise(draws=...)",
            fix="give one attainment per draw and person, in the order of their names, or a world "
            "of draw_world",
        )
    return values


def _world_people(world: Any) -> pd.DataFrame:
    """Return the people a world was drawn for."""
    frame = world.people[["salesperson"]].copy()
    frame["quota"] = world.quota / 100
    given = world.people["target_incentive"].to_numpy() / 100
    if (given >= 0).any():
        frame["target_incentive"] = np.where(given >= 0, given, np.nan)
    return frame
