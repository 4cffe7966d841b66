"""The scan: take the slice that stands out most, set it right, look again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from salesanalysis.variance.places.cuboids import Cuboid, Floats, Ints, lattice, n_distinct, sums
from salesanalysis.variance.places.leaves import CLIP, FIRST, WEIGHTS, Leaves
from salesanalysis.variance.places.noise import FEW, tail_threshold
from salesanalysis.variance.places.simpler import Start, Taken, doubtful

#: Times the logarithm of how many slices there are: what a score must exceed.
WEIGHT = 4.0
#: Least mean deviation of a slice, and of everything together.
LEAST, LEAST_ALL = 0.1, 0.02
#: What the score of everything must exceed: one question, 0.2 % by chance.
BAR_ALL = 9.5
#: Part of the first score below which what lies inside slices already taken is a remainder.
STOP = 0.02
#: Scores closer than this are the same leaves added in another order.
SAME = 1e-9
#: The scan ends after so many steps, far more than are shown.
MOST = 60
#: Slices that are doubted at most: each costs a search of its own.
LOOKS = 4


@dataclass(frozen=True, eq=False)
class Scan:
    """What was taken, in order; how many slices there were; what fell to the last check."""

    taken: tuple[Taken, ...]
    n_slices: int
    n_dropped: int


@dataclass(eq=False)
class _Search:
    """Sums over every slice, kept up to date as leaves change; all cuboids behind one another.

    Attributes
    ----------
    starts : array of int, shape (cuboids + 1,)
        Where each cuboid begins; the slice of everything is at 0.
    count : array, shape (slices,)
    table : array, shape (sums, slices)
        What `WEIGHTS` names, in this order.
    barred : list of int
        Slices never taken, then those already taken, in their order.
    never : tuple of int
    taken : list of Taken
    """

    leaves: Leaves
    cuboids: list[Cuboid]
    starts: Ints
    count: Floats
    table: Floats
    n_slices: int
    bar: float = field(init=False)
    single: "np.ndarray" = field(init=False)
    totals: dict[str, Floats] = field(init=False)
    barred: list[int] = field(default_factory=list)
    never: tuple[int, ...] = ()
    taken: list[Taken] = field(default_factory=list)
    first: float = 0.0

    def __post_init__(self) -> None:
        self.bar = WEIGHT * float(np.log(max(self.n_slices, 2)))
        self.single = self.count == 1
        self.totals = dict(zip(WEIGHTS, self.table, strict=True))

    @property
    def places(self) -> list[int]:
        """Where the slices taken stand."""
        return self.barred[len(self.never) :]

    def at(self, place: int) -> tuple[Cuboid, int]:
        """Return the cuboid a slice belongs to, and its number there."""
        i = int(np.searchsorted(self.starts, place, side="right")) - 1
        return self.cuboids[i], place - int(self.starts[i])


def scan(
    leaves: Leaves, sizes: Sequence[int], depth: int, chains: Sequence[Sequence[int]] = ()
) -> Scan:
    """Take slices one after the other until none stands out.

    Parameters
    ----------
    leaves : Leaves
        Changed in place: its base ends up with every taken slice set right.
    sizes : sequence of int
        Members of each dimension.
    depth : int
        Most dimensions of a slice.
    chains : sequence of sequence of int
        Dimensions that contain each other.

    Notes
    -----
    The slice that stands out most need not be the one that moved: where two of a region's three
    managers fell, the region may stand out more, and its third manager then stands out upwards.
    A slice that a later one takes back is doubted: the search without it is kept if cheaper.

    References
    ----------
    Kulldorff, M. (1997). A spatial scan statistic. Communications in Statistics 26:1481.
    """
    start = Start(leaves.codes, leaves.v, leaves.f.copy(), leaves.noise, leaves.sigma.copy())
    cuboids = lattice(leaves.codes, sizes, depth, chains)
    found = _looked(leaves, cuboids)
    tried: set[int] = set()
    while len(tried) < LOOKS:
        doubted = doubtful(found.taken, found.places, tried, found.leaves)
        if doubted is None:
            break
        tried.add(doubted)
        other = _looked(start.leaves(), cuboids, (*found.never, doubted))
        if start.cost(other.taken, found.bar) < start.cost(found.taken, found.bar):
            found = other
    kept = _calibrated(found.taken, found.leaves, found.bar)
    return Scan(tuple(kept), found.n_slices, len(found.taken) - len(kept))


def _looked(leaves: Leaves, cuboids: list[Cuboid], never: tuple[int, ...] = ()) -> _Search:
    """Take slices one after the other, some never."""
    search = _started(leaves, cuboids)
    search.never, search.barred = never, list(never)
    while len(search.taken) < MOST and (found := _best(search)):
        search.taken.append(_take(search, *found))
    return search


def _started(leaves: Leaves, cuboids: list[Cuboid]) -> _Search:
    weights = leaves.weights(slice(None))
    found = sums(cuboids, leaves.codes, [None, *(weights[name] for name in FIRST)])
    starts = np.cumsum([0, *(cuboid.slices for cuboid in cuboids)])
    count, table = np.empty(starts[-1]), np.empty((len(WEIGHTS), starts[-1]))
    for part, start in zip(found, starts[:-1], strict=True):
        end = start + part.shape[1]
        count[start:end], table[: len(FIRST), start:end] = part[0], part[1:]
    # every leaf is fresh before the first slice is taken
    for name, fresh in (("fresh_z", "z"), ("fresh_clipped", "clipped")):
        table[WEIGHTS.index(name)] = table[WEIGHTS.index(fresh)]
    table[WEIGHTS.index("fresh")] = count
    n_slices = n_distinct(cuboids, [part[0] for part in found])
    return _Search(leaves, cuboids, starts, count, table, n_slices)


def _best(search: _Search) -> tuple[int, float] | None:
    """Return place and score of the slice that stands out most; shallow ones first."""
    places, scores = _standing_out(search)
    found = _largest(places, scores)
    if found and search.single[found[0]]:
        threshold = tail_threshold(np.abs(search.leaves.z))
        if found[1] <= threshold**2:
            scores[search.single[places]] = 0.0
            found = _largest(places, scores)
    if found and found[0] == 0 and not _all_moved(search):
        scores[places == 0] = 0.0
        found = _largest(places, scores)
    return found


def _largest(places: Ints, scores: Floats) -> tuple[int, float] | None:
    """Return where the largest score is, the first of those that are equal."""
    top = float(scores.max(initial=0.0))
    if top <= 0:
        return None
    return int(places[int(np.argmax(scores >= top * (1 - SAME)))]), top


def _standing_out(search: _Search) -> tuple[Ints, Floats]:
    """Return the slices that stand out, ascending, and their scores."""
    tested = np.where(search.single, search.totals["z"], search.totals["clipped"])
    near = np.flatnonzero(tested * tested > search.bar * search.count)
    near = near[~np.isin(near, [0, *search.barred])]
    n, total = search.count[near], {name: part[near] for name, part in search.totals.items()}
    squared = total["z"] ** 2
    stands_out = _large(total, n)
    if search.first:
        stands_out &= (squared >= STOP * search.first * n) | _fresh(total, search.bar)
    places, scores = near[stands_out], squared[stands_out] / n[stands_out]
    everything = _score_of_all(search)
    if everything > 0:
        return np.append(0, places), np.append(everything, scores)
    return places, scores


def _score_of_all(search: _Search) -> float:
    """Return the score of everything, by leaves clipped: new and lost ones are no common move."""
    n, total = search.count[0], {name: float(part[0]) for name, part in search.totals.items()}
    squared = total["clipped"] ** 2
    moved = abs(total["change"]) >= LEAST_ALL * total["size"]
    moved &= total["change"] * total["clipped"] > 0
    stands_out = moved and n > 1 and squared > BAR_ALL * n and 0 not in search.barred
    if search.first:
        stands_out &= total["fresh_clipped"] ** 2 > BAR_ALL * total["fresh"]
    return float(squared / n) if stands_out else 0.0


def _large(total: dict[str, Floats], n: Floats) -> "np.ndarray":
    """Tell which slices moved by enough, leaf by leaf and in money, in one direction."""
    in_money = np.abs(total["change"]) >= LEAST * total["size"]
    return (np.abs(total["d"]) >= LEAST * n) & in_money & (total["change"] * total["z"] > 0)


def _fresh(total: dict[str, Floats], bar: float) -> "np.ndarray":
    """Tell which slices stand out by leaves of no slice taken before: not a remainder."""
    n = np.rint(total["fresh"])
    tested = np.where(n == 1, total["fresh_z"], total["fresh_clipped"])
    return (n > 0) & (tested**2 > bar * n)


def _all_moved(search: _Search) -> bool:
    """Tell whether everything moved: most leaves, and the sum in money beyond its noise.

    Deviations are lopsided where noise is large, so their mean alone is no proof; and one
    question is no search among many, so the noise is that of the sum itself.
    """
    leaves = search.leaves
    change, size = leaves.v - leaves.f, (leaves.v + leaves.f) / 2
    middle, mean = float(np.median(leaves.d)), float(change.sum() / size.sum())
    spread = float(((change - mean * size) ** 2).sum())
    return bool(middle * mean >= mean**2 / 2 and change.sum() ** 2 > BAR_ALL * spread)


def _take(search: _Search, place: int, score: float) -> Taken:
    """Set a slice right and bring all sums up to date."""
    leaves = search.leaves
    cuboid, number = search.at(place)
    members = cuboid.members(number)
    rows = leaves.inside(cuboid.dims, members)
    clipped = float(search.totals["clipped"][place])
    before = leaves.weights(rows)
    leaves.set_right(rows, everything=not cuboid.dims)
    after = leaves.weights(rows)
    change = [after[name] - before[name] for name in WEIGHTS]
    fixed = dict(zip(cuboid.dims, members, strict=True))
    parts = sums(search.cuboids, leaves.codes, change, rows, fixed)
    for one, start, part in zip(search.cuboids, search.starts[:-1], parts, strict=True):
        one.within(search.table[:, start : start + one.slices], fixed)[...] += part
    search.barred.append(place)
    search.first = search.first or score
    return Taken(cuboid.dims, members, rows, score, clipped)


def _calibrated(taken: list[Taken], leaves: Leaves, bar: float) -> list[Taken]:
    """Leave out what heavy or lopsided tails of the other leaves explain as well."""
    rest = ~leaves.touched
    if rest.sum() < FEW:
        return taken
    clipped = np.clip(leaves.z[rest], -CLIP, CLIP)
    middle, spread = float(clipped.mean()), max(float(clipped.var()), 1.0)
    return [
        one
        for one in taken
        if len(one.rows) == 1
        or not one.dims
        or min((one.clipped - len(one.rows) * middle) ** 2, one.clipped**2)
        > bar * spread * len(one.rows)
    ]
