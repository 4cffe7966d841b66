"""The vector back end: pay of many people, or many draws, by blocks of plain numpy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled.form import SCALES, Compiled
from salesanalysis.incentives.inputs.book import ZERO

Floats = npt.NDArray[np.float64]
#: Rows per block: the buffers of one block stay in the second cache.
BLOCK = 16_384
#: Below this, whole cents are exact in float64 and one division meets every edge.
MOST = 10**15


@dataclass(frozen=True)
class Ladder:
    """A plan as arrays: where every segment starts, and its line by scale.

    Attributes
    ----------
    starts : tuple of (edge, whether the edge itself belongs to the segment), upwards
        Of every segment but the first, which has no lower limit.
    lines : dict, scale -> array, shape (segments, 2): pay / scale = lines[k, 0] + lines[k, 1] x
    """

    starts: tuple[tuple[float, bool], ...]
    lines: dict[str, Floats]


class Buffers:
    """Scratch space for one block of rows."""

    def __init__(self, plan: Ladder) -> None:
        # what one segment of many thousands would overflow is counted in whole words
        small = len(plan.starts) <= 255
        self.hit = np.empty(BLOCK, bool)
        self.count = np.empty(BLOCK, np.uint8 if small else np.intp)
        self.at = np.empty(BLOCK, np.intp)
        self.x, self.y, self.sold, self.unit = (np.empty(BLOCK) for _ in range(4))
        self.pairs = np.empty((BLOCK, 2))


def ladder_of(form: Compiled) -> Ladder:
    """Return the segments as arrays; a scale nothing is paid by is left out.

    A segment that is a single point has a line of its own between its two neighbours.
    """
    none = (ZERO, ZERO)
    lines = {}
    for scale in SCALES:
        found = [s.lines.get(scale, none) for s in form.segments]
        if any(line != none for line in found):
            lines[scale] = np.array([[float(v) for v in line] for line in found])
    starts = [(float(s.lo or 0), s.closed == "lower") for s in form.segments[1:]]
    return Ladder(tuple(starts), lines)


def rungs(ladder: Ladder, x: Floats, buffers: Buffers) -> npt.NDArray[np.intp]:
    """Return the segment each value lies in: one comparison and one short sum an edge."""
    n = x.size
    hit, count, at = buffers.hit[:n], buffers.count[:n], buffers.at[:n]
    count.fill(0)
    for edge, closed in ladder.starts:
        (np.greater_equal if closed else np.greater)(x, edge, out=hit)
        np.add(count, hit.view(np.uint8), out=count)
    at[:] = count
    return at


def heights(line: Floats, at: npt.NDArray[np.intp], x: Floats, y: Floats, pairs: Floats) -> None:
    """Fill `y` with a[k] + b[k] x, where `at` holds the segment k of each value."""
    np.take(line, at, axis=0, out=pairs, mode="clip")  # never clips: "raise" would copy first
    np.multiply(pairs[:, 1], x, out=y)
    y += pairs[:, 0]


def payout(
    form: Compiled,
    sold: npt.ArrayLike,
    quota: npt.ArrayLike | None = None,
    incentive: npt.ArrayLike | None = None,
    *,
    out: Floats | None = None,
) -> Floats:
    """Return the unrounded pay of one period for every row, in currency.

    Parameters
    ----------
    form : Compiled
    sold, quota, incentive : array-like, cents
        Whole numbers below 10^15: one division of them meets every edge exactly. `quota` is
        needed where edges are attainments, `incentive` where something is paid on it.
    out : ndarray of float64, optional, filled and returned

    Raises
    ------
    ContractError
        Parts of the plan that are no lines with jumps; a missing quota; amounts that are no
        whole cents.

    Examples
    --------
    >>> from salesanalysis.incentives.compiled.form import compile_plan
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> form = compile_plan(Plan.from_text(EXAMPLE))
    >>> payout(form, [12_000_000, 7_999_999], [10_000_000, 10_000_000])
    array([2880.     , 1279.99984])
    """
    form.require_whole()
    amounts = _cents(sold, "sold")
    full = np.empty(amounts.shape, np.float64) if out is None else out
    quotas = None if quota is None else _cents(quota, "quota")
    extra = None if incentive is None else _cents(incentive, "incentive")
    ladder = ladder_of(form)
    _require(form, ladder, quotas, extra)
    most = None if form.cap is None else float(form.cap.amount)
    columns = {
        "quota": _flat(100 if form.unit == "amount" else quotas, amounts.shape),
        "incentive": _flat(extra, amounts.shape),
        "fixed": None,
    }
    _fill(ladder, columns, amounts.reshape(-1), full.reshape(-1), most)
    return full


def _fill(
    ladder: Ladder,
    columns: dict[str, npt.NDArray[Any] | None],
    sold: npt.NDArray[Any],
    out: Floats,
    most: float | None,
) -> None:
    """Pay block by block into `out`; the buffers of one block serve every edge and scale."""
    buffers, unit = Buffers(ladder), columns["quota"]
    for start in range(0, sold.size, BLOCK):
        part = slice(start, min(start + BLOCK, sold.size))
        n = part.stop - start
        x, y, more = buffers.x[:n], out[part], buffers.y[:n]
        # once as float64: a loop over whole numbers would convert them again at every step
        top, full = buffers.sold[:n], buffers.unit[:n]
        np.copyto(top, sold[part])
        np.copyto(full, unit[part] if unit is not None else 1)
        np.divide(top, full, out=x)
        at = rungs(ladder, x, buffers)
        if not ladder.lines:
            y.fill(0.0)
        for k, (scale, line) in enumerate(ladder.lines.items()):
            into = more if k else y
            heights(line, at, x, into, buffers.pairs[:n])
            column = columns[scale]
            if column is not None:
                into *= full if scale == "quota" else column[part]
                into /= 100.0
            if k:
                y += into
        if most is not None:
            np.minimum(y, most, out=y)


def _flat(column: npt.NDArray[Any] | int | None, shape: tuple[int, ...]) -> npt.NDArray[Any] | None:
    """Return a column as one value a row, without copying one that is a single number."""
    if column is None:
        return None
    return np.broadcast_to(column, shape).reshape(-1)


def _cents(values: npt.ArrayLike, name: str) -> npt.NDArray[Any]:
    """Return whole cents; digits beyond the cent, empty and huge values are refused."""
    array = np.asarray(values)
    if array.dtype.kind not in "iu":
        array = array.astype(np.float64)
    if not _whole(array):
        bad = ~(np.abs(array) < MOST)
        if array.dtype.kind == "f":
            bad |= array != np.floor(array)
        first = array.reshape(-1)[np.flatnonzero(bad.reshape(-1))[0]]
        raise ContractError(
            f"{int(bad.sum())} of {array.size} values of {name} are no whole cents below 10^15, "
            f"first {first}.",
            where=f"payout({name}=...)",
            fix="give whole cents: round(currency * 100)",
        )
    return array


def _whole(array: npt.NDArray[Any]) -> bool:
    """Tell whether all values are whole and small enough to be divided without a loss."""
    if not array.size:
        return True
    fits = bool(array.min() > -MOST and array.max() < MOST)  # False where any is empty
    return fits and (array.dtype.kind != "f" or bool((array == np.floor(array)).all()))


def _require(
    form: Compiled, ladder: Ladder, quota: npt.NDArray[Any] | None, incentive: Any
) -> None:
    """Refuse rows that lack what the plan pays by."""
    if form.unit == "attainment" and (quota is None or (quota.size and quota.min() <= 0)):
        raise ContractError(
            "edges are shares of the quota, and a quota is missing, 0 or negative.",
            where="payout(quota=...)",
            fix="give a quota above 0 for every row",
        )
    if "incentive" in ladder.lines and incentive is None:
        raise ContractError(
            "the plan pays shares of the target incentive, and none is given.",
            where="payout(incentive=...)",
            fix="give the target incentive in cents",
        )
