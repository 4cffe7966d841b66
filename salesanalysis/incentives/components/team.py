"""What a team brings: a share of a pool, a manager's override on the team's credit."""

from dataclasses import dataclass
from fractions import Fraction

from salesanalysis.incentives.components.base import Points
from salesanalysis.incentives.inputs.book import ZERO, Piece, Scale, Sheet, Texts


@dataclass(frozen=True)
class Pool:
    """A sum earned by a team and shared among its members to the cent.

    The sum is `share` of the team's credit, or a curve of the team's attainment times the sum of
    the members' target incentives; `weights` is ``credit``, ``equal`` or ``base_pay``. Shares are
    whole numbers of `unit` (currency; empty: cents); `method` is ``largest_remainder`` or
    ``sainte_lague``, by which a larger sum lowers nobody.
    """

    id: str
    title: Texts
    scale: Scale
    weights: str
    share: Fraction | None
    points: Points
    below: Fraction
    unit: Fraction | None = None
    method: str = "largest_remainder"

    @property
    def edges(self) -> tuple[Fraction, ...]:
        """The team's edges are none of the person's."""
        return ()

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return the member's share, worked out for the team before."""
        cents = (sheet.shares or {}).get(self.id, 0)
        return [Piece(1, "times", cents, Fraction(1))] if cents else []


@dataclass(frozen=True)
class Override:
    """A rate on what the people led by somebody are credited with, never on their pay.

    `of` is ``team_credit`` (the rate on all of it) or ``differential`` (the rate less the rate
    each of them has).
    """

    id: str
    title: Texts
    measure: str
    rate: Fraction
    of: str

    edges: tuple[Fraction, ...] = ()

    def pieces(self, sheet: Sheet) -> list[Piece]:
        """Return one line, or one per person led where rates differ."""
        led = (sheet.team or {}).get(self.measure, ())
        if self.of == "team_credit":
            base = sum((credit for credit, _ in led), ZERO)
            return [Piece(1, "share", base, self.rate)] if base else []
        by_rate: dict[Fraction, Fraction] = {}
        for credit, own in led:
            by_rate[own] = by_rate.get(own, ZERO) + credit
        return [
            Piece(k, "share", by_rate[own], self.rate - own)
            for k, own in enumerate(sorted(by_rate), 1)
            if by_rate[own] and self.rate != own
        ]
