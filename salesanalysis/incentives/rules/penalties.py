"""Penalties: what triggers one, what it takes away, and where it stops."""

from dataclasses import dataclass
from fractions import Fraction

from salesanalysis.incentives.inputs.book import Sheet, Texts

COMPARE = {"gt": "__gt__", "ge": "__ge__", "lt": "__lt__", "le": "__le__"}


@dataclass(frozen=True)
class When:
    """A measure beyond a limit (`op` gt, ge, lt, le), or an entry of the penalty register."""

    measure: str  # empty = the register
    op: str
    limit: Fraction

    def holds(self, sheet: Sheet) -> bool:
        """Tell whether the measure is beyond the limit."""
        value = Fraction(sheet.book(self.measure).total) / 100
        return bool(getattr(value, COMPARE[self.op])(self.limit))


@dataclass(frozen=True)
class Deduct:
    """What one occurrence takes away.

    `kind` is ``amount`` (currency), ``share`` (of the pay of `of`), ``coefficient`` (points off a
    factor, not below `least`), ``rate`` (points off the rates of `of`), ``tier`` (tiers down) or
    ``forfeit`` (all of `of`).
    """

    kind: str
    size: Fraction
    of: tuple[str, ...]
    least: Fraction = Fraction(0)


@dataclass(frozen=True)
class Penalty:
    """One penalty rule.

    `stack` says what two penalties on one line do: ``additive``, ``multiplicative`` or ``max``.
    `floor`: ``zero`` (pay does not fall below 0), ``carry`` (the rest is deducted later) or
    ``negative``. `limit`: the share of pay all penalties together may take.
    """

    id: str
    title: Texts
    when: When
    deduct: Deduct
    per: str  # period | occurrence
    stack: str
    floor: str
    limit: Fraction | None
