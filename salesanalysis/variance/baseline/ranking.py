"""Which earlier window these sales repeat best: each tried on the months before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns, require_named, require_rows
from salesanalysis.labels import Terms, label, percent
from salesanalysis.results import Result
from salesanalysis.variance.baseline.windows import EARLIER, Window, before, dated, fits, window_of
from salesanalysis.variance.cells import figures
from salesanalysis.variance.drivers.factors import Floats
from salesanalysis.variance.names import key_name, small, window_name
from salesanalysis.variance.sides.calendar import Months, stamp
from salesanalysis.variance.tables import column_names

CALL = "rank_bases"
#: Windows before the period a base is tried on: a year of them, and the fewest that tell anything.
TRIED, ENOUGH = 12, 3
#: Decimals beyond which shares are equal: the same cells added in another order.
SAME = 12


@dataclass(frozen=True, eq=False)
class BaseRanking(Result):
    """Earlier windows by how closely sales repeated them in the months before.

    Attributes
    ----------
    bases : DataFrame, one row per kind of base, the closest first
        ``rank``, ``base`` (a kind of `baseline`), ``elsewhere_share`` (median over the windows
        tried; empty where ``status`` says why), ``least_share`` and ``most_share`` (least and
        largest of them), ``n_windows`` and ``status``: ``ok``; ``not_reached``, sales do not reach
        back to it; ``too_few`` windows to try it on; ``too_long``, it would overlap the period
        or be the period before.
    by : tuple of str
        Columns that name a cell.
    window : (first, last)
        Months of the actual figures.
    """

    bases: pd.DataFrame
    by: tuple[str, ...]
    window: tuple[pd.Timestamp, pd.Timestamp]
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

    def __post_init__(self) -> None:
        """Keep a copy."""
        object.__setattr__(self, "bases", self.bases.reset_index(drop=True).copy())

    @property
    def best(self) -> str | None:
        """The closest kind of base, to be handed to `baseline`; None where none could be tried."""
        ranked = self.bases[self.bases["status"] == "ok"]
        return str(ranked["base"].iloc[0]) if len(ranked) else None

    def to_frame(self) -> pd.DataFrame:
        """Return one row per kind of base, the closest first; a copy."""
        return self.bases.copy()

    def _sentences(self, lang: str) -> list[str]:
        period = window_name(self.window, 0, lang)
        rows = self.bases.to_dict("records")
        ranked = [row for row in rows if row["status"] == "ok"]
        if not ranked:
            lines = [label("rank_bases.none", lang, period=period)]
        else:
            cells = label("variance.comma", lang).join(small(key_name(c, lang)) for c in self.by)
            n = int(ranked[0]["n_windows"])
            how = label("rank_bases.how", lang, n=n, period=period, cells=cells)
            lines = [_headline(ranked, lang), how]
        left = [_left(row, lang) for row in rows if row["status"] != "ok"]
        if left:
            parts = label("variance.semicolon", lang).join(left)
            lines.append(label("rank_bases.not_tried", lang, parts=parts))
        return lines


def _headline(ranked: list[dict[str, Any]], lang: str) -> str:
    """Name the closest base, and how far away it and the others are."""
    told = [{"base": _name(r, lang), "share": percent(r["elsewhere_share"])} for r in ranked]
    if len(told) == 1:
        return label("rank_bases.headline_only", lang, **told[0])
    others = [label("rank_bases.one", lang, **one) for one in told[1:]]
    joined = label("variance.comma", lang).join(others)
    return label("rank_bases.headline", lang, **told[0], others=joined)


def _left(row: dict[str, Any], lang: str) -> str:
    """Name a base that was not tried, and why."""
    why = label(f"status.{row['status']}", lang)
    return label("rank_bases.left", lang, base=_name(row, lang), why=why)


def _name(row: dict[str, Any], lang: str) -> str:
    return small(label(f"base.{row['base']}", lang))


def rank_bases(
    sales: pd.DataFrame,
    period: object,
    *,
    by: Sequence[str],
    value: str = "revenue",
    column: str | None = None,
    currency: str = "CNY",
    terms: Terms | None = None,
) -> BaseRanking:
    r"""Rank the earlier windows a period can be compared with by how well sales repeat them.

    A change is found only as far as it stands out from what always moves. Customers who order
    every three months share no cell with the month before; toys sell as in last December. Each
    kind of base is tried on the windows before the period, never on the period itself: what
    happened there is the question.

    Parameters
    ----------
    sales : DataFrame
        Rows of sales with a column of dates. Rows after the period do not matter.
    period : month or (first, last)
        Months of the actual figures.
    by : sequence of str
        Columns that name a cell: the `dims` of `root_causes` or the items of `explain`.
    value : str, currency
    column : str, optional
        Column of dates; default the first of ``period, month, date, order_date`` that holds
        dates.
    currency, terms
        See `explain`.

    Returns
    -------
    BaseRanking

    Raises
    ------
    ContractError
        Columns, dates or values that do not fit; a period without sales.

    Notes
    -----
    What lies elsewhere is :math:`\frac12 \sum_i |v_i / V - f_i / F|`, v what was sold in cell i,
    f its base, V and F their sums: the part of sales that would have to move to other cells for
    both to have the same make-up. It is 0 where everything grew alike and 1 where they share no
    cell, so growth and season of the whole do not count. Net returns of a cell count 0. Of the
    twelve windows before the period those count that every base reaches which reaches three; the
    median is told.

    References
    ----------
    Duncan, O. D. and Duncan, B. (1955). A methodological analysis of segregation indexes.
    American Sociological Review 20:210.

    Examples
    --------
    >>> months = pd.date_range("2023-01-01", periods=24, freq="MS")
    >>> shops = ["Ann", "Bo", "Cy"] * 8  # each orders once a quarter
    >>> sales = pd.DataFrame({"date": months, "customer": shops, "revenue": 100.0})
    >>> found = rank_bases(sales, "2024-12", by=["customer"])
    >>> found.best
    'last_year'
    >>> found.to_frame()["elsewhere_share"].tolist()
    [0.0, 0.0, 1.0]
    """
    keys = column_names(by, "by", CALL)
    require_rows(sales, name="sales")
    require_columns(sales, [*keys, value], name="sales")
    require_named(sales, keys, name="sales")
    _, codes = dated(sales, column)
    window = window_of(period, CALL)
    inside = (codes >= window[0]) & (codes <= window[1])
    require_rows(sales[inside], name="sales of the period", fix="choose a period with sales")
    cells = sales.groupby(keys, observed=True, sort=False).ngroup().to_numpy(dtype="int64")
    tried = _tried(codes, cells, figures(sales, value, "sales"), window)
    ends = (stamp(window[0]), stamp(window[1]))
    return BaseRanking(_ranked(tried), tuple(keys), ends, currency, terms or Terms())


def _tried(
    codes: Months, cells: Months, values: Floats, window: Window
) -> dict[str, str | dict[int, float]]:
    """Return, for each kind, what lay elsewhere in each window before, or why it is not tried."""
    begin, months = int(codes.min()), window[1] - window[0] + 1
    n = int(cells.max()) + 1

    def sums(of: Window) -> Floats:
        at = (codes >= of[0]) & (codes <= of[1])
        return np.maximum(np.bincount(cells[at], values[at], n), 0.0)

    past = [(window[0] - k, window[1] - k) for k in range(months, months + TRIED)]
    sold = {w: sums(w) for w in past if w[0] >= begin}
    found: dict[str, str | dict[int, float]] = {}
    for kind in EARLIER:
        if not fits(kind, months) or (kind == "last_quarter" and months == 3):
            found[kind] = "too_long"
            continue
        if before(window, kind, CALL)[0] < begin:
            found[kind] = "not_reached"
            continue
        pairs = {w: before(w, kind, CALL) for w in sold}
        told = {w[0]: _elsewhere(sold[w], sums(b)) for w, b in pairs.items() if b[0] >= begin}
        known = {start: share for start, share in told.items() if np.isfinite(share)}
        found[kind] = known if len(known) >= ENOUGH else "too_few"
    return found


def _elsewhere(v: Floats, f: Floats) -> float:
    """Return the part of sales that lies in other cells than before; empty without sales."""
    sold, base = float(v.sum()), float(f.sum())
    return float(np.abs(v / sold - f / base).sum() / 2) if min(sold, base) > 0 else np.nan


def _ranked(tried: dict[str, str | dict[int, float]]) -> pd.DataFrame:
    """Return one row per kind, on the windows all of those that were tried have."""
    known = {kind: told for kind, told in tried.items() if isinstance(told, dict)}
    common = set.intersection(*(set(told) for told in known.values())) if known else set()
    rows = []
    for kind, told in tried.items():
        shares = [told[start] for start in sorted(common)] if isinstance(told, dict) else []
        middle, least, most = (
            (f(shares) if shares else np.nan) for f in (median, min, max)
        )  # fmt: skip
        status = told if isinstance(told, str) else "ok" if shares else "too_few"
        rows.append((kind, middle, least, most, len(shares), status))
    columns = ["base", "elsewhere_share", "least_share", "most_share", "n_windows", "status"]
    frame = pd.DataFrame(rows, columns=columns)
    # stable: of equally close ones the base of the whole year comes first
    frame = frame.iloc[frame["elsewhere_share"].round(SAME).argsort(kind="stable")]
    frame.insert(0, "rank", range(1, len(frame) + 1))
    return frame.reset_index(drop=True)
