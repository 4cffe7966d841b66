"""Attainment from history: level, spread, and how much of it people share."""

from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.attainment.history import History, read_history
from salesanalysis.incentives.attainment.model import Attainment
from salesanalysis.periods import FiscalCalendar

_YEAR = FiscalCalendar()
#: Shares of what a history cannot say: market, region, person.
ASSUMED = {"market": 0.05, "region": 0.05, "person": 0.40}


def calibrate(history: Any, *, calendar: FiscalCalendar = _YEAR) -> Attainment:
    """Return the lognormal attainment of a history, with its four variances.

    Parameters
    ----------
    history : DataFrame, one row per person and period
        ``salesperson``, ``period`` (any date in it), ``quota`` and ``actual`` (currency);
        optional ``region``. Person-years that are not whole are left out.
    calendar : FiscalCalendar
        Where years start.

    Returns
    -------
    Attainment
        What could not be estimated (the market with fewer than three years, the region with fewer
        than two of several people, the person where nobody has two years or two periods of one)
        has its assumed share, and is named in ``notes``.

    Raises
    ------
    ContractError
        A table that is no history, attainments at or below 0 (a logarithm needs more), people who
        do not differ at all.

    Notes
    -----
    With y the logarithm of yearly attainment, half the mean squared difference of two person-years
    is ``person + noise`` inside a region and year, ``region + person + noise`` across the regions
    of a year, ``market + region + person + noise`` across years, and ``market + region + noise``
    for one person; solved for the four, negative ones set to 0. No mean has to be estimated, so
    few years bias nothing (variogram estimator, as in Searle, Casella and McCulloch 1992, ch. 5,
    for unbalanced data). With one year the noise comes from the periods: their variance, scaled
    to the year by Fenton (1960).

    Examples
    --------
    >>> rows = [("Li", 2022, 90.0), ("Li", 2023, 110.0), ("Wang", 2022, 120.0),
    ...         ("Wang", 2023, 125.0), ("Zhao", 2022, 80.0), ("Zhao", 2023, 75.0)]
    >>> history = pd.DataFrame(rows, columns=["salesperson", "year", "actual"])
    >>> history["period"] = pd.to_datetime(history["year"].astype("str"))
    >>> model = calibrate(history.assign(quota=100.0))
    >>> round(model.m, 3), round(model.s, 3), model.notes
    (-0.019, 0.252, ('market', 'region'))
    """
    read = read_history(history, calendar, "calibrate(history)")
    low = read.years[read.years["attainment"] <= 0]
    if len(low):
        raise ContractError(
            f"{len(low)} of {len(read.years)} person-years have an attainment of 0 or less; first: "
            f"{low['salesperson'].iloc[0]!r} in {low['year'].iloc[0]}.",
            where="calibrate(history), see .rows",
            fix="use bootstrap(history), which takes results as they are, or leave them out",
            rows=low,
        )
    table = read.years.assign(y=np.log(read.years["attainment"]))
    known = _components(read, table)
    total, notes = _filled(known)
    if total["s2"] <= 0:
        raise ContractError(
            f"the {len(table)} person-years do not differ: their spread is 0.",
            where="calibrate(history)",
            fix="use a preset: attainment('normal')",
        )
    parts = {name: total[name] / total["s2"] for name in ("market", "region", "person")}
    return Attainment(
        "lognormal",
        float(table["y"].mean()),
        float(np.sqrt(total["s2"])),
        market=parts["market"],
        region=parts["region"],
        person=parts["person"],
        noise=max(1 - sum(parts.values()), 0.0),
        source=f"calibrated from {read.source}",
        assumed=False,
        notes=notes,
    )


def _components(read: History, table: pd.DataFrame) -> dict[str, float | None]:
    """Return the variances that can be estimated, None for the others."""
    inside = _half_square(table, ["year", "region"])
    across = _half_square(table, ["year"], apart="region")
    years = _half_square(table, [], apart="year")
    own = _half_square(table, ["salesperson"], apart="year")
    enough = table["year"].nunique() >= 3
    sizes = table.drop_duplicates(["region", "salesperson"]).groupby("region").size()
    several = int((sizes > 1).sum()) >= 2
    base = inside if inside is not None else across
    wider = across if several and across is not None else base
    noise = _noise(read, table) if own is None or years is None or not enough else None
    market = max(years - (wider or 0.0), 0.0) if enough and years is not None else None
    region = None
    if several and across is not None and inside is not None:
        region = max(across - inside, 0.0)
    if noise is None and own is not None and enough:
        noise = max(own - (market or 0.0) - (region or 0.0), 0.0)
    if noise is None and own is not None:
        noise = own  # two years: their difference holds the market as well
    return {"market": market, "region": region, "rest": base, "noise": noise}


