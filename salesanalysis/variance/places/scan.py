"""The scan: take the slice that stands out most, set it right, look again."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from salesanalysis.variance.places.cuboids import Cuboid, Floats, Ints, lattice, n_distinct, sums
from salesanalysis.variance.places.leaves import CLIP, FIRST, WEIGHTS, Leaves
from salesanalysis.variance.places.noise import FEW, tail_threshold

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


@dataclass(frozen=True)
class Taken:
    """A slice that was taken: dimensions, members, leaves, and its score.

    Attributes
    ----------
    dims, members : tuple of int
        Empty for everything.
    rows : array of int
        Its leaves.
    score : float
        Squared sum of deviations in units of noise, per leaf.
    clipped : float
        The same sum with every leaf clipped at 4.
    """

    dims: tuple[int, ...]
    members: tuple[int, ...]
    rows: Ints
    score: float
    clipped: float


@dataclass(frozen=True, eq=False)
class Scan:
    """What was taken, in order; how many slices there were; what fell to the last check."""

    taken: tuple[Taken, ...]
    n_slices: int
    n_dropped: int


@dataclass(eq=False)
class _Search:
    """Sums over every slice, kept up to date as leaves change."""

    leaves: Leaves
    cuboids: list[Cuboid]
    count: list[Floats] = field(default_factory=list)
    totals: list[dict[str, Floats]] = field(default_factory=list)
    barred: list[tuple[int, int]] = field(default_factory=list)
    n_slices: int = 0
    bar: float = 0.0
    first: float = 0.0


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

    References
    ----------
    Kulldorff, M. (1997). A spatial scan statistic. Communications in Statistics 26:1481.
    """
    search = _started(leaves, lattice(leaves.codes, sizes, depth, chains))
    taken: list[Taken] = []
    while len(taken) < MOST and (found := _best(search)):
        taken.append(_take(search, *found))
    kept = _calibrated(taken, leaves, search.bar)
    return Scan(tuple(kept), search.n_slices, len(taken) - len(kept))


def _started(leaves: Leaves, cuboids: list[Cuboid]) -> _Search:
    search = _Search(leaves, cuboids)
    weights = leaves.weights(slice(None))
    found = sums(cuboids, leaves.codes, [None, *(weights[name] for name in FIRST)])
    search.count = [parts[0] for parts in found]
    for n, (_, *parts) in zip(search.count, found, strict=True):
        total = dict(zip(FIRST, parts, strict=True))
        fresh = {"fresh_z": total["z"], "fresh_clipped": total["clipped"], "fresh": n}
        search.totals.append(total | {name: part.copy() for name, part in fresh.items()})
    search.n_slices = n_distinct(cuboids, search.count)
    search.bar = WEIGHT * float(np.log(max(search.n_slices, 2)))
    return search


def _best(search: _Search) -> tuple[int, int, float] | None:
    """Return cuboid, slice and score of the slice that stands out most; shallow ones first."""
    scores = [_scores(search, i) for i in range(len(search.cuboids))]
    found = _largest(scores)
    if found and search.count[found[0]][found[1]] == 1:
        threshold = tail_threshold(np.abs(search.leaves.z))
        if found[2] <= threshold**2:
            for score, n in zip(scores, search.count, strict=True):
                score[n == 1] = 0.0
            found = _largest(scores)
    if found and not search.cuboids[found[0]].dims and not _all_moved(search):
        scores[0][:] = 0.0
        found = _largest(scores)
    return found


def _largest(scores: list[Floats]) -> tuple[int, int, float] | None:
    """Return where the largest score is, the first of those that are equal."""
    tops = [float(part.max(initial=0.0)) for part in scores]
    top = max(tops)
    if top <= 0:
        return None
    near = top * (1 - SAME)
    i = next(i for i, highest in enumerate(tops) if highest >= near)
    return i, int(np.argmax(scores[i] >= near)), top


def _scores(search: _Search, i: int) -> Floats:
    """Return the score of each slice of a cuboid, 0 where it does not stand out."""
    n, total = search.count[i], search.totals[i]
    if not search.cuboids[i].dims:
        return _score_of_all(search, n, total)
    squared = total["z"] ** 2
    tested = np.where(n == 1, squared, total["clipped"] ** 2)
    stands_out = (tested > search.bar * n) & _large(total, n)
    if search.first:
        stands_out &= (squared >= STOP * search.first * n) | _fresh(total, search.bar)
    scores = np.divide(squared, n, out=np.zeros(len(n)), where=stands_out)
    scores[[place for j, place in search.barred if j == i]] = 0.0
    return scores


def _score_of_all(search: _Search, n: Floats, total: dict[str, Floats]) -> Floats:
    """Return the score of everything, by leaves clipped: new and lost ones are no common move."""
    moved = np.abs(total["change"]) >= LEAST_ALL * total["size"]
    moved &= total["change"] * total["clipped"] > 0
    stands_out = (n > 1) & moved & (total["clipped"] ** 2 > BAR_ALL * n)
    if search.first:
        stands_out &= total["fresh_clipped"] ** 2 > BAR_ALL * total["fresh"]
    if (0, 0) in search.barred:
        stands_out[:] = False
    return np.divide(total["clipped"] ** 2, n, out=np.zeros(len(n)), where=stands_out)


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


def _take(search: _Search, i: int, place: int, score: float) -> Taken:
    """Set a slice right and bring all sums up to date."""
    leaves, cuboid = search.leaves, search.cuboids[i]
    members = cuboid.members(place)
    rows = leaves.inside(cuboid.dims, members)
    clipped = float(search.totals[i]["clipped"][place])
    before = leaves.weights(rows)
    leaves.set_right(rows, everything=not cuboid.dims)
    after = leaves.weights(rows)
    change = [after[name] - before[name] for name in WEIGHTS]
    for total, parts in zip(
        search.totals, sums(search.cuboids, leaves.codes, change, rows), strict=True
    ):
        for name, part in zip(WEIGHTS, parts, strict=True):
            total[name] += part
    search.barred.append((i, place))
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
