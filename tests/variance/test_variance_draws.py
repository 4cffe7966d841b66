"""What `make bench` draws ten thousand times of groups, surprises, growth and days, drawn a few times."""

import pytest

from benchmarks._group_draws import groups
from benchmarks._surprise_draws import days, growth, surprises
from benchmarks._tally import Tally

INVARIANTS = {
    groups: "1 2 3 4 5 6 8 11 12",
    surprises: "1 2 3 5 6 7 9 11 12 16",
    growth: "1 2 3 5 6 7 9 11 12",
    days: "1 2 3 5 6 7 9 11 12",
}


@pytest.mark.parametrize("work", INVARIANTS)
def test_every_invariant_that_applies_holds_in_every_draw(work):
    tally = Tally()
    work(tally, 4 if work is groups else 20)
    assert {name: n for name, n in tally.failed.items() if n} == {}
    looked_at = {int(name.split()[0]) for name, n in tally.seen.items() if n}
    assert looked_at == set(map(int, INVARIANTS[work].split()))
