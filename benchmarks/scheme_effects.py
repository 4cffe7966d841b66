"""Scheme changes and behaviour at full size: coverage, planted uplifts, bunching, speed as ratios.

Simulated panels: people in regions with levels of their own, season, a walk all share, noise that
hangs on from month to month (0.4) for people and for regions. A 95 % interval is to hold 0 at a date
at which nothing happened, and the planted uplift, in about 95 of 100 panels.
"""

import numpy as np
import pandas as pd

from benchmarks import Row, side_by_side

MONTHS, PANELS = 36, 200


def scene(seed: int, regions: int, changed: int, effect: float = 0.0, at: int = 24):
    """Return one simulated panel as units by months."""
    from salesanalysis.incentives.effects.intake import Scene

    rng = np.random.default_rng(seed)
    home, m = np.repeat(np.arange(regions), 6), np.arange(MONTHS)
    level = 100 + 10 * rng.normal(size=len(home)) + 3 * rng.normal(size=regions)[home]
    common = 10 * np.sin(m * np.pi / 6) + 0.5 * m + np.cumsum(rng.normal(size=MONTHS))
    own, both = (hanging(rng, n, 0.4) for n in (len(home), regions))
    y = level[:, None] + common + 8 * own + 2 * both[home]
    start = np.where(home < changed, at, MONTHS)
    y = y + effect * (m >= start[:, None])
    kind, cut = rng.random(len(home))[:, None], rng.integers(0, MONTHS, len(home))[:, None]
    w = (~((kind < 0.15) & (m < cut)) & ~((kind > 0.85) & (m > cut))).astype("float64")
    names = tuple(f"P{i:04d}" for i in range(len(home)))
    return Scene(
        names, pd.date_range("2021-01-01", periods=MONTHS, freq="MS"), y * (w > 0), w, start, home,
        tuple(f"R{i:02d}" for i in range(regions)), "month", switch_left_out=False, n_idle=0, n_gaps=0,
    )  # fmt: skip


def hanging(rng, n: int, rho: float) -> np.ndarray:
    e = rng.normal(size=(n, MONTHS))
    for t in range(1, MONTHS):
        e[:, t] += rho * e[:, t - 1]
    return e


def run() -> list[Row | str]:
    """Return coverages as shares, and speed against plain solvers."""
    return [*_compared(), *_series(), *_bunched(), *_speed()]


def _compared() -> list[Row | str]:
    from salesanalysis.incentives.effects.comparison import compare

    out: list[Row | str] = []
    for regions, changed in ((12, 6), (20, 10), (12, 3), (8, 4), (6, 2), (5, 1)):
        held, near, errors, how = 0, 0, [], ""
        for seed in range(PANELS):
            rng = np.random.default_rng(10_000 + seed)
            # odd panels: nothing happened, at a random date; even ones: an uplift of 4
            effect, at = (0.0, int(rng.integers(10, 30))) if seed % 2 else (4.0, 24)
            panel = scene(seed, regions, changed, effect, at)
            found = compare(panel, level=0.95, draws=199, seed=1)
            held += found.low <= effect <= found.high
            errors.append(found.effect - effect)
            half = (found.high - found.low) / 2
            near += abs(found.effect - effect) <= half
            how = found.how
        out.append(
            f"{changed:>2} of {regions:>2} regions changed ({how}): interval holds the truth in "
            f"{held / PANELS:.1%} of {PANELS} panels; mean error {np.mean(errors):+.2f}, "
            f"spread {np.std(errors):.2f}"
        )
    return out


