"""Rounding a table so that every row and every column adds up exactly."""

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ReconciliationError

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def controlled(real: Floats, rows: Ints, columns: Ints, *, free: Bools | None = None) -> Ints:
    """Round a table to whole steps with given row and column totals, each cell up or down.

    Parameters
    ----------
    real : array of float, shape (n, m), steps >= 0
        Its rows add up to `rows`, its columns to within one step of `columns`.
    rows : array of int64, shape (n,)
    columns : array of int64, shape (m,)
        Same grand total as `rows`.
    free : array of bool, shape (n, m), optional
        Cells that may be rounded up; default all. Where only those with a fraction are, a zero
        stays a zero, and the column totals have to be those of `real`.

    Returns
    -------
    array of int64, shape (n, m)
        Row totals and column totals exact, every cell within one step of `real`.

    Raises
    ------
    ReconciliationError
        Totals that no such table has: they do not come from `real`.

    Notes
    -----
    Each row is rounded by largest remainder; then single steps move between columns along the
    cheapest exchange, through a third column where no direct one is left. Cox (1987) shows that
    such a table always exists; he searches for an unbiased random one, this is the near one.

    References
    ----------
    Cox, L. H. (1987). A constructive procedure for unbiased controlled rounding. Journal of the
    American Statistical Association 82(398), 520-524.

    Examples
    --------
    >>> third = np.full((3, 3), 1 / 3)
    >>> ones = np.array([1, 1, 1])
    >>> controlled(third, ones, ones).sum(axis=0).tolist()
    [1, 1, 1]
    """
    whole: Ints = np.floor(np.round(real, 9)).astype("int64")
    part = real - whole
    if free is not None:
        part = np.where(free, part, -1.0)
    up = largest_per_row(part, rows - whole.sum(axis=1))
    excess = (whole + up).sum(axis=0) - columns
    return whole + balance(np.asfortranarray(up), np.asfortranarray(part), excess, free=free)


def largest_per_row(part: Floats, left: Ints) -> Bools:
    """Mark the `left` largest fractions of each row, ties to the earlier column.

    Parameters
    ----------
    part : array of float, shape (n, m), from -1 to 1
        Compared to nine decimals: equal weights are a tie, whatever noise a division left.
    left : array of int, shape (n,), up to m; none where below zero

    Examples
    --------
    >>> largest_per_row(np.array([[0.5, 0.2, 0.5]]), np.array([1])).tolist()
    [[True, False, False]]
    """
    m = part.shape[1]
    # one whole number, far below 2**53, that holds the fraction and, below it, the place
    key = np.rint(part * 1e9) * m + np.arange(m - 1.0, -1.0, -1.0)
    ordered = np.sort(key, axis=1)
    least = ordered[np.arange(len(key)), np.clip(m - left, 0, m - 1)]
    least[left <= 0] = np.inf
    marked: Bools = key >= least[:, None]
    return marked


def balance(up: Bools, part: Floats, excess: Ints, *, free: Bools | None = None) -> Bools:
    """Move steps between columns, along the cheapest exchange, until none has too many.

    Parameters
    ----------
    up : array of bool, shape (n, m)
        Cells rounded up; changed in place. Read column by column: quickest in column order.
    part : array of float, shape (n, m)
        Fractions of the cells.
    excess : array of int, shape (m,), sum 0
        Steps a column has too many; changed in place.
    free : array of bool, shape (n, m), optional
        Cells that may be rounded up.

    Returns
    -------
    array of bool, shape (n, m): `up`, with the same number marked in every row

    Raises
    ------
    ReconciliationError
        Totals that no such table has.

    Examples
    --------
    >>> up = np.array([[True, False], [True, False]])
    >>> balance(up, np.array([[0.5, 0.5], [0.6, 0.4]]), np.array([1, -1])).tolist()
    [[False, True], [True, False]]
    """
    for a in np.flatnonzero(excess > 0).tolist():
        for b in np.flatnonzero(excess < 0).tolist():
            _exchange(up, free, part, excess, (a, b))
    while excess.any():
        _augment(up, free, part, excess)
    return up


def _exchange(
    up: Bools, free: Bools | None, part: Floats, excess: Ints, columns: tuple[int, int]
) -> None:
    """Move steps from the first column to the second in the rows where it costs least."""
    a, b = columns
    want = int(min(excess[a], -excess[b]))
    if want <= 0:
        return
    able = _movable(up, free, a, b)
    if len(able) > want:
        able = able[_cheapest(part, able, columns, want)]
    up[:, a][able], up[:, b][able] = False, True
    excess[a] -= len(able)
    excess[b] += len(able)


def _cheapest(part: Floats, able: Ints, columns: tuple[int, int], n: int) -> Ints:
    """Return the places of the `n` rows where it costs least, ties to the earlier row."""
    if part.strides == (0, 0):
        # one fraction for all cells: none costs more than another
        return np.arange(n)
    cost = part[:, columns[0]][able] - part[:, columns[1]][able]
    return cost.round(9).argsort(kind="stable")[:n]


def _movable(up: Bools, free: Bools | None, a: int, b: int) -> Ints:
    """Return the rows in which a step can move from the first column to the second."""
    rows = up[:, a] > up[:, b]
    return np.flatnonzero(rows if free is None else rows & free[:, b])


def _augment(up: Bools, free: Bools | None, part: Floats, excess: Ints) -> None:
    """Move one step from a full column to a short one through the columns between them."""
    m = up.shape[1]
    start = int(np.argmax(excess))
    came, seen = {start: -1}, [start]
    for a in seen:
        for b in range(m):
            if b not in came and len(_movable(up, free, a, b)):
                came[b] = a
                seen.append(b)
    ends = [c for c in seen if excess[c] < 0]
    if not ends:
        raise ReconciliationError(
            "No whole table has these row and column totals.",
            where="controlled rounding of leaves x months",
            fix="this is a defect: please report it with the input",
            code="does-not-add-up",
        )
    b = ends[0]
    while came[b] >= 0:
        a = came[b]
        able = _movable(up, free, a, b)
        row = able[np.argmin(np.round(part[able, a] - part[able, b], 9))]
        up[row, a], up[row, b] = False, True
        excess[a] -= 1
        excess[b] += 1
        b = a
