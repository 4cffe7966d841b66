"""The slices that were found, and one row of the bridge for each of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.labels import growth
from salesanalysis.variance.bridge import COUNTS
from salesanalysis.variance.places.cube import ALL, Cube
from salesanalysis.variance.places.cuboids import Floats
from salesanalysis.variance.places.simpler import Taken
from salesanalysis.variance.places.spread import DISTANCE
from salesanalysis.variance.small import sorted_by


@dataclass(frozen=True, eq=False)
class Found:
    """Slices taken, and which of them are shown, largest first."""

    taken: tuple[Taken, ...]
    amounts: Floats
    bases: Floats
    errors: Floats
    shown: list[int]
    n_small: int
    n_beyond: int
    n_dropped: int
    n_slices: int


def rows_of(cube: Cube, found: Found) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one row per slice shown and one for the rest, and what stands behind each."""
    slices = [found.taken[k] for k in found.shown]
    told = found.amounts[found.shown]
    gap = float(cube.actual.sum() - cube.base.sum())
    keys = [_key(cube, one) for one in slices] + [(ALL,) * len(cube.dims)]
    rows = pd.DataFrame(keys, columns=list(cube.dims), dtype="str")
    rows["effect"] = ["slice" if one.dims else "everything" for one in slices] + ["rest"]
    rows["amount"] = [*told.tolist(), gap - float(told.sum())]
    within = DISTANCE * np.append(found.errors[found.shown], np.nan)
    rows["lo80"], rows["hi80"] = rows["amount"] - within, rows["amount"] + within
    rows["note"] = [*map(_note, told, found.bases[found.shown]), ""]
    counted = _owned(cube, slices)
    counted["actual"] = counted["base"] + rows["amount"].to_numpy()
    items = pd.concat([rows[list(cube.dims)], counted], axis=1)
    if all(one.dims for one in slices):
        return rows, sorted_by(items, cube.dims)
    # everything and the rest have the same names
    return rows, items.groupby(list(cube.dims), as_index=False).sum()


def _note(amount: float, base: float) -> str:
    """Return by how much a slice moved against its own base, or why that is no number."""
    if base <= 0:
        return "only_actual" if base == 0 else "base_below_0"
    return "only_base" if amount <= -base else growth(amount / base)


def _key(cube: Cube, one: Taken) -> tuple[str, ...]:
    """Return the members of a slice, ``*`` for dimensions it does not choose from."""
    chosen = dict(zip(one.dims, one.members, strict=True))
    return tuple(
        str(names[chosen[i]]) if i in chosen else ALL for i, names in enumerate(cube.names)
    )


def _owned(cube: Cube, slices: Sequence[Taken]) -> pd.DataFrame:
    """Count each leaf once: in the narrowest slice it lies in, or in the rest."""
    owner = np.full(len(cube.base), len(slices))
    for k in sorted(range(len(slices)), key=lambda k: -len(slices[k].rows)):
        owner[slices[k].rows] = k
    there = cube.base != 0, cube.actual != 0
    kinds = (there[0] & there[1], there[1] & ~there[0], there[0] & ~there[1])
    n = len(slices) + 1
    counts = {
        name: np.bincount(owner[kind], minlength=n).astype("int64")
        for name, kind in zip(COUNTS, kinds, strict=True)
    }
    base = np.bincount(owner, weights=cube.base, minlength=n)
    return pd.DataFrame({"base": base, **counts})
