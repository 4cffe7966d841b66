"""How deals are credited and quotas set for a period: windfall, splits, days, ramp."""

from dataclasses import dataclass
from fractions import Fraction

from salesanalysis.incentives.inputs.book import Exact


@dataclass(frozen=True)
class Windfall:
    """Of a single deal above `limit` (currency), only the share `keep` counts.

    `review`: nothing is cut, every such deal is listed for a decision.
    """

    limit: Fraction
    keep: Fraction
    review: bool

    def credit(self, cents: Exact) -> Exact:
        """Return what counts of one deal."""
        limit = self.limit * 100
        if self.review or cents <= limit:
            return cents
        return limit + self.keep * (cents - limit)

    def hits(self, cents: Exact) -> bool:
        """Tell whether a deal is above the limit."""
        return cents > self.limit * 100


@dataclass(frozen=True)
class Credit:
    """How many hundred percent of a deal are credited in all, and what limits one deal."""

    splits_total: Fraction | None  # None = overlay, more than the whole may be credited
    windfall: Windfall | None
    fx: str  # plan_rate | none
    round_input: str = ""  # half_up | empty: digits beyond the cent are refused


@dataclass(frozen=True)
class Ramp:
    """Shares of quota (and target incentive) for the first months of a new person."""

    shares: tuple[Fraction, ...]
    of: tuple[str, ...]  # quota, target_incentive

    def share(self, month: int) -> Fraction:
        """Return the share in month `month` (0 = the month of the hire)."""
        return self.shares[month] if 0 <= month < len(self.shares) else Fraction(1)


@dataclass(frozen=True)
class QuotaRules:
    """How a period's quota follows from days, changes and a ramp."""

    per: str  # the length people's quotas are given for
    days: str  # calendar | working
    mid_period_change: str  # retro | time_weighted | split_period | none
    ramp: Ramp | None
    zero_quota: str
    paid: str = ""  # the period paid; empty = as long as quotas
    spread: str = ""  # even | days: how a quota is spread over shorter periods paid

    @property
    def period(self) -> str:
        """Return the period that is paid."""
        return self.paid or self.per
