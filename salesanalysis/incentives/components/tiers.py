"""Commission by tiers: slice by slice or on the whole amount, per deal, period or running total."""

from dataclasses import dataclass
from fractions import Fraction

from salesanalysis.incentives.inputs.book import ZERO, Exact, Piece, Scale, Sheet, Texts, reached

Parts = list[tuple[Exact, int]]


@dataclass(frozen=True)
class Tier:
    """From `start` on, `rate` on money, and `flat` (currency) once the tier is reached.

    `back_to`: on reaching the tier, what lies between that edge and its start is paid at its rate.
    """

    start: Fraction
    rate: Fraction
    flat: Fraction = ZERO
    back_to: Fraction | None = None


@dataclass(frozen=True)
class Threshold:
    """Below `at` nothing is paid; from there on by `variant`.

    ``full``: all tiers as they stand; ``excess``: only what lies above; ``first_unit``: what lies
    below is paid at the rate that holds at the threshold.
    """

    at: Fraction
    variant: str


@dataclass(frozen=True)
class Tiers:
    """Commission by tiers, slice by slice (marginal) or on the whole amount (retroactive)."""

    id: str
    title: Texts
    scale: Scale
    basis: str
    mode: str
    negative: str
    tiers: tuple[Tier, ...]
    reprice: str | None = None
    threshold: Threshold | None = None

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """Where pay bends or jumps: the starts of tiers and the threshold."""
        starts = tuple(t.start for t in self.tiers)
        if self.threshold is None or self.threshold.at in starts:
            return starts
        return tuple(sorted((*starts, self.threshold.at)))

    @property
    def starts(self) -> tuple[Fraction, ...]:
        """Where tiers start."""
        return tuple(t.start for t in self.tiers)

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return one line per tier that pays, and one per flat amount due."""
        lines = []
        for number, (tier, (base, times)) in enumerate(
            zip(self.tiers, self._sums(sheet), strict=True), 1
        ):
            if base:
                lines.append(Piece(number, "share", base, tier.rate))
            if tier.flat and times:
                lines.append(Piece(number, "times", tier.flat * 100, Fraction(times)))
        return lines

    def _sums(self, sheet: Sheet) -> Parts:
        """Return per tier the money paid at its rate and how often its flat is due."""
        unit = self.scale.cents(sheet)
        if self.scale.pay != self.scale.tier:
            return self._of_another(sheet, unit)
        if self.reprice == "new_only":
            return self._walk(sheet, unit)
        points = self.scale.book(sheet).points(self.basis, carry=self.negative == "carry")
        parts = [
            [(sign * base, sign * times) for base, times in self._parts(x, unit)]
            for sign, x in points
        ]
        none: list[Parts] = [[(0, 0)] * len(self.tiers)]
        return [
            (sum(p[0] for p in column), sum(p[1] for p in column))
            for column in zip(*(parts or none), strict=True)
        ]

    def _of_another(self, sheet: Sheet, unit: Exact) -> Parts:
        """Pay one measure at the rate another one reaches."""
        moved, paid = self.scale.book(sheet).total, sheet.book(self.scale.pay)
        base = paid.total + (paid.carried if self.negative == "carry" else 0)
        parts: Parts = [(0, 0)] * len(self.tiers)
        hit = self.scale.count(moved, self.starts, unit)
        if base < 0 and self.negative != "first_rate":
            return parts
        if base < 0:
            parts[0] = (base, 0)
        elif hit and self._passes(moved, unit):
            parts[hit - 1] = (base, 1)
        return parts

    def _passes(self, x: Exact, unit: Exact) -> bool:
        """Tell whether the threshold is reached, where there is one."""
        return self.threshold is None or bool(
            reached(x, self.threshold.at, unit, self.scale.closed)
        )

    def _parts(self, x: Exact, unit: Exact) -> Parts:
        """Split the running total `x` over the tiers."""
        parts: Parts = [(0, 0)] * len(self.tiers)
        if x < 0:
            if self.negative == "first_rate":
                parts[0] = (x, 0)
            return parts
        hit = self.scale.count(x, self.starts, unit)
        if not self._passes(x, unit):
            return parts
        floor = self.threshold.at * unit if self.threshold else 0
        if self.mode == "retroactive":
            if hit:
                excess = self.threshold is not None and self.threshold.variant == "excess"
                parts[hit - 1] = (x - floor if excess else x, 1)
            return parts
        return self._slices(x, unit, hit, floor)

    def _slices(self, x: Exact, unit: Exact, hit: int, floor: Exact) -> Parts:
        """Cut `x` into slices, then move what a reached tier or the threshold re-pays."""
        variant = self.threshold.variant if self.threshold else ""
        starts = [edge * unit for edge in self.starts]
        ends = [*starts[1:], max(x, starts[-1])]
        least = floor if variant == "excess" else 0
        slices: list[Exact] = [0] * len(starts)
        for k in range(hit):
            slices[k] = max(min(x, ends[k]) - max(starts[k], least), 0)
        if variant == "first_unit":
            at = max(self.scale.count(floor, self.starts, unit) - 1, 0)
            slices = [
                max(min(x, hi) - max(lo, floor), 0) for lo, hi in zip(starts, ends, strict=True)
            ]
            slices[at] += min(x, floor)
        for k in range(hit):
            back = self.tiers[k].back_to
            if back is None:
                continue
            again = [i for i in range(k) if self.tiers[i].start >= back]
            slices[k] += sum(slices[i] for i in again)
            for i in again:
                slices[i] = 0
        return [(piece, int(k < hit)) for k, piece in enumerate(slices)]

    def _walk(self, sheet: Sheet, unit: Exact) -> Parts:
        """Pay each new deal at the rate its running total reaches, earlier deals untouched."""
        book = self.scale.book(sheet)
        bases: list[Exact] = [0] * len(self.tiers)
        running = book.credited
        for deal in book.deals:
            running += deal
            hit = self.scale.count(running, self.starts, unit)
            if hit or self.negative == "first_rate":
                bases[max(hit - 1, 0)] += deal
        return [(base, 0) for base in bases]
