"""Cubes with planted causes, and cubes with none, after the recipe of the RiskLoc generator."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

Leaves = np.ndarray
#: A slice: one member per dimension, -1 for all of them.
Key = tuple[int, ...]


@dataclass(frozen=True)
class Recipe:
    """How a set is made: dimensions, and ranges the instances are drawn from.

    Attributes
    ----------
    sizes : tuple of int
    noise, severity, deviation : (low, high)
    causes, elements : (fewest, most)
    deepest : bool
        Causes lie in single leaves only.
    """

    sizes: tuple[int, ...]
    noise: tuple[float, float]
    severity: tuple[float, float]
    causes: tuple[int, int]
    elements: tuple[int, int]
    deviation: tuple[float, float] = (0.0, 0.1)
    deepest: bool = False


RECIPES = {
    "S": Recipe((10, 12, 10, 8, 5), (0.0, 0.25), (0.2, 1.0), (1, 3), (1, 3)),
    "L": Recipe((10, 24, 10, 15), (0.0, 0.1), (0.5, 1.0), (1, 5), (1, 1), (0.0, 0.0), deepest=True),
    "E": Recipe((8, 5, 20, 12), (0.0, 0.15), (0.3, 0.9), (1, 1), (1, 1)),
}


@dataclass(frozen=True, eq=False)
class Cube:
    """Leaves of a cube, both sides, and the slices planted in it."""

    codes: np.ndarray  # (dims, leaves)
    sizes: tuple[int, ...]
    actual: Leaves
    base: Leaves
    truth: frozenset[Key]


def planted(recipe: Recipe, seed: int) -> Cube:
    """Return one instance of a set; the same seed, the same cube."""
    rng = np.random.default_rng(seed)
    codes = np.indices(recipe.sizes).reshape(len(recipe.sizes), -1)
    noise = rng.uniform(*recipe.noise)
    actual, base = _leaves(rng, codes.shape[1], noise)
    truth: list[Key] = []
    covered = np.zeros(codes.shape[1], dtype=bool)
    for _ in range(int(rng.integers(recipe.causes[0], recipe.causes[1] + 1))):
        keys, inside = _cause(rng, recipe, codes, covered, actual + base > 0)
        if not keys:
            continue
        severity, deviation = rng.uniform(*recipe.severity) + noise, rng.uniform(*recipe.deviation)
        rate = np.maximum(1 - rng.normal(severity, deviation, int(inside.sum())), 0.0)
        if actual[inside].sum() < base[inside].sum():
            actual[inside] = base[inside] * rate
        else:
            base[inside] = actual[inside] * rate
        covered |= inside
        truth += keys
    return Cube(codes, recipe.sizes, actual, base, frozenset(truth))


def _leaves(rng: np.random.Generator, n: int, noise: float) -> tuple[Leaves, Leaves]:
    """Return both sides without a cause: a fair coin decides which of them is noisy."""
    value = 100 * rng.weibull(rng.uniform(0.5, 1.0), n)
    value[rng.random(n) < rng.uniform(0, 0.25)] = 0.0
    other = value * (1 + rng.normal(0, noise, n))
    coin = rng.random(n) < 0.5
    actual, base = np.where(coin, other, value), np.where(coin, value, other)
    return actual, np.maximum(base, 0.0)


def _cause(rng, recipe, codes, covered, filled) -> tuple[list[Key], np.ndarray]:
    """Choose the slices of one cause: one cuboid, no leaf of another cause."""
    dims = len(recipe.sizes)
    for _ in range(200):
        level = dims if recipe.deepest else int(rng.integers(1, dims + 1))
        choices = list(combinations(range(dims), level))
        cuboid = choices[int(rng.integers(len(choices)))]
        wanted = int(rng.integers(recipe.elements[0], recipe.elements[1] + 1))
        keys, inside = set(), np.zeros(codes.shape[1], dtype=bool)
        for _ in range(wanted):
            key = [-1] * dims
            for dim in cuboid:
                key[dim] = int(rng.integers(recipe.sizes[dim]))
            keys.add(tuple(key))
        for key in keys:
            inside |= inside_of(key, codes)
        each = all((inside_of(key, codes) & filled).any() for key in keys)
        if each and len(keys) == wanted and not (inside & covered).any():
            return sorted(keys), inside
    return [], covered & False


def inside_of(key: Key, codes: np.ndarray) -> np.ndarray:
    """Return which leaves lie in a slice."""
    inside = np.ones(codes.shape[1], dtype=bool)
    for dim, member in enumerate(key):
        if member >= 0:
            inside &= codes[dim] == member
    return inside


NULL_SIZES = (8, 5, 10, 6)


def null(kind: str, seed: int) -> Cube:
    """Return a cube without a cause: ``gauss``, ``t3`` (Student, heavy tails) or ``poisson``."""
    rng = np.random.default_rng(seed)
    codes = np.indices(NULL_SIZES).reshape(len(NULL_SIZES), -1)
    n, noise = codes.shape[1], rng.uniform(0.02, 0.25)
    base = 100 * rng.weibull(rng.uniform(0.5, 1.0), n)
    if kind == "poisson":
        # counts of a size whose relative noise is about `noise` in the middle
        unit = 1 / (noise**2 * np.median(base))
        actual = rng.poisson(base * unit) / unit
    else:
        error = rng.normal(0, 1, n) if kind == "gauss" else rng.standard_t(3, n)
        actual = np.maximum(base * (1 + noise * error), 0.0)
    return Cube(codes, NULL_SIZES, actual, base, frozenset())
