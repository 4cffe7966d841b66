"""What people said they would sell: once on the 20th of the month before, once on its first day."""

import numpy as np
import pandas as pd

from salesanalysis.data.demo.causes import AS_OF
from salesanalysis.data.demo.timeline import stream

#: First month anybody was asked for.
SINCE = "2023-01-01"
#: How far people lean, 0.15 = 15 % too high, and the part of them that does.
LEANS = {0.15: 0.25, -0.12: 0.25, 0.0: 0.50}
#: Day before the month a commit is made, and its noise (logarithm): later ones know more.
MADE = {12: 0.28, 0: 0.16}


def commits_table(seed: int, sales: pd.DataFrame) -> pd.DataFrame:
    """Return the contract table: people's own forecasts by month (currency), to AS_OF."""
    rng = stream(seed, "commit noise")
    month = sales["date"].dt.to_period("M").dt.to_timestamp().astype("datetime64[us]")
    asked = sales.assign(period=month)[(month >= SINCE) & (sales["date"] <= AS_OF)]
    keys = ["salesperson", "region", "period"]
    sold = asked.groupby(keys, as_index=False)["revenue"].sum().query("revenue > 0")
    lean = sold["salesperson"].map(leans_of(seed, sold["salesperson"])).to_numpy()
    rounds = []
    for days, noise in MADE.items():
        # half the variance off: right in the mean, not in the middle
        wrong = np.exp(rng.normal(-(noise**2) / 2, noise, len(sold)))
        said = np.rint(sold["revenue"] * (1 + lean) * wrong / 1000) * 1000
        made = sold["period"] - pd.Timedelta(days=days)
        rounds.append(sold[keys].assign(made_on=made, value=said))
    out = pd.concat(rounds, ignore_index=True)
    return out.sort_values([*keys, "made_on"], ignore_index=True)


def leans_of(seed: int, people: pd.Series) -> pd.Series:
    """Return how far each person leans, by name: the truth a bias report should find."""
    names = np.sort(people.unique())
    counts = np.floor(np.cumsum([0.0, *LEANS.values()]) * len(names)).astype("int64")
    order = stream(seed, "commit leans").permutation(names)
    return pd.Series(np.repeat(list(LEANS), np.diff(counts)), index=order)
