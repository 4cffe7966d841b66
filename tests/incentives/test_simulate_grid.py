"""Edges on the grid and off it, ties on edges, and what falls back to the cells."""

from importlib import import_module

import numpy as np
import pytest
from paytools import (
    measured,
    plan_of,
    section_5,
    tiers_yaml,
)
from simtools import ROUND, TEAM, agree, whole_amount
from test_pay_compiled import STEPS

from salesanalysis.errors import ContractError
from salesanalysis.incentives import Attainment, draw_world
from salesanalysis.incentives.simulate import build_ledger, reprice, simulate
from salesanalysis.incentives.simulate.bins import Bins, Edges

CURVE = (
    "  - {id: bonus, type: curve, basis: period, closed: lower, scale: TI, below: '0', measured: "
    f'{measured("attainment")}, points: [["0.5", "0.25"], ["0.805", "1"], ["1.5", "3"]]}}\n'
)


def test_edges_off_the_grid_are_bounded_or_refused_never_rounded() -> None:
    world = draw_world(TEAM, "wide", draws=50)
    ledger = build_ledger(world)
    tiers = '{from: "0", rate: "0.02"}, {from: "0.905", rate: "0.05"}'
    plan = plan_of(tiers_yaml(tiers, mode="retroactive") + STEPS)
    off = plan_of(tiers_yaml(tiers, mode="retroactive"))
    low, high = reprice(ledger, world, [off], off_grid="bound")[0].T
    true = simulate(off, world, backend="vector").draws["pay"].to_numpy()
    assert (low <= true + 1e-9).all()
    assert (true <= high + 1e-9).all()
    assert (high - low).max() > 0
    assert (high / low).mean() < 1.02
    with pytest.raises(ContractError) as caught:
        reprice(ledger, world, [off])
    assert str(caught.value) == (
        "the edge 0.905 is not on the ledger, whose edges are 0.01 apart.\n"
        "  where: reprice(ledger, plans)\n"
        '  fix:   build the ledger with this plan, or ask for bounds: off_grid="bound"'
    )
    # on the grid, both bounds are the pay itself
    fine = section_5()
    both = reprice(ledger, world, [fine], off_grid="bound")[0]
    assert np.array_equal(both[:, 0], both[:, 1])
    assert simulate(plan, world).backend == "ledger"  # a plan's own edges join its ledger


def test_vacant_positions_pay_what_exactly_nothing_pays() -> None:
    """A tier from 0 with a flat amount: closed below it is due at 0, closed above it is not."""
    vacant = Attainment("lognormal", 0.04, 0.17, vacancy=0.3)
    for closed in ("lower", "upper"):
        plan = plan_of(tiers_yaml('{from: "0", rate: "0.02", flat: "100"}', closed=closed))
        agree(plan, vacant, draws=5)
    world = draw_world(TEAM, vacant, draws=400)
    assert 1 not in build_ledger(world).ties.place  # what is exactly 0 has a bin of its own


def test_quotas_of_a_few_cents_tie_everywhere_and_are_still_paid_exactly() -> None:
    people = TEAM.assign(quota=[0.05, 0.1, 0.01, 1.0])
    drawn = draw_world(people, "wide", draws=300)
    plan = whole_amount("upper")
    ledger, vector = (simulate(plan, drawn, backend=b).draws["pay"] for b in ("ledger", "vector"))
    assert ledger.to_numpy() == pytest.approx(vector.to_numpy(), rel=1e-12)
    assert len(drawn.kept["ledger"][1].ties.place) > 1000


def test_too_many_ties_leave_plans_closed_above_to_the_vector(monkeypatch) -> None:
    rooms = "salesanalysis.incentives.simulate.ledger"
    monkeypatch.setattr(import_module(rooms), "MOST_TIES", 10)
    drawn = draw_world(TEAM.assign(quota=0.1), "wide", draws=50)
    run = simulate(whole_amount("upper"), drawn)
    assert run.backend == "vector"
    assert run.why[-1] == ("ledger", "edges", "too many cells lie exactly on edges")
    assert simulate(section_5(), drawn).backend == "ledger"


def test_a_later_plan_with_an_edge_of_its_own_is_paid_cell_by_cell() -> None:
    world = draw_world(TEAM, draws=30)
    own = section_5().edited({"commission.tiers[2].from": "0.805"})
    assert simulate(section_5(), world).backend == "ledger"
    later = simulate(own, world)
    assert later.backend == "vector"
    assert later.why[1:] == (("ledger", "edges", "the edge 0.805 is none of the ledger's"),)
    again = simulate(own, world, backend="ledger")
    assert again.draws["pay"].to_numpy() == pytest.approx(later.draws["pay"].to_numpy())
    assert simulate(own, world).backend == "ledger"


@pytest.mark.parametrize("step", [0.01, 0.005, 0.03])
def test_every_edge_parts_the_numbers_next_to_it(step) -> None:
    """One representable number below, the edge, one above: the bins of plain searching."""
    world = draw_world(TEAM, draws=1, grid=step)
    edges = Edges.of(world, "attainment", (1 / 3, 0.8050001, 3.7, 5.0))
    x = np.concatenate(
        [edges.at, np.nextafter(edges.at, -9), np.nextafter(edges.at, 9), [-2.0, 2.9999, 99.0]]
    )
    place, ties = Bins(edges).places(x.reshape(3, -1))
    assert place.reshape(-1).tolist() == np.searchsorted(edges.at, x, side="right").tolist()
    assert ties.tolist() == list(range(edges.n))


@pytest.mark.parametrize("closed", ["lower", "upper"])
@pytest.mark.parametrize("pays", ["quotas", "incentives"])
def test_the_bytes_of_a_ledger_do_not_depend_on_how_many_people_are_summed_at_once(
    monkeypatch, closed, pays
) -> None:
    """Sums of quotas are whole cents, exact in any order; others are added cell by cell."""
    whole = import_module("salesanalysis.incentives.simulate.world")
    curve = CURVE.replace("closed: lower", f"closed: {closed}")
    plan = whole_amount(closed) if pays == "quotas" else plan_of(curve)
    people = TEAM.assign(target_incentive=[7_000.13, 1_100.0, 900.07, 333.33])
    runs = []
    for cells in (1, 6_000, 130_000):
        monkeypatch.setattr(whole, "CELLS", cells)
        run = simulate(plan, draw_world(people, ROUND, draws=260, periods=12, per_year=12))
        assert run.backend == "ledger"
        runs.append([getattr(run, n).to_csv() for n in ("draws", "people", "regions", "sample")])
    assert runs[0] == runs[1] == runs[2]
