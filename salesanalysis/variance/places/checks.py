"""What a search for places refuses, before it reads a row."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, unknown_name
from salesanalysis.variance.convention import Convention
from salesanalysis.variance.places.cube import Cube, as_names
from salesanalysis.variance.places.cuboids import Floats
from salesanalysis.variance.sides import Windowed, cut
from salesanalysis.variance.tables import column_names, numbers, some_base, two_tables

#: Part of the base total a slice must account for, unless said otherwise.
MIN_BASE = 0.005


@dataclass(frozen=True)
class Limits:
    """How deep to look and what is worth showing; see `root_causes`."""

    max_depth: int
    min_share: float
    min_amount: float | None
    max_causes: int

    def __post_init__(self) -> None:
        """Refuse limits nobody could have meant."""
        for name in ("max_depth", "max_causes"):
            given = getattr(self, name)
            whole = isinstance(given, int | np.integer) and not isinstance(given, bool)
            if not whole or given < 1:
                raise _bad(name, given, "must be a whole number of at least 1", f"{name}=3")
        if not 0 <= self.min_share <= 1:
            raise _bad("min_share", self.min_share, "must be between 0 and 1", "write 5 % as 0.05")
        if self.min_amount is not None and not 0 <= self.min_amount < math.inf:
            raise _bad(
                "min_amount", self.min_amount, "must be an amount of at least 0",
                "leave it out for 0.5 % of the base",
            )  # fmt: skip

    def least(self, base_total: float) -> float:
        """Return the least amount that is shown."""
        return MIN_BASE * abs(base_total) if self.min_amount is None else self.min_amount


def check_call(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    dims: Sequence[str],
    hierarchy: Sequence[Sequence[str]],
    names: tuple[str, str],
    *,
    value: str,
    where: str = "root_causes",
) -> None:
    """Refuse a table compared with itself, and dimensions that do not fit each other."""
    two_tables(actual, base, names, where)
    column_names(dims, "dims", where, needed=True, taken=value)
    _check_chains(dims, hierarchy)


def same_months(
    actual: pd.DataFrame,
    base: pd.DataFrame,
    *,
    value: str,
    names: tuple[str, str],
    period: str | None = None,
    closed_through: object = None,
    window: Sequence[object] = (),
) -> Windowed:
    """Return both sides cut to closed months, refusing windows of another length."""
    sides = cut(
        actual, base, period=period, value=value, units=None, choices=Convention(),
        closed_through=closed_through, last_year=names[0] == "last_year", windows_said=True,
    )  # fmt: skip
    if sides.n_months[0] != sides.n_months[1] and not window:
        raise ContractError(
            f"base covers {sides.n_months[0]} months, actual {sides.n_months[1]}.",
            where="root_causes(actual, base)",
            fix="compare the same months (closed_through= cuts open ones), or say what the rows "
            "cover: window=",
            code="bad-choice",
        )
    return sides


def _check_chains(dims: Sequence[str], hierarchy: Sequence[Sequence[str]]) -> None:
    """Refuse hierarchies that are no lists of dimensions, or that share one."""
    flat = [
        level for chain in hierarchy for level in ([chain] if isinstance(chain, str) else chain)
    ]
    if any(isinstance(chain, str) or len(chain) < 2 for chain in hierarchy) or len(
        set(flat)
    ) != len(flat):
        raise ContractError(
            f"hierarchy must be lists of two or more levels, no level twice, got {hierarchy!r}.",
            where="root_causes(hierarchy=...)",
            fix='write hierarchy=[["region", "manager"]], widest first',
            code="bad-choice",
        )
    for level in flat:
        if level not in dims:
            raise unknown_name(
                level, list(dims), kind="dimension", where="root_causes(hierarchy=...)",
                error=ContractError,
            )  # fmt: skip


def base_is_there(cube: Cube) -> None:
    """Refuse a base that adds up to nothing."""
    some_base(cube.base, f"base, {len(cube.base)} leaves")


def given_noise(noise: float | pd.DataFrame | None, cube: Cube) -> Floats | None:
    """Return the noise of each leaf as given; None where it is to be learned.

    Raises
    ------
    ContractError
        Noise that is not above 0, a leaf without one or with two.
    """
    if noise is None:
        return None
    if not isinstance(noise, pd.DataFrame):
        if isinstance(noise, bool) or not 0 < noise < math.inf:
            raise _bad("noise", noise, "must be above 0", "write 10 % as 0.10")
        return np.full(len(cube.base), float(noise))
    require_columns(noise, [*cube.dims, "noise"], name="noise")
    values = numbers(noise, "noise", "noise", fix="give every leaf a figure")
    if not (values > 0).all():
        rows = noise[~(values > 0)]
        raise ContractError(
            f"{len(rows)} of {len(noise)} values of 'noise' are not above 0.",
            where=f"first rows {rows.index[:3].tolist()}, see .rows",
            fix="give a leaf that never missed the noise of similar ones",
            rows=rows,
        )
    return _per_leaf(noise, values, cube)


def _per_leaf(noise: pd.DataFrame, values: Floats, cube: Cube) -> Floats:
    """Match noise to leaves by name."""
    keys = pd.MultiIndex.from_arrays([as_names(noise[dim]) for dim in cube.dims])
    twice = keys.duplicated(keep=False)
    if twice.any():
        raise ContractError(
            f"{int(twice.sum())} rows of noise stand for the same leaf.",
            where=f"first rows {noise.index[twice][:3].tolist()}, see .rows",
            fix="give one figure per leaf",
            code="duplicate-key",
            rows=noise[twice],
        )
    leaves = pd.MultiIndex.from_arrays(
        [names[codes] for names, codes in zip(cube.names, cube.codes, strict=True)]
    )
    found = keys.get_indexer(leaves)
    if (found < 0).any():
        shown = [" / ".join(map(str, key)) for key in leaves[found < 0][:3]]
        raise ContractError(
            f"{int((found < 0).sum())} of {len(leaves)} leaves have no noise.",
            where=f"noise=, first without: {shown}",
            fix="add them, or give one figure for all",
        )
    matched: Floats = values[found]
    return matched


def _bad(name: str, given: object, rule: str, fix: str) -> ContractError:
    return ContractError(
        f"{name} {rule}, got {given!r}.",
        where=f"root_causes({name}=...)",
        fix=fix,
        code="bad-choice",
    )
