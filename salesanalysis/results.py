"""The base of every result: a table, sentences, a headline, a picture; and totals that hold."""

import math
import re
from collections.abc import Callable
from decimal import Decimal
from html import escape
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from salesanalysis.errors import ReconciliationError
from salesanalysis.labels import (
    Terms,
    chance,
    check_lang,
    completion,
    count,
    exact,
    growth,
    has_label,
    label,
    month,
    percent,
    points,
)
from salesanalysis.spreadsheet import safe_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Result:
    """What every computation returns: frozen, and unable to lie.

    Subclasses are frozen dataclasses with ``eq=False``; they give `to_frame` and `_sentences`
    (largest effect first) and check in ``__post_init__`` what has to add up.
    """

    #: how dimension values are called; a subclass carries the one of its data set
    terms: Terms = Terms()
    #: ISO code the amounts are in
    currency: str = "CNY"

    def to_frame(self) -> pd.DataFrame:
        """Return the tidy table, one row per fact; a copy."""
        raise NotImplementedError

    def _sentences(self, lang: str) -> list[str]:
        """Return plain sentences, the finding first."""
        raise NotImplementedError

    def headline(self, lang: str = "en") -> str:
        """Return the finding in one line: the title of the picture."""
        return self._sentences(check_lang(lang))[0]

    def explain(self, lang: str = "en") -> str:
        """Return plain sentences whose numbers come from the table, largest effect first."""
        return "\n".join(self._sentences(check_lang(lang)))

    def plot(self, ax: "Axes | None" = None, *, lang: str = "en", **kwargs: Any) -> "Axes":
        """Draw the result on `ax` and return it; the title is the headline."""
        from salesanalysis.plots import draw  # noqa: PLC0415  the one sanctioned way up

        return draw(self, ax=ax, lang=lang, **kwargs)

    def table(self, lang: str = "en", *, rows: int = 30) -> "Table":
        """Return the table as readers see it: translated, with units, at most `rows` rows."""
        return Table(self.to_frame(), lang=lang, terms=self.terms, rows=rows)

    def _repr_html_(self) -> str:
        return f"<p>{escape(self.headline())}</p>{self.table(rows=12)._repr_html_()}"


#: How numbers are written, an empty value included.
_NUMBER = r"^(–||[<>]?[-+]?[0-9][0-9,]*(\.[0-9]+)?%?)$"


class Table:
    """A frame for reading: column names, values and numbers in one language.

    Formats follow the column names: ``_share`` percent, ``_growth`` signed percent, ``_pp``
    points, ``n_`` counts, other numbers with two decimals (none from 10,000 up). A frame
    without columns shows nothing.
    """

    def __init__(
        self, frame: pd.DataFrame, *, lang: str = "en", terms: Terms | None = None, rows: int = 30
    ) -> None:
        self.lang, self.terms, self.rows = check_lang(lang), terms or Terms(), rows
        self.frame = frame.copy()

    def shown(self) -> pd.DataFrame:
        """Return the frame as text, cut to the rows that are shown."""
        head = self.frame.head(self.rows)
        names = [str(c) for c in head.columns]
        cells = {
            i: [
                show_value(name, v, self.lang, self.terms, decimals=_decimals(head.iloc[:, i]))
                for v in head.iloc[:, i]
            ]
            for i, name in enumerate(names)
        }
        shown = pd.DataFrame(cells, index=range(len(head)), dtype="str")
        # set afterwards: two columns may be called alike, and neither is lost
        shown.columns = [column_label(name, self.lang) for name in names]
        return shown

    def _repr_html_(self) -> str:
        if not len(self.frame.columns):
            return ""
        shown = self.shown()
        # a result may write its digits itself: text that is a number stands right as well
        numeric = [
            dtype.kind in "iuf" or bool(len(shown) and shown.iloc[:, j].str.match(_NUMBER).all())
            for j, dtype in enumerate(self.frame.dtypes)
        ]
        # a table copied from a page into a sheet: text stays text there
        head = "".join(f"<th>{escape(safe_text(str(c)))}</th>" for c in shown.columns)
        body = "".join(
            "<tr>"
            + "".join(
                f'<td class="n">{escape(v)}</td>' if n else f"<td>{escape(safe_text(v))}</td>"
                for v, n in zip(row, numeric, strict=True)
            )
            + "</tr>"
            for row in shown.itertuples(index=False, name=None)
        )
        left = len(self.frame) - len(shown)
        more = f"<p>{escape(label('table.more', self.lang, n=count(left)))}</p>" if left else ""
        return (
            f'<table class="sa"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}'
        )

    def __repr__(self) -> str:
        text: str = self.shown().to_string(index=False) if len(self.frame.columns) else ""
        return text


