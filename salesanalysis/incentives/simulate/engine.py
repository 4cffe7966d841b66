"""Paying a world under a plan: the ledger where it can, every cell where it must."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.incentives.pay.paying import titles
from salesanalysis.incentives.simulate.backends import Why, choose, require_period
from salesanalysis.incentives.simulate.exact import exact_draws, pay_world_exactly
from salesanalysis.incentives.simulate.forms import Form, form_of
from salesanalysis.incentives.simulate.led import led_pay, with_led
from salesanalysis.incentives.simulate.ledger import (
    build_ledger,
    kept_ledger,
    lacking,
    region_draws,
)
from salesanalysis.incentives.simulate.naming import with_titles
from salesanalysis.incentives.simulate.paying import pay_world, payer_of
from salesanalysis.incentives.simulate.reprice import Priced, price
from salesanalysis.incentives.simulate.result import Simulation
from salesanalysis.incentives.simulate.streams import Floats
from salesanalysis.incentives.simulate.tally import Tally, tally_of
from salesanalysis.incentives.simulate.world import World

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan


def simulate(plan: "Plan", world: World, *, backend: str = "auto") -> Simulation:
    """Pay a world of sales under a plan.

    The first plan on a world draws it and builds its ledger, at the edges of the grid (1 % of the
    quota) and of that plan; further plans with those edges only add up a few rows of it. A later
    plan with an edge of its own between them is paid cell by cell, which is faster than another
    ledger; ``backend="ledger"`` builds one.

    Parameters
    ----------
    plan : Plan
    world : World, of `draw_world`
    backend : {"auto", "ledger", "vector", "exact"}
        ``auto`` takes the first that can pay every part of the plan; the result says which, and
        why not the others.

    Returns
    -------
    Simulation
        Expected pay is not rounded; single statements are `Plan.statement`'s.

    Raises
    ------
    BackendNotValid
        The back end asked for cannot pay the plan; the component is named.
    ContractError
        A world of other periods than the plan's, a target incentive that is missing.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> from salesanalysis.incentives.simulate.drawing import draw_world
    >>> people = pd.DataFrame({"salesperson": ["Li", "Wang"], "quota": [1000.0, 2000.0]})
    >>> world = draw_world(people, draws=500)
    >>> first = simulate(Plan.from_text(EXAMPLE), world)
    >>> more = simulate(Plan.from_text(EXAMPLE).edited({"commission.tiers[0].rate": "0.03"}), world)
    >>> first.backend, round(more.cost / first.cost, 6)
    ('ledger', 1.5)
    """
    require_period(plan, world)
    world = world.for_plan(plan)
    form = form_of(plan, world)
    used, why = choose(backend, form, world)
    if used == "exact" and exact_draws(world) < world.draws:
        world = replace(world, draws=exact_draws(world), kept={})
    priced, missing = _priced(used, form, world)
    if used != "exact":
        priced = with_led(priced, world, form.led)
    if missing:
        used, why = "vector", (*why, ("ledger", "edges", missing))
    return _result(world, form, priced, used, why)


def backend_of(plan: "Plan", world: World) -> str:
    """Return the back end that pays a plan on a world; nothing is drawn."""
    world = world.for_plan(plan)
    return choose("auto", form_of(plan, world), world)[0]


def _priced(used: str, form: Form, world: World) -> tuple[Priced, str]:
    """Return the pay, and what the ledger lacks that was built for it, empty for nothing."""
    if used == "exact":
        return pay_world_exactly(world, form), ""
    missing = ""
    if used == "ledger":
        ledger = kept_ledger(world, form)
        if ledger is None:
            ledger = build_ledger(world, form)
            world.kept["ledger"] = form.incentive, ledger
        missing = lacking(ledger, form, form.incentive)
        if not missing:
            return price(ledger, world, form), ""
    return pay_world(world, form, region_draws(world, 300, 1)), missing


def _result(world: World, form: Form, priced: Priced, used: str, why: Why) -> Simulation:
    """Put the pay beside the sales it is paid for."""
    plan = form.plan
    tally = tally_of(world)
    frames = _frames(world, tally, priced.regions.shape[1])
    draws = frames["draws"].assign(pay=priced.draws)
    regions = frames["regions"].assign(pay=priced.regions.reshape(-1))
    incentive = np.maximum(form.incentive, 0) * world.periods / 100
    paid = _sample_pay(priced, world, form, tally)
    sample = frames["sample"].assign(pay=paid.T.reshape(-1))
    sample.insert(3, "incentive", np.tile(incentive, tally.sample.shape[2]))
    people = frames["people"].assign(pay_mean=priced.people / world.draws)
    people.insert(4, "incentive", incentive)
    return Simulation(
        people=people,
        draws=draws[["draw", "sales", "pay", "attainment"]],
        regions=regions,
        sample=sample,
        backend=used,
        why=why,
        model=world.model,
        n_periods=world.periods,
        n_draws=world.draws,
        seed=world.seed,
        plan_id=plan.head.id,
        plan_title=titles(plan),
        assumed=form.assumed,
        excluded=world.excluded,
        currency=plan.head.currency,
        terms=with_titles(plan, world.terms),
        beside=world.measures,
    )


def _sample_pay(priced: Priced, world: World, form: Form, tally: Tally) -> Floats:
    """Return the pay of whole horizons, shape (people, draws), currency."""
    if priced.cells is not None:
        kept: Floats = priced.cells[:, : tally.sample.shape[2]]
        return kept
    rows = np.arange(len(world.people))
    summed: Floats = payer_of(world, form).pay(rows, tally.sample).sum(axis=1)
    return summed + led_pay(form.led, tally.sample.sum(axis=1))


def _frames(world: World, tally: Tally, n_region_draws: int) -> dict[str, pd.DataFrame]:
    """Return the columns that no plan changes; made once per world."""
    key = ("frames", n_region_draws)
    if key not in world.kept:
        people = world.people[["salesperson", "region", "team"]].copy()
        people["quota"] = world.quota * world.periods / 100
        people["sales_mean"] = tally.people / world.draws / 100
        people["attainment_mean"] = people["sales_mean"] / people["quota"]
        world.kept[key] = {
            "people": people,
            "draws": tally.company(),
            "regions": tally.by_region(n_region_draws),
            "sample": tally.whole_years(),
        }
    frames: dict[str, Any] = world.kept[key]
    return frames
