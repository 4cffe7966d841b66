"""Which of the two ways of paying cells pays a plan: its lines at once, or part by part."""

import numpy as np

from salesanalysis.incentives.simulate.cells import PartPayer
from salesanalysis.incentives.simulate.forms import Form
from salesanalysis.incentives.simulate.reasons import on_teams
from salesanalysis.incentives.simulate.reprice import Priced
from salesanalysis.incentives.simulate.vector import Payer
from salesanalysis.incentives.simulate.world import World


def payer_of(world: World, form: Form) -> Payer:
    """Return what pays the cells of a world."""
    return PartPayer(world, form) if form.residual else Payer(world, form)


def pay_world(world: World, form: Form, n_region_draws: int) -> Priced:
    """Pay every cell of a world."""
    draws = np.zeros(world.draws)
    regions = np.zeros((len(world.regions), n_region_draws))
    people = np.zeros(len(world.people))
    payer = payer_of(world, form)
    together = bool(form.residual) and on_teams(form.plan)
    for batch in world.whole_blocks() if together else world.batches():
        paid = payer.pay(batch.rows, batch.sold, batch.start)
        people[batch.rows] += paid.sum(axis=(1, 2))
        by_person = paid.sum(axis=1)
        draws[batch.start : batch.stop] += by_person.sum(axis=0)
        keep = min(batch.stop, n_region_draws)
        if batch.start < keep:
            part = regions[:, batch.start : keep]
            np.add.at(part, world.region_of[batch.rows], by_person[:, : keep - batch.start])
    return Priced(draws, regions, people)
