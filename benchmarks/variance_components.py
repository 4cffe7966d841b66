"""Variance components beside statsmodels MixedLM; coverage of the intervals; screen; two groups.

MixedLM is the same model on the same rows, unique ids first, its figures read by name. Coverage is
counted on simulated balanced sets with planted shares; screens of pure noise are counted for false
finds; the split of two groups adds up on random draws.
"""

import os
import warnings

import numpy as np
import pandas as pd

from benchmarks import Row, side_by_side

LEVELS = ["region", "manager", "salesperson"]
SDS = (0.3, 0.4, 0.6, 1.0)


def people(
    seed: int, *, regions: int = 7, managers: int = 4, reps: int = 6, months: int = 12, sds=SDS,
    keep: float = 1.0,
) -> pd.DataFrame:  # fmt: skip
    """Return about 2,000 attainments of people in teams in regions."""
    rng = np.random.default_rng(seed)
    r, m, p, t = (a.ravel() for a in np.indices((regions, managers, reps, months)))
    y = rng.normal(0, sds[0], regions)[r] + rng.normal(0, sds[1], (regions, managers))[r, m]
    y += rng.normal(0, sds[2], (regions, managers, reps))[r, m, p] + rng.normal(0, sds[3], len(r))
    table = pd.DataFrame(
        {"region": r, "manager": r * 100 + m, "salesperson": r * 10_000 + m * 100 + p}
    )
    table = table.astype("str").assign(month=t, attainment=y + 0.05 * t)
    return table[rng.random(len(table)) < keep].reset_index(drop=True)


