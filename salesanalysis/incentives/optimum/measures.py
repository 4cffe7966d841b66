"""What a plan comes to: expected cost, pay at four points, inequality, the tail of the draws."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.incentives.moments.lines import lines_of
from salesanalysis.incentives.optimum.case import Case
from salesanalysis.incentives.optimum.losers import lost
from salesanalysis.incentives.optimum.paid import Paid

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Quantiles of attainment that the inequality of pay is measured on.
GRID = 200


def gini(values: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> float:
    """Return sum |x_i - x_j| / (2 n^2 mean): 0 where everybody gets the same.

    Gini (1912); by sorting, sum (2 i - n - 1) x_i / (n^2 mean). Negative pay counts as it is; where
    nothing is paid it is 0.

    Examples
    --------
    >>> gini([1, 1, 1]), gini([0, 0, 0, 4])
    (0.0, 0.75)
    """
    pay = np.asarray(values, np.float64).reshape(-1)
    share = np.ones(pay.size) if weights is None else np.asarray(weights, np.float64).reshape(-1)
    order = np.argsort(pay, kind="stable")
    pay, share = pay[order], share[order] / share.sum()
    mean = float(share @ pay)
    if mean == 0:
        return 0.0
    middle = np.cumsum(share) - share / 2
    return float(2 * np.sum(share * pay * (middle - 0.5)) / mean)


def measures_of(plan: "Plan", case: Case) -> dict[str, float]:
    """Return the figures of a plan, priced anew by its own compiled form."""
    paid = case.paid(plan)
    person = case.person.quota, case.person.incentive
    pays = {f"pay_{k}": float(paid.pay([x], *person)[0]) for k, x in case.points().items()}
    out = {"cost": cost_of(plan, case), **pays}
    out["spread"] = out["pay_p90"] - out["pay_p50"]
    out["jump"] = _largest_jump(paid, case)
    out["gini"] = _gini(paid, case)
    drawn = costs_of_draws(plan, case)
    if drawn is not None:
        out["p95"] = float(np.quantile(drawn, 0.95, method="inverted_cdf"))
        out["cvar"] = cvar(drawn)
    return out


def cost_of(plan: "Plan", case: Case) -> float:
    """Return the expected cost of everybody over all periods, currency."""
    drawn = costs_of_draws(plan, case)
    if drawn is not None:
        return float(drawn.mean())
    return case.periods * float(case.paid(plan).pieces(case.period, case.team)[1].sum())


def costs_of_draws(plan: "Plan", case: Case) -> Floats | None:
    """Return the cost of every draw, None where nothing was drawn."""
    if case.draws is None:
        return None
    if isinstance(case.draws, np.ndarray):
        return case.periods * case.paid(plan).draws(case.draws, case.team)
    return case.years(plan)


def cvar(costs: Floats, share: float = 0.05) -> float:
    """Return the mean of the worst share of costs; a part of the last one counts in part.

    Examples
    --------
    >>> cvar(np.arange(1.0, 101.0)), cvar(np.array([1.0, 2.0, 3.0]), 0.5)
    (98.0, 2.6666666666666665)
    """
    count = share * costs.size
    worst = np.sort(costs)[::-1][: int(np.ceil(count - 1e-12))]
    weights = np.ones(worst.size)
    weights[-1] -= worst.size - count
    return float(weights @ worst / count)


def moved_of(old: "Plan", new: "Plan", case: Case) -> float:
    """Return how far one period's pay moves for everybody's last result, in all, currency."""
    before, after = _last_pay(old, new, case)
    return float(np.abs(after - before).sum())


def losers_of(old: "Plan", new: "Plan", case: Case) -> float:
    """Return the share of people who are paid less for their last result, by half a cent."""
    before, after = _last_pay(old, new, case)
    return float(lost(after - before, before).sum() / max(before.size, 1))


def losers_expected(old: "Plan", new: "Plan", case: Case) -> float:
    """Return the share of people who are paid less at a year's result as the model expects it.

    On a grid of results as likely as each other; a large team is looked at through every k-th.
    """
    grid = case.year.quantile((np.arange(GRID) + 0.5) / GRID)
    quota, extra = _some(case)
    before, after = (case.paid(p).pay(grid, quota[:, None], extra[:, None]) for p in (old, new))
    return float(lost(after - before, before).mean())


def _some(case: Case) -> tuple[Floats, Floats]:
    """Return quotas and incentives of the team, ascending, of about 500 where it is large."""
    step = max(1, case.team.quota.size // 500)
    order = np.argsort(case.team.quota, kind="stable")[::step]
    return case.team.quota[order], case.team.incentive[order]


def _last_pay(old: "Plan", new: "Plan", case: Case) -> tuple[Floats, Floats]:
    """Return everybody's pay for the last result under both plans, nothing where none is known."""
    if case.past is None:
        return np.zeros(0), np.zeros(0)
    scales = case.team.quota, case.team.incentive
    before, after = (case.paid(p).pay(case.past, *scales) for p in (old, new))
    return before, after


