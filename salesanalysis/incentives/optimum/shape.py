"""What a table of rates or coefficients may look like, as conditions on a program."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.conditions import Condition
from salesanalysis.incentives.optimum.linear import LinearPlan
from salesanalysis.incentives.optimum.probe import Known, knob_table, stand
from salesanalysis.incentives.optimum.rows import Linear, Scales

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

#: The most a number other than a rate may become, as a multiple of the largest beside it.
FAR = 10.0


@dataclass(frozen=True)
class Shape:
    """What the numbers found must look like; without it the optimum is a corner nobody signs.

    Attributes
    ----------
    within : float or None, each number at most this share of today's away from today's (0.5: half
        to one and a half times); a number that is 0 today by this share of the largest beside it
    rising : bool or None, rates and coefficients do not fall from tier to tier (up to
        `concave_above`); None: where today's do not
    concave_above : float or None, attainment from which on rates do not rise
    ratio : float or None, each rate at most so many times the one below it
    step : float or None, coefficients of neighbouring bands at most so far apart
    gap : float or None, and at least so far apart, upwards or downwards as today's are
    jump : float, "today" or None, no jump of pay above this share of pay at target, or above
        the largest of today's; without it a wider spread may make a steeper cliff, and it is said
    no_fall : bool, selling more never pays less (where today's plan keeps that)

    Examples
    --------
    >>> Shape(within=0.3, ratio=2.5).within
    0.3
    """

    within: float | None = 0.5
    rising: bool | None = None
    concave_above: float | None = None
    ratio: float | None = None
    step: float | None = None
    jump: float | str | None = None
    no_fall: bool = True
    gap: float | None = None

    def __post_init__(self) -> None:
        """Refuse limits below what today's plan could ever meet."""
        for name, least in (("within", 0.0), ("ratio", 1.0), ("step", 0.0), ("jump", 0.0),
                            ("gap", 0.0)):  # fmt: skip
            value = getattr(self, name)
            if name == "jump" and value == "today":
                continue
            if isinstance(value, str | bool):
                raise ContractError(
                    f"{name} is {value!r}.",
                    where=f"Shape({name}=...)",
                    fix='give a number, or None for no such condition; of jumps "today"',
                    code="bad-choice",
                )
            if value is not None and not least <= value < np.inf:
                raise ContractError(
                    f"{name} is {value:g}.",
                    where=f"Shape({name}=...)",
                    fix=f"give {least:g} or more, or None for no such condition",
                    code="bad-choice",
                )

    def range_of(self, kind: str, value: float, top: float) -> tuple[float, float]:
        """Return the least and most a number may become, `top` the largest of today's beside it."""
        low, high = far_range(kind, value, top)
        if self.within is None:
            return low, high
        reach = self.within * (abs(value) or top)
        return max(low, value - reach), min(high, value + reach)


def far_range(kind: str, value: float, top: float) -> tuple[float, float]:
    """Return the range of a number nobody limited: rates to 1, others to ten times today's.

    No coefficient above 10 is read as one.
    """
    most = {"rate": 1.0, "share": 1.0, "coefficient": min(10.0, FAR * top)}.get(kind, FAR * top)
    return min(0.0, value), max(most, value)


@dataclass(frozen=True)
class Table:
    """Numbers of one kind in one component, from tier to tier: free ones and fixed ones."""

    names: tuple[str, ...]
    kind: str
    rows: Linear  # each number as a function of the free knobs
    today: tuple[float, ...]
    edges: tuple[float, ...]  # where each starts; -inf for the lowest band

    @property
    def rises(self) -> bool:
        """Tell whether today's numbers do not fall."""
        return all(a <= b for a, b in pairwise(self.today))


def tables_of(plan: "Plan", origin: "Plan", knobs: Sequence[str]) -> tuple[Table, ...]:
    """Return the tables the free knobs stand in, with what is fixed in them and today's numbers."""
    return _tables(Known(plan), Known(origin), tuple(knobs))


@lru_cache(maxsize=64)
def _tables(now: Known, before: Known, knobs: tuple[str, ...]) -> tuple[Table, ...]:
    plan, origin = now.plan, before.plan
    frame = knob_table(plan)
    starts = stand(plan)
    stood = stand(origin)
    place = {k: j for j, k in enumerate(knobs)}
    tables = []
    touched = frame[frame["knob"].isin(knobs)]
    for component, kind in dict.fromkeys(zip(touched["component"], touched["kind"], strict=True)):
        part = frame[(frame["component"] == component) & (frame["kind"] == kind)]
        values = part["value"].to_numpy()
        free = part["knob"].isin(knobs).to_numpy()
        matrix = np.zeros((len(part), len(knobs)))
        for i, name in enumerate(part["knob"]):
            if free[i]:
                matrix[i, place[name]] = 1.0
        rows = Linear(np.where(free, 0.0, values), matrix)
        edges = tuple(start_of(starts, name) for name in part["knob"])
        today = tuple(float(stood[name]) for name in part["knob"])
        tables.append(Table(tuple(part["knob"]), kind, rows, today, edges))
    return tuple(tables)


def start_of(values: Mapping[str, float], knob: str) -> float:
    """Return the edge a number starts at: the one beside it, or none below all."""
    stem = knob.rpartition(".")[0] if not knob.endswith("]") else knob.rpartition("[")[0]
    for edge in (f"{stem}.from", f"{stem}[0]"):
        if edge in values:
            return float(values[edge])
    return -np.inf


def shape_conditions(
    shape: Shape,
    plan: "Plan",
    origin: "Plan",
    lines: LinearPlan,
    *,
    today: LinearPlan,
    person: Scales,
    at_target: float,
) -> list[Condition]:
    """Return the conditions of a shape on the free knobs of a plan that was `origin`.

    `today`: the lines of `origin` as it stood.
    """
    found: list[Condition] = []
    for table in tables_of(plan, origin, lines.knobs):
        found += _bounds(shape, table)
        found += _neighbours(shape, table)
    return [*found, *_pay(shape, lines, today, person, at_target)]


def _bounds(shape: Shape, table: Table) -> list[Condition]:
    """Return the least and most of each number, and its distance from today's."""
    free = np.flatnonzero(np.abs(table.rows.matrix).sum(axis=1) > 0)
    top = max((abs(v) for v in table.today), default=0.0) or 1.0
    found = []
    for i in free:
        row = Linear(table.rows.constant[[i]], table.rows.matrix[[i]])
        value = table.today[i]
        found.append(Condition("bounds", row, *far_range(table.kind, value, top), top))
        if shape.within is not None:
            reach = shape.within * (abs(value) or top)
            found.append(Condition("within", row, value - reach, value + reach, top))
    return found


def _neighbours(shape: Shape, table: Table) -> list[Condition]:
    """Return what a number may be beside the one before it."""
    found = []
    size = max((abs(v) for v in table.today), default=0.0) or 1.0
    rising = table.rises if shape.rising is None else shape.rising
    for i in range(1, len(table.names)):
        low, high = (Linear(table.rows.constant[[k]], table.rows.matrix[[k]]) for k in (i - 1, i))
        if not (np.abs(low.matrix) + np.abs(high.matrix)).any():
            continue
        gap = high - low
        if shape.concave_above is not None and table.edges[i] > shape.concave_above:
            found.append(Condition("concave", gap, high=0.0, size=size))
        elif rising:
            found.append(Condition("rising", gap, low=0.0, size=size))
        if shape.ratio is not None and table.kind == "rate":
            found.append(Condition("ratio", high - low.times(shape.ratio), high=0.0, size=size))
        if shape.step is not None and table.kind == "coefficient":
            found.append(Condition("step", gap, -shape.step, shape.step, size))
        if shape.gap is not None and table.kind == "coefficient":
            falls = table.today[i] < table.today[i - 1]
            most = (-np.inf, -shape.gap) if falls else (shape.gap, np.inf)
            found.append(Condition("gap", gap, *most, size))
    return found


def _pay(
    shape: Shape, lines: LinearPlan, today: LinearPlan, person: Scales, at_target: float
) -> list[Condition]:
    """Return what pay may do at its edges and between them."""
    jump, slope = _jumps_and_slopes(lines, person)
    jumped, sloped = (rows.at(today.values) for rows in _jumps_and_slopes(today, person))
    size = max(abs(at_target), 1e-9)
    found = []
    if shape.jump is not None and len(jump.constant):
        largest = float(np.abs(jumped).max())
        limit = largest if isinstance(shape.jump, str) else shape.jump * size
        found.append(Condition("jump", jump, -limit, limit, size))
    if shape.no_fall:
        for rows, stood in ((jump, jumped), (slope, sloped)):
            keep = stood >= -1e-9 * size  # where today's pay falls it is left alone
            if keep.any():
                part = Linear(rows.constant[keep], rows.matrix[keep])
                found.append(Condition("no_fall", part, low=0.0, size=size))
    return found


def _jumps_and_slopes(lines: LinearPlan, person: Scales) -> tuple[Linear, Linear]:
    """Return the jump at every edge and the slope of every piece."""
    below, above, slope, _ = lines.heights(person)
    return above - below, slope
