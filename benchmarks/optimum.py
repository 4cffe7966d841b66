"""Expected pay beside simulation, linear programs beside Nelder-Mead on the same goal.

The plan is the commission of five tiers times three coefficients of the method's worked example, for
1,000 people. Simulation: 10,000 draws of everybody's attainment, paid by plain numpy. Nelder-Mead sees
the same goal and the same conditions as penalties, on sums that were made once: a call costs it two
small products, not a pass over people.
"""

from itertools import pairwise

import numpy as np

from benchmarks import Row, side_by_side
from benchmarks.incentives import STARTS, A, B, plan_of

M, S = 0.043305, 0.170933
TRIED = 200_000


def run() -> list[Row | str]:
    """Return speed as ratios, and what the optimum is worth beside others."""
    return [*_expected(), *_programs(), *_together(), *_doors()]


def _expected() -> list[Row | str]:
    """Time mean and variance of everybody's pay against drawing and paying it."""
    from salesanalysis.incentives import compile_plan
    from salesanalysis.incentives.moments import LogNormal, expected

    form, dist = compile_plan(plan_of()), LogNormal(M, S)
    quota = np.random.default_rng(5).integers(10**5, 10**6, 1000).astype(float)
    told: dict[str, float] = {}

    def ours() -> None:
        told["ours"] = expected(form, dist, quota=quota).total

    def simulated() -> None:
        rng = np.random.default_rng(9)
        total = 0.0
        for _ in range(10):  # blocks of a thousand draws
            x = np.exp(M + S * rng.standard_normal((1000, 1000)))
            k = np.searchsorted(STARTS, x, side="right")
            total += float(((A[k] + B[k] * x) * quota).sum())
        told["theirs"] = total / 10_000

    mine, other = side_by_side(ours, simulated, times=3)
    gap = told["theirs"] / told["ours"] - 1
    return [
        Row("expected cost of 1,000 people: times faster than 10,000 draws", other, mine, target=300,
            best="high", note=f"draws differ by {gap:+.2e}"),
    ]  # fmt: skip


def _programs() -> list[Row | str]:
    """Solve one program, and let Nelder-Mead look for the same from twenty starts."""
    from scipy.optimize import minimize

    from salesanalysis.incentives.moments import LogNormal
    from salesanalysis.incentives.optimum.ask import read_ask
    from salesanalysis.incentives.optimum.free import free_knobs, groups_of
    from salesanalysis.incentives.optimum.linear import LinearPlan
    from salesanalysis.incentives.optimum.problem import Problem
    from salesanalysis.incentives.optimum.reading import case_of
    from salesanalysis.incentives.optimum.shape import Shape
    from salesanalysis.incentives.optimum.solving import solve

    plan = plan_of()
    case = case_of(plan, LogNormal(M, S), people=None, quota=300_000, incentive=None, draws=None,
                   periods=None)  # fmt: skip
    groups = groups_of(free_knobs(plan, "rate"))
    lines = LinearPlan.of(plan, groups[0])
    cost = float(case.cost(lines, None).at(lines.values)[0])
    ask = read_ask(case, lines, cost, objective="differentiation", budget=0.7 * cost, cvar=None,
                   at_target=None, upside=None, most_p10=None, shape=Shape())  # fmt: skip
    problem = Problem(plan, lines, case, ask, tuple(groups))
    program = problem.program(problem.spot(plan), 0)
    best = solve(program)

    def penalised(values: np.ndarray) -> float:
        missed = sum(c.misses(values) for c in program.conditions)
        return -program.goal.at(values) * (1 - 10 * missed) + 1e6 * missed

    options = {"maxiter": 4000, "maxfev": 4000, "xatol": 1e-7, "fatol": 1e-6}
    rng = np.random.default_rng(3)
    starts = [lines.values, *(lines.values * rng.uniform(0.6, 1.4, (19, lines.values.size)))]
    found = [minimize(penalised, s, method="Nelder-Mead", options=options) for s in starts]
    goals = [program.goal.at(f.x) for f in found if program.meets(f.x, 1e-6)]
    mine, other = side_by_side(
        lambda: solve(program),
        lambda: minimize(penalised, starts[0], method="Nelder-Mead", options=options),
        times=3,
    )
    wild = lines.values * rng.uniform(0.5, 1.5, (TRIED, lines.values.size))
    wild = np.maximum.accumulate(wild, axis=1)
    fits = np.ones(TRIED, bool)
    for condition in program.conditions:
        rows = condition.rows.constant + wild @ condition.rows.matrix.T
        fits &= ((rows <= condition.high + 1e-9) & (rows >= condition.low - 1e-9)).all(axis=1)
    pays = program.goal.row.constant + wild[fits] @ program.goal.row.matrix[0]
    return [
        Row("one program: times faster than one Nelder-Mead start", other, mine, target=10,
            best="high", note="same goal, conditions as penalties"),
        f"goal: program {best.goal:,.2f}; best of {len(goals)} of 20 Nelder-Mead starts that meet "
        f"the conditions {max(goals, default=float('nan')):,.2f}; best of {int(fits.sum()):,} "
        f"random plans that do {pays.max(initial=0.0):,.2f}",
    ]  # fmt: skip


