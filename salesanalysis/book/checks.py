"""The page on data quality: a region's part, names, coverage, totals of files, third parties."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from salesanalysis.book.listing import Listing
from salesanalysis.data import Dataset
from salesanalysis.data.regional import RegionQuality, part_of
from salesanalysis.data.verify import Verification, statement
from salesanalysis.labels import LANGUAGES, Terms, count, day, label, month
from salesanalysis.results import Result


@dataclass(frozen=True, eq=False)
class Confirmation(Result):
    """Every comparison with a third party, and the line a page prints about them.

    Attributes
    ----------
    parts : tuple of Verification
    lines : dict, language -> the data statement
    """

    parts: tuple[Verification, ...]
    lines: dict[str, str]
    currency: str = "CNY"
    terms: Terms = field(default_factory=Terms)

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

    def _sentences(self, lang: str) -> list[str]:
        if not self.parts:
            return [self.lines[lang], label("data_page.how_to_verify", lang)]
        return [self.lines[lang], *(s for part in self.parts for s in part._sentences(lang)[1:])]


@dataclass(frozen=True, eq=False)
class Checks:
    """What `Company.checks` offers.

    Attributes
    ----------
    data : Dataset
    """

    data: Dataset

    def part(self, region: str) -> RegionQuality:
        """Return a region's part of the loss report."""
        return part_of(self.data, region)

    def lines(self, part: RegionQuality) -> Listing:
        """Return the largest lines of each rule in a region."""
        key = "data_page.lines" if len(part.lines) else "region_quality.nothing"
        return self._listing(part.lines, (key,))

    def names(self) -> Listing:
        """Return the names that are probably misspelt."""
        names = self.data.quality.names
        words = {"n": count(len(names))}
        key = "data_page.names" if len(names) else "data_page.no_names"
        return self._listing(names, (key,), words)

    @cached_property
    def _span(self) -> dict[str, Any]:
        """Words about the months that are in."""
        found, data = self.data.quality.months, self.data
        days = {"first": found["period"].min(), "last": found["period"].max()}
        words: dict[str, Any] = {k: {x: month(v, x) for x in LANGUAGES} for k, v in days.items()}
        closed = {x: month(data.closed_through, x) for x in LANGUAGES}
        as_of = {x: day(data.as_of, x) for x in LANGUAGES}
        return {**words, "n": count(len(found)), "closed": closed, "as_of": as_of}

    def coverage(self) -> Listing:
        """Return the columns of the order lines that are not filled everywhere."""
        gaps = self.data.quality.gaps
        open_ = gaps[gaps["n_empty"] > 0].reset_index(drop=True)
        key = "data_page.gaps" if len(open_) else "data_page.no_gaps"
        return self._listing(open_, ("check.months", key), self._span)

    def sources(self) -> Listing:
        """Return the control total of every file."""
        sources = self.data.quality.sources
        named = sources.assign(file=sources["file"].mask(sources["file"] == "", "–"))
        words = {"n": count(int(sources["n_rows"].sum())), "files": count(len(sources))}
        return self._listing(named, ("data_page.sources",), words)

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
        found = list(self.data.verifications)
        if ledger:
            keys = [part.strip() for part in by.split(",") if part.strip()]
            found.append(self.data.verify(ledger, by=keys, source=source))
        parts = tuple(_of_region(v, region) for v in found)
        lines = {x: statement(self.data, found, x) for x in LANGUAGES}
        return Confirmation(parts, lines, self.data.currency, self.data.terms)

    def _listing(
        self, frame: pd.DataFrame, keys: tuple[str, ...], values: Mapping[str, Any] | None = None
    ) -> Listing:
        return Listing.of(frame, keys, values, currency=self.data.currency, terms=self.data.terms)


def _of_region(result: Verification, region: str) -> Verification:
    """Return the cells of a region where the comparison is by region and has it."""
    if not region or "region" not in result.by:
        return result
    known = {*result.cells["region"], *result.outside.get("region", ())}
    return result.select(region=region) if region in known else result
