"""What a panel says about complete years: sums per unit and year, and the season in them."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.labels import month
from salesanalysis.panel import Panel

Floats = npt.NDArray[np.float64]
#: Years of history at which a unit's own season counts half against the company's.
HALF_YEARS = 2


def require_closed(panel: Panel, year: int) -> None:
    """Refuse a target year whose base year, the one before, is not closed.

    Raises
    ------
    ContractError
        With the last closed month and the latest year that can be planned.
    """
    months = panel.calendar.months(year - 1)
    if panel.closed_through >= months[-1]:
        return
    n_closed = int((months <= panel.closed_through).sum())
    last = panel.calendar.year_of(panel.closed_through + pd.DateOffset(months=1))
    begins = panel.frame["period"].min()
    fix = f"write year={last}: growth is never worked out from part of a year"
    if begins > panel.calendar.months(last - 1)[0]:
        # an earlier year would have no base either
        begun = month(begins)
        fix = f"wait for {month(months[-1])}: the data begin in {begun} and hold no whole year"
    raise ContractError(
        f"The base year {panel.calendar.name(year - 1)} has {n_closed} of 12 closed months.",
        where=f"growth(year={year}), data closed through {month(panel.closed_through)}",
        fix=fix,
        code="bad-choice",
    )


def monthly(panel: Panel) -> pd.DataFrame:
    """Return units x months; empty before a unit's first month, 0 after its last one."""
    wide = panel.matrix()
    # a unit is there from its first month on: a month without a row later on sold nothing
    started = wide.notna().cummax(axis=1)
    return wide.fillna(0.0).where(started)


def year_values(wide: pd.DataFrame, panel: Panel, year: int) -> Floats:
    """Return units x the twelve months of a fiscal year, empty where not active yet."""
    values: Floats = wide.reindex(columns=panel.calendar.months(year)).to_numpy("float64")
    return values


def yearly(wide: pd.DataFrame, panel: Panel, years: list[int]) -> Floats:
    """Return units x `years` sums; empty where a year is not complete for the unit."""
    if not years:
        return np.empty((len(wide), 0))
    return np.column_stack([year_values(wide, panel, year).sum(axis=1) for year in years])


def season(wide: pd.DataFrame, panel: Panel, year: int) -> pd.DataFrame:
    """Return the share of every fiscal month in a year, from the complete years before `year`.

    The share of a month is the mean over complete years of the top-level unit a leaf hangs
    from (below it single months are mostly noise), pulled towards the company's: a unit with n
    years counts n / (n + 2).

    Parameters
    ----------
    wide : DataFrame, units x months, the result of `monthly`
    panel : Panel it was made from
    year : int, fiscal year

    Returns
    -------
    DataFrame
        The panel's first level (empty text for the company), ``month`` (1..12 within the fiscal
        year) and ``share``; no rows where no year before `year` is complete.

    Notes
    -----
    A month of net returns counts as 0. Moving holidays are not separated.
    """
    if panel.by:
        wide = wide.groupby(level=0).sum(min_count=1)
    first = panel.calendar.year_of(wide.columns[0])
    years = range(first, min(year, panel.calendar.year_of(panel.closed_through) + 1))
    cube = [year_values(wide, panel, y) for y in years if _closed(panel, y)]
    columns = [*panel.by[:1], "month", "share"]
    if not cube:
        return pd.DataFrame(columns=columns)
    company, n_company = _mean_share(np.stack([_company(block) for block in cube]))
    if not n_company[0]:
        return pd.DataFrame(columns=columns)
    own, n = _mean_share(np.stack(cube))
    weight = (n / (n + HALF_YEARS))[:, None]
    shares = np.vstack([company, weight * own + (1 - weight) * company])
    keys = ["", *wide.index] if panel.by else [""]
    table = pd.DataFrame({"month": np.tile(np.arange(1, 13), len(keys))})
    table["share"] = shares[: len(keys)].ravel()
    if panel.by:
        table.insert(0, panel.by[0], pd.Series(np.repeat(keys, 12)).astype("str"))
    return table


def _closed(panel: Panel, year: int) -> bool:
    return bool(panel.closed_through >= panel.calendar.months(year)[-1])


def _company(block: Floats) -> Floats:
    """Sum units to one row; empty where nobody was active yet."""
    total = np.nansum(block, axis=0, keepdims=True)
    return np.where(np.isnan(block).all(axis=0, keepdims=True), np.nan, total)


def _mean_share(cube: Floats) -> tuple[Floats, Floats]:
    """Return the mean month shares over years, and how many years are behind them."""
    sold = np.where(np.isnan(cube), 0.0, np.maximum(cube, 0.0))
    total = sold.sum(axis=2)
    counts = ~np.isnan(cube).any(axis=2) & (total > 0)
    share = sold / np.where(total > 0, total, 1.0)[:, :, None] * counts[:, :, None]
    n = counts.sum(axis=0).astype("float64")
    return share.sum(axis=0) / np.maximum(n, 1.0)[:, None], n


def no_season() -> pd.DataFrame:
    """Return a season table without rows: nothing is known about months."""
    return pd.DataFrame({"month": pd.Series(dtype="int64"), "share": pd.Series(dtype="float64")})
