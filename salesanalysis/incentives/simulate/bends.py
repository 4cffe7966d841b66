"""A compiled plan as a sum over its edges: what the ledger prices."""

from dataclasses import dataclass

from salesanalysis.incentives.compiled.form import SCALES, Segment
from salesanalysis.incentives.inputs.book import ZERO


@dataclass(frozen=True)
class Bends:
    """One scale of a plan.

    pay / scale = a + b x + sum of kink x max(x - edge, 0) + sum of jump x [x reaches edge].
    """

    a: float
    b: float
    kinks: tuple[tuple[float, float], ...]  # edge, change of slope
    jumps: tuple[tuple[float, float, bool], ...]  # edge, size, edge itself belongs above

    def times(self, factor: float) -> "Bends":
        """Return the bends of another scale: the same, `factor` times as high."""
        return Bends(
            self.a * factor,
            self.b * factor,
            tuple((edge, slope * factor) for edge, slope in self.kinks),
            tuple((edge, size * factor, closed) for edge, size, closed in self.jumps),
        )

    def plus(self, other: "Bends") -> "Bends":
        """Return the sum of two bends."""
        return Bends(
            self.a + other.a, self.b + other.b, self.kinks + other.kinks, self.jumps + other.jumps
        )


def bends_of(segments: tuple[Segment, ...]) -> dict[str, Bends]:
    """Return the scales of a plan as bends; a scale nothing is paid by is left out.

    Examples
    --------
    >>> from salesanalysis.incentives.compiled import compile_plan
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> bends_of(compile_plan(Plan.from_text(EXAMPLE)).segments)["quota"].jumps
    ((0.8, 0.0032, True), (1.0, 0.004, True))
    """
    found = {scale: _bends(segments, scale) for scale in SCALES}
    return {scale: bends for scale, bends in found.items() if bends is not None}


def _bends(segments: tuple[Segment, ...], scale: str) -> Bends | None:
    """Return one scale; a segment of one point gives two jumps: at the edge, and just above."""
    none = (ZERO, ZERO)
    lines = [s.lines.get(scale, none) for s in segments]
    if all(line == none for line in lines):
        return None
    kinks: list[tuple[float, float]] = []
    jumps: list[tuple[float, float, bool]] = []
    a, b = lines[0]
    for segment, (a1, b1) in zip(segments[1:], lines[1:], strict=True):
        edge = segment.lo or ZERO
        if segment.point:  # its value stands in `a1`; its slope is that of what lies below
            a1, b1 = a1 - b * edge, b  # noqa: PLW2901
        if b1 != b:
            kinks.append((float(edge), float(b1 - b)))
        jump = (a1 + b1 * edge) - (a + b * edge)
        if jump:
            jumps.append((float(edge), float(jump), segment.closed == "lower"))
        a, b = a1, b1
    first = lines[0]
    return Bends(float(first[0]), float(first[1]), tuple(kinks), tuple(jumps))
