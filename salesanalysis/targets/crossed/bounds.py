"""Shares of a total under lower and upper bounds, solved exactly."""

from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import exact
from salesanalysis.targets.crossed.bounded import Bounded
from salesanalysis.targets.crossed.inputs import require_weights
from salesanalysis.targets.steps import Step

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
#: Columns of a table of units that are no names.
_NUMBERS = ("value", "lo", "hi", "min_growth", "max_growth", "capacity")


def apply_bounds(
    units: pd.DataFrame,
    total: Decimal | int | float | str,
    *,
    min_growth: float | None = None,
    max_growth: float | None = None,
    step: Decimal | int | float | str | None = None,
) -> Bounded:
    """Share a total by base, no unit below its lower or above its upper bound.

    Parameters
    ----------
    units : DataFrame, one row per unit
        Name columns, ``value`` (the base, zero or more) and any of ``lo``, ``hi`` (currency),
        ``min_growth``, ``max_growth`` (0.05 = 5 % above the base), ``capacity`` (currency); empty
        cells set no limit. The tightest counts.
    total : amount, currency
    min_growth, max_growth : float, optional
        For units that do not name their own.
    step : amount, optional
        Round to whole steps: bounds hold in whole steps as well.

    Returns
    -------
    Bounded

    Raises
    ------
    ContractError
        Bounds that cross, or that leave no room for the total, with both sums.

    Notes
    -----
    :math:`T_i = clip(k b_i, lo_i, hi_i)`; k is found by sorting the points where a unit reaches a
    bound: between two of them the sum is a straight line, so the answer is exact.

    Examples
    --------
    >>> last = pd.DataFrame({"person": ["a", "b", "c"], "value": [120.0, 80.0, 50.0],
    ...                      "max_growth": [0.08, 0.20, 0.20]})
    >>> [round(v, 4) for v in apply_bounds(last, 280, min_growth=0.05).to_frame()["value"]]
    [129.6, 92.5538, 57.8462]
    """
    names = [str(c) for c in units.columns if c not in _NUMBERS]
    table = _units(units, names)
    base = table["value"].to_numpy("float64")
    low, high = _limits(table, base, min_growth, max_growth)
    if step is None:
        amount, size = float(total), None
    else:
        size = Step.of(step)
        amount = float(size.count(total, name="total", where="apply_bounds"))
        scale = float(size.size)
        # six decimals: 120 x 1.05 is 126 steps, whatever noise the product left
        low = np.ceil(np.round(low / scale, 6))
        high = np.floor(np.round(high / scale, 6))
    _check_room(table, low, high, amount, size)
    unit = 1.0 if size is None else float(size.size)
    factor, value = solve(base / unit, low, high, amount)
    side = np.where(value <= low, "lower", np.where(value >= high, "upper", "free"))
    if size is not None:
        value = size.amounts(_round(value, low, high, int(amount)))
    frame = table[names].assign(
        base=base, lo=low * unit, hi=high * unit, value=value, bound=pd.Series(side, dtype="str")
    )
    frame["ask_growth"] = frame["value"] / frame["base"].where(base > 0) - 1
    text = "" if size is None else str(size).replace(",", "")
    return Bounded(frame, tuple(names), amount * unit, factor, text)


