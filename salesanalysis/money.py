"""Integer cents: where a threshold is decided or somebody is paid, no float decides."""

from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.rounding import round_half_up

#: Above this many cents a float64 quotient could miss a threshold.
MAX_CENTS = 10**15
#: Currencies without a smaller unit (ISO 4217, minor unit 0): whole amounts are paid.
NO_MINOR_UNIT = frozenset(
    ["BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV",
     "XAF", "XOF", "XPF"]
)  # fmt: skip


def to_cents(amount: Decimal | int | str | float) -> int:
    """Turn one amount into integer cents, half up; floats are read by their shortest text.

    Examples
    --------
    >>> to_cents("79.995"), to_cents(0.1 + 0.2), to_cents(8)
    (8000, 30, 800)
    """
    try:
        exact = Decimal(str(amount))
        cents = round_half_up(exact * 100, "1")
    except (InvalidOperation, ValueError, OverflowError):
        raise ContractError(
            f"{amount!r} is not an amount of money.",
            where="amount",
            fix='write a plain finite number such as "1234.50"',
        ) from None
    return int(cents)


def cents_of(
    amounts: pd.Series,
    *,
    name: str = "amount",
    fix: str = "drop rows without a figure, or change the unit",
) -> npt.NDArray[np.int64]:
    """Turn a column of currency units (float64) into integer cents, half away from zero.

    Raises
    ------
    ContractError
        Empty, infinite, or too large for an exact comparison (10 trillion).

    Examples
    --------
    >>> cents_of(pd.Series([0.8, 1234.565, -0.005])).tolist()
    [80, 123457, -1]
    """
    values = _floats(amounts, name)
    bad = ~(np.abs(values) * 100 < MAX_CENTS)
    if bad.any():
        raise ContractError(
            f"{int(bad.sum())} of {len(values)} values of {name!r} are empty, infinite or "
            "above 10 trillion.",
            where=f"first rows {np.flatnonzero(bad)[:3].tolist()}, see .rows",
            fix=fix,
            rows=amounts[bad].to_frame(),
        )
    size = np.abs(values)
    whole = np.floor(size * 100 + 0.5)
    # 1.005 is stored as 1.00499999999999989 and means 1.005: compare with the stored half cent
    whole += size >= (whole + 0.5) / 100
    whole -= size < (whole - 0.5) / 100
    cents: npt.NDArray[np.int64] = (np.sign(values) * whole).astype("int64")
    return cents


def _floats(amounts: pd.Series, name: str) -> npt.NDArray[np.float64]:
    """Return a column of numbers as float64, or refuse texts."""
    try:
        values: npt.NDArray[np.float64] = amounts.to_numpy(dtype="float64", na_value=np.nan)
    except (ValueError, TypeError):
        raise ContractError(
            f"{name!r} is no column of numbers: it holds {amounts.dtype}.",
            where=f"column {name!r}",
            fix="read it as numbers first",
            rows=amounts.to_frame(),
        ) from None
    return values


def at_least(actual_cents: Any, target_cents: Any, ratio: str) -> Any:
    """Tell whether actual reaches `ratio` x target, in whole cents: exactly 80 % is 80 %.

    Parameters
    ----------
    actual_cents, target_cents : int or array of int64, target > 0
    ratio : str
        Decimal text such as "0.8", read exactly.

    Examples
    --------
    >>> at_least(8000, 10000, "0.8"), at_least(7999, 10000, "0.8")
    (True, False)
    """
    edge = Fraction(ratio)
    up, down = edge.numerator, edge.denominator
    if isinstance(actual_cents, np.ndarray | np.generic) or isinstance(
        target_cents, np.ndarray | np.generic
    ):
        largest = max(_largest(actual_cents) * down, _largest(target_cents) * up)
        # int64 wraps around in silence; Python integers do not
        if largest >= 2**63:
            actual_cents = np.asarray(actual_cents).astype(object)
            target_cents = np.asarray(target_cents).astype(object)
    reached = actual_cents * down >= target_cents * up
    return reached.astype(bool) if isinstance(reached, np.ndarray) else bool(reached)


def _largest(cents: Any) -> int:
    """Return the largest size in `cents` as a Python integer."""
    values = np.asarray(cents)
    return max(abs(int(values.max(initial=0))), abs(int(values.min(initial=0))))


def units(cents: Any) -> Any:
    """Turn cents into currency units for showing and analysis.

    Examples
    --------
    >>> units(123457)
    1234.57
    """
    return cents / 100
