"""The page on variance: from the company's gap to the three places and causes that carry it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

import pandas as pd

from salesanalysis import variance
from salesanalysis.book import attainments, carriers, causes, reasons
from salesanalysis.book.listing import Listing
from salesanalysis.book.note import Note
from salesanalysis.labels import label
from salesanalysis.variance import Bridge, Components, Heat

if TYPE_CHECKING:
    from salesanalysis.book.results import Company
    from salesanalysis.book.whyhere import WhyHere

#: Results that every page of a run shares.
SHARED = ("moved", "reasons", "candidates", "scan", "map", "spread")


@dataclass(frozen=True, eq=False)
class Why:
    """Why the company's closed months differ from its target; computed once for all pages.

    Attributes
    ----------
    company : Company
    saved : function
        Returns a result that a run wrote beside its snapshot, or None.

    Examples
    --------
    >>> import salesanalysis as sa
    >>> why = sa.company(sa.load("demo")).why
    >>> why.places.to_frame()[["carrier", "region"]].to_numpy().tolist()
    [['late_deal', 'East'], ['price', 'South'], ['lost', 'West']]
    """

    company: "Company"
    saved: Callable[[str], object]

    def region(self, name: str) -> "WhyHere":
        """Return the part of one region, which is part of the company's and never another figure.

        Raises
        ------
        ContractError
            A region without sales.
        """
        from salesanalysis.book.whyhere import WhyHere  # noqa: PLC0415  it holds a Why

        return WhyHere(self, self.company.check_region(name))

    @cached_property
    def moved(self) -> Bridge | Note:
        """Last year to this year by cause, by region and product line."""
        return cast("Bridge | Note", self._shared("moved", lambda: reasons.moved(self.company)))

    @cached_property
    def reasons(self) -> Bridge | Note:
        """Target to actual by cause: the growth asked, then what moved since last year."""
        made = self._shared("reasons", lambda: reasons.reasons(self.company, self.moved))
        return cast("Bridge | Note", made)

    @property
    def bridge(self) -> Bridge | Note:
        """Target to actual of the company, one bar per cause."""
        whole = self.reasons
        return whole if isinstance(whole, Note) else whole.drill("region")

    def headline(self, lang: str = "en") -> str:
        """Return the company's gap in one line that says whose it is."""
        found = self.bridge
        text = found.headline(lang)
        return text if isinstance(found, Note) else label("causes.of_company", lang, text=text)

    @cached_property
    def candidates(self) -> Listing:
        """Every material place and cause, largest first."""
        made = self._shared("candidates", lambda: carriers.candidates(self.company, self))
        return cast("Listing", made)

    @property
    def places(self) -> Listing:
        """The three places that carry most of the company's gap, one a region."""
        return carriers.first_three(self.candidates, self.company.data, gap=self.bridge)

    @cached_property
    def scan(self) -> Bridge | Note:
        """The slices that stand out from the noise, against last year."""
        return cast("Bridge | Note", self._shared("scan", self._scan))

    @cached_property
    def map(self) -> Heat | Note:
        """Regions against product lines: how far each cell is from last year."""
        return cast("Heat | Note", self._shared("map", self._map))

    @cached_property
    def spread(self) -> Components | Note:
        """How much of the spread of people's attainment is region, person and noise."""
        made = self._shared("spread", lambda: attainments.spread(self.company))
        return cast("Components | Note", made)

    def _shared(self, name: str, make: Callable[[], Any]) -> object:
        saved = self.saved(name)
        return make() if saved is None else saved

    def _scan(self) -> Bridge | Note:
        columns = self.company.data.table("sales").columns
        known = ("region", "product_line", "customer_type", "salesperson")
        dims = [c for c in known if c in columns]
        found = self._compared(dims, variance.root_causes, dims=dims, window=())
        return cast("Bridge | Note", found)

    def _map(self) -> Heat | Note:
        pair = ("region", "product_line")
        if not set(pair) <= set(self.company.levels):
            return Note.of("no_cells", "note.no_cells")
        found = self._compared(list(pair), variance.heat, rows=pair[0], columns=pair[1])
        return cast("Heat | Note", found)

    def _compared(self, keys: list[str], method: Callable[..., Any], **how: Any) -> Any:
        """Compare the closed months with those a year before, where the data hold them."""
        data, closed = self.company.data, self.company.closed
        if not len(closed):
            return causes.not_closed(data)
        months = causes.covered(data, closed)
        if not len(months):
            return Note.of("no_last_year", "note.no_last_year")
        if "window" in how:
            how |= {"window": (months[0], months[-1]), "fiscal": data.calendar}
        windows = (months, months - pd.DateOffset(years=1))
        sold, base = (reasons.cells(data, keys, window) for window in windows)
        if not base["revenue"].abs().sum():
            return Note.of("no_last_year", "note.no_last_year")
        return method(
            sold, base, names=("last_year", "actual"), currency=data.currency, terms=data.terms,
            **how,
        )  # fmt: skip
