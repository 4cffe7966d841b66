"""A world drawn, its ledger built, plans priced again: beside drawing normals and paying every cell.

1,000 people in five regions, 12 months, 10,000 draws: 120 million cells. A kernel pass pays cells
that lie in memory already, a tenth of the draws, scaled. Every row is on one clock: elapsed time, and
for the first simulation beside its normals processor time too.
"""

import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from time import perf_counter, process_time

import numpy as np
import pandas as pd

from benchmarks import Row, side_by_side
from benchmarks.incentives import plan_of

PEOPLE, DRAWS = 1_000, 10_000
#: Elapsed and processor seconds.
Spent = tuple[float, float]
CHANGED = ("0:0.02", "0.5:0.04", "0.85:0.06", "1.0:0.11", "1.2:0.15")


def run() -> list[Row | str]:
    """Return the first simulation, the redraw, single and many plans, closed form and memory."""
    from salesanalysis.incentives import draw_world, simulate

    rng = np.random.default_rng(8)
    people = pd.DataFrame(
        {
            "salesperson": [f"P{i:04d}" for i in range(PEOPLE)],
            "region": [f"R{i % 5}" for i in range(PEOPLE)],
            "quota": rng.integers(100, 900, PEOPLE) * 1000.0,
        }
    )
    (first, cpu), (normals, cpu_normals) = _first(people)
    world = draw_world(people, draws=DRAWS)
    simulate(plan_of(), world)
    again, _ = side_by_side(lambda: simulate(plan_of(CHANGED), world), lambda: None, times=5)
    return [
        Row("first simulation with its ledger", first, normals, target=3.0,
            note="its normals, elapsed time"),
        Row("first simulation with its ledger", cpu, cpu_normals, target=3.0,
            note="its normals, processor time"),
        Row("the same world under another plan", again, first, note="the first simulation"),
        f"a redraw takes {again * 1000:.0f} ms (about 300 are aimed at)",
        *_priced(world),
        *_closed(world, first),
        *_memory(world),
    ]  # fmt: skip


def _first(people: pd.DataFrame) -> tuple[Spent, Spent]:
    """Return the time of a first simulation and of its normals: the least of three on each clock."""
    from salesanalysis.incentives import draw_world, simulate

    def first() -> None:
        world = draw_world(people, draws=DRAWS)
        simulate(plan_of(), world)

    # in turn: what else the machine does meets both
    spent = [(_spent(first), _spent(_normals)) for _ in range(3)]
    ours, theirs = (
        (min(wall for wall, _ in side), min(cpu for _, cpu in side))
        for side in zip(*spent, strict=True)
    )
    return ours, theirs


def _spent(work: Callable[[], None]) -> Spent:
    """Return elapsed time and processor time of `work`."""
    wall, cpu = perf_counter(), process_time()
    work()
    return perf_counter() - wall, process_time() - cpu


def _normals() -> None:
    """Draw as many normals as there are cells, with the generator of the streams."""
    generator, out = np.random.Generator(np.random.Philox(1)), np.empty(100_000)
    for _ in range(PEOPLE * 12 * DRAWS // out.size):
        generator.standard_normal(out=out)


def _priced(world) -> list[Row | str]:
    """Time one plan and a hundred on the ledger beside kernel passes, and compare their results."""
    from salesanalysis.incentives.simulate import reprice, simulate
    from salesanalysis.incentives.simulate.forms import form_of
    from salesanalysis.incentives.simulate.vector import Payer

    ledger = world.kept["ledger"][1]
    plan = plan_of()
    payer, few = Payer(world, form_of(plan, world)), DRAWS // 10
    quota = world.quota[:, None, None]
    sold = np.rint(quota * np.random.default_rng(1).lognormal(0.04, 0.4, (PEOPLE, 12, 50)))
    rows = np.arange(PEOPLE)

    def kernel() -> None:
        for first in range(0, PEOPLE, 100):
            payer.pay(rows[first : first + 100], sold[first : first + 100])

    one, cells = side_by_side(lambda: reprice(ledger, world, [plan]), kernel)
    scaled = cells * DRAWS / sold.shape[2] * 10  # the ledger of 10,000 people is no larger
    many = [form_of(plan.edited({"commission.tiers[3].rate": f"0.{100 + k}"}), world)
            for k in range(100)]  # fmt: skip
    hundred, _ = side_by_side(lambda: reprice(ledger, world, many), lambda: None, times=3)
    small = replace(world, draws=few, kept={})
    paid = [simulate(plan, small, backend=b).draws["pay"].to_numpy() for b in ("ledger", "vector")]
    wrong = float(np.abs(paid[0] / paid[1] - 1).max())
    note = "a kernel pass over 10,000 draws x 10,000 people x 12, scaled"
    return [
        Row("one plan on the ledger, times faster", scaled, one, target=100, best="high", note=note),
        Row("a plan in a batch of 100, times faster", scaled, hundred / 100, target=1000,
            best="high", note=note),
        f"largest relative difference of {few:,} draws from paying every cell: {wrong:.1e} "
        "(at most 1e-12)",
    ]  # fmt: skip


def _closed(world, first: float) -> list[Row | str]:
    """Time expected cost in closed form beside the simulation."""
    from salesanalysis.incentives.simulate import expected_pay, simulate

    plan = plan_of()
    ours, _ = side_by_side(lambda: expected_pay(plan, world), lambda: None, times=5)
    run = simulate(plan, world)
    gap = (run.cost - expected_pay(plan, world).cost) / run.cost_error
    return [
        Row("expected cost in closed form, times faster", first, ours, target=300, best="high",
            note="the first simulation"),
        f"the mean of the draws lies {gap:+.1f} standard errors from it (at most 4)",
    ]  # fmt: skip


def _memory(world) -> list[str]:
    """Say what the ledger holds, and what a simulation needs at most beside the world."""
    from salesanalysis.incentives.simulate import simulate

    ledger = world.kept["ledger"][1]
    company = next(iter(ledger.company.values()))
    one = (company.units.nbytes + company.x.nbytes) / 2**20
    fresh = replace(world, kept={}, draws=DRAWS, people=world.people.head(100))
    tracemalloc.start()
    simulate(plan_of(), fresh)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return [
        f"ledger of the company: {one:.0f} MB at {ledger.edges.n} edges (64 MB at 400 bins); with "
        f"regions and people {ledger.bytes / 2**20:.0f} MB",
        f"peak of a simulation: {peak:.0f} MB (at most 256 MB, ledger included)",
    ]
