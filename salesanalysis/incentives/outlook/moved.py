"""Worlds a step away from the one drawn, made of the same random numbers."""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from salesanalysis.incentives.attainment import Attainment, ForecastDraws
from salesanalysis.incentives.simulate import World
from salesanalysis.incentives.simulate.engine import backend_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Model = Attainment | ForecastDraws
#: Draws of a moved world: on common random numbers few suffice for differences; many people
#: leave less to chance.
FEW, FEWER, MANY_PEOPLE = 2_000, 1_000, 200
#: Sheets of a moved world that only exact statements can pay, and the draws that are the least.
SHEETS, LEAST = 6_000, 20
#: People of the moved worlds that are kept with what was drawn for them.
REMEMBERED = 3_000


def _remembered(world: World, key: tuple[object, ...], made: World) -> World:
    """Return the world made before under this key, with all that was drawn for it, or keep it.

    The latest are kept, as many as `REMEMBERED` people fill: some 40 MB for a thousand.
    """
    kept: dict[tuple[object, ...], World] = world.kept.setdefault("moved", {})
    kept[key] = kept.pop(key, made)  # the latest stands last
    while len(kept) > 1 and len(kept) * len(world.people) > REMEMBERED:
        del kept[next(iter(kept))]
    return kept[key]


def fewer_draws(plan: "Plan", world: World) -> World:
    """Return the world with as many of its first draws as differences need, or can be paid."""
    few = FEW if len(world.people) < MANY_PEOPLE else FEWER
    small = replace(world, draws=min(world.draws, few), kept={})
    if backend_of(plan, small) == "exact":
        each = len(world.people) * world.periods
        small = replace(small, draws=min(small.draws, max(LEAST, SHEETS // each)), kept={})
    return _remembered(world, ("draws", small.draws), small)


def with_model(world: World, model: Model) -> World:
    """Return the world under another model of attainment, random numbers kept."""
    made = replace(world, model=model, kept={})
    if not isinstance(model, Attainment):
        return made
    return _remembered(world, ("model", model), made)


def with_quotas(world: World, factor: float) -> World | None:
    """Return the world with other quotas and the same sales; None where it has no model."""
    model = scaled(world.model, 1 / factor)
    if model is None:
        return None
    people = world.people.assign(quota=np.rint(world.people["quota"] * factor))
    made = replace(world, people=people, model=model, kept={})
    return _remembered(world, ("quotas", factor), made)


def with_head_count(world: World, change: float) -> tuple[World, float] | None:
    """Return the world with more or fewer people of middling quotas, and the true change.

    People are taken at even steps through the order of quotas: added ones have the quota of an
    existing person and sales of their own. None where nobody would be left.
    """
    n = len(world.people)
    k = max(1, round(abs(change) * n))
    if change < 0 and k >= n:
        return None
    order = world.people.sort_values(["quota", "salesperson"], kind="stable").index
    rows = order[((np.arange(k) + 0.5) * n / k).astype(int)]
    people = world.people
    if change < 0:
        people = people.drop(index=rows)
    else:
        again = people.loc[rows].assign(salesperson=lambda f: f["salesperson"] + " (+)")
        people = pd.concat([people, again], ignore_index=True)
    people = people.sort_values("salesperson", ignore_index=True)
    made = _remembered(world, ("people", change), replace(world, people=people, kept={}))
    return made, len(people) / n - 1


def scaled(model: object, factor: float) -> Model | None:
    """Return a model whose every attainment is `factor` times as large; None: it has none.

    Examples
    --------
    >>> round(scaled(Attainment("lognormal", 0.0, 0.2), 0.8).mean, 6)
    0.816161
    """
    if factor <= 0:
        return None
    if isinstance(model, ForecastDraws):
        attained = model.frame["attainment"] * factor
        return replace(model, frame=model.frame.assign(attainment=attained))
    if not isinstance(model, Attainment):
        return None
    if model.kind == "lognormal":
        return replace(model, m=model.m + math.log(factor))
    values = tuple(v * factor for v in model.values)  # noqa: PD011
    paths = tuple(tuple(v * factor for v in path) for path in model.paths)
    return replace(model, m=model.m * factor, s=model.s * factor, values=values, paths=paths)


def widened(model: object, factor: float) -> Attainment | None:
    """Return a model with `factor` times the standard deviation and the same mean; None: cannot.

    Examples
    --------
    >>> a = widened(Attainment("lognormal", 0.0, 0.2), 1.1)
    >>> round(a.mean, 6), round(a.sd / Attainment("lognormal", 0.0, 0.2).sd, 6)
    (1.020201, 1.1)
    """
    if not isinstance(model, Attainment) or factor <= 0:
        return None
    if model.kind == "normal":
        return replace(model, s=model.s * factor)
    if model.kind == "lognormal":
        variance = math.log1p(math.expm1(model.s**2) * factor**2)
        shift = (model.s**2 - variance) / 2
        return replace(model, m=model.m + shift, s=math.sqrt(variance))
    return _widened_values(model, factor)


def _widened_values(model: Attainment, factor: float) -> Attainment | None:
    """Move values seen away from their mean; None where one would fall below 0."""
    seen = model.values  # noqa: PD011  a field, no array
    mean = math.fsum(seen) / len(seen)
    values = tuple(mean + (v - mean) * factor for v in seen)
    if min(values) < 0 <= min(seen):
        return None
    paths = tuple(
        tuple(p * (new / old) if old else p for p in path)
        for path, old, new in zip(model.paths, seen, values, strict=False)
    )
    return replace(model, s=model.s * factor, values=values, paths=paths)


def tied(model: object, factor: float) -> Attainment | None:
    """Return a model in which people move together `factor` times as much; None: cannot.

    Market and region take their part from the noise of single periods, or give it back.

    Examples
    --------
    >>> [round(v, 3) for v in tied(Attainment("lognormal", 0.0, 0.2), 1.1).shares]
    [0.055, 0.055, 0.4, 0.49]
    """
    if not isinstance(model, Attainment) or model.market + model.region <= 0:
        return None
    market, region = model.market * factor, model.region * factor
    if market + region + model.person > 1:
        return None
    return model.shared(market, region, model.person)


def misjudged(model: object, sd: float) -> Attainment | None:
    """Return a model in which every quota is off by an error of its own; None: cannot.

    The error belongs to the person for the whole horizon; lognormal with mean 1 and standard
    deviation `sd` (normal model: normal, mean 0), so mean sales stay as they are.
    """
    if not isinstance(model, Attainment) or model.kind == "empirical":
        return None
    if model.kind == "lognormal":
        extra = math.log1p(sd**2)
        total = model.s**2 + extra
        out = replace(model, m=model.m - extra / 2, s=math.sqrt(total))
    else:
        extra = (sd * model.m) ** 2
        total = model.s**2 + extra
        out = replace(model, s=math.sqrt(total))
    keep = model.s**2 / total
    return out.shared(model.market * keep, model.region * keep, model.person * keep + extra / total)
