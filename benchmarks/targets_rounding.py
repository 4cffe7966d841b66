"""Controlled rounding beside the transportation program of HiGHS: same totals, how near, how fast.

Leaves x 12 months with exact rows and columns, each cell up or down. The program finds the smallest
total difference from the real numbers there is; ours moves single steps along the cheapest exchange.
"""

from time import perf_counter

import numpy as np

from benchmarks import Row

SIZES = (500, 10_000)


def run() -> list[Row | str]:
    """Return the difference beside the optimum, and the speed, at both sizes."""
    from salesanalysis.targets.controlled import controlled

    rows: list[Row | str] = []
    for n in SIZES:
        real, years, months = table(n)
        began = perf_counter()
        best = program(real, years, months)
        theirs = perf_counter() - began
        spent = []
        for _ in range(5):
            began = perf_counter()
            ours = controlled(real, years, months)
            spent.append(perf_counter() - began)
        exact = bool((ours.sum(axis=1) == years).all() and (ours.sum(axis=0) == months).all())
        near = float(np.abs(ours - real).sum()), float(np.abs(best - real).sum())
        rows += [
            Row(f"difference, {n:,} x 12", *near, target=1.01, unit="steps",
                note="the optimum of the program"),
            Row(f"times faster, {n:,} x 12", theirs, float(np.median(spent)), target=1_000,
                best="high", note="program (left) over ours, once and the median of five"),
            f"{n:,} x 12: rows and columns {'exact' if exact else 'NOT exact'}, largest cell off "
            f"by {np.abs(ours - real).max():.3f} steps",
        ]  # fmt: skip
    return rows


def table(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return real cells, whole years and whole months of `n` leaves, a season of its own each."""
    rng = np.random.default_rng(17)
    weight = rng.gamma(2, 50, n)
    years = np.floor(weight / weight.sum() * 1e5 * n).astype("int64")
    real = years[:, None] * rng.dirichlet(np.full(12, 30.0), n)
    sums = real.sum(axis=0)
    months = np.floor(sums).astype("int64")
    months[np.argsort(months - sums)[: years.sum() - months.sum()]] += 1
    return real, years, months


def program(real: np.ndarray, years: np.ndarray, months: np.ndarray) -> np.ndarray:
    """Solve the same rounding as a linear program; its corners are whole."""
    from scipy import sparse
    from scipy.optimize import linprog

    n, m = real.shape
    whole = np.floor(np.round(real, 9))
    sums = [
        sparse.kron(sparse.eye_array(n), np.ones((1, m))),
        sparse.kron(np.ones((1, n)), sparse.eye_array(m)),
    ]
    left = np.r_[years - whole.sum(axis=1), months - whole.sum(axis=0)]
    cost = (1 - 2 * (real - whole)).ravel()  # what rounding a cell up adds to the difference
    found = linprog(
        cost, A_eq=sparse.vstack(sums).tocsr(), b_eq=left, bounds=(0, 1), method="highs-ds"
    )
    return whole + np.rint(found.x.reshape(n, m))
