"""Targets for a year of the demo company that is over, beside a forecast and beside the truth.

The orders of the same company (its customers, products and regions' totals) are drawn again and
again without any cause: their mean is what a region's product line really had to be expected to
sell. Each method sees one draw to the end of 2023 and sets targets for 2024; the quota error ratio
is the error of the targets (root mean square, against the sales of that draw) over that of the
library's own forecast, or of the truth. What a region sells in all is decided by the generator and
in no history: beside the truth, its total is therefore given, and only its parts are judged.
`trend_season` hands that same forecast on, so that beside the forecast its ratio is 1 by
construction and a best method near 1 shows little; the ratio beside the truth is the hard one.
How hard: the last line gives the same methods a history without any luck in it, the mean of all other
draws. What they leave above 1 there is no noise that a better average could take out: the generator
shifts sales between product lines from one year to the next, and history does not tell where to.
Two lines say what averaging could still do. `shrunk` pulls each unit's growth towards its region's by
how much of the difference the luck of its months explains (empirical Bayes, Efron and Morris 1975).
The bound gives every draw the weighted mean of all methods that lies nearest to the truth, which only
hindsight knows: no rule that averages these methods, however well it chooses, goes below it.
"""

import numpy as np
import pandas as pd

from benchmarks import Row

YEAR, DRAWS, TRIALS = 2024, 24, 6
BOUND = "hindsight"
#: How much of the luck of one yearly sum is left in a growth weighted .5, .3, .2: squares of what each
#: year's sum adds to it.
_OF_LUCK = 0.5**2 + 0.2**2 + 0.1**2 + 0.2**2
LEVELS = ["region", "product_line"]
METHODS: dict[str, dict[str, object]] = {
    "last_year": {"method": "constant", "rate": 0.0},
    "weighted_years": {},
    "moving3": {"method": "moving3"},
    "cagr": {"method": "cagr"},
    "robust": {"method": "robust"},
    "half_way": {"pull": 0.5},
    "trend_season": {"method": "trend_season"},
}


def run() -> list[Row | str]:
    """Return the ratio of every method, best first, and the worst by name."""
    draws = redraws()
    later = [d[d["period"].dt.year == YEAR] for d in draws]
    sums = pd.concat([d.groupby(LEVELS)["value"].sum() for d in later], axis=1, keys=range(DRAWS))
    names = [*METHODS, "shrunk", BOUND]
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    calm: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    for k in range(TRIALS):
        truth = sums.drop(columns=k).mean(axis=1)
        for seen, into in ((draws[k], found), (_mean_of(draws, k), calm)):
            for name, errors in _trial(seen, sums[k], truth).items():
                into[name].append(errors)
    bound = _means({BOUND: found.pop(BOUND)}, 1)[BOUND]
    calm.pop(BOUND)
    return [
        *_rows("the library's forecast", found, 0),
        *_rows("the truth", found, 1),
        "against the truth, from a history without luck: " + _listed(_means(calm, 1)),
        f"against the truth, bound of averaging: {bound:.3f} (the mean of all methods nearest to the "
        "truth, its weights chosen in hindsight for every draw)",
    ]


def _mean_of(draws: list[pd.DataFrame], left_out: int) -> pd.DataFrame:
    """Return the mean history of all draws but one."""
    kept = pd.concat([draw for k, draw in enumerate(draws) if k != left_out])
    sums = kept.groupby([*LEVELS, "period"], as_index=False)["value"].sum()
    return sums.assign(value=sums["value"] / (len(draws) - 1))


def redraws(seed: int = 2024) -> list[pd.DataFrame]:
    """Return monthly sales of the same company, its orders drawn anew each time."""
    from salesanalysis.data.demo.amounts import net, priced_lines
    from salesanalysis.data.demo.customers import customers
    from salesanalysis.data.demo.orders import base_lines
    from salesanalysis.data.demo.organisation import organisation
    from salesanalysis.data.demo.products import LINES, catalogue
    from salesanalysis.data.demo.staff import REGIONS
    from salesanalysis.data.demo.timeline import dates_of

    shop, out = catalogue(seed), []
    who = customers(seed, organisation())
    for k in range(DRAWS):
        own = seed * 1000 + k
        lines = priced_lines(own, base_lines(own, shop, who), shop, who)
        lines = lines[~lines["is_project"]]
        rows = pd.DataFrame(
            {
                "region": np.array(list(REGIONS))[lines["region"]],
                "product_line": np.array(list(LINES))[shop.line[lines["product"]]],
                "period": dates_of(lines["day"].to_numpy()).to_period("M").to_timestamp(),
                "value": net(lines) / 100,
            }
        )
        # a month without an order is a zero, not a gap
        wide = rows.pivot_table(
            index=LEVELS, columns="period", values="value", aggfunc="sum", fill_value=0.0
        )
        out.append(wide.stack().rename("value").reset_index())  # noqa: PD013
    return out


