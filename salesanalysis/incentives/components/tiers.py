"""Commission by tiers: slice by slice or on the whole amount, per deal, period or running total."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from salesanalysis.incentives.inputs.book import (
    ZERO,
    Exact,
    Piece,
    Scale,
    Sheet,
    Texts,
    count_reached,
    whole_edges,
)

#: Money paid at each tier's rate, times the denominator of `Cut`, and how often its flat is due.
Parts = tuple[list[Exact], list[int]]


class Cut(NamedTuple):
    """Where tiers and the threshold start for one sheet, in cents times `under`."""

    starts: list[Exact]
    at: Exact
    under: int


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

    @cached_property
    def _grid(self) -> tuple[tuple[int, ...], int, int]:
        """Starts and threshold as whole numbers over one denominator; 0 where there is none."""
        at = [] if self.threshold is None else [self.threshold.at]
        whole, under = whole_edges([*self.starts, *at])
        return whole[: len(self.tiers)], (whole[-1] if at else 0), under

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return one line per tier that pays, and one per flat amount due."""
        lines: list[Piece] = []
        under = self._grid[2]
        for (number, rate, flat), base, times in zip(self._prices, *self._sums(sheet), strict=True):
            if base:
                lines.append(Piece(number, "share", base, rate, under))
            if flat and times:
                lines.append(Piece(number, "times", flat, Fraction(times) * sheet.share))
        return lines

    @cached_property
    def _prices(self) -> list[tuple[int, Fraction, Exact]]:
        """Number, rate and flat (cents) of every tier; a flat of 0 is a plain number."""
        return [(k, t.rate, t.flat * 100 if t.flat else 0) for k, t in enumerate(self.tiers, 1)]

    def _cut(self, sheet: Sheet) -> Cut:
        """Return where tiers and the threshold start for this sheet, times the denominator."""
        unit, (starts, at, under) = self.scale.cents(sheet), self._grid
        return Cut([start * unit for start in starts], at * unit, under)

    def _sums(self, sheet: Sheet) -> Parts:
        """Return per tier the money paid at its rate and how often its flat is due."""
        cut = self._cut(sheet)
        if self.scale.pay != self.scale.tier:
            return self._of_another(sheet, cut)
        if self.reprice == "new_only":
            return self._walk(sheet, cut)
        points = self.scale.book(sheet).points(self.basis, carry=self.negative == "carry")
        if len(points) == 1 and points[0][0] == 1:
            return self._parts(points[0][1] * cut.under, cut)
        bases, times = self._none()
        for sign, x in points:
            for k, (base, n) in enumerate(zip(*self._parts(x * cut.under, cut), strict=True)):
                bases[k] += sign * base
                times[k] += sign * n
        return bases, times

    def _none(self) -> Parts:
        return [0] * len(self.tiers), [0] * len(self.tiers)

    def _of_another(self, sheet: Sheet, cut: Cut) -> Parts:
        """Pay one measure at the rate another one reaches."""
        moved, paid = self.scale.book(sheet).total * cut.under, sheet.book(self.scale.pay)
        base = (paid.total + (paid.carried if self.negative == "carry" else 0)) * cut.under
        bases, times = self._none()
        hit = count_reached(moved, cut.starts, self.scale.closed)
        if base < 0 and self.negative == "first_rate":
            bases[0] = base
        elif base >= 0 and hit and self._passes(moved, cut):
            bases[hit - 1], times[hit - 1] = base, 1
        return bases, times

    def _passes(self, x: Exact, cut: Cut) -> bool:
        """Tell whether the threshold is reached, where there is one."""
        return self.threshold is None or count_reached(x, [cut.at], self.scale.closed) == 1

    def _parts(self, x: Exact, cut: Cut) -> Parts:
        """Split the running total `x` (times the denominator) over the tiers."""
        bases, times = self._none()
        hit = count_reached(x, cut.starts, self.scale.closed) if x >= 0 else 0
        if x < 0:
            bases[0] = x if self.negative == "first_rate" else 0
        elif not self._passes(x, cut):
            pass
        elif self.mode == "marginal":
            times[:hit] = [1] * hit
            self._slices(x, cut, hit, bases)
        elif hit:
            excess = self.threshold is not None and self.threshold.variant == "excess"
            bases[hit - 1], times[hit - 1] = (x - cut.at if excess else x), 1
        return bases, times

    def _slices(self, x: Exact, cut: Cut, hit: int, slices: list[Exact]) -> None:
        """Cut `x` into slices, then move what a reached tier or the threshold re-pays."""
        starts, variant = cut.starts, self.threshold.variant if self.threshold else ""
        for k in range(hit - 1):
            slices[k] = starts[k + 1] - starts[k]
        if hit:
            slices[hit - 1] = x - starts[hit - 1]
        if variant == "excess":
            ends = [*starts[1:hit], x]
            for k in range(hit):
                slices[k] = max(ends[k] - max(starts[k], cut.at), 0)
        if variant == "first_unit":
            self._from_first_unit(x, cut, slices)
        for k in range(hit) if self._goes_back else ():
            back = self.tiers[k].back_to
            if back is None:
                continue
            again = [i for i in range(k) if self.tiers[i].start >= back]
            slices[k] += sum(slices[i] for i in again)
            for i in again:
                slices[i] = 0

    @cached_property
    def _goes_back(self) -> bool:
        return any(t.back_to is not None for t in self.tiers)

    def _from_first_unit(self, x: Exact, cut: Cut, slices: list[Exact]) -> None:
        """Pay what lies below the threshold at the rate that holds there."""
        ends = [*cut.starts[1:], max(x, cut.starts[-1])]
        for k, (lo, hi) in enumerate(zip(cut.starts, ends, strict=True)):
            slices[k] = max(min(x, hi) - max(lo, cut.at), 0)
        at = max(count_reached(cut.at, cut.starts, self.scale.closed) - 1, 0)
        slices[at] += min(x, cut.at)

    def _walk(self, sheet: Sheet, cut: Cut) -> Parts:
        """Pay each new deal at the rate its running total reaches, earlier deals untouched.

        The flat of a tier is due once a period, with the deal that reaches it first; one that a
        deal jumps over, or that was reached before the period, is not. Below a threshold nothing
        is paid; `excess` pays what lies above it.
        """
        book = self.scale.book(sheet)
        bases, times = self._none()
        running = book.credited * cut.under
        top = count_reached(running, cut.starts, self.scale.closed)
        for deal in book.deals:
            before, running = running, running + deal * cut.under
            hit = count_reached(running, cut.starts, self.scale.closed)
            base = running - before
            if self.threshold is not None and running >= 0:
                base = self._above(before, running, cut)
            if hit or self.negative == "first_rate":
                bases[max(hit - 1, 0)] += base
            if hit > top and self._passes(running, cut):
                top = hit
                times[hit - 1] += 1
        return bases, times

    def _above(self, before: Exact, after: Exact, cut: Cut) -> Exact:
        """Return what counts of a deal beside a threshold."""
        if self.threshold is not None and self.threshold.variant == "excess":
            return max(after, cut.at) - max(before, cut.at)
        return after - before if self._passes(after, cut) else 0
