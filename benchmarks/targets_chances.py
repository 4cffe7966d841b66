"""Chances of single people, set beside what came: the demo company, three years that are over.

Before each year every person is forecast from what was known then, and asked six tenths to one and a
half times the year before; the chance told is put beside how often the target was reached, by who
left in the year as well. Targets of one person are seven rows of one outcome, so the number of
person-years says how much this shows. The last line recalibrates: a logistic map of told to came, learnt
from the years before each, as one would have had to; where it does not lower the error it is not offered.
"""

import numpy as np
import pandas as pd

from benchmarks import Row

BY = ["region", "salesperson"]
ASKS = (0.6, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5)
EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)


def run() -> list[Row | str]:
    """Return the mean miss of the chances, and what came of each band."""
    rows = told()
    band = pd.cut(rows["probability"], EDGES, include_lowest=True)
    by_band = rows.groupby(band, observed=True).agg(
        n=("came", "size"), told=("probability", "mean"), came=("came", "mean")
    )
    miss = float(np.average((by_band["told"] - by_band["came"]).abs(), weights=by_band["n"]))
    brier = float(((rows["probability"] - rows["came"]) ** 2).mean())
    even = float(((rows["came"].mean() - rows["came"]) ** 2).mean())
    short = rows["n_months"] <= 12
    return [
        Row("squared error of the chances", brier, even, unit="", note="the same chance for all"),
        f"chances of people miss what came by {100 * miss:.1f} points on average, over "
        f"{len(rows) // len(ASKS)} person-years; told and came: "
        + ", ".join(f"{r.told:.2f} {r.came:.2f}" for r in by_band.itertuples()),
        f"people with up to 12 months behind them: told {rows.loc[short, 'probability'].mean():.2f}, "
        f"came {rows.loc[short, 'came'].mean():.2f}; others: told "
        f"{rows.loc[~short, 'probability'].mean():.2f}, came {rows.loc[~short, 'came'].mean():.2f}",
        "squared error as told and through a map learnt from the years before: "
        + ", ".join(_mapped(rows, year) for year in sorted(rows["year"].unique())[1:]),
    ]


def _mapped(rows: pd.DataFrame, year: int) -> str:
    """Compare the chances of one year, as told and recalibrated by the years before it."""
    from scipy.optimize import minimize
    from scipy.special import expit, logit

    rows = rows.assign(x=logit(rows["probability"].clip(0.005, 0.995)))
    past, now = rows[rows["year"] < year], rows[rows["year"] == year]

    def loss(at: np.ndarray) -> float:
        z = at[0] + at[1] * past["x"]
        return float((np.logaddexp(0, z) - past["came"] * z).mean())

    low, slope = minimize(loss, [0.0, 1.0]).x
    told, mapped = now["probability"], expit(low + slope * now["x"])
    errors = [float(((p - now["came"]) ** 2).mean()) for p in (told, mapped)]
    return f"{year} {errors[0]:.3f} {errors[1]:.3f}"


def told() -> pd.DataFrame:
    """Return one row per person, year and ask: the chance told, and whether it came."""
    import salesanalysis as sa
    from salesanalysis.targets.fairness.backtest import known_before, yearly_sales

    panel = sa.load("demo").panel(by=BY)
    yearly = yearly_sales(panel)
    out = []
    for year in (2021, 2022, 2023):
        past = known_before(panel, year)
        forecast = sa.forecast.panel(past, 12)
        seen = past.frame[past.frame["value"] != 0].groupby(BY)["period"].nunique()
        sold = [yearly[yearly["year"] == y].set_index(BY)["value"] for y in (year - 1, year)]
        both = pd.concat([*sold, seen], axis=1, keys=["before", "after", "n_months"])
        # who left sold nothing: nobody knew it when the target was set
        both = both.fillna({"after": 0.0}).dropna()
        both = both[both["before"] > 0].reset_index()
        for ask in ASKS:
            asked = both.assign(target=both["before"] * ask)
            chance = forecast.probability(asked[[*BY, "target"]])[[*BY, "probability"]]
            rows = asked.merge(chance, on=BY).dropna(subset=["probability"]).assign(year=year)
            out.append(rows.assign(came=(rows["after"] >= rows["target"]).astype("float64")))
    return pd.concat(out, ignore_index=True)
