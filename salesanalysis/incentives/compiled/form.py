"""From a plan to segments: pay = scale x (a + b x) between two edges, in exact fractions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

import pandas as pd

from salesanalysis.errors import ContractError
from salesanalysis.incentives.compiled.ladder import Ladder, ladder_of
from salesanalysis.incentives.components import (
    Bands,
    Component,
    Curve,
    Gate,
    Interpolated,
    Step,
    Tiers,
)
from salesanalysis.incentives.exact.lines import gross
from salesanalysis.incentives.inputs.book import ZERO, Book
from salesanalysis.incentives.rules import Cap

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Line = tuple[Fraction, Fraction]  # a, b of a + b x
Cut = tuple[Fraction | None, str, Fraction | None]  # start, its side, end
#: What a part of pay grows with: the quota, the target incentive, or nothing.
SCALES = ("quota", "incentive", "fixed")


@dataclass(frozen=True)
class Segment:
    """Pay between two edges.

    Attributes
    ----------
    lo : Fraction or None, where it starts; None = no lower limit
    closed : {"lower", "upper"}
        ``lower``: the segment holds its start; ``upper``: it starts just above.
    point : bool, the segment is its start alone
    lines : dict, scale -> (a, b), pay is the sum of scale x (a + b x)
    parts : dict, component -> the same, what each component adds
    """

    lo: Fraction | None
    closed: str
    point: bool
    lines: dict[str, Line]
    parts: dict[str, dict[str, Line]]


@dataclass(frozen=True)
class Compiled:
    """A plan as segments of one measure, and what does not fit.

    Attributes
    ----------
    unit : {"attainment", "amount"}
        What x is: actual over quota, or currency.
    segments : tuple of Segment, upwards
    cap : Cap or None, on the pay of the period
    residual : tuple of (component or rule, reason), never approximated
    """

    unit: str
    segments: tuple[Segment, ...]
    cap: Cap | None
    residual: tuple[tuple[str, str], ...]

    @cached_property
    def ladder(self) -> Ladder:
        """Return the segments as arrays; a scale nothing is paid by is left out."""
        return ladder_of(self.segments, SCALES)

    def require_whole(self) -> None:
        """Refuse to pay by segments what does not fit into them.

        Raises
        ------
        ContractError
            With every component left out and the reason.
        """
        if self.residual:
            names = "; ".join(f"{name}: {why}" for name, why in self.residual)
            raise ContractError(
                f"{len(self.residual)} parts of the plan are no lines with jumps: {names}.",
                where="payout(compiled, ...)",
                fix="pay with plan.pay, which calculates every part exactly",
                code="no-engine",
            )

    def to_frame(self) -> pd.DataFrame:
        """Return one row per segment and scale: ``lo``, ``closed``, ``scale``, ``a``, ``b``."""
        rows = [
            (None if s.lo is None else float(s.lo), s.closed, s.point, scale, float(a), float(b))
            for s in self.segments
            for scale, (a, b) in s.lines.items()
        ]
        return pd.DataFrame(rows, columns=["lo", "closed", "point", "scale", "a", "b"])


def compile_plan(plan: "Plan") -> Compiled:
    """Return the plan's pay of one period as lines with jumps.

    Every segment is found by paying exactly inside it, at three points: two give the line, the
    third proves it. Nothing is approximated: a part that is no line is named in `residual`.

    Examples
    --------
    >>> from salesanalysis.incentives.plan import EXAMPLE, Plan
    >>> form = compile_plan(Plan.from_text(EXAMPLE))
    >>> str(form.segments[-1].lo), form.segments[-1].lines["quota"]
    ('1', (Fraction(0, 1), Fraction(3, 125)))
    """
    kept, residual = _sorted_out(plan)
    unit = _unit(kept)
    segments = segments_of(plan, kept, unit, edges_of(kept))
    cap = plan.rules.limits.cap
    if cap is not None and (cap.of != "pay" or cap.before_factors or cap.excess == "deferred"):
        residual.append(("cap", f"a cap of {cap.of}, before coefficients or deferred"))
        cap = None
    return Compiled(unit, segments, cap, tuple(residual))


def _sorted_out(plan: "Plan") -> tuple[list[Component], list[tuple[str, str]]]:
    """Return the components that are lines of the main measure, and why the others are none."""
    residual = [(p.id, why) for p in plan.components if (why := _reason(plan, p))]
    units = {p.scale.unit for p in plan.components if not _reason(plan, p)}  # type: ignore[union-attr]
    if len(units) > 1:
        residual += [
            (p.id, "edges in amounts beside edges in attainment")
            for p in plan.components
            if not _reason(plan, p) and p.scale.unit == "amount"  # type: ignore[union-attr]
        ]
    out = {name for name, _ in residual}
    for part in plan.components:
        lost = [t for t in getattr(part, "multiplies", ()) if t in out]
        if lost and part.id not in out:
            residual.append((part.id, f"multiplies {', '.join(lost)}"))
    out = {name for name, _ in residual}
    rules = plan.rules
    residual += [(p.id, "a penalty depends on another measure") for p in rules.penalties]
    for name in ("draw", "clawback", "holdback"):
        if getattr(rules.settlement, name) is not None:
            residual.append((name, "a balance between periods"))
    if rules.settlement.true_up != "none":
        residual.append(("true_up", "counts the year to date"))
    if rules.limits.floor is not None:
        residual.append(("floor", "ends on a day"))
    return [p for p in plan.components if p.id not in out], residual


def _reason(plan: "Plan", part: Component) -> str:
    """Return why a component is no line of the main measure, empty where it is one."""
    if part.id in plan.rules.only:
        return "is for some people only"
    if not isinstance(part, Tiers | Step | Interpolated | Curve | Bands | Gate):
        return f"type {type(part).__name__.lower()} is no line of one measure"
    if part.scale.tier != plan.head.measure or part.scale.pay not in ("", plan.head.measure):
        return f"read from {part.scale.tier}, paid on {part.scale.pay}"
    basis = getattr(part, "basis", "period")
    if basis != "period":
        return f"basis {basis}"
    if getattr(part, "negative", "") == "carry":
        return "carries a balance"
    return ""


def _unit(kept: Sequence[Component]) -> str:
    units = {p.scale.unit for p in kept}  # type: ignore[union-attr]
    return units.pop() if len(units) == 1 else "attainment"


def edges_of(kept: Sequence[Component]) -> set[tuple[Fraction, str]]:
    """Return every edge of components with its side; 0 is always one."""
    return {(e, p.scale.closed) for p in kept for e in (*p.edges, ZERO)}  # type: ignore[union-attr]


def segments_of(
    plan: "Plan", kept: Sequence[Component], unit: str, edges: set[tuple[Fraction, str]]
) -> tuple[Segment, ...]:
    """Return what components pay between edges, other measures at their target.

    Raises
    ------
    ArithmeticError
        A component that is no line between two of the edges.
    """
    return tuple(_segment(plan, kept, cut, unit) for cut in _cuts(edges))


def _cuts(edges: set[tuple[Fraction, str]]) -> list[Cut]:
    """Return (start, side, end) of every segment; two sides of one edge leave a point between."""
    starts: list[tuple[Fraction | None, str]] = [(None, "lower")]
    starts += sorted(edges, key=lambda c: (c[0], c[1]))  # lower before upper
    ends = [lo for lo, _ in starts[1:]] + [None]
    return [(lo, closed, hi) for (lo, closed), hi in zip(starts, ends, strict=True)]


def _segment(
    plan: "Plan",
    kept: Sequence[Component],
    cut: Cut,
    unit: str,
) -> Segment:
    """Pay inside a segment and return its line, and that of each component."""
    lo, closed, hi = cut
    point = lo is not None and lo == hi
    xs = _inside(lo, hi)
    at = [_parts(plan, kept, x, unit) for x in xs]
    found = {scale: [parts[scale] for parts in at] for scale in SCALES}
    lines: dict[str, Line] = {}
    parts: dict[str, dict[str, Line]] = {part.id: {} for part in kept}
    for scale, values in found.items():
        for part in kept:
            line = _line(xs, [v.get(part.id, ZERO) for v in values], part.id)
            if line != (ZERO, ZERO):
                parts[part.id][scale] = line
        total = [sum(p[scale][k] for p in parts.values() if scale in p) for k in (0, 1)]
        if any(total):
            lines[scale] = (Fraction(total[0]), Fraction(total[1]))
    return Segment(lo, closed, point, lines, {k: v for k, v in parts.items() if v})


def _inside(lo: Fraction | None, hi: Fraction | None) -> list[Fraction]:
    """Return three points inside a segment; of a point only itself."""
    if lo is not None and lo == hi:
        return [lo]
    start = lo if lo is not None else (hi or ZERO) - 3
    end = hi if hi is not None else start + 3
    return [start + (end - start) * Fraction(k, 4) for k in (1, 2, 3)]


def _line(xs: Sequence[Fraction], ys: Sequence[Fraction], name: str) -> Line:
    """Return the line through points; three that are on none are a defect of ours."""
    if len(xs) == 1:
        return ys[0], ZERO
    b = (ys[1] - ys[0]) / (xs[1] - xs[0])
    a = ys[0] - b * xs[0]
    if a + b * xs[2] != ys[2]:
        raise ArithmeticError(f"{name} is not linear between its edges")
    return a, b


def _parts(
    plan: "Plan", kept: Sequence[Component], x: Fraction, unit: str
) -> dict[str, dict[str, Fraction]]:
    """Return, by scale, what each component pays per unit of the scale at `x`."""
    one = _paid(plan, kept, x, quota=1, incentive=0, unit=unit)
    more = _paid(plan, kept, x, quota=1, incentive=1, unit=unit)
    by_incentive = {name: more[name] - one[name] for name in one}
    if unit == "amount":
        return {"quota": {}, "incentive": by_incentive, "fixed": one}
    two = _paid(plan, kept, x, quota=2, incentive=0, unit=unit)
    return {
        "quota": {name: two[name] - one[name] for name in one},
        "incentive": by_incentive,
        "fixed": {name: 2 * one[name] - two[name] for name in one},
    }


def _paid(
    plan: "Plan", kept: Sequence[Component], x: Fraction, *, quota: int, incentive: int, unit: str
) -> dict[str, Fraction]:
    """Return what each component pays at `x`, in currency."""
    sold = x * 100 * (quota if unit == "attainment" else 1)
    sheet = plan.on_target(Book((sold,), 100 * quota))
    sheet = replace(sheet, target_incentive=100 * incentive)
    lines = gross(kept, sheet).lines
    out = {part.id: ZERO for part in kept}
    for part, piece in lines:
        out[part.id] += piece.exact / 100
    return out
