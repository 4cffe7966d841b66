"""What happens after the gross is rounded: true-up, draw, clawback, holdback, leavers."""

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from salesanalysis.incentives.inputs.book import Texts


@dataclass(frozen=True)
class Draw:
    """Paid in advance every period for `periods`; a recoverable one is owed and paid back."""

    id: str
    title: Texts
    amount: Fraction
    periods: int
    recoverable: bool
    recovery_share: Fraction


@dataclass(frozen=True)
class Clawback:
    """Pay on deals that fall through later is taken back.

    `method`: ``reversal`` (rate and coefficient of the booking) or ``recompute`` (the period of
    the deal with and without it). `floor` as for penalties.
    """

    id: str
    title: Texts
    window_months: int
    method: str
    floor: str


@dataclass(frozen=True)
class Holdback:
    """A share of the pay is kept until its condition is met."""

    id: str
    title: Texts
    share: Fraction
    release: Texts


@dataclass(frozen=True)
class Settlement:
    """How the gross of a period becomes pay.

    `true_up`: ``none``, ``carry`` or ``claw`` (each period pays what the year to date earns less
    what was paid; a negative difference is carried or taken back).
    """

    true_up: str = "none"
    draw: Draw | None = None
    clawback: Clawback | None = None
    holdback: Holdback | None = None
    leaver: str = ""  # forfeit | prorata_to_last_day | pay_earned

    @cached_property
    def moves_nothing(self) -> bool:
        """Tell whether what a period earns is what it pays, but for deductions carried in."""
        return self.draw is None and self.holdback is None and self.true_up == "none"