def _series() -> list[str]:
    from scipy.special import stdtrit

    from salesanalysis.incentives.effects.series import Clock, interrupted, newey_west

    out = []
    for n, at in ((30, 18), (36, 24), (60, 40)):
        for rho in (0.0, 0.3, 0.6):
            rng, m, held, plain = np.random.default_rng(5), np.arange(n), 0, 0
            for _ in range(PANELS):
                e = rng.normal(size=n + 50)
                for t in range(1, n + 50):
                    e[t] += rho * e[t - 1]
                y = 100 + 0.5 * m + 10 * np.sin(m * np.pi / 6) + e[50:]
                line = interrupted(y, Clock(m, m % 12, at, np.ones(n))).level
                held += abs(line.value) <= stdtrit(line.df, 0.975) * line.error
                after = (m >= at).astype(float)
                x = np.column_stack([after, after * (m - at), np.ones(n), m,
                                     *[(m % 12 == k).astype(float) for k in range(1, 12)]])  # fmt: skip
                coef = np.linalg.lstsq(x, y, rcond=None)[0][0]
                width = stdtrit(n - x.shape[1], 0.975) * newey_west(x, y)[0, 0] ** 0.5
                plain += abs(coef) <= width
            out.append(
                f"series of {n} months, {at} before, correlation {rho}: holds 0 in "
                f"{held / PANELS:.1%} (Newey and West alone {plain / PANELS:.1%})"
            )
    return out


def _bunched() -> list[str]:
    from salesanalysis.incentives.behaviour import bunching

    out = []
    shapes = {
        "lognormal 0.17": (0.03, 0.17),
        "lognormal 0.29": (0.03, 0.29),
        "lognormal 0.06": (0, 0.06),
    }
    for name, (m, s) in shapes.items():
        false = held = 0
        for seed in range(PANELS):
            rng = np.random.default_rng(seed)
            values = rng.lognormal(m, s, 3000)
            false += bunching(values, n_boot=200).found
            moved = (values > 0.97) & (values < 1) & (rng.random(3000) < 0.4)
            found = bunching(np.where(moved, values + 0.03, values), n_boot=200)
            held += found.excess_low <= moved.sum() <= found.excess_high
        out.append(
            f"bunching, {name}: called bunched where nothing is {false / PANELS:.1%}, interval "
            f"holds the number moved in {held / PANELS:.1%}"
        )
    return out


def _speed() -> list[Row]:
    from scipy.optimize import minimize_scalar
    from scipy.special import ndtr

    from salesanalysis.incentives.behaviour import bonus_effort
    from salesanalysis.incentives.effects import algebra
    from salesanalysis.incentives.effects.comparison import cells

    panel = scene(1, 10, 5)
    after, chosen = panel.after(), cells(panel)[0]
    unit, month = np.nonzero(panel.w)
    free = after[unit, month] == 0
    n = len(panel.units)
    x = np.zeros((len(unit), n + MONTHS))
    x[np.arange(len(unit)), unit] = 1
    x[np.arange(len(unit)), n + month] = 1

    def dummies() -> float:
        coef = np.linalg.lstsq(x[free], panel.y[unit, month][free], rcond=None)[0]
        return float((panel.y[unit, month] - x @ coef)[~free].mean())

    mine, theirs = side_by_side(
        lambda: algebra.impute(panel.y, panel.w, after, chosen), dummies, times=5
    )
    rows = [Row("effect by imputation, times faster than dummies in lstsq", theirs, mine,
                target=20, best="high", note="60 people x 36 months")]  # fmt: skip
    gaps = np.linspace(-1, 2, 2000)

    def one_by_one() -> list[float]:
        return [
            minimize_scalar(
                lambda e, g=g: e * e / 2 - 0.3 * ndtr((e - g) / 0.2),
                bounds=(0, 1),
                method="bounded",
            ).x
            for g in gaps[:200]
        ]

    mine, theirs = side_by_side(
        lambda: bonus_effort(gaps, bonus=0.3, effort_cost=1, noise=0.2), one_by_one, times=3
    )
    note = "bounded search per person, 200 scaled to 2,000; it may end on the lower hill"
    return [
        *rows,
        Row(
            "bonus effort, times faster than minimize_scalar",
            10 * theirs,
            mine,
            best="high",
            note=note,
        ),
    ]
