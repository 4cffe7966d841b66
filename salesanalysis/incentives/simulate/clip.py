"""A cap or a guarantee as edges of a plan: where its lines cross an amount."""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from salesanalysis.incentives.compiled.form import Line, Segment

Piece = tuple[Fraction | None, Line]


def clipped(
    segments: Sequence[Segment], scale: str, low: Fraction | None, high: Fraction | None
) -> tuple[Segment, ...]:
    """Return segments whose height on `scale` stays between `low` and `high`.

    Examples
    --------
    >>> flat = Segment(None, "lower", False, {"fixed": (Fraction(0), Fraction(1, 10))}, {})
    >>> [str(s.lo) for s in clipped([flat], "fixed", Fraction(2), Fraction(5))]
    ['None', '20', '50']
    """
    out: list[Segment] = []
    ends = [*(s.lo for s in segments[1:]), None]
    for segment, end in zip(segments, ends, strict=True):
        line = segment.lines.get(scale, (Fraction(0), Fraction(0)))
        if segment.point:
            out.append(replace(segment, lines={scale: (_inside(line[0], low, high), Fraction(0))}))
            continue
        for k, (start, part) in enumerate(_cut(segment.lo, end, line, low, high)):
            lines = {scale: part} if any(part) else {}
            closed = segment.closed if k == 0 else "lower"
            out.append(Segment(start, closed, point=False, lines=lines, parts={}))
    return tuple(out)


def _cut(
    start: Fraction | None,
    end: Fraction | None,
    line: Line,
    low: Fraction | None,
    high: Fraction | None,
) -> list[Piece]:
    """Cut one line where it crosses the limits; pay is continuous at those cuts."""
    a, b = line
    limits = [v for v in (low, high) if v is not None]
    crossings = sorted((v - a) / b for v in limits) if b else []
    inner = [x for x in crossings if (start is None or x > start) and (end is None or x < end)]
    out: list[Piece] = []
    for lo, hi in zip([start, *inner], [*inner, end], strict=True):
        height = a + b * _between(lo, hi)
        level = _inside(height, low, high)
        out.append((lo, line if level == height else (level, Fraction(0))))
    return out


def _between(lo: Fraction | None, hi: Fraction | None) -> Fraction:
    """Return a point inside an interval that may have no end."""
    if lo is None:
        return (hi or Fraction(0)) - 1
    return lo + 1 if hi is None else (lo + hi) / 2


def _inside(value: Fraction, low: Fraction | None, high: Fraction | None) -> Fraction:
    """Return a value between limits; the guarantee comes after the cap."""
    capped = value if high is None else min(value, high)
    return capped if low is None else max(capped, low)
