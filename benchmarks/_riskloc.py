"""RiskLoc, restated from its paper (Kalander 2022, arXiv 2205.10004): to compare with.

Leaves are split in two by a cutoff on their deviation. An element is a cause where the abnormal
leaves in it outweigh the normal ones, and where its leaves did not all move alike by themselves
(the ripple effect) less than they deviate. Layers are searched from one dimension up, one cause at a
time, the element with the largest explanatory power first. All elements of a cuboid are scored at
once here; the result is that of the search one by one.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from benchmarks._places import Cube, Key, inside_of

#: As in the paper: least risk score, least part of the abnormal power, extremes not looked at.
RISK, POWER, EXTREMES = 0.5, 0.02, 5


@dataclass(frozen=True, eq=False)
class _Scored:
    """What the search needs to know of every leaf."""

    v: np.ndarray
    f: np.ndarray
    deviation: np.ndarray
    abnormal: np.ndarray
    weight: np.ndarray
    power: np.ndarray


def riskloc(cube: Cube) -> set[Key]:
    """Return the elements RiskLoc names."""
    leaves = _scored(cube.actual, cube.base)
    least = POWER * leaves.power[leaves.abnormal].sum()
    alive = np.ones(len(leaves.v), dtype=bool)
    found: set[Key] = set()
    while leaves.power[leaves.abnormal & alive].sum() >= least:
        key = _search(cube, leaves, alive, least)
        if key is None or key in found:
            break
        found.add(key)
        alive &= ~inside_of(key, cube.codes)
    return found


def _scored(v: np.ndarray, f: np.ndarray) -> _Scored:
    """Split leaves by the cutoff, and weigh them."""
    both = v + f
    deviation = np.divide(2 * (f - v), both, out=np.zeros(len(v)), where=both != 0)
    distinct = np.unique(deviation)
    ends = (
        distinct[min(EXTREMES, len(distinct) - 1)],
        distinct[max(-EXTREMES - 1, -len(distinct))],
    )
    cutoff = -min(ends, key=abs)
    abnormal = deviation > cutoff if cutoff >= 0 else deviation < cutoff
    weight = np.where(abnormal, np.abs(deviation), np.abs(cutoff - deviation))
    weight = np.where(both == 0, 0.0, np.minimum(weight, 1.0))
    power = v - f
    sign = -1.0 if power[abnormal].sum() < 0 else 1.0
    return _Scored(v, f, deviation, abnormal, weight, sign * power)


def _search(cube: Cube, leaves: _Scored, alive: np.ndarray, least: float) -> Key | None:
    """Return the best element of the first layer that has one."""
    rows = np.flatnonzero(alive)
    for layer in range(1, len(cube.sizes) + 1):
        best, key = least, None
        for dims in combinations(range(len(cube.sizes)), layer):
            sizes = [cube.sizes[d] for d in dims]
            place = np.ravel_multi_index([cube.codes[d][rows] for d in dims], sizes)
            power, risky = _elements(leaves, rows, place, int(np.prod(sizes)))
            power = np.where(risky & (power > best), power, -np.inf)
            if np.isfinite(power).any():
                best = float(power.max())
                members = np.unravel_index(int(power.argmax()), sizes)
                chosen = dict(zip(dims, map(int, members), strict=True))
                key = tuple(chosen.get(d, -1) for d in range(len(cube.sizes)))
        if key is not None:
            return key
    return None


def _elements(
    leaves: _Scored, rows: np.ndarray, place: np.ndarray, n: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the power of each element, and whether its risk is high enough."""
    bad, weight = leaves.abnormal[rows], leaves.weight[rows]
    power = np.bincount(place, leaves.power[rows], minlength=n)
    high = np.bincount(place, weight * bad, minlength=n)
    high = high / (high + np.bincount(place, weight * ~bad, minlength=n) + 1)
    v, f = leaves.v[rows], leaves.f[rows]
    told = (v != 0) & (f != 0)
    v, f, at = v[told], f[told], place[told]
    sums = [np.bincount(at, w, minlength=n) for w in (v, f)]
    rippled = f * np.divide(sums[0], sums[1], out=np.zeros(n), where=sums[1] != 0)[at]
    both = rippled + v
    apart = np.abs(np.divide(2 * (rippled - v), both, out=np.zeros(len(v)), where=both != 0))
    spread = np.bincount(at, apart, minlength=n)
    moved = np.bincount(at, np.abs(leaves.deviation[rows][told]), minlength=n)
    low = np.divide(spread, moved, out=np.zeros(n), where=moved != 0)
    return power, (high - low >= RISK) & (np.bincount(place, bad, minlength=n) > 0)