def _filled(known: dict[str, float | None]) -> tuple[dict[str, float], tuple[str, ...]]:
    """Return all variances and their sum; what is not known has its assumed share."""
    rest = known["rest"] or 0.0
    notes = [name for name in ("market", "region") if known[name] is None]
    sure = rest + (known["market"] or 0.0) + (known["region"] or 0.0)
    s2 = sure / (1 - sum(ASSUMED[name] for name in notes))
    out = {
        name: ASSUMED[name] * s2 if known[name] is None else float(known[name] or 0.0)
        for name in ("market", "region")
    }
    noise = known["noise"]
    if noise is None:
        notes.append("person")
        person = rest * ASSUMED["person"] / (1 - ASSUMED["market"] - ASSUMED["region"])
    else:
        person = max(rest - noise, 0.0)
    return {**out, "person": person, "s2": s2}, tuple(notes)


def _noise(read: History, table: pd.DataFrame) -> float | None:
    """Return the variance of a year's noise from the periods inside years."""
    if read.per_year == 1 or (read.periods["attainment"] <= 0).any():
        return None
    y = np.log(read.periods["attainment"])
    keys = read.periods
    # what a region's people share in a period is season or market, not noise of a person
    shared = y - y.groupby([keys["region"], keys["period"]]).transform("mean")
    own = shared - shared.groupby([keys["salesperson"], keys["year"]]).transform("mean")
    people = len(table)
    cells = keys.groupby(["region", "period"]).ngroups
    years = keys.groupby(["region", "year"]).ngroups
    free = len(y) - people - cells + years
    if free <= 0:
        return None
    spread = float((own**2).sum()) / free
    return float(np.log1p(np.expm1(spread) / read.per_year))


def _half_square(table: pd.DataFrame, same: list[str], apart: str = "") -> float | None:
    """Return half the mean squared difference of pairs alike in `same` and unlike in `apart`.

    Pairs of one person count only where people are what is alike.
    """
    if apart and "salesperson" not in same:
        whole = _pairs(table, same)
        less = _pairs(table, [*same, apart])
        if apart == "year":  # across years, the pairs of one person are not of two people
            own, again = _pairs(table, ["salesperson"]), _pairs(table, ["salesperson", "year"])
            less = (less[0] + own[0] - again[0], less[1] + own[1] - again[1])
        square, n = whole[0] - less[0], whole[1] - less[1]
    else:
        square, n = _pairs(table, same)
    return square / n / 2 if n > 0 else None


def _pairs(table: pd.DataFrame, same: list[str]) -> tuple[float, float]:
    """Return the sum of squared differences over all pairs inside groups, and their number."""
    groups = table.groupby(same)["y"] if same else table.groupby(lambda _: 0)["y"]
    n, middle = groups.transform("size"), groups.transform("mean")
    square = float((n * (table["y"] - middle) ** 2).sum())
    return square, float((n - 1).sum()) / 2


def bootstrap(history: Any, *, calendar: FiscalCalendar = _YEAR) -> Attainment:
    """Return the attainments of a history as they were: each person-year as likely as another.

    A year is drawn with all its periods, so season and streaks stay. Several people are tied to
    each other by the assumed shares of market and region, through the rank of their year.

    Parameters
    ----------
    history, calendar : as in `calibrate`; results of 0 or below are taken as they are

    Raises
    ------
    ContractError
        As in `calibrate`, attainments at or below 0 excepted.

    References
    ----------
    Efron, B. (1979). Bootstrap methods: another look at the jackknife. Annals of Statistics 7.

    Examples
    --------
    >>> history = pd.DataFrame({"salesperson": ["Li", "Wang"], "period": "2023-01-01",
    ...                         "quota": 100.0, "actual": [80.0, 110.0]})
    >>> bootstrap(history).values
    (0.8, 1.1)
    """
    read = read_history(history, calendar, "bootstrap(history)")
    years = read.years.sort_values(["attainment", "salesperson", "year"], ignore_index=True)
    values = years["attainment"].to_numpy("float64")
    paths: tuple[tuple[float, ...], ...] = ()
    if read.per_year > 1:
        by_year = read.periods.groupby(["salesperson", "year"])["attainment"].agg(tuple)
        keys = zip(years["salesperson"], years["year"], strict=True)
        paths = tuple(tuple(float(v) for v in by_year[key]) for key in keys)
    return Attainment(
        "empirical",
        float(values.mean()),
        float(values.std()),
        values=tuple(float(v) for v in values),
        paths=paths,
        source=f"{read.source} as they were",
    )