def mixed_model(table: pd.DataFrame) -> np.ndarray:
    """Return the variances of statsmodels, levels from the top and noise last."""
    import statsmodels.api as sm

    model = sm.MixedLM.from_formula(
        "attainment ~ 1 + C(month)", groups="region", re_formula="1", data=table,
        vc_formula={"v1": "0 + C(manager)", "v2": "0 + C(salesperson)"},
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = model.fit(reml=True)
    named = dict(zip(model.exog_vc.names, found.vcomp, strict=True))
    return np.array([found.cov_re.iloc[0, 0], named["v1"], named["v2"], found.scale])


def run() -> list[Row | str]:
    """Return times beside statsmodels and the lines about coverage and false finds."""
    from salesanalysis.variance import components

    even, uneven = people(0), people(0, keep=0.8)
    rows: list[Row | str] = []
    for name, table, target in (
        ("balanced", even, 0.2),
        ("unequal, 100 bootstrap fits", uneven, None),
    ):
        ours, theirs = side_by_side(
            lambda t=table: components(t, "attainment", LEVELS, by="month"),
            lambda t=table: mixed_model(t),
            times=3,
        )
        note = f"one MixedLM fit without any interval, {len(table):,} rows"
        rows.append(Row(f"components, {name}", ours, theirs, target=target, note=note))
    ours, theirs = side_by_side(
        lambda: components(uneven, "attainment", LEVELS, by="month", n_boot=0),
        lambda: mixed_model(uneven),
        times=3,
    )
    rows.append(
        Row("components, unequal, no interval", ours, theirs, target=1.0, note="one MixedLM fit")
    )
    return [*rows, *_agreement(), *_draws(), *_coverage(), *_noise(), *_splits()]


def _draws(n_sets: int = int(os.environ.get("COMPONENTS_DRAWS", "10000"))) -> list[str]:
    """Count small balanced sets in which shares, names or the closed form break their promise."""
    from salesanalysis.variance import components
    from salesanalysis.variance.components.design import read_design
    from salesanalysis.variance.components.likelihood import fit

    rng = np.random.default_rng(4)
    names = ("shares in 0..1 that sum to 1", "names do not matter", "closed form = REML")
    wrong = dict.fromkeys(names, 0)
    for seed in range(n_sets):
        n, m, p, t = map(int, rng.integers(2, 4, 4))
        sds = tuple(rng.uniform(0, 1, 4) * [1, 1, 1, 0] + [0, 0, 0, 1])
        table = people(seed, regions=n, managers=m, reps=p, months=t, sds=sds)
        found = components(table, "attainment", LEVELS, n_boot=0).frame
        shares = found["variance_share"].to_numpy()
        wrong[names[0]] += not ((shares >= 0).all() and abs(shares.sum() - 1) <= 1e-12)
        other = table.assign(salesperson="x" + table["salesperson"].str[::-1] + "y").iloc[::-1]
        again = components(other, "attainment", LEVELS, n_boot=0).frame["variance_share"]
        wrong[names[1]] += bool((np.abs(again - shares) > 1e-9).any())
        design = read_design(table, "attainment", LEVELS, None, "auto", crossed=False)
        off = np.abs(fit(design, "REML").variances - found["variance"].to_numpy())
        wrong[names[2]] += bool((off > 1e-3 * found["variance"].sum()).any())
    return [f"{name}: {count} of {n_sets:,} balanced sets failed" for name, count in wrong.items()]


def _agreement() -> list[str]:
    """Say how far ours and MixedLM lie apart, and where MixedLM stops short."""
    from salesanalysis.variance.components.design import read_design
    from salesanalysis.variance.components.likelihood import _loss, _nested, fit

    apart, short = [], 0
    for seed in range(20):
        table = people(seed, regions=5, managers=3, reps=4, months=6, keep=1.0 if seed % 2 else 0.7)
        design = read_design(table, "attainment", LEVELS, "month", "auto", crossed=False)
        ours, theirs = fit(design, "REML"), mixed_model(table)
        roots = np.sqrt(np.maximum(theirs[:-1], 0) / theirs[-1])
        if _loss(_nested(design), design, "REML", roots)[0] > ours.loss + 1e-3:
            short += 1
            continue
        apart.append(np.abs(ours.variances - theirs).max() / theirs.sum())
    return [
        f"20 sets: shares of MixedLM and ours differ by at most {max(apart):.1e}; in {short} sets MixedLM "
        "stops at a less likely answer (its loss is higher by more than 0.001), ours in none"
    ]


def _coverage(n_sets: int = int(os.environ.get("COMPONENTS_COVERAGE", "3000"))) -> list[str]:
    """Count how often 80 % intervals of balanced sets hold the planted share: aim 77-83 %."""
    from salesanalysis.variance.components import anova

    lines = []
    for name, counts, months, shares in (
        ("5 regions x 4 managers x 6 people x 12 months", (5, 4, 6), 12, (0.11, 0.06, 0.26, 0.57)),
        ("8 x 4 x 6 x 12", (8, 4, 6), 12, (0.2, 0.1, 0.2, 0.5)),
        ("10 batches x 3 casks x 2", (10, 3), 2, (0.15, 0.78, 0.07)),
    ):
        cells = np.cumprod(counts)
        size = np.append(cells[-1] * months / cells, 1.0)
        df = np.append(
            np.diff(cells, prepend=1), cells[-1] * (months - 1) - (months - 1) * (months > 2)
        )
        expected = np.cumsum((np.array(shares) * size)[::-1])[::-1]
        rng = np.random.default_rng(1)
        hits = np.zeros(len(shares))
        for _ in range(n_sets):
            squares = anova.MeanSquares(expected * rng.chisquare(df) / df, df.astype(float), size)
            drawn = anova.draw_variances(squares, seed=0)
            low, high = np.quantile(drawn / drawn.sum(axis=1, keepdims=True), [0.1, 0.9], axis=0)
            hits += (low <= shares) & (shares <= high)
        told = " / ".join(f"{100 * h / n_sets:.1f}" for h in hits)
        lines.append(
            f"80 % intervals, {name}, {n_sets} sets: hold the planted share in {told} % "
            f"(levels from the top, noise last; standard error {100 * np.sqrt(0.16 / n_sets):.1f})"
        )
    return lines


def _noise(n_sets: int = 400) -> list[str]:
    """Count screens of pure noise in which anything is called a link: aim at most 5 %."""
    from salesanalysis.variance import screen

    rng = np.random.default_rng(2)
    found = [0, 0]
    for _ in range(n_sets):
        table = pd.DataFrame(rng.normal(size=(40, 9)), columns=[*"abcdefgh", "y"])
        found[0] += (screen(table, "y", list("abcdefgh")).frame["q_value"] <= 0.05).any()
    for _ in range(n_sets // 4):
        person = np.repeat(np.arange(40), 6)
        table = pd.DataFrame(rng.normal(size=(240, 5)), columns=[*"abcd", "y"])
        table += rng.normal(size=(40, 5))[person]
        table = table.assign(person=person, month=np.tile(np.arange(6), 40))
        told = screen(table, "y", list("abcd"), person="person", month="month", n_boot=200)
        found[1] += (told.frame["q_value"] <= 0.05).any()
    return [
        f"screens of pure noise that call anything a link: {100 * found[0] / n_sets:.1f} % of {n_sets} "
        f"(40 people, 8 factors), {100 * found[1] / (n_sets // 4):.1f} % of {n_sets // 4} (40 people x 6 "
        "months, 4 factors, people differ); aim 5 %"
    ]


def _splits(n_sets: int = 10_000) -> list[str]:
    """Count splits of two groups that do not add up, over random draws."""
    from salesanalysis.variance.groups import split_means

    rng, wrong = np.random.default_rng(3), 0
    for i in range(n_sets):
        n1, n0, p = rng.integers(8, 20), rng.integers(8, 20), rng.integers(1, 4)
        x1, x0 = rng.normal(1, 1, (n1, p)), rng.normal(0, 1, (n0, p))
        y1, y0 = rng.normal(5, 2, n1) * 10.0 ** rng.integers(-3, 6), rng.normal(4, 2, n0)
        split = split_means(y1, x1, y0, x0, fold=2 + i % 2)
        gap = y1.mean() - y0.mean()
        wrong += abs(sum(split.effects.values()) - gap) > 1e-9 * max(
            abs(y1.mean()), abs(y0.mean()), 1
        )
    return [f"splits of two groups that do not add up: {wrong} of {n_sets:,} random draws"]
