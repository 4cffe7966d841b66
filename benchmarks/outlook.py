"""Outputs of a planner beside the simulation they are read from; Gini; intervals that should hold.

1,000 people in four regions, 12 months, 10,000 draws. Outputs of one plan are read again and again
while a coefficient moves, so they stand beside the first simulation and a single new pricing.
"""

from collections.abc import Callable
from time import perf_counter

import numpy as np
import pandas as pd

from benchmarks import Row, side_by_side
from benchmarks.incentives import plan_of

PEOPLE, DRAWS, TRIALS = 1_000, 10_000, 2_000
LIVE = ("cost", "cost_of_sales", "convexity", "performance", "inequality", "coverage", "winners")


def run() -> list[Row | str]:
    """Return the time of the outputs, of a tornado, of Gini by ranks, and coverage of P95."""
    from salesanalysis.incentives import draw_world, simulate

    rng = np.random.default_rng(5)
    people = pd.DataFrame(
        {
            "salesperson": [f"P{i:04d}" for i in range(PEOPLE)],
            "region": [f"R{i % 4}" for i in range(PEOPLE)],
            "quota": rng.integers(100, 900, PEOPLE) * 1000.0,
        }
    )
    world = draw_world(people, draws=DRAWS)
    began = perf_counter()
    simulate(plan_of(), world)
    first = perf_counter() - began
    return [*_outputs(people, world, first), _gini(), *_interval()]


def _outputs(people: pd.DataFrame, world, first: float) -> list[Row | str]:
    """Time every output of a plan on a world that is drawn already."""
    from salesanalysis.incentives.outlook import outlook

    old, new = plan_of(), plan_of(tiers=("0:0.02", "0.5:0.04", "0.8:0.07", "1.0:0.10", "1.2:0.15"))

    def part(*names: str) -> Callable[[], object]:
        return lambda: outlook(
            new, people, world=world, old=old, margin_rate=0.3, budget=1e9, parts=names
        )

    rows: list[Row | str] = []
    cost, _ = side_by_side(part("cost"), lambda: None, times=3)
    rows.append(Row("cost distribution of a new plan", cost, first, note="the first simulation"))
    live, _ = side_by_side(part(*LIVE), lambda: None, times=3)
    rows.append(Row("seven outputs of a new plan", live, first, note="the first simulation"))
    rows.append(f"cost alone takes {cost * 1000:.0f} ms, seven outputs {live * 1000:.0f} ms")
    began = perf_counter()
    part("tornado")()
    rows.append(Row("tornado of 18 parameters", perf_counter() - began, first,
                    note="the first simulation"))  # fmt: skip
    return rows


def _gini() -> Row:
    """Time Gini by ranks beside the sum over all pairs, and check that they agree."""
    from salesanalysis.incentives.outlook import gini

    pay = np.random.default_rng(3).lognormal(10, 0.5, 2_000)

    def pairs() -> float:
        return float(np.abs(pay[:, None] - pay).sum() / (2 * pay.size**2 * pay.mean()))

    assert abs(gini(pay) - pairs()) < 1e-12
    mine, other = side_by_side(lambda: gini(pay), pairs)
    return Row("Gini of 2,000 people: times faster than all pairs", other, mine, best="high")


def _interval() -> list[Row | str]:
    """Count how often intervals of the P95 hold it, beside mean +- 1.96 sd of a normal guess."""
    from salesanalysis.incentives.outlook.tables import quantile_bounds

    rng, hits, guess = np.random.default_rng(11), 0, 0
    truth = float(np.exp(0.5 * 1.6448536269514722))
    for _ in range(TRIALS):
        cost = rng.lognormal(0, 0.5, 1_000)
        low, high = quantile_bounds(cost, 0.95)
        hits += low <= truth <= high
        middle, half = (
            cost.mean() + 1.645 * cost.std(),
            1.96 * cost.std() * (1 + 1.645**2 / 2) ** 0.5,
        )
        guess += abs(middle - truth) <= half / 1_000**0.5
    return [
        Row("interval of the P95 by ranks: coverage", hits / TRIALS, 0.95, unit=""),
        Row("interval of the P95 by normal guess: coverage", guess / TRIALS, 0.95, unit=""),
    ]
