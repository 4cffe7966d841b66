"""Whole cells that meet every margin exactly."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError, ReconciliationError
from salesanalysis.targets.controlled import controlled

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: How far from its fitted value a cell may be moved where three margins leave no nearer table.
_REACH = (0, 1, 4)


def whole_cells(real: Floats, margins: Sequence[tuple[Ints, Ints]]) -> Ints:
    """Round cells so that every margin is exact and zeros stay zero.

    Parameters
    ----------
    real : array of float, shape (n,), steps; meets every margin
    margins : sequence of (group of each cell, total of each group)

    Returns
    -------
    array of int, shape (n,)
        Within one step of `real` for one or two margins; with more, as near as any table is.

    Raises
    ------
    ContractError
        Three or more margins that no whole table near the fitted one has.
    """
    if len(margins) == 1:
        return _one(real, *margins[0])
    if len(margins) == 2:
        try:
            return _two(real, *margins)
        except ReconciliationError:
            pass  # a fit that is off by a fraction of a step: the programme below decides
    return _many(real, margins)


def _one(real: Floats, group: Ints, totals: Ints) -> Ints:
    """Round down, then up where the fractions of a group are largest; ties to the smaller name."""
    whole: Ints = np.floor(np.round(real, 9)).astype("int64")
    below = np.zeros(len(totals), dtype="int64")
    np.add.at(below, group, whole)
    part = np.round(real - whole, 9)
    order = np.lexsort((np.arange(len(real)), -part, group))
    starts = np.searchsorted(group[order], np.arange(len(totals)))
    rank = np.empty(len(order), dtype="int64")
    rank[order] = np.arange(len(order)) - starts[group[order]]
    return whole + (rank < (totals - below)[group])


def _two(real: Floats, first: tuple[Ints, Ints], second: tuple[Ints, Ints]) -> Ints:
    """Round the table of the two margins, then each of its entries over its cells."""
    shape = len(first[1]), len(second[1])
    entry = first[0] * shape[1] + second[0]
    flat = np.bincount(entry, real, minlength=shape[0] * shape[1])
    table: Floats = flat.astype("float64").reshape(shape)
    part = table - np.floor(np.round(table, 9))
    whole = controlled(table, first[1], second[1], free=part > 1e-7)
    return _one(real, entry, whole.ravel())


def _many(real: Floats, margins: Sequence[tuple[Ints, Ints]]) -> Ints:
    """Find the nearest whole table by integer programming, reaching further only if need be."""
    from scipy import sparse  # noqa: PLC0415
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415

    floor = np.floor(np.round(real, 9))
    part = real - floor
    rows, n = [], len(real)
    for group, totals in margins:
        ones = sparse.csr_array((np.ones(n), (group, np.arange(n))), shape=(len(totals), n))
        rows.append(ones)
    sums = sparse.vstack(rows)
    need = np.concatenate([totals for _, totals in margins]) - sums @ floor
    live = (real > 1e-9).astype("float64")
    for reach in _REACH:
        # up by the fraction, then further up or down at twice the price of any fraction
        high = np.concatenate([live * (part > 1e-7), live * reach, np.minimum(floor, reach)])
        cost = np.concatenate([1 - 2 * part, np.full(2 * n, 2.0)])
        found = milp(
            cost,
            integrality=np.ones(3 * n),
            bounds=Bounds(np.zeros(3 * n), high),
            constraints=LinearConstraint(sparse.hstack([sums, sums, -sums]), need, need),
        )
        if found.x is not None:
            b, u, d = np.rint(found.x).astype("int64").reshape(3, n)
            out: Ints = floor.astype("int64") + b + u - d
            return out
    raise ContractError(
        f"No whole table near the fitted one has these {len(margins)} margins.",
        where="fit_margins(margins=..., step=...)",
        fix="use a smaller step, or leave out one of the margins",
        code="does-not-add-up",
    )
