"""Growth less relief: a rate for everybody, eased for those with a reason, within limits."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import (
    ContractError,
    require_columns,
    require_named,
    require_rows,
    require_unique,
)
from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar
from salesanalysis.targets.base_cleaning.facts import numbers
from salesanalysis.targets.base_cleaning.log import node_names, rows
from salesanalysis.targets.basis import Basis
from salesanalysis.targets.history import no_season

Floats = npt.NDArray[np.float64]


def growth_less_relief(
    table: pd.DataFrame,
    *,
    by: Sequence[str],
    year: int,
    least_growth: float = 0.05,
    most_growth: float = 0.25,
    most_relief: float = 0.05,
    calendar: FiscalCalendar | None = None,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Basis:
    """Propose base x (1 + growth - relief) for every unit.

    Parameters
    ----------
    table : DataFrame, one row per unit
        The columns of `by`, ``base`` (sales of the year before, currency), ``growth`` (0.10 =
        10 % more is asked) and ``relief`` (0.02 = 2 points less, for a reason of the unit's own).
    by : sequence of str, levels from the top down
    year : int, fiscal year of the target
    least_growth, most_growth : float
        The growth a manager may ask.
    most_relief : float
        The relief a manager may grant.

    Returns
    -------
    Basis
        Its policy log holds every relief: the value without it, and with it.

    Raises
    ------
    ContractError
        Missing columns, a unit twice, a base that is empty or negative, a growth or a relief
        outside its limits.

    References
    ----------
    SAP Learning, Assigning Bottom-Up Quotas: 1,000 x (100 % + 10 % - 2 %) = 1,080.

    Examples
    --------
    >>> units = pd.DataFrame({"region": ["E"], "base": [1000.0], "growth": [0.10],
    ...                       "relief": [0.02]})
    >>> growth_less_relief(units, by=["region"], year=2024).frame["value"].round(2).tolist()
    [1080.0]
    """
    keys = list(by)
    units = _read(table, keys)
    _check(units["growth"], least_growth, most_growth, units, "growth")
    _check(units["relief"], 0.0, most_relief, units, "relief")
    base, net = units["base"], units["growth"] - units["relief"]
    frame = units[keys].assign(
        base=base, growth=net.where(base > 0), value=base * (1 + net), n_years=0,
        left_out_amount=0.0, carried_amount=0.0,
        status=pd.array(np.where(base > 0, "ok", "zero_base"), dtype="str"),
        reason=pd.array(np.where(base > 0, "by_relief", "no_sales"), dtype="str"),
    )  # fmt: skip
    eased = ((units["relief"] > 0) & (base > 0)).to_numpy()
    without = (base * (1 + units["growth"]))[eased]
    log = rows(node_names(units, keys)[eased], str(year), "relief", without, frame["value"][eased])
    items = units[keys].assign(asked_growth=units["growth"], relief_growth=-units["relief"])
    context = (calendar or FiscalCalendar(), currency, terms or Terms())
    return Basis(
        frame, tuple(by), "relief", year, float(base.sum()), (), no_season(), *context,
        inputs=items, policy_log=log,
    )  # fmt: skip


def _read(table: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the level columns, base, growth and relief as numbers."""
    columns = ["base", "growth", "relief"]
    require_columns(table, [*keys, *columns], name="table")
    require_rows(table, name="table")
    require_named(table, keys, name="table")
    require_unique(table, keys, name="table", what="name the same unit")
    units = table[[*keys, *columns]].reset_index(drop=True)
    for column in columns:
        units[column] = numbers(units, column, "table")
    bad = units[~(units["base"] >= 0)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(units)} bases are negative or empty.",
            where=f"table, column 'base', first rows {bad.index[:3].tolist()}, see .rows",
            fix="net returns against sales first, or leave those units out",
            rows=bad,
        )
    return units


def _check(given: pd.Series, low: float, high: float, units: pd.DataFrame, name: str) -> None:
    """Refuse a growth or a relief outside its limits."""
    # a hair of slack: 0.1 + 0.15 is above 0.25 in binary
    bad = units[~((given >= low - 1e-12) & (given <= high + 1e-12))]
    if len(bad):
        first = f"{given[bad.index[0]]:.1%}"
        raise ContractError(
            f"{len(bad)} of {len(units)} figures of {name} are empty or outside "
            f"{low:.1%} to {high:.1%}, such as {first}.",
            where=f"table, column '{name}', first rows {bad.index[:3].tolist()}, see .rows",
            fix="keep to the limits, or change least_growth, most_growth, most_relief; "
            "write 10 % as 0.10",
            rows=bad,
        )
