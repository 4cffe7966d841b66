"""Expected pay in closed form: every piece of a compiled plan times the moments of attainment."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled import Compiled
from salesanalysis.incentives.compiled.form import SCALES, Line
from salesanalysis.incentives.moments.cap import Span, capped
from salesanalysis.incentives.moments.distributions import Central, Distribution
from salesanalysis.incentives.moments.lines import require_incentive, whole_form
from salesanalysis.incentives.moments.mixture import distribution_of

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Moments:
    """Mean and variance of the pay of one period, person by person.

    Attributes
    ----------
    mean, variance : ndarray, currency and currency squared, one value per person
    parts : dict, component -> ndarray, what each adds to the mean; ``cap`` takes away
    lo, probability, pay : ndarray, one value per piece of the plan
        Where it starts on the plan's own scale (-inf for the lowest), how likely it is (mean over
        people), and the expected pay there, summed over people, currency.
    """

    mean: Floats
    variance: Floats
    parts: dict[str, Floats]
    lo: Floats
    probability: Floats
    pay: Floats

    @property
    def pieces(self) -> pd.DataFrame:
        """Return ``lo``, ``hi``, ``probability``, ``pay``, one row per piece of the plan."""
        ends = np.append(self.lo[1:], np.inf)
        return pd.DataFrame(
            {"lo": self.lo, "hi": ends, "probability": self.probability, "pay": self.pay}
        )

    @property
    def sd(self) -> Floats:
        """Return the standard deviation of pay, currency."""
        return np.sqrt(self.variance)

    @property
    def total(self) -> float:
        """Return the expected pay of everybody, currency."""
        return float(self.mean.sum())


@dataclass(frozen=True)
class _People:
    """What scales pay: one quota and target incentive per person, and their attainment."""

    dist: Distribution
    quota: Floats
    incentive: Floats

    def sizes(self) -> Floats:
        """Return the size of every scale, scales x people."""
        return np.stack([self.quota, self.incentive, np.ones(self.quota.shape)])


def expected(
    form: "Compiled | Plan", dist: Any, *, quota: Any, incentive: Any | None = None
) -> Moments:
    """Return mean and variance of the pay of one period, without drawing anything.

    E pay = sum over pieces of a P + b E[A; piece], pay = a + b A on each piece; the variance from
    the second moments. A cap adds the point where each person's pay reaches it.

    Parameters
    ----------
    form : Compiled or Plan
    dist : Distribution, attainment model, or attainments as they were seen
        Attainment of the period the plan pays, with one pair of parameters, or one per person.
    quota : float or array-like, currency, one per person
    incentive : float or array-like, currency, optional
        Target incentive of the period, where something is paid on it.

    Raises
    ------
    ContractError
        Parts of the plan that are no lines with jumps, each named; a quota that is missing, 0 or
        negative; a missing target incentive.

    Examples
    --------
    >>> from salesanalysis.incentives.moments import LogNormal
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> found = expected(Plan.from_text(EXAMPLE), LogNormal(0.043305, 0.170933), quota=100_000)
    >>> found.mean.round(2), found.sd.round(2)
    (array([2383.09]), array([609.09]))
    """
    whole = whole_form(form)
    people = _people(whole, distribution_of(dist), quota, incentive)
    spans = spans_of(whole, people.quota)
    p, c1, c2 = _central(people.dist, spans)
    sizes = people.sizes()
    per_x = people.quota if whole.unit == "amount" else 1.0
    first = (people.dist.mean * p + c1) * per_x  # E[x; piece] on the plan's own scale
    names = sorted({name for segment in whole.segments for name in segment.parts})
    parts = {
        name: _mean(_table([s.parts.get(name, {}) for s in whole.segments]), sizes, p, first)
        for name in names
    }
    lines = _table([segment.lines for segment in whole.segments])
    slope = lines[:, :, 1] @ sizes * per_x
    height = lines[:, :, 0] @ sizes + slope * people.dist.mean  # pay at the mean, on each line
    if whole.cap is None:
        pays = height * p + slope * c1
        mean = pays.sum(axis=0)
        off = height - mean
        squares = off * off * p + slope * (2 * off * c1 + slope * c2)
    else:
        pays, squares = _capped(whole, people.dist, spans, height, slope)
        mean = pays.sum(axis=0)
        parts["cap"] = mean - sum(parts.values(), np.zeros(mean.shape))
    variance = np.maximum(squares.sum(axis=0), 0.0)
    starts = [-np.inf if s.lo is None else float(s.lo) for s in whole.segments]
    likely = np.broadcast_to(p, height.shape).mean(axis=1)
    return Moments(mean, variance, parts, np.array(starts), likely, pays.sum(axis=1))


def _central(dist: Distribution, spans: list[Span]) -> Central:
    """Return the moments of all pieces at once, pieces x people (or x 1)."""
    lo, hi = (
        np.stack(np.broadcast_arrays(*ends))
        for ends in zip(*((s.lo, s.hi) for s in spans), strict=True)
    )
    lo, hi = (e if e.ndim > 1 else e[:, None] for e in (lo, hi))
    low_in, high_in = (
        np.array(side)[:, None]
        for side in zip(*((s.low_in, s.high_in) for s in spans), strict=True)
    )
    return dist.central(lo, hi, low_in=low_in, high_in=high_in)


def _table(lines: list[dict[str, Line]]) -> Floats:
    """Return lines as floats: pieces x scales x (a, b)."""
    none = (0, 0)
    return np.array([[[float(v) for v in of.get(s, none)] for s in SCALES] for of in lines])


def _mean(table: Floats, sizes: Floats, p: Floats, first: Floats) -> Floats:
    """Return the expected pay of lines, per person."""
    by_scale = table[:, :, 0].T @ p + table[:, :, 1].T @ first
    return np.asarray((sizes * by_scale).sum(axis=0))


def _capped(
    whole: Compiled, dist: Distribution, spans: list[Span], height: Floats, slope: Floats
) -> tuple[Floats, Floats]:
    """Return expected pay and squares about its mean, the pieces split where the cap is reached."""
    most = float(whole.cap.amount) if whole.cap is not None else np.inf
    terms = []
    for row, span in enumerate(spans):
        for part, (a, b) in capped(span, (height[row], slope[row]), dist.mean, most):
            side = {"low_in": part.low_in, "high_in": part.high_in}
            terms.append((row, a, b, *dist.central(part.lo, part.hi, **side)))
    pays = np.zeros(height.shape)
    for row, a, b, p, c1, _ in terms:
        pays[row] += a * p + b * c1
    mean = pays.sum(axis=0)
    squares = np.zeros(height.shape)
    for row, a, b, p, c1, c2 in terms:
        squares[row] += (a - mean) ** 2 * p + 2 * (a - mean) * b * c1 + b * b * c2
    return pays, squares


def _people(whole: Compiled, dist: Distribution, quota: Any, incentive: Any) -> _People:
    """Return everybody's scales; each must be there and make sense."""
    full = np.atleast_1d(np.asarray(quota, np.float64))
    shape = np.broadcast_shapes(full.shape, np.shape(dist.mean))
    full = np.broadcast_to(full, shape).astype(np.float64)
    if not (np.isfinite(full) & (full > 0)).all():
        bad = int((~(np.isfinite(full) & (full > 0))).sum())
        raise ContractError(
            f"{bad} of {full.size} quotas are empty, 0, negative or infinite.",
            where="expected(quota=...)",
            fix="give a quota above 0 for everybody; people without one are paid nothing by it",
        )
    require_incentive(whole, incentive)
    if incentive is None:
        return _People(dist, full, np.zeros(full.shape))
    extra = np.broadcast_to(np.asarray(incentive, np.float64), full.shape)
    if not (np.isfinite(extra) & (extra >= 0)).all():
        raise ContractError(
            "a target incentive is empty, negative or infinite.",
            where="expected(incentive=...)",
            fix="give 0 or more, in currency",
        )
    return _People(dist, full, extra)


def spans_of(whole: Compiled, quota: Floats) -> list[Span]:
    """Return the pieces with their ends as attainments; edges in amounts differ by person."""
    per: Any = quota if whole.unit == "amount" else 1.0
    spans = []
    for row, segment in enumerate(whole.segments):
        after = whole.segments[row + 1] if row + 1 < len(whole.segments) else None
        lo = -np.inf if segment.lo is None else float(segment.lo) / per
        hi = np.inf if after is None or after.lo is None else float(after.lo) / per
        high_in = after is not None and after.closed == "upper"
        spans.append(Span(lo, hi, segment.closed == "lower", high_in))
    return spans
