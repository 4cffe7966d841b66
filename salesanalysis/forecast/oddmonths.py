"""The months the fit did not take at their word, as a table readers can check."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.forecast.wording import titles
from salesanalysis.labels import Terms, count, label, money, month
from salesanalysis.results import Result, Table

if TYPE_CHECKING:
    from salesanalysis.forecast.result import Forecast

#: Odd months that moved by less than this share of their amount are not worth a look.
HAIR = 0.05


@dataclass(frozen=True, eq=False)
class OddMonths(Result):
    """Months far outside what their series usually does, the largest difference first.

    Attributes
    ----------
    frame : DataFrame, one row per node and odd month
        ``level``, level columns, ``node``, ``period``, ``value`` (what was sold, currency),
        ``fitted_as`` (what the fit took instead).
    by : tuple of str
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    currency: str = "CNY"
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Keep a copy."""
        object.__setattr__(self, "frame", self.frame.copy())
        object.__setattr__(self, "by", tuple(self.by))

    def to_frame(self) -> pd.DataFrame:
        """Return one row per node and odd month; a copy."""
        return self.frame.copy()

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the months as readers see them; nothing where there is none, `explain` says so."""
        if self.frame.empty:
            return Table(pd.DataFrame(), lang=lang)
        shown = self.frame[["node", "period", "value", "fitted_as"]].copy()
        shown["node"] = pd.Series(
            titles(self.frame, self.by, self.terms, lang), index=shown.index, dtype="str"
        )
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        if self.frame.empty:
            return [label("odd.none", lang)]
        first = self.frame.iloc[0]
        return [
            label(
                "odd.headline", lang, n=count(len(self.frame)),
                node=titles(self.frame.head(1), self.by, self.terms, lang)[0],
                month=month(first["period"], lang),
                value=money(first["value"], lang, self.currency),
                fitted=money(first["fitted_as"], lang, self.currency),
            ),
            label("odd.meaning", lang),
        ]  # fmt: skip


def odd_months_of(forecast: "Forecast") -> OddMonths:
    """Return the odd months of `forecast`, the largest difference first."""
    columns = ["level", *forecast.by, "node", "period", "value", "fitted_as"]
    rows = worth_telling(forecast.odd)
    if rows.empty:
        rows = forecast.figures.head(0).assign(fitted_as=0.0)
    size = -(rows["value"] - rows["fitted_as"]).abs()
    ordered = rows.assign(size=size).sort_values(["size", "node", "period"], kind="stable")
    return OddMonths(
        frame=ordered[columns].reset_index(drop=True), by=forecast.by,
        currency=forecast.currency, terms=forecast.terms,
    )  # fmt: skip


def worth_telling(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the odd months the fit moved by more than a hair."""
    if rows.empty:
        return rows
    size = rows[["value", "fitted_as"]].abs().max(axis=1)
    return rows[(rows["value"] - rows["fitted_as"]).abs() >= HAIR * size]
