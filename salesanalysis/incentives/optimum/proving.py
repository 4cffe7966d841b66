"""What a number does to a plan's lines: moved by a step in exact fractions, proved together."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from salesanalysis.errors import ContractError
from salesanalysis.incentives.optimum.paid import Paid
from salesanalysis.incentives.optimum.probe import knob_table
from salesanalysis.incentives.optimum.rows import SCALES

if TYPE_CHECKING:
    from salesanalysis.incentives.plan import Plan

Rows = list[list[tuple[Fraction, Fraction]]]
ZERO = Fraction(0)
#: How far a number is moved to see what it does; prime steps cannot cancel in the proof.
MOVES = {
    "rate": Fraction(1, 1000),
    "coefficient": Fraction(1, 100),
    "height": Fraction(1, 100),
    "share": Fraction(1, 1000),
    "amount": Fraction(1),
}


def exact_lines(paid: Paid) -> Rows:
    """Return (a, b) per piece and scale."""
    none = (ZERO, ZERO)
    led = (ZERO, paid.led)
    own = SCALES[:-1]
    return [[*(s.lines.get(scale, none) for scale in own), led] for s in paid.form.segments]


def texts(plan: "Plan") -> dict[str, Fraction]:
    """Return what every number of a plan stands at, exactly."""
    frame = knob_table(plan)
    return {k: Fraction(t) for k, t in zip(frame["knob"], frame["text"], strict=True)}


def step_of(value: Fraction, kind: str) -> Fraction:
    """Return a step that stays inside what the plan language reads: rates to 1, others to 10."""
    step = MOVES.get(kind, Fraction(1, 1000))
    half = Fraction(1, 2)
    high = {"rate": half, "share": half, "coefficient": Fraction(5)}.get(kind)
    return -step if high is not None and value > high else step


def slope_of(base: Rows, paid: Paid, values: Mapping[str, Fraction], move: Fraction) -> Rows:
    """Return what one unit of a change adds to every line."""
    found = exact_lines(paid)
    if len(found) != len(base):
        raise bent(list(values))
    return [
        [((n[0] - o[0]) / move, (n[1] - o[1]) / move) for n, o in zip(new, old, strict=True)]
        for new, old in zip(found, base, strict=True)
    ]


def prove(
    slope: Callable[[Mapping[str, Fraction], Fraction], Rows],
    slopes: Mapping[str, Rows],
    stands: Mapping[str, tuple[Fraction, Fraction]],
) -> None:
    """Move every knob at once, each by its own multiple: the lines must add up."""
    times = {k: Fraction(2 * i + 3) for i, k in enumerate(stands)}
    moves = {k: times[k] * move for k, (_, move) in stands.items()}
    together = {k: stand + moves[k] for k, (stand, _) in stands.items()}
    found = slope(together, Fraction(1))
    for i, row in enumerate(found):
        for s, line in enumerate(row):
            for j, change in enumerate(line):
                if change != sum((slopes[k][i][s][j] * moves[k] for k in moves), ZERO):
                    raise bent(list(stands))


def bent(knobs: Sequence[str]) -> ContractError:
    """Return the error of numbers in which pay is not linear."""
    return ContractError(
        f"pay is not linear in {', '.join(knobs)} together.",
        where="optimise(free=[...])",
        fix="free numbers of one component, or rates and coefficients that multiply each other",
        code="bad-choice",
    )
