"""Figures of a forecaster: how far off, to which side, and beside which rival."""

import numpy as np
import pandas as pd

from salesanalysis.forecast.tree import Floats

#: Fewer months than this cannot show a lean: all on one side of five has a chance of 6 %.
LEAST_MONTHS = 6
#: Below this probability a lean is not put down to chance.
ALPHA = 0.05


def with_rivals(
    matched: pd.DataFrame,
    came: pd.DataFrame,
    model: pd.DataFrame | None,
    names: tuple[str, ...],
    season: int,
) -> pd.DataFrame:
    """Add what a season before (``naive``) and the model said; empty where unknown."""
    keys = [*names, "period"]
    before = came.assign(period=came["period"] + pd.DateOffset(months=season))
    full = matched.merge(before.rename(columns={"value": "naive"}), on=keys, how="left")
    if model is None:
        return full.assign(model=np.nan)
    return full.merge(model.rename(columns={"value": "model"}), on=keys, how="left")


def people(full: pd.DataFrame, names: tuple[str, ...]) -> pd.DataFrame:
    """Return one row per person, the largest sum of errors first."""
    table = _sums(full, [full[n] for n in names])
    table = table.reset_index(drop=True).assign(**dict(zip(names, _keys(full, names), strict=True)))
    table["verdict"] = _verdicts(table)
    size = (table["commit"] - table["actual"]).abs()
    table = table.assign(size=-size).sort_values(["size", *names], kind="stable")
    shown = [*names, *[c for c in table.columns if c not in (*names, "size")]]
    return table[shown].reset_index(drop=True)


def _keys(full: pd.DataFrame, names: tuple[str, ...]) -> list[list[str]]:
    """Return the names of the groups, column by column."""
    found = full[list(names)].drop_duplicates().sort_values(list(names), kind="stable")
    return [found[n].tolist() for n in names]


def overall(full: pd.DataFrame) -> pd.DataFrame:
    """Return the one row of all commits together."""
    return _sums(full, [pd.Series("all", index=full.index)]).reset_index(drop=True)


def leads(full: pd.DataFrame) -> pd.DataFrame:
    """Return one row per lead in months; empty where it is not known when commits were made."""
    known = full[full["lead"].notna()]
    if known.empty:
        return pd.DataFrame({"lead": np.array([], dtype="int64")})
    table = _sums(known, [known["lead"].astype("int64")])
    return table.rename_axis("lead").reset_index()


def _sums(full: pd.DataFrame, keys: list[pd.Series]) -> pd.DataFrame:
    """Return the figures per group, in order of its keys.

    Shares are of the sum of absolute actuals; a value added is the rival's error share minus
    the person's own, in points, over the months both have.
    """
    off = full["value"] - full["value_actual"]
    size = full["value_actual"].abs()
    table = pd.DataFrame(
        {
            "n_months": 1,
            "actual": full["value_actual"],
            "commit": full["value"],
            "size": size,
            "off": off,
            "missed": off.abs(),
            "n_high": off > 0,
            "n_low": off < 0,
            "hit5": off.abs() <= 0.05 * size,
            "hit10": off.abs() <= 0.10 * size,
        }
    )
    for rival in ("model", "naive"):
        known = full[rival].notna()
        table[f"n_{rival}"] = known
        table[f"size_{rival}"] = size.where(known, 0.0)
        miss = (full[rival] - full["value_actual"]).abs() - off.abs()
        table[f"gain_{rival}"] = miss.where(known, 0.0)
    sums = table.groupby(keys, sort=True).sum()
    return _shares(sums)


def _shares(sums: pd.DataFrame) -> pd.DataFrame:
    """Turn sums into the columns of the report."""
    n, size = sums["n_months"], sums["size"].where(sums["size"] > 0)
    out = pd.DataFrame(
        {
            "n_months": n,
            "actual": sums["actual"],
            "commit": sums["commit"],
            "over_growth": sums["off"] / size,
            "wape_share": sums["missed"] / size,
            "hit5_share": sums["hit5"] / n,
            "hit10_share": sums["hit10"] / n,
            "n_high": sums["n_high"].astype("int64"),
            "n_low": sums["n_low"].astype("int64"),
            "p_value": sign_test(
                sums["n_high"].to_numpy(dtype="float64"), sums["n_low"].to_numpy(dtype="float64")
            ),
        },
        index=sums.index,
    )
    for rival in ("model", "naive"):
        base = sums[f"size_{rival}"].where(sums[f"size_{rival}"] > 0)
        out[f"n_{rival}"] = sums[f"n_{rival}"].astype("int64")
        out[f"added_{rival}_pp"] = 100 * sums[f"gain_{rival}"] / base
    return out.assign(status=np.where(size.notna(), "ok", "no_sales")).astype({"status": "str"})


def sign_test(high: Floats, low: Floats) -> Floats:
    """Return how likely so one-sided a split is by chance, were both sides equally likely.

    The two-sided sign test; months that were met exactly say nothing and are left out.

    Examples
    --------
    >>> sign_test(np.array([6.0, 3.0, 0.0]), np.array([0.0, 3.0, 0.0])).tolist()
    [0.03125, 1.0, 1.0]
    """
    from scipy.special import bdtr  # noqa: PLC0415

    tail = bdtr(np.minimum(high, low), (high + low).astype("int64"), 0.5)
    doubled: Floats = np.minimum(1.0, 2 * tail)
    return doubled


def _verdicts(table: pd.DataFrame) -> pd.Series:
    """Say in a word to which side someone leans.

    A lean needs both: more months on one side than chance gives, and a sum on the same side.
    """
    sure = (table["p_value"] < ALPHA) & (table["status"] == "ok")
    high = sure & (table["n_high"] > table["n_low"]) & (table["over_growth"] > 0)
    low = sure & (table["n_high"] < table["n_low"]) & (table["over_growth"] < 0)
    rules = [table["n_months"] < LEAST_MONTHS, high, low]
    words = np.select(rules, ["few_commits", "optimist", "sandbagger"], default="no_lean")
    return pd.Series(words, index=table.index, dtype="str")
