"""One plan speaking one language: its measures, edges and spans in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from salesanalysis.incentives.components import Bands, Component, Interpolated, Step
from salesanalysis.incentives.inputs.book import Scale
from salesanalysis.incentives.language.place import Head
from salesanalysis.incentives.language.reader import decimal
from salesanalysis.incentives.words.numbers import amount_text, ratio
from salesanalysis.labels import has_label, label


@dataclass(frozen=True)
class Voice:
    """What a plan says, in one language.

    Attributes
    ----------
    head : Head
    lang : {"en", "zh"}
    """

    head: Head
    lang: str

    def title(self, part: Any) -> str:
        """Return what a component or rule is called."""
        title: tuple[str, str] = part.title
        return title[0 if self.lang == "en" else 1]

    def say(self, key: str, **values: Any) -> str:
        """Return an entry of the catalogue."""
        return label(f"pay.{key}", self.lang, **values)

    def money(self, value: Fraction) -> str:
        """Write an amount with the plan's currency."""
        return amount_text(value, self.lang, self.head.currency)

    def measure(self, name: str) -> str:
        """Return what a measure is called: in the file, in the catalogue, or its id."""
        own = self.head.measures[name].title if name in self.head.measures else None
        if own is not None:
            return own[0 if self.lang == "en" else 1]
        key = f"measure.{name}"
        return label(key, self.lang) if has_label(key) else name

    @property
    def main(self) -> str:
        """Return what the main measure is called inside a sentence; sales without a name."""
        name = self.head.measure
        named = self.head.measures[name].title if name in self.head.measures else None
        known = named is not None or has_label(f"measure.{name}")
        text = self.measure(name if known else "sales")
        # a title begins with a capital, an abbreviation keeps them
        return text[:1].lower() + text[1:] if text[1:2].islower() else text

    def edge(self, edge: Fraction, scale: Scale) -> str:
        """Write one edge: a percentage of quota, an amount, or a plain value."""
        if scale.unit == "attainment":
            return ratio(edge)
        return self.value(edge, scale.tier)

    def value(self, value: Fraction, measure: str) -> str:
        """Write a value of a measure: money, percent or a plain number."""
        kind = self.head.measures[measure].kind if measure in self.head.measures else "money"
        if kind == "money":
            return self.money(value)
        return ratio(value) if kind == "ratio" else decimal(value)

    def of(self, scale: Scale, span: str) -> str:
        """Say of what a span is: the quota, the sales, or another measure."""
        main = scale.tier == self.head.measure
        if main and scale.unit == "amount":
            return self.say("of.amount.other", span=span, measure=self.main)
        other = "" if main else ".other"
        return self.say(f"of.{scale.unit}{other}", span=span, measure=self.measure(scale.tier))

    def span(self, lo: Fraction | None, hi: Fraction | None, scale: Scale) -> str:
        """Write where a tier or band lies, saying to which side its edges belong."""
        given = {"lo": lo, "hi": hi}
        ends = {name: self.edge(e, scale) for name, e in given.items() if e is not None}
        one = "from" if "lo" in ends else "below"
        where = ("all", one, "both")[len(ends)]
        return self.of(scale, self.say(f"span.{scale.closed}.{where}", **ends))

    def part_span(self, part: Component, number: int) -> str:
        """Write where tier, step or band `number` (1 = first) of a component lies."""
        edges: Sequence[Fraction | None] = getattr(part, "starts", part.edges)
        if isinstance(part, Bands):
            edges = [edge for edge, _ in part.bands]
        if not edges:
            return ""
        lo = edges[number - 1] if number <= len(edges) else None
        hi = edges[number] if number < len(edges) else None
        if isinstance(part, Interpolated):
            lo, hi, _ = part.tiers[number - 1]
        if isinstance(part, Step) and part.pays == "sum":
            hi = None
        return self.span(lo, hi, part.scale)  # type: ignore[union-attr]

    def names(self, ids: Sequence[str], components: Sequence[Component]) -> str:
        """Join the titles of components."""
        by_id = {p.id: self.title(p) for p in components}
        return self.say("and").join(by_id.get(i, i) for i in ids)
