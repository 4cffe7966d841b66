"""What may come, per unit: quantiles and chances from draws, a normal table or a forecast."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError, require_columns, require_unique
from salesanalysis.panel import Panel
from salesanalysis.targets.drawn import outcomes_of, unit_rows
from salesanalysis.targets.underway import Names, no_draws, year_in_progress

Floats = npt.NDArray[np.float64]
_NORMAL = NormalDist()


def normal_chance(target: Floats, mean: Floats, sd: Floats) -> Floats:
    """Return P(actual >= target) for normal outcomes; without spread 1 or 0.

    Examples
    --------
    >>> round(float(normal_chance(np.array([105.0]), np.array([100.0]), np.array([10.0]))[0]), 10)
    0.3085375387
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        z = (mean - target) / sd
    z = np.where(sd > 0, z, np.where(mean >= target, np.inf, -np.inf))
    return _phi(z)


def _phi(z: Floats) -> Floats:
    from scipy.special import ndtr  # noqa: PLC0415

    share: Floats = np.asarray(ndtr(z), dtype="float64")
    return share


@dataclass(frozen=True, eq=False)
class Outlook:
    """Outcomes a target is set against; build it with `of`.

    Attributes
    ----------
    units : DataFrame, one row per unit
        Level columns, empty text where a level is not named (all empty: the company).
    by : tuple of str
    draws : array of float, shape (units, draws), ascending; empty for normal outcomes
    mean, sd : array of float, shape (units,); empty for draws
    sold_through : str
        First day of the last month that counts with its sales; empty where all are drawn.
    unsold : tuple of tuple of str
        Names of the units without a line in one of those months or more.
    """

    units: pd.DataFrame
    by: tuple[str, ...]
    draws: Floats
    mean: Floats
    sd: Floats
    sold_through: str = ""
    unsold: tuple[Names, ...] = ()

    @classmethod
    def of(
        cls,
        source: Any,
        by: Sequence[str],
        *,
        year: int | None = None,
        months: Sequence[Any] | None = None,
        correlation: float | None = None,
        sold: Panel | None = None,
    ) -> "Outlook":
        """Read outcomes from a forecast or a table.

        Parameters
        ----------
        source : object with ``quantiles(year=...)``, table of draws, or DataFrame
            A table has level columns and either ``draw`` and ``value``, or ``mean`` and ``sd``;
            draws with ``period`` are summed over the year.
        by : sequence of str, levels of the targets from the top down
        year : int, optional
            Fiscal year asked of a forecast.
        months : sequence of dates, optional
            Of that year: draws by month must have them all; any twelve in a row where not given.
        correlation : float, optional
            Between any two units of a normal table of leaves: the units above are built with it.
        sold : Panel, optional
            Sales of the closed months of a year in progress, before draws by month of its rest.

        Raises
        ------
        ContractError
            Neither kind of table, doubled units, a negative or empty spread, unequal draws, draws
            that lack a month of the year; `sold` beside anything but draws by month, or sales
            that do not end where the draws begin.
        """
        if isinstance(source, Outlook):
            return source if sold is None else no_draws(source)
        table = unit_rows(outcomes_of(source, year), by)
        through = ""
        unsold: tuple[Names, ...] = ()
        if {"period", "draw", "value"} <= set(table.columns):
            table, through, unsold = year_in_progress(table, by, months, sold)
        elif sold is not None:
            no_draws(source)
        known = tuple(level for level in by if level in table.columns)
        units = table.copy()
        for level in known:
            units[level] = units[level].astype("object").where(units[level].notna(), "")
            units[level] = units[level].astype("str")
        if {"mean", "sd"} <= set(table.columns):
            return _normal(units, known, correlation)
        require_columns(table, ["draw", "value"], name="forecast")
        return replace(_drawn(units, known), sold_through=through, unsold=unsold)

    def quantile(self, attainability: float) -> pd.Series:
        """Return the value each unit reaches with this chance: the quantile 1 - p."""
        if len(self.mean):
            return pd.Series(self.mean - self.sd * _NORMAL.inv_cdf(attainability))
        return pd.Series(np.quantile(self.draws, 1.0 - attainability, axis=1))

    def chance(self, targets: pd.DataFrame, levels: Sequence[str]) -> pd.Series:
        """Return P(actual >= target) per row of `targets`, empty where the unit is unknown."""
        at = self.place(targets, levels)
        wanted = targets["target"].to_numpy("float64")
        known = at >= 0
        out = np.full(len(at), np.nan)
        if len(self.mean):
            out[known] = normal_chance(wanted[known], self.mean[at[known]], self.sd[at[known]])
        else:
            rows = self.draws[at[known]]
            n_reach = (rows >= wanted[known][:, None]).sum(axis=1)
            # as a forecast says it: so many outcomes cannot show that something never happens
            out[known] = (1 + n_reach) / (rows.shape[1] + 2)
        return pd.Series(out, index=targets.index)

    def place(self, table: pd.DataFrame, levels: Sequence[str]) -> npt.NDArray[np.int64]:
        """Return the row of each unit of `table` here, -1 where there is none."""
        named = (table[list(levels)] != "").to_numpy()
        deeper = [i for i, level in enumerate(levels) if level not in self.by]
        lost = named[:, deeper].any(axis=1)
        if not self.by:
            return np.where(lost | (len(self.units) == 0), -1, 0)
        index = pd.MultiIndex.from_frame(self.units[list(self.by)])
        keys = pd.MultiIndex.from_frame(table[list(self.by)].astype("str"))
        return np.where(lost, -1, index.get_indexer(keys)).astype("int64")


