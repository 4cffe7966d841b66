"""Units of a target that is given in money only, from the prices of last year."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from salesanalysis.errors import ContractError, require_columns
from salesanalysis.variance.cells import figures


def with_units(
    base: pd.DataFrame,
    actual: pd.DataFrame,
    last_year: pd.DataFrame | None,
    keys: Sequence[str],
    *,
    value: str,
    units: str,
) -> tuple[pd.DataFrame, int]:
    """Return `base` with units implied by last year's prices, and how many rows have none.

    Parameters
    ----------
    base : DataFrame
        Target: `keys` and `value`, no units.
    actual, last_year : DataFrame
        `keys`, `value` and `units`. An item not sold last year is valued at its actual price,
        so it has no price effect.
    keys : sequence of str
    value, units : str

    Returns
    -------
    DataFrame, int
        The target with `units`, and the number of rows valued at the actual price.

    Raises
    ------
    ContractError
        No table of last year's sales.

    Examples
    --------
    >>> last = pd.DataFrame({"product": ["A"], "quantity": [10], "revenue": [50.0]})
    >>> plan = pd.DataFrame({"product": ["A"], "revenue": [60.0]})
    >>> with_units(plan, last, last, ["product"], value="revenue", units="quantity")
    (  product  revenue  quantity
    0       A     60.0      12.0, 0)
    """
    if last_year is None:
        raise ContractError(
            'target_price="last_year" needs the sales of last year to take prices from.',
            where="explain(last_year=...)",
            fix='pass last_year=sales of the same months a year before, or use method="gap"',
            code="bad-choice",
        )
    if units in base.columns:
        raise ContractError(
            f"base has units {units!r} already, so no price has to be implied.",
            where=f"base columns are {[str(c) for c in base.columns]}",
            fix="leave target_price= out",
            code="bad-choice",
        )
    before = _prices(last_year, "last_year", keys, value, units)
    now = _prices(actual, "actual", keys, value, units)
    joined = (
        base[list(keys)]
        .merge(before, on=list(keys), how="left")
        .merge(now, on=list(keys), how="left", suffixes=("", "_now"))
    )
    price, own = (joined[c].to_numpy(dtype="float64") for c in ("_price", "_price_now"))
    implied = np.where(np.isfinite(price), price, own)
    amount = figures(base, value, "base")
    # an item without any price is lost as a whole: how many units that were, moves nothing
    count = np.where(np.isfinite(implied), amount / np.where(implied > 0, implied, 1.0), 1.0)
    count = np.where(amount == 0, 0.0, count)
    return base.assign(**{units: count}), int((~np.isfinite(price) & (amount != 0)).sum())


def _prices(
    frame: pd.DataFrame, name: str, keys: Sequence[str], value: str, units: str
) -> pd.DataFrame:
    """Return the mean price of each item, of what was sold."""
    require_columns(frame, [*keys, value, units], name=name)
    sold = frame[(frame[units] > 0) & (frame[value] > 0)]
    sums = sold.groupby(list(keys), observed=True, as_index=False)[[value, units]].sum()
    return sums[list(keys)].assign(_price=sums[value] / sums[units])
