"""Logarithmic mean divisia: a product's change shared by how far each factor moved in log."""

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.variance.drivers.factors import Floats, both_sides, not_negative

#: Nearer than this, the difference of two logarithms loses digits that `log1p` keeps.
_NEAR = 0.5
#: exp of more than this is no number.
_LARGEST = 700.0


def log_mean(a: npt.ArrayLike, b: npt.ArrayLike) -> Floats:
    """Return the logarithmic mean (a - b) / (ln a - ln b), elementwise and stable.

    Parameters
    ----------
    a, b : array_like, any shapes that broadcast, any unit
        Zero or more. The mean of a and a is a; with a 0 on either side it is 0.

    Returns
    -------
    array
        Between the geometric and the arithmetic mean of `a` and `b`; right to 1e-14 relative,
        however near or far the two are.

    Raises
    ------
    ContractError
        Values that are negative, empty or infinite.

    References
    ----------
    Ang, B. W. (2005). The LMDI approach to decomposition analysis: a practical guide. Energy
    Policy 33:867-871.

    Examples
    --------
    >>> log_mean([8.0, 5.0, 0.0], [1.0, 5.0, 5.0]).round(6).tolist()
    [3.366288, 5.0, 0.0]
    """
    a, b = np.broadcast_arrays(np.asarray(a, dtype="float64"), np.asarray(b, dtype="float64"))
    for name, values in (("a", a), ("b", b)):
        not_negative(values, f"log_mean({name}=...)")
    low, high = np.minimum(a, b), np.maximum(a, b)
    apart = log_ratio(high, low)
    mean = np.where(apart > 0, (high - low) / np.where(apart > 0, apart, 1.0), high)
    return np.asarray(np.where(low > 0, mean, 0.0), dtype="float64")


def log_ratio(x1: Floats, x0: Floats) -> Floats:
    """Return ln(x1 / x0) of positive numbers, right also where they hardly differ; else 0."""
    positive = (x1 > 0) & (x0 > 0)
    a, b = np.where(positive, x1, 1.0), np.where(positive, x0, 1.0)
    near = np.abs(a - b) <= _NEAR * b
    close = np.log1p(np.where(near, a - b, 0.0) / b)
    # the logarithm of a quotient keeps digits that a difference of logarithms loses
    with np.errstate(over="ignore", under="ignore"):
        part = a / b
    whole = np.isfinite(part) & (part > np.finfo("float64").tiny)
    far = np.where(whole, np.log(np.where(whole, part, 1.0)), np.log(a) - np.log(b))
    ratio: Floats = np.where(near, close, far)
    return ratio


def lmdi(x0: npt.ArrayLike, x1: npt.ArrayLike) -> Floats:
    """Share the change of a product among its factors by LMDI-I, without a remainder.

    Parameters
    ----------
    x0, x1 : array_like, shape (n factors,) or (n factors, n cells)
        Factors in base and actual, zero or more; a cell's value is the product of its factors.
        Not a number where a ratio does not exist: the other side's value is taken.

    Returns
    -------
    array, shape of `x0`, in the unit of the product
        Sums over the first axis are ``x1.prod(0) - x0.prod(0)``.

    Raises
    ------
    ContractError
        Shapes that differ, factors that are negative or infinite.

    Notes
    -----
    Where a cell's value is 0 on one side its change goes to the factors that are 0 on that
    side, in equal parts: the limit as those factors tend to 0 together. No small number is
    put in the place of zero; near zero the share depends on that number.

    References
    ----------
    Ang (2005), see `log_mean`; Ang, B. W. and Liu, N. (2007). Handling zero values in the
    logarithmic mean Divisia index decomposition approach. Energy Policy 35:238-246.

    Examples
    --------
    Two cells, three factors that all double:

    >>> x0, x1 = [[100, 150], [.25, .1], [1.5, 2.5]], [[200, 300], [.5, .2], [3, 5]]
    >>> lmdi(x0, x1).sum(axis=1).round(9).tolist()
    [175.0, 175.0, 175.0]
    >>> lmdi([0, .25, 8], [20, .5, 10]).tolist()
    [100.0, 0.0, 0.0]
    """
    a, b = both_sides(x0, x1, "lmdi")
    for name, values in (("x0", a), ("x1", b)):
        not_negative(values, f"lmdi({name}=...)", fix='use shapley, or method="shapley"')
    v0, v1 = a.prod(axis=0), b.prod(axis=0)
    moved = log_mean(v1, v0) * log_ratio(b, a)
    effects: Floats = np.where((v0 > 0) & (v1 > 0), moved, _limit(a, b, v0, v1))
    return effects


def _limit(a: Floats, b: Floats, v0: Floats, v1: Floats) -> Floats:
    """Give a change from or to 0 to the factors that are 0 there, in equal parts."""
    empty = np.where(v0 == 0, a == 0, b == 0) & ((v0 != 0) | (v1 != 0))
    n = np.maximum(empty.sum(axis=0), 1)
    limit: Floats = np.where(empty, (v1 - v0) / n, 0.0)
    return limit


def ratio_form(effects: npt.ArrayLike, v0: float, v1: float) -> Floats:
    """Return effects as ratios whose product is ``v1 / v0``.

    Parameters
    ----------
    effects : array_like, any unit
        Amounts that add up to ``v1 - v0``.
    v0, v1 : float, the same unit, above 0
        Totals in base and actual.

    Returns
    -------
    array, shape of `effects`
        D = exp(effect / L(v1, v0)): 1.10 raised the total by 10 %, all else equal.

    Raises
    ------
    ContractError
        A total that is not above 0, effects that do not add up, or one so much larger than
        both totals that its ratio is no number.

    References
    ----------
    Ang, B. W. (2015). LMDI decomposition approach: a guide for implementation. Energy Policy
    86:233-238.

    Examples
    --------
    >>> ratio_form([175.0, 175.0, 175.0], 75.0, 600.0).round(9).tolist()
    [2.0, 2.0, 2.0]
    """
    amounts = np.asarray(effects, dtype="float64")
    if not (v0 > 0 and v1 > 0 and np.isfinite([v0, v1]).all()):
        raise ContractError(
            f"Ratios need totals above 0; base is {v0:g}, actual is {v1:g}.",
            where="ratio_form(v0=..., v1=...)",
            fix="show the amounts instead",
        )
    left = v1 - v0 - float(amounts.sum())
    if not abs(left) <= 1e-9 * max(v0, v1):
        raise ContractError(
            f"Effects leave {left:+g} of {v1 - v0:+g}, so their ratios would not multiply.",
            where="ratio_form(effects=...)",
            fix="pass all effects of one bridge",
            code="does-not-add-up",
        )
    powers = amounts / log_mean(v1, v0)
    if powers.max(initial=0.0) > _LARGEST:
        raise ContractError(
            f"An effect is {powers.max():,.0f} times the mean of both totals: no ratio says that.",
            where="ratio_form(effects=...)",
            fix="show the amounts instead",
        )
    ratios: Floats = np.exp(powers)
    return ratios
