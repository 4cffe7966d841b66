"""Real targets as whole steps that add up, by largest remainder or by the divisors 1, 3, 5."""

import math
from decimal import Decimal
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd

from salesanalysis.divisors import sainte_lague
from salesanalysis.errors import ContractError, unknown_name
from salesanalysis.rounding import largest_remainder
from salesanalysis.targets.steps import Step

Floats = npt.NDArray[np.float64]
Amount = Decimal | int | float | str
WAYS = ("largest_remainder", "sainte_lague")


def round_exact(
    amounts: pd.Series,
    total: Amount | None = None,
    *,
    step: Amount = 1,
    method: str = "largest_remainder",
) -> pd.Series:
    """Round amounts to whole steps that add up to their total exactly.

    Parameters
    ----------
    amounts : Series of float, indexed by unique names, currency
        In proportion to them the total is divided; the names break ties.
    total : amount, currency, optional
        A whole number of steps; default the sum of the amounts, to the nearest step.
    step : amount, currency
        Smallest amount a target moves by.
    method : {"largest_remainder", "sainte_lague"}
        ``largest_remainder``: every part within one step of its exact share, but a larger total
        may lower somebody (the Alabama paradox). ``sainte_lague`` (divisors 1, 3, 5, ...): a
        larger total lowers nobody, but a part may lie more than a step from its share.

    Returns
    -------
    Series of float, currency, with the index of `amounts`

    Raises
    ------
    ContractError
        Names twice, amounts that are empty, infinite or all 0, a negative amount with
        ``sainte_lague`` or beside a total that is not the sum, an unknown method.

    References
    ----------
    Balinski, M. L. and Young, H. P. (1982). Fair Representation. Yale University Press.

    Examples
    --------
    >>> weights = pd.Series([6, 6, 2], index=["a", "b", "c"])
    >>> [round_exact(weights, n).tolist() for n in (10, 11)]
    [[4.0, 4.0, 2.0], [5.0, 5.0, 1.0]]
    >>> [round_exact(weights, n, method="sainte_lague").tolist() for n in (10, 11)]
    [[5.0, 4.0, 1.0], [5.0, 5.0, 1.0]]
    """
    if method not in WAYS:
        where = "round_exact(method=...)"
        raise unknown_name(method, WAYS, kind="way to round", where=where, error=ContractError)
    size = Step.of(step)
    values = _checked(amounts)
    exact = Fraction(math.fsum(values)) / size.size
    if total is None:
        n = round(exact)
    else:
        n = size.count(total, name="total", where="round_exact(total=...)")
    names = list(amounts.index)
    if (values < 0).any():
        shares = [Fraction(float(v)) / size.size for v in values]
        parts = _with_negatives(shares, n, names, method)
    elif not values.any():
        parts = _nothing(n, len(values))
    elif method == "sainte_lague":
        parts = sainte_lague(n, values, names)
    else:
        parts = largest_remainder(n, values, names)
    return pd.Series(size.amounts(np.array(parts, dtype="int64")), index=amounts.index)


def _checked(amounts: pd.Series) -> Floats:
    """Return the amounts, refused where they cannot be divided by."""
    if not isinstance(amounts, pd.Series):
        raise ContractError(
            f"amounts must be a Series with a name per amount, got {type(amounts).__name__}.",
            where="round_exact(amounts)",
            fix='pass table.set_index("region")["value"]',
            code="bad-choice",
        )
    values: Floats = pd.to_numeric(amounts, errors="coerce").to_numpy("float64")
    bad = amounts[~np.isfinite(values)]
    if len(bad) or not len(values):
        raise ContractError(
            f"{len(bad)} of {len(values)} amounts are empty, infinite or no numbers.",
            where=f"amounts, {list(bad.index[:5])}",
            fix="give every name a plain number",
            rows=bad.to_frame("amount"),
        )
    twice = amounts[amounts.index.duplicated(keep=False)]
    if len(twice):
        raise ContractError(
            f"{len(twice)} amounts share a name: {twice.index[0]!r}.",
            where="index of amounts",
            fix="sum them first, or give names that tell them apart",
            code="duplicate-key",
            rows=twice.to_frame("amount"),
        )
    return values


def _nothing(n: int, size: int) -> list[int]:
    """Return zeros where there is nothing to divide by, refused where there is a total."""
    if n:
        raise ContractError(
            f"All {size} amounts are 0, so a total cannot be divided by them.",
            where="round_exact(amounts, total)",
            fix="give somebody an amount, or hand down 0",
        )
    return [0] * size


def _with_negatives(shares: list[Fraction], n: int, names: list[object], method: str) -> list[int]:
    """Round down and hand the missing steps to the largest fractions."""
    if method == "sainte_lague" or abs(sum(shares, Fraction(-n))) >= 1:
        raise ContractError(
            f"{sum(share < 0 for share in shares)} of {len(shares)} amounts are negative.",
            where=f"round_exact(method={method!r}, total=...)",
            fix='use method="largest_remainder" and leave total out, or net returns first',
        )
    parts = [math.floor(share) for share in shares]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - shares[i], str(names[i])))
    for i in order[: n - sum(parts)]:
        parts[i] += 1
    return parts
