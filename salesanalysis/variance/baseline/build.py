"""The base of a comparison from the same table of sales."""

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from salesanalysis.errors import ContractError, require_rows
from salesanalysis.variance.arithmetic import choose
from salesanalysis.variance.baseline.peers import Peers, peer_rows
from salesanalysis.variance.baseline.windows import EARLIER, before, dated, window_of
from salesanalysis.variance.sides.calendar import written

KINDS = (*EARLIER, "peers")


def baseline(
    sales: pd.DataFrame,
    kind: Literal["last_year", "last_quarter", "last_period", "peers"],
    period: object = None,
    *,
    peers: Peers = "others",
    person: str = "salesperson",
    by: Sequence[str] = (),
    values: Sequence[str] | None = None,
    rank_by: str = "revenue",
    column: str | None = None,
) -> pd.DataFrame:
    """Build the base that actual figures of `period` are compared with.

    Parameters
    ----------
    sales : DataFrame
        Rows of sales with a column of dates; of all persons for ``peers``.
    kind : {"last_year", "last_quarter", "last_period", "peers"}
        The same months one year earlier, or one quarter earlier; the window of equal length
        just before; or pooled figures of a peer group. `rank_bases` says which of the earlier
        windows these sales repeat.
    period : month or (first, last)
        Months of the actual figures. All months of the table for ``peers`` where not said.
    peers : {"others", "all", "top_quartile"} or list of str
        Whose figures are pooled. ``others`` leaves the person out: in a team of n, ``all``
        shrinks the gap by (n - 1) / n.
    person : str
        Column of persons.
    by : sequence of str
        Further columns the peers' figures are kept by, such as ``["product_line"]``.
    values : sequence of str, optional
        Columns that are pooled; default every column of numbers.
    rank_by : str
        What the top quartile is ranked by, per active month.
    column : str, optional
        Column of dates; default the first of ``period, month, date, order_date`` that holds
        dates.

    Returns
    -------
    DataFrame
        Of an earlier window the rows of its months. ``peers``: one row per
        person, month that person was active in and `by`, with the peers' figures per active
        person-month: sums over sums, never a mean of ratios, so the factors of the mean person
        multiply to the mean.

    Raises
    ------
    ContractError
        Months the table does not reach back to, persons that do not exist, no peers.

    Examples
    --------
    >>> sales = pd.DataFrame({"date": pd.to_datetime(["2023-03-05", "2024-02-01", "2024-03-09"]),
    ...                       "revenue": [5.0, 6.0, 7.0]})
    >>> baseline(sales, "last_year", "2024-03")["revenue"].tolist()
    [5.0]
    >>> baseline(sales, "last_period", "2024-03")["revenue"].tolist()
    [6.0]
    """
    choose(kind, KINDS, "kind", "baseline")
    require_rows(sales, name="sales")
    dates, codes = dated(sales, column)
    if period is None and kind != "peers":
        raise ContractError(
            f"{kind} needs the months of the actual figures.",
            where="baseline(period=...)",
            fix='give one month or two, such as period=("2024-01", "2024-03")',
            code="bad-choice",
        )
    window = (
        (int(codes.min()), int(codes.max())) if period is None else window_of(period, "baseline")
    )
    if kind == "peers":
        inside = (codes >= window[0]) & (codes <= window[1])
        return peer_rows(
            sales[inside], codes[inside], dates, peers=peers, person=person, by=list(by),
            values=values, rank_by=rank_by,
        )  # fmt: skip
    first, last = before(window, kind, "baseline")
    _reaches(int(codes.min()), (first, last), kind)
    rows = sales[(codes >= first) & (codes <= last)]
    require_rows(
        rows, name=f"sales of {written(first, last)}",
        fix="report it as new business: sa.variance.new_business(...)",
    )  # fmt: skip
    return rows.reset_index(drop=True)


def _reaches(begin: int, window: tuple[int, int], kind: str) -> None:
    """Refuse a window that begins before the data: half a base would look like growth."""
    if begin <= window[0]:
        return
    raise ContractError(
        f"{kind} is {written(*window)}, but sales begin in {written(begin, begin)}.",
        where="baseline(period=...)",
        fix="choose a later or shorter period, or report it as new business",
        code="empty-table",
    )
