"""The result of planning months: shares with the working days and the season behind them."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from salesanalysis.errors import require_columns
from salesanalysis.labels import Terms, count, growth, label, month, percent
from salesanalysis.periods import FiscalCalendar
from salesanalysis.results import Result, require_adds_up
from salesanalysis.targets.words import year_text

_COLUMNS = ["period", "n_working_days", "day_index", "month_share", "n_years", "status"]


@dataclass(frozen=True, eq=False)
class MonthShares(Result):
    """The part of the year every month carries, for the company and its first-level units.

    Attributes
    ----------
    frame : DataFrame, one row per unit and month
        The column of `by` (empty text for the company), ``period`` (month start),
        ``n_working_days`` (days), ``day_index`` (sales of a working day, 1 = the year's average),
        ``month_share`` (0..1, sums to 1), ``n_years`` (years behind the season) and ``status``
        (``own_season`` or ``borrowed_season``).
    by : tuple of str, at most one level
    year : int
        Fiscal year of the target.
    n_years : int
        Complete years of the company.
    effects : dict
        Effect on the logarithm of a whole festival window inside a month; empty where January
        and February were not planned together.
    n_festivals : int
        Festivals behind the effects.
    estimated : bool
        Holidays of the target year are not published: weekdays without statutory days stand in.
    """

    frame: pd.DataFrame
    by: tuple[str, ...]
    year: int
    n_years: int
    effects: dict[str, float] = field(default_factory=dict)
    n_festivals: int = 0
    estimated: bool = False
    calendar: FiscalCalendar = FiscalCalendar()
    terms: Terms = Terms()

    def __post_init__(self) -> None:
        """Refuse shares that do not add up to a year, and keep a copy."""
        require_columns(self.frame, [*self.by, *_COLUMNS], name="month shares")
        object.__setattr__(self, "frame", self.frame.copy().reset_index(drop=True))
        object.__setattr__(self, "by", tuple(self.by))
        object.__setattr__(self, "effects", dict(self.effects))
        require_adds_up(
            self.frame["month_share"], len(self.frame) / 12, what="Month shares", unit=1e-9
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the table, one row per unit and month; a copy."""
        return self.frame.copy()

    def company(self) -> pd.DataFrame:
        """Return the twelve months of the company."""
        return self.frame[self.frame[self.by[0]] == ""] if self.by else self.frame

    def season(self) -> pd.DataFrame:
        """Return unit, ``month`` (1..12 of the fiscal year) and ``share``, as a plan reads it."""
        place = np.tile(np.arange(1, 13), len(self.frame) // 12)
        renamed = self.frame.rename(columns={"month_share": "share"}).assign(month=place)
        table: pd.DataFrame = renamed[[*self.by, "month", "share"]]
        return table

    def _sentences(self, lang: str) -> list[str]:
        rows = self.company()
        top, low = rows.loc[rows["month_share"].idxmax()], rows.loc[rows["month_share"].idxmin()]
        days = count(int(rows["n_working_days"].sum()))
        headline = label(
            "month_shares.headline",
            lang,
            year=year_text(self.calendar, self.year, lang),
            top=month(top["period"], lang),
            top_part=percent(top["month_share"]),
            low=month(low["period"], lang),
            low_part=percent(low["month_share"]),
        )
        rule = label("month_shares.rule", lang, days=days, n=count(self.n_years))
        out = [headline, rule, *self._festival_lines(rows, lang)]
        if self.estimated:
            year = year_text(self.calendar, self.year, lang)
            out.append(label("month_shares.estimated", lang, year=year))
        return out

    def _festival_lines(self, rows: pd.DataFrame, lang: str) -> list[str]:
        if not self.effects:
            return []
        pair = rows[rows["period"].dt.month <= 2].sort_values("period")
        first, second = pair["month_share"]
        effects = {name: growth(float(np.expm1(b))) for name, b in self.effects.items()}
        return [
            label(
                "month_shares.pair",
                lang,
                both=percent(first + second),
                january=percent(first / (first + second)),
                february=percent(second / (first + second)),
            ),
            label("month_shares.windows", lang, n=count(self.n_festivals), **effects),
        ]
