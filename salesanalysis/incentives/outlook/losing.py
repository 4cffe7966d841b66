"""How often each of the drawn years makes somebody lose, and how many lose in one year."""

import numpy as np
import pandas as pd

from salesanalysis.labels import count, exact, label, percent

#: Drawn years from which on the one in twenty at either end is another than the outermost.
ENOUGH = 20


def chances(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the share of drawn years in which each person wins, and loses.

    Parameters
    ----------
    rows : DataFrame, one row per person and draw: ``salesperson``, ``outcome``

    Returns
    -------
    DataFrame, ``salesperson``, ``win_share``, ``lose_share``

    Examples
    --------
    >>> rows = pd.DataFrame({"salesperson": ["Li", "Li"], "draw": [0, 1],
    ...                      "outcome": ["wins", "same"]})
    >>> chances(rows).values.tolist()
    [['Li', 0.5, 0.0]]
    """
    return _flags(rows).groupby("salesperson", as_index=False).mean()


def per_draw(rows: pd.DataFrame) -> pd.DataFrame:
    """Return how many win and lose in each drawn year: ``draw``, ``n_win``, ``n_lose``."""
    sums = _flags(rows).drop(columns="salesperson").groupby(rows["draw"]).sum()
    names = {"win_share": "n_win", "lose_share": "n_lose"}
    return sums.rename(columns=names).astype("int64").reset_index()


def no_draws() -> pd.DataFrame:
    """Return the empty table of a comparison without draws."""
    return pd.DataFrame({c: pd.Series(dtype="int64") for c in ("draw", "n_win", "n_lose")})


def _flags(rows: pd.DataFrame) -> pd.DataFrame:
    """Return 1 where somebody wins, and where somebody loses."""
    outcome = rows["outcome"]
    return pd.DataFrame(
        {
            "salesperson": rows["salesperson"].astype("str"),
            "win_share": (outcome == "wins").astype("float64"),
            "lose_share": (outcome == "loses").astype("float64"),
        }
    )


def told(frame: pd.DataFrame, draws: pd.DataFrame, beyond: float, lang: str) -> list[str]:
    """Say how many lose in one year, and for how many a loss is likelier than not."""
    if draws.empty:
        return []
    few = len(draws) < ENOUGH
    ends = [0.0, 1.0] if few else [0.05, 0.95]
    low, high = np.quantile(draws["n_lose"], ends, method="inverted_cdf")
    mean = float(draws["n_lose"].mean())
    words = {
        "mean": exact(mean, 1) if mean < 10 else count(round(mean)),
        "low": count(int(low)),
        "high": count(int(high)),
        "beyond": percent(beyond, 0),
        "people": count(len(frame)),
        "years": count(len(draws)),
        "never": count(int((frame["lose_share"] == 0).sum())),
        "mostly": count(int((frame["lose_share"] > 0.5).sum())),
    }
    return [label("outlook.compare.losers_few" if few else "outlook.compare.losers", lang, **words)]
