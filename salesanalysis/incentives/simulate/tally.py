"""What no plan changes: sales by draw, region and person, and a sample of whole years."""

import numpy as np
import pandas as pd

from salesanalysis.incentives.simulate.streams import Floats
from salesanalysis.incentives.simulate.world import SAMPLE, Batch, World


class Tally:
    """Adds up the sales of a world while it is drawn for something else.

    Attributes
    ----------
    draws, people : ndarray, cents over all periods
    regions : ndarray, shape (regions, draws)
    sample : ndarray, shape (people, periods, k), cents of the first k draws
    """

    def __init__(self, world: World) -> None:
        n = len(world.people)
        self.world = world
        self.draws, self.people = np.zeros(world.draws), np.zeros(n)
        self.regions: Floats = np.zeros((len(world.regions), world.draws))
        k = max(1, min(world.draws, SAMPLE // n, 10 * SAMPLE // (n * world.periods) + 1))
        self.sample: Floats = np.zeros((n, world.periods, k))

    def add(self, batch: Batch) -> None:
        """Add the cells of a batch."""
        by_person = batch.sold.sum(axis=1)
        self.people[batch.rows] += by_person.sum(axis=1)
        by_draw = by_person.sum(axis=0)
        self.draws[batch.start : batch.stop] += by_draw
        self.regions[batch.region, batch.start : batch.stop] += by_draw
        keep = min(batch.stop, self.sample.shape[2])
        if batch.start < keep:
            part = batch.sold[:, :, : keep - batch.start]
            self.sample[batch.rows, :, batch.start : keep] = part

    def company(self) -> pd.DataFrame:
        """Return draw, sales and attainment of the company."""
        full = self.world.quota.sum() * self.world.periods
        return pd.DataFrame(
            {
                "draw": np.arange(self.world.draws),
                "sales": self.draws / 100,
                "attainment": self.draws / full,
            }
        )

    def by_region(self, n_draws: int) -> pd.DataFrame:
        """Return region, draw and sales of the first draws."""
        names = pd.Series(self.world.regions, dtype="str")
        return pd.DataFrame(
            {
                "region": names.repeat(n_draws).reset_index(drop=True),
                "draw": np.tile(np.arange(n_draws), len(names)),
                "sales": self.regions[:, :n_draws].reshape(-1) / 100,
            }
        )

    def whole_years(self) -> pd.DataFrame:
        """Return one row per sampled draw and person: quota, sales, attainment over all periods."""
        n, periods, k = self.sample.shape
        sales = self.sample.sum(axis=1).T.reshape(-1)
        quota = np.tile(self.world.quota * periods, k)
        names = self.world.people["salesperson"]
        return pd.DataFrame(
            {
                "draw": np.repeat(np.arange(k), n),
                "salesperson": names.iloc[np.tile(np.arange(n), k)].reset_index(drop=True),
                "quota": quota / 100,
                "sales": sales / 100,
                "attainment": sales / quota,
            }
        )


def tally_of(world: World) -> Tally:
    """Return the tally of a world, drawn for itself where no pass has left one."""
    if "tally" not in world.kept:
        tally = Tally(world)
        for batch in world.batches():
            tally.add(batch)
        world.kept["tally"] = tally
    kept: Tally = world.kept["tally"]
    return kept