def _trial(draw: pd.DataFrame, came: pd.Series, truth: pd.Series) -> dict[str, tuple[float, float]]:
    """Return the two ratios of every method for one drawn history."""
    import salesanalysis as sa

    past = sa.Panel.of(draw[draw["period"].dt.year < YEAR], by=LEVELS)
    landing = sa.forecast.panel(past).landing(year=YEAR).to_frame()
    leaves = landing[(landing[LEVELS] != "").all(axis=1)]
    mean = leaves[LEVELS].assign(mean=leaves["landing"])
    expected = mean.set_index(LEVELS)["mean"].reindex(came.index)
    asked = {"shrunk": _shrunk(past.frame)}
    for name, given in METHODS.items():
        extra = {"forecast": mean} if name == "trend_season" else {}
        basis = sa.targets.growth(past, year=YEAR, **given, **extra)  # type: ignore[arg-type]
        asked[name] = basis.to_frame().set_index(LEVELS)["value"]
    table = pd.DataFrame(asked).reindex(came.index)
    placed = table.apply(_to_region, came=came)
    sure, plain = _to_region(truth, came), _error(expected, came)
    table[BOUND] = placed[BOUND] = placed @ _nearest(placed, sure)
    return {
        name: (_error(table[name], came) / plain, _error(placed[name], came) / _error(sure, came))
        for name in table
    }


def _shrunk(frame: pd.DataFrame) -> pd.Series:
    """Return last year's sales with growth pulled towards the region's by its reliability."""
    rows = frame.assign(year=frame["period"].dt.year, month=frame["period"].dt.month)
    years = rows.pivot_table(index=LEVELS, columns="year", values="value", aggfunc="sum")
    own, above = _growth(years), _growth(years.groupby(level="region").sum())
    around = above.reindex(years.index.get_level_values("region")).to_numpy()
    # luck: what months differ by from the company's season of the same year
    company = rows.groupby(["year", "month"])["value"].sum()
    season = (company / company.groupby(level="year").transform("sum")).rename("season")
    rows = rows.join(season, on=["year", "month"])
    usual = rows.groupby([*LEVELS, "year"])["value"].transform("sum") * rows["season"]
    spread = ((rows["value"] - usual) ** 2).groupby([rows[level] for level in LEVELS]).sum()
    luck = _OF_LUCK * spread * 12 / 11 / years.shape[1] / years.mean(axis=1) ** 2
    real = max(0.0, float(((own - around) ** 2).mean() - luck.mean()))
    return years[YEAR - 1] * (1 + around + real / (real + luck) * (own - around))


def _growth(years: pd.DataFrame) -> pd.Series:
    """Return three yearly growths weighted as the default does."""
    weights = (0.5, 0.3, 0.2)
    steps = [years[YEAR - k] / years[YEAR - k - 1] - 1 for k in (1, 2, 3)]
    return sum(w * step for w, step in zip(weights, steps, strict=True))


def _nearest(placed: pd.DataFrame, sure: pd.Series) -> np.ndarray:
    """Return the weights, zero or more and of sum 1, whose mean of the columns is nearest."""
    from scipy.optimize import minimize

    values, scale = placed.to_numpy(), float(sure.std())
    start = np.full(values.shape[1], 1 / values.shape[1])
    found = minimize(
        lambda w: float((((values @ w - sure.to_numpy()) / scale) ** 2).sum()),
        start,
        bounds=[(0, 1)] * len(start),
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
    )
    return found.x


def _to_region(values: pd.Series, came: pd.Series) -> pd.Series:
    """Scale to what each region sold."""
    sums = [s.groupby(level="region").transform("sum") for s in (came, values)]
    return values * sums[0] / sums[1]


def _error(values: pd.Series, came: pd.Series) -> float:
    return float(np.sqrt(np.mean((values - came).to_numpy() ** 2)))


def _rows(name: str, found: dict[str, list[tuple[float, float]]], at: int) -> list[Row | str]:
    """Return one row for the best method and a line for all of them."""
    means = _means(found, at)
    order = sorted(means, key=means.__getitem__)
    spread = np.std([pair[at] for pair in found[order[0]]], ddof=1) / np.sqrt(TRIALS)
    return [
        Row(f"quota error ratio, against {name}", means[order[0]], 1.0, target=1.05, unit="",
            note=f"best: {order[0]}, mean of {TRIALS} drawn histories +- {spread:.3f}"),
        f"against {name}: {_listed(means)}; worst: {order[-1]}",
    ]  # fmt: skip


def _means(found: dict[str, list[tuple[float, float]]], at: int) -> dict[str, float]:
    return {name: float(np.mean([pair[at] for pair in pairs])) for name, pairs in found.items()}


def _listed(means: dict[str, float]) -> str:
    """Write the methods from the best on."""
    return ", ".join(f"{name} {means[name]:.3f}" for name in sorted(means, key=means.__getitem__))