#: Columns that hold a day: the first of a month is a day there, not a month.
_DAYS = ("date", "due", "opened", "closed", "valid_from", "valid_to", "start", "end", "as_of")


def column_label(column: str, lang: str) -> str:
    """Return how a column is called; a name nobody translated as it is."""
    key = f"column.{column}"
    return label(key, lang) if has_label(key) else column


def _decimals(values: pd.Series) -> int | None:
    """Return the decimals of a column of amounts: none from 10,000 up, the same in every row."""
    if values.dtype.kind != "f":
        return None
    return 0 if values.abs().max() >= 10_000 else 2


def show_value(
    column: str, value: Any, lang: str, terms: Terms, *, decimals: int | None = None
) -> str:
    """Write one value of `column` the way its name says; amounts with `decimals`."""
    if value is None or value is pd.NA or value != value:  # noqa: PLR0124  NaN, NaT
        return "–"
    if isinstance(value, pd.Timestamp):
        is_month = value.day == 1 and column not in _DAYS and not column.endswith("_date")
        return month(value, lang) if is_month else f"{value:%Y-%m-%d}"
    if isinstance(value, str):
        return _show_text(column, value, lang, terms)
    if isinstance(value, bool | np.bool_):
        return label("word.yes" if value else "word.no", lang)
    if isinstance(value, int | float | Decimal | np.number):
        return _show_number(column, float(value), lang, decimals)
    return str(value)


def _show_text(column: str, value: str, lang: str, terms: Terms) -> str:
    """Write a word of ours, an ISO week, or a name of the data set."""
    if column == "week" and (found := re.fullmatch(r"(\d{4})-W(\d{2})", value)):
        return label("word.week", lang, year=found[1], week=found[2])
    key = f"{column}.{value}"
    return label(key, lang) if has_label(key) else terms.show(column, value, lang)


#: Shares with a way of their own: one is cut, one never reads 0 or 1.
_SHARES: dict[str, Callable[[float], str]] = {"completion": completion, "probability": chance}


def _show_number(column: str, value: float, lang: str, decimals: int | None) -> str:
    """Write a number by the suffix of its column."""
    if column.startswith("n_") or column in ("quantity", "year", "horizon", "rank", "fifth"):
        return str(int(value)) if column == "year" else count(value)
    if column in _SHARES:
        return _SHARES[column](value)
    if column.endswith(("_share", "_rate")):
        return percent(value)
    if column.endswith("_growth") or column == "growth":
        return growth(value)
    if column.endswith("_pp"):
        return points(value, lang)
    if decimals is None:
        decimals = 0 if abs(value) >= 10_000 else 2
    return exact(value, decimals)


def require_adds_up(parts: pd.Series, total: float, *, what: str, unit: float = 0.01) -> None:
    """Raise `ReconciliationError` unless `parts` add up to `total`.

    Parameters
    ----------
    parts : Series of float
    total : float
    what : str
        How the parts are called in the message.
    unit : float
        The smallest coin; half of it is allowed, or rounding noise of very large amounts.

    Examples
    --------
    >>> require_adds_up(pd.Series([1.0]), 10.0, what="Effects")
    Traceback (most recent call last):
        ...
    salesanalysis.errors.ReconciliationError: Effects leave +9.00 of +10.00 unexplained.
      where: sum of 1 parts against their total
      fix:   this is a defect or a tampered table: please report it with the input
    """
    values = parts.to_numpy(dtype="float64", na_value=math.nan)
    # fsum refuses infinities of both signs, so they are caught before it
    gap = total - math.fsum(values) if np.isfinite(values).all() else math.nan
    allowed = max(unit / 2, 1e-12 * float(np.abs(values).sum()))
    # isfinite first: `nan > allowed` is False, so a NaN would pass the second test
    if not math.isfinite(gap) or abs(gap) > allowed:
        raise ReconciliationError(
            f"{what} leave {gap:+,.2f} of {total:+,.2f} unexplained.",
            where=f"sum of {len(parts)} parts against their total",
            fix="this is a defect or a tampered table: please report it with the input",
            code="does-not-add-up",
        )
