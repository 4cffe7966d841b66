"""Two simple methods for the same question, written from their descriptions: to compare with."""

import numpy as np

from benchmarks._places import Cube, Key


def adtributor(cube: Cube) -> set[Key]:
    """Return the best members of the best dimension, one dimension at a time.

    Bhagwan et al. (2014): members by surprise, each explaining a tenth of the gap, until two
    thirds are explained; the dimension whose members have the largest surprise wins.
    """
    gap = cube.actual.sum() - cube.base.sum()
    best: tuple[float, set[Key]] = (0.0, set())
    for dim, size in enumerate(cube.sizes):
        f = np.bincount(cube.codes[dim], weights=cube.base, minlength=size)
        v = np.bincount(cube.codes[dim], weights=cube.actual, minlength=size)
        p, q = np.maximum(f / cube.base.sum(), 1e-15), np.maximum(v / cube.actual.sum(), 1e-15)
        surprise = (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))) / 2
        told, explained, members = 0.0, 0.0, set()
        for i in np.argsort(-surprise, kind="stable"):
            power = (v[i] - f[i]) / gap
            if power > 0.1:
                told, explained = told + surprise[i], explained + power
                members.add(tuple(int(i) if d == dim else -1 for d in range(len(cube.sizes))))
            if explained > 0.67:
                break
        if explained > 0.67 and told > best[0]:
            best = (told, members)
    return best[1]


def plain_scan(cube: Cube, most: int = 60) -> set[Key]:
    """Return what a scan with one pooled noise finds, without any rule against false alarms."""
    from salesanalysis.variance.places.cuboids import lattice, sums

    kept = cube.actual + cube.base > 0
    codes = [c[kept].astype("int64") for c in cube.codes]
    v, f = cube.actual[kept], cube.base[kept].copy()
    sigma = max(1.4826 * float(np.median(np.abs(2 * (v - f) / (v + f)))), 0.02)
    cuboids = lattice(codes, cube.sizes, len(cube.sizes))
    counts = [c[0] for c in sums(cuboids, codes, [None])]
    bar = 4 * np.log(sum(int((n > 0).sum()) for n in counts))
    found: set[Key] = set()
    first = 0.0
    while len(found) < most:
        z = np.where(v + f > 0, 2 * (v - f) / np.where(v + f > 0, v + f, 1), 0.0) / sigma
        scores = [
            np.where(n > 0, total[0] ** 2 / np.maximum(n, 1), 0.0)
            for n, total in zip(counts, sums(cuboids, codes, [z]), strict=True)
        ]
        best = max(float(s.max()) for s in scores)
        if best <= max(bar, 0.02 * first):
            break
        i = next(i for i, s in enumerate(scores) if s.max() >= best * (1 - 1e-9))
        members = cuboids[i].members(int(np.argmax(scores[i] >= best * (1 - 1e-9))))
        inside = np.ones(len(v), dtype=bool)
        for dim, member in zip(cuboids[i].dims, members, strict=True):
            inside &= codes[dim] == member
        chosen = dict(zip(cuboids[i].dims, members, strict=True))
        key = tuple(chosen.get(d, -1) for d in range(len(cube.sizes)))
        if key in found:
            break
        found.add(key)
        first = first or best
        actual, base = v[inside].sum(), f[inside].sum()
        f[inside] = f[inside] * (actual / base) if actual > 0 and base > 0 else v[inside]
    return found
