"""The forecast as a result: its story, landings, chances and draws."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

import pandas as pd

from salesanalysis.forecast import landing as landings
from salesanalysis.forecast import story
from salesanalysis.forecast.breaks import breaks
from salesanalysis.forecast.doubts import suspects
from salesanalysis.forecast.explanation import Explanation, explanation
from salesanalysis.forecast.holding import Figures
from salesanalysis.forecast.landing import Landing
from salesanalysis.forecast.oddmonths import OddMonths, odd_months_of
from salesanalysis.forecast.outcomes import Outcomes, outcomes
from salesanalysis.forecast.paths import Draws, Together, draw, together
from salesanalysis.forecast.sums import quantile_table, require_count
from salesanalysis.forecast.weaker import AgainstNaive, against_naive
from salesanalysis.forecast.wording import titles
from salesanalysis.labels import LANGUAGES
from salesanalysis.results import Table


@dataclass(frozen=True, eq=False)
class Forecast(Figures):
    """Closed months and forecasts of every node, with intervals; parents are sums of children.

    What it holds is listed at `Figures`.
    """

    @cached_property
    def suspects(self) -> pd.DataFrame:
        """Leaves that look like the sum of others and would be counted twice."""
        return suspects(self)

    @cached_property
    def breaks(self) -> pd.DataFrame:
        """Nodes whose level changed for good: names, ``period`` of the new level, ``growth``."""
        return breaks(self)

    def landing(
        self,
        target: float | pd.DataFrame | None = None,
        *,
        year: int | None = None,
        span: Sequence[Any] | None = None,
    ) -> Landing:
        """Say where a year, or the months of `span`, will end, and how likely a target is.

        Parameters
        ----------
        target : float or DataFrame, optional
            Of the top node, in currency; or a table with level columns and ``value`` (or
            ``target``), with ``period`` where it is by month.
        year : int, optional
            Fiscal year; the one of the first open month where neither is given.
        span : sequence of dates, optional
            First and last month of another span.

        Raises
        ------
        ContractError
            Months beyond the horizon or before the first, or a target no node fits.

        Examples
        --------
        >>> from salesanalysis.forecast import panel
        >>> from salesanalysis.panel import Panel
        >>> months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
        >>> sales = pd.DataFrame({"region": "N", "period": months, "value": 100.0})
        >>> panel(Panel.of(sales, by=["region"]), 9).landing(1300).to_frame()["gap"].tolist()[0]
        -100.0
        """
        months = landings.months_of(self, year, span)
        return landings.land(self, months, target=target)

    def probability(
        self,
        targets: float | pd.DataFrame,
        year: int | None = None,
        *,
        span: Sequence[Any] | None = None,
    ) -> pd.DataFrame:
        """Return how likely each target is: ``level`` columns, ``target``, ``landing``,
        ``probability``, ``status``; a target without history keeps its row (``no_history``).
        """  # noqa: D205
        months = landings.months_of(self, year, span)
        return landings.chances(self, months, targets)

    @overload
    def explain(self, lang: str = "en") -> str: ...

    @overload
    def explain(
        self, lang: str = "en", *, node: str | None = None, period: object = None
    ) -> "str | Explanation": ...

    def explain(
        self, lang: str = "en", *, node: str | None = None, period: object = None
    ) -> "str | Explanation":
        """Return plain sentences; with a node or a month, what its forecast is made of.

        Parameters
        ----------
        lang : str
            Of the sentences.
        node : str, optional
            Such as ``East / Bikes``; the top node where only a month is given.
        period : date, optional
            One open month; all of them where only a node is given.

        Returns
        -------
        str or Explanation
            The parts of an `Explanation` add up to the forecast.

        Examples
        --------
        >>> from salesanalysis.forecast import panel
        >>> from salesanalysis.panel import Panel
        >>> months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
        >>> sales = pd.DataFrame({"region": "N", "period": months, "value": 100.0 + months.month})
        >>> naive = panel(Panel.of(sales, by=["region"]), 3, method="seasonal_naive")
        >>> parts = naive.explain(node="N", period="2024-05").to_frame()
        >>> parts[["starting_level", "season", "value"]].to_numpy().tolist()
        [[106.5, -1.5, 105.0]]
        """
        if node is None and period is None:
            return super().explain(lang)
        return explanation(self if node is None else self.at(node), period)

    def quantiles(
        self, year: int | None = None, *, span: Sequence[Any] | None = None, n: int = 200
    ) -> pd.DataFrame:
        """Return `n` landings per node, ascending: level columns, ``node``, ``draw``, ``value``.

        They are quantiles of each node's own distribution: the same number in two nodes is not
        the same future, so they must not be added over nodes; `draws` can be.
        """
        months = landings.months_of(self, year, span)
        return quantile_table(self, months, n)

    def draws(
        self,
        year: int | None = None,
        *,
        span: Sequence[Any] | None = None,
        n: int = 200,
        seed: int = 0,
    ) -> Draws:
        """Return `n` futures of the whole tree, month by month: the table ``draws``.

        One draw is one future of all nodes: in every draw and month parents are the sums of
        their leaves, so questions about several nodes are answered by counting draws. The sums
        of each aggregate have the distribution its landing has, as far as adding up allows;
        chances of a single node are `landing`'s, which needs no draws.

        Parameters
        ----------
        year, span : see `landing`; all open months where neither is given
        n : int
            1 to 2000.
        seed : int
            Same seed, same draws.

        Returns
        -------
        Draws
            ``to_frame()``: level columns, ``node``, ``period``, ``draw``, ``value``.

        Raises
        ------
        ContractError
            A slice: draw from the whole forecast and select from the draws.

        Examples
        --------
        >>> from salesanalysis.forecast import panel
        >>> from salesanalysis.panel import Panel
        >>> months = pd.date_range("2021-01-01", "2024-03-01", freq="MS")
        >>> sales = pd.DataFrame({"region": "N", "period": months, "value": 100.0 + months.month})
        >>> draws = panel(Panel.of(sales, by=["region"]), 3).draws(n=50)
        >>> draws.sums().shape
        (2, 50)
        """
        require_count(n, "Forecast.draws(n=...)")
        given = year is not None or span is not None
        months = landings.months_of(self, year, span) if given else self.ahead()
        return draw(self, months, n, seed)

    def outcomes(
        self,
        target: float | pd.DataFrame | None = None,
        *,
        node: str | None = None,
        year: int | None = None,
        span: Sequence[Any] | None = None,
    ) -> Outcomes:
        """Return every outcome behind one node's landing; the picture shows the target in them.

        Parameters
        ----------
        target, year, span : see `landing`
        node : str, optional
            Such as ``East / Bikes``; the top node where not given.
        """
        one = self if node is None else self.at(node)
        return outcomes(one, one.landing(target, year=year, span=span))

    def together(
        self,
        targets: float | pd.DataFrame,
        year: int | None = None,
        *,
        span: Sequence[Any] | None = None,
        level: str | None = None,
        n: int = 1000,
        seed: int = 0,
    ) -> Together:
        """Say how likely all nodes of a level reach their targets in the same future.

        Parameters
        ----------
        targets, year, span : see `landing`
        level : str, optional
            The first below the company that has targets where not given.
        n, seed : see `draws`
        """
        landing = self.landing(targets, year=year, span=span)
        drawn = self.draws(year, span=[landing.first, landing.last], n=n, seed=seed)
        named = {lang: landing.span_text(lang) for lang in LANGUAGES}
        return together(landing, drawn, level, named)

    def against_naive(self) -> AgainstNaive:
        """Return where the same month last year was the better forecast at earlier origins."""
        return against_naive(self)

    def odd_months(self) -> OddMonths:
        """Return the months the fit did not take at their word, as a result: `odd` for readers."""
        return odd_months_of(self)

    def table(self, lang: str = "en", *, rows: int = 30) -> Table:
        """Return the forecast months as readers see them, one row per node and month."""
        ahead = self.figures[self.figures["horizon"] > 0]
        shown = ahead.drop(columns=["level", *self.by, "kind"])
        shown["node"] = titles(ahead, self.by, self.terms, lang)
        return Table(shown, lang=lang, terms=self.terms, rows=rows)

    def _sentences(self, lang: str) -> list[str]:
        return story.sentences(self, lang)
