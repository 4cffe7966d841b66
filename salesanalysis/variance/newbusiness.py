"""Business that had nothing before: from 0, one step a member."""

from collections.abc import Mapping, Sequence

import pandas as pd

from salesanalysis.labels import Terms
from salesanalysis.periods import FiscalCalendar, month_start
from salesanalysis.variance.bridge import Bridge, Meta
from salesanalysis.variance.cells import read_cells
from salesanalysis.variance.origins import Origins, checked_origins
from salesanalysis.variance.tables import column_names


def new_business(
    actual: pd.DataFrame,
    *,
    by: Sequence[str],
    value: str = "revenue",
    cost: str | None = None,
    names: tuple[str, str] = ("target", "actual"),
    base_name: str | None = None,
    window: Sequence[object] = (),
    fiscal: FiscalCalendar | None = None,
    origin: Mapping[str, str] | Origins | None = None,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> Bridge:
    """Return the bridge of business that had nothing before: from 0, one `new` step a member.

    Parameters
    ----------
    actual : DataFrame
        The columns of `by`, and `value` (and `cost`) in currency.
    by, value, cost, names, base_name, window, fiscal, origin, currency, terms
        See `explain`.

    Returns
    -------
    Bridge
        ``start`` is 0; shares of the base are empty and ``status`` is ``no_base``.

    Raises
    ------
    ContractError
        Missing columns, no rows, empty keys or values.

    Examples
    --------
    >>> sold = pd.DataFrame({"product": ["A", "C"], "revenue": [1210.0, 1200.0]})
    >>> print(new_business(sold, by=["product"], names=("last_year", "actual")).headline())
    Sales 2.4k CNY, all of it new business: nothing in last year to compare with
    """
    keys = column_names(by, "by", "new_business", needed=True, taken=value)
    meta = Meta(
        method="new_business",
        names=(str(names[0]), str(names[1])),
        base_name=base_name or names[0],
        grain=tuple(keys),
        measure="margin" if cost else value,
        cost=cost or "",
        window=tuple(month_start(month) for month in window),
        fiscal_start=fiscal.start_month if fiscal else 0,
        overrides=checked_origins(origin),
    )
    return new_bridge(actual, value, cost, meta, currency, terms)


def new_bridge(  # noqa: PLR0917  the same six arguments in the same order from both callers
    actual: pd.DataFrame,
    value: str,
    cost: str | None,
    meta: Meta,
    currency: str,
    terms: Terms | None,
) -> Bridge:
    """Build a bridge from 0, one row per member."""
    keys = list(meta.grain)
    cells = read_cells(actual, actual, keys, value=value, units=None, cost=cost, returns="net")
    amount = cells["r1"] - cells["c1"] + cells["fx1"]
    items = cells[keys].assign(base=0.0, actual=amount, n_matched=0, n_new=1, n_lost=0)
    rows = cells[keys].assign(effect="new", amount=amount, note="")
    return Bridge.of(rows, items, by=keys, meta=meta, currency=currency, terms=terms or Terms())
