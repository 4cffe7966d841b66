"""The Spring Festival between January and February: what its date does to sales per working day."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.festivals import (
    AFTER,
    BEFORE,
    DURING,
    SPRING,
    festival_days,
    regressors,
    window_shares,
)
from salesanalysis.festivals.days import uncovered
from salesanalysis.periods import SPRING_FESTIVAL, month_range

Floats = npt.NDArray[np.float64]
WINDOWS = (BEFORE, DURING, AFTER)

# sizes of an effect on a logarithm that a planner would believe; the evidence chooses among them
_EFFECTS = (0.0, 0.1, 0.2, 0.4, 0.8)
_OFFSETS = (0.0, 0.1, 0.3)
_NOISES = (0.02, 0.05, 0.1, 0.2)


@dataclass(frozen=True, eq=False)
class FestivalEffect:
    """How sales per working day of January compare with February, by the date of the festival.

    Attributes
    ----------
    offset : float
        Logarithm of January over February, per working day, when the festival falls as it does
        on average.
    betas : dict
        Effect on the logarithm of a whole window (before, during, after) inside a month.
    n_years : int
        Years it was learnt from.
    """

    offset: float
    betas: dict[str, float]
    n_years: int

    def log_ratio(self, year: int) -> float:
        """Return the logarithm of January over February, per working day, of a year."""
        return self.offset + float(_differences([year])[0] @ list(self.betas.values()))


def learn(january: Floats, february: Floats, years: list[int]) -> FestivalEffect:
    r"""Learn the effect from sales per working day of both months.

    Parameters
    ----------
    january, february : array, shape (years,), sales per working day
        A year in which one of them is not above 0 is left out.
    years : list of int

    Notes
    -----
    :math:`\ln(r_{Jan}/r_{Feb}) = a + \sum_w \beta_w (x_{w,Jan} - x_{w,Feb})` with the centred
    window shares x of Findley et al. (1998). Few years face three windows, so offset and effects
    have a normal prior around 0 whose width, and the noise, are those under which the years seen
    are most likely. Without any year both are 0: the months split by working days alone.

    Examples
    --------
    >>> before_only = [float(np.exp(d[0] * 0.4)) for d in _differences(range(2018, 2024))]
    >>> found = learn(np.array(before_only), np.ones(6), list(range(2018, 2024)))
    >>> found.n_years, found.betas["before"] > 0.2
    (6, True)
    """
    usable = (january > 0) & (february > 0)
    kept = [y for y, use in zip(years, usable, strict=True) if use]
    if not kept:
        return FestivalEffect(0.0, dict.fromkeys((w.name for w in WINDOWS), 0.0), 0)
    seen = np.log(january[usable] / february[usable])
    design = np.column_stack([np.ones(len(kept)), _differences(kept)])
    found = _posterior(seen, design)
    names = [w.name for w in WINDOWS]
    betas = dict(zip(names, found[1:].tolist(), strict=True))
    return FestivalEffect(float(found[0]), betas, len(kept))


def _differences(years: Iterable[int]) -> Floats:
    """Return years x windows: share of each window in January minus that in February."""
    table = _all_differences()
    unknown = sorted(set(years) - set(table))
    if unknown:
        raise uncovered(SPRING, month_range(f"{unknown[0]}-01", f"{unknown[0]}-02"), list(table))
    return np.array([table[year] for year in years])


@cache
def _all_differences() -> dict[int, tuple[float, ...]]:
    """Return them for every year of the table of festivals; a constant."""
    years = sorted(SPRING_FESTIVAL)
    months = month_range(f"{years[0]}-01-01", f"{years[-1]}-12-01")
    matrix = regressors(months, WINDOWS).matrix.reshape(-1, 12, len(WINDOWS))
    return dict(zip(years, map(tuple, (matrix[:, 0] - matrix[:, 1]).tolist()), strict=True))


def _posterior(seen: Floats, design: Floats) -> Floats:
    """Return the most likely offset and effects under the widths that explain the years best."""
    best, found = -np.inf, np.zeros(design.shape[1])
    for width in _EFFECTS:
        for spread in _OFFSETS:
            prior = np.array([spread**2, *[width**2] * (design.shape[1] - 1)])
            signal = (design * prior) @ design.T
            for noise in _NOISES:
                cover = signal + noise**2 * np.eye(len(seen))
                solved = np.linalg.solve(cover, seen)
                evidence = -0.5 * (seen @ solved + np.linalg.slogdet(cover)[1])
                # a hair better is a tie: the smaller effect stays
                if evidence > best + 1e-9:
                    best, found = evidence, prior * (design.T @ solved)
    return found


def require_joint(start_month: int) -> None:
    """Refuse fiscal years that tear January and February of one festival apart."""
    if start_month == 2:
        raise ContractError(
            "A fiscal year from February on holds January and February of two festivals.",
            where="month_shares(festival='spring_festival')",
            fix="write festival=None, or plan calendar years",
            code="bad-choice",
        )


def split_pair(days: tuple[float, float], log_ratio: Floats) -> tuple[Floats, Floats]:
    """Return the parts of January and February in their sum, for each unit.

    Examples
    --------
    >>> january, _ = split_pair((22.0, 18.0), np.array([0.0]))
    >>> january.round(4).tolist()
    [0.55]
    """
    january = days[0] * np.exp(log_ratio / 2)
    february = days[1] * np.exp(-log_ratio / 2)
    both = january + february
    return january / both, february / both


def window_table(years: list[int]) -> pd.DataFrame:
    """Return the days of each window that fall into January and February.

    Examples
    --------
    >>> table = window_table([2024, 2025, 2026, 2027])
    >>> before = table[table["window"] == "before"]
    >>> before[["n_january", "n_february"]].to_numpy().tolist()
    [[12, 9], [21, 0], [5, 16], [16, 5]]
    """
    feasts = festival_days(SPRING)
    rows = []
    for year in years:
        months = month_range(f"{year}-01-01", f"{year}-02-01")
        for window in WINDOWS:
            inside = np.rint(window_shares(months, feasts, window) * window.length).astype(int)
            rows.append((year, window.name, int(inside[0]), int(inside[1])))
    return pd.DataFrame(rows, columns=["year", "window", "n_january", "n_february"])
