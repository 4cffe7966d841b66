"""The page on the forecast: one company forecast, its test on the past, and each region's part."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import cast

import pandas as pd

from salesanalysis.book.listing import Listing
from salesanalysis.book.note import Note
from salesanalysis.data import Dataset
from salesanalysis.data.engine import fetch
from salesanalysis.errors import ContractError
from salesanalysis.forecast import Backtest, BiasReport, Forecast, backtest, bias, inspect
from salesanalysis.forecast import panel as forecast_panel
from salesanalysis.forecast.calendar import covers
from salesanalysis.forecast.explanation import Explanation
from salesanalysis.forecast.inspection import Inspection
from salesanalysis.forecast.paths import Draws
from salesanalysis.hierarchy import LEVELS
from salesanalysis.labels import label
from salesanalysis.panel import Panel

#: Months ahead of the forecast and of its test on the past.
HORIZON = 12
#: Futures written for whoever asks about several units at once.
DRAWS = 500
#: What a page shows of the test: error, error beside last year's, coverage.
TESTED = (
    "level", "method", "n_scored", "owa", "mase_ratio", "wape_share", "bias_share",
    "covered80_share", "covered95_share", "landing80_share",
)  # fmt: skip
#: The calendar that moves sales, by currency; the past decides whether it is used.
CALENDARS = {"CNY": "china"}


@dataclass(frozen=True, eq=False)
class Ahead:
    """What lies ahead of a company: computed once, sliced for a region, never fitted again.

    Attributes
    ----------
    data : Dataset
    business : Panel
        Sales by region and product line.
    saved : function
        Returns a result that a run wrote beside its snapshot, or None.
    """

    data: Dataset
    business: Panel
    saved: Callable[[str], object]

    @cached_property
    def so_far(self) -> pd.DataFrame | None:
        """Sales of the month that is not over, by unit; None where it has none."""
        first = (self.data.closed_through + pd.DateOffset(months=1)).date()
        lines, by = self.data.table("sales"), list(self.business.by)
        late = lines.filter(lines["date"] >= first)
        sums = fetch(self.data.con, late.group_by(by).aggregate(value=late["revenue"].sum()))
        return sums.reset_index(drop=True) if len(sums) else None

    @cached_property
    def forecast(self) -> Forecast:
        """A year ahead for every region and product line, and every sum of them."""
        saved = self.saved("forecast")
        if saved is not None:
            return cast("Forecast", saved)
        return forecast_panel(
            self.business, HORIZON, effects=self._effects, so_far=self.so_far, new_units="name"
        )

    @property
    def _effects(self) -> str | None:
        """The calendar of the data's country, where it knows every month."""
        name = CALENDARS.get(self.data.currency)
        return name if name and covers(self.business, HORIZON, name) else None

    @cached_property
    def draws(self) -> Draws:
        """Futures of the whole company: the table `draws`."""
        saved = self.saved("draws")
        return cast("Draws", saved) if saved is not None else self.forecast.draws(n=DRAWS)

    @cached_property
    def backtest(self) -> Backtest | Note:
        """Forecast, Theta and last year at the same earlier origins; a note where it is short."""
        saved = self.saved("backtest")
        if saved is not None:
            return cast("Backtest | Note", saved)
        for horizon in (HORIZON, 6, 3):
            try:
                return backtest(
                    self.business, horizon, methods=("engine", "theta"),
                    effects=self._effects,
                )  # fmt: skip
            except ContractError:
                continue
        return Note.of("no_backtest", "note.no_backtest")

    def tested(self) -> Listing | Note:
        """Return the test on the past as a short table, or the note why there is none."""
        found = self.backtest
        if isinstance(found, Note):
            return found
        table = found.to_frame()
        shown = table[[c for c in TESTED if c in table.columns]]
        return Listing(shown, self._verdict(found), terms=found.terms)

    def _verdict(self, found: Backtest) -> dict[str, tuple[str, ...]]:
        """Say who beats whom, by a paired test."""
        pairs = [found.compare("engine", other) for other in ("seasonal_naive", "theta")]
        return {
            lang: tuple(s for pair in pairs for s in pair.explain(lang).splitlines())
            for lang in ("en", "zh")
        }

    def explained(self, region: str) -> Explanation:
        """Return what the region's first open month is made of."""
        first = self.forecast.ahead()[0]
        part = self.forecast.select(region=region)
        return cast("Explanation", part.explain(period=first))

    def inspected(self, region: str) -> Inspection | Note:
        """Return the region's own series taken apart, or why it is too short for that."""
        series = self.business.select(region=region).roll_up(["region"])
        if len(series.months()) < 24:
            return Note.of("short", "note.too_short", {"region": self._named(region)})
        return inspect(series)

    def _named(self, region: str) -> dict[str, str]:
        return {lang: self.data.terms.show("region", region, lang) for lang in ("en", "zh")}

    def calendar(self, lang: str = "en") -> str:
        """Say which calendar effects were looked for and whether they are used."""
        said = self.forecast.calendar_said.get(lang, ())
        beyond = self.data.currency in CALENDARS and self._effects is None
        none = "ahead.uncovered" if beyond else "ahead.no_calendar"
        return "\n".join(said) or label(none, lang)

    def commits(
        self, table: pd.DataFrame | None = None, *, region: str | None = None
    ) -> BiasReport | Note:
        """Return who commits too high and who too low, or that nobody's forecast is known.

        Parameters
        ----------
        table : DataFrame, optional
            People's own forecasts: columns of the sales table that name them (``salesperson``,
            ``region``, ...), ``period`` (the month forecast for), ``value`` and, where known,
            ``made_on``; the data's own table ``commits`` where not given.
        region : str, optional
            One region's people: what they sell there.

        Raises
        ------
        ContractError
            No column that names anybody in the sales table; whatever `forecast.bias` refuses.
        """
        table = self._own_commits(region) if table is None else _of_region(table, region)
        if table is None or table.empty:
            return Note.of("no_commits", "note.no_commits")
        names = [c for c in self.data.table("sales").columns if c in table.columns]
        by = [c for c in names if c in LEVELS]
        if not by:
            raise ContractError(
                f"No column of the commits names a unit of the sales table: {list(table.columns)}.",
                where="company.ahead.commits(table)",
                fix="call the column as the sales table does: salesperson, region, product_line",
                code="missing-column",
            )
        sold = self.data.panel(by=by)
        if region is None or "region" not in by:
            return bias(table, sold, by=by)
        # in one region the name is enough
        people = [c for c in by if c != "region"] or by
        return bias(table, sold.select(region=region).roll_up(people), by=people)

    def _own_commits(self, region: str | None) -> pd.DataFrame | None:
        """Return what people had said up to the day of the data, None where they were not asked."""
        if "commits" not in self.data.tables:
            return None
        table = self.data.frame("commits")
        if "made_on" in table.columns:
            table = table[~(table["made_on"] > self.data.as_of)]
        return _of_region(table, region)


def _of_region(table: pd.DataFrame, region: str | None) -> pd.DataFrame:
    """Return the commits of one region's people, where the table says whose they are."""
    if region is None or "region" not in table.columns:
        return table
    return table[table["region"] == region].reset_index(drop=True)
