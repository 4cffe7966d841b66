"""The page on data quality: a region's part, names, coverage, totals of files, third parties."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, cast

import pandas as pd

from salesanalysis.book.listing import Listing
from salesanalysis.data import Dataset
from salesanalysis.data.cleaning.report import LOSS, QUIET
from salesanalysis.data.quality import Quality
from salesanalysis.data.regional import Regional, RegionQuality, by_region
from salesanalysis.data.verify import Verification, statement
from salesanalysis.labels import LANGUAGES, Terms, check_lang, count, day, label, month
from salesanalysis.results import Result


@dataclass(frozen=True, eq=False)
class Confirmation(Result):
    """Every comparison with a third party, and the line a page prints about them.

    Attributes
    ----------
    parts : tuple of Verification
    lines : dict, language -> the data statement
    region : str
        Whose cells are kept; empty: all.
    """

    parts: tuple[Verification, ...]
    lines: dict[str, str]
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)
    region: str = ""

    def to_frame(self) -> pd.DataFrame:
        """Return the cells of all comparisons, with ``value`` and ``source``."""
        tables = [
            part.to_frame().assign(metric=part.value, source=part.source["en"])
            for part in self.parts
        ]
        if tables:
            return pd.concat(tables, ignore_index=True)
        return pd.DataFrame({"metric": ["revenue"], "status": ["unverified"]})

    @property
    def widest(self) -> Verification | None:
        """The comparison with the largest single difference; None where there is none."""

        def gap(part: Verification) -> int:
            return int((part.cells["ours"] - part.cells["theirs"]).abs().max() or 0)

        return max(self.parts, key=gap, default=None)

    def select(self, region: str) -> "Confirmation":
        """Return the cells of a region where a comparison is by region; the line stays."""
        parts = tuple(_of_region(part, region) for part in self.parts)
        return replace(self, parts=parts, region=region)

    def _sentences(self, lang: str) -> list[str]:
        if not self.parts:
            return [self.lines[lang], label("data_page.how_to_verify", lang)]
        return [self.lines[lang], *(s for part in self.parts for s in self._of(part, lang))]

    def _of(self, part: Verification, lang: str) -> list[str]:
        """Return what a comparison says; where it was cut to the region, its verdict too."""
        verdict, *rest = part._sentences(lang)
        if not self.region or "region" not in part.by or set(part.cells["region"]) != {self.region}:
            return rest
        region = self.terms.show("region", self.region, lang)
        return [label("data_page.of_region", lang, region=region, verdict=verdict), *rest]


@dataclass(frozen=True, eq=False)
class Checks:
    """What `Company.checks` offers.

    Attributes
    ----------
    data : Dataset
    saved : callable
        Name -> a result that was computed once for all pages, or None.
    """

    data: Dataset
    saved: Callable[[str], object] = field(default=lambda _: None, repr=False)

    @cached_property
    def quality(self) -> Quality:
        """The loss report of the company."""
        return cast("Quality", self.saved("quality") or self.data.quality)

    @cached_property
    def regional(self) -> Regional:
        """Every region's part of it."""
        return cast("Regional", self.saved("regional") or by_region(self.data))

    @cached_property
    def confirmation(self) -> Confirmation:
        """The comparisons with third parties that the mapping declares."""
        return cast("Confirmation", self.saved("confirmation") or self._confirmed(()))

    def statement(self, lang: str = "en") -> str:
        """Return the line a page prints: who confirmed these figures, and within what."""
        return self.confirmation.lines[check_lang(lang)]

    def loss(self) -> Listing:
        """Return what was read, each rule with a finding, what was kept; the rest by name."""
        frame = self.quality.to_frame()
        quiet = frame["status"] == "nothing_found"
        words = {
            x: label("quality.and", x).join(label(f"rule.{r}", x) for r in frame.loc[quiet, "rule"])
            for x in LANGUAGES
        }
        keys = ("data_page.nothing_found",) if quiet.any() else ("data_page.all_found",)
        found = frame[~frame["status"].isin(QUIET)][list(LOSS)].reset_index(drop=True)
        return self._listing(found, keys, {"rules": words}, exact=("amount", "amount_dropped"))

    def part(self, region: str) -> RegionQuality:
        """Return a region's part of the loss report."""
        return self.regional.select(region)

    def lines(self, part: RegionQuality) -> Listing:
        """Return the largest lines of each rule in a region."""
        key = "data_page.lines" if len(part.lines) else "region_quality.nothing"
        return self._listing(part.lines, (key,))

    def names(self) -> Listing:
        """Return the names that are probably misspelt."""
        names = self.quality.names
        words = {"n": count(len(names))}
        key = "data_page.names" if len(names) else "data_page.no_names"
        return self._listing(names, (key,), words)

    @cached_property
    def _span(self) -> dict[str, Any]:
        """Words about the months that are in."""
        found, data = self.quality.months, self.data
        days = {"first": found["period"].min(), "last": found["period"].max()}
        words: dict[str, Any] = {k: {x: month(v, x) for x in LANGUAGES} for k, v in days.items()}
        closed = {x: month(data.closed_through, x) for x in LANGUAGES}
        as_of = {x: day(data.as_of, x) for x in LANGUAGES}
        return {**words, "n": count(len(found)), "closed": closed, "as_of": as_of}

    def coverage(self) -> Listing:
        """Return the columns of the order lines that are not filled everywhere."""
        gaps = self.quality.gaps
        open_ = gaps[gaps["n_empty"] > 0].reset_index(drop=True)
        key = "data_page.gaps" if len(open_) else "data_page.no_gaps"
        return self._listing(open_, ("check.months", key), self._span)

    def sources(self) -> Listing:
        """Return the control total of every file."""
        sources = self.quality.sources
        named = sources.assign(file=sources["file"].mask(sources["file"] == "", "–"))
        words = {"n": count(int(sources["n_rows"].sum())), "files": count(len(sources))}
        return self._listing(named, ("data_page.sources",), words, exact=("amount",))

    def conversions(self) -> Listing:
        """Return what was converted to one currency or unit."""
        done = self.data.conversions
        if not done:
            return self._listing(
                pd.DataFrame({"status": ["not_converted"]}), ("data_page.not_converted",)
            )
        texts = {x: tuple(s for c in done for s in c._sentences(x)) for x in LANGUAGES}
        frame = pd.concat([c.to_frame() for c in done], ignore_index=True)
        return Listing(frame, texts, self.data.currency, self.data.terms)

    def confirmed(
        self,
        region: str = "",
        *,
        ledger: str = "",
        by: str = "region, period",
        source: str = "finance ledger",
    ) -> Confirmation:
        """Return the comparisons of the mapping, and one with `ledger` where it is named.

        Parameters
        ----------
        region : str
            Keep the cells of this region where the comparison is by region.
        ledger : str
            A file with figures of somebody else.
        by : str
            Our columns to compare by, with commas; ``period`` for months.
        source : str
            How the other side is called.
        """
        if not ledger:
            return self.confirmation.select(region)
        keys = [part.strip() for part in by.split(",") if part.strip()]
        return self._confirmed([self.data.verify(ledger, by=keys, source=source)]).select(region)

    def _confirmed(self, more: Sequence[Verification]) -> Confirmation:
        """Return the comparisons of the mapping and `more`, with the line about all of them."""
        declared = self.confirmation.parts if more else tuple(self.data.verifications)
        found = (*declared, *more)
        lines = {x: statement(self.data, found, x) for x in LANGUAGES}
        return Confirmation(found, lines, self.data.currency, self.data.terms)

    def tables(self, part: RegionQuality, confirmation: Confirmation) -> dict[str, Result]:
        """Return every table of the page by the name of its file."""
        return {
            "loss": self.quality,
            "region": part,
            "lines": self.lines(part),
            "names": self.names(),
            "coverage": self.coverage(),
            "sources": self.sources(),
            "conversions": self.conversions(),
            "confirmation": confirmation,
        }

    def _listing(
        self,
        frame: pd.DataFrame,
        keys: tuple[str, ...],
        values: Mapping[str, Any] | None = None,
        *,
        exact: tuple[str, ...] = (),
    ) -> Listing:
        data = self.data
        return Listing.of(
            frame, keys, values, currency=data.currency, terms=data.terms, exact=exact
        )


def _of_region(result: Verification, region: str) -> Verification:
    """Return the cells of a region where the comparison is by region and has it."""
    if not region or "region" not in result.by:
        return result
    known = {*result.cells["region"], *result.outside.get("region", ())}
    return result.select(region=region) if region in known else result
