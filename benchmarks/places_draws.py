"""Ten thousand random cubes: slices and rest are the gap, nothing out of nothing, order does not matter.

Each draw is a small table with zeros, returns, new and lost leaves. Counted are draws in which the
slices and the rest miss the gap by more than 1e-9 of the base, an unchanged table has a slice, the
same rows in another order or halved give another table of effects, a second run another byte, a
table that moved evenly has a slice other than everything, or one dimension more, of noise alone, loses
a cause that was planted. ``PLACES_RANDOM_DRAWS=500`` draws fewer.
"""

import os
from itertools import product
from time import perf_counter

import numpy as np
import pandas as pd

from benchmarks import Row

N = int(os.environ.get("PLACES_RANDOM_DRAWS", "10000"))
DIMS = ["region", "product", "rep"]


def drawn(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return both sides of one draw."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 60))
    keys = pd.DataFrame(
        {
            "region": np.array(list("NES"))[rng.integers(0, 3, n)],
            "product": np.array(list("ABCD"))[rng.integers(0, 4, n)],
            "rep": np.array(list("uvwxyz"))[rng.integers(0, 6, n)],
        }
    )
    anchor = pd.DataFrame([["N", "A", "u", 1000.0]], columns=[*DIMS, "revenue"])
    sides = []
    for _ in range(2):
        value = rng.lognormal(3, 1, n) * rng.choice([0.0, 1.0, -0.2], n, p=[0.15, 0.75, 0.1])
        sides.append(pd.concat([keys.assign(revenue=value), anchor], ignore_index=True))
    return sides[0], sides[1]


def core(seed: int) -> dict[str, bool]:
    """Return which promises the search itself breaks on one draw, without tables around it."""
    actual, base = drawn(seed)
    order = np.random.default_rng(seed).permutation(len(actual))
    halves = pd.concat([base.assign(revenue=base["revenue"] / 2)] * 2)
    found, again, twice = (
        searched(a, b) for a, b in ((actual, base), (actual.iloc[order], halves), (actual, base))
    )
    size = float(base["revenue"].abs().sum() + actual["revenue"].abs().sum())
    off = (abs(found[key] - again.get(key, np.inf)) for key in found)
    return {
        "amounts are finite": not np.isfinite(list(found.values())).all(),
        "order and splitting": list(found) != list(again) or max(off, default=0.0) > 1e-9 * size,
        "two runs": found != twice,
        "unchanged: no slice": bool(searched(base, base.copy())),
    }


def planted(seed: int) -> dict[str, bool]:
    """Return which promises about what is there break on one draw: a uniform move, a planted cause.

    The cause takes 30-60 % of a member of one dimension, many times its threshold.
    """
    rng = np.random.default_rng([7, seed])
    _, base = drawn(seed)
    moved = searched(base.assign(revenue=base["revenue"] * rng.uniform(0.1, 2.5)), base)
    sizes = rng.integers(3, 8, len(DIMS))
    cells = pd.DataFrame(list(product(*map(range, sizes))), columns=DIMS).astype("str")
    plan = cells.assign(revenue=rng.lognormal(4, 0.7, len(cells)))
    noise = rng.normal(0, rng.uniform(0.02, 0.1), len(cells))
    at = int(rng.integers(len(DIMS)))
    member = str(rng.integers(sizes[at]))
    kept = np.where(cells[DIMS[at]] == member, rng.uniform(0.4, 0.7), 1.0)
    sold = plan.assign(revenue=plan["revenue"] * np.maximum(1 + noise, 0) * kept)
    extra = rng.choice(list("abc"), len(plan))
    more = searched(sold.assign(extra=extra), plan.assign(extra=extra), [*DIMS, "extra"])
    return {
        "uniform change: no slice": any(key != () for key in moved),
        "a dimension of noise loses no cause": ((at, member),) not in more,
    }


def searched(
    actual: pd.DataFrame, base: pd.DataFrame, dims: list[str] = DIMS
) -> dict[tuple, float]:
    """Return slices and amounts as the search leaves them, before anything is rounded or shown."""
    from salesanalysis.variance.places.amounts import fit
    from salesanalysis.variance.places.cube import Cube
    from salesanalysis.variance.places.leaves import Leaves
    from salesanalysis.variance.places.scan import scan

    cube = Cube.of(actual, base, dims, "revenue")
    kept = np.flatnonzero(cube.scored)
    codes, v, f = [c[kept] for c in cube.codes], cube.actual[kept], cube.base[kept]
    taken = scan(Leaves(codes, v, f), cube.sizes, 3).taken
    told = fit(v, f, [one.rows for one in taken]).amounts
    names = [
        tuple((d, cube.names[d][m]) for d, m in zip(one.dims, one.members, strict=True))
        for one in taken
    ]
    return dict(zip(names, told.tolist(), strict=True))


def whole(seed: int) -> dict[str, bool]:
    """Return whether the result a user gets leaves anything of the gap unexplained."""
    from salesanalysis.variance import root_causes

    actual, base = drawn(seed)
    found = root_causes(actual, base, dims=DIMS, min_share=0.05 * (seed % 3))
    size = float(base["revenue"].abs().sum() + actual["revenue"].abs().sum())
    return {"slices + rest = gap": abs(found.effects["amount"].sum() - found.gap) > 1e-9 * size}


def run() -> list[Row | str]:
    """Return how many draws broke each promise."""
    lines: list[Row | str] = []
    for check in (core, planted, whole):
        began = perf_counter()
        broken: dict[str, list[int]] = {}
        for seed in range(N):
            for name, failed in check(seed).items():
                broken.setdefault(name, []).extend([seed] if failed else [])
        lines += [
            f"{name}: {len(seeds)} of {N:,} draws failed{f', first {seeds[:5]}' if seeds else ''}"
            for name, seeds in broken.items()
        ]
        lines.append(f"{1000 * (perf_counter() - began) / N:.1f} ms per draw")
    return lines
