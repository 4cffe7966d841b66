"""Completion and its colour, for any table of actuals and targets."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.money import at_least, cents_of, units

#: Below it a unit is yellow; exactly on it it is green.
YELLOW = "0.8"
#: Below it a unit is red; exactly on it it is yellow.
RED = "0.6"


def completion(actual: Any, target: Any, *, new_business: Any = None) -> pd.DataFrame:
    """Compare amounts with targets: gap, completion and colour of every row.

    Whether a line is reached is decided in whole cents by one comparison of whole numbers, so
    that exactly 80 % is green and one cent less is yellow.

    Parameters
    ----------
    actual : array of float, shape (n,), currency
        Empty where the month is not closed: not the same as 0.
    target : array of float, shape (n,), currency, zero or more
        Empty where there is no target: not the same as 0.
    new_business : array of bool, shape (n,), optional
        Units whose target is 0 because they have no base.

    Returns
    -------
    DataFrame, one row per pair
        ``actual``, ``target``, ``gap`` (actual - target, currency), ``completion`` (0..1 and
        beyond) and ``status``: ``green``, ``yellow``, ``red``; or ``not_closed``, ``no_target``,
        ``zero_target``, ``new_business``, beside which completion is empty.

    Raises
    ------
    ContractError
        Lengths that differ, a negative target, an infinite amount or one above 10 trillion.

    Examples
    --------
    >>> table = completion([80.0, 79.99, 60.0, 59.99, None], [100.0] * 5)
    >>> table["status"].tolist()
    ['green', 'yellow', 'yellow', 'red', 'not_closed']
    """
    sold, wanted = _floats(actual, "actual"), _floats(target, "target")
    new = np.zeros(len(sold), bool) if new_business is None else np.asarray(new_business, bool)
    _check(sold, wanted, new)
    there = np.isfinite(sold) & np.isfinite(wanted)
    sold_cents = cents_of(sold.where(there, 0.0), name="actual")
    cents = cents_of(wanted.where(there, 0.0), name="target")
    compared = there.to_numpy() & (cents > 0)
    share = np.where(compared, sold_cents / np.where(compared, cents, 1), np.nan)
    gap = np.where(there, units(sold_cents - cents), np.nan)
    status = np.select(
        [sold.isna(), wanted.isna(), (cents == 0) & new, cents == 0, *_colours(sold_cents, cents)],
        ["not_closed", "no_target", "new_business", "zero_target", "green", "yellow"],
        "red",
    )
    columns = {"actual": sold, "target": wanted, "gap": gap, "completion": share}
    return pd.DataFrame({**columns, "status": pd.Series(status, dtype="str")})


def _colours(
    actual: npt.NDArray[np.int64], target: npt.NDArray[np.int64]
) -> list[npt.NDArray[np.bool_]]:
    return [at_least(actual, target, YELLOW), at_least(actual, target, RED)]


def _floats(amounts: Any, name: str) -> pd.Series:
    """Read amounts as a column of its own."""
    try:
        column = pd.Series(amounts).astype("float64").rename(name)
    except (TypeError, ValueError):
        raise ContractError(
            f"{name} holds something that is not an amount.",
            where=f"completion({name}=...)",
            fix="give numbers, empty where there is none",
        ) from None
    return column.reset_index(drop=True)


def _check(actual: pd.Series, target: pd.Series, new: npt.NDArray[np.bool_]) -> None:
    """Refuse columns of different length and targets below zero or infinite."""
    if not len(actual) == len(target) == len(new):
        raise ContractError(
            f"actual has {len(actual)} rows, target {len(target)}, new_business {len(new)}.",
            where="completion(actual, target, new_business=...)",
            fix="give one target per actual",
        )
    rows = pd.DataFrame({"actual": actual, "target": target})
    bad = rows[(target < 0) | np.isinf(target) | np.isinf(actual)]
    if len(bad):
        raise ContractError(
            f"{len(bad)} of {len(rows)} targets are negative, or amounts infinite.",
            where=f"first rows {bad.index[:3].tolist()}, see .rows",
            fix="a target is zero or more; leave it empty where there is none",
            rows=bad,
        )