def _normal(units: pd.DataFrame, by: tuple[str, ...], correlation: float | None) -> Outlook:
    """Read means and spreads, and build the units above where a correlation is given."""
    _check_spread(units)
    require_unique(units, by, name="forecast", what="name the same unit")
    if correlation is not None:
        units = _with_parents(units, by, correlation)
    arrays = (units[c].to_numpy("float64") for c in ("mean", "sd"))
    return Outlook(units[list(by)].reset_index(drop=True), by, np.empty((0, 0)), *arrays)


def _check_spread(units: pd.DataFrame) -> None:
    fine = np.isfinite(units["mean"]) & np.isfinite(units["sd"]) & (units["sd"] >= 0)
    if not fine.all():
        raise ContractError(
            f"{int((~fine).sum())} of {len(units)} rows of forecast have an empty mean, or a "
            "spread that is empty or below 0.",
            where="forecast, columns 'mean' and 'sd', see .rows",
            fix="give both, the spread zero or more",
            rows=units[~fine],
        )


def _with_parents(units: pd.DataFrame, by: tuple[str, ...], rho: float) -> pd.DataFrame:
    """Add every unit above the leaves: means add, spreads by the correlation."""
    if not 0 <= rho <= 1:
        raise ContractError(
            f"correlation must be from 0 to 1, got {rho!r}.",
            where="Outlook.of(correlation=...)",
            fix="write correlation=0.2",
            code="bad-choice",
        )
    keys, parts = list(by), [units]
    leaves = units.assign(square=units["sd"] ** 2)
    for depth in range(len(keys) - 1, -1, -1):
        upper = leaves.assign(**dict.fromkeys(keys[depth:], ""))
        sums = upper.groupby(keys, as_index=False)[["mean", "sd", "square"]].sum()
        # Var(sum) = (1 - rho) sum s^2 + rho (sum s)^2
        sums["sd"] = np.sqrt((1 - rho) * sums["square"] + rho * sums["sd"] ** 2)
        parts.append(sums[[*keys, "mean", "sd"]])
    return pd.concat(parts, ignore_index=True)


def _drawn(units: pd.DataFrame, by: tuple[str, ...]) -> Outlook:
    """Turn long draws into one row of ascending values per unit."""
    bad = units[~np.isfinite(units["value"].to_numpy("float64"))]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(units)} draws are empty or infinite.",
            where="forecast, column 'value', see .rows",
            fix="give every unit the same draws, or leave it out",
            rows=bad,
        )
    require_unique(units, [*by, "draw"], name="forecast", what="are the same draw of one unit")
    keys = list(by)
    ordered = units.sort_values([*keys, "draw"], kind="stable")
    n = int(ordered["draw"].nunique())
    sizes = ordered.groupby(keys or np.zeros(len(ordered), int), sort=False).size()
    if (sizes != n).any():
        raise ContractError(
            f"{int((sizes != n).sum())} of {len(sizes)} units do not have all {n} draws.",
            where=f"forecast, first {sizes[sizes != n].index[0]!r}",
            fix="give every unit the same draws",
            rows=sizes[sizes != n].to_frame("n_draws"),
        )
    values = np.sort(ordered["value"].to_numpy("float64").reshape(-1, n), axis=1)
    heads = ordered.iloc[::n][keys].reset_index(drop=True)
    none = np.empty(0)
    return Outlook(heads, by, values, none, none)
