"""Planted slices are found by name, and nothing is found where nothing was planted.

Small samples on seeds of their own; the sets in full are scored by ``python -m benchmarks root_causes``.
"""

import numpy as np
import pytest

from benchmarks import _sales_shaped as sales
from benchmarks import _slices as bench
from benchmarks import places_draws
from benchmarks._places import RECIPES, Cube, null, planted
from benchmarks._riskloc import riskloc

SEEDS = range(77_000, 77_006)


@pytest.mark.parametrize(("name", "least"), [("S", 0.75), ("L", 0.95), ("E", 0.9)])
def test_planted_slices_of_a_generated_cube_are_found_exactly(name, least):
    assert bench.score(bench.ours, [planted(RECIPES[name], seed) for seed in SEEDS]).f1 >= least


@pytest.mark.parametrize("name", RECIPES)
def test_the_search_that_is_timed_alone_finds_what_the_whole_call_finds(name):
    cubes = [planted(RECIPES[name], seed) for seed in SEEDS[:3]]
    alone, whole = (
        [one.read(cube, one.find(one.prepare(cube))) for cube in cubes]
        for one in (bench.search, bench.ours)
    )
    assert alone == whole
    assert any(whole)


def test_causes_of_a_sales_gap_are_found_with_default_thresholds_and_their_amounts():
    found = bench.score_sales([sales.company(seed) for seed in SEEDS])
    assert found.score.f1 >= 0.8
    assert np.median(found.off) <= 0.05


@pytest.mark.parametrize("kind", ["gauss", "t3", "poisson"])
def test_noise_alone_is_no_cause(kind):
    reported = [bench.alarms(null(kind, seed)) for seed in range(77_000, 77_010)]
    assert sum(material for _, material in reported) <= 1
    assert sum(anything for anything, _ in reported) <= 2


def test_the_made_up_sets_are_the_same_for_a_seed():
    for make in (lambda s: planted(RECIPES["S"], s), lambda s: null("t3", s), sales.company):
        assert make(1).actual.tobytes() == make(1).actual.tobytes()
        assert make(1).actual.tobytes() != make(2).actual.tobytes()


@pytest.mark.parametrize("seed", range(77_000, 77_003))
def test_an_even_move_is_no_place_and_a_dimension_of_noise_hides_no_cause(seed):
    assert not any(places_draws.planted(seed).values())


def test_the_method_ours_is_compared_with_finds_the_halved_member():
    codes = np.indices((4, 5, 6)).reshape(3, -1)
    base = np.linspace(90.0, 110.0, codes.shape[1])
    wobble = 1 + 0.01 * np.sin(np.arange(codes.shape[1]))
    actual = base * np.where(codes[1] == 2, 0.3, 1.0) * wobble
    assert riskloc(Cube(codes, (4, 5, 6), actual, base, frozenset())) == {(-1, 2, -1)}