def _together() -> list[Row | str]:
    """Rates and coefficients at once: the search from several starts beside twenty joint ones."""
    from scipy.optimize import minimize

    from salesanalysis.incentives import optimise
    from salesanalysis.incentives.moments import LogNormal

    plan, seen, quota = plan_of(), LogNormal(M, S), 300_000.0
    told: dict[str, object] = {}

    def ours() -> None:
        told["ours"] = optimise(plan, seen, quota=quota)

    ours()
    best = told["ours"]
    edges = np.array([0, 0.5, 0.8, 1.0, 1.2, np.inf])
    pieces = list(pairwise(edges))
    side = {"low_in": True, "high_in": False}
    chance, first = (
        np.array([f(a, b, **side) for a, b in pieces]) for f in (seen.probability, seen.first)
    )
    band = np.array([0, 0, 1, 2, 2])
    old = best.frame["old"].to_numpy()

    def pay(v: np.ndarray, x: float) -> float:
        parts = np.clip(x - edges[:-1], 0, np.diff(edges))
        return float(quota * (parts @ v[:5]) * v[5 + int(x >= 0.8) + int(x >= 1)])

    def cost(v: np.ndarray) -> float:
        below = np.concatenate([[0], np.cumsum(v[:4] * np.diff(edges)[:4])]) - v[:5] * edges[:5]
        return float(quota * ((below * chance + v[:5] * first) * v[5:][band]).sum())

    today, at = cost(old), pay(old, 1.0)

    def penalised(v: np.ndarray) -> float:
        off = np.abs(v - np.clip(v, 0.5 * old, 1.5 * old)) / old
        missed = off.sum() + max(cost(v) / today - 1, 0) + abs(pay(v, 1.0) / at - 1)
        missed += np.maximum(-np.diff(v[:5]) / 0.1, 0).sum() + np.maximum(-np.diff(v[5:]), 0).sum()
        return -(pay(v, best.p90) - pay(v, best.p50)) + 1e6 * max(missed - 1e-6, 0.0)

    options = {"maxiter": 8000, "maxfev": 8000, "xatol": 1e-7, "fatol": 1e-6}
    rng = np.random.default_rng(3)
    starts = [old, *(old * rng.uniform(0.6, 1.4, (19, old.size)))]
    found = [minimize(penalised, s, method="Nelder-Mead", options=options) for s in starts]
    goals = [-f.fun for f in found]
    exact = best.figure("spread", "exact")
    mine, other = side_by_side(
        ours, lambda: minimize(penalised, old, method="Nelder-Mead", options=options), times=3
    )
    return [
        Row("rates and coefficients together, whole question, beside one joint Nelder-Mead start",
            mine, other, note=f"ours {mine:.2f} s: {len(best.starts)} starts, rounding, re-pricing; "
            "theirs on sums made once"),
        f"goal: {exact:,.2f} from {len(best.starts)} starts ({best.starts['goal'][0]:,.2f} from "
        f"today's numbers alone); best of 20 joint Nelder-Mead starts {max(goals):,.2f}, "
        f"their median {float(np.median(goals)):,.2f}",
    ]  # fmt: skip


def _doors() -> list[Row | str]:
    """Time the whole question, rounding and re-pricing included, beside its program alone."""
    import pandas as pd

    from salesanalysis.incentives import compile_plan, optimise
    from salesanalysis.incentives.moments import LogNormal

    plan = plan_of()
    quota = np.random.default_rng(5).integers(10**5, 10**6, 1000).astype(float)
    people = pd.DataFrame({"salesperson": [f"P{i:04d}" for i in range(1000)], "quota": quota})
    mine, other = side_by_side(
        lambda: optimise(plan, LogNormal(M, S), people=people, free="rate"),
        lambda: compile_plan(plan),
        times=3,
    )
    return [Row("whole question for 1,000 people, in compilations of the plan", mine, other)]
