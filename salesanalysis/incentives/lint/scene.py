"""A plan with what it is looked at for: exact pay on both sides of every edge."""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.incentives.compiled import Compiled, Segment, compile_plan
from salesanalysis.incentives.components import KpiWeighted, Matrix
from salesanalysis.incentives.exact.settle import exact_gross
from salesanalysis.incentives.inputs.book import ZERO, Book, Scale, Sheet
from salesanalysis.incentives.words.numbers import amount_text, ratio
from salesanalysis.incentives.words.voice import Voice

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Sizes are for this quota where none is given, currency.
QUOTA = "300000"
#: Within this distance of an edge people are near it.
NEAR = 0.02
#: A jump below half a cent is none.
SEEN = Fraction(1, 200)


@dataclass(frozen=True)
class Finding:
    """One finding; numbers are written by language when the text is made."""

    code: str
    severity: str
    where: str
    size: float
    near: float = float("nan")
    kind: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    currency: str = "CNY"
    voices: dict[str, Voice] = field(default_factory=dict)

    def words(self, lang: str) -> dict[str, str]:
        """Return the values written in a language."""
        return {name: self._word(value, lang) for name, value in self.values.items()}

    def _word(self, value: Any, lang: str) -> str:
        if isinstance(value, Money):
            return amount_text(Fraction(f"{value.amount:.2f}"), lang, self.currency)
        if isinstance(value, Part):
            return self.voices[lang].title(value.part)
        if isinstance(value, Edge):
            return self.voices[lang].edge(value.at, value.scale)
        if isinstance(value, Measure):
            return self.voices[lang].measure(value.name)
        return str(value)


@dataclass(frozen=True)
class Money:
    """An amount that is written with its currency."""

    amount: float


@dataclass(frozen=True)
class Part:
    """A component or rule that is written by its title."""

    part: Any


@dataclass(frozen=True)
class Edge:
    """An edge of another measure, written in its unit."""

    at: Fraction
    scale: Scale


@dataclass(frozen=True)
class Measure:
    """A measure that is written by its title."""

    name: str


