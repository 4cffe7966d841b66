"""A manager's override in a world: a rate on what the people led sell, whoever pays the lines."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from salesanalysis.incentives.components import Override
from salesanalysis.incentives.inputs.together import require_tree
from salesanalysis.incentives.simulate.steps import Named, Steps
from salesanalysis.incentives.simulate.streams import Floats
from salesanalysis.incentives.simulate.tally import tally_of
from salesanalysis.incentives.simulate.world import World

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan
    from salesanalysis.incentives.simulate.reprice import Priced

Pairs = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Led:
    """An override on the sales of everybody led.

    Attributes
    ----------
    component : str
    rate : float, share of sales
    pairs : two arrays of places in `World.people`: who is paid, and on whose sales
    """

    component: str
    rate: float
    pairs: Pairs


def led_of(plan: "Plan", world: World, residual: Named, steps: Steps) -> tuple[Led, ...]:
    """Return the overrides that are lines of what is sold; none where anything else is not.

    A cap, a coefficient or a balance on what a manager earns needs the whole of it at once: such a
    plan is left to the exact engine.
    """
    parts = [p for p in plan.components if isinstance(p, Override)]
    names = {p.id for p in parts}
    times = {t for p in plan.components for t in getattr(p, "multiplies", ())}
    simple = all(p.of == "team_credit" and p.measure == plan.head.measure for p in parts)
    if not parts or not simple or not steps.none or times & names:
        return ()
    if {name for name, _ in residual} != names or not _led_by_somebody(world):
        return ()
    pairs = pairs_of(world.people["salesperson"].tolist(), world.people["manager"].tolist())
    return tuple(Led(p.id, float(p.rate), pairs) for p in parts)


def _led_by_somebody(world: World) -> bool:
    return bool((world.people["manager"] != "").any())


def pairs_of(names: list[str], managers: list[str]) -> Pairs:
    """Return (who is paid, on whose sales), down the whole tree, as places of people.

    A manager who is none of the people is paid nothing, and nobody is looked for above.

    Raises
    ------
    ContractError
        Managers who lead each other in a circle.

    Examples
    --------
    >>> [p.tolist() for p in pairs_of(["Chen", "Li", "Wu"], ["", "Chen", "Li"])]
    [[0, 1, 0], [1, 2, 2]]
    """
    boss = dict(zip(names, managers, strict=True))
    require_tree(boss)
    place = {name: i for i, name in enumerate(names)}
    found = [(place[up], place[name]) for name in names for up in _above(boss, name) if up in place]
    pairs = np.array(found, dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _above(boss: dict[str, str], name: str) -> Iterator[str]:
    up = boss[name]
    while up:
        yield up
        up = boss.get(up, "")


def with_led(priced: "Priced", world: World, led: tuple[Led, ...]) -> "Priced":
    """Return pay with the overrides added."""
    k = priced.regions.shape[1]
    for one in led:
        draws, regions = led_sales(world, one.pairs)
        priced = replace(
            priced,
            draws=priced.draws + one.rate / 100 * draws,
            regions=priced.regions + one.rate / 100 * regions[:, :k],
        )
    return replace(priced, people=priced.people + led_pay(led, tally_of(world).people))


def led_pay(led: tuple[Led, ...], sold: Floats) -> Floats:
    """Return overrides in currency, by person and draw; `sold` in cents, people first."""
    out = np.zeros(sold.shape)
    for one in led:
        np.add.at(out, one.pairs[0], one.rate / 100 * sold[one.pairs[1]])
    return out


def led_sales(world: World, pairs: Pairs) -> tuple[Floats, Floats]:
    """Return cents sold under every manager: by draw, and by the manager's region and draw."""
    key = ("led", pairs[0].tobytes(), pairs[1].tobytes())
    if key not in world.kept:
        times = np.zeros((len(world.regions), len(world.people)))
        np.add.at(times, (world.region_of[pairs[0]], pairs[1]), 1.0)
        regions = np.zeros((len(world.regions), world.draws))
        for batch in world.batches():
            by_draw = times[:, batch.rows] @ batch.sold.sum(axis=1)
            regions[:, batch.start : batch.stop] += by_draw
        world.kept[key] = regions.sum(axis=0), regions
    found: Any = world.kept[key]
    return found[0], found[1]
