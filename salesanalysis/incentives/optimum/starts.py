"""Where a search starts: today's numbers, and others from which turns end elsewhere.

Where rates and coefficients multiply, a plan of all coefficients times k and all rates over k pays
the same, but leaves other room to both: programs in turn never move along that line by themselves.
So it is walked to both ends; beside it the coefficients are drawn together and apart, and a few
starts are drawn at random from a stated seed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.probe import knob_table
from salesanalysis.incentives.optimum.problem import Problem, Spot
from salesanalysis.incentives.optimum.solving import solve

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Floats = npt.NDArray[np.float64]
#: Starts drawn at random, and the seed they are drawn from.
DRAWN, SEED = 3, 20_260_101
#: Rounds of starts near the best end; how far a step of all numbers reaches, and one of scale.
ROUNDS, REACH, FAR = 8, (0.2, 0.05), 0.15
#: Combinations of edges an outer search may try.
EDGES = 500


@dataclass(frozen=True)
class Start:
    """A place to start from, and the order in which the groups of numbers take turns."""

    name: str
    spot: Spot
    order: tuple[int, ...]

    def factor(self, problem: Problem) -> float:
        """Return how large the last group's numbers, the coefficients, stand beside today's."""
        stood = float(np.abs(problem.spot(problem.origin).values[-1]).sum())
        return float(np.abs(self.spot.values[-1]).sum()) / stood if stood else 1.0


def starts_of(problem: Problem, base: "Plan") -> list[Start]:
    """Return the starts of a plan, today's first; one alone where nothing multiplies."""
    spot = problem.spot(base)
    count = len(spot.groups)
    usual = tuple(range(count))
    if count == 1:
        return [Start("today", spot, usual)]
    found = [Start("today", spot, usual), Start("turned", spot, usual[::-1])]
    if problem.ask.losers is not None:  # each program is many: who keeps his pay
        return found
    ends = _ends(problem)
    wide = 1.0 + (1.0 if problem.ask.shape.within is None else problem.ask.shape.within)
    for k in (wide, wide**0.5):
        for group in usual:
            others = k ** (-1.0 / (count - 1))
            scaled = [v * (k if g == group else others) for g, v in enumerate(spot.values)]
            found.append(Start("scaled", _inside(spot, scaled, ends), usual))
    for name, times in (("together", 0.0), ("apart", 2.0)):
        spread = [v if g == 0 else _spread(v, times) for g, v in enumerate(spot.values)]
        found.append(Start(name, _inside(spot, spread, ends), usual))
    rng = np.random.default_rng(SEED)
    for _ in range(DRAWN):
        values = [_like(rng.uniform(*end), v) for end, v in zip(ends, spot.values, strict=True)]
        found.append(Start("drawn", _inside(spot, values, ends), usual))
    return found


def nearby(problem: Problem, spot: Spot, turn: int) -> list[Start]:
    """Return starts around an end of the search, for one more turn from there.

    Where all numbers together would go to first order (Griffith and Stewart 1961, Management
    Science 7:379-392), nearer and further; and a step along the line of equal pay, and at random.
    """
    count = len(spot.groups)
    if count == 1 or problem.ask.losers is not None:
        return []
    usual, ends = tuple(range(count)), _ends(problem)
    found = []
    for reach in REACH:
        step = solve(problem.tangent(spot, reach))
        if step is not None:
            parts = np.split(step.values, np.cumsum([v.size for v in spot.values])[:-1])
            found += [Start("nearby", _inside(spot, parts, ends), order)
                      for order in (usual, usual[::-1])]  # fmt: skip
    rng = np.random.default_rng(SEED + 1 + turn)
    for group in usual:
        times = [1 + FAR if g == group else 1 / (1 + FAR) for g in usual]
        moved = [v * k for v, k in zip(spot.values, times, strict=True)]
        found.append(Start("nearby", _inside(spot, moved, ends), usual))
    moved = [v * rng.uniform(1 - FAR, 1 + FAR, v.size) for v in spot.values]
    return [*found, Start("nearby", _inside(spot, moved, ends), usual)]


def _ends(problem: Problem) -> list[tuple[Floats, Floats]]:
    """Return the least and the most of every number, by group; without a shape, near today's."""
    shape = problem.ask.shape
    stood = problem.spot(problem.origin).values
    found = []
    for group, values in zip(problem.groups, stood, strict=True):
        top = float(np.abs(values).max(initial=0.0)) or 1.0
        each = zip(group.values(), values.tolist(), strict=True)
        ranges = [shape.range_of(kind, v, top) for kind, v in each]
        low, high = np.array(ranges).T
        found.append((np.maximum(low, 0.0), np.minimum(high, np.maximum(values, 0.1 * top) * 2)))
    return found


def _inside(spot: Spot, values: Sequence[Floats], ends: Sequence[tuple[Floats, Floats]]) -> Spot:
    for group, (value, (low, high)) in enumerate(zip(values, ends, strict=True)):
        spot = spot.put(group, np.clip(value, low, np.maximum(low, high)))
    return spot


def _spread(values: Floats, times: float) -> Floats:
    """Return numbers at other distances from their middle."""
    middle = float(np.median(values))
    return middle + times * (values - middle)


def _like(values: Floats, today: Floats) -> Floats:
    """Return numbers in the order today's stand in."""
    found = np.empty_like(values)
    found[np.argsort(today, kind="stable")] = np.sort(values)
    return found


def edge_places(plan: "Plan", edges: Mapping[str, Sequence[Any]] | None) -> list[dict[str, Any]]:
    """Return the combinations of edges to try; one without any where none are given.

    Raises
    ------
    ContractError
        Numbers that are no edges, too many combinations.
    """
    if not edges:
        return [{}]
    frame = knob_table(plan).set_index("knob")["kind"]
    wrong = [k for k in edges if k in frame.index and frame[k] != "edge"]
    if wrong:
        raise ContractError(
            f"{wrong[0]} is no edge.",
            where="optimise(edges={...})",
            fix=f"free=[{wrong[0]!r}] moves it",
            code="bad-choice",
        )
    count = int(np.prod([len(v) for v in edges.values()]))
    if not 0 < count <= EDGES:
        raise ContractError(
            f"{count} combinations of edges are asked for; 1 to {EDGES} are tried.",
            where="optimise(edges={...})",
            fix="give fewer places for each edge",
            code="bad-choice",
        )
    return [dict(zip(edges, places, strict=True)) for places in product(*edges.values())]