@dataclass(frozen=True)
class Scene:
    """A plan with what it is looked at for."""

    plan: "Plan"
    form: Compiled
    attainment: Floats
    quota: Fraction  # cents
    margin_rate: float | None
    bonuses: tuple[float, ...]
    quota_given: bool = False

    @classmethod
    def of(
        cls,
        plan: "Plan",
        attainment: Floats,
        quota: Any,
        margin_rate: float | None,
        bonuses: Sequence[float] | None,
    ) -> "Scene":
        """Compile what can be compiled; the rest is looked at through exact pay."""
        cents = Fraction(str(QUOTA if quota is None else quota)) * 100
        given = quota is not None
        more = tuple(bonuses or ())
        return cls(plan, compile_plan(plan), attainment, cents, margin_rate, more, given)

    def finding(self, code: str, severity: str, where: Any, size: float, **rest: Any) -> Finding:
        """Return a finding in this plan's currency and voice."""
        voices = {lang: Voice(self.plan.head, lang) for lang in ("en", "zh")}
        name = where if isinstance(where, str) else where.id
        head = self.plan.head
        return Finding(code, severity, name, size, currency=head.currency, voices=voices, **rest)

    def pay(self, x: Fraction) -> Fraction:
        """Return the exact gross at attainment `x`, in currency."""
        return self.pay_of(self.plan, x)

    def pay_of(self, plan: "Plan", x: Fraction) -> Fraction:
        """Return the exact gross of another version of the plan."""
        return exact_gross(plan, self.sheet(x))[0].total / 100

    def sheet(self, x: Fraction) -> Sheet:
        """Return one person at attainment `x`, every other measure at its target.

        Money has the quota looked at as its target; what is only paid on moves with the main
        measure, as if all that is sold were collected.
        """
        sold, full = Book((x * self.quota,), self.quota), Book((self.quota,), self.quota)
        sheet = self.plan.on_target(sold)
        money = {
            name: sold if name in self.moving else full
            for name, measure in self.plan.head.measures.items()
            if measure.kind == "money"
        }
        return replace(sheet, books={**sheet.books, **money, sheet.main: sold})

    @cached_property
    def moving(self) -> set[str]:
        """Return the measures that are paid on and move no tier."""
        scales = [scale for scale, _ in scales_with_edges(self.plan)]
        return {s.pay for s in scales if s.pay} - {s.tier for s in scales}

    def money(self, segment: Segment, x: Fraction) -> tuple[Fraction, Fraction]:
        """Return height and slope (per unit of x) of a segment in currency."""
        incentive = self.plan.head.target_incentive or ZERO
        unit = Fraction(1) if self.form.unit == "amount" else self.quota / 100
        scale = {"quota": unit, "incentive": incentive, "fixed": Fraction(1)}
        height = slope = ZERO
        for name, (a, b) in segment.lines.items():
            height += scale[name] * (a + b * x)
            slope += scale[name] * b
        return height, slope

    def share_near(self, edge: Fraction) -> float:
        """Return the share of people within 2 % of an edge, an attainment."""
        apart = np.abs(self.attainment - float(edge))
        return float((apart <= NEAR * max(float(edge), NEAR)).mean())

    def edge(self, edge: Fraction) -> "str | Money":
        """Write an edge, an attainment, as the plan does: in percent or as an amount."""
        if self.form.unit == "attainment":
            return ratio(edge)
        return Money(float(edge * self.quota / 100))

    @cached_property
    def sample(self) -> list[Fraction]:
        """Return the exact pay of 200 people spread evenly over the attainments, upwards."""
        return [self.pay(x) for x in self.spread]

    @cached_property
    def spread(self) -> list[Fraction]:
        """Return 200 attainments spread evenly over those there are, upwards."""
        ranks = (np.arange(200) + 0.5) / 200
        spread = np.quantile(self.attainment, ranks, method="inverted_cdf")
        return [Fraction(f"{a:.6f}") for a in spread]

    @cached_property
    def capped(self) -> float:
        """Return the share of people who would be paid more without the cap."""
        limits = replace(self.plan.rules.limits, cap=None)
        free = replace(self.plan, rules=replace(self.plan.rules, limits=limits))
        pairs = zip(self.sample, self.spread, strict=True)
        return float(np.mean([self.pay_of(free, x) > paid for paid, x in pairs]))

    def back_at(self, edge: Fraction) -> Fraction | None:
        """Return the attainment from which pay is again what it was just below `edge`."""
        level = self.pay(edge - 1 / (self.quota * 100))
        for lo, hi, *_ in self.stretches:
            if hi <= edge or self.pay((lo + 9999 * hi) / 10_000) < level:
                continue
            low, high = max(lo, edge), hi
            while high - low > Fraction(1, 100_000):
                middle = (low + high) / 2
                low, high = (low, middle) if self.pay(middle) >= level else (middle, high)
            return high
        return None

    @cached_property
    def edges(self) -> list[Fraction]:
        """Return every edge of the main measure above 0, as attainments, upwards."""
        found = set()
        for scale, edges in scales_with_edges(self.plan):
            if scale.tier != self.plan.head.measure:
                continue
            unit = Fraction(1) if scale.unit == "attainment" else self.quota / 100
            found |= {e / unit for e in edges if e is not None and e > 0}
        return sorted(found)

    @cached_property
    def jumps(self) -> list[tuple[Fraction, Fraction]]:
        """Return every edge where pay jumps, and by how much (currency).

        Found by exact pay a hair below and above, so limits, penalties and parts that are no
        lines with jumps count as they pay.
        """
        hair = 1 / (self.quota * 100)
        out = []
        for edge in self.edges:
            jump = jump_at(self.pay, edge, hair)
            if abs(jump) >= SEEN:
                out.append((edge, jump))
        return out

    @cached_property
    def stretches(self) -> list[tuple[Fraction, Fraction, Fraction, Fraction]]:
        """Return (from, to, least and greatest slope) between all edges up to beyond the best.

        Attainments; slopes are currency per 100 % of quota, of four parts of the stretch, so a
        line that bends inside it is not missed.
        """
        last = max([Fraction(f"{self.attainment.max():.4f}"), *self.edges[-1:], Fraction(1)])
        ends = [ZERO, *self.edges, last + 1]
        out = []
        for lo, hi in itertools.pairwise(ends):
            at = [lo + (hi - lo) * Fraction(k, 6) for k in range(1, 6)]
            pays = [self.pay(x) for x in at]
            slopes = [(b - a) / (at[1] - at[0]) for a, b in itertools.pairwise(pays)]
            out.append((lo, hi, min(slopes), max(slopes)))
        return out


def jump_at(pay: Callable[[Fraction], Fraction], edge: Fraction, hair: Fraction) -> Fraction:
    """Return by how much pay jumps at an edge, both sides followed along their lines."""
    below = 2 * pay(edge - hair) - pay(edge - 2 * hair)
    above = 2 * pay(edge + hair) - pay(edge + 2 * hair)
    return above - below


def scales_with_edges(plan: "Plan") -> list[tuple[Scale, Sequence[Fraction | None]]]:
    """Return what every component compares, with its edges."""
    out: list[tuple[Scale, Sequence[Fraction | None]]] = []
    for part in plan.components:
        if isinstance(part, Matrix):
            out += list(zip(part.axes, part.grid, strict=True))
        elif isinstance(part, KpiWeighted):
            out += [
                (k.scale, [x for x, _ in k.points]) for k in part.kpis if k.direction == "higher"
            ]
        elif (scale := getattr(part, "scale", None)) is not None:
            out.append((scale, part.edges))
    return out
