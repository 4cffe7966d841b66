"""Exact lines of the components, coefficients last: steps 6 to 8 of the evaluation order."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from salesanalysis.incentives.components import FACTORS, Component
from salesanalysis.incentives.inputs.book import ZERO, Piece, Sheet


@dataclass
class Earned:
    """The lines so far, the sum of each component's own lines, and that sum after its factors."""

    lines: list[tuple[Any, Piece]] = field(default_factory=list)
    own: dict[str, Fraction] = field(default_factory=dict)
    after: dict[str, Fraction] = field(default_factory=dict)
    factor: Fraction | None = None

    @property
    def total(self) -> Fraction:
        """Return the sum of the lines."""
        return sum((piece.exact for _, piece in self.lines), ZERO)

    def add(self, part: Any, piece: Piece) -> None:
        """Append a line that belongs to no component."""
        self.lines.append((part, piece))


def earnings(components: Sequence[Component], sheet: Sheet) -> Earned:
    """Return the lines of everything that is earned, in the order of the plan."""
    out = Earned()
    for part in components:
        if isinstance(part, FACTORS):
            continue
        pieces = part.pieces(sheet)
        out.lines += [(part, piece) for piece in pieces]
        out.own[part.id] = out.after[part.id] = sum((p.exact for p in pieces), ZERO)
    return out


def multiply(components: Sequence[Component], sheet: Sheet, out: Earned) -> None:
    """Apply every factor to what it multiplies; two on one component multiply each other."""
    for part in components:
        if not isinstance(part, FACTORS):
            continue
        number, value = part.factor(sheet)
        base = sum((out.after[name] for name in part.multiplies), ZERO)
        out.lines.append((part, Piece(number, "factor", base, value - 1)))
        out.after |= {name: out.after[name] * value for name in part.multiplies}
        out.own[part.id] = base * (value - 1)
        out.factor = value * (1 if out.factor is None else out.factor)


def gross(components: Sequence[Component], sheet: Sheet) -> Earned:
    """Return every line of the components and the product of all factors."""
    out = earnings(components, sheet)
    multiply(components, sheet, out)
    return out


def pay_of(components: Sequence[Component], sheet: Sheet) -> tuple[Fraction, Fraction]:
    """Return the exact pay of the components in cents, and the product of the factors."""
    out = gross(components, sheet)
    return out.total, Fraction(1) if out.factor is None else out.factor
