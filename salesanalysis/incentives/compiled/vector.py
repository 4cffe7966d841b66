"""The vector back end: pay of many people, or many draws, by blocks of plain numpy."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled.form import SCALES, Compiled
from salesanalysis.incentives.inputs.book import ZERO

Floats = npt.NDArray[np.float64]
#: Rows per block: three buffers of this size stay in the second cache.
BLOCK = 32_768


@dataclass(frozen=True)
class Bends:
    """One scale of a plan as a sum over its edges.

    pay / scale = a + b x + sum of kink x max(x - edge, 0) + sum of jump x [x reaches edge].
    """

    a: float
    b: float
    kinks: tuple[tuple[float, float], ...]  # edge, change of slope
    jumps: tuple[tuple[float, float, bool], ...]  # edge, size, edge itself belongs above


def bends_of(form: Compiled, scale: str) -> Bends | None:
    """Return one scale of a plan as bends, None where nothing is paid by it.

    A segment that is a single point gives two jumps: one at the edge, one just above.
    """
    none = (ZERO, ZERO)
    lines = [s.lines.get(scale, none) for s in form.segments]
    if all(line == none for line in lines):
        return None
    kinks: list[tuple[float, float]] = []
    jumps: list[tuple[float, float, bool]] = []
    a, b = lines[0]
    for segment, (a1, b1) in zip(form.segments[1:], lines[1:], strict=True):
        edge = segment.lo or ZERO
        if segment.point:  # its value stands in `a1`; its slope is that of what lies below
            a1, b1 = a1 - b * edge, b  # noqa: PLW2901
        if b1 != b:
            kinks.append((float(edge), float(b1 - b)))
        jump = (a1 + b1 * edge) - (a + b * edge)
        if jump:
            jumps.append((float(edge), float(jump), segment.closed == "lower"))
        a, b = a1, b1
    first = lines[0]
    return Bends(float(first[0]), float(first[1]), tuple(kinks), tuple(jumps))


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
    bends = {scale: b for scale in SCALES if (b := bends_of(form, scale)) is not None}
    _require(form, bends, quotas, extra)
    most = None if form.cap is None else float(form.cap.amount)
    columns = {
        "quota": _flat(100 if form.unit == "amount" else quotas, amounts.shape),
        "incentive": _flat(extra, amounts.shape),
        "fixed": None,
    }
    _fill(bends, columns, amounts.reshape(-1), full.reshape(-1), most)
    return full


def _fill(
    bends: dict[str, Bends],
    columns: dict[str, npt.NDArray[Any] | None],
    sold: npt.NDArray[Any],
    out: Floats,
    most: float | None,
) -> None:
    """Pay block by block into `out`; three buffers serve every edge."""
    x, y, work = (np.empty(BLOCK) for _ in range(3))
    for start in range(0, sold.size, BLOCK):
        part = slice(start, min(start + BLOCK, sold.size))
        n = part.stop - start
        unit = columns["quota"]
        np.divide(sold[part], unit[part] if unit is not None else 1, out=x[:n])
        out[part] = 0.0
        for scale, bend in bends.items():
            heights(bend, x[:n], y[:n], work[:n])
            column = columns[scale]
            if column is not None:
                y[:n] *= column[part]
                y[:n] /= 100.0
            out[part] += y[:n]
        if most is not None:
            np.minimum(out[part], most, out=out[part])


def heights(bend: Bends, x: Floats, y: Floats, work: Floats) -> None:
    """Fill `y` with the height of the bends at `x`: per kink max, multiply, add; per jump compare.

    ``max(x, edge) * slope`` is summed in the order in which its constant is taken off, so what
    lies below every edge is exactly the first line.
    """
    np.multiply(x, bend.b, out=y)
    y += bend.a
    taken = 0.0
    for edge, slope in bend.kinks:
        np.maximum(x, edge, out=work)
        work *= slope
        y += work
        taken += edge * slope
    if taken:
        y -= taken
    for edge, size, closed in bend.jumps:
        reach = np.greater_equal if closed else np.greater
        reach(x, edge, out=work, casting="unsafe")
        work *= size
        y += work


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
    bad = ~(np.abs(array) < 10**15)
    if array.dtype.kind == "f":
        bad |= array != np.floor(array)
    if bad.any():
        first = array.reshape(-1)[np.flatnonzero(bad.reshape(-1))[0]]
        raise ContractError(
            f"{int(bad.sum())} of {array.size} values of {name} are no whole cents below 10^15, "
            f"first {first}.",
            where=f"payout({name}=...)",
            fix="give whole cents: round(currency * 100)",
        )
    return array


def _require(
    form: Compiled, bends: dict[str, Bends], quota: npt.NDArray[Any] | None, incentive: Any
) -> None:
    """Refuse rows that lack what the plan pays by."""
    if form.unit == "attainment" and (quota is None or not (quota > 0).all()):
        raise ContractError(
            "edges are shares of the quota, and a quota is missing, 0 or negative.",
            where="payout(quota=...)",
            fix="give a quota above 0 for every row",
        )
    if "incentive" in bends and incentive is None:
        raise ContractError(
            "the plan pays shares of the target incentive, and none is given.",
            where="payout(incentive=...)",
            fix="give the target incentive in cents",
        )