def pieces_of(plan: "Plan", case: Case) -> pd.DataFrame:
    """Return the expected pay of every piece of the plan: ``lo``, ``hi``, ``probability``, ``pay``.

    By the model of attainment also where draws are given.
    """
    found, pay = case.paid(plan).pieces(case.period, case.team)
    return found.pieces.assign(pay=pay * case.periods)


def _largest_jump(paid: Paid, case: Case) -> float:
    """Return the largest jump of the one person's pay at an edge, currency; a fall is negative."""
    lines = lines_of(paid.form, float(case.person.quota[0]), float(case.person.incentive[0]))
    low, high = paid.limits
    jumps = [
        float(np.clip(a1 + b1 * lo, low, high) - np.clip(a0 + b0 * lo, low, high))
        for (_, a0, b0), (lo, a1, b1) in pairwise(lines)
    ]
    largest = max(jumps, key=abs, default=0.0)
    return largest if abs(largest) > 1e-6 else 0.0


def _gini(paid: Paid, case: Case) -> float:
    """Return the inequality of one period's pay over people and a grid of results."""
    grid = case.year.quantile((np.arange(GRID) + 0.5) / GRID)
    step = max(1, case.team.quota.size // 500)  # a large team is looked at through every k-th
    quota, extra = (np.sort(v)[::step] for v in (case.team.quota, case.team.incentive))
    if np.ptp(case.team.quota) == 0 and np.ptp(case.team.incentive) == 0:
        quota, extra = quota[:1], extra[:1]
    return gini(paid.pay(grid, quota[:, None], extra[:, None]))


def curve_of(old: "Plan", new: "Plan", case: Case) -> pd.DataFrame:
    """Return pay of the one person over completion under both plans, edges on both sides.

    Returns
    -------
    DataFrame
        ``completion`` (ratio), ``side`` (``below``: just under an edge; ``at``), ``old``, ``new``.
    """
    both = [case.paid(p) for p in (old, new)]
    forms = [paid.form for paid in both]
    per = float(case.person.quota[0]) if forms[0].unit == "amount" else 1.0
    last = max(1.5, float(case.year.quantile(0.95)))
    edges = {float(s.lo or 0) / per for form in forms for s in form.segments[1:]}
    points = sorted({*np.linspace(0, last, 61).round(6).tolist(), 1.0, *case.points().values()})
    rows = [(x, "at") for x in points]
    for edge in edges:
        if 0 < edge <= last:
            rows += [(edge * (1 - 1e-12), "below"), (edge, "at"), (edge * (1 + 1e-12), "above")]
    rows = sorted(set(rows))
    at = np.array([x for x, _ in rows])
    person = case.person.quota, case.person.incentive
    out = {k: p.pay(at, *person) for k, p in zip(("old", "new"), both, strict=True)}
    return pd.DataFrame({"completion": at, "side": [s for _, s in rows], **out})
