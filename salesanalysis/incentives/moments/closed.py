"""Closed forms a planner asks for by name: stop-loss, tiers, coefficients, cap, convexity, ranks.

Numbers C1 to C15 are those of the method. Each takes any distribution of attainment; the two with
a number of their own (C10, C12) are for normal results, as published.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled import Compiled
from salesanalysis.incentives.moments.distributions import Distribution
from salesanalysis.incentives.moments.lines import lines_of, pay_at
from salesanalysis.incentives.moments.pieces import expected

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]


def stop_loss(dist: Distribution, edge: Any) -> Floats:
    """Return E(A - edge)+: what a slope of 1 above an edge costs on average (C2).

    For a normal (m - k) Phi(d) + s phi(d), d = (m - k) / s; at k = m: s / sqrt(2 pi). The premium
    of a stop-loss cover: Bowers et al., Actuarial Mathematics (1997), section 1.5.

    Examples
    --------
    >>> from salesanalysis.incentives.moments import Normal
    >>> round(float(stop_loss(Normal(1.0, 0.2), 1.0)), 12)
    0.07978845608
    """
    p, c1, _ = dist.central(edge, np.inf)
    return np.asarray(c1 + (dist.mean - edge) * p)


def capped_mean(dist: Distribution, most: Any) -> Floats:
    """Return E min(A, most) = mean - E(A - most)+: what is left under a cap (C8).

    Examples
    --------
    >>> from salesanalysis.incentives.moments import Normal
    >>> round(float(capped_mean(Normal(1.0, 0.2), 1.0)), 6)
    0.920212
    """
    return np.asarray(dist.mean - stop_loss(dist, most))


def marginal_pay(dist: Distribution, edges: Sequence[float], rates: Sequence[float]) -> Floats:
    """Return expected pay per unit of quota, slice by slice: sum of dr E(A - edge)+ (C3, C6).

    Examples
    --------
    >>> from salesanalysis.incentives.moments import LogNormal
    >>> edges, rates = [0, 0.5, 0.8, 1.0, 1.2], [0.02, 0.04, 0.06, 0.1, 0.15]
    >>> round(float(marginal_pay(LogNormal(-0.045, 0.3), edges, rates)), 15)
    0.042211501490198
    """
    steps = np.diff([0.0, *_table(edges, rates)])
    return _sum(step * stop_loss(dist, edge) for step, edge in zip(steps, edges, strict=True))


def retroactive_pay(
    dist: Distribution, edges: Sequence[float], rates: Sequence[float], *, closed: str = "lower"
) -> Floats:
    """Return expected pay per unit of quota on the whole amount: sum of r E[A; tier] (C5, C6).

    Examples
    --------
    >>> from salesanalysis.incentives.moments import Normal
    >>> found = retroactive_pay(Normal(1.0, 0.2), [0, 0.8, 1.0], [0.02, 0.04, 0.06])
    >>> round(float(found), 14)
    0.0493905471549
    """
    known = _table(edges, rates)
    ends = [*edges[1:], np.inf]
    lower = closed == "lower"
    return _sum(
        rate * dist.first(lo, hi, low_in=lower, high_in=not lower)
        for rate, lo, hi in zip(known, edges, ends, strict=True)
    )


def step_bonus(dist: Distribution, amount: Any, at: Any, *, closed: str = "lower") -> Floats:
    """Return the expected bonus paid from an edge on: amount x P(A >= at) (C1, C7).

    Examples
    --------
    >>> from salesanalysis.incentives.moments import Normal
    >>> float(step_bonus(Normal(1.0, 0.2), 5000, 1.0))
    2500.0
    """
    return np.asarray(amount * dist.above(at, closed=closed))


def rate_gradient(dist: Distribution, edges: Sequence[float]) -> Floats:
    """Return what one more of each rate costs: E[(min(A, next edge) - edge)+] (C14).

    Examples
    --------
    >>> from salesanalysis.incentives.moments import Normal
    >>> rate_gradient(Normal(1.0, 0.2), [0.8, 1.0, 1.2]).round(4)
    array([0.1369, 0.0631, 0.0167])
    """
    over = np.array([stop_loss(dist, edge) for edge in edges])
    return np.asarray(over - np.concatenate([over[1:], np.zeros_like(over[:1])]))


def convexity_cost(s: Any, accelerator: Any) -> Floats:
    """Return E pay over the target incentive at mean attainment 1: 1 + (a - 1) s / sqrt(2 pi).

    Pay is 1 at target, slope 1 below and `accelerator` above; attainment is N(1, s) (C10). What
    the spread of results alone costs, whatever the company as a whole sells.

    Examples
    --------
    >>> convexity_cost([0.1, 0.2, 0.3, 0.4], 3).round(3)
    array([1.08 , 1.16 , 1.239, 1.319])
    """
    spread = np.asarray(s, np.float64)
    return np.asarray(1 + (np.asarray(accelerator, np.float64) - 1) * spread / np.sqrt(2 * np.pi))


def expected_top(n: int, s: float = 1.0) -> float:
    """Return the expected best of `n` independent N(0, s): the lead a rank prize pays for (C12).

    n = 2: s / sqrt(pi). Lazear and Rosen (1981), Journal of Political Economy 89:841-864; the
    integral of z n phi Phi^(n-1) over 12 standard deviations by the trapezoidal rule, exact to the
    last digits for what falls off that fast (Trefethen and Weideman 2014, SIAM Review 56:385-458).

    Examples
    --------
    >>> round(expected_top(2), 12), round(expected_top(10), 6)
    (0.564189583548, 1.538753)
    """
    from scipy.special import ndtr  # noqa: PLC0415

    if n < 1 or s <= 0:
        raise ContractError(
            f"the best of {n} with a spread of {s:g} is not defined.",
            where="expected_top(n, s)",
            fix="give at least 1 person and a spread above 0",
            code="bad-choice",
        )
    z, width = np.linspace(-12, 12, 4801, retstep=True)
    density = np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    return float(s * width * np.sum(z * n * density * ndtr(z) ** (n - 1)))


def pay_quantile(
    form: "Compiled | Plan",
    dist: Distribution,
    q: Any,
    *,
    quota: float,
    incentive: float | None = None,
) -> Floats:
    """Return the pay that a share `q` of people stay at or below: pay at that quantile (C13).

    Raises
    ------
    ContractError
        A plan whose pay falls somewhere: its quantile is not the pay of a quantile.

    Examples
    --------
    >>> from salesanalysis.incentives.moments import LogNormal
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> plan, seen = Plan.from_text(EXAMPLE), LogNormal(0.043305, 0.170933)
    >>> pay_quantile(plan, seen, [0.1, 0.9], quota=100_000).round(2)
    array([1677.65, 3120.  ])
    """
    at = dist.quantile(q)
    edges = _falls(form, quota, incentive)
    if edges:
        raise ContractError(
            f"pay falls at {edges[0]:g}: a quantile of pay is not the pay at a quantile.",
            where="pay_quantile(form, ...)",
            fix="simulate the plan, or read pay_at(form, attainment)",
            code="bad-choice",
        )
    return pay_at(form, at, quota=quota, incentive=incentive)


def jensen_gap(
    form: "Compiled | Plan", dist: Distribution, *, quota: float, incentive: float | None = None
) -> float:
    """Return E pay less the pay at mean attainment: above 0 for a convex plan (C15), currency.

    Examples
    --------
    >>> from salesanalysis.incentives.moments import Normal
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> flat = Plan.from_text(EXAMPLE).edited({"coefficient.bands[0].value": "1",
    ...                                        "coefficient.bands[2].value": "1"})
    >>> round(jensen_gap(flat, Normal(1.0, 0.1), quota=100_000), 6)
    0.0
    """
    mean = expected(form, dist, quota=quota, incentive=incentive).mean
    at = pay_at(form, np.atleast_1d(dist.mean), quota=quota, incentive=incentive)
    return float((mean - at).sum())


def _table(edges: Sequence[float], rates: Sequence[float]) -> list[float]:
    """Return the rates of a table whose edges rise."""
    if len(edges) != len(rates) or not (np.diff(np.asarray(edges, np.float64)) > 0).all():
        raise ContractError(
            f"{len(edges)} edges and {len(rates)} rates are no table of tiers.",
            where="edges, rates",
            fix="give one rate per edge, edges upwards",
            code="bad-choice",
        )
    return list(rates)


def _sum(values: Any) -> Floats:
    out: Floats = np.asarray(0.0)
    for value in values:
        out = out + value
    return out


def _falls(form: "Compiled | Plan", quota: float, incentive: float | None) -> list[float]:
    """Return where pay falls: edges with a jump down, starts of pieces with a slope down."""
    lines = lines_of(form, quota, incentive)
    bad = [lo for lo, _, b in lines if b < -1e-12]
    for (_, a0, b0), (lo, a1, b1) in pairwise(lines):
        if a1 + b1 * lo < a0 + b0 * lo - 1e-9:
            bad.append(lo)
    return sorted(bad)
