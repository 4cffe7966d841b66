"""The vector back end: every cell is paid, block by block, periods one after the other."""

import numpy as np

from salesanalysis.incentives.compiled import payout
from salesanalysis.incentives.rules import Draw
from salesanalysis.incentives.simulate.forms import Form
from salesanalysis.incentives.simulate.streams import Floats
from salesanalysis.incentives.simulate.world import World

#: Half a cent is half a cent: sums of floats end this close to it, no exact pay does.
NUDGE = 1e-6


class Payer:
    """Pays cells of some people: currency, by person, period and draw.

    Pay is not rounded, unless one period hands a balance to the next: that is whole cents.
    """

    def __init__(self, world: World, form: Form) -> None:
        self.form, self.world, self.steps = form, world, form.steps
        self.unit = float(form.plan.unit * 100)
        self._buffers: dict[str, Floats] = {}

    def buffer(self, name: str, shape: tuple[int, ...]) -> Floats:
        """Return a buffer of this shape."""
        if name not in self._buffers or self._buffers[name].shape != shape:
            self._buffers[name] = np.empty(shape)
        return self._buffers[name]

    def pay(self, rows: np.ndarray, sold: Floats, start: int = 0) -> Floats:  # noqa: ARG002
        """Return the pay of every cell, valid until the next call."""
        steps = self.steps
        if steps.none:
            return self.earned(rows, sold)
        if steps.credit is not None:
            sold = np.minimum(sold, float(steps.credit * 100))
        so_far = np.cumsum(sold, axis=1) if steps.running else sold
        paid = self.earned(rows, so_far)
        if steps.running == "cumulative":
            paid = np.diff(paid, axis=1, prepend=self.earned(rows, np.zeros_like(sold))[:, :1])
            return self.limited(paid, sold)
        return self.limited(paid, so_far)

    def limited(self, paid: Floats, sold: Floats) -> Floats:
        """Return what is paid of what is earned: cap, guarantee, and what periods hand on."""
        if self.steps.stateful:
            return self.settled(paid, sold)
        limit = self.limit(sold)
        if limit is not None:
            np.minimum(paid, limit, out=paid)
        return self.at_least(paid)

    def earned(self, rows: np.ndarray, sold: Floats) -> Floats:
        """Return what the components pay; of a true-up, for the year to date."""
        n = (len(rows), 1, 1)
        quota = self.world.quota[rows].reshape(n)
        if self.steps.running in ("carry", "claw"):
            quota = quota * np.arange(1, sold.shape[1] + 1)[:, None]
        incentive = self.form.incentive[rows].reshape(n)
        out = self.buffer("zero" if not sold.any() else "out", sold.shape)
        return payout(self.form.compiled, sold, quota, incentive, out=out)

    def limit(self, sold: Floats) -> Floats | float | None:
        """Return the cap, currency."""
        if self.steps.rate is not None:
            limit: Floats = np.maximum(sold, 0) * (float(self.steps.rate) / 100)
            return limit
        return None if self.steps.cap is None else float(self.steps.cap)

    def at_least(self, paid: Floats) -> Floats:
        """Raise pay to the guarantee."""
        if self.steps.floor is not None:
            np.maximum(paid, float(self.steps.floor), out=paid)
        return paid

    def settled(self, paid: Floats, sold: Floats) -> Floats:
        """Pay period by period in whole cents: deferred pay, true-up, draw."""
        n, periods, width = paid.shape
        withheld, so_far, owed = (np.zeros((n, width)) for _ in range(3))
        limits = self.limit(sold)
        for t in range(periods):
            pay = paid[:, t] * 100
            if limits is not None:
                most = 100 * (limits[:, t] if isinstance(limits, np.ndarray) else limits)
                pay = self.capped(pay, most, withheld)
            if self.steps.floor is not None:
                np.maximum(pay, float(self.steps.floor * 100), out=pay)
            pay = whole(pay, self.unit)
            if self.steps.running in ("carry", "claw"):
                pay -= so_far
                if self.steps.running == "carry":
                    np.maximum(pay, 0, out=pay)
            so_far += pay  # what was earned: a draw is settled by its own balance
            if self.steps.draw is not None:
                drawn(self.steps.draw, t, pay, owed)
            paid[:, t] = pay / 100
        return paid

    def capped(self, pay: Floats, most: Floats | float, withheld: Floats) -> Floats:
        """Cut pay to the cap; what is deferred fills the room of later periods."""
        over = np.maximum(pay - most, 0)
        room = np.floor(np.maximum(most - pay, 0) + NUDGE)
        cut = np.minimum(pay, most)
        if not self.steps.deferred:
            return cut
        released = np.where(over > 0, 0, np.minimum(withheld, room))
        withheld += whole(over, 1.0) - released
        more: Floats = cut + released
        return more


def whole(cents: Floats, unit: float) -> Floats:
    """Round half away from zero to whole units."""
    steps: Floats = np.floor(np.abs(cents) / unit + 0.5 + NUDGE) * unit
    return np.copysign(steps, cents)


def drawn(rule: Draw, period: int, pay: Floats, owed: Floats) -> None:
    """Add a draw to the pay of a period, or recover it, in place; all in cents."""
    amount = float(int(rule.amount * 100)) if period < rule.periods else 0.0
    short = np.maximum(amount - pay, 0)
    left = np.where((pay > 0) & (short == 0), np.minimum(owed, pay - amount), 0)
    back = np.floor(left * float(rule.recovery_share) + NUDGE)
    pay += short - back
    if rule.recoverable:
        owed += short
    owed -= back
