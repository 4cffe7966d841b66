"""Slices found and their score: `root_causes` as a user calls it, and methods restated in arrays."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd

from benchmarks._places import Cube, Key, inside_of
from benchmarks._sales_shaped import ALL, Company


@dataclass(frozen=True)
class Method:
    """A way to find slices; only `find` is timed.

    Attributes
    ----------
    find : callable
        What `prepare` made -> what `read` reads.
    prepare : callable
        Cube -> what the method takes: arrays as they are, or tables.
    read : callable
        Cube and what was found -> slices.
    """

    find: Callable[[Any], Any]
    prepare: Callable[[Cube], Any] = lambda cube: cube
    read: Callable[[Cube, Any], set[Key]] = lambda cube, found: found  # noqa: ARG005


@dataclass(frozen=True)
class Score:
    """Slices right, wrong and missed over all instances of a set, and seconds per instance."""

    tp: int
    fp: int
    fn: int
    seconds: float

    @property
    def f1(self) -> float:
        return 2 * self.tp / max(2 * self.tp + self.fp + self.fn, 1)


@dataclass(frozen=True)
class SalesScore:
    """The same for sales-shaped sets; `off`: how far amounts of slices found are off, relative.

    `held` tells whether the 80 % interval of each holds the planted amount, `held_all` the same of
    everything.
    """

    score: Score
    off: np.ndarray
    off_known: np.ndarray
    held: np.ndarray
    held_all: np.ndarray
    n_drift_missed: int


def score(method: Method, cubes: Iterable[Cube]) -> Score:
    """Run a method on every cube and count."""
    tp = fp = fn = n = 0
    seconds = 0.0
    for cube in cubes:
        given = method.prepare(cube)
        began = perf_counter()
        answer = method.find(given)
        seconds += perf_counter() - began
        found = method.read(cube, answer)
        tp, fp, fn, n = tp + len(found & cube.truth), fp + len(found - cube.truth), fn + len(cube.truth - found), n + 1  # fmt: skip
    return Score(tp, fp, fn, seconds / max(n, 1))


def tables(
    codes: np.ndarray, actual: np.ndarray, base: np.ndarray
) -> tuple[list[str], pd.DataFrame, pd.DataFrame]:
    """Return dims and both sides as tables; members are numbers, so that names keep their order."""
    dims = [f"d{i}" for i in range(len(codes))]
    keys = pd.DataFrame(dict(zip(dims, codes, strict=True)))
    return dims, keys.assign(revenue=actual), keys.assign(revenue=base)


def found_by(bridge: object, dims: list[str]) -> dict[Key, float]:
    """Return slices as keys of member numbers, with their amounts."""
    rows = bridge.effects[bridge.effects["effect"] != "rest"]
    keys = rows[dims].replace("*", "-1").astype("int64").itertuples(index=False, name=None)
    return dict(zip(keys, rows["amount"], strict=True))


def _whole(given: tuple[list[str], pd.DataFrame, pd.DataFrame]) -> object:
    """Call `root_causes` to the full depth and without thresholds: from tables to the bridge."""
    from salesanalysis.variance import root_causes

    dims, actual, base = given
    return root_causes(
        actual, base, dims=dims, max_depth=len(dims), min_share=0, min_amount=0, max_causes=60
    )


def _search(cube: Cube) -> set[Key]:
    """Run the search and the amounts alone, from arrays to slices."""
    from salesanalysis.variance.places.amounts import fit
    from salesanalysis.variance.places.leaves import Leaves
    from salesanalysis.variance.places.scan import scan

    kept = cube.actual + cube.base > 0
    codes, v, f = [c[kept] for c in cube.codes], cube.actual[kept], cube.base[kept]
    taken = scan(Leaves(codes, v, f), cube.sizes, len(codes)).taken
    amounts = fit(v, f, [one.rows for one in taken]).amounts
    chosen = (dict(zip(one.dims, one.members, strict=True)) for one in taken)
    keys = [tuple(int(c.get(d, -1)) for d in range(len(codes))) for c in chosen]
    return {key for key, amount in zip(keys, amounts, strict=True) if amount}


#: What a user calls, and its search alone: arrays in, slices out, as the methods restated here.
ours = Method(
    _whole,
    prepare=lambda cube: tables(cube.codes, cube.actual, cube.base),
    read=lambda cube, bridge: set(found_by(bridge, [f"d{i}" for i in range(len(cube.codes))])),
)
search = Method(_search)


def alarms(cube: Cube, *, depth: int | None = None) -> tuple[bool, bool]:
    """Return whether any slice is reported, and whether a material one is."""
    from salesanalysis.variance import root_causes

    dims, actual, base = tables(cube.codes, cube.actual, cube.base)
    kept = {"dims": dims, "max_depth": depth or len(dims)}
    anything = root_causes(actual, base, min_share=0, min_amount=0, **kept)
    amounts = np.abs(list(found_by(anything, dims).values()))
    least = max(0.05 * abs(anything.gap), 0.005 * anything.start)
    return bool(len(amounts)), bool((amounts >= least).any())


def score_sales(companies: Iterable[Company]) -> SalesScore:
    """Score `root_causes` as a user calls it: default thresholds, the hierarchy given."""
    from salesanalysis.variance import root_causes

    tp = fp = fn = missed = n = 0
    off, known, held, held_all, seconds = [], [], [], [], 0.0
    for one in companies:
        dims, actual, base = tables(one.codes, one.actual, one.base)
        began = perf_counter()
        bridge = root_causes(actual, base, dims=dims, hierarchy=[dims[:3]])
        seconds, n = seconds + perf_counter() - began, n + 1
        found = found_by(bridge, dims)
        hits = set(found) & set(one.truth)
        tp, fp, fn = tp + len(hits), fp + len(set(found) - hits), fn + len(set(one.truth) - hits)
        missed += ALL in set(one.truth) - hits
        drift = one.truth.get(ALL, 0.0) / one.base[(one.actual > 0) & (one.base > 0)].sum()
        bounds = _bounds(bridge, dims)
        for key in hits:
            (held_all if key == ALL else held).append(
                bounds[key][0] <= one.truth[key] <= bounds[key][1]
            )
        for key in hits - {ALL}:
            off.append(abs(found[key] / one.truth[key] - 1))
            known.append(abs(_known_place(one, key, drift) / one.truth[key] - 1))
    return SalesScore(
        Score(tp, fp, fn, seconds / n), np.array(off), np.array(known), np.array(held),
        np.array(held_all), missed,
    )  # fmt: skip


def _bounds(bridge: object, dims: list[str]) -> dict[Key, tuple[float, float]]:
    """Return the interval of each slice."""
    rows = bridge.effects[bridge.effects["effect"] != "rest"]
    keys = rows[dims].replace("*", "-1").astype("int64").itertuples(index=False, name=None)
    return dict(zip(keys, zip(rows["lo80"], rows["hi80"], strict=True), strict=True))


def _known_place(one: Company, key: Key, drift: float) -> float:
    """Return the change of a slice for one who knows place, drift and which leaves come and go."""
    inside = inside_of(key, one.codes) & (one.actual > 0) & (one.base > 0)
    return float(one.actual[inside].sum() - one.base[inside].sum() * (1 + drift))
