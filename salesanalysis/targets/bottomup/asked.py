"""Bounds, pins and variances read beside the units of a gap table."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_unique,
    unknown_name,
)
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.growth_methods.given import figures
from salesanalysis.targets.steps import Step

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Limits:
    """Lowest and highest figure of every unit, in currency; a pin is both."""

    low: Floats
    high: Floats
    pinned: npt.NDArray[np.bool_]
    bounded: npt.NDArray[np.bool_]

    def check(self, goal: int, size: Step) -> None:
        """Refuse a total no figures within the bounds add up to.

        Raises
        ------
        ContractError
            With the sum the bounds allow, and the total.
        """
        amount = size.amount(goal)
        lowest, highest = float(self.low.sum()), float(self.high.sum())
        slack = 1e-9 * max(amount, 1.0)
        for sum_, word, wrong, fix in (
            (lowest, "lowest", lowest > amount + slack, "lower the bounds or pins, or raise"),
            (highest, "highest", highest < amount - slack, "raise the bounds or pins, or lower"),
        ):
            if wrong:
                verb = "exceeds" if word == "lowest" else "stays below"
                raise ContractError(
                    f"sum of {word} figures {sum_:,.2f} {verb} total {amount:,.2f}.",
                    where="reconcile(bounds=..., pins=...)",
                    fix=f"{fix} the total",
                    code="bad-choice",
                )


def read_limits(
    units: pd.DataFrame,
    by: Sequence[str],
    bounds: pd.DataFrame | None,
    pins: pd.DataFrame | None,
    size: Step,
) -> Limits:
    """Return the limits of every unit; without a bound 0 and no upper end.

    Raises
    ------
    ContractError
        Unknown units, one twice, a bound or pin below 0 or between two steps, lo above hi.
    """
    n = len(units)
    low, high = np.zeros(n), np.full(n, np.inf)
    bounded = np.zeros(n, dtype=bool)
    if bounds is not None:
        given = _beside(
            units, by, bounds, [c for c in ("lo", "hi") if c in bounds.columns], "bounds"
        )
        if "lo" in given:
            low = np.where(np.isnan(given["lo"]), 0.0, given["lo"])
            bounded = low > 0
        if "hi" in given:
            high = np.where(np.isnan(given["hi"]), np.inf, given["hi"])
        _check_steps(np.where(np.isfinite(high), high, 0.0), size, "hi")
        _check_steps(low, size, "lo")
    pinned = np.zeros(n, dtype=bool)
    if pins is not None:
        value = _beside(units, by, pins, ["value"], "pins")["value"]
        pinned = ~np.isnan(value)
        _check_steps(np.where(pinned, value, 0.0), size, "value")
        low, high = np.where(pinned, value, low), np.where(pinned, value, high)
    crossed = units[low > high]
    if len(crossed):
        raise ContractError(
            f"{len(crossed)} of {n} units have a lowest figure above the highest one.",
            where=f"bounds, first {crossed[by[-1]].iloc[0]!r}, see .rows",
            fix="swap lo and hi, or leave one of them empty",
            rows=crossed,
        )
    return Limits(low, high, pinned, bounded)


def _beside(
    units: pd.DataFrame, by: Sequence[str], table: pd.DataFrame, columns: list[str], name: str
) -> dict[str, Floats]:
    """Return columns in the order of `units`, empty where a unit is not named."""
    keys = list(by)
    require_columns(table, [*keys, *(columns or ["lo"])], name=name)
    require_named(table, keys, name=name)
    require_unique(table, keys, name=name, what="name the same unit")
    known = pd.MultiIndex.from_frame(units[keys])
    strange = table[~pd.MultiIndex.from_frame(table[keys]).isin(known)]
    if len(strange):
        names, odd = sorted(units[keys[-1]].unique()), strange[keys[-1]].iloc[0]
        raise unknown_name(odd, names, kind=keys[-1], where=name, error=ContractError)
    read = table[keys].assign(**{c: numbers(table, c, name) for c in columns})
    found = units[keys].merge(read, on=keys, how="left")
    return {c: found[c].to_numpy("float64") for c in columns}


def _check_steps(amounts: Floats, size: Step, name: str) -> None:
    """Refuse amounts below 0 or between two steps."""
    for amount in np.unique(amounts).tolist():
        size.count(amount, name=name, where="reconcile(bounds=..., pins=...)")


def read_variances(
    table: pd.DataFrame, units: pd.DataFrame, by: Sequence[str], absent: npt.NDArray[np.bool_]
) -> tuple[Floats, Floats]:
    """Return the variances of both sides, all above 0.

    Raises
    ------
    ContractError
        A unit without a variance, or one of 0 or less: nobody is that sure.
    """
    both = figures(table, units, by, ["top_variance", "bottom_variance"], name="variances")
    top, bottom = both["top_variance"], both["bottom_variance"]
    bad = units[(top <= 0) | ((bottom <= 0) & ~absent)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(units)} units have a variance of 0: nobody is that sure.",
            where=f"variances, first {bad[by[-1]].iloc[0]!r}, see .rows",
            fix="give variances above 0, or pin the unit",
            rows=bad,
        )
    return top, np.where(bottom > 0, bottom, 1.0)
