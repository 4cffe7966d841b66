"""Commission by tiers: slice by slice or on the whole amount, per deal, period or running total."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
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

#: Money paid at each tier's rate, times the denominator of `Grid`, and how often its flat is due.
Parts = tuple[list[Exact], list[int]]


#: Makes a line without binding arguments by name: half the time of `Piece`.
_new = tuple.__new__


class Grid(NamedTuple):
    """Where tiers and the threshold start, as whole numbers over one denominator."""

    starts: tuple[int, ...]
    widths: tuple[int, ...]  # of all tiers but the last
    at: int  # 0 where there is no threshold
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
    def _grid(self) -> Grid:
        """Return the edges as whole numbers."""
        at = [] if self.threshold is None else [self.threshold.at]
        whole, under = whole_edges([*self.starts, *at])
        starts = whole[: len(self.tiers)]
        widths = tuple(hi - lo for lo, hi in pairwise(starts))
        return Grid(starts, widths, whole[-1] if at else 0, under)

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return one line per tier that pays, and one per flat amount due."""
        lines: list[Piece] = []
        under, (bases, due) = self._grid.under, self._sums(sheet)
        for (number, rate, flat), base, times in zip(self._prices, bases, due, strict=True):
            if base:
                lines.append(_new(Piece, (number, "share", base, rate, under, "")))
            if flat and times:
                lines.append(Piece(number, "times", flat, Fraction(times) * sheet.share))
        return lines

    @cached_property
    def _prices(self) -> list[tuple[int, Fraction, Exact]]:
        """Number, rate and flat (cents) of every tier; a flat of 0 is a plain number."""
        return [(k, t.rate, t.flat * 100 if t.flat else 0) for k, t in enumerate(self.tiers, 1)]

    def _sums(self, sheet: Sheet) -> Parts:
        """Return per tier the money paid at its rate and how often its flat is due."""
        unit = self.scale.cents(sheet)
        if self.scale.pay != self.scale.tier:
            return self._of_another(sheet, unit)
        if self.reprice == "new_only":
            return self._walk(sheet, unit)
        under = self._grid.under
        points = self.scale.book(sheet).points(self.basis, carry=self.negative == "carry")
        if len(points) == 1 and points[0][0] == 1:
            return self._parts(points[0][1] * under, unit)
        bases, times = self._none()
        for sign, x in points:
            for k, (base, n) in enumerate(zip(*self._parts(x * under, unit), strict=True)):
                bases[k] += sign * base
                times[k] += sign * n
        return bases, times

    def _none(self) -> Parts:
        return [0] * len(self.tiers), [0] * len(self.tiers)

    def _hit(self, x: Exact, unit: Exact) -> int:
        """Return how many tiers `x` (times the denominator) reaches."""
        return count_reached(self._grid.starts, x, unit, self.scale.closed)

    def _passes(self, x: Exact, unit: Exact) -> bool:
        """Tell whether the threshold is reached, where there is one."""
        if self.threshold is None:
            return True
        return count_reached((self._grid.at,), x, unit, self.scale.closed) == 1

    def _of_another(self, sheet: Sheet, unit: Exact) -> Parts:
        """Pay one measure at the rate another one reaches."""
        under, paid = self._grid.under, sheet.book(self.scale.pay)
        moved = self.scale.book(sheet).total * under
        base = (paid.total + (paid.carried if self.negative == "carry" else 0)) * under
        bases, times = self._none()
        hit = self._hit(moved, unit)
        if base < 0 and self.negative == "first_rate":
            bases[0] = base
        elif base >= 0 and hit and self._passes(moved, unit):
            bases[hit - 1], times[hit - 1] = base, 1
        return bases, times

    def _parts(self, x: Exact, unit: Exact) -> Parts:
        """Split the running total `x` (times the denominator) over the tiers."""
        bases, times = self._none()
        if x < 0:
            bases[0] = x if self.negative == "first_rate" else 0
            return bases, times
        if not self._passes(x, unit):
            return bases, times
        hit = self._hit(x, unit)
        if self.mode == "marginal":
            times[:hit] = [1] * hit
            self._slices(x, unit, hit, bases)
        elif hit:
            excess = self.threshold is not None and self.threshold.variant == "excess"
            bases[hit - 1], times[hit - 1] = (x - self._grid.at * unit if excess else x), 1
        return bases, times

    def _slices(self, x: Exact, unit: Exact, hit: int, slices: list[Exact]) -> None:
        """Cut `x` into slices, then move what a reached tier or the threshold re-pays."""
        starts, widths, _, _ = self._grid
        for k in range(hit - 1):
            slices[k] = widths[k] * unit
        if hit:
            slices[hit - 1] = x - starts[hit - 1] * unit
        if self.threshold is not None:
            self._beside_threshold(x, unit, hit, slices)
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

    def _beside_threshold(self, x: Exact, unit: Exact, hit: int, slices: list[Exact]) -> None:
        """Pay only what lies above the threshold, or what lies below at the rate at it."""
        variant = self.threshold.variant if self.threshold else ""
        starts, at = [start * unit for start in self._grid.starts], self._grid.at * unit
        if variant == "excess":
            ends = [*starts[1:hit], x]
            for k in range(hit):
                slices[k] = max(ends[k] - max(starts[k], at), 0)
        if variant == "first_unit":
            ends = [*starts[1:], max(x, starts[-1])]
            for k, (lo, hi) in enumerate(zip(starts, ends, strict=True)):
                slices[k] = max(min(x, hi) - max(lo, at), 0)
            slices[max(self._hit(at, unit) - 1, 0)] += min(x, at)

    def _walk(self, sheet: Sheet, unit: Exact) -> Parts:
        """Pay each new deal at the rate its running total reaches, earlier deals untouched.

        The flat of a tier is due once a period, with the deal that reaches it first; one that a
        deal jumps over, or that was reached before the period, is not. Below a threshold nothing
        is paid; `excess` pays what lies above it.
        """
        book, under = self.scale.book(sheet), self._grid.under
        bases, times = self._none()
        running = book.credited * under
        top = self._hit(running, unit)
        for deal in book.deals:
            before, running = running, running + deal * under
            hit = self._hit(running, unit)
            base = running - before
            if self.threshold is not None and running >= 0:
                base = self._above(before, running, unit)
            if hit or self.negative == "first_rate":
                bases[max(hit - 1, 0)] += base
            if hit > top and self._passes(running, unit):
                top = hit
                times[hit - 1] += 1
        return bases, times

    def _above(self, before: Exact, after: Exact, unit: Exact) -> Exact:
        """Return what counts of a deal beside a threshold."""
        at = self._grid.at * unit
        if self.threshold is not None and self.threshold.variant == "excess":
            return max(after, at) - max(before, at)
        return after - before if self._passes(after, unit) else 0
