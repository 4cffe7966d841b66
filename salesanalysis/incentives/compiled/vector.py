"""The vector back end: pay of many people, or many draws, by blocks of plain numpy."""

from threading import local
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled.form import Compiled
from salesanalysis.incentives.compiled.ladder import Floats, Ladder

#: Rows per block: the buffers of one block stay in the second cache.
BLOCK = 16_384
#: Below this, whole cents are exact in float64 and one division meets every edge.
MOST = 10**15


class Buffers(local):
    """Scratch space for one block of rows, of every thread its own.

    Kept from call to call: the first touch of fresh memory costs as much as several steps.
    """

    def __init__(self) -> None:
        self.hit, self.count = np.empty(BLOCK, bool), np.empty(BLOCK, np.uint8)
        self.at = np.empty(BLOCK, np.intp)
        self.x, self.unit, self.room, self.more = (np.empty(BLOCK) for _ in range(4))


_KEPT = Buffers()


def rungs(ladder: Ladder, x: Floats, buffers: Buffers) -> npt.NDArray[np.intp]:
    """Return the segment each value lies in: one comparison and one short sum an edge."""
    n = x.size
    hit, at = buffers.hit[:n], buffers.at[:n]
    # more segments than a byte counts are counted in whole words
    count = buffers.count[:n] if len(ladder.starts) <= 255 else at
    count.fill(0)
    for k, (edge, closed) in enumerate(ladder.starts):
        over = np.greater_equal if closed else np.greater
        if k == 0 and count is not at:
            over(x, edge, out=count.view(np.bool_))
            continue
        over(x, edge, out=hit)
        np.add(count, hit.view(np.uint8), out=count)
    if count is not at:
        at[:] = count
    return at


def heights(
    line: Floats,
    at: npt.NDArray[np.intp],
    x: Floats,
    y: Floats,
    *,
    room: Floats,
    unit: Floats | None = None,
) -> None:
    """Fill `y`, which may be `x`, with a[k] unit + b[k] x; `at` holds each value's segment k."""
    np.take(line[1], at, out=room, mode="clip")  # never clips: "raise" would copy first
    np.multiply(room, x, out=y)
    np.take(line[0], at, out=room, mode="clip")
    if unit is not None:
        room *= unit
    y += room


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
    amounts, least = _cents(sold, "sold")
    full = np.empty(amounts.shape, np.float64) if out is None else out
    quotas, lowest = (None, 0.0) if quota is None else _cents(quota, "quota")
    extra = None if incentive is None else _cents(incentive, "incentive")[0]
    ladder = form.ladder
    _require(form, ladder, lowest, extra)
    if least >= 0:
        ladder = ladder.without_returns()
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
    buffers, unit = _KEPT, columns["quota"]
    for start in range(0, sold.size, BLOCK):
        part = slice(start, min(start + BLOCK, sold.size))
        n = part.stop - start
        x, y, room, full = buffers.x[:n], out[part], buffers.room[:n], buffers.unit[:n]
        # once as float64: a loop over whole numbers would convert them again at every step
        np.copyto(y, sold[part])
        np.copyto(full, unit[part] if unit is not None else 1)
        np.divide(y, full, out=x)
        at = rungs(ladder, x, buffers)
        if not ladder.lines:
            y.fill(0.0)
        for k, (scale, line) in enumerate(ladder.lines.items()):
            into, column = buffers.more[:n] if k else y, columns[scale]
            if scale == "quota":  # the first scale: `y` still holds what was sold, x times `full`
                heights(line, at, y, y, room=room, unit=full)
                continue
            heights(line, at, x, into, room=room)
            if column is not None:
                into *= column[part]
            if k:
                y += into
        if most is not None:
            np.minimum(y, most, out=y)


def _flat(column: npt.NDArray[Any] | int | None, shape: tuple[int, ...]) -> npt.NDArray[Any] | None:
    """Return a column as one value a row, without copying one that is a single number."""
    if column is None:
        return None
    return np.broadcast_to(column, shape).reshape(-1)


def _cents(values: npt.ArrayLike, name: str) -> tuple[npt.NDArray[Any], float]:
    """Return whole cents and the smallest; digits beyond the cent, empty and huge are refused."""
    array = np.asarray(values)
    if array.dtype.kind not in "iu":
        array = array.astype(np.float64)
    if not array.size:
        return array, 1.0
    least = array.min()
    if not _whole(array, least):
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
    return array, float(least)


def _whole(array: npt.NDArray[Any], least: Any) -> bool:
    """Tell whether all values are whole and small enough to be divided without a loss."""
    fits = bool(least > -MOST and array.max() < MOST)  # False where any is empty
    return fits and (array.dtype.kind != "f" or bool((array == np.floor(array)).all()))


def _require(form: Compiled, ladder: Ladder, lowest: float, incentive: Any) -> None:
    """Refuse rows that lack what the plan pays by; `lowest` quota, 0 where none is given."""
    if form.unit == "attainment" and lowest <= 0:
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
