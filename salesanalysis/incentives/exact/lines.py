"""Exact lines of the components, coefficients last: steps 6 to 8 of the evaluation order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from salesanalysis.incentives.components import FACTORS, WHOLE, Component
from salesanalysis.incentives.inputs.book import (
    Piece,
    Ratio,
    Sheet,
    Wholes,
    joined,
    sum_of,
    wholes,
)


@dataclass(slots=True)
class Earned:
    """The lines so far, each component's own lines, and their sum after its factors.

    `amounts` are those of the lines in their order, in groups of whole numbers over one denominator
    each, not reduced: most are never looked at.
    """

    lines: list[tuple[Any, Piece]] = field(default_factory=list)
    amounts: list[Wholes] = field(default_factory=list)
    own: dict[str, list[Piece]] = field(default_factory=dict)
    after: dict[str, Ratio] = field(default_factory=dict)
    factor: Fraction | None = None

    @property
    def total(self) -> Fraction:
        """Return the sum of the lines."""
        tops, under = joined(self.amounts)
        return Fraction(sum(tops), under)

    def own_of(self, name: str) -> Fraction:
        """Return the sum of a component's own lines, 0 where it has none."""
        return sum_of(self.own.get(name, ()))

    def add(self, part: Any, piece: Piece) -> None:
        """Append a line."""
        times, per = piece.rate.as_integer_ratio()
        top, own = piece.top.as_integer_ratio()
        self.lines.append((part, piece))
        self.amounts.append(([top * times], piece.under * own * per))

    def add_all(self, part: Any, pieces: Sequence[Piece]) -> Ratio:
        """Append lines of one part and return their sum."""
        amounts = wholes(pieces)
        self.lines += [(part, piece) for piece in pieces]
        self.amounts.append(amounts)
        return sum(amounts[0]), amounts[1]


def earnings(components: Sequence[Component], sheet: Sheet) -> Earned:
    """Return the lines of everything that is earned, in the order of the plan."""
    out = Earned()
    for part in components:
        if isinstance(part, FACTORS) or part.id in sheet.skip:
            continue
        pieces = part.pieces(sheet)
        out.own[part.id], out.after[part.id] = pieces, out.add_all(part, pieces)
    return out


def multiply(components: Sequence[Component], sheet: Sheet, out: Earned) -> None:
    """Apply every factor to what it multiplies; two on one component multiply each other."""
    for part in components:
        if not isinstance(part, FACTORS) or part.id in sheet.skip:
            continue
        targets = part.multiplies
        if sheet.skip:
            targets = tuple(name for name in targets if name not in sheet.skip)
        if not targets:
            continue
        number, value = part.factor(sheet)
        after = out.after
        base, under = after[targets[0]] if len(targets) == 1 else _sum([after[t] for t in targets])
        piece = Piece(number, "factor", base, part.added(number, value), under)
        out.add(part, piece)
        times, per = value.as_integer_ratio()
        for name in targets:
            top, under = after[name]
            after[name] = top * times, under * per
        out.own[part.id] = [piece]
        out.factor = value if out.factor is None else value * out.factor


def _sum(ratios: Sequence[Ratio]) -> Ratio:
    """Return the sum of ratios."""
    tops, under = joined([([top], own) for top, own in ratios])
    return sum(tops), under


def gross(
    components: Sequence[Component], sheet: Sheet, cut: Callable[[list[Earned]], None] | None = None
) -> Earned:
    """Return every line of the components and the product of all factors.

    Each piece of a split period is paid by itself; `cut` limits what all of them earn together
    before any factor.
    """
    if sheet.parts:
        return _by_piece(components, sheet, cut)
    out = earnings(components, sheet)
    if cut is not None:
        cut([out])
    multiply(components, sheet, out)
    return out


def _by_piece(
    components: Sequence[Component], sheet: Sheet, cut: Callable[[list[Earned]], None] | None
) -> Earned:
    """Pay every piece of a split period, and once for all of them what has no pieces."""
    own = [part for part in components if not isinstance(part, WHOLE)]
    once = earnings([part for part in components if isinstance(part, WHOLE)], sheet)
    outs = [earnings(own, part) for _, part in sheet.parts]
    if cut is not None:
        cut([*outs, once])
    for (_, part), out in zip(sheet.parts, outs, strict=True):
        multiply(own, part, out)
    return _joined([*(days for days, _ in sheet.parts), ""], [*outs, once])


def _joined(days: Sequence[str], outs: Sequence[Earned]) -> Earned:
    """Return the lines of all pieces, each with its days; the factor where it is one for all."""
    all_, factors = Earned(), {out.factor for out, text in zip(outs, days, strict=True) if text}
    for text, out in zip(days, outs, strict=True):
        all_.lines += [(part, piece._replace(days=text)) for part, piece in out.lines]
        all_.amounts += out.amounts
        for name, pieces in out.own.items():
            all_.own.setdefault(name, []).extend(pieces)
    all_.factor = factors.pop() if len(factors) == 1 else None
    return all_


def pay_of(components: Sequence[Component], sheet: Sheet) -> tuple[Fraction, Fraction]:
    """Return the exact pay of the components in cents, and the product of the factors."""
    out = gross(components, sheet)
    return out.total, Fraction(1) if out.factor is None else out.factor