def _units(units: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return the units in order of their names, refusing what cannot be shared by."""
    require_weights(
        units, names, name="units", unit="unit", what="bases",
        fix="give every unit a base of zero or more",
    )  # fmt: skip
    table: pd.DataFrame = units.sort_values(names, kind="stable", ignore_index=True)
    return table


def _limits(
    table: pd.DataFrame, base: Floats, min_growth: float | None, max_growth: float | None
) -> tuple[Floats, Floats]:
    """Return the tightest lower and upper bound of every unit."""
    none = pd.Series(np.nan, index=table.index)

    def column(name: str, default: float | None = None) -> Floats:
        own = table.get(name, none).astype("float64")
        filled: Floats = (own if default is None else own.fillna(default)).to_numpy("float64")
        return filled

    # fmax and fmin pass over what is not given
    low = np.fmax(column("lo"), base * (1 + column("min_growth", min_growth)))
    high = np.fmin(column("hi"), base * (1 + column("max_growth", max_growth)))
    high = np.fmin(high, column("capacity"))
    low, high = (
        np.where(np.isnan(low), 0.0, np.maximum(low, 0.0)),
        np.where(np.isnan(high), np.inf, high),
    )
    crossed = table[low > high]
    if len(crossed):
        at = int(np.flatnonzero(low > high)[0])
        raise ContractError(
            f"{len(crossed)} of {len(table)} units have a lower bound above the upper one; first "
            f"{exact(low[at])} above {exact(high[at])}.",
            where=f"units, first rows {crossed.index[:3].tolist()}, see .rows",
            fix="lower the minimum, or raise the maximum or the capacity",
            rows=crossed,
        )
    return low, high


def _check_room(
    table: pd.DataFrame, low: Floats, high: Floats, amount: float, size: Step | None
) -> None:
    """Refuse a total below all minimums or above all maximums, with both sums."""
    unit = 1.0 if size is None else float(size.size)
    least, most = float(low.sum()), float(high.sum())
    base = table["value"].to_numpy("float64")
    reach = float(np.where(base > 0, high, low).sum())
    noise = 1e-12 * max(1.0, abs(amount))
    if least > amount + noise:
        raise ContractError(
            f"The sum of the minimums {exact(least * unit, 1)} exceeds the total "
            f"{exact(amount * unit, 1)}.",
            where="apply_bounds(total=...)",
            fix="lower `min_growth` or `lo`, or raise the total",
            code="does-not-add-up",
            rows=table,
        )
    if reach < amount - noise:
        idle = " (units without a base stay at their minimum)" if most > reach else ""
        raise ContractError(
            f"The sum of the maximums {exact(reach * unit, 1)} is below the total "
            f"{exact(amount * unit, 1)}{idle}.",
            where="apply_bounds(total=...)",
            fix="raise `max_growth`, `hi` or `capacity`, or lower the total",
            code="does-not-add-up",
            rows=table,
        )


def solve(base: Floats, low: Floats, high: Floats, total: float) -> tuple[float, Floats]:
    """Return k and the values ``clip(k base, low, high)`` that add up to `total`."""
    live = base > 0
    b, lo, hi = base[live], low[live], high[live]
    # leaving the lower bound adds slope, reaching the upper one takes it away
    ends = hi < np.inf
    points = np.concatenate([lo / b, hi[ends] / b[ends]])
    change = np.concatenate([b, -b[ends]])
    order = np.argsort(points, kind="stable")
    points, slope = points[order], np.cumsum(change[order])
    rise = np.concatenate([[0.0], np.cumsum(slope[:-1] * np.diff(points))])
    sums = float(low.sum()) + rise
    if not len(points):
        return 0.0, low.copy()
    at = max(int(np.searchsorted(sums, total, side="right")) - 1, 0)
    k = points[at]
    if slope[at] > 1e-12 * float(b.max()):
        free = (points[at] >= lo / b) & (points[at] < hi / b)
        # once more from the free units themselves: no error of the running sums stays
        fixed = float(low[~live].sum()) + float(np.clip(points[at] * b, lo, hi)[~free].sum())
        k = max((total - fixed) / float(b[free].sum()), points[at]) if free.any() else k
    out = low.copy()
    out[live] = np.clip(k * b, lo, hi)
    return float(k), out


def _round(value: Floats, low: Floats, high: Floats, total: int) -> Ints:
    """Round to whole steps inside whole bounds: missing steps to the largest fractions."""
    near = np.round(value, 9)
    whole: Ints = np.floor(near).astype("int64")
    left = total - int(whole.sum())
    part = np.where((near > low) & (near < high), near - whole, -1.0)
    order = np.argsort(-part, kind="stable")
    while left:
        sign = 1 if left > 0 else -1
        room = (whole + sign <= high) & (whole + sign >= low)
        able = order[room[order]][::sign][: abs(left)]
        whole[able] += sign
        left -= sign * len(able)
    return whole


def capacity(
    heads: float, days: float, visits_per_day: float, win_rate: float, ticket: float
) -> float:
    """Return what people can sell: head count x days x visits a day x win rate x ticket.

    Examples
    --------
    >>> capacity(2, 250, 4, 0.1, 5_000)
    1000000.0
    """
    parts = {"heads": heads, "days": days, "visits_per_day": visits_per_day, "ticket": ticket}
    wrong = [name for name, v in parts.items() if not 0 <= v < np.inf]
    if wrong or not 0 <= win_rate <= 1:
        name = wrong[0] if wrong else "win_rate"
        raise ContractError(
            f"{name} must be {'zero or more' if wrong else 'from 0 to 1'}, got "
            f"{parts.get(name, win_rate)!r}.",
            where="capacity(...)",
            fix="write capacity(2, 250, 4, 0.10, 5000)",
            code="bad-choice",
        )
    return float(heads * days * visits_per_day * win_rate * ticket)
